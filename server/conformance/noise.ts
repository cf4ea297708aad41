/**
 * Errors of positions as a conformance run adds them: none, white, or first-order autoregressive, seeded, of a stated radius
 * that holds 68.27 % of the errors (AQ 3064.3 7.1.1: 3 m still, 5 m moving). A circular normal: neither axis is cut off.
 */
import { createRandom, gaussian, type Random } from '../../bench/random.ts';

export interface NoiseModel {
  readonly name: string;
  /** Radius of the circle that holds 68.27 % of the errors, m; 0: none. */
  readonly radiusM: number;
  /** Time in which the error forgets itself (to 1/e), s; 0: each error is new. */
  readonly correlationS: number;
  /** The tags walk at 1 m/s on the layout's own lines; else they rest. */
  readonly isMoving: boolean;
}

const noise = (name: string, radiusM: number, correlationS: number, isMoving: boolean): NoiseModel => ({
  name,
  radiusM,
  correlationS,
  isMoving,
});

export const NOISE_MODELS: readonly NoiseModel[] = [
  noise('none', 0, 0, false),
  noise('white-3m-still', 3, 0, false),
  noise('ar5s-3m-still', 3, 5, false),
  noise('ar20s-3m-still', 3, 20, false),
  noise('white-5m-moving', 5, 0, true),
  noise('ar5s-5m-moving', 5, 5, true),
  noise('ar20s-5m-moving', 5, 20, true),
];

/** Radius of 68.27 % over the sigma of one axis, for a circular normal: sqrt(-2 ln(1 - 0.6827)). */
export const RADIUS_PER_SIGMA = Math.sqrt(-2 * Math.log(1 - 0.6827));

/** Errors of one tag, in order of time. */
export class NoiseSource {
  readonly #model: NoiseModel;
  readonly #random: Random;
  #east: number;
  #north: number;

  constructor(model: NoiseModel, seed: number) {
    this.#model = model;
    this.#random = createRandom(seed);
    this.#east = gaussian(this.#random);
    this.#north = gaussian(this.#random);
  }

  /** Error `dtS` after the one before, m. */
  next(dtS: number): { readonly east: number; readonly north: number } {
    const { radiusM, correlationS } = this.#model;
    const keep = correlationS === 0 ? 0 : Math.exp(-dtS / correlationS);
    const fresh = Math.sqrt(1 - keep * keep);
    this.#east = keep * this.#east + fresh * gaussian(this.#random);
    this.#north = keep * this.#north + fresh * gaussian(this.#random);
    const sigmaM = radiusM / RADIUS_PER_SIGMA;
    return { east: sigmaM * this.#east, north: sigmaM * this.#north };
  }
}
