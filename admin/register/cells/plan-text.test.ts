import { expect, test } from 'vitest';
import { plan } from '../../../registers/field.ts';
import { readCell } from './cells.ts';

const FIELD = plan({ title: { zh: '范围', en: 'Plan' } });
const CORNERS = [
  [121.48, 30.8],
  [121.49, 30.8],
  [121.49, 30.81],
];

test.each([
  ['121.48 30.8; 121.49 30.8; 121.49 30.81'],
  ['POLYGON ((121.48 30.8, 121.49 30.8, 121.49 30.81, 121.48 30.8))'],
  ['SRID=4490;POLYGON((121.48 30.8,121.49 30.8,121.49 30.81,121.48 30.8))'],
  ['{"type":"Polygon","coordinates":[[[121.48,30.8],[121.49,30.8],[121.49,30.81],[121.48,30.8]]]}'],
])('[PRK-15] reads the plan %s', (text) => {
  expect(readCell(FIELD, text, null)).toEqual({ ok: true, value: CORNERS });
});

test.each([
  ['POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))'],
  ['MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((5 5, 6 5, 6 6, 5 5)))'],
  ['SRID=3857;POLYGON((0 0, 4 0, 4 4, 0 0))'],
  ['{"type":"Point","coordinates":[1,2]}'],
  ['{"type":"Polygon","coordinates":[[1,2]]}'],
  ['POLYGON ((0 0, 4'],
  ['{'],
])('[PRK-15] %s is no plan of one ring', (text) => {
  expect(readCell(FIELD, text, null)).toEqual({ ok: true, value: text });
});
