/**
 * Seals the audit: each second, all rows that were committed and have no seal yet become blocks, chained by HMAC-SM3
 * (security/audit-chain.ts), and the heads of the blocks go to where the database does not reach. Two sealers do no harm: a
 * block has one number and one before it, so that the second one's is refused. A crash between database and files is made
 * good at the next start. What lies outside and not inside the database is never passed over: the ops alarm says so, and
 * numbers go on behind it, so that the gap stays to be seen.
 */

import type { Clock } from '../../core/clock.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Logger } from '../../core/logger.ts';
import { pause } from '../../core/pause.ts';
import {
  forgetUnsealed,
  type Head,
  insertSeal,
  readDrops,
  readHeads,
  readLastHead,
  readUnsealed,
  readWaiting,
} from '../../db/audit-chain.ts';
import { type Pool, sqlState, withTransaction } from '../../db/pool.ts';
import { type AuditKeys, CHAIN_START, isSameMac } from '../../security/audit-chain.ts';
import type { OpsAlarmCode, OpsAlarms } from '../../stream/protocol/ops-alarms.ts';
import type { HeadBlobs, HeadFiles } from './heads.ts';

export const SEAL_EVERY_MS = 1_000;
/** Rows without a seal, or heads that lie nowhere outside, for longer than this: an ops alarm. */
export const BEHIND_AFTER_MS = 60_000;
const COPY_EVERY_MS = 600_000;
const ROWS_PER_BLOCK = 1_000;
const HEADS_AT_ONCE = 10_000;
const TAKEN = '23505';

