/**
 * Registers for the pages: every right is judged here, every read and write goes by the caller's rows, and each write is kept
 * with its history, its line in the audit and what the engine hears, in one transaction. What is kept how is the stores' matter
 * (store.ts), what may be kept the writer's (writer.ts). Every method throws AppError FORBIDDEN, NOT_FOUND (also for rows out of
 * scope), CONFLICT, INPUT_INVALID, DATABASE_UNAVAILABLE; refused values come back as problems.
 */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type {
  ActionAnswer,
  ActionRequest,
  FieldProblem,
  MoveRequest,
  RegisterOptions,
  RegisterPage,
  RegisterRow,
  Revealed,
  RevealRequest,
  RowChange,
  RowHistory,
  RowInput,
} from '../../core/register-api.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Pool, type PoolClient, withTransaction } from '../../db/pool.ts';
import type { AnyRegister, Party } from '../../registers/register.ts';
import { type Actor, type AuditAction, insertAudit } from '../audit.ts';
import type { ActionWork } from './actions.ts';
import { announce } from './announce.ts';
import { checkFields } from './check.ts';
import { type ListInput, listQuery } from './list-query.ts';
import { type KeptRegister, type KeptRegisters, optionReaders, referringTo } from './references.ts';
import { isEditable, may, type RegisterUser, rowScope } from './rights.ts';
import { SealedLooks } from './sealed-looks.ts';
import { type Secrets, sealedFields, unsealed } from './secrets.ts';
import { movesOf, shownRows } from './shown.ts';
import type { Authorship, SealedValue, StoredRow, StoredValues } from './store.ts';
import { type Prepared, RegisterWriter } from './writer.ts';

export interface RegisterDeskOptions {
  readonly pool: Pool;
  readonly kept: KeptRegisters;
  /** By register, then by action. */
  readonly actions: Readonly<Record<string, Readonly<Record<string, ActionWork>>>>;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

export type Kept<T> = Result<T, readonly FieldProblem[]>;

/** More is told as one more: to count ten thousand rows costs more than to show fifty. */
const COUNT_MAX = 1_000;
const OPTIONS_MAX = 20;

export class RegisterDesk {
  readonly registers: readonly AnyRegister[];
  readonly writer: RegisterWriter;
  readonly looks: SealedLooks;
  readonly #o: RegisterDeskOptions;

  constructor(options: RegisterDeskOptions) {
    this.#o = options;
    this.registers = [...options.kept.values()].map(({ register }) => register);
    this.writer = new RegisterWriter(options.kept, options.secrets);
    this.looks = new SealedLooks(options.pool, options.clock);
  }

