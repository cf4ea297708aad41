/**
 * People, areas and rows of registers of the memory store, from records and from fixes. Twin of person-rows.ts, subjects.ts,
 * area-rows.ts and register-records.ts.
 */
import { REGISTERS } from '../registers/index.ts';
import type { AnyRegister } from '../registers/register.ts';
import type { AreaRecord, PersonRecord, RegisterRecord } from '../stream/protocol/entry.ts';
import type { MemoryPerson, MemoryTables } from './memory-tables.ts';
import { mergeRecord, vendorState } from './register-records.ts';
import { areaStanding, isSaidAnew, judgeRecord, personStanding, type Verdict } from './register-rules.ts';
import type { JudgedRecords } from './vendor-records.ts';

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

export function applyArea(
  tables: MemoryTables,
  companyCode: string,
  record: AreaRecord,
  receivedAtMs: number,
): Verdict {
  const key = `${companyCode}/${record.areaId}`;
  const known = tables.areas.get(key);
  const standing = areaStanding(record);
  const verdict = judgeRecord(known?.standing, standing);
  if (verdict !== 'stored') return verdict;
  const versions = [...(known?.versions ?? []), { atMs: receivedAtMs, record }];
  tables.areas.set(key, { record, standing, versions });
  return verdict;
}

const emptyOf = ({ fields }: AnyRegister): Record<string, null> =>
  Object.fromEntries(Object.keys(fields).map((field) => [field, null]));

/** The same row again for a key that went, as the table keeps it. */
export function writeRows(
  tables: MemoryTables,
  name: string,
  companyCode: string,
  { written, returned }: Pick<JudgedRecords, 'written' | 'returned'>,
): void {
  const register = REGISTERS.find((one) => one.name === name);
  if (register?.vendor === undefined) throw new Error(`no vendor sends records of a register ${name}`);
  for (const { body, recordId: key } of written) {
    const record = body as RegisterRecord;
    const place = `${name}/${companyCode}/${key}`;
    const known = tables.registerRows.get(place);
    const row = known === undefined || (known.gone && !returned.has(key)) ? null : known;
    if (record.deleted) {
      if (row !== null && !row.gone) tables.registerRows.set(place, { ...row, gone: true, version: row.version + 1 });
      continue;
    }
    const merged = mergeRecord(register, row, record);
    if (merged === null && row?.gone !== true) continue;
    tables.registerRows.set(place, {
      register: name,
      companyCode,
      key,
      state: row === null ? vendorState(register) : row.state,
      version: (row?.version ?? 0) + 1,
      gone: false,
      values: { ...emptyOf(register), ...row?.values, ...merged?.values },
      fromVendor: merged?.fromVendor ?? row?.fromVendor ?? [],
    });
  }
}
