/**
 * From what somebody wrote to rows that are kept: the check of the values, of the rows that they name and of the files, then
 * sealing, the store, what the engine is told, and files that now belong to a row. One row or ten thousand go the same way;
 * import asks `check` alone for its dry run. Rights and the audit are the caller's.
 */
import type { FieldProblem, RowValues } from '../../core/register-api.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Words } from '../../core/words.ts';
import type { PoolClient, Queryable } from '../../db/pool.ts';
import { changedValues } from '../../db/registers/changes.ts';
import type { Field, StoredFile } from '../../registers/field.ts';
import { announce } from './announce.ts';
import { checkChange, checkNew, type Source } from './check.ts';
import { nameFiles, readUploads } from './file-rows.ts';
import { type KeptRegister, type KeptRegisters, Named, referencesOf } from './references.ts';
import { isEditable, type RegisterUser, rowScope } from './rights.ts';
import type { SecretPlace, Secrets } from './secrets.ts';
import { sealedFields } from './secrets.ts';
import type { Authorship, NewRow, RowUpdate, SealedValue, StoredRow, StoredValues } from './store.ts';
import { tellEngine, togetherTold, toldOf } from './told.ts';

/** A row as it is to be. `row`: the one that stands; null: a new one. */
export interface Draft {
  readonly row: StoredRow | null;
  readonly companyCode: string | null;
  /** As written: of a row that stands those that change, or all of them. */
  readonly values: RowValues;
}

/** A draft that may be kept. */
export interface Prepared {
  readonly row: StoredRow | null;
  readonly companyCode: string | null;
  /** Of a new row all of them, of another those that change, what is sealed sealed. Empty: it is so already. */
  readonly values: StoredValues;
}

export type Checked = Result<Prepared, readonly FieldProblem[]>;

/** A roster of years, of one company or of the park. */
const TOGETHER_MAX = 100_000;

const NO_COMPANY: Words = { zh: '请选择企业', en: 'Say of which company' };
const NOT_YOURS: Words = { zh: '只能填写本单位', en: 'Only your own unit' };
const NOT_THERE: Words = { zh: '没有登记这一项', en: 'There is no such row on the register' };
const NOT_NOW: Words = { zh: '当前状态下不能修改', en: 'Cannot be changed in this state' };
const NO_FILE: Words = { zh: '没有收到这个文件，请重新上传', en: 'This file is not here, send it again' };

export class RegisterWriter {
  readonly #kept: KeptRegisters;
  readonly #secrets: Secrets;

  constructor(kept: KeptRegisters, secrets: Secrets) {
    this.#kept = kept;
    this.#secrets = secrets;
  }

