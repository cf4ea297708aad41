/**
 * Persons records and unknown subjects as rows of `person`, inside the store's transaction. Owns the judgement per
 * record, the hand-over of cards, and the making of surrogate ids. Called by db/store.ts.
 */
import type { PersonRecord } from '../stream/protocol/entry.ts';
import { pageSaidAtMs } from '../stream/protocol/page-records.ts';
import { cleanRecords } from './clean-text.ts';
import { type PoolClient, queryRows } from './pool.ts';
import { isSaidAnew, judgeRecord, personStanding, type Standing, type Verdict } from './register-rules.ts';
import type { Subjects } from './subjects.ts';

interface StandingRow {
  readonly personId: string;
  readonly registered: boolean;
  readonly updatedAtMs: number | null;
  readonly contentHash: string;
}

/** What PostgreSQL reads of one record (jsonb_to_recordset below). */
interface PersonRow extends Record<string, unknown> {
  readonly person_id: string;
  card_no: string | null;
}

const isCalendarDate = (text: unknown): boolean => {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};

function rowOf(record: PersonRecord, standing: Standing): PersonRow {
  return {
    person_id: record.personId,
    // Who is withdrawn wears nothing.
    card_no: record.deleted ? null : record.cardNo,
    name: record.name,
    type: record.type,
    department: record.department,
    post: record.post,
    gender: record.gender,
    birthday: isCalendarDate(record.birthday) ? record.birthday : null,
    id_number_sealed: record.idNumberSealed,
    id_number_blind: record.idNumberBlind ?? null,
    mobile_sealed: record.mobileSealed,
    company_name: record.companyName,
    contractor_code: record.contractorCode,
    certificates: record.certificates,
    updated_at: standing.updatedAtMs === null ? null : new Date(standing.updatedAtMs).toISOString(),
    content_hash: standing.contentHash,
    deleted: record.deleted,
  };
}

/** Cards first change hands, then the records stand: two people may swap cards in one batch. */
const RELEASE_CARDS = `
  UPDATE person SET card_no = NULL
  WHERE company_code = $1 AND NOT joint_test AND person_id IS NOT NULL AND card_no IS NOT NULL
    AND (card_no = ANY ($2::text[]) OR person_id = ANY ($3::text[]))`;

const UPSERT = `
  INSERT INTO person (company_code, person_id, card_no, name, type, department, post, gender, birthday, id_number_sealed,
    id_number_blind, mobile_sealed, company_name, contractor_code, certificates, registered, updated_at, content_hash,
    received_at, deleted)
  SELECT $1, r.person_id, r.card_no, r.name, r.type, r.department, r.post, r.gender, r.birthday, r.id_number_sealed,
    r.id_number_blind, r.mobile_sealed, r.company_name, r.contractor_code, r.certificates, true, r.updated_at, r.content_hash, $3, r.deleted
  FROM jsonb_to_recordset($2::jsonb) AS r (person_id text, card_no text, name text, type text, department text, post text,
    gender text, birthday date, id_number_sealed text, id_number_blind text, mobile_sealed text, company_name text, contractor_code text,
    certificates jsonb, updated_at timestamptz, content_hash text, deleted boolean)
  ON CONFLICT (company_code, person_id, joint_test) WHERE person_id IS NOT NULL DO UPDATE SET
    card_no = excluded.card_no, name = excluded.name, type = excluded.type, department = excluded.department,
    post = excluded.post, gender = excluded.gender, birthday = excluded.birthday,
    id_number_sealed = excluded.id_number_sealed, id_number_blind = excluded.id_number_blind, mobile_sealed = excluded.mobile_sealed,
    company_name = excluded.company_name, contractor_code = excluded.contractor_code,
    certificates = excluded.certificates, registered = true, updated_at = excluded.updated_at,
    content_hash = excluded.content_hash, received_at = excluded.received_at, deleted = excluded.deleted
  RETURNING id, person_id AS "personId", card_no AS "cardNo"`;

// Positions of the tag from before belong to whoever is the first to wear it (view person_alias).
const NOTE_FIRST_WEARERS = `
  INSERT INTO card_first_wearer (company_code, card_no, person_id, since)
  SELECT $1, u.card_no, u.person_id, $4 FROM unnest($2::text[], $3::integer[]) AS u (card_no, person_id)
  ON CONFLICT DO NOTHING`;

/**
 * Applies the records of one company in order and gives one verdict for each. A later record of the same person in the
 * same batch is judged against the earlier one.
 */
export async function applyPersons(
  client: PoolClient,
  subjects: Subjects,
  companyCode: string,
  asSent: readonly PersonRecord[],
  receivedAtMs: number,
): Promise<Verdict[]> {
  const records = cleanRecords(asSent);
  const known = await queryRows<StandingRow>(
    client,
    `SELECT person_id AS "personId", registered, (extract(epoch FROM updated_at) * 1000)::bigint AS "updatedAtMs",
            content_hash AS "contentHash"
     FROM person WHERE company_code = $1 AND NOT joint_test AND person_id = ANY ($2::text[])`,
    [companyCode, records.map((record) => record.personId)],
  );
  const standings = new Map<string, Standing>();
  for (const row of known) if (row.registered) standings.set(row.personId, row);

  const rows = new Map<string, PersonRow>();
  const wearers = new Map<string, PersonRow>();
  const verdicts = records.map((record) => {
    const standing = standings.get(record.personId);
    const incoming = personStanding(record);
    const verdict = judgeRecord(standing, incoming);
    if (verdict === 'stored' || isSaidAnew(verdict, standing, incoming)) {
      standings.set(record.personId, incoming);
      const row = rowOf(record, incoming);
      rows.set(record.personId, row);
      wear(wearers, row);
    }
    return verdict;
  });
  if (rows.size > 0) await writeRows(client, subjects, companyCode, rows, wearers, receivedAtMs);
  await notePageWords(client, companyCode, records);
  return verdicts;
}

