/** Every muster that stands, on every screen, in one line each; a press opens its board. */
import { For, Show } from 'solid-js';
import { missingOf, safeOf } from '../../stream/protocol/muster.ts';
import { problemText } from '../alarm/act-problem.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { clockText, musterPlaceText } from './muster-text.ts';

export function MusterBanner(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { musters, shown } = props.room;
  return (
    <Show when={musters.standing().length > 0 || musters.problem() !== null}>
      <section class="muster-banner" aria-label={t('muster.title')} aria-live="polite">
        <For each={musters.standing()}>
          {(muster) => (
            <button
              type="button"
              class={muster.kind}
              aria-expanded={musters.openId() === muster.musterId}
              onClick={() => musters.open(muster.musterId)}
            >
              <Icon name="muster" />
              <strong>{t(`muster.kind.${muster.kind}`)}</strong>
              <span>{musterPlaceText(t, muster, shown.companyName)}</span>
              <span>
                {t('muster.missing')} <b>{missingOf(muster.counts)}</b>
              </span>
              <span>
                {t('muster.safe')} <b>{safeOf(muster.counts)}</b>
              </span>
              <b class="clock">{clockText(shown.nowMs() - muster.declaredAtMs)}</b>
            </button>
          )}
        </For>
        <Show when={musters.problem()}>
          {(code) => <p role="alert">{t('muster.failed', { reason: problemText(t, code()) })}</p>}
        </Show>
      </section>
    </Show>
  );
}
