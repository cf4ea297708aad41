/** An alarm for tests. */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { createAlarmView as createPlain } from '../../test/builders/alarm-views.ts';

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
export const createAlarmView = (change: Partial<AlarmView> = {}): AlarmView =>
  createPlain({ companyCodes: [PERSON.companyCode], person: PERSON, ...change });
