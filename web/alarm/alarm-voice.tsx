/** Says new red and orange alarms to a screen reader, politely and each once; sight and sound have the list and the tones. */
import { createEffect, createSignal } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { ofWhomText, placeText, ruleText, whoText } from './alarm-text.ts';
import { AlarmAnnouncer, type Announcement } from './announcer.ts';

export function AlarmVoice(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { live, isFlooded } = props.room;
  const announcer = new AlarmAnnouncer();
  const [text, setText] = createSignal('');
  const wordsOf = (said: Announcement): string => {
    if (said.kind !== 'each')
      return t(said.kind === 'flood' ? 'console.saidFlood' : 'console.saidMany', {
        n: said.n,
        red: said.red,
        orange: said.orange,
      });
    const each = said.alarms.map((alarm) =>
      [
        t(`alarm.level.l${alarm.level}`),
        ruleText(t, alarm.rule),
        whoText(t, alarm, live.companyName),
        ofWhomText(t, alarm, live.companyName),
        placeText(t, alarm),
      ]
        .filter((part) => part !== '')
        .join(' '),
    );
    return t('console.said', { list: each.join(t('console.pause')) });
  };
  createEffect(() => {
    const said = announcer.take(live.alarms, live.nowMs(), isFlooded());
    if (said !== null) setText(wordsOf(said));
  });
  return (
    <p class="heard-only alarm-voice" role="status" aria-live="polite">
      {text()}
    </p>
  );
}
