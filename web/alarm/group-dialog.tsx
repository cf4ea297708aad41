/** Asks before a whole group is acknowledged, says how far it is, and what stopped it. */
import { Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Dialog } from '../app/dialog.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { problemText } from './act-problem.ts';
import type { AskedGroup } from './alarm-console.ts';
import { ruleText } from './alarm-text.ts';

export function GroupDialog(props: { room: ControlRoomState; group: AskedGroup }) {
  const t = useTranslate();
  const { room } = props;
  const n = () => props.group.alarms.length;
  const what = () => {
    const { first, rule } = props.group;
    const where = first.areaName ?? room.live.companyName(first.companyCodes[0] ?? '');
    return [ruleText(t, rule), where].filter((part) => part !== '').join(' · ');
  };
  return (
    <Dialog
      title={t('console.groupTitle')}
      confirm={t('console.groupConfirm', { n: n() })}
      isReady={props.group.done === null}
      onCancel={room.console.closeGroup}
      onConfirm={() => void room.console.acknowledgeGroup()}
    >
      <p>{t('console.groupText', { what: what(), n: n() })}</p>
      <p class="hint">{t('console.groupRising')}</p>
      <Show when={props.group.done !== null}>
        <p role="status">
          <Show
            when={props.group.problem}
            fallback={t('console.groupProgress', { done: props.group.done ?? 0, n: n() })}
          >
            {(code) =>
              t('console.groupStopped', { done: props.group.done ?? 0, n: n(), reason: problemText(t, code()) })
            }
          </Show>
        </p>
      </Show>
    </Dialog>
  );
}