  /** One answer for each draft, in order. */
  async check(
    db: Queryable,
    target: KeptRegister,
    user: RegisterUser,
    drafts: readonly Draft[],
    source: Source = 'page',
  ): Promise<Checked[]> {
    const first = drafts.map((draft) => this.#checkAlone(target, user, draft, source));
    const fine = first.flatMap((checked) => (checked.ok ? [checked.value] : []));
    const { fields } = target.register;
    const named = await Named.read(
      db,
      this.#kept,
      fine.map(({ draft, values }) => ({ companyCode: draft.companyCode, references: referencesOf(fields, values) })),
      // To name a row shows what it is called.
      (register) => rowScope(user, register),
    );
    const uploads = await readUploads(
      db,
      target.register,
      fine.flatMap(({ values }) => filesOf(fields, values)),
    );
    return first.map((checked): Checked => {
      if (!checked.ok) return checked;
      const { draft, values } = checked.value;
      const problems = referencesOf(fields, values)
        .filter((reference) => named.label(draft.companyCode, reference) === null)
        .map(({ field }): FieldProblem => ({ field, words: NOT_THERE }));
      const held: Record<string, unknown> = { ...values };
      for (const name of fileFields(fields)) {
        const sent = values[name] as readonly StoredFile[] | null | undefined;
        if (sent === null || sent === undefined) continue;
        const standing = (draft.row?.values[name] ?? []) as readonly StoredFile[];
        const files = sent.map(
          ({ id }) => standing.find((file) => file.id === id) ?? uploads.get(name, id, user.userId),
        );
        if (files.includes(undefined)) problems.push({ field: name, words: NO_FILE });
        held[name] = files;
      }
      if (problems.length > 0) return err(problems);
      return ok({ row: draft.row, companyCode: draft.companyCode, values: this.#sealed(target, draft, held) });
    });
  }

  /** Throws what the store throws. Rows in the order of `prepared`; those without a change as they stand. */
  async keep(
    client: PoolClient,
    target: KeptRegister,
    prepared: readonly Prepared[],
    by: Authorship,
  ): Promise<StoredRow[]> {
    const { register, store } = target;
    const isNew = (one: Prepared): boolean => one.row === null;
    const isChange = (one: Prepared): boolean => one.row !== null && Object.keys(one.values).length > 0;
    const state = register.states?.initial ?? null;
    const made = await (prepared.some(isNew)
      ? store.insert(
          client,
          prepared.filter(isNew).map(({ companyCode, values }): NewRow => ({ companyCode, state, values })),
          by,
        )
      : []);
    const changes = prepared.filter(isChange).map(({ row, values }): RowUpdate => {
      const { id, version } = row as StoredRow;
      return { id, version, values };
    });
    const changed = await (changes.length > 0 ? store.update(client, changes, by) : []);
    const [nextMade, nextChanged] = [made.values(), changed.values()];
    const rows = prepared.map(
      (one) => (isNew(one) ? nextMade.next().value : isChange(one) ? nextChanged.next().value : one.row) as StoredRow,
    );
    const moves = prepared.map(({ row }, i) => ({ before: row, after: rows[i] as StoredRow }));
    await this.tell(client, target, moves, by);
    await nameFiles(
      client,
      prepared.flatMap(({ values }, i) =>
        filesOf(register.fields, values).map((id) => ({ id, rowId: (rows[i] as StoredRow).id })),
      ),
    );
    return rows;
  }

  /** What open pages and the engine are to hear of rows that came, changed or went. */
  async tell(
    client: PoolClient,
    target: KeptRegister,
    moves: readonly { readonly before: StoredRow | null; readonly after: StoredRow | null }[],
    by: Authorship,
  ): Promise<void> {
    const { register } = target;
    await announce(client, register, moves, by);
    if (register.tellsTogether !== undefined) {
      const together = await togetherTold(
        client,
        register,
        (company) => this.#standing(client, target, company),
        moves,
      );
      await tellEngine(client, together, by);
    }
    if (register.tells === undefined) return;
    const told = (row: StoredRow | null) =>
      row === null
        ? null
        : toldOf(register, this.#secrets.masked(this.placeOf(target, row), row.values), row.companyCode);
    const changes = moves.map(({ before, after }) => ({ before: told(before), after: told(after) }));
    await tellEngine(client, changes, by);
  }

  async #standing(
    client: PoolClient,
    { register, store }: KeptRegister,
    companyCode: string | null,
  ): Promise<readonly StoredRow[]> {
    const sort = { by: register.list.sort.by, descending: false };
    const all = { search: null, filters: [], companyCode: null, states: [], sort, after: null, limit: TOGETHER_MAX };
    const { rows, next } = await store.list(client, { companyCode, contractorCode: null }, all);
    if (next !== null) throw new Error(`register ${register.name} has more rows than one setting is made of`);
    return rows;
  }

  placeOf(
    { register, store }: KeptRegister,
    { companyCode, values }: Pick<StoredRow, 'companyCode' | 'values'>,
  ): SecretPlace {
    return { register, store, companyCode, key: String(values[register.key]) };
  }

  /** Whatever needs no look at other rows. */
  #checkAlone(
    target: KeptRegister,
    user: RegisterUser,
    draft: Draft,
    source: Source,
  ): Result<{ readonly draft: Draft; readonly values: RowValues }, readonly FieldProblem[]> {
    const { register } = target;
    const { row, companyCode } = draft;
    if (row === null && register.scope === 'company' && companyCode === null) {
      return err([{ field: 'companyCode', words: NO_COMPANY }]);
    }
    if (source === 'page' && row !== null && !isEditable(register, row.state)) {
      return err([{ field: register.key, words: NOT_NOW }]);
    }
    const written = ownUnit(target, user, draft);
    const place = row === null ? null : this.placeOf(target, row);
    const checked =
      row === null || place === null
        ? checkNew(register, written, source)
        : checkChange(register, written, this.#secrets.masked(place, row.values), source);
    if (!checked.ok) return checked;
    const { contractor } = register;
    if (user.role === 'contractor' && contractor !== undefined) {
      const unit = checked.value[contractor];
      if (unit !== undefined && unit !== user.contractorCode) return err([{ field: contractor, words: NOT_YOURS }]);
    }
    const problem = this.#problem(target, draft, checked.value);
    return problem === null ? ok({ draft, values: checked.value }) : err([problem]);
  }

  #problem(target: KeptRegister, { row }: Draft, values: RowValues): FieldProblem | null {
    const { register } = target;
    if (register.problem === undefined) return null;
    const standing = row === null ? {} : this.#secrets.opened(this.placeOf(target, row), row.values);
    return register.problem({ ...standing, ...values } as never);
  }

  /** As stored, and of a row that stands only what differs. Under a new key everything is sealed anew. */
  #sealed(target: KeptRegister, { row, companyCode }: Draft, values: RowValues): StoredValues {
    const { register } = target;
    const old = row === null ? null : this.placeOf(target, row);
    const place = this.placeOf(target, { companyCode, values: { ...row?.values, ...values } });
    const stored: Record<string, unknown> = { ...values };
    for (const [name] of sealedFields(register)) {
      const standing = (row?.values[name] ?? null) as SealedValue | null;
      let plain = stored[name] as string | null | undefined;
      if (plain === undefined && standing !== null && old !== null && old.key !== place.key) {
        plain = this.#secrets.open(old, name, standing);
      }
      if (typeof plain !== 'string') continue;
      const sealed = this.#secrets.seal(place, name, plain);
      // Sealed twice it looks different; the blind index tells whether it is.
      stored[name] = old?.key === place.key && standing?.blind === sealed.blind ? standing : sealed;
    }
    if (row === null) return stored;
    return changedValues(row.values, stored)?.after ?? {};
  }
}

/** A contractor's people need not say their unit. */
function ownUnit({ register }: KeptRegister, user: RegisterUser, { row, values }: Draft): RowValues {
  const { contractor } = register;
  if (row !== null || user.role !== 'contractor' || contractor === undefined) return values;
  return (values[contractor] ?? null) === null ? { ...values, [contractor]: user.contractorCode } : values;
}

const fileFields = (fields: Readonly<Record<string, Field>>): string[] =>
  Object.entries(fields).flatMap(([name, { kind }]) => (kind === 'files' ? [name] : []));

const filesOf = (fields: Readonly<Record<string, Field>>, values: StoredValues): string[] =>
  fileFields(fields).flatMap((name) => ((values[name] ?? []) as readonly StoredFile[]).map(({ id }) => id));
