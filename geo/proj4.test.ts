import { describe, expect, it } from 'vitest';
import { AppError } from '../core/errors.ts';
import { assertAgreesWithProj4, proj4PerCall, proj4Projection, proj4Strings } from './proj4.ts';
import { createProjection, PROJECTION_PRESETS, SHANGHAI_2000_A, SHANGHAI_2000_B } from './projection.ts';

const PARK = [121.4, 30.7, 121.6, 30.9] as const;

describe('proj4 self-check', () => {
  it('[GEO-7] passes for every preset around the park', () => {
    for (const parameters of PROJECTION_PRESETS) {
      expect(() => assertAgreesWithProj4(createProjection(parameters), PARK, 1e-6)).not.toThrow();
    }
  });

  it('[GEO-7] stops the start-up when the arithmetic and the parameters disagree', () => {
    const wrong = { ...createProjection(SHANGHAI_2000_A), parameters: SHANGHAI_2000_B };
    expect(() => assertAgreesWithProj4(wrong, PARK)).toThrow(AppError);
    expect(() => assertAgreesWithProj4(wrong, PARK)).toThrow(/shanghai2000-b differs from proj4 by 0\.1/);
    expect(() => assertAgreesWithProj4(wrong, PARK, 1)).not.toThrow();
  });

  it('[GEO-7] a box out of reach of the projection fails it', () => {
    expect(() => assertAgreesWithProj4(createProjection(SHANGHAI_2000_B), [0, 0, 1, 1])).toThrow(/Infinity m/);
  });

  it('proj4 per call gives what the cached converter gives', () => {
    const cached = proj4Projection(SHANGHAI_2000_B).eastingNorthingFromLngLat(121.48, 30.8);
    expect(proj4PerCall(proj4Strings(SHANGHAI_2000_B), 121.48, 30.8)).toEqual([cached.easting, cached.northing]);
  });
});
