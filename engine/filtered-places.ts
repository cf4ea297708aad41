/**
 * Where everybody is, filtered: for rules that count people near each other, which single fixes cannot carry (at 3 m for 68 % of
 * fixes, six people all within their circle are seen so in 96 of 100 samples). An exponential mean with a time constant of 5 s
 * (`gathering.filterMs`): as quiet under white noise as the mean over 10 s, in a few numbers a person. The mean begins anew after
 * a gap of more than 10 s (`gathering.gapMs`), and at a fix more than 30 m from it, which is no noise. Older fixes never come here.
 */
import { effectiveAccuracyM } from '../alarms/evidence.ts';
import type { FixBatch } from '../stream/protocol/entry.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

/** The mean lags a walker by 7 m, and noise is smaller still: what is farther off is a vehicle, or another place. */
const ANEW_M = 30;
const COUNT_MAX = 255;

export class FilteredPlaces implements Part {
  readonly name = 'filtered-places';
  /** By slot: plane metres, event time and accuracy of the newest fix; `known` says whether there is a place. */
  easting = new Float64Array(0);
  northing = new Float64Array(0);
  observedAtMs = new Float64Array(0);
  accuracyM = new Float32Array(0);
  /** Fixes in the mean, at most 255; 0: no place. */
  known = new Uint8Array(0);
  /** The newest fix less the mean, and the filtered velocity. */
  lagEastM = new Float32Array(0);
  lagNorthM = new Float32Array(0);
  eastMps = new Float32Array(0);
  northMps = new Float32Array(0);
  /** Slots that ever had a fix are below this. */
  #slots = 0;
  #planeId = '';

  onFix(park: Park, batch: FixBatch, i: number, slot: number, observedAtMs: number): void {
    if (slot >= this.#slots) this.#reserve(slot + 1);
    this.#planeId = park.projection.parameters.id;
    const { filterMs, gapMs } = park.settings.gathering;
    const easting = park.people.easting[slot]!;
    const northing = park.people.northing[slot]!;
    const sinceMs = observedAtMs - this.observedAtMs[slot]!;
    const eastM = easting - this.easting[slot]!;
    const northM = northing - this.northing[slot]!;
    const isBroken = this.known[slot] === 0 || sinceMs > gapMs;
    const isAnew = isBroken || filterMs === 0 || eastM * eastM + northM * northM > ANEW_M * ANEW_M;
    const gain = filterMs === 0 ? 1 : 1 - Math.exp(-sinceMs / filterMs);
    // Until there are enough fixes for the constant to matter, each counts alike.
    const share = isAnew ? 1 : Math.max(gain, 1 / (this.known[slot]! + 1));

    const perS = isBroken ? 0 : gain / Math.max(sinceMs / 1_000, 0.1);
    const keep = isBroken ? 0 : 1 - gain;
    this.eastMps[slot] = keep * this.eastMps[slot]! + perS * (eastM - this.lagEastM[slot]!);
    this.northMps[slot] = keep * this.northMps[slot]! + perS * (northM - this.lagNorthM[slot]!);
    this.lagEastM[slot] = (1 - share) * eastM;
    this.lagNorthM[slot] = (1 - share) * northM;
    this.easting[slot] = easting - (1 - share) * eastM;
    this.northing[slot] = northing - (1 - share) * northM;
    this.known[slot] = isAnew ? 1 : Math.min(COUNT_MAX, this.known[slot]! + 1);
    this.observedAtMs[slot] = observedAtMs;
    this.accuracyM[slot] = effectiveAccuracyM(batch.accuracyM[i]!, batch.speedMps[i]!);
  }

  speedMps(slot: number): number {
    return Math.hypot(this.eastMps[slot]!, this.northMps[slot]!);
  }

  onForget(_park: Park, slot: number): void {
    this.known.fill(0, slot, slot + 1);
  }

  #reserve(slots: number): void {
    this.#slots = slots;
    if (slots <= this.known.length) return;
    const size = Math.max(1024, 2 * slots);
    for (const name of COLUMNS) {
      const grown = new (this[name].constructor as new (size: number) => Float64Array)(size);
      grown.set(this[name]);
      (this as Record<string, unknown>)[name] = grown;
    }
  }

  /** Columns as bytes, with the parameters of the plane that they lie on. */
  save(): readonly unknown[] {
    return [this.#planeId, ...COLUMNS.map((name) => new Uint8Array(this[name].slice(0, this.#slots).buffer))];
  }

  /** On another plane each mean begins anew. */
  load([planeId, ...columns]: readonly unknown[], park: Park): void {
    if (planeId !== park.projection.parameters.id) return;
    this.#planeId = planeId;
    this.#reserve((columns.at(-1) as Uint8Array).length);
    for (const [at, name] of COLUMNS.entries()) {
      const kind = this[name].constructor as new (buffer: ArrayBuffer) => Float64Array;
      this[name].set(new kind(Uint8Array.from(columns[at] as Uint8Array).buffer));
    }
  }
}

/** `known` last: a byte a slot. */
const COLUMNS = [
  'easting',
  'northing',
  'observedAtMs',
  'accuracyM',
  'lagEastM',
  'lagNorthM',
  'eastMps',
  'northMps',
  'known',
] as const;
