/** Alarms as rules would raise them, for tests of what follows from them. */
import { type RaiseInput, raiseAlarm } from '../../alarms/life-cycle.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { COMPANY } from './entries.ts';

export const createAlarm = (change: Partial<RaiseInput> & { readonly raisedAtMs: number }): AlarmView =>
  raiseAlarm({
    alarmId: 'alarm-1',
    rule: 'over-capacity',
    ruleVersion: 1,
    level: 2,
    latched: false,
    companyCodes: [COMPANY],
    slot: -1,
    generation: 0,
    person: null,
    subject: `${COMPANY}/a1`,
    areaCompanyCode: COMPANY,
    areaId: 'a1',
    areaName: '一号罐区',
    areaVersion: null,
    onsetAtMs: change.raisedAtMs,
    place: null,
    evidence: [],
    ...change,
  });
