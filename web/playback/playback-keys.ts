/** Keys of playing back; listed under `?` with the others. */
import type { ControlRoomState } from '../app/control-room-state.ts';

/** true: the key meant something. */
export function pressPlaybackKey(room: ControlRoomState, key: string): boolean {
  const { playback } = room;
  if (key === 't') {
    const alarm = room.chosenAlarm() ?? room.shown.alarms[0];
    if (alarm === undefined) return false;
    room.chooseAlarm(alarm.alarmId);
    playback.beginBefore(alarm);
    return true;
  }
  if (!playback.isShown()) return false;
  switch (key) {
    case 'k':
      playback.toggle();
      return true;
    case ',':
      playback.step(-1);
      return true;
    case '.':
      playback.step(1);
      return true;
    case '[':
      playback.changeSpeed(-1);
      return true;
    case ']':
      playback.changeSpeed(1);
      return true;
    default:
      return false;
  }
}
