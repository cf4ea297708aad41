/**
 * What a vendor's records are like, by company, interface and hour of receipt: delays, clocks, speeds nobody has, fields left
 * out. Counts only; adding two of them is adding their numbers. Pure, and no positioning alarm comes of it. Fed by the role
 * `quality` from the log.
 */
import { ABSENT_U8, ABSENT_U16, type FixBatch, type PersonRecord } from '../stream/protocol/entry.ts';
import type { InterfaceName } from '../stream/protocol/vocabulary.ts';

/**
 * Edges of the histogram of receipt - observation, ms; below zero the sender's clock is ahead. Bucket i holds what is below
 * edge i and not below the one before; one more holds the rest.
 */
export const DELAY_EDGES_MS = [
  -30_000, -10_000, -5_000, -2_000, -1_000, -500, 0, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000,
  120_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000,
] as const;
/** AQ 3064.3 8.2: what came later than this is late. */
export const LATE_MS = 30_000;
/** Clocks nearer than this agree. */
export const AHEAD_MS = 1_000;
/** Nobody on foot is faster, m/s. */
export const IMPLAUSIBLE_MPS = 15;
/** Of two fixes together: so far apart they may be by noise. */
const NOISE_M = 10;
/** A fix that says itself that it moves at half the speed or more is a vehicle's. */
const OWN_SPEED_SHARE = 0.5;
/** Fixes further apart say nothing of a speed. */
const COMPARED_WITHIN_MS = 600_000;
const HOUR_MS = 3_600_000;
const M_PER_DEG = 111_320;

export interface HourTally {
  readonly companyCode: string;
  readonly interfaceName: string;
  /** Start of the hour of receipt. */
  readonly hourMs: number;
  records: number;
  readonly delays: number[];
  late: number;
  ahead: number;
  compared: number;
  implausible: number;
  fieldsGiven: number;
  fieldsAsked: number;
}

interface LastFix {
  lng: number;
  lat: number;
  observedAtMs: number;
}

const FIELDS_OF_FIX = 4;
const FIELDS_OF_PERSON = 4;

export class ScoreTally {
  #hours = new Map<string, HourTally>();
  readonly #last = new Map<string, Map<string, LastFix>>();

  /** A joint test is not scored; its batches are the caller's to leave out. */
  takeFixes(batch: FixBatch, receivedAtMs: number): void {
    const tally = this.#hour(batch.origin.companyCode, 'positions', receivedAtMs);
    const last = this.#lastOf(batch.origin.companyCode);
    for (let i = 0; i < batch.count; i++) {
      count(tally, receivedAtMs - batch.observedAtMs[i]!);
      tally.fieldsAsked += FIELDS_OF_FIX;
      tally.fieldsGiven +=
        Number(!Number.isNaN(batch.heightM[i]!)) +
        Number(!Number.isNaN(batch.accuracyM[i]!)) +
        Number(batch.batteryPct[i] !== ABSENT_U8) +
        Number(batch.sourceIndex[i] !== ABSENT_U16);
      compare(tally, last, batch, i);
    }
  }

  takePersons(companyCode: string, records: readonly PersonRecord[], receivedAtMs: number): void {
    const tally = this.#hour(companyCode, 'persons', receivedAtMs);
    for (const { cardNo, department, post, certificates, updatedAtMs } of records) {
      if (updatedAtMs === null) tally.records++;
      else count(tally, receivedAtMs - updatedAtMs);
      tally.fieldsAsked += FIELDS_OF_PERSON;
      tally.fieldsGiven +=
        Number(cardNo !== null) + Number(department !== '') + Number(post !== '') + Number(certificates.length > 0);
    }
  }

  /** Records that say when what they tell of happened. */
  takeObserved(
    companyCode: string,
    interfaceName: InterfaceName,
    observedAtMs: readonly number[],
    receivedAtMs: number,
  ): void {
    const tally = this.#hour(companyCode, interfaceName, receivedAtMs);
    for (const atMs of observedAtMs) count(tally, receivedAtMs - atMs);
  }

  /** What was counted since the last time. */
  drain(nowMs: number): HourTally[] {
    const hours = [...this.#hours.values()];
    this.#hours = new Map();
    for (const last of this.#last.values()) {
      for (const [subject, { observedAtMs }] of last) {
        if (nowMs - observedAtMs > COMPARED_WITHIN_MS) last.delete(subject);
      }
    }
    return hours;
  }

  #hour(companyCode: string, interfaceName: InterfaceName, receivedAtMs: number): HourTally {
    const hourMs = Math.floor(receivedAtMs / HOUR_MS) * HOUR_MS;
    const key = `${hourMs}/${interfaceName}/${companyCode}`;
    let tally = this.#hours.get(key);
    if (tally === undefined) {
      tally = {
        companyCode,
        interfaceName,
        hourMs,
        records: 0,
        delays: new Array<number>(DELAY_EDGES_MS.length + 1).fill(0),
        late: 0,
        ahead: 0,
        compared: 0,
        implausible: 0,
        fieldsGiven: 0,
        fieldsAsked: 0,
      };
      this.#hours.set(key, tally);
    }
    return tally;
  }

