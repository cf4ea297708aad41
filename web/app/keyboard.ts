/** Keys of the control room; listed under `?` (help-dialog.tsx). Typing in a field is left alone. */
import type { ControlRoomState } from './control-room-state.ts';

/** Returns what stops it. */
export function listenToKeys(room: ControlRoomState): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    const isTyping =
      target !== null &&
      (target.matches('input:not([type=checkbox]):not([type=range]), textarea, select') || target.isContentEditable);
    if (event.key === 'Escape') {
      goBack(room, isTyping ? target : null);
      return;
    }
    if (isTyping || document.querySelector('dialog[open], .dialog-back') !== null) return;
    // Space and Enter on a focused button are the button's.
    if (event.key === ' ' && target?.matches('button, summary, input') === true && !target.matches('.alarm-row *'))
      return;
    if (press(room, event.key)) event.preventDefault();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

function goBack(room: ControlRoomState, field: HTMLElement | null): void {
  if (field !== null) field.blur();
  else if (room.isHelpOpen()) room.setHelpOpen(false);
  else if (room.track() !== null) room.clearTrack();
  else if (room.selection() !== null) room.select(null);
  else if (room.panelTab() !== null) room.setPanelTab(null);
  else room.chooseAlarm(null);
}

/** true: the key meant something. */
function press(room: ControlRoomState, key: string): boolean {
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case 'a': {
      const alarm = room.chosenAlarm() ?? room.live.alarms.find((candidate) => !candidate.acknowledged);
      if (alarm === undefined || alarm.acknowledged) return false;
      room.chooseAlarm(alarm.alarmId);
      void room.acknowledge(alarm);
      return true;
    }
    case ' ': {
      const alarm = room.chosenAlarm() ?? room.live.alarms[0];
      if (alarm !== undefined) room.look(alarm);
      return true;
    }
    case 'ArrowDown':
      step(room, 1);
      return true;
    case 'ArrowUp':
      step(room, -1);
      return true;
    case 'f':
      room.toggleFollow();
      return true;
    case 'l':
      room.goLive();
      return true;
    case 'h':
      room.goHome();
      return true;
    case '/':
      room.setPhoneView('find');
      room.setPanelTab('find');
      return true;
    case '?':
      room.setHelpOpen(true);
      return true;
    default:
      return false;
  }
}

function step(room: ControlRoomState, by: 1 | -1): void {
  const { alarms } = room.live;
  const at = alarms.findIndex((alarm) => alarm.alarmId === room.chosenAlarmId());
  const next = at === -1 ? (by === 1 ? 0 : alarms.length - 1) : at + by;
  const alarm = alarms[Math.max(0, Math.min(alarms.length - 1, next))];
  if (alarm === undefined) return;
  room.chooseAlarm(alarm.alarmId);
  document.getElementById(`alarm-${alarm.alarmId}`)?.scrollIntoView({ block: 'nearest' });
}
