import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAYLIGHT, daylightAt, lightOf, NIGHT_LIGHT } from './light.ts';
import { sunAt } from './sun.ts';

const PARK = { lng: 121.48, lat: 30.8 };
const at = (text: string): number => Date.parse(`${text}+08:00`);

describe('light of the scene', () => {
  // Noon of the solstices: 90 - latitude + declination; the equation of time puts it at 11:56 and 11:52 there.
  it.each([
    ['2026-06-21T11:56', 82.6, 180],
    ['2026-12-22T11:52', 35.8, 180],
    ['2026-03-20T12:02', 59.2, 180],
  ])('[SCN-42] the sun of %s stands where it does', (text, elevationDeg, azimuthDeg) => {
    const sun = sunAt(at(text), PARK.lng, PARK.lat);
    expect(Math.abs(sun.elevationDeg - elevationDeg)).toBeLessThan(0.3);
    expect(Math.abs(sun.azimuthDeg - azimuthDeg)).toBeLessThan(4);
  });

  it('[SCN-42] it rises in the east and sets in the west', () => {
    const rising = sunAt(at('2026-03-21T06:00'), PARK.lng, PARK.lat);
    const setting = sunAt(at('2026-03-21T18:05'), PARK.lng, PARK.lat);
    for (const { elevationDeg } of [rising, setting]) expect(Math.abs(elevationDeg)).toBeLessThan(2);
    expect(rising.azimuthDeg).toBeCloseTo(90, -1);
    expect(setting.azimuthDeg).toBeCloseTo(270, -1);
  });

  it('[SCN-42] by the clock: day at noon, night at midnight, no step between, never darker than the fixed night', () => {
    expect(lightOf('clock', at('2026-06-21T12:00'), PARK)).toMatchObject({ intensity: 2.2, brightness: 1 });
    expect(lightOf('clock', at('2026-06-21T00:00'), PARK)).toEqual(NIGHT_LIGHT);
    fc.assert(
      fc.property(fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-01-01T00:00') }), (atMs) => {
        const now = lightOf('clock', atMs, PARK);
        const next = lightOf('clock', atMs + 60_000, PARK);
        expect(now.brightness).toBeGreaterThanOrEqual(NIGHT_LIGHT.brightness);
        expect(now.intensity).toBeGreaterThanOrEqual(NIGHT_LIGHT.intensity);
        expect(now.towardGround[2]).toBeLessThan(-0.4);
        expect(Math.abs(next.brightness - now.brightness)).toBeLessThan(0.01);
        for (let k = 0; k < 3; k++) expect(Math.abs(next.towardGround[k]! - now.towardGround[k]!)).toBeLessThan(0.05);
      }),
    );
  });

  it('[SCN-42] a fixed day or night stays, whatever the clock says', () => {
    expect(lightOf('day', at('2026-06-21T00:00'), PARK)).toBe(DAYLIGHT);
    expect(lightOf('night', at('2026-06-21T12:00'), PARK)).toBe(NIGHT_LIGHT);
    expect([daylightAt(-20), daylightAt(30)]).toEqual([0, 1]);
  });
});
