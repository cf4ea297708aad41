/**
 * Rows that the store writes from the log, and that pages change by saying something there: people and areas. A write is the page's
 * word (db/page-records.ts), its history, and an entry in the outbox; the row follows when the store has taken it. Until then a row
 * shows what is on its way, and `running` the version that the store has. A vendor's record stands over the page's (STO-9), but
 * for the fields of which the page has the last word.
 */
import { AppError } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import {
  findWaiting,
  lockWords,
  namesOf,
  nameText,
  type PageKind,
  type PageRecords,
  type PageWord,
  type RecordName,
  readWaiting,
  rowIdsOf,
  sayWords,
} from '../../db/page-records.ts';
import { type Pool, type PoolClient, type Queryable, queryRows } from '../../db/pool.ts';
import { changedValues, insertChanges, type RowChange, readChanges } from '../../db/registers/changes.ts';
import { pageDateMs } from '../../stream/protocol/page-records.ts';
import { isInScope } from '../register/rows-in-memory.ts';
import type {
  Authorship,
  ListQuery,
  NewRow,
  RegisterStore,
  RowList,
  RowScope,
  RowUpdate,
  StoredChange,
  StoredRow,
} from '../register/store.ts';
import { TableStore } from '../register/table-store.ts';
import { type Change, type RecordForm, WordShape } from './word-shape.ts';

/** The relay sends at the commit, the store writes within half a second. */
const WAIT_MS = 2_000;
const LOOK_EVERY_MS = 50;
const ID_FORM = /^\d{1,18}$/;
const NEVER = new AbortController().signal;
const EVERYBODY: RowScope = { companyCode: null, contractorCode: null };

export class PageWordStore<K extends PageKind> implements RegisterStore {
  readonly sealContext?: NonNullable<RegisterStore['sealContext']>;
  readonly #form: RecordForm<K>;
  readonly #shape: WordShape<K>;
  readonly #rows: TableStore;
  readonly #waitMs: number;

  /** `waitMs`: how long an answer waits for the store. */
  constructor(form: RecordForm<K>, waitMs = WAIT_MS) {
    this.#form = form;
    this.#shape = new WordShape(form);
    this.#rows = new TableStore(form.register);
    this.#waitMs = waitMs;
    if (form.sealContext !== undefined) this.sealContext = form.sealContext;
  }

