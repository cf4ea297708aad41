/** What live alarms tell of gas: when it changes, a detector began to sound or ended. Pure. */
import type { AlarmView } from '../../stream/protocol/effects.ts';

/** Of alarms that stand, in one text that changes with them. */
export const gasAlarmsOf = (alarms: readonly Pick<AlarmView, 'alarmId' | 'rule' | 'detail' | 'active'>[]): string =>
  alarms
    .filter(({ rule, detail, active }) => active && (rule === 'gas-near-job' || detail === 'withdraw'))
    .map(({ alarmId }) => alarmId)
    .sort()
    .join();
