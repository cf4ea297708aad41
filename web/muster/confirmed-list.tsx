/** Who was confirmed by hand, with who said it; taken back by a press. */
import { For, Show } from 'solid-js';
import { musterSubjectOf } from '../../stream/protocol/muster.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { exactText, minuteText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { lineKey } from './missing-list.ts';

export function ConfirmedList(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { musters, shown } = props.room;
  return (
    <Show when={musters.confirmed().length > 0}>
      <details class="muster-confirmed">
        <summary>{t('muster.confirmedList', { n: musters.confirmed().length })}</summary>
        <ul>
          <For each={musters.confirmed()}>
            {(line) => (
              <li>
                <b>
                  {(line.slot < 0 ? null : shown.picture.personAt(line.slot)?.name) ||
                    line.name ||
                    musterSubjectOf(line.id).subject}
                </b>
                <span title={exactText(line.note.atMs)}>
                  {minuteText(line.note.atMs)} {line.note.by} {line.note.text}
                </span>
                <Show when={shown.isLive()}>
                  <button
                    type="button"
                    class="button small"
                    disabled={musters.isPending(lineKey(line))}
                    onClick={() => void musters.unconfirm(line)}
                  >
                    {t('muster.takeBack')}
                  </button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </details>
    </Show>
  );
}
