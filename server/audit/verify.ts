/**
 * Verification of the audit: walks the blocks, makes every digest and mac anew, and holds them against each other, against the
 * rows, and against the heads that lie outside the database. Streams: what it holds at a time does not grow with the audit.
 */
import { groupBy } from '../../core/group-by.ts';
import { pause } from '../../core/pause.ts';
import {
  type DropRow,
  type Head,
  readDrops,
  readLastHead,
  readRows,
  readSeals,
  readStrays,
  readWaiting,
  type SealRow,
  type SealSpan,
} from '../../db/audit-chain.ts';
import { isGenuine } from '../../db/audit-months.ts';
import type { Pool } from '../../db/pool.ts';
import {
  type AuditKey,
  type AuditKeys,
  type AuditRowText,
  CHAIN_START,
  DIGEST_BYTES,
  isSameMac,
} from '../../security/audit-chain.ts';

export const FAULT_KINDS = [
  /** The row is not what was sealed. */
  'row-altered',
  /** A sealed row is not there. */
  'row-removed',
  /** A row that no seal has, and that does not wait for one. */
  'row-inserted',
  /** A row that waits for its seal, as nobody seals. */
  'row-unsealed',
  /** The seal is not what was written. */
  'block-altered',
  /** Numbers of blocks are missing, before others. */
  'blocks-removed',
  /** Blocks are missing at the end: heads outside know of them. */
  'cut-off',
  /** A block does not name the one before it. */
  'chain-broken',
  /** A head outside the database is another than the block's. */
  'head-differs',
  /** The record of a month that went is not what was written. */
  'drop-altered',
  /** The master key is not in the key file. */
  'key-unknown',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly block: number | null;
  readonly row: number | null;
  /** English, for people. */
  readonly detail: string;
}

export interface Verified {
  readonly blocks: number;
  readonly rows: number;
  readonly heads: number;
  /** Months that went by age, `YYYY-MM-DD`. */
  readonly droppedMonths: readonly string[];
  readonly faults: number;
}

export interface VerifyOptions {
  readonly pool: Pool;
  readonly keys: AuditKeys;
  /** Each ascending: the files, the archive's, a copy that was kept elsewhere. */
  readonly heads: readonly AsyncIterable<Head>[];
  /** Of the times when blocks were sealed. */
  readonly span: SealSpan;
  readonly onFault: (fault: Fault) => void;
}

const SEALS_AT_ONCE = 1_000;
const ROWS_AT_ONCE = 5_000;
const STRAYS_MAX = 1_000;
/** A row is sealed within a second or two where somebody seals. */
const UNSEALED_LOOKS = 8;
const LOOK_EVERY_MS = 1_000;

/** Throws AppError DATABASE_UNAVAILABLE. */
export async function verifyAudit(options: VerifyOptions): Promise<Verified> {
  const verification = new Verification(options);
  return verification.run();
}

/** Heads in step with blocks: whoever is ahead waits. */
class HeadCursor {
  readonly #heads: AsyncIterator<Head>;
  #next: Head | null | undefined;
  count = 0;

  constructor(heads: AsyncIterable<Head>) {
    this.#heads = heads[Symbol.asyncIterator]();
  }

  /** Those up to block `no`. */
  async *upTo(no: number): AsyncGenerator<Head> {
    for (;;) {
      if (this.#next === undefined) {
        const { done, value } = await this.#heads.next();
        this.#next = done === true ? null : value;
      }
      if (this.#next === null || this.#next.no > no) return;
      this.count++;
      yield this.#next;
      this.#next = undefined;
    }
  }
}

class Verification {
  readonly #o: VerifyOptions;
  readonly #counts = { blocks: 0, rows: 0, faults: 0 };
  readonly #altered = new Set<number>();
  #drops: readonly DropRow[] = [];

  constructor(options: VerifyOptions) {
    this.#o = options;
  }

