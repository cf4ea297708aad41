/**
 * A file into a register: read in a thread (sheet/), its headings matched, its rows compared with those that stand and checked as
 * if somebody had typed them (writer.ts). A dry run goes the same way and keeps nothing; a real one keeps every row, or none when
 * a single one is refused. In batches, so that nobody else waits for a file.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { ImportReport } from '../../core/register-api.ts';
import type { Words } from '../../core/words.ts';
import { type Pool, type PoolClient, queryRows, withTransaction } from '../../db/pool.ts';
import type { Field } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { insertAudit } from '../audit.ts';
import type { RegisterDesk } from './desk.ts';
import { idOf, type MatchedHeadings, matchHeadings } from './file-columns.ts';
import { type CellProblem, ImportProblems } from './import-problems.ts';
import { type FoundRow, type KnownCompanies, type ReadRow, RowReader, type UnfitRow } from './import-rows.ts';
import type { KeptRegister } from './references.ts';
import { may, type RegisterUser, rowScope } from './rights.ts';
import type { Secrets } from './secrets.ts';
import { SHEET_FAULTS } from './sheet/sheet-cell.ts';
import { type OpenSheet, SheetRefused, withSheet } from './sheet/sheets.ts';
import type { StoredRow } from './store.ts';
import { takenValues } from './taken.ts';
import type { Prepared } from './writer.ts';

export interface FileParts {
  readonly pool: Pool;
  readonly desk: RegisterDesk;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** What is looked at without a pause: some 10 ms of it. */
const BATCH_CELLS = 4_000;
const BATCH_ROWS = 200;

const NO_HEADING: Words = { zh: '缺少这一列', en: 'This column is missing' };
const SAID_TWICE: Words = { zh: '这一列出现了两次', en: 'This column comes twice' };
const TAKEN: Words = { zh: '已被另一条记录使用', en: 'Another row has it already' };
const sameAs = (row: number): Words => ({ zh: `与第 ${row} 行重复`, en: `The same as in row ${row}` });

/** Nobody fills the places where files wait (sheet/sheets.ts) alone. */
const FILES_A_USER = 2;
/** Being read now, or waiting, by user. */
const filesOf = new Map<string, number>();

/** Throws AppError FORBIDDEN, FILE_TOO_LARGE, FILES_BUSY, CONFLICT (somebody changed a row meanwhile), DATABASE_UNAVAILABLE. */
export async function importFile(
  parts: FileParts,
  register: AnyRegister,
  user: RegisterUser,
  file: Uint8Array,
  dryRun: boolean,
): Promise<ImportReport> {
  const { create, update } = register.rights;
  const target = parts.desk.target(register, user, [...(create ?? []), ...(update ?? [])]);
  const problems = new ImportProblems();
  const own = filesOf.get(user.userId) ?? 0;
  if (own === FILES_A_USER) throw new AppError('FILES_BUSY');
  filesOf.set(user.userId, own + 1);
  try {
    return await withSheet(file, async (sheet) => {
      const run = new ImportRun(parts, target, user, sheet, problems);
      const prepared = await run.judge();
      const isKept = !dryRun && problems.refused === 0 && !run.isHopeless;
      if (isKept) await run.keep(prepared);
      else if (!dryRun) await run.audit(parts.pool, 'refused');
      return problems.report(dryRun, isKept, run.headings.unknown);
    });
  } catch (error) {
    if (!(error instanceof SheetRefused)) throw error;
    problems.tellOf(0, null, SHEET_FAULTS[error.fault]);
    return problems.report(dryRun, false, []);
  } finally {
    const left = (filesOf.get(user.userId) ?? 1) - 1;
    if (left === 0) filesOf.delete(user.userId);
    else filesOf.set(user.userId, left);
  }
}