export interface AuditSealerOptions {
  readonly pool: Pool;
  /** Asked for each round: the key file may have changed. */
  readonly keys: () => AuditKeys;
  readonly files: Pick<HeadFiles, 'append' | 'last'>;
  /** null: no archive. */
  readonly copies: Pick<HeadBlobs, 'append' | 'read'> | null;
  readonly opsAlarms: Pick<OpsAlarms, 'raise' | 'clear'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class AuditSealer {
  readonly #o: AuditSealerOptions;
  /** Newest block that was ever seen, here or outside; numbers go on behind it. */
  #highest: Head | null = null;
  /** Heads up to here lie in the files. */
  #writtenNo: number | null = null;
  #copiedNo = 0;
  #copiedAtMs = 0;
  #sealedAtMs: number;
  #headsAtMs: number;
  readonly #standing = new Set<string>();

  constructor(options: AuditSealerOptions) {
    this.#o = options;
    this.#sealedAtMs = options.clock.nowMs();
    this.#headsAtMs = this.#sealedAtMs;
  }

  /** Until `signal` aborts. Waits out whatever does not answer. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        this.#o.logger.warn('audit-not-sealed', { error });
      }
      await this.#tellWhatIsBehind().catch((error: unknown) => this.#o.logger.warn('ops-alarm-failed', { error }));
      await pause(SEAL_EVERY_MS, signal);
    }
  }

  /** Seals all that waits, then writes the heads. Throws what database and files throw. */
  async round(): Promise<void> {
    const { clock } = this.#o;
    await this.#compareWithOutside();
    while (await this.#sealOnce());
    const { goneIds } = await readWaiting(this.#o.pool);
    if (goneIds.length === 0) this.#sealedAtMs = clock.nowMs();
    await this.#writeHeads();
    this.#headsAtMs = clock.nowMs();
    await this.#copyHead();
  }

  /** The first time with what lies outside, then with what was seen here. */
  async #compareWithOutside(): Promise<void> {
    const { pool, files, copies } = this.#o;
    const inside = await readLastHead(pool);
    if (this.#writtenNo === null) {
      const written = await files.last();
      const copied = (await copies?.read())?.at(-1) ?? null;
      this.#copiedNo = copied?.no ?? 0;
      for (const head of [written, copied]) if (head !== null) await this.#compare(head, inside);
      this.#writtenNo = written?.no ?? 0;
    } else if (this.#highest !== null) await this.#compare(this.#highest, inside);
    if (inside !== null && inside.no > (this.#highest?.no ?? 0)) this.#highest = inside;
  }

  async #compare(known: Head, inside: Head | null): Promise<void> {
    const { pool } = this.#o;
    if (known.no > (this.#highest?.no ?? 0)) this.#highest = known;
    const [same] = inside?.no === known.no ? [inside] : await readHeads(pool, known.no - 1, 1);
    if (same?.no === known.no && isSameMac(same.mac, known.mac)) return;
    // It went with its month.
    if ((await readDrops(pool)).some(({ startNo }) => startNo > known.no)) return;
    const what = same?.no === known.no ? 'another mac' : 'no such block';
    const detail = `block ${known.no} is known outside the database, which has ${what}: park audit verify says more`;
    this.#o.logger.error('audit-broken', { no: known.no, detail });
    await this.#raise('audit-broken', 'chain', detail);
  }

  /** One transaction, blocks of one month each. false: nothing waits. */
  async #sealOnce(): Promise<boolean> {
    const { pool, clock } = this.#o;
    const { current } = this.#o.keys();
    try {
      const sealed = await withTransaction(pool, async (client) => {
        // The head first: rows that another sealer takes from now on have a block with our number, and ours is refused.
        const last = await readLastHead(client);
        const rows = await readUnsealed(client, ROWS_PER_BLOCK);
        if (rows.length === 0) return null;
        let no = Math.max(last?.no ?? 0, this.#highest?.no ?? 0);
        let previous: Uint8Array = last?.mac ?? CHAIN_START;
        for (const [month, some] of groupBy(rows, (row) => row.month)) {
          no++;
          const ids = some.map(({ text }) => Number(text.id));
          const digests = Buffer.concat(some.map(({ text }) => current.rowDigest(text)));
          const content = { no, month, atMs: clock.nowMs(), ids, digests, previous };
          const mac = current.blockMac(content);
          await insertSeal(client, { ...content, keyId: current.id, mac });
          previous = mac;
        }
        await forgetUnsealed(
          client,
          rows.map(({ text }) => Number(text.id)),
        );
        return { head: { no, mac: previous }, isFull: rows.length === ROWS_PER_BLOCK };
      });
      if (sealed === null) return false;
      this.#highest = sealed.head;
      return sealed.isFull;
    } catch (error) {
      // Somebody else sealed at the same moment.
      if (sqlState(error) !== TAKEN) throw error;
      return true;
    }
  }

  async #writeHeads(): Promise<void> {
    for (;;) {
      const heads = await readHeads(this.#o.pool, this.#writtenNo ?? 0, HEADS_AT_ONCE);
      const last = heads.at(-1);
      if (last === undefined) return;
      await this.#o.files.append(heads);
      this.#writtenNo = last.no;
    }
  }

  async #copyHead(): Promise<void> {
    const { copies, clock, logger } = this.#o;
    const head = this.#highest;
    const nowMs = clock.nowMs();
    if (copies === null || head === null || head.no <= this.#copiedNo) return;
    if (nowMs - this.#copiedAtMs < COPY_EVERY_MS && nowMs >= this.#copiedAtMs) return;
    this.#copiedAtMs = nowMs;
    try {
      await copies.append(head);
      this.#copiedNo = head.no;
    } catch (error) {
      // The archive says by itself when it cannot write; the files have the head.
      logger.warn('audit-head-not-copied', { error });
    }
  }

  async #tellWhatIsBehind(): Promise<void> {
    const nowMs = this.#o.clock.nowMs();
    const tell = async (subject: string, sinceMs: number, detail: string): Promise<void> => {
      if (nowMs - sinceMs > BEHIND_AFTER_MS) await this.#raise('audit-behind', subject, detail);
      else if (this.#standing.delete(subject)) await this.#o.opsAlarms.clear('audit-behind', subject);
    };
    const seconds = (sinceMs: number): number => Math.round((nowMs - sinceMs) / 1_000);
    await tell('rows', this.#sealedAtMs, `rows of the audit wait for their seal since ${seconds(this.#sealedAtMs)} s`);
    await tell(
      'heads',
      this.#headsAtMs,
      `no head was written outside the database since ${seconds(this.#headsAtMs)} s`,
    );
  }

  async #raise(code: OpsAlarmCode, subject: string, detail: string): Promise<void> {
    this.#standing.add(subject);
    await this.#o.opsAlarms.raise({ code, subject, companyCode: null, detail, atMs: this.#o.clock.nowMs() });
  }
}
