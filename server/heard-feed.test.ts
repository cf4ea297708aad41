import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import type { ToldRegister } from '../db/registers/heard.ts';
import { cameras } from '../registers/cameras.ts';
import type { AnyRegister } from '../registers/register.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import { ENTRY_KIND } from '../stream/protocol/entry.ts';
import { decodeEntry, encodeBody } from '../stream/protocol/entry-codec.ts';
import type { HeardRow, HeardRowsBody } from '../stream/protocol/permits.ts';
import { HeardFeed, type HeardTables } from './heard-feed.ts';

const CAMERAS: AnyRegister = cameras;

/** One register, as the SQL of db/registers/heard.ts keeps it. */
class MemoryTables implements HeardTables {
  readonly rows = new Map<string, HeardRow & { toldVersion: number }>();
  told_: ToldRegister | undefined;
  /** Throws once before the next mark, as if the process were killed there. */
  diesBeforeMark = false;

  put(rowId: string, version: number, values: HeardRow['values'] = { name: `${rowId} v${version}` }): void {
    const toldVersion = this.rows.get(rowId)?.toldVersion ?? 0;
    const row = { companyCode: 'C1', rowId, key: rowId, version, state: null, createdAtMs: 1, values };
    this.rows.set(rowId, { ...row, toldVersion });
  }

  told = async (): Promise<ReadonlyMap<string, ToldRegister>> =>
    new Map(this.told_ === undefined ? [] : [[CAMERAS.name, this.told_]]);

  async begin(_register: AnyRegister, told: ToldRegister): Promise<void> {
    for (const row of this.rows.values()) row.toldVersion = 0;
    this.told_ = told;
  }

  async untold(_register: AnyRegister, limit: number): Promise<HeardRow[]> {
    return [...this.rows.values()]
      .filter(({ version, toldVersion, values }) => toldVersion !== version && (values !== null || toldVersion !== 0))
      .sort((a, b) => Number(a.rowId) - Number(b.rowId))
      .slice(0, limit)
      .map(({ toldVersion: _, ...row }) => row);
  }

  async mark(
    _register: AnyRegister,
    rows: readonly HeardRow[],
    told: Pick<ToldRegister, 'isComplete' | 'place'>,
  ): Promise<void> {
    if (this.diesBeforeMark) {
      this.diesBeforeMark = false;
      throw new Error('killed');
    }
    for (const { rowId, version } of rows) (this.rows.get(rowId) as { toldVersion: number }).toldVersion = version;
    this.told_ = { ...(this.told_ as ToldRegister), ...told };
  }
}

describe('rows of registers on their way into the log', () => {
  const clock = new ManualClock(1_760_000_000_000);
  let store: MemoryLogStore;
  let tables: MemoryTables;
  beforeEach(() => {
    store = new MemoryLogStore(clock);
    tables = new MemoryTables();
  });

  const feed = (registers: readonly AnyRegister[] = [CAMERAS]): HeardFeed =>
    new HeardFeed({ registers, tables, log: new MemoryLog(store), clock, logger: silentLogger });
  const bodies = (): HeardRowsBody[] =>
    store.entries.map(decodeEntry).flatMap((entry) => (entry.kind === 'heardRows' ? [entry.body] : []));
  const inLog = (): string[] =>
    bodies().flatMap(({ rows }) => rows.map(({ rowId, version, values }) => `${rowId}v${version}${values ? '' : '-'}`));

  it('[GBP-2] what stands at the first start goes in full, in entries of at most 500 rows, the last of them complete', async () => {
    for (let row = 1; row <= 1_100; row++) tables.put(`${row}`, 1);
    tables.put('1101', 2, null);
    expect(await feed().send()).toBe(1_100);
    expect(bodies().map(({ rows, isComplete }) => [rows.length, isComplete])).toEqual([
      [500, false],
      [500, false],
      [100, true],
    ]);
    expect(await feed().send()).toBe(0);
    expect(bodies().length).toBe(3);
  });

  it('[GBP-2] an empty register is said to be complete, once', async () => {
    await feed().send();
    await feed().send();
    expect(bodies().map(({ rows, isComplete }) => [rows.length, isComplete])).toEqual([[0, true]]);
  });

  it('[GBP-1] each change goes once, as the row stands when it is read, and a removal too', async () => {
    tables.put('1', 1);
    const one = feed();
    await one.send();
    tables.put('1', 2);
    tables.put('1', 3);
    await one.send();
    tables.put('1', 4, null);
    await one.send();
    await one.send();
    expect(inLog()).toEqual(['1v1', '1v3', '1v4-']);
  });

  it('[GBP-3] killed between append and mark: the next one appends nothing twice', async () => {
    tables.put('1', 1);
    tables.diesBeforeMark = true;
    await expect(feed().send()).rejects.toThrow('killed');
    expect(inLog()).toEqual(['1v1']);
    expect(await feed().send()).toBe(1);
    expect(inLog()).toEqual(['1v1']);
    expect(await feed().send()).toBe(0);
  });

  it('[GBP-3] killed there, and a row changed meanwhile: the last word is the newest', async () => {
    tables.put('1', 1);
    tables.put('2', 1);
    tables.diesBeforeMark = true;
    await expect(feed().send()).rejects.toThrow('killed');
    tables.put('2', 2);
    await feed().send();
    expect(inLog()).toEqual(['1v1', '2v1', '1v1', '2v2']);
  });

  it('[GBP-4] a log that began anew is told everything again, in another telling', async () => {
    tables.put('1', 1);
    const one = feed();
    await one.send();
    const [first] = bodies();
    store.restart('epoch-2');
    clock.advance(1_000);
    tables.put('2', 1);
    await one.send();
    await one.send();
    expect(inLog()).toEqual(['1v1', '2v1']);
    expect(bodies()[0]?.telling).toBeGreaterThan(first?.telling ?? Number.NaN);
  });

  it('[GBP-4] a log that came back without its newest entries is told everything again, also when it has grown since', async () => {
    tables.put('1', 1);
    const one = feed();
    await one.send();
    tables.put('2', 1);
    clock.advance(1_000);
    await one.send();
    store.lose(1);
    await one.send();
    expect(inLog()).toEqual(['1v1', '1v1', '2v1']);
    store.lose(1);
    clock.advance(1_000);
    const other = {
      kind: ENTRY_KIND.engineVersion,
      receivedAtMs: clock.nowMs(),
      body: encodeBody('engineVersion', { version: '1' }),
    };
    for (let n = 0; n < 3; n++) await new MemoryLog(store).append({ ...other, dedupId: `other ${n}` });
    await one.send();
    expect(store.entries.filter(({ kind }) => kind === ENTRY_KIND.heardRows).length).toBe(2);
  });

  it('[GBP-5] another declaration of what is heard: the register is told again', async () => {
    tables.put('1', 1);
    await feed().send();
    clock.advance(1);
    await feed([{ ...CAMERAS, heard: ['name'] }]).send();
    expect(inLog()).toEqual(['1v1', '1v1']);
  });
});
