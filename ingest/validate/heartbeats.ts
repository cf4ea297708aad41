/** What a sender says of its own sending, to HeartbeatRecord. */
import type { Steps } from '../../core/slices.ts';
import type { HeartbeatRecord } from '../../stream/protocol/entry.ts';
import type { RecordSet } from '../record-set.ts';
import { HEARTBEAT_FIELDS } from './fields.ts';
import { FieldProblem, type RecordContext, RecordValidator, type Validated } from './records.ts';
import { Problem } from './values.ts';

const validator = new RecordValidator<typeof HEARTBEAT_FIELDS, HeartbeatRecord>(HEARTBEAT_FIELDS, 'INTERFACE');

export const walkHeartbeats = (records: RecordSet, context: RecordContext): Steps<Validated<HeartbeatRecord>> =>
  validator.walk(records, context, (values) => {
    const isPeriodic = values.MODE === 'PERIODIC';
    if (isPeriodic && values.INTERVAL_S === null)
      return new FieldProblem('INTERVAL_S', new Problem('FIELD_MISSING', 'is required of a periodic sender'));
    return {
      companyCode: values.COMPANY_CODE,
      interfaceName: values.INTERFACE,
      mode: isPeriodic ? 'periodic' : 'on-change',
      intervalS: isPeriodic ? values.INTERVAL_S : null,
    };
  });
