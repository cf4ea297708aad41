import { describe, expect, it } from 'vitest';
import { Pace } from '../../core/pace.ts';
import { Catalogue, segmentName, snapshotName } from './catalogue.ts';
import { dueToGo } from './retention.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 21);
const daysAgo = (days: number): number => NOW_MS - days * DAY_MS;

/** Segments as [epoch, firstSeq, lastSeq, days ago of its newest entry], 100 bytes each; snapshots as [epoch, seq, days ago]. */
function catalogueOf(
  segments: readonly (readonly [string, number, number, number])[],
  snapshots: readonly (readonly [string, number, number])[] = [],
): Catalogue {
  return new Catalogue([
    ...segments.map(([epoch, firstSeq, lastSeq, days]) => {
      const toMs = daysAgo(days);
      return { name: segmentName({ epoch, firstSeq, lastSeq, fromMs: toMs - 1_000, toMs }, 0), bytes: 100 };
    }),
    ...snapshots.map(([epoch, seq, days]) => ({
      name: snapshotName({ epoch, seq, atMs: daysAgo(days) }, 0),
      bytes: 10,
    })),
  ]);
}

const newPace = (): Pace => new Pace(() => {});
const going = (catalogue: Catalogue, days: number, maxBytes: number | null = null, pace = newPace()): string[] =>
  dueToGo(catalogue, 'e2', { days, maxBytes }, NOW_MS, pace).map(({ file, reason }) =>
    'firstSeq' in file ? `${file.epoch} ${file.firstSeq} ${reason}` : `snapshot ${file.epoch} ${file.seq} ${reason}`,
  );

describe('retention of the archive', () => {
  it('[ARC-27] what is older than the retention goes, of every epoch, and the snapshots that nothing follows', () => {
    const catalogue = catalogueOf(
      [
        ['e1', 1, 10, 90],
        ['e2', 1, 10, 31],
        ['e2', 11, 20, 30.5],
        ['e2', 21, 30, 29],
      ],
      [
        ['e1', 5, 90],
        ['e2', 5, 31],
        ['e2', 20, 30],
        ['e2', 25, 29],
      ],
    );
    expect(going(catalogue, 30)).toEqual([
      'e1 1 age',
      'e2 1 age',
      'e2 11 age',
      'snapshot e1 5 not followed',
      'snapshot e2 5 not followed',
    ]);
  });

  it('[ARC-27] an entry with a wrong receipt time takes nothing with it: the order of the log decides', () => {
    const catalogue = catalogueOf([
      ['e2', 1, 10, 20],
      ['e2', 11, 20, 20_000],
      ['e2', 21, 30, 19],
    ]);
    expect(going(catalogue, 30)).toEqual([]);
  });

  it('[ARC-27] beyond the cap the oldest go first, no more than needed', () => {
    const catalogue = catalogueOf([1, 2, 3, 4].map((n) => ['e2', n * 10, n * 10 + 9, 10 - n] as const));
    expect(going(catalogue, 30, 250)).toEqual(['e2 10 cap', 'e2 20 cap']);
    expect(going(catalogue, 30, 400)).toEqual([]);
  });

  it('[ARC-27] a clock that is ahead takes two days of entries at once and two for each day of running, whatever it says', () => {
    const halfDays = Array.from({ length: 60 }, (_, n) => ['e2', n * 10 + 1, n * 10 + 10, 430 - n / 2] as const);
    const catalogue = catalogueOf(halfDays);
    let elapsedMs = 0;
    let told = 0;
    const pace = new Pace(
      () => told++,
      () => elapsedMs,
    );
    const drop = (): number => {
      const gone = dueToGo(catalogue, 'e2', { days: 30, maxBytes: null }, NOW_MS, pace);
      for (const { file } of gone) catalogue.remove(file);
      return gone.length;
    };
    expect([drop(), drop(), told]).toEqual([4, 0, 1]);
    elapsedMs += DAY_MS / 2;
    expect([drop(), drop(), told]).toEqual([2, 0, 1]);
    expect(catalogue.segments[0]?.firstSeq).toBe(61);
    // The cap knows no pace.
    expect(going(catalogue, 30, 100, pace)).toHaveLength(53);
  });

  it('[ARC-27] one entry with a wrong receipt time holds nothing up for years', () => {
    const catalogue = catalogueOf([
      ['e2', 1, 10, 20_000],
      ['e2', 11, 20, 31],
      ['e2', 21, 30, 29],
    ]);
    expect(going(catalogue, 30)).toEqual(['e2 1 age', 'e2 11 age']);
  });

  it('[ARC-27] snapshots of the log that is followed stay while nothing of it is archived', () => {
    expect(going(catalogueOf([], [['e2', 5, 1]]), 30)).toEqual([]);
  });
});