  async list(register: AnyRegister, user: RegisterUser, input: ListInput): Promise<RegisterPage> {
    const { pool, secrets } = this.#o;
    const target = this.target(register, user, register.rights.read);
    const query = listQuery(register, input, secrets);
    await this.looks.take(register, user, query);
    const scope = rowScope(user, register);
    const { rows, next } = await target.store.list(pool, scope, query);
    const isWhole = query.after === null && next === null;
    const count = isWhole ? rows.length : await target.store.count(pool, scope, query, COUNT_MAX + 1);
    return { rows: await this.#shown(target, user, rows), next, count };
  }

  /** For fields that name a row of this register: for whoever reads it, or writes one that names it. */
  async options(
    register: AnyRegister,
    user: RegisterUser,
    { search, keys, companyCode }: { search: string | null; keys: readonly string[]; companyCode: string | null },
  ): Promise<RegisterOptions> {
    const target = this.target(register, user, optionReaders(this.registers, register));
    const scope = rowScope(user, register);
    const { pool } = this.#o;
    const { by, descending = false } = register.list.sort;
    const { rows } = await target.store.list(pool, scope, {
      search,
      filters: keys.length > 0 ? [{ field: register.key, oneOf: keys }] : [],
      companyCode,
      states: [],
      sort: { by, descending },
      after: null,
      limit: Math.max(OPTIONS_MAX, keys.length),
    });
    return {
      options: rows.map(({ values, companyCode: of }) => ({
        key: String(values[register.key]),
        label: String(values[register.label] ?? values[register.key]),
        companyCode: of,
      })),
    };
  }

  async get(register: AnyRegister, user: RegisterUser, id: string): Promise<RegisterRow> {
    const target = this.target(register, user, register.rights.read);
    return this.#shownOne(target, user, await this.row(target, user, id));
  }

  async create(register: AnyRegister, user: RegisterUser, input: RowInput): Promise<Kept<RegisterRow>> {
    const target = this.target(register, user, register.rights.create);
    const companyCode = register.scope === 'park' ? null : (user.companyCode ?? input.companyCode ?? null);
    if (user.companyCode !== null && input.companyCode !== undefined && input.companyCode !== user.companyCode) {
      throw new AppError('FORBIDDEN', { detail: 'another company' });
    }
    return this.#write(target, user, { row: null, companyCode, values: input.values }, 'create');
  }

  /** By somebody without an account, whom a link made `user` (admin/vehicle-entries.ts): always a new row of the user's company. */
  async enter(register: AnyRegister, user: RegisterUser, values: RowInput['values']): Promise<Kept<RegisterRow>> {
    const target = this.target(register, user, register.rights.create);
    return this.#write(target, user, { row: null, companyCode: user.companyCode, values }, 'self-entry');
  }

  async update(register: AnyRegister, user: RegisterUser, id: string, change: RowChange): Promise<Kept<RegisterRow>> {
    const target = this.target(register, user, register.rights.update);
    const row = await this.row(target, user, id);
    assertVersion(row, change.version);
    return this.#write(target, user, { row, companyCode: row.companyCode, values: change.values }, 'update');
  }

  async remove(register: AnyRegister, user: RegisterUser, id: string, version: number): Promise<void> {
    const target = this.target(register, user, register.rights.remove);
    const row = await this.row(target, user, id);
    assertVersion(row, version);
    if (!isEditable(register, row.state)) throw new AppError('FORBIDDEN', { detail: 'not in this state' });
    const by = this.authorship(user, 'remove');
    await withTransaction(this.#o.pool, async (client) => {
      await this.#assertUnnamed(client, target, row);
      await target.store.remove(client, id, version, by);
      await this.writer.tell(client, target, [{ before: row, after: null }], by);
      await this.#audit(client, user, 'register.remove', target, row, { before: unsealed(register, row.values) });
    });
  }

  async move(
    register: AnyRegister,
    user: RegisterUser,
    id: string,
    name: string,
    request: MoveRequest,
  ): Promise<RegisterRow> {
    const target = this.target(register, user, register.rights.read);
    const row = await this.row(target, user, id);
    const move = register.states?.moves.find((one) => one.name === name);
    if (move === undefined || !may(user, move.by)) throw new AppError('FORBIDDEN');
    assertVersion(row, request.version);
    if (!movesOf(register, user, row).includes(move)) throw new AppError('CONFLICT', { detail: 'not in this state' });
    const reason = request.reason?.trim() || null;
    if (move.reason === true && reason === null) throw new AppError('REASON_MISSING');
    const by = { ...this.authorship(user, move.name), reason };
    const moved = await withTransaction(this.#o.pool, async (client) => {
      const [after] = await target.store.update(client, [{ id, version: row.version, values: {}, state: move.to }], by);
      if (after === undefined) throw new AppError('NOT_FOUND');
      await this.writer.tell(client, target, [{ before: row, after }], by);
      const detail = { move: move.name, from: row.state, to: move.to, reason };
      await this.#audit(client, user, 'register.move', target, after, detail);
      return after;
    });
    return this.#shownOne(target, user, await this.#settled(target, moved));
  }

