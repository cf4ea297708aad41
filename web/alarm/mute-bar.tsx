/** That the workstation is muted, how long yet, and the way back: in the list's head, where nobody overlooks it. */
import { Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { durationText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';

export function MuteBar(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { console: desk } = props.room;
  return (
    <Show when={desk.muteLeft() > 0}>
      <p class="mute-bar">
        <Icon name="muted" />
        <b>{t('mute.on', { left: durationText(t, desk.muteLeft()) })}</b>
        <button type="button" class="button small" onClick={desk.endMute}>
          {t('mute.end')}
        </button>
      </p>
    </Show>
  );
}
