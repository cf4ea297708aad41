/** An alarm for tests. */
import { type AlarmView, PLAIN_ALARM } from '../../stream/protocol/effects.ts';

export const PERSON = {
  personId: 'p1',
  cardNo: '0007',
  companyCode: '900000101',
  companyName: '乙化工有限公司',
  name: '钱一帆',
  type: 'staff',
  department: '',
  post: '',
} as const;

/** An SOS of one person that waits; a test says what differs. */
export const createAlarmView = (change: Partial<AlarmView> = {}): AlarmView => ({
  ...PLAIN_ALARM,
  subject: '',
  alarmId: 'a',
  rule: 'sos',
  level: 1,
  transition: 'raised',
  companyCodes: ['900000101'],
  slot: 0,
  generation: 0,
  person: PERSON,
  areaCompanyCode: null,
  areaId: null,
  areaName: null,
  active: true,
  acknowledged: false,
  latched: false,
  onsetAtMs: 1_000,
  raisedAtMs: 1_000,
  recordedAtMs: null,
  clearedAtMs: null,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  resetBy: null,
  comment: null,
  endedAtMs: null,
  reason: null,
  place: null,
  evidence: [],
  ruleVersion: 1,
  areaVersion: null,
  ...change,
});
