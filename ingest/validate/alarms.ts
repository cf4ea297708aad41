/**
 * AQ 3064.3 B.3 and B.4 to PersonAlarmRecord and AreaAlarmRecord. A person alarm with ALARM_TYPE 0 is a call for help: it
 * is never turned away for anything but not saying who calls, or naming another company.
 */
import type { Steps } from '../../core/slices.ts';
import type { AreaAlarmRecord, PersonAlarmRecord } from '../../stream/protocol/entry.ts';
import {
  AREA_ALARM_TYPE_BY_CODE,
  type LocalAlarmType,
  PERSON_ALARM_TYPE_BY_CODE,
} from '../../stream/protocol/vocabulary.ts';
import type { RecordSet } from '../record-set.ts';
import { AREA_ALARM_FIELDS, PERSON_ALARM_FIELDS, type RecordValues, SOS_ALARM_FIELDS } from './fields.ts';
import {
  FieldProblem,
  ObjectReader,
  PASSED_OVER,
  type RecordContext,
  RecordValidator,
  type Validated,
  walkRecords,
} from './records.ts';
import { AHEAD_MS } from './times.ts';
import { codeText, Problem } from './values.ts';

const personAlarms = new ObjectReader(PERSON_ALARM_FIELDS);
const callsForHelp = new ObjectReader(SOS_ALARM_FIELDS);
const areaAlarms = new RecordValidator<typeof AREA_ALARM_FIELDS, AreaAlarmRecord>(AREA_ALARM_FIELDS);
const SOS_CODE = '0';
const ALARM_TYPE_AT = PERSON_ALARM_FIELDS.findIndex((field) => field.name === 'ALARM_TYPE');

/** `sosOnly`: take calls for help and pass over all others without a word. */
export function walkPersonAlarms(
  records: RecordSet,
  context: RecordContext & { readonly sosOnly: boolean },
): Steps<Validated<PersonAlarmRecord>> {
  return walkRecords(records, personAlarms, (raw, tally) => {
    if (codeText(raw[ALARM_TYPE_AT], 1) === SOS_CODE) {
      const values = callsForHelp.values(raw, context, tally);
      return values instanceof FieldProblem ? values : callForHelpFrom(values, context);
    }
    if (context.sosOnly) return PASSED_OVER;
    const values = personAlarms.values(raw, context, tally);
    return values instanceof FieldProblem ? values : (misfitOf(values) ?? personAlarmFrom(values, context));
  });
}

const typeOf = <T extends string>(types: Readonly<Record<string, T>>, code: string): T | LocalAlarmType =>
  // "constructor" is a code of a vendor's own like any other.
  (Object.hasOwn(types, code) ? types[code] : undefined) ?? `local:${code}`;

const personAlarmFrom = (
  values: RecordValues<typeof PERSON_ALARM_FIELDS>,
  context: RecordContext,
): PersonAlarmRecord => ({
  alarmId: values.ID,
  companyCode: context.companyCode,
  personId: values.PERSON_ID,
  areaId: values.ZONE_ID,
  type: typeOf(PERSON_ALARM_TYPE_BY_CODE, values.ALARM_TYPE),
  raisedAtMs: values.ALARM_TIME,
  endedAtMs: values.ALARM_END_TIME,
  description: values.DESCRIBE ?? '',
  timeReplaced: false,
  updatedAtMs: values.UPDATE_DATE,
  deleted: values.DELETED,
});

function callForHelpFrom(
  values: RecordValues<typeof SOS_ALARM_FIELDS>,
  { companyCode, receivedAtMs }: RecordContext,
): PersonAlarmRecord {
  const saidAtMs = values.ALARM_TIME;
  const timeReplaced = saidAtMs === null || saidAtMs > receivedAtMs + AHEAD_MS;
  const raisedAtMs = timeReplaced ? receivedAtMs : saidAtMs;
  const saidEndMs = values.ALARM_END_TIME;
  // A default of the sender's database, a clock that is off: no word that the call is over.
  const isNoEnd =
    saidEndMs !== null && (saidEndMs > receivedAtMs + AHEAD_MS || (!timeReplaced && saidEndMs < saidAtMs));
  return {
    // Without a key of its own a call is told by who calls and when, so that sending it again does not call again.
    alarmId: values.ID ?? `SOS:${values.PERSON_ID}:${raisedAtMs}`,
    companyCode,
    personId: values.PERSON_ID,
    areaId: values.ZONE_ID,
    type: 'sos',
    raisedAtMs,
    endedAtMs: isNoEnd ? null : saidEndMs,
    description: values.DESCRIBE ?? '',
    timeReplaced,
    updatedAtMs: values.UPDATE_DATE,
    deleted: values.DELETED ?? false,
  };
}

export const walkAreaAlarms = (records: RecordSet, context: RecordContext): Steps<Validated<AreaAlarmRecord>> =>
  areaAlarms.walk(
    records,
    context,
    (values) =>
      misfitOf(values) ?? {
        alarmId: values.ID,
        companyCode: context.companyCode,
        areaId: values.ZONE_ID,
        type: typeOf(AREA_ALARM_TYPE_BY_CODE, values.ALARM_TYPE),
        raisedAtMs: values.ALARM_TIME,
        endedAtMs: values.ALARM_END_TIME,
        description: values.DESCRIBE ?? '',
        updatedAtMs: values.UPDATE_DATE,
        deleted: values.DELETED,
      },
  );

function misfitOf(times: { readonly ALARM_TIME: number; readonly ALARM_END_TIME: number | null }): FieldProblem | null {
  return times.ALARM_END_TIME !== null && times.ALARM_END_TIME < times.ALARM_TIME
    ? new FieldProblem('ALARM_END_TIME', new Problem('FIELD_RANGE', 'must not be before ALARM_TIME'))
    : null;
}
