/** People and areas of the memory store, from records and from fixes. Twin of person-rows.ts, subjects.ts and area-rows.ts. */
import type { AreaRecord, PersonRecord } from '../stream/protocol/entry.ts';
import type { MemoryPerson, MemoryTables } from './memory-tables.ts';
import { areaStanding, isSaidAnew, judgeRecord, personStanding, type Verdict } from './register-rules.ts';

function addPerson(
  tables: MemoryTables,
  subject: Pick<MemoryPerson, 'companyCode' | 'jointTest' | 'personId' | 'cardNo'>,
): MemoryPerson {
  const id = tables.people.length + 1;
  const person = { id, ...subject, name: '', type: 'unidentified', deleted: false, standing: null };
  tables.people.push(person);
  return person;
}

export const personOf = (
  tables: MemoryTables,
  companyCode: string,
  jointTest: boolean,
  personId: string,
): MemoryPerson =>
  tables.people.find(
    (person) => person.companyCode === companyCode && person.jointTest === jointTest && person.personId === personId,
  ) ?? addPerson(tables, { companyCode, jointTest, personId, cardNo: null });

export function wearerOf(tables: MemoryTables, companyCode: string, jointTest: boolean, cardNo: string): MemoryPerson {
  const holders = tables.people.filter(
    (person) => person.companyCode === companyCode && person.jointTest === jointTest && person.cardNo === cardNo,
  );
  return (
    holders.find((person) => person.personId !== null) ??
    holders[0] ??
    addPerson(tables, { companyCode, jointTest, personId: null, cardNo })
  );
}

export function applyPerson(
  tables: MemoryTables,
  companyCode: string,
  record: PersonRecord,
  receivedAtMs: number,
): Verdict {
  const { personId } = record;
  const known = tables.people.find(
    (person) => person.companyCode === companyCode && !person.jointTest && person.personId === personId,
  );
  const incoming = personStanding(record);
  const verdict = judgeRecord(known?.standing ?? undefined, incoming);
  if (verdict !== 'stored' && !isSaidAnew(verdict, known?.standing ?? undefined, incoming)) return verdict;
  const person = known ?? addPerson(tables, { companyCode, jointTest: false, personId, cardNo: null });
  const cardNo = record.deleted ? null : record.cardNo;
  for (const other of tables.people) {
    if (other.companyCode === companyCode && !other.jointTest && other.personId !== null && other.cardNo === cardNo)
      other.cardNo = null;
  }
  const wearing = `${companyCode}/${cardNo}`;
  if (cardNo !== null && !tables.firstWearers.has(wearing)) {
    tables.firstWearers.set(wearing, { personId: person.id, sinceMs: receivedAtMs });
  }
  Object.assign(person, { cardNo, name: record.name, type: record.type, deleted: record.deleted, standing: incoming });
  return verdict;
}

export function applyArea(tables: MemoryTables, companyCode: string, record: AreaRecord): Verdict {
  const key = `${companyCode}/${record.areaId}`;
  const known = tables.areas.get(key);
  const standing = areaStanding(record);
  const verdict = judgeRecord(known?.standing, standing);
  if (verdict !== 'stored') return verdict;
  tables.areas.set(key, { record, standing, versions: [...(known?.versions ?? []), record] });
  return verdict;
}
