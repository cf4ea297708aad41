/**
 * Rows of registers that rules go by, from their tables into the log: whatever changed a row (a page, a file, a vendor's record),
 * its newest version goes as it stands, and what stood before the first start, or before a log that began anew, goes in full.
 * Ports only: roles/relay.ts wires PostgreSQL and Redis, tests wire memory.
 *
 * Invariants: a version is marked only after the log has confirmed its entry. Killed in between, the next one reads the same rows
 * and appends the same bytes, whose id the log drops; rows that changed meanwhile go as they are then, and the engine takes the
 * last word. One relay at a time appends, by its lease's term, so a row's words are in the log in the order of its versions.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { AppError, type ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { ToldPlace, ToldRegister } from '../db/registers/heard.ts';
import type { AnyRegister } from '../registers/register.ts';
import { isFollowedBy } from '../stream/log-continuation.ts';
import { ENTRY_KIND } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import type { LogAppender, LogHead, LogReader } from '../stream/protocol/log.ts';
import type { HeardRow, HeardRowsBody } from '../stream/protocol/permits.ts';

/** The database's end: db/registers/heard.ts. Everything throws DATABASE_UNAVAILABLE while it is away. */
export interface HeardTables {
  told(): Promise<ReadonlyMap<string, ToldRegister>>;
  begin(register: AnyRegister, told: ToldRegister): Promise<void>;
  untold(register: AnyRegister, limit: number): Promise<readonly HeardRow[]>;
  mark(
    register: AnyRegister,
    rows: readonly HeardRow[],
    told: Pick<ToldRegister, 'isComplete' | 'place'>,
  ): Promise<void>;
}

export interface HeardFeedOptions {
  /** Those that rules go by. */
  readonly registers: readonly AnyRegister[];
  readonly tables: HeardTables;
  /** To append, and to look whether what was told is still there. */
  readonly log: LogAppender & LogReader;
  readonly clock: Clock;
  readonly logger: Logger;
}

const ROWS_AT_ONCE = 500;
const LOG_OTHER: readonly ErrorCode[] = ['LOG_GAP', 'LOG_EPOCH_CHANGED'];

export class HeardFeed {
  readonly #o: HeardFeedOptions;

  constructor(options: HeardFeedOptions) {
    this.#o = options;
  }

  /** Until the engine has been told of every row. Returns how many went. Throws what the ports throw; what went until then is marked. */
  async send(): Promise<number> {
    const { registers, tables } = this.#o;
    const told = await tables.told();
    const isThere = await this.#isThere([...told.values()].map(({ place }) => place));
    let sent = 0;
    for (const register of registers) {
      const known = told.get(register.name);
      const isKnown = known !== undefined && isThere && isSame(known.fields, register.heard ?? []);
      sent += await this.#sendRows(register, isKnown ? known : await this.#begin(register));
    }
    return sent;
  }

  /** Whether the log still has what was told: not after it began anew, nor after it came back without its newest entries. */
  async #isThere(places: readonly ToldPlace[]): Promise<boolean> {
    const { log } = this.#o;
    if (places.length === 0) return true;
    const head = await log.head();
    if (places.some(({ epoch }) => epoch !== head.epoch)) return false;
    try {
      return await isFollowedBy(log, newestOf(places), head);
    } catch (error) {
      // Another log, or a shorter one, than the one that was looked into last.
      if (!(error instanceof AppError) || !LOG_OTHER.includes(error.code)) throw error;
      await log.close();
      return false;
    }
  }

  async #begin(register: AnyRegister): Promise<ToldRegister> {
    const { log, tables, clock, logger } = this.#o;
    const { epoch, seq } = await log.head();
    const telling = clock.nowMs();
    const place = { epoch, seq, receivedAtMs: 0 };
    const told = { fields: register.heard ?? [], telling, isComplete: false, place };
    await tables.begin(register, told);
    logger.info('register-told-in-full', { register: register.name });
    return told;
  }

  async #sendRows(register: AnyRegister, told: ToldRegister): Promise<number> {
    const { tables } = this.#o;
    let { isComplete } = told;
    for (let sent = 0; ; ) {
      const rows = await tables.untold(register, ROWS_AT_ONCE);
      const isLast = rows.length < ROWS_AT_ONCE;
      if (rows.length === 0 && isComplete) return sent;
      const body = { register: register.name, telling: told.telling, isComplete: isComplete || isLast, rows };
      // Asked for before: a log that begins anew in between has another epoch, which the next look then sees.
      const head = await this.#o.log.head();
      await tables.mark(register, rows, { isComplete: body.isComplete, place: await this.#append(body, head) });
      sent += rows.length;
      if (isLast) return sent;
      isComplete = body.isComplete;
    }
  }

  async #append(body: HeardRowsBody, { epoch, seq: headSeq }: LogHead): Promise<ToldPlace> {
    const bytes = encodeBody('heardRows', body);
    const digest = createHash('sm3').update(bytes).digest('hex').slice(0, 32);
    const receivedAtMs = this.#o.clock.nowMs();
    const entry = { kind: ENTRY_KIND.heardRows, receivedAtMs, body: bytes, dedupId: `heard:${digest}` };
    const { seq, repeat } = await this.#o.log.append(entry);
    return repeat ? { epoch, seq: headSeq, receivedAtMs: 0 } : { epoch, seq, receivedAtMs };
  }
}

const newestOf = (places: readonly ToldPlace[]): ToldPlace =>
  places.reduce((newest, one) => (one.seq > newest.seq ? one : newest));

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, n) => name === b[n]);
