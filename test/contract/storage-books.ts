/** What every StorePort counts, and what becomes of entries kept aside. The harness is that of storage.ts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBalanced } from '../../db/ledger-counts.ts';
import type { DoorCountLine, LogEntry } from '../../stream/protocol/entry.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { COMPANY } from '../builders/entries.ts';
import { createAlarm } from './storage.ts';
import type { StorageHarness } from './storage-harness.ts';
import { EPOCH, rawOf, StoreRun, T0 } from './store-run.ts';

const MINUTE = 60_000;
const doorLine = (change: Partial<DoorCountLine> = {}): DoorCountLine => ({
  companyCode: COMPANY,
  interfaceName: 'positions',
  refused: 0,
  acknowledged: 0,
  unanswered: 0,
  refusedRequests: {},
  aliases: 0,
  ...change,
});

export function storageBooksContract(name: string, createHarness: () => Promise<StorageHarness>): void {
  describe(`books: ${name}`, () => {
    let harness: StorageHarness;
    let run: StoreRun;
    beforeEach(async () => {
      harness = await createHarness();
      run = await StoreRun.start(harness);
    });
    afterEach(() => harness.close());

    const report = (number: number, toMs: number, ...lines: DoorCountLine[]): LogEntry =>
      run.log.next('doorCounts', { doorId: 'door-1', report: number, fromMs: toMs - 1000, toMs, lines }, toMs + 400);
    const at = (seconds: number) => ({ person: 'p1', lng: 121.48, lat: 30.8, atMs: T0 + seconds * 1000 });
    const sums = async () => {
      const [line] = await harness.ledger();
      return line;
    };

    it('[LED-2] adds what the door saw that is in no entry, in the minute in which the report ends', async () => {
      const seen = doorLine({
        refused: 7,
        acknowledged: 2,
        unanswered: 1,
        aliases: 3,
        refusedRequests: { RATE_LIMITED: 4 },
      });
      await run.apply(run.fixes([at(0), at(1)]), report(1, T0 + MINUTE, seen));
      await run.apply(
        report(
          2,
          T0 + MINUTE + 1,
          doorLine({ companyCode: '', interfaceName: '', refusedRequests: { APP_UNKNOWN: 2 } }),
        ),
      );
      await run.apply(report(3, T0 + MINUTE, doorLine({ refusedRequests: { RATE_LIMITED: 1, LOG_FULL: 1 } })));
      const lines = await harness.ledger();
      expect(lines).toMatchObject([
        { companyCode: '', interface: '', minuteMs: T0 + MINUTE, received: 0, refusedRequests: 2 },
        {
          companyCode: COMPANY,
          interface: 'positions',
          minuteMs: T0,
          received: 9,
          refused: 7,
          stored: 2,
          acknowledged: 2,
          unanswered: 1,
          aliases: 3,
          refusedRequests: 6,
        },
      ]);
      expect(lines.every(isBalanced)).toBe(true);
      const of = (code: string, requests: number) => ({
        companyCode: COMPANY,
        interface: 'positions',
        minuteMs: T0,
        code,
        requests,
      });
      expect((await harness.refusals()).filter((line) => line.companyCode !== '')).toEqual(
        expect.arrayContaining([of('LOG_FULL', 1), of('RATE_LIMITED', 5)]),
      );
      expect(await harness.refusals()).toHaveLength(3);
    });

    it('[LED-3] counts a report once, however often it is appended and whoever stores it', async () => {
      await run.apply(report(1, T0 + 1000, doorLine({ refused: 5 })), report(1, T0 + 1000, doorLine({ refused: 5 })));
      await run.restart(false);
      await run.apply(report(1, T0 + 1000, doorLine({ refused: 5 })), report(2, T0 + 2000, doorLine({ refused: 1 })));
      expect(await sums()).toMatchObject({ received: 6, refused: 6 });
    });

    const again = (seq: number, receivedAtMs: number) => ({ again: { epoch: EPOCH, seq, receivedAtMs } });

    it('[LED-5] an entry put in again leaves quarantine for what becomes of it, in the minute of its first receipt', async () => {
      await run.apply(run.fixes([at(0)]));
      const kept = run.fixes([at(0), at(1), at(2)], { received: 5, refused: 2 });
      await run.keepAside(kept);
      expect(await sums()).toMatchObject({ received: 6, refused: 2, stored: 1, quarantined: 3 });
      const origin = { received: 5, refused: 2, ...again(kept.seq, T0) };
      const entry = run.fixes([at(0), at(1), at(2)], origin, T0 + 30 * 86_400_000);
      await run.apply(entry);
      expect(await harness.ledger()).toHaveLength(1);
      expect(await sums()).toMatchObject({
        minuteMs: T0,
        received: 6,
        refused: 2,
        stored: 3,
        duplicate: 1,
        quarantined: 0,
      });
      expect((await harness.positions()).map((row) => row.observedAtMs + row.delayMs)).toEqual([T0, T0, T0]);
      expect(await harness.quarantine()).toMatchObject([{ seq: kept.seq, records: 3, againSeq: entry.seq }]);
      // A second time it brings nothing new into the books.
      await run.apply(run.fixes([at(0), at(1), at(2)], origin, T0 + MINUTE));
      expect(await sums()).toMatchObject({ received: 6, stored: 3, duplicate: 1, quarantined: 0 });
    });

    it('[LED-5] put in again and refused again, it is in quarantine once', async () => {
      const kept = run.fixes([at(0), at(1)]);
      await run.keepAside(kept);
      await run.keepAside(run.fixes([at(0), at(1)], again(kept.seq, T0), T0 + MINUTE));
      expect(await harness.ledger()).toHaveLength(1);
      expect(await sums()).toMatchObject({ received: 2, quarantined: 2 });
      expect((await harness.quarantine()).map((row) => [row.records, row.againSeq])).toEqual([
        [2, kept.seq + 1],
        [2, null],
      ]);
    });

    it('[LED-5] bytes that could not be read count under their interface once they can', async () => {
      run.log.seq = 1;
      const raw = { seq: 1, epoch: EPOCH, kind: ENTRY_KIND.fixes, receivedAtMs: T0, body: Uint8Array.of(1) };
      await run.applyBatch({ unfit: [{ raw, reason: 'unreadable', entry: null }] });
      await run.apply(run.fixes([at(0), at(1)], again(1, T0), T0 + MINUTE));
      expect((await harness.ledger()).filter((line) => line.received !== 0)).toMatchObject([
        { interface: 'positions', minuteMs: T0, received: 2, stored: 2 },
      ]);
      expect((await harness.ledger()).every(isBalanced)).toBe(true);
    });

    it('[LED-5] what watch alone passed over was stored: putting it in again counts nothing', async () => {
      const entry = run.fixes([at(0)]);
      const { kind, receivedAtMs, body } = rawOf(entry);
      await run.apply(
        entry,
        run.log.next('quarantined', { seq: 1, reason: 'threw', entry: { kind, receivedAtMs, body } }, T0),
      );
      const [row] = await harness.quarantine();
      expect(row).toMatchObject({ seq: 1, namedBy: 'watch', kind, records: null });
      expect([...(row?.body ?? [])]).toEqual([...body]);
      await run.apply(run.fixes([at(0)], again(1, T0), T0 + MINUTE));
      expect(await harness.ledger()).toHaveLength(1);
      expect(await sums()).toMatchObject({ received: 1, stored: 1, duplicate: 0 });
    });

    it('[STO-39] keeps an item of the alarm lane that cannot be stored, and no records are counted for it', async () => {
      const item = { seq: 1, atMs: T0, effects: [{ t: 'alarm' as const, alarm: createAlarm() }] };
      await run.applyBatch({ unfitItems: [{ item, reason: 'refused' }], alarmsNextSeq: 2 });
      const [row] = await harness.quarantine();
      expect(row).toMatchObject({ seq: 1, namedBy: 'lane', records: null });
      expect(JSON.parse(new TextDecoder().decode(row?.body ?? undefined))).toEqual(item.effects);
      expect(await harness.ledger()).toEqual([]);
      expect(await harness.alarms()).toEqual([]);
    });
  });
}
