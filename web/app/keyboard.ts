/** Keys of the control room; listed under `?` (help-dialog.tsx). Typing in a field is left alone. */
import { canOpen, type DialogAct } from '../alarm/alarm-acts.ts';
import { isWaiting } from '../alarm/alarm-order.ts';
import { headOf, opens, stepRow } from '../alarm/alarm-rows.ts';
import { pressPlaybackKey } from '../playback/playback-keys.ts';
import type { ControlRoomState } from './control-room-state.ts';

/** Returns what stops it. */
export function listenToKeys(room: ControlRoomState): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    const isTyping =
      target !== null &&
      (target.matches('input:not([type=checkbox]):not([type=range]), textarea, select') || target.isContentEditable);
    // The navigation, a menu: while they have the focus, keys are theirs.
    if (target?.closest('[role=dialog], [role=menu]') != null) return;
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
  else if (room.tools.measure.kind() !== null) room.tools.measure.end();
  else if (room.isHelpOpen()) room.setHelpOpen(false);
  else if (room.playback.heat.isOpen()) room.playback.heat.setOpen(false);
  else if (room.tracks.isOpen()) room.tracks.clear();
  else if (room.orderId() !== null) room.openOrder(null);
  else if (room.permits.open() !== null) room.permits.close();
  else if (room.cards.open() !== null) room.cards.close();
  else if (room.selection() !== null) room.select(null);
  else if (room.panelTab() !== null) room.setPanelTab(null);
  else room.chooseAlarm(null);
}

const ACTS: readonly string[] = ['a', 's', 'c', 'x', 'j', 'r'];

/** true: the key meant something. */
function press(room: ControlRoomState, key: string): boolean {
  const pressed = key.length === 1 ? key.toLowerCase() : key;
  // What was is looked at, not acted on.
  if (!room.shown.isLive() && ACTS.includes(pressed)) return false;
  switch (pressed) {
    case 'a': {
      const alarm = room.chosenAlarm() ?? room.live.alarms.find(isWaiting);
      if (alarm === undefined || alarm.acknowledged) return false;
      room.chooseAlarm(alarm.alarmId);
      void room.acts.acknowledge(alarm);
      return true;
    }
    case 's':
      return openDialog(room, 'shelve');
    case 'c':
      return openDialog(room, 'comment');
    case 'x':
      return openDialog(room, 'mark-false');
    case 'j':
      return openDialog(room, 'justify');
    case 'r':
      return openDialog(room, 'reset');
    case 'o': {
      const order = room.orderOf(room.chosenAlarmId() ?? '');
      if (order === undefined) room.setPanelTab('orders');
      else room.openOrder(order.orderId);
      return true;
    }
    case ' ': {
      const alarm = room.chosenAlarm();
      const row = rowOf(room, room.chosenAlarmId());
      if (alarm !== null) room.look(alarm);
      else if (row !== undefined) room.toggleRow(row.key);
      else if (room.shown.alarms[0] !== undefined) room.look(room.shown.alarms[0]);
      return true;
    }
    case 'ArrowRight': {
      const row = rowOf(room, room.chosenAlarmId());
      if (row === undefined || !opens(row)) return false;
      room.toggleRow(row.key, true);
      return true;
    }
    case 'ArrowLeft': {
      const head = headOf(room.alarmRows(), room.chosenAlarmId() ?? '');
      if (head === undefined || !opens(head)) return false;
      room.toggleRow(head.key, false);
      choose(room, head.key);
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
    case '2':
      room.tools.toggleFlat();
      return true;
    case 'm':
      room.tools.measure.cycle();
      return true;
    case 'Backspace':
      if (room.tools.measure.kind() === null) return false;
      room.tools.measure.undo();
      return true;
    case 'g':
      void room.tools.copyPointer();
      return true;
    case '/':
      room.setPhoneView('find');
      room.setPanelTab('find');
      return true;
    case '?':
      room.setHelpOpen(true);
      return true;
    default:
      return pressPlaybackKey(room, pressed);
  }
}

const rowOf = (room: ControlRoomState, key: string | null) => room.alarmRows().find((row) => row.key === key);

/** On the chosen alarm, where the act means something to it. */
function openDialog(room: ControlRoomState, act: DialogAct): boolean {
  const alarm = room.chosenAlarm();
  if (alarm === null || !canOpen(room.session.role, alarm, act)) return false;
  room.acts.openDialog(act, alarm.alarmId);
  return true;
}

function step(room: ControlRoomState, by: 1 | -1): void {
  const row = stepRow(room.alarmRows(), room.chosenAlarmId(), by);
  if (row !== undefined) choose(room, row.key);
}

function choose(room: ControlRoomState, key: string): void {
  room.chooseAlarm(key);
  document.getElementById(`alarm-${key}`)?.scrollIntoView({ block: 'nearest' });
}