async function writeRows(
  client: PoolClient,
  subjects: Subjects,
  companyCode: string,
  rows: ReadonlyMap<string, PersonRow>,
  wearers: ReadonlyMap<string, PersonRow>,
  receivedAtMs: number,
): Promise<void> {
  await client.query(RELEASE_CARDS, [companyCode, [...wearers.keys()], [...rows.keys()]]);
  for (const [cardNo, { person_id }] of wearers) {
    if (rows.get(person_id)?.card_no !== cardNo) subjects.release(companyCode, cardNo);
  }
  const receivedAt = new Date(receivedAtMs).toISOString();
  const written = await queryRows<{ id: number; personId: string; cardNo: string | null }>(client, UPSERT, [
    companyCode,
    JSON.stringify([...rows.values()]),
    receivedAt,
  ]);
  for (const row of written) subjects.register(companyCode, row.personId, row.id, row.cardNo);
  const worn = written.filter((row) => row.cardNo !== null);
  if (worn.length > 0) {
    const columns = [worn.map((row) => row.cardNo), worn.map((row) => row.id)];
    await client.query(NOTE_FIRST_WEARERS, [companyCode, ...columns, receivedAt]);
  }
}

// Of what a page said, whatever a vendor says: phone, contractor unit and certificates, where it said something.
const NOTE_PAGE_WORDS = `
  UPDATE person p SET page_at = r.page_at, page_mobile_sealed = nullif(r.mobile_sealed, ''),
    page_contractor_code = r.contractor_code, page_certificates = nullif(r.certificates, '[]')
  FROM (SELECT DISTINCT ON (w.person_id) w.* FROM jsonb_to_recordset($2::jsonb) AS w (person_id text, page_at timestamptz,
    mobile_sealed text, contractor_code text, certificates jsonb) ORDER BY w.person_id, w.page_at DESC) r
  WHERE p.company_code = $1 AND p.person_id = r.person_id AND NOT p.joint_test
    AND (p.page_at IS NULL OR p.page_at < r.page_at)`;

/** The newest word of a page stands, in whatever order they come; the generated columns said_* put it before the vendor's. */
async function notePageWords(client: PoolClient, companyCode: string, records: readonly PersonRecord[]): Promise<void> {
  const words = records.flatMap((record) => {
    const saidAtMs = pageSaidAtMs(record.updatedAtMs);
    if (saidAtMs === null) return [];
    const { personId, mobileSealed, contractorCode, certificates } = record;
    const pageAt = new Date(saidAtMs).toISOString();
    return [
      {
        person_id: personId,
        page_at: pageAt,
        mobile_sealed: mobileSealed,
        contractor_code: contractorCode,
        certificates,
      },
    ];
  });
  if (words.length > 0) await client.query(NOTE_PAGE_WORDS, [companyCode, JSON.stringify(words)]);
}

/** The last who is said to wear a card does, also where that one wears another before the batch is over. */
function wear(wearers: Map<string, PersonRow>, row: PersonRow): void {
  if (row.card_no === null) return;
  const before = wearers.get(row.card_no);
  if (before !== undefined && before.card_no === row.card_no) before.card_no = null;
  wearers.set(row.card_no, row);
}

/**
 * Gives every pending subject a row. Returns its id by index, so that a row's person -(i + 1) becomes result[i].
 */
export async function insertPendingSubjects(
  client: PoolClient,
  subjects: Subjects,
  receivedAtMs: number,
): Promise<Int32Array> {
  const { pending } = subjects;
  const missing = pending.filter((subject) => subjects.resolved(subject) === undefined);
  if (missing.length > 0) {
    const columns = [
      missing.map((subject) => subject.companyCode),
      missing.map((subject) => subject.jointTest),
      missing.map((subject) => (subject.tag ? null : subject.text)),
      missing.map((subject) => (subject.tag ? subject.text : null)),
    ];
    // A row that is there already (made by hand, say) gives no RETURNING row: the second statement finds it.
    await client.query(
      `INSERT INTO person (company_code, joint_test, person_id, card_no, received_at)
       SELECT u.*, $5 FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[]) AS u ON CONFLICT DO NOTHING`,
      [...columns, new Date(receivedAtMs).toISOString()],
    );
    const rows = await queryRows<{
      id: number;
      companyCode: string;
      jointTest: boolean;
      personId: string | null;
      cardNo: string | null;
    }>(
      client,
      `SELECT p.id, p.company_code AS "companyCode", p.joint_test AS "jointTest", p.person_id AS "personId",
              p.card_no AS "cardNo"
       FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[]) AS u (company_code, joint_test, person_id, card_no)
       JOIN person p ON p.company_code = u.company_code AND p.joint_test = u.joint_test
        AND (p.person_id = u.person_id OR (u.person_id IS NULL AND p.person_id IS NULL AND p.card_no = u.card_no))`,
      columns,
    );
    for (const { id, companyCode, jointTest, personId, cardNo } of rows) {
      subjects.resolve({ companyCode, jointTest, tag: personId === null, text: personId ?? cardNo ?? '' }, id);
    }
  }
  return Int32Array.from(pending, (subject) => {
    const id = subjects.resolved(subject);
    if (id === undefined) throw new Error(`no person row for a subject of ${subject.companyCode}`);
    return id;
  });
}
