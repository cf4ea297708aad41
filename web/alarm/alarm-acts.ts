/** What the operator does to alarms, shelves and orders: sent at once, refused in words, and which dialogue is open. */
import { createSignal } from 'solid-js';
import { type AlarmActName, alarmActRefusal, mayAct } from '../../stream/protocol/act-rules.ts';
import type { ActInput, ActName, OrderCreateInput, OrderInput, ShelveInput } from '../../stream/protocol/acts.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { Role } from '../../stream/protocol/vocabulary.ts';
import type { LiveConnection } from '../live/live-connection.ts';

/** Acts that ask for words first. */
export type DialogAct = 'reset' | 'comment' | 'mark-false' | 'justify' | 'shelve' | 'order-create';

export interface OpenDialog {
  readonly act: DialogAct;
  readonly alarmId: string;
}

/** Would the act do something to this alarm, by this role? What it needs words for is judged as if they were said. */
export const mayDo = (role: Role, alarm: AlarmView, act: AlarmActName): boolean =>
  mayAct(role, act) && alarmActRefusal(alarm, act, '-') === null;

/** An SOS is never made quiet; a shelved alarm is already. */
const mayShelve = (role: Role, alarm: AlarmView): boolean =>
  mayAct(role, 'shelve') && alarm.rule !== 'sos' && alarm.shelfId === null;

/** Of an order by hand: whether the role makes any; that the alarm has none open is for the caller to see. */
export function canOpen(role: Role, alarm: AlarmView, act: DialogAct): boolean {
  if (act === 'order-create') return mayAct(role, act) && alarm.endedAtMs === null;
  return act === 'shelve' ? mayShelve(role, alarm) : mayDo(role, alarm, act);
}

export function createAlarmActs(connection: LiveConnection) {
  const [pending, setPending] = createSignal<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = createSignal<string | null>(null);
  const [dialog, setDialog] = createSignal<OpenDialog | null>(null);

  /** `key`: what the act is about; a second act on it waits for the first one's answer. true: kept. */
  const send = async (
    key: string,
    act: ActName,
    alarmId: string,
    comment: string | null,
    input?: ActInput,
  ): Promise<boolean> => {
    if (pending().has(key)) return false;
    setPending(new Set(pending()).add(key));
    setProblem(null);
    const outcome = await connection.act(act, alarmId, comment, input);
    const left = new Set(pending());
    left.delete(key);
    setPending(left);
    // What was done comes back on the alarm lane; here only a failure is told.
    if (!outcome.ok) setProblem(outcome.code);
    return outcome.ok;
  };

  return {
    acknowledge: (alarm: AlarmView) => send(alarm.alarmId, 'acknowledge', alarm.alarmId, null),
    act: (act: AlarmActName, alarmId: string, comment: string | null) => send(alarmId, act, alarmId, comment),
    shelve: (alarmId: string, input: ShelveInput, reason: string) => send(alarmId, 'shelve', '', reason, input),
    unshelve: (shelfId: string) => send(shelfId, 'unshelve', '', null, { shelfId }),
    makeOrder: (alarmId: string, input: OrderCreateInput, words: string) =>
      send(alarmId, 'order-create', alarmId, words, input),
    order: (input: OrderInput, comment: string | null) => send(input.orderId, 'order', '', comment, input),
    isPending: (key: string) => pending().has(key),
    /** Error code of the last act that was not done. */
    problem,
    forgetProblem: () => setProblem(null),
    dialog,
    openDialog: (act: DialogAct, alarmId: string) => setDialog({ act, alarmId }),
    closeDialog: () => setDialog(null),
  };
}

export type AlarmActs = ReturnType<typeof createAlarmActs>;
