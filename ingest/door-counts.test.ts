import { describe, expect, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { silentLogger } from '../core/logger.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import type { DoorCountsBody } from '../stream/protocol/entry.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import type { NewEntry } from '../stream/protocol/log.ts';
import { DoorCounts } from './door-counts.ts';

function setUp() {
  const clock = new ManualClock(1_000);
  const store = new MemoryLogStore(clock);
  const log = new MemoryLog(store);
  let loses: 'nothing' | 'answer' | 'entry' = 'nothing';
  const counts = new DoorCounts({
    clock,
    logger: silentLogger,
    doorId: 'door',
    log: {
      append: async (entry: NewEntry) => {
        if (loses === 'entry') throw new AppError('LOG_UNAVAILABLE');
        const appended = await log.append(entry);
        if (loses === 'answer') throw new AppError('LOG_UNAVAILABLE');
        return appended;
      },
    },
  });
  return {
    clock,
    counts,
    lose: (what: typeof loses) => {
      loses = what;
    },
    reports: () => store.entries.map((raw) => decodeEntry(raw).body as DoorCountsBody),
  };
}

describe('DoorCounts', () => {
  test('[ONB-12] says what there is to say since the report before, and nothing otherwise', async () => {
    const { clock, counts, reports } = setUp();
    await counts.report();
    expect(reports()).toEqual([]);
    counts.acknowledge('c1', 'positions', 5);
    counts.acknowledge('c1', 'positions', 2);
    counts.refuseRequest('', '', 'ROUTE_UNKNOWN');
    counts.refuseRecords('c1', 'positions', 0);
    counts.countAliases('c1', 'areas', 0);
    clock.advance(1_000);
    await counts.report();
    await counts.report();
    const none = { refused: 0, acknowledged: 0, unanswered: 0, refusedRequests: {}, aliases: 0 };
    expect(reports()).toEqual([
      {
        doorId: 'door',
        report: 1,
        fromMs: 1_000,
        toMs: 2_000,
        lines: [
          { ...none, companyCode: 'c1', interfaceName: 'positions', acknowledged: 7 },
          { ...none, companyCode: '', interfaceName: '', refusedRequests: { ROUTE_UNKNOWN: 1 } },
        ],
      },
    ]);
    await counts.close();
  });

  test.each(['answer', 'entry'] as const)(
    '[ONB-13] one whose %s was lost comes again as it was, and counts once',
    async (what) => {
      const { clock, counts, reports, lose } = setUp();
      counts.acknowledge('c1', 'positions', 5);
      lose(what);
      await counts.report();
      counts.acknowledge('c1', 'positions', 2);
      clock.advance(1_000);
      await counts.report();
      lose('nothing');
      await counts.report();
      await counts.report();
      expect(
        reports().map(({ report, toMs, lines }) => [report, toMs, lines.map((line) => line.acknowledged)]),
      ).toEqual([
        [1, 1_000, [5]],
        [2, 2_000, [2]],
      ]);
      await counts.close();
    },
  );

  test('[ONB-13] the last report is handed over on close, behind one that is not confirmed', async () => {
    const { counts, reports, lose } = setUp();
    counts.leaveUnanswered('c1', 'positions');
    lose('entry');
    await counts.report();
    counts.leaveUnanswered('c1', 'positions');
    lose('nothing');
    await counts.close();
    expect(reports().map(({ report }) => report)).toEqual([1, 2]);
  });
});
