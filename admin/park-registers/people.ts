/** People of a page as records of AQ 3064.3 B.1, and back (registers/people.ts). */
import { people } from '../../registers/people.ts';
import type { Sealer } from '../../security/gm.ts';
import { openPersonSecret, personSecretContext } from '../../security/person-secret.ts';
import type { PersonRecord } from '../../stream/protocol/entry.ts';
import type { PersonType } from '../../stream/protocol/vocabulary.ts';
import type { SealedValue, StoredValues } from '../register/store.ts';
import { PageWordStore } from './page-words.ts';
import type { RecordForm, Said } from './word-shape.ts';

type Certificate = { readonly name: string | null; readonly number: string | null; readonly validTo: string | null };

const orNull = (text: string): string | null => (text === '' ? null : text);

export function personForm(sealer: Sealer): RecordForm<'persons'> {
  return {
    kind: 'persons',
    register: people,
    sealContext: (companyCode, personId, field) =>
      personSecretContext(companyCode ?? '', personId, field === 'idNumber' ? 'id-number' : 'mobile'),
    record({ companyCode, companyName, values, changed, updatedAtMs }: Said): PersonRecord {
      const personId = String(values['personId']);
      const text = (field: string): string => (values[field] ?? '') as string;
      const idNumber = (values['idNumber'] ?? null) as SealedValue | null;
      const told =
        Object.hasOwn(changed, 'idNumber') && idNumber !== null
          ? fromIdNumber(openPersonSecret(sealer, companyCode, personId, 'id-number', idNumber.sealed))
          : { gender: (values['gender'] ?? 'male') as PersonRecord['gender'], birthday: text('birthday') };
      return {
        personId,
        companyCode,
        companyName,
        name: text('name'),
        type: text('type') as PersonType,
        department: text('department'),
        post: text('post'),
        ...told,
        idNumberSealed: idNumber?.sealed ?? '',
        ...(idNumber === null ? {} : { idNumberBlind: idNumber.blind }),
        mobileSealed: ((values['mobile'] ?? null) as SealedValue | null)?.sealed ?? '',
        cardNo: (values['cardNo'] ?? null) as string | null,
        contractorCode: (values['contractorCode'] ?? null) as string | null,
        certificates: ((values['certificates'] ?? []) as Certificate[]).map(({ name, number, validTo }) => ({
          NAME: name,
          NUMBER: number,
          VALID_TO: validTo,
        })),
        updatedAtMs,
        deleted: false,
      };
    },
    values(record: PersonRecord): StoredValues {
      const certificates = record.certificates as readonly Readonly<Record<string, string | null>>[];
      return {
        personId: record.personId,
        name: record.name,
        type: record.type,
        department: orNull(record.department),
        post: orNull(record.post),
        cardNo: record.cardNo,
        idNumber:
          record.idNumberSealed === '' ? null : { sealed: record.idNumberSealed, blind: record.idNumberBlind ?? null },
        gender: record.gender,
        birthday: orNull(record.birthday),
        mobile: record.mobileSealed === '' ? null : { sealed: record.mobileSealed, blind: null },
        contractorCode: record.contractorCode,
        certificates:
          certificates.length === 0
            ? null
            : certificates.map((one) => ({
                name: one['NAME'] ?? null,
                number: one['NUMBER'] ?? null,
                validTo: one['VALID_TO'] ?? null,
              })),
      };
    },
  };
}

/** GB 11643: digits 7 to 14 are the day of birth, the 17th is odd for a man. */
function fromIdNumber(idNumber: string): Pick<PersonRecord, 'gender' | 'birthday'> {
  const birthday = `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`;
  return { birthday, gender: Number(idNumber[16]) % 2 === 1 ? 'male' : 'female' };
}

export const peopleStore = (sealer: Sealer, waitMs?: number): PageWordStore<'persons'> =>
  new PageWordStore(personForm(sealer), waitMs);
