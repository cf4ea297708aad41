/**
 * Everything the simulator knows of its people, as columns by person index. Each person draws from a generator of their
 * own, so what one does never depends on how many others there are or in which order they are stepped.
 */
import type { DemoPark } from '../park/demo-park.ts';

export const ACTIVITY = { away: 0, moving: 1, staying: 2 } as const;

/** Where a fix comes from; index into SOURCES and into the noise table. */
export const SOURCE = { gnss: 0, uwb: 1, ble: 2 } as const;
export const SOURCES = ['GNSS', 'UWB', 'BLE'] as const;
export type SourceName = (typeof SOURCES)[number];
export const sourceCode = (name: SourceName): number => SOURCES.indexOf(name);

/** What the script makes somebody do. */
export const SCRIPTED = { none: 0, goingIn: 1, inside: 2, goingOut: 3 } as const;

/** Way points, four numbers each: u, v, height above ground, source while walking to it. */
export type Path = number[];

export class PeopleState {
  readonly count: number;
  readonly activity: Uint8Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  /** Above ground, m. */
  readonly height: Float64Array;
  /** Place of the company (index), or -1 on the road. */
  readonly place: Int16Array;
  readonly zone: Int8Array;
  readonly floor: Int8Array;
  readonly source: Uint8Array;
  readonly path: (Path | null)[];
  readonly pathAt: Uint16Array;
  /** Metres a second along the present path. */
  readonly pace: Float32Array;
  /** Speed over the last step, and direction in the plan. */
  readonly speed: Float32Array;
  readonly directionU: Float32Array;
  readonly directionV: Float32Array;
  /** When the next small movement at a place begins, and when the place is left. */
  readonly pauseUntilMs: Float64Array;
  readonly stayUntilMs: Float64Array;
  readonly shiftEndMs: Float64Array;
  readonly sosUntilMs: Float64Array;
  readonly scripted: Uint8Array;
  readonly silentUntilMs: Float64Array;
  readonly batteryPct: Float32Array;
  readonly noise: Float32Array;
  /** How good this tag is: factor on the nominal error. */
  readonly quality: Float32Array;
  /** Keeps people off the middle line of a road, m. */
  readonly lane: Float32Array;
  readonly companyIndex: Uint16Array;
  readonly #random: Uint32Array;

  constructor(park: DemoPark) {
    const n = park.people.length;
    this.count = n;
    this.activity = new Uint8Array(n);
    this.u = new Float64Array(n);
    this.v = new Float64Array(n);
    this.height = new Float64Array(n);
    this.place = new Int16Array(n).fill(-1);
    this.zone = new Int8Array(n);
    this.floor = new Int8Array(n);
    this.source = new Uint8Array(n);
    this.path = new Array<Path | null>(n).fill(null);
    this.pathAt = new Uint16Array(n);
    this.pace = new Float32Array(n);
    this.speed = new Float32Array(n);
    this.directionU = new Float32Array(n);
    this.directionV = new Float32Array(n);
    this.pauseUntilMs = new Float64Array(n);
    this.stayUntilMs = new Float64Array(n);
    this.shiftEndMs = new Float64Array(n);
    this.sosUntilMs = new Float64Array(n);
    this.scripted = new Uint8Array(n);
    this.silentUntilMs = new Float64Array(n);
    this.batteryPct = new Float32Array(n);
    this.noise = new Float32Array(3 * n);
    this.quality = new Float32Array(n);
    this.lane = new Float32Array(n);
    this.companyIndex = Uint16Array.from(park.people, (p) => p.companyIndex);
    this.#random = Uint32Array.from(
      { length: n },
      (_, i) => (Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(park.seed, 0x85ebca6b)) >>> 0,
    );
  }

  /** Uniform in [0, 1), from the person's own sequence (mulberry32). */
  random(person: number): number {
    const state = (this.#random[person]! + 0x6d2b79f5) >>> 0;
    this.#random[person] = state;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(person: number, low: number, high: number): number {
    return low + (high - low) * this.random(person);
  }

  gaussian(person: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.random(person)));
    return radius * Math.cos(2 * Math.PI * this.random(person));
  }
}