  #lastOf(companyCode: string): Map<string, LastFix> {
    let last = this.#last.get(companyCode);
    if (last === undefined) {
      last = new Map();
      this.#last.set(companyCode, last);
    }
    return last;
  }
}

function count(tally: HourTally, delayMs: number): void {
  let bucket = 0;
  while (bucket < DELAY_EDGES_MS.length && delayMs >= DELAY_EDGES_MS[bucket]!) bucket++;
  tally.delays[bucket]!++;
  tally.records++;
  if (delayMs > LATE_MS) tally.late++;
  if (delayMs < -AHEAD_MS) tally.ahead++;
}

/** Older and repeated fixes are passed over: the speed is that of the newest. */
function compare(tally: HourTally, lastFixes: Map<string, LastFix>, batch: FixBatch, i: number): void {
  const lng = batch.lng[i]!;
  const lat = batch.lat[i]!;
  const observedAtMs = batch.observedAtMs[i]!;
  if (Number.isNaN(lng) || Number.isNaN(lat)) return;
  const subject = batch.strings[batch.subjectIndex[i]!]!;
  const last = lastFixes.get(subject);
  if (last === undefined) {
    lastFixes.set(subject, { lng, lat, observedAtMs });
    return;
  }
  const seconds = (observedAtMs - last.observedAtMs) / 1000;
  if (seconds <= 0) return;
  if (seconds * 1000 <= COMPARED_WITHIN_MS) {
    const east = (lng - last.lng) * Math.cos((lat * Math.PI) / 180);
    const distanceM = Math.hypot(east, lat - last.lat) * M_PER_DEG;
    const saidMps = batch.speedMps[i]!;
    tally.compared++;
    if (distanceM - NOISE_M > IMPLAUSIBLE_MPS * seconds && !(saidMps >= (OWN_SPEED_SHARE * distanceM) / seconds)) {
      tally.implausible++;
    }
  }
  last.lng = lng;
  last.lat = lat;
  last.observedAtMs = observedAtMs;
}

/** Value below which the share of the delays lies, ms, interpolated within its bucket; null: none were counted. */
export function delayQuantileMs(delays: readonly number[], share: number): number | null {
  const total = delays.reduce((sum, one) => sum + one, 0);
  if (total === 0) return null;
  let left = share * total;
  for (let bucket = 0; bucket < delays.length; bucket++) {
    const held = delays[bucket]!;
    if (left > held) {
      left -= held;
      continue;
    }
    const last = DELAY_EDGES_MS.length - 1;
    const from = DELAY_EDGES_MS[Math.max(bucket - 1, 0)]!;
    const to = DELAY_EDGES_MS[Math.min(bucket, last)]!;
    return Math.round(from + (to - from) * (held === 0 ? 0 : left / held));
  }
  return DELAY_EDGES_MS.at(-1)!;
}

/** Shares from 0 to 1; null: nothing to judge by. */
export interface ScoreShares {
  readonly online: number | null;
  readonly refused: number | null;
  readonly late: number | null;
  readonly duplicate: number | null;
  readonly ahead: number | null;
  readonly implausible: number | null;
  readonly complete: number | null;
  /** Open coordinate findings of the company. */
  readonly findings: number;
}

/** Out of 100; docs/spec/reporting-watch.md has the same formula in words. */
export const SCORE_WEIGHTS = {
  online: 30,
  refused: 20,
  late: 20,
  complete: 10,
  implausible: 10,
  duplicate: 5,
  ahead: 5,
} as const;
const POINTS_A_FINDING = 10;
/** A tenth of these is as bad as all of them. */
const SEVERE = 10;

/** 0 to 100, a tenth fine; what cannot be judged counts neither way. null: nothing can. */
export function scoreOf(shares: ScoreShares): number | null {
  const good: Record<keyof typeof SCORE_WEIGHTS, number | null> = {
    online: shares.online,
    complete: shares.complete,
    refused: without(shares.refused),
    late: without(shares.late),
    duplicate: without(shares.duplicate),
    ahead: without(shares.ahead),
    implausible: without(shares.implausible === null ? null : Math.min(SEVERE * shares.implausible, 1)),
  };
  let points = 0;
  let weights = 0;
  for (const [name, weight] of Object.entries(SCORE_WEIGHTS)) {
    const share = good[name as keyof typeof SCORE_WEIGHTS];
    if (share === null) continue;
    points += weight * share;
    weights += weight;
  }
  if (weights === 0) return null;
  return Math.round(Math.max((100 * points) / weights - POINTS_A_FINDING * shares.findings, 0) * 10) / 10;
}

const without = (share: number | null): number | null => (share === null ? null : 1 - share);
