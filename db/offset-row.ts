/**
 * The store's row in reader_offset: how far it is, under which term, and what of it is on disk. Invariant: the row moves only
 * from where this term left it, so two stores cannot both write. Owned by db/store.ts.
 */
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { type Pool, type PoolClient, queryRows } from './pool.ts';
import { STORE_READER, type StoreClaim, type StoreOffsets, type StorePlace } from './store-port.ts';

export class OffsetRow {
  readonly #pool: Pool;
  readonly #logger: Logger;
  #claim: StoreClaim | null = null;
  #offsets: StoreOffsets = { nextSeq: 0, alarmsNextSeq: 0 };
  #flushed: StoreOffsets = { nextSeq: 0, alarmsNextSeq: 0 };
  /** What was visible when `lsn` had been written: on disk once the flush has passed it. */
  #mark: (StoreOffsets & { readonly lsn: number }) | null = null;

  constructor(pool: Pool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  get isClaimed(): boolean {
    return this.#claim !== null;
  }

  get claim(): StoreClaim {
    if (this.#claim === null) throw new Error('claim first');
    return this.#claim;
  }

  get offsets(): StoreOffsets {
    return this.#offsets;
  }

  /** Committed synchronously just now, and with it everything before. */
  standAt(claim: StoreClaim, { nextSeq, alarmsNextSeq }: StoreOffsets): void {
    this.#claim = claim;
    this.#offsets = { nextSeq, alarmsNextSeq };
    this.#flushed = this.#offsets;
    this.#mark = null;
  }

  /** The transaction of `move` was committed. */
  moved({ nextSeq, alarmsNextSeq }: StoreOffsets): void {
    this.#offsets = { nextSeq, alarmsNextSeq };
  }

  /** Takes the row for the claim's term; where it stood for another epoch, it begins at `claim.first`. */
  async take(client: PoolClient, claim: StoreClaim): Promise<StorePlace> {
    const { term, epoch, first } = claim;
    const [before] = await queryRows<StorePlace & { epoch: string; term: number }>(
      client,
      `SELECT epoch, term, next_seq AS "nextSeq", alarms_next_seq AS "alarmsNextSeq",
              last_received_ms AS "lastReceivedAtMs"
       FROM reader_offset WHERE reader = $1 FOR UPDATE`,
      [STORE_READER],
    );
    if (before?.epoch === epoch) {
      if (before.term > term)
        throw new AppError('TERM_LOST', { detail: `term ${term} of store, held by ${before.term}` });
      await client.query('UPDATE reader_offset SET term = $2, updated_at = now() WHERE reader = $1', [
        STORE_READER,
        term,
      ]);
      const { nextSeq, alarmsNextSeq, lastReceivedAtMs } = before;
      return { nextSeq, alarmsNextSeq, lastReceivedAtMs };
    }
    if (before !== undefined) {
      // The log began anew (its server lost everything). Terms and sequences of the old one mean nothing now.
      this.#logger.error('log-epoch-changed', { before: before.epoch, nextSeq: before.nextSeq, now: epoch });
      await client.query(
        `INSERT INTO audit (user_name, action, subject, outcome, detail) VALUES ('store', 'log.epoch-changed', $1, 'noted', $2)`,
        [epoch, { before: before.epoch, nextSeq: before.nextSeq, alarmsNextSeq: before.alarmsNextSeq }],
      );
    }
    await client.query(
      `INSERT INTO reader_offset (reader, epoch, term, next_seq, alarms_next_seq) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (reader) DO UPDATE SET epoch = excluded.epoch, term = excluded.term, next_seq = excluded.next_seq,
         alarms_next_seq = excluded.alarms_next_seq, last_received_ms = NULL, updated_at = now()`,
      [STORE_READER, epoch, term, first.nextSeq, first.alarmsNextSeq],
    );
    return { ...first, lastReceivedAtMs: null };
  }

  /** `lastReceivedAtMs` undefined: as it was. */
  async move(client: PoolClient, to: StoreOffsets, lastReceivedAtMs: number | null | undefined): Promise<void> {
    const { term, epoch } = this.claim;
    const { nextSeq, alarmsNextSeq } = this.#offsets;
    const moved = await client.query(
      `UPDATE reader_offset SET next_seq = $4, alarms_next_seq = $5, updated_at = now(),
         last_received_ms = CASE WHEN $8 THEN $9::bigint ELSE last_received_ms END
       WHERE reader = $1 AND term = $2 AND epoch = $3 AND next_seq = $6 AND alarms_next_seq = $7`,
      [
        STORE_READER,
        term,
        epoch,
        to.nextSeq,
        to.alarmsNextSeq,
        nextSeq,
        alarmsNextSeq,
        lastReceivedAtMs !== undefined,
        lastReceivedAtMs ?? null,
      ],
    );
    if (moved.rowCount !== 1) {
      throw new AppError('TERM_LOST', { detail: `term ${term} of store, expected sequence ${this.#offsets.nextSeq}` });
    }
  }

  /**
   * A position in the write-ahead log read after a commit lies behind that commit; once the flush position has passed it,
   * the commit is on disk. The offset is read again with it: after a crash it may have gone back.
   */
  async flushed(): Promise<StoreOffsets> {
    const { claim } = this;
    const [row] = await queryRows<StoreOffsets & { flushLsn: number; insertLsn: number }>(
      this.#pool,
      `SELECT next_seq AS "nextSeq", alarms_next_seq AS "alarmsNextSeq",
              pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint AS "flushLsn",
              pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS "insertLsn"
       FROM reader_offset WHERE reader = $1 AND term = $2 AND epoch = $3`,
      [STORE_READER, claim.term, claim.epoch],
    );
    if (row === undefined) throw new AppError('TERM_LOST', { detail: `term ${claim.term} of store` });
    const mark = this.#mark;
    if (mark !== null && row.nextSeq >= mark.nextSeq && row.alarmsNextSeq >= mark.alarmsNextSeq) {
      if (row.flushLsn >= mark.lsn) {
        this.#flushed = { nextSeq: mark.nextSeq, alarmsNextSeq: mark.alarmsNextSeq };
        this.#mark = null;
      }
    } else this.#mark = null;
    this.#mark ??= { nextSeq: row.nextSeq, alarmsNextSeq: row.alarmsNextSeq, lsn: row.insertLsn };
    return this.#flushed;
  }
}
