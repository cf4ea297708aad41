/** AQ 3064.3 B.1 to PersonRecord: the ID number and the mobile number are sealed before anything else sees them. */

import { runToEnd, type Steps } from '../../core/slices.ts';
import type { BlindIndex } from '../../security/blind-index.ts';
import type { Sealer } from '../../security/gm.ts';
import { blindIdNumber, sealPersonSecret } from '../../security/person-secret.ts';
import type { PersonRecord } from '../../stream/protocol/entry.ts';
import { PERSON_TYPE_BY_CODE } from '../../stream/protocol/vocabulary.ts';
import type { RecordSet } from '../record-set.ts';
import { PERSON_FIELDS } from './fields.ts';
import { FieldProblem, type RecordContext, RecordValidator, type Validated } from './records.ts';
import { Problem } from './values.ts';

const validator = new RecordValidator<typeof PERSON_FIELDS, PersonRecord>(PERSON_FIELDS);

/** `blindIndex` null: nobody is to be found by the ID number. */
export const validatePersons = (
  records: RecordSet,
  companyCode: string,
  sealer: Sealer,
  blindIndex: BlindIndex | null = null,
): Validated<PersonRecord> => runToEnd(walkPersons(records, { companyCode, receivedAtMs: 0 }, sealer, blindIndex));

export function walkPersons(
  records: RecordSet,
  context: RecordContext,
  sealer: Sealer,
  blindIndex: BlindIndex | null,
): Steps<Validated<PersonRecord>> {
  const { companyCode } = context;
  return validator.walk(records, context, (values) => {
    const type = PERSON_TYPE_BY_CODE[values.PERSON_TYPE];
    if (type === undefined) return new FieldProblem('PERSON_TYPE', new Problem('CODE_UNKNOWN', 'is unknown'));
    const personId = values.ID;
    return {
      personId,
      companyCode,
      companyName: values.COMPANY_NAME,
      name: values.PERSON_NAME,
      type,
      department: values.AFFILIATED_DEPARTMENT,
      post: values.POSITION_NAME,
      gender: values.GENDER === '1' ? 'male' : 'female',
      birthday: values.BIRTHDAY,
      ...(blindIndex === null ? {} : { idNumberBlind: blindIdNumber(blindIndex, values.IDENTIFY_NUM) }),
      idNumberSealed: sealPersonSecret(sealer, companyCode, personId, 'id-number', values.IDENTIFY_NUM),
      mobileSealed: sealPersonSecret(sealer, companyCode, personId, 'mobile', values.MOBILE_NUMBER),
      cardNo: values.CARD_NO,
      contractorCode: values.CONTRACTOR_CODE,
      certificates: values.CERTIFICATES ?? [],
      updatedAtMs: values.UPDATE_DATE,
      deleted: values.DELETED,
    };
  });
}
