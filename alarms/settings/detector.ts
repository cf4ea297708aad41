/**
 * Topic `detector`, key `company/point` (QUOTAID of AQ 3064.1 A.2): where a fixed gas detector stands, and how far round it people who
 * are gathered are told to withdraw when it sounds.
 */
import type { Result } from '../../core/result.ts';
import { parseFields } from './fields.ts';

export interface Detector {
  readonly name: string;
  /** CGCS2000, degrees. */
  readonly lng: number;
  readonly lat: number;
  readonly radiusM: number;
  /** Of its values (`%LEL`); absent: nobody said. */
  readonly unit?: string;
}

export const DETECTOR_RADIUS_M = 50;
export const DETECTOR_UNIT_MAX = 16;
const RADIUS_MAX_M = 2_000;

/** `{"name": "1# 罐区 可燃气体", "lng": 121.48, "lat": 30.8, "radiusM": 80, "unit": "%LEL"}`; 50 m where none is given. */
export const parseDetector = (value: unknown, key: string): Result<Detector, string> =>
  parseFields('detector', value, (fields) => {
    if (!/^[^/]+\/.+$/.test(key)) throw fields.problem('key', 'is company/point');
    return {
      name: fields.text('name'),
      lng: fields.number('lng', -180, 180),
      lat: fields.number('lat', -90, 90),
      radiusM: fields.has('radiusM') ? fields.number('radiusM', 1, RADIUS_MAX_M) : DETECTOR_RADIUS_M,
      ...(fields.has('unit') ? { unit: fields.text('unit', DETECTOR_UNIT_MAX) } : {}),
    };
  });
