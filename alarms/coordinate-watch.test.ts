import { describe, expect, test } from 'vitest';
import { shifted } from '../geo/shifted-datums.ts';
import { COMPANY, createArea, createFixBatch, type FixInput } from '../test/builders/entries.ts';
import { lngLatAt, projection, squareAt } from '../test/builders/plane.ts';
import { CoordinateWatch, FROZEN_MS, LEAST_FIXES, WINDOW_MS } from './coordinate-watch.ts';

const START_MS = Date.UTC(2026, 6, 1, 4);
const HOME = { lng: 121.48, lat: 30.8 };
const OTHER = '913100002';

/** Places on the company's ground, a different one each time. */
const walk = (n: number): [number, number] => {
  const { lng, lat } = lngLatAt(50 + ((n * 37) % 900) + 0.123, 50 + ((n * 61) % 900) + 0.456);
  return [lng, lat];
};

class Sender {
  readonly watch = new CoordinateWatch(projection, HOME);
  atMs = START_MS;
  #n = 0;

  constructor() {
    this.area(COMPANY, 0);
  }

  area(companyCode: string, east: number, change: Parameters<typeof createArea>[0] = {}): void {
    const polygons = squareAt(east, 0, 1000);
    this.watch.takeArea(
      createArea({ companyCode, areaId: `ground-${companyCode}`, kind: 'COMPANY_BOUNDARY', polygons, ...change }),
    );
  }

  /** `seconds` batches of 10 people, a second apart, each fix made by `distort` from an honest place. */
  send(seconds: number, distort: (lng: number, lat: number, n: number) => [number, number], people = 10): void {
    for (let s = 0; s < seconds; s++) {
      const fixes: FixInput[] = Array.from({ length: people }, (_, p) => {
        const [lng, lat] = distort(...walk(this.#n++), this.#n);
        return { person: `p${p}`, lng, lat, atMs: this.atMs };
      });
      this.watch.takeFixes(createFixBatch(fixes), this.atMs);
      this.atMs += 1_000;
    }
  }

  kinds(): string[] {
    return this.watch.judge(this.atMs).map((finding) => finding.kind);
  }
}

describe('coordinates of a company', () => {
  test('[CRD-1] that are honest give no finding, however many they are', () => {
    const sender = new Sender();
    sender.send(300, (lng, lat) => [lng, lat]);
    expect(sender.kinds()).toEqual([]);
  });

  test.each(['gcj-02', 'bd-09'] as const)(
    '[CRD-2] shifted as %s are recognised where undoing it brings them home',
    (datum) => {
      const sender = new Sender();
      sender.send(60, (lng, lat) => shifted(datum, lng, lat));
      const [finding, ...more] = sender.watch.judge(sender.atMs);
      expect(more).toEqual([]);
      expect(finding).toMatchObject({ companyCode: COMPANY, kind: datum });
      expect(finding?.share).toBeGreaterThan(0.8);
    },
  );

  test('[CRD-2] are not taken for shifted when half of the people are away on somebody else’s ground', () => {
    const sender = new Sender();
    sender.area(OTHER, 5_000);
    sender.send(60, (lng, lat, n) => (n % 2 === 0 ? [lng + 0.0522, lat] : [lng, lat]));
    expect(sender.kinds()).toEqual([]);
  });

  test('[CRD-3] outside every ground of the park and explained by nothing are said to be outside', () => {
    const sender = new Sender();
    sender.send(60, (lng, lat) => [lng + 0.3, lat]);
    expect(sender.kinds()).toEqual(['outside']);
  });

  test('[CRD-3] on the ground of another company are no finding', () => {
    const sender = new Sender();
    sender.area(OTHER, 5_000);
    const [homeLng] = walk(0);
    const { lng: awayLng } = lngLatAt(5_050.123, 50.456);
    sender.send(60, (lng, lat) => [lng + awayLng - homeLng, lat]);
    expect(sender.kinds()).toEqual([]);
  });

  test('[CRD-3] of a company without any ground are not judged by place', () => {
    const sender = new Sender();
    sender.area(COMPANY, 0, { deleted: true });
    sender.send(60, (lng, lat) => shifted('bd-09', lng, lat));
    expect(sender.kinds()).toEqual([]);
  });

  test('[CRD-4] swapped are seen in the fixes, and in the latitudes that the front door refused', () => {
    const near = new CoordinateWatch(projection, { lng: 30.8, lat: 29.9 });
    for (let n = 0; n < LEAST_FIXES; n++) {
      near.takeFixes(createFixBatch([{ lng: 29.9, lat: 30.812345 + n / 1e5, atMs: START_MS }]), START_MS + n * 1_000);
    }
    expect(near.judge(START_MS + 30_000).map(({ kind }) => kind)).toEqual(['swapped']);
    const sender = new Sender();
    for (let n = 0; n < LEAST_FIXES - 1; n++) sender.watch.takeRefusedLatitude(COMPANY, 121.4812, sender.atMs);
    sender.watch.takeRefusedLatitude(COMPANY, 99, sender.atMs);
    expect(sender.kinds()).toEqual([]);
    sender.watch.takeRefusedLatitude(COMPANY, 121.4812, sender.atMs);
    expect(sender.kinds()).toEqual(['swapped']);
  });

  test('[CRD-5] of zero are counted one by one and are no other finding', () => {
    const sender = new Sender();
    sender.send(60, (lng, lat, n) => (n % 100 === 0 ? [0, 0] : [lng, lat]));
    const findings = sender.watch.judge(sender.atMs);
    expect(findings).toMatchObject([{ kind: 'zero', looked: 600, share: 0.01 }]);
  });

  test('[CRD-6] with four decimals or fewer are too coarse', () => {
    const round = (degrees: number): number => Math.round(degrees * 1e4) / 1e4;
    const sender = new Sender();
    sender.send(60, (lng, lat) => [round(lng), round(lat)]);
    expect(sender.kinds()).toEqual(['coarse']);
    const finer = new Sender();
    finer.send(60, (lng, lat) => [Math.round(lng * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5]);
    expect(finer.kinds()).toEqual([]);
  });

  test('[CRD-7] of nearly everybody repeated to the last digit for 20 minutes are frozen', () => {
    const sender = new Sender();
    const places = Array.from({ length: 10 }, (_, p) => walk(p));
    const seconds = FROZEN_MS / 1_000 + 1;
    sender.send(seconds - 2, (_lng, _lat, n) => places[n % 10] as [number, number]);
    expect(sender.kinds()).toEqual([]);
    sender.send(2, (_lng, _lat, n) => places[n % 10] as [number, number]);
    expect(sender.kinds()).toEqual(['frozen']);
    sender.send(1, (lng, lat) => [lng, lat]);
    expect(sender.kinds()).toEqual([]);
  });

  test('[CRD-8] are forgotten after the window, and too few of them say nothing', () => {
    const sender = new Sender();
    sender.send(60, (lng, lat) => shifted('gcj-02', lng, lat));
    sender.send(1, () => [0, 0]);
    expect(sender.kinds()).toEqual(['zero', 'gcj-02']);
    expect(sender.watch.judge(sender.atMs + 1.5 * WINDOW_MS)).toEqual([]);
    const few = new Sender();
    few.send(LEAST_FIXES - 1, (lng, lat) => shifted('gcj-02', lng, lat), 1);
    expect(few.kinds()).toEqual([]);
  });
});
