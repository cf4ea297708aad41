/**
 * Errors of the positioning: a first-order autoregressive process by axis (neighbouring fixes err alike), its size by
 * source. The state is kept at unit variance, so a change of source changes the size at once and not the direction.
 */
import type { PeopleState } from './people-state.ts';

export interface SourceNoise {
  /** Radius of the circle that holds 68.27 % of the fixes, m. */
  readonly radiusM: number;
  readonly heightSigmaM: number;
  /** Time in which the error forgets itself (to 1/e), s. */
  readonly correlationS: number;
}

/** By SOURCE code. GNSS between steel; UWB in units; BLE beacons in buildings. */
export const SOURCE_NOISE: readonly SourceNoise[] = [
  { radiusM: 3, heightSigmaM: 2, correlationS: 20 },
  { radiusM: 0.5, heightSigmaM: 0.25, correlationS: 4 },
  { radiusM: 1.6, heightSigmaM: 0.4, correlationS: 8 },
];

/** Radius of 68.27 % over the sigma of one axis, for a circular normal: sqrt(-2 ln(1 - 0.6827)). */
export const RADIUS_PER_SIGMA = Math.sqrt(-2 * Math.log(1 - 0.6827));

/** Beyond this the receivers themselves throw a fix away; it bounds the false alarms of the demonstration. */
const LIMIT_SIGMA = 3;

/** Moves the person's error on by dtS and writes easting, northing and height errors (m) to out[0..2]. */
export function stepNoise(state: PeopleState, person: number, dtS: number, out: Float64Array): void {
  const model = SOURCE_NOISE[state.source[person]!]!;
  const keep = Math.exp(-dtS / model.correlationS);
  const fresh = Math.sqrt(1 - keep * keep);
  const at = 3 * person;
  for (let axis = 0; axis < 3; axis++) {
    const moved = keep * state.noise[at + axis]! + fresh * state.gaussian(person);
    state.noise[at + axis] = Math.max(-LIMIT_SIGMA, Math.min(LIMIT_SIGMA, moved));
  }
  const sigma = (model.radiusM / RADIUS_PER_SIGMA) * state.quality[person]!;
  out[0] = state.noise[at]! * sigma;
  out[1] = state.noise[at + 1]! * sigma;
  out[2] = state.noise[at + 2]! * model.heightSigmaM;
}