  async run(): Promise<Verified> {
    const { pool, span, heads } = this.#o;
    // What is sealed while this runs is not looked at: its heads may not be read yet, or its blocks.
    const end = (await readLastHead(pool))?.no ?? 0;
    const cursors = heads.map((some) => new HeadCursor(some));
    await this.#readDrops();
    let before = span.fromMs === null ? this.#start() : null;
    let afterNo = 0;
    for (;;) {
      const seals = (await readSeals(pool, span, afterNo, SEALS_AT_ONCE)).filter(({ no }) => no <= end);
      if (seals.length === 0) break;
      for (const seal of seals) {
        this.#checkSeal(seal, before);
        for (const cursor of cursors) await this.#checkHeads(cursor, seal);
        before = { no: seal.no, mac: seal.mac };
      }
      await this.#checkRows(seals.filter((seal) => !this.#isGone(seal)));
      afterNo = seals.at(-1)?.no ?? afterNo;
    }
    if (span.toMs === null) for (const cursor of cursors) await this.#checkEnd(cursor, before?.no ?? 0);
    await this.#checkStrays();
    const { blocks, rows, faults } = this.#counts;
    const droppedMonths = this.#drops.map(({ month }) => month);
    return { blocks, rows, faults, heads: cursors.reduce((sum, { count }) => sum + count, 0), droppedMonths };
  }

  async #readDrops(): Promise<void> {
    const { pool, keys } = this.#o;
    const drops = await readDrops(pool);
    this.#drops = drops.filter((drop) => isGenuine(keys, drop));
    for (const drop of drops) {
      if (this.#drops.includes(drop)) continue;
      const isKnown = keys.of(drop.keyId) !== undefined;
      this.#tell(
        isKnown ? 'drop-altered' : 'key-unknown',
        null,
        null,
        isKnown
          ? `the record that the month ${drop.month} went by age was changed`
          : `the record that the month ${drop.month} went is under the master key ${drop.keyId}, which is not in the key file`,
      );
    }
  }

