import { expect, test } from 'vitest';
import { createProjection, SHANGHAI_2000_B } from './projection.ts';
import { SHIFTED_DATUMS, shifted, unshifted } from './shifted-datums.ts';

const projection = createProjection(SHANGHAI_2000_B);
const LNG = 121.48;
const LAT = 30.8;

test.each([
  ['gcj-02', 430, -245],
  ['bd-09', 1_050, 420],
] as const)('[CRD-9] %s shifts a point of the park by about %d m east, %d m north', (datum, eastM, northM) => {
  const from = projection.eastingNorthingFromLngLat(LNG, LAT);
  const to = projection.eastingNorthingFromLngLat(...shifted(datum, LNG, LAT));
  expect(Math.abs(to.easting - from.easting - eastM)).toBeLessThan(40);
  expect(Math.abs(to.northing - from.northing - northM)).toBeLessThan(40);
});

test.each(SHIFTED_DATUMS)('[CRD-9] %s undone comes back to within a metre', (datum) => {
  for (const [lng, lat] of [
    [LNG, LAT],
    [121.2, 31.4],
    [121.9, 30.7],
  ] as const) {
    const back = projection.eastingNorthingFromLngLat(...unshifted(datum, ...shifted(datum, lng, lat)));
    const from = projection.eastingNorthingFromLngLat(lng, lat);
    expect(Math.hypot(back.easting - from.easting, back.northing - from.northing)).toBeLessThan(1);
  }
});
