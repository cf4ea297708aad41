/** Permits and their alarms as screens see them, for tests. */
import { PERMIT_RULE_TABLE, type PermitRuleId } from '../../standard/permit-rules.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { BookingView, PermitView } from '../../stream/protocol/permits.ts';
import { createAlarmView } from '../../test/builders/alarm-views.ts';

export const NOW_MS = Date.parse('2026-11-20T16:00:00+08:00');
export const COMPANY = '913100001';

/** Second-grade hot work in progress, with a place and nobody on it. */
export const createPermitView = (change: Partial<PermitView> = {}): PermitView => ({
  companyCode: COMPANY,
  companyName: '甲化工有限公司',
  permitId: 't1',
  number: 'DH-001',
  workCode: '03',
  status: 'working',
  statusSinceMs: NOW_MS,
  content: '管廊支架焊接',
  site: '一号装置管廊',
  lng: 121.48,
  lat: 30.8,
  areaId: null,
  radiusM: 15,
  guardianRadiusM: 20,
  plannedFromMs: NOW_MS,
  plannedToMs: null,
  validFromMs: null,
  validToMs: null,
  expiresAtMs: null,
  startedAtMs: null,
  endedAtMs: null,
  acceptedAtMs: null,
  units: [],
  isContractorWork: null,
  responsibleName: null,
  people: [],
  gas: [],
  inExArea: null,
  hazardSourceCode: null,
  cameraCodes: [],
  updatedAtMs: NOW_MS,
  ...change,
});

export const createBookingView = (change: Partial<BookingView> = {}): BookingView => ({
  from: 'booking',
  companyCode: COMPANY,
  id: 'b1',
  workCode: '21',
  content: '',
  site: '二号罐区',
  lng: 121.481,
  lat: 30.8,
  fromMs: NOW_MS,
  toMs: NOW_MS,
  units: [],
  isCancelled: false,
  ...change,
});

export function createPermitAlarm(rule: PermitRuleId, change: Partial<AlarmView> = {}): AlarmView {
  const { code, clause, level } = PERMIT_RULE_TABLE[rule];
  return createAlarmView({
    alarmId: rule,
    rule,
    level,
    slot: -1,
    areaName: '一号装置管廊',
    permit: { companyCode: COMPANY, permitId: 't1', number: 'DH-001', workCode: '03', code, clause, facts: [] },
    ...change,
  });
}
