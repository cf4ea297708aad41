import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraFrom, cameraText } from './camera-text.ts';
import { layersFrom, layersText } from './layers-text.ts';

describe('parts of an address', () => {
  it('[FIND-20] a camera comes back within a tenth of a metre and of a degree', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const camera = fc.record({
      lng: number(-180, 180),
      lat: number(-90, 90),
      heightM: number(-100, 50_000),
      headingDeg: number(0, 360),
      pitchDeg: number(-90, 90),
      rollDeg: fc.constantFrom(0, 360, 12.34),
    });
    fc.assert(
      fc.property(camera, (view) => {
        const back = cameraFrom(cameraText(view));
        expect(back?.lng).toBeCloseTo(view.lng, 5);
        expect(back?.lat).toBeCloseTo(view.lat, 5);
        expect(back?.heightM).toBeCloseTo(view.heightM, 0);
        expect((((back?.headingDeg ?? 0) - view.headingDeg + 540) % 360) - 180).toBeCloseTo(0, 0);
        expect(back?.pitchDeg).toBeCloseTo(view.pitchDeg, 0);
        expect((back?.rollDeg ?? 0) % 360).toBeCloseTo(view.rollDeg % 360, 0);
      }),
    );
  });

  it('[FIND-20] a camera looks plain in the address', () => {
    const view = { lng: 121.48, lat: 30.8, heightM: 900.04, headingDeg: 360, pitchDeg: -38, rollDeg: 360 };
    expect(cameraText(view)).toBe('121.48,30.8,900,0,-38');
  });

  it.each(['', '121.48', '121.48,30.8,,0,-38', '200,30,900,0,-38', '1,2,3,4,5,6,7', 'a,b,c,d,e', '1,2,1e9,0,0'])(
    '[FIND-21] %s is no camera',
    (text) => expect(cameraFrom(text)).toBeNull(),
  );

  it('[FIND-20] layers are what differs from the start', () => {
    const known = ['a', 'b', 'c-d'];
    const start = new Set(['a']);
    expect(layersText(known, start, new Set(['a']))).toBeNull();
    expect(layersText(known, start, new Set(['b', 'c-d']))).toBe('-a,+b,+c-d');
    expect(layersFrom(known, start, '-a,+b,+c-d')).toEqual(new Set(['b', 'c-d']));
    for (const text of ['', 'a', '+x', '*a']) expect(layersFrom(known, start, text)).toBeNull();
  });
});
