import { expect, test } from 'vitest';
import { createProjection, SHANGHAI_2000_A, SHANGHAI_2000_B } from '../geo/projection.ts';
import { createFixBatch } from '../test/builders/entries.ts';
import { createPark } from './park.ts';
import { lastKnownPlace, placeOfFix } from './places.ts';

const ATMS = Date.UTC(2026, 6, 1, 4);

test.each([SHANGHAI_2000_A, SHANGHAI_2000_B])('[GEO-35] a place names the grid it was made with: $id', (parameters) => {
  const park = createPark(createProjection(parameters));
  const batch = createFixBatch([{ lng: 121.48, lat: 30.8, atMs: ATMS }]);
  expect(placeOfFix(park, batch, 0, ATMS)?.gridId).toBe(parameters.id);
  const slot = park.people.addUnidentified('c1', 'p1', false, ATMS);
  park.people.place(slot, 121.48, 30.8, 1, 2, Number.NaN, ATMS, ATMS);
  expect(lastKnownPlace(park, slot)?.gridId).toBe(parameters.id);
});
