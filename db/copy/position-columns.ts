/**
 * Position rows as columns, in the units of the table. Owns the growth and the absent values; holds rows of one batch
 * in arrival order, or the newest row per slot. Filled by db/fix-rows.kernel.ts, written by position-rows.kernel.ts.
 */

/** Absent values inside the columns; they become SQL NULL. No valid value reaches them: writers clamp. */
export const NULL_INT4 = -2_147_483_648;
export const NULL_INT2 = -32_768;

export class PositionColumns {
  count = 0;
  capacity: number;
  observedAtMs: Float64Array;
  /** person.id; below zero while the id is still to be given by PostgreSQL. */
  personId: Int32Array;
  /** 1e-7 degree. */
  lng: Int32Array;
  lat: Int32Array;
  heightCm: Int32Array;
  delayMs: Int32Array;
  accuracyDm: Int16Array;
  speedCmps: Int16Array;
  headingDeg: Int16Array;
  batteryPct: Int16Array;
  source: Int16Array;
  floor: Int16Array;
  flags: Int16Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.observedAtMs = new Float64Array(capacity);
    this.personId = new Int32Array(capacity);
    this.lng = new Int32Array(capacity);
    this.lat = new Int32Array(capacity);
    this.heightCm = new Int32Array(capacity);
    this.delayMs = new Int32Array(capacity);
    this.accuracyDm = new Int16Array(capacity);
    this.speedCmps = new Int16Array(capacity);
    this.headingDeg = new Int16Array(capacity);
    this.batteryPct = new Int16Array(capacity);
    this.source = new Int16Array(capacity);
    this.floor = new Int16Array(capacity);
    this.flags = new Int16Array(capacity);
  }

  clear(): void {
    this.count = 0;
  }

  /** Makes room for `rows` rows in all, keeping what is there; at least doubles. */
  reserve(rows: number): void {
    if (rows <= this.capacity) return;
    const grown = new PositionColumns(Math.max(rows, this.capacity * 2));
    grown.observedAtMs.set(this.observedAtMs);
    grown.personId.set(this.personId);
    grown.lng.set(this.lng);
    grown.lat.set(this.lat);
    grown.heightCm.set(this.heightCm);
    grown.delayMs.set(this.delayMs);
    grown.accuracyDm.set(this.accuracyDm);
    grown.speedCmps.set(this.speedCmps);
    grown.headingDeg.set(this.headingDeg);
    grown.batteryPct.set(this.batteryPct);
    grown.source.set(this.source);
    grown.floor.set(this.floor);
    grown.flags.set(this.flags);
    this.capacity = grown.capacity;
    this.observedAtMs = grown.observedAtMs;
    this.personId = grown.personId;
    this.lng = grown.lng;
    this.lat = grown.lat;
    this.heightCm = grown.heightCm;
    this.delayMs = grown.delayMs;
    this.accuracyDm = grown.accuracyDm;
    this.speedCmps = grown.speedCmps;
    this.headingDeg = grown.headingDeg;
    this.batteryPct = grown.batteryPct;
    this.source = grown.source;
    this.floor = grown.floor;
    this.flags = grown.flags;
  }

  /** Row `from` of `other` becomes row `to` of this one. */
  copyRow(to: number, other: PositionColumns, from: number): void {
    this.observedAtMs[to] = other.observedAtMs[from]!;
    this.personId[to] = other.personId[from]!;
    this.lng[to] = other.lng[from]!;
    this.lat[to] = other.lat[from]!;
    this.heightCm[to] = other.heightCm[from]!;
    this.delayMs[to] = other.delayMs[from]!;
    this.accuracyDm[to] = other.accuracyDm[from]!;
    this.speedCmps[to] = other.speedCmps[from]!;
    this.headingDeg[to] = other.headingDeg[from]!;
    this.batteryPct[to] = other.batteryPct[from]!;
    this.source[to] = other.source[from]!;
    this.floor[to] = other.floor[from]!;
    this.flags[to] = other.flags[from]!;
  }
}