  async list(db: Queryable, scope: RowScope, query: ListQuery): Promise<RowList> {
    const { rows, next } = await this.#rows.list(db, scope, query);
    return { rows: await this.#withWords(db, rows), next };
  }

  count(db: Queryable, scope: RowScope, query: ListQuery, limit: number): Promise<number> {
    return this.#rows.count(db, scope, query, limit);
  }

  async get(db: Queryable, scope: RowScope, id: string): Promise<StoredRow | null> {
    const stored = await this.#rows.get(db, scope, id);
    if (stored !== null) return (await this.#withWords(db, [stored]))[0] ?? null;
    if (!ID_FORM.test(id)) return null;
    const word = await findWaiting(db, this.#form.kind, id);
    if (word === null || word.deleted) return null;
    const row = this.#shape.rowOfWord(id, word);
    return isInScope(this.#form.register, row, scope) ? row : null;
  }

  async byKeys(db: Queryable, companyCodes: readonly string[] | null, keys: readonly string[]): Promise<StoredRow[]> {
    const rows = await this.#withWords(db, await this.#rows.byKeys(db, companyCodes, keys));
    const known = new Set(rows.map((row) => nameText(this.#shape.nameOf(row))));
    const words = (await readWaiting(db, this.#form.kind, companyCodes ?? [], keys)).filter(
      (word) => !word.deleted && !known.has(nameText(word)),
    );
    const ids = await rowIdsOf(db, words);
    return [...rows, ...words.map((word, i) => this.#shape.rowOfWord(ids[i] as string, word))];
  }

  async insert(client: PoolClient, rows: readonly NewRow[], by: Authorship): Promise<readonly StoredRow[]> {
    const { register } = this.#form;
    const names = rows.map(({ companyCode, values }) => ({
      companyCode: companyCode ?? '',
      recordId: String(values[register.key]),
    }));
    const taken = () => new AppError('CONFLICT', { detail: `${register.key}: another row has it` });
    if (new Set(names.map(nameText)).size < names.length) throw taken();
    const words = byName(await lockWords(client, this.#form.kind, names));
    const companies = [...new Set(names.map(({ companyCode }) => companyCode))];
    const wanted = new Set(names.map(nameText));
    const standing = await this.byKeys(
      client,
      companies,
      names.map(({ recordId }) => recordId),
    );
    if (standing.some((row) => wanted.has(nameText(this.#shape.nameOf(row))))) throw taken();
    const said = rows.map(({ values }, i): Change<K> => {
      const name = names[i] as RecordName;
      return { name, before: null, word: words.get(nameText(name)) ?? null, version: 0, values, changed: values };
    });
    return this.#say(client, said, by, false);
  }

  async update(client: PoolClient, changes: readonly RowUpdate[], by: Authorship): Promise<readonly StoredRow[]> {
    const said = await this.#standing(client, changes);
    const wrong = said.flatMap(({ before, changed }) =>
      Object.keys(changed).filter((field) => this.#shape.isVendors(before as StoredRow, field)),
    );
    if (wrong.length > 0)
      throw new AppError('INPUT_INVALID', { detail: `${wrong[0]}: the company’s own system says it` });
    return this.#say(client, said, by, false);
  }

  async remove(client: PoolClient, id: string, version: number, by: Authorship): Promise<void> {
    const said = await this.#standing(client, [{ id, version, values: {} }]);
    const { key } = this.#form.register;
    if (said.some(({ before }) => this.#shape.isOfVendor(before as StoredRow))) {
      throw new AppError('INPUT_INVALID', { detail: `${key}: the company’s own system has it, and withdraws it` });
    }
    await this.#say(client, said, by, true);
  }

  history(db: Queryable, id: string): Promise<StoredChange[]> {
    return readChanges(db, this.#form.register.name, id);
  }

  /** The row once the store has what was said, or as it is on its way when that takes longer. */
  async settle(db: Pool, row: StoredRow): Promise<StoredRow> {
    const untilMs = performance.now() + this.#waitMs;
    for (;;) {
      const now = await this.get(db, EVERYBODY, row.id);
      if (now === null || (now.running?.version ?? 0) >= row.version || performance.now() >= untilMs) return now ?? row;
      await pause(LOOK_EVERY_MS, NEVER);
    }
  }

  /** Throws NOT_FOUND, CONFLICT. */
  async #standing(client: PoolClient, changes: readonly RowUpdate[]): Promise<Change<K>[]> {
    const ids = changes.map(({ id }) => id).filter((id) => ID_FORM.test(id));
    const named = await namesOf(client, this.#form.kind, ids);
    const companies = [...new Set(named.map(({ companyCode }) => companyCode))];
    const rows = await this.byKeys(
      client,
      companies,
      named.map(({ recordId }) => recordId),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const found = changes.map(({ id }) => {
      const row = byId.get(id);
      if (row === undefined) throw new AppError('NOT_FOUND', { detail: `${this.#form.register.name} ${id}` });
      return row;
    });
    const words = byName(
      await lockWords(
        client,
        this.#form.kind,
        found.map((row) => this.#shape.nameOf(row)),
      ),
    );
    return changes.map(({ version, values }, i) => {
      const before = found[i] as StoredRow;
      const name = this.#shape.nameOf(before);
      const word = words.get(nameText(name)) ?? null;
      const holds = word?.version ?? before.version;
      if (holds !== version)
        throw new AppError('CONFLICT', { detail: `version ${holds} holds, by ${before.updatedBy}` });
      return { name, before, word, version, values: { ...before.values, ...values }, changed: values };
    });
  }

  async #say(
    client: PoolClient,
    changes: readonly Change<K>[],
    by: Authorship,
    deleted: boolean,
  ): Promise<StoredRow[]> {
    const companyNames = await readNames(client, [...new Set(changes.map(({ name }) => name.companyCode))]);
    const words = changes.map((change): PageWord<K> => {
      const { name, before, word, version, changed } = change;
      const saidAtMs = Math.max(by.atMs, (word?.saidAtMs ?? 0) + 1);
      const record = this.#form.record({
        companyCode: name.companyCode,
        companyName: companyNames.get(name.companyCode) ?? '',
        values: this.#shape.saidValues(change),
        changed,
        updatedAtMs: pageDateMs(saidAtMs),
      });
      return {
        ...name,
        version: (word?.version ?? version) + 1,
        body: deleted ? ({ ...record, ...this.#shape.nothingSaid(record), deleted } as PageRecords[K]) : record,
        saidAtMs,
        deleted,
        createdAtMs: before?.createdAtMs ?? by.atMs,
        createdBy: before?.createdBy ?? by.userName,
        by: by.userName,
      };
    });
    await sayWords(client, this.#form.kind, words);
    const ids = await rowIdsOf(client, words);
    const after = words.map((word, i): StoredRow => {
      const row = this.#shape.rowOfWord(ids[i] as string, word);
      const before = changes[i]?.before ?? null;
      return before === null ? row : this.#shape.overlaid(before, word);
    });
    const told = words.map(({ version }, i): RowChange => {
      const rowId = ids[i] as string;
      const before = changes[i]?.before?.values ?? null;
      if (deleted) return { rowId, version, before, after: null };
      const values = after[i]?.values ?? {};
      if (before === null) return { rowId, version, before, after: values };
      return { rowId, version, ...(changedValues(before, values) ?? { before: {}, after: {} }) };
    });
    // The history knows each word by the time it bears in the log.
    for (const atMs of new Set(words.map(({ saidAtMs }) => saidAtMs))) {
      const then = told.filter((_, i) => words[i]?.saidAtMs === atMs);
      await insertChanges(client, this.#form.register.name, then, { ...by, atMs });
    }
    return after;
  }

  async #withWords(db: Queryable, rows: readonly StoredRow[]): Promise<StoredRow[]> {
    const names = rows.map((row) => this.#shape.nameOf(row));
    const companies = [...new Set(names.map(({ companyCode }) => companyCode))];
    const recordIds = names.map(({ recordId }) => recordId);
    const words = byName(await readWaiting(db, this.#form.kind, companies, recordIds));
    return rows.flatMap((row) => {
      const word = words.get(nameText(this.#shape.nameOf(row)));
      if (word === undefined) return [{ ...row, running: { version: row.version, problem: null } }];
      return word.deleted ? [] : [this.#shape.overlaid(row, word)];
    });
  }
}

const byName = <K extends PageKind>(words: readonly PageWord<K>[]): Map<string, PageWord<K>> =>
  new Map(words.map((word) => [nameText(word), word]));

async function readNames(db: Queryable, codes: readonly string[]): Promise<Map<string, string>> {
  const rows = await queryRows<{ code: string; name: string }>(
    db,
    'SELECT code, name FROM company WHERE code = ANY ($1::text[])',
    [codes],
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
}