  async act(
    register: AnyRegister,
    user: RegisterUser,
    id: string,
    name: string,
    request: ActionRequest,
  ): Promise<Kept<ActionAnswer>> {
    const target = this.target(register, user, register.rights.read);
    const row = await this.row(target, user, id);
    const action = register.actions?.find((one) => one.name === name);
    const work = this.#o.actions[register.name]?.[name];
    if (action === undefined || work === undefined || !may(user, action.by)) throw new AppError('FORBIDDEN');
    assertVersion(row, request.version);
    const input = checkFields(action.input ?? {}, request.input);
    if (!input.ok) return input;
    const by = this.authorship(user, name);
    const call = { row, input: input.value, user, by };
    await work.before?.(call);
    const shown = await withTransaction(this.#o.pool, async (client) => {
      const answer = await work({ ...call, client });
      await announce(client, register, [{ before: row, after: null }], by);
      await this.#audit(client, user, 'register.action', target, row, { action: name });
      return answer;
    });
    const after = await this.#settled(target, await this.row(target, user, id));
    return ok({ row: await this.#shownOne(target, user, after), shown });
  }

  async history(register: AnyRegister, user: RegisterUser, id: string): Promise<RowHistory> {
    const { pool, secrets } = this.#o;
    const target = this.target(register, user, register.rights.read);
    const row = await this.row(target, user, id);
    // A value was sealed under the key that held then; older changes are under older keys.
    let key = String(row.values[register.key]);
    const masked = (values: StoredValues | null, under: string): StoredValues =>
      values === null ? {} : secrets.masked({ ...this.writer.placeOf(target, row), key: under }, values);
    const changes = (await target.store.history(pool, id)).map(({ before, after, ...rest }) => {
      const now = key;
      key = String(before?.[register.key] ?? key);
      const [was, is] = [masked(before, key), masked(after, now)];
      const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])];
      const diff = fields
        .map((field) => ({ field, before: was[field] ?? null, after: is[field] ?? null }))
        .filter((one) => one.before !== null || one.after !== null);
      return { ...rest, diff };
    });
    return { changes };
  }

  async reveal(register: AnyRegister, user: RegisterUser, id: string, request: RevealRequest): Promise<Revealed> {
    const { pool, secrets } = this.#o;
    const target = this.target(register, user, register.rights.reveal);
    const row = await this.row(target, user, id);
    const { field, reason } = request;
    if (!sealedFields(register).some(([name]) => name === field)) throw new AppError('NOT_FOUND', { detail: field });
    const value = (row.values[field] ?? null) as SealedValue | null;
    if (value === null) throw new AppError('NOT_FOUND', { detail: field });
    const opened = secrets.open(this.writer.placeOf(target, row), field, value);
    // On record before it is known: without the line there is no answer.
    await withTransaction(pool, (client) =>
      this.#audit(client, user, 'register.reveal', target, row, { field, reason }),
    );
    return { value: opened };
  }

  /** Throws FORBIDDEN. */
  target(register: AnyRegister, user: RegisterUser, parties: readonly Party[] | undefined): KeptRegister {
    const target = this.#o.kept.get(register.name);
    if (target === undefined) throw new Error(`register ${register.name} is kept nowhere`);
    if (!may(user, parties)) throw new AppError('FORBIDDEN');
    return target;
  }

  /** A standing row that the caller may know. Throws NOT_FOUND. */
  async row({ register, store }: KeptRegister, user: RegisterUser, id: string): Promise<StoredRow> {
    const row = await store.get(this.#o.pool, rowScope(user, register), id);
    if (row === null) throw new AppError('NOT_FOUND');
    return row;
  }

  authorship(user: RegisterUser, act: string): Authorship {
    return { userId: user.userId, userName: user.userName, atMs: this.#o.clock.nowMs(), act, reason: null };
  }

  async #write(
    target: KeptRegister,
    user: RegisterUser,
    draft: Parameters<RegisterWriter['check']>[3][number],
    act: 'create' | 'update' | 'self-entry',
  ): Promise<Kept<RegisterRow>> {
    const { register } = target;
    const by = this.authorship(user, act);
    const work = async (client: PoolClient): Promise<Kept<StoredRow>> => {
      const [checked] = await this.writer.check(client, target, user, [draft]);
      if (checked?.ok !== true) return checked ?? err([]);
      const prepared: Prepared = checked.value;
      const [row] = await this.writer.keep(client, target, [prepared], by);
      if (row === undefined) throw new AppError('NOT_FOUND');
      if (Object.keys(prepared.values).length > 0) {
        const before = draft.row === null ? null : only(draft.row.values, prepared.values);
        const detail = {
          ...(act === 'self-entry' ? { act } : {}),
          before: before && unsealed(register, before),
          after: unsealed(register, prepared.values),
        };
        const action = draft.row === null ? 'register.create' : 'register.update';
        await this.#audit(client, user, action, target, row, detail);
      }
      return ok(row);
    };
    const written = await withTransaction(this.#o.pool, work).catch((error: unknown) => saidOfField(register, error));
    return written.ok ? ok(await this.#shownOne(target, user, await this.#settled(target, written.value))) : written;
  }

  async #settled({ store }: KeptRegister, row: StoredRow): Promise<StoredRow> {
    return (await store.settle?.(this.#o.pool, row)) ?? row;
  }

  /** Others that name the row keep it where it is. */
  async #assertUnnamed(client: PoolClient, { register }: KeptRegister, row: StoredRow): Promise<void> {
    const key = String(row.values[register.key]);
    for (const { from, field } of referringTo(this.#o.kept, register)) {
      const [first] = (
        await from.store.list(
          client,
          { companyCode: register.scope === 'company' ? row.companyCode : null, contractorCode: null },
          {
            search: null,
            filters: [{ field, oneOf: [key] }],
            companyCode: null,
            states: [],
            sort: { by: from.register.list.sort.by, descending: false },
            after: null,
            limit: 1,
          },
        )
      ).rows;
      if (first === undefined) continue;
      const label = String(first.values[from.register.label] ?? first.values[from.register.key]);
      throw new AppError('CONFLICT', { detail: `${from.register.name}: ${label} names it (${field})` });
    }
  }

  #audit(
    client: PoolClient,
    { userId, userName, address }: RegisterUser,
    action: AuditAction,
    { register }: KeptRegister,
    row: StoredRow,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const actor: Actor = { userId, userName, address };
    const subject = `${register.name}:${row.companyCode === null ? '' : `${row.companyCode}/`}${String(row.values[register.key])}`;
    const entry = { actor, action, subject, outcome: 'ok' as const };
    return insertAudit(client, { ...entry, detail: { id: row.id, version: row.version, ...detail } });
  }

  #shown(target: KeptRegister, user: RegisterUser, rows: readonly StoredRow[]): Promise<RegisterRow[]> {
    const { pool, kept, secrets } = this.#o;
    return shownRows(pool, kept, target, secrets, user, rows);
  }

  async #shownOne(target: KeptRegister, user: RegisterUser, row: StoredRow): Promise<RegisterRow> {
    const [shown] = await this.#shown(target, user, [row]);
    if (shown === undefined) throw new AppError('NOT_FOUND');
    return shown;
  }
}

function assertVersion(row: StoredRow, version: number): void {
  if (row.version !== version) {
    throw new AppError('CONFLICT', { detail: `version ${row.version} holds, by ${row.updatedBy}` });
  }
}

/** The check of a topic names the field that it means; what it says of no field of ours goes on as it is. */
function saidOfField(register: AnyRegister, error: unknown): Kept<never> {
  const detail = error instanceof AppError && error.code === 'INPUT_INVALID' ? error.detail : undefined;
  const field = detail?.split(/[^\w]+/).find((word) => Object.hasOwn(register.fields, word));
  if (detail === undefined || field === undefined) throw error;
  return err([{ field, words: { zh: `引擎不接受：${detail}`, en: detail } }]);
}

const only = (values: StoredValues, like: StoredValues): StoredValues =>
  Object.fromEntries(Object.keys(like).map((name) => [name, values[name] ?? null]));