class ImportRun {
  readonly headings: MatchedHeadings;
  /** The headings are such that no row can be taken. */
  isHopeless = false;
  readonly #parts: FileParts;
  readonly #target: KeptRegister;
  readonly #user: RegisterUser;
  readonly #sheet: OpenSheet;
  readonly #problems: ImportProblems;
  /** Fields of a new row that no heading gives. */
  #missing: string[] = [];
  #missingTold = false;

  constructor(parts: FileParts, target: KeptRegister, user: RegisterUser, sheet: OpenSheet, problems: ImportProblems) {
    this.#parts = parts;
    this.#target = target;
    this.#user = user;
    this.#sheet = sheet;
    this.#problems = problems;
    this.headings = matchHeadings(target.register, sheet.headings);
  }

  /** Rows that are to be kept. Empty where one is refused. */
  async judge(): Promise<Prepared[]> {
    if (this.#areHeadingsUnfit()) {
      this.isHopeless = true;
      this.#problems.refuseRest(this.#sheet.rows);
      return [];
    }
    const reader = await this.#reader();
    const places = this.headings.columns.flatMap((column, place) => (column === null ? [] : [place]));
    const batch = Math.max(10, Math.min(BATCH_ROWS, Math.floor(BATCH_CELLS / places.length)));
    const prepared: Prepared[] = [];
    for (let from = 0; from < this.#sheet.rows; from += batch) {
      const rows = await this.#sheet.read(from, batch, places);
      const found = this.#fit(rows.map((row) => reader.find(row)));
      const standing = await this.#standing(found);
      const read = this.#fit(
        found.map((one) => reader.read(one, standing.get(placeOf(one.companyCode, one.key)) ?? null)),
      );
      await turn();
      prepared.push(...(await this.#check(reader, read)));
      await turn();
    }
    return prepared;
  }

  /** All in one transaction. */
  async keep(prepared: readonly Prepared[]): Promise<void> {
    const by = this.#parts.desk.authorship(this.#user, 'import');
    await withTransaction(this.#parts.pool, async (client) => {
      for (let from = 0; from < prepared.length; from += BATCH_ROWS) {
        await this.#parts.desk.writer.keep(client, this.#target, prepared.slice(from, from + BATCH_ROWS), by);
        await turn();
      }
      await this.audit(client, 'ok');
    });
  }

  audit(db: Pool | PoolClient, outcome: 'ok' | 'refused'): Promise<void> {
    const { userId, userName, address } = this.#user;
    return insertAudit(db, {
      actor: { userId, userName, address },
      action: 'register.import',
      subject: this.#target.register.name,
      outcome,
      detail: { counts: this.#problems.counts, sm3: this.#sheet.digest },
    });
  }

  #areHeadingsUnfit(): boolean {
    const { register } = this.#target;
    const { headingRow } = this.#sheet;
    const given = new Set(this.headings.columns.flatMap((column) => (column === null ? [] : [idOf(column)])));
    for (const heading of this.headings.twice) this.#problems.tellOf(headingRow, heading, SAID_TWICE);
    const missing = Object.entries<Field>(register.fields).filter(
      ([name, { required, edit }]) => required === true && edit !== 'never' && !given.has(`field:${name}`),
    );
    this.#missing = missing.map(([name]) => name);
    const lacksCompany =
      register.scope === 'company' &&
      this.#user.companyCode === null &&
      !given.has('company') &&
      !given.has('company-name');
    if (lacksCompany) this.#problems.tellOf(headingRow, '企业代码', NO_HEADING);
    const lacksKey = !given.has(`field:${register.key}`);
    // Without the key no row says which it is; whatever else is missing matters for new rows alone.
    if (lacksKey) this.#tellMissing();
    return lacksCompany || lacksKey || this.headings.twice.length > 0;
  }

  #tellMissing(): void {
    if (this.#missingTold) return;
    this.#missingTold = true;
    for (const name of this.#missing) {
      const { title } = this.#target.register.fields[name] as Field;
      this.#problems.tellOf(this.#sheet.headingRow, title.zh, NO_HEADING);
    }
  }

