/** After a break: how long it was, what is new, what ended. Stays until somebody has read it. */
import { Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { clockText, durationText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { Missed } from '../live/away.ts';

export function MissedNote(props: { room: ControlRoomState }) {
  return <Show when={props.room.live.missed()}>{(missed) => <Note room={props.room} missed={missed()} />}</Show>;
}

function Note(props: { room: ControlRoomState; missed: Missed }) {
  const t = useTranslate();
  const { live } = props.room;
  const clockAt = (ms: number): string => clockText(new Date(ms));
  const show = (): void => {
    const first = props.missed.raised[0];
    if (first !== undefined) props.room.chooseAlarm(first);
    props.room.setPhoneView('alarms');
    live.forgetMissed();
  };
  return (
    <div class="missed-note" role="status">
      <strong>
        {t('alive.missed', {
          time: durationText(t, props.missed.toMs - props.missed.fromMs),
          from: clockAt(props.missed.fromMs),
          to: clockAt(props.missed.toMs),
        })}
      </strong>
      <span>
        <Show when={props.missed.worstLevel} fallback={t('alive.nothingMissed')}>
          {(level) => t('alive.raised', { n: props.missed.raised.length, level: t(`alarm.level.l${level()}`) })}
        </Show>{' '}
        <Show when={props.missed.ended > 0}>{t('alive.ended', { n: props.missed.ended })}</Show> {t('alive.shortLived')}
      </span>
      <span class="acts">
        <Show when={props.missed.raised.length > 0}>
          <button type="button" class="button small strong" onClick={show}>
            {t('alive.show')}
          </button>
        </Show>
        <button type="button" class="button small" onClick={() => live.forgetMissed()}>
          {t('alive.dismiss')}
        </button>
      </span>
    </div>
  );
}