  /** What the first block of all has to name. */
  #start(): Head {
    const newest = this.#drops.toSorted((a, b) => a.startNo - b.startNo).at(-1);
    return newest === undefined ? { no: 0, mac: CHAIN_START } : { no: newest.startNo - 1, mac: newest.startPrevious };
  }

  #isGone = ({ month, no }: SealRow): boolean =>
    this.#drops.some((drop) => drop.month === month && no <= drop.throughNo);

  #checkSeal(seal: SealRow, before: Head | null): void {
    const { no, keyId, ids, digests } = seal;
    this.#counts.blocks++;
    if (before !== null) {
      const [first, last] = [before.no + 1, no - 1];
      if (first <= last) this.#tell('blocks-removed', first, null, `blocks ${first} to ${last} are missing`);
      if (!isSameMac(seal.previous, before.mac)) {
        this.#tell('chain-broken', no, null, `block ${no} does not name block ${before.no} as the one before it`);
      }
    }
    const key = this.#o.keys.of(keyId);
    if (key === undefined) {
      const detail = `block ${no} is under the master key ${keyId}, which is not in the key file: it cannot be verified`;
      this.#tell('key-unknown', no, null, detail);
    } else if (digests.length !== ids.length * DIGEST_BYTES || !isSameMac(key.blockMac(seal), seal.mac)) {
      this.#tell('block-altered', no, null, `the seal of block ${no} was changed`);
    }
  }

  async #checkHeads(cursor: HeadCursor, seal: SealRow): Promise<void> {
    for await (const head of cursor.upTo(seal.no)) {
      // One of a block that is missing: the gap was told.
      if (head.no < seal.no || isSameMac(head.mac, seal.mac)) continue;
      const detail = `block ${seal.no} is not the one whose head was written outside the database`;
      this.#tell('head-differs', seal.no, null, detail);
    }
  }

  /** Heads of blocks that are not there. */
  async #checkEnd(cursor: HeadCursor, lastNo: number): Promise<void> {
    // Whatever was sealed meanwhile is in the table by now.
    let known = lastNo;
    let newest = lastNo;
    for await (const head of cursor.upTo(Number.MAX_SAFE_INTEGER)) newest = Math.max(newest, head.no);
    known = Math.max(known, (await readLastHead(this.#o.pool))?.no ?? 0);
    if (newest <= known) return;
    const detail = `blocks ${known + 1} to ${newest} are missing at the end: their heads lie outside the database`;
    this.#tell('cut-off', known + 1, null, detail);
  }

  /** Blocks of a month are read together, and the next ones while these are checked. */
  async #checkRows(seals: readonly SealRow[]): Promise<void> {
    const chunks = chunksOf(seals);
    const read = (chunk: Chunk | undefined): ReturnType<typeof readRows> =>
      chunk === undefined ? Promise.resolve([]) : readRows(this.#o.pool, idsOf(chunk.seals), chunk.month);
    let reading = read(chunks[0]);
    for (const [i, chunk] of chunks.entries()) {
      const rows = await reading;
      reading = read(chunks[i + 1]);
      // Whoever waits for it hears of its failure; a fault of this chunk must not leave it unheard.
      reading.catch(() => {});
      await this.#checkChunk(chunk, rows);
    }
  }

  async #checkChunk({ seals }: Chunk, found: readonly AuditRowText[]): Promise<void> {
    const rows = groupBy(found, (row) => Number(row.id));
    for (const seal of seals) {
      const key = this.#o.keys.of(seal.keyId);
      if (key === undefined) continue;
      for (const [i, id] of seal.ids.entries()) {
        const digest = seal.digests.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES);
        const own = rows.get(id) ?? [];
        this.#counts.rows++;
        // Nearly always: one row, as it was.
        if (own.length === 1 && isSameMac(key.rowDigest(own[0] as AuditRowText), digest)) continue;
        await this.#checkRow(seal.no, id, key, digest, own);
      }
    }
  }

  async #checkRow(
    block: number,
    id: number,
    key: AuditKey,
    digest: Uint8Array,
    rows: readonly AuditRowText[],
  ): Promise<void> {
    if (rows.some((row) => isSameMac(key.rowDigest(row), digest))) {
      this.#tell('row-inserted', block, id, `row ${id} stands ${rows.length} times`);
      return;
    }
    const elsewhere = rows.length > 0 ? rows : await readRows(this.#o.pool, [id], null);
    if (elsewhere.length > 0) {
      this.#altered.add(id);
      this.#tell('row-altered', block, id, `row ${id} of block ${block} is not what was sealed`);
    } else this.#tell('row-removed', block, id, `row ${id} of block ${block} is missing`);
  }

  async #checkStrays(): Promise<void> {
    const { pool, span } = this.#o;
    let strays = await readStrays(pool, span, STRAYS_MAX);
    // Others come meanwhile, in a park that works: only those of the first look count.
    let waiting = new Set(strays.flatMap(({ id, isWaiting }) => (isWaiting ? [id] : [])));
    for (let look = 0; waiting.size > 0 && look < UNSEALED_LOOKS; look++) {
      await pause(LOOK_EVERY_MS);
      strays = await readStrays(pool, span, STRAYS_MAX);
      waiting = new Set(strays.flatMap(({ id, isWaiting }) => (isWaiting && waiting.has(id) ? [id] : [])));
    }
    for (const { id, isWaiting } of strays) {
      if (this.#altered.has(id)) continue;
      if (waiting.has(id))
        this.#tell('row-unsealed', null, id, `row ${id} waits for its seal: does the role quality run?`);
      else if (!isWaiting) {
        this.#tell('row-inserted', null, id, `row ${id} was never sealed: it was put in behind the product's back`);
      }
    }
    const { goneIds } = await readWaiting(pool);
    for (const id of goneIds) this.#tell('row-removed', null, id, `row ${id} is gone and had no seal yet`);
  }

  #tell(kind: FaultKind, block: number | null, row: number | null, detail: string): void {
    this.#counts.faults++;
    this.#o.onFault({ kind, block, row, detail });
  }
}

interface Chunk {
  readonly month: string;
  readonly seals: readonly SealRow[];
}

const idsOf = (seals: readonly SealRow[]): number[] => seals.flatMap(({ ids }) => ids);

function chunksOf(seals: readonly SealRow[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const [month, some] of groupBy(seals, (seal) => seal.month)) {
    let own: SealRow[] = [];
    let size = 0;
    for (const seal of some) {
      own.push(seal);
      size += seal.ids.length;
      if (size < ROWS_AT_ONCE) continue;
      chunks.push({ month, seals: own });
      own = [];
      size = 0;
    }
    if (own.length > 0) chunks.push({ month, seals: own });
  }
  return chunks;
}
