/** AQ 3064.3 B.5 to GatheringRecord. */
import type { Steps } from '../../core/slices.ts';
import type { GatheringRecord } from '../../stream/protocol/entry.ts';
import { PERSON_TYPE_BY_CODE } from '../../stream/protocol/vocabulary.ts';
import type { RecordSet } from '../record-set.ts';
import { GATHERING_FIELDS } from './fields.ts';
import { type RecordContext, RecordValidator, type Validated } from './records.ts';

const validator = new RecordValidator<typeof GATHERING_FIELDS, GatheringRecord>(GATHERING_FIELDS, 'TIME_STAMP');

export function walkGatherings(records: RecordSet, context: RecordContext): Steps<Validated<GatheringRecord>> {
  return validator.walk(records, context, (values) => ({
    companyCode: values.COMPANY_CODE,
    startedAtMs: values.TIME_STAMP,
    members: values.ALARM_AREA.map((member) => {
      const hasPlace = member.X !== null && member.Y !== null;
      return {
        personId: member.PERSONID,
        name: member.NAME,
        type: PERSON_TYPE_BY_CODE[member.PERSONTYPE] ?? 'unidentified',
        lng: hasPlace ? member.X : null,
        lat: hasPlace ? member.Y : null,
      };
    }),
    lasted: values.ALARM_LAST_TIME,
    updatedAtMs: values.UPDATE_DATE,
    deleted: values.DELETED,
  }));
}