  async #reader(): Promise<RowReader> {
    const { register } = this.#target;
    const { desk, secrets, pool } = this.#parts;
    const user = this.#user;
    return new RowReader({
      register,
      columns: this.headings.columns.flatMap((column, place) =>
        column === null ? [] : [{ column, heading: this.#sheet.headings[place] ?? '' }],
      ),
      companies: await readCompanies(pool, register, user),
      companyCode: user.companyCode,
      scope: rowScope(user, register),
      mayCreate: may(user, register.rights.create),
      mayUpdate: may(user, register.rights.update),
      shown: (row) => secrets.masked(desk.writer.placeOf(this.#target, row), row.values),
    });
  }

  /** Those that are; the others are refused. */
  #fit<T extends { readonly row: number }>(rows: readonly (T | UnfitRow)[]): T[] {
    return rows.flatMap((row) => {
      if (!('problems' in row)) return [row];
      this.#problems.refuse(row.row, row.problems);
      return [];
    });
  }

  async #standing(found: readonly FoundRow[]): Promise<Map<string, StoredRow>> {
    if (found.length === 0) return new Map();
    const { register, store } = this.#target;
    const companies = register.scope === 'company' ? [...new Set(found.flatMap((one) => one.companyCode ?? []))] : null;
    const rows = await store.byKeys(this.#parts.pool, companies, [...new Set(found.map(({ key }) => key))]);
    return new Map(rows.map((row) => [placeOf(row.companyCode, String(row.values[register.key])), row]));
  }

  async #check(reader: RowReader, read: readonly ReadRow[]): Promise<Prepared[]> {
    const { pool, desk } = this.#parts;
    const asked: ReadRow[] = [];
    for (const one of read) {
      if (one.standing !== null && Object.keys(one.values).length === 0) this.#problems.take('same');
      else if (one.standing === null && this.#missing.length > 0) {
        this.#tellMissing();
        this.#problems.refuseRest(1);
      } else asked.push(one);
    }
    const drafts = asked.map(({ standing, companyCode, values }) => ({ row: standing, companyCode, values }));
    const checked = await desk.writer.check(pool, this.#target, this.#user, drafts);
    const taken = await takenValues(
      pool,
      this.#target,
      checked.flatMap((one) => (one.ok ? [one.value] : [])),
    );
    return asked.flatMap((one, i) => {
      const answer = checked[i];
      const problems: CellProblem[] =
        answer === undefined || answer.ok
          ? []
          : answer.error.map(({ field, words }) => reader.problemAt(one, field, words));
      for (const { field, mark } of answer?.ok === true ? taken.uniqueOf(answer.value) : []) {
        const before = reader.seenBefore(field, one.companyCode, mark, one.row);
        if (before !== null) problems.push(reader.problemAt(one, field, sameAs(before)));
        else if (taken.isTaken(field, one.companyCode, mark, one.standing?.id))
          problems.push(reader.problemAt(one, field, TAKEN));
      }
      if (problems.length > 0 || answer?.ok !== true) {
        this.#problems.refuse(one.row, problems);
        return [];
      }
      if (Object.keys(answer.value.values).length === 0) {
        this.#problems.take('same');
        return [];
      }
      this.#problems.take(one.standing === null ? 'new' : 'changed');
      return [answer.value];
    });
  }
}

const placeOf = (companyCode: string | null, key: string): string => JSON.stringify([companyCode, key]);

async function readCompanies(
  pool: Pool,
  { scope }: AnyRegister,
  { companyCode }: RegisterUser,
): Promise<KnownCompanies> {
  const rows =
    scope === 'park'
      ? []
      : await queryRows<{ code: string; name: string }>(
          pool,
          'SELECT code, name FROM company WHERE $1::text IS NULL OR code = $1',
          [companyCode],
        );
  const codes = new Map<string, string | null>();
  for (const { code, name } of rows) codes.set(name, codes.has(name) ? null : code);
  return { nameOf: new Map(rows.map(({ code, name }) => [code, name])), codeOf: (name) => codes.get(name) ?? null };
}
