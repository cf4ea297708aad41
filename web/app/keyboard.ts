/** Keys of the control room; listed under `?` (help-dialog.tsx). What has the focus keeps its own (key-owner.ts). */
import { canOpen, type DialogAct } from '../alarm/alarm-acts.ts';
import { isWaiting } from '../alarm/alarm-order.ts';
import { headOf, opens, stepRow } from '../alarm/alarm-rows.ts';
import { pressPlaybackKey } from '../playback/playback-keys.ts';
import type { ControlRoomState } from './control-room-state.ts';
import { focusedOf, isTyped, keepsKey } from './key-owner.ts';

/** Returns what stops it. */
export function listenToKeys(room: ControlRoomState): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    // The navigation, a menu, a dialogue: while they have the focus, keys are theirs, and Esc closes them.
    if (target?.closest('[role=dialog], [role=menu]') != null) return;
    if (document.querySelector('dialog[open], .dialog-back') !== null) return;
    const focused = target === null ? null : focusedOf(target);
    if (event.key === 'Escape') {
      goBack(room, focused !== null && isTyped(focused) ? target : null);
      return;
    }
    if (focused !== null && keepsKey(focused, event.key)) return;
    if (press(room, event.key)) event.preventDefault();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

function goBack(room: ControlRoomState, field: HTMLElement | null): void {
  if (field !== null) field.blur();
  else if (room.tools.measure.kind() !== null) room.tools.measure.end();
  else if (room.playback.heat.isOpen()) room.playback.heat.setOpen(false);
  else if (room.tracks.isOpen()) room.tracks.clear();
  else if (room.orderId() !== null) room.openOrder(null);
  else if (room.permits.open() !== null) room.permits.close();
  else if (room.cards.open() !== null) room.cards.close();
  else if (room.selection() !== null) room.select(null);
  else if (room.musters.openId() !== null) room.musters.close();
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
      const key = room.chosenAlarmId();
      if (key !== null && room.console.askGroup(key)) return true;
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
      if (order !== undefined) room.openOrder(order.orderId);
      else if (!room.shown.isLive() || !openDialog(room, 'order-create')) room.setPanelTab('orders');
      return true;
    }
    case ' ': {
      const row = rowOf(room, room.chosenAlarmId());
      const next = room.console.nextToLook();
      if (row !== undefined && row.kind !== 'alarm' && room.console.offers().length === 0) room.toggleRow(row.key);
      else if (next !== undefined) room.look(next);
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
    case 'e':
      return room.musters.ask();
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
  // The focus goes along: Tab leads on to the acts of the row, and a screen reader says it.
  const row = document.getElementById(`alarm-${key}`);
  row?.querySelector<HTMLElement>('.alarm-text')?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}
