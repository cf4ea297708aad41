/** What a book of detectors does, in memory and in PostgreSQL: rules PST-31, PST-33 of docs/spec/permit-storage.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DetectorBook } from '../../admin/detectors.ts';
import type { NearDetector, PlacedDetector } from '../../stream/protocol/permit-api.ts';

export interface DetectorsUnderTest {
  readonly detectors: DetectorBook;
  add(detector: PlacedDetector): Promise<void>;
  close(): Promise<void>;
}

const [FIRST, SECOND] = ['900000001', '900000002'] as const;
const T0 = Date.UTC(2026, 10, 21, 8);
const PLACE = { lng: 121.48, lat: 30.8 } as const;
const detector = (companyCode: string, code: string, eastDeg: number, newest: NearDetector['newest'] = null) => ({
  companyCode,
  code,
  name: `探测器 ${code}`,
  unit: '%LEL',
  lng: PLACE.lng + eastDeg,
  lat: PLACE.lat,
  newest,
});

export function describeNearDetectors(name: string, create: () => Promise<DetectorsUnderTest>): void {
  describe(name, () => {
    let under: DetectorsUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());
    const codes = async (scope: string | null, lng: number, lat: number, limit = 9): Promise<string[]> =>
      (await under.detectors.near(scope, lng, lat, limit)).map(({ code }) => code);

    test('[PST-31] the nearest within 150 m come first with what each measures, those of the company alone for a company', async () => {
      const newest = { value: 4.2, isSounding: true, atMs: T0 };
      await under.add(detector(FIRST, 'Q/2', 0.001, newest));
      await under.add(detector(SECOND, 'Q1', -0.0005));
      await under.add({ ...detector(FIRST, 'Q3', 0), lat: PLACE.lat + 0.0012, unit: null });
      await under.add(detector(FIRST, 'far', 0.0016));
      expect(await codes(null, PLACE.lng, PLACE.lat)).toEqual(['Q1', 'Q/2', 'Q3']);
      expect(await codes(null, PLACE.lng, PLACE.lat, 1)).toEqual(['Q1']);
      expect(await codes(FIRST, PLACE.lng, PLACE.lat)).toEqual(['Q/2', 'Q3']);
      expect(await codes('9', PLACE.lng, PLACE.lat)).toEqual([]);
      expect(await codes(null, -PLACE.lng, -PLACE.lat)).toEqual([]);
      const [first, second] = await under.detectors.near(FIRST, PLACE.lng, PLACE.lat, 9);
      expect(first).toEqual({
        companyCode: FIRST,
        code: 'Q/2',
        name: '探测器 Q/2',
        unit: '%LEL',
        distanceM: expect.closeTo(95.6, 0),
        newest,
      });
      expect(second).toMatchObject({ unit: null, newest: null, distanceM: expect.closeTo(133.6, 0) });
    });

    test('[PST-33] all of them come with their place and what each measures, those of the company alone for a company', async () => {
      const sounding = detector(FIRST, 'Q/2', 0.5, { value: 4.2, isSounding: true, atMs: T0 });
      const [theirs, silent] = [detector(SECOND, 'Q1', 0), { ...detector(FIRST, 'Q1', 9), unit: null }];
      for (const one of [sounding, theirs, silent]) await under.add(one);
      expect(await under.detectors.all(null)).toEqual([sounding, silent, theirs]);
      expect(await under.detectors.all(SECOND)).toEqual([theirs]);
      expect(await under.detectors.all('9')).toEqual([]);
    });
  });
}
