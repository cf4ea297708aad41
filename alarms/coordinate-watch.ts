/**
 * Watches whether the coordinates of each company can be what they claim to be, and says so as findings; it corrects
 * nothing and raises no positioning alarm. Looks at a sample of each company's fixes, except for what is counted
 * (zero) or remembered a person (frozen). Fed by server/roles/quality.ts from the log; time is receipt time.
 */
import { fenceContains } from '../geo/fence.kernel.ts';
import type { Fence } from '../geo/fence.ts';
import { compileFence } from '../geo/fence.ts';
import { planePolygonsFromLngLat } from '../geo/polygons.ts';
import type { Projection } from '../geo/projection.ts';
import { SHIFTED_DATUMS, unshifted } from '../geo/shifted-datums.ts';
import { type AreaRecord, FIX_FLAG, type FixBatch } from '../stream/protocol/entry.ts';

export const COORDINATE_FINDING_KINDS = ['gcj-02', 'bd-09', 'swapped', 'outside', 'zero', 'frozen', 'coarse'] as const;
export type CoordinateFindingKind = (typeof COORDINATE_FINDING_KINDS)[number];

export interface CoordinateFinding {
  readonly companyCode: string;
  readonly kind: CoordinateFindingKind;
  /** Part of the fixes looked at (frozen: of the people) for which it holds. */
  readonly share: number;
  /** Fixes (frozen: people) looked at. */
  readonly looked: number;
  /** One of them as sent, degrees. */
  readonly example: { readonly lng: number; readonly lat: number };
}

/** Fixes of the last so many ms count. */
export const WINDOW_MS = 10 * 60_000;
/** With fewer fixes nothing is said. */
export const LEAST_FIXES = 20;
/** More of the fixes than this outside every ground are a finding. */
export const OUTSIDE_SHARE = 0.8;
/**
 * A shift is suspected when undoing it brings so many of the fixes onto the company's ground, and so many more than lie
 * there as sent: a ground of a kilometre keeps half of them through a shift of 490 m, and undoing it for an honest sender
 * only drives people out.
 */
export const EXPLAINED_SHARE = 0.8;
const EXPLAINED_GAIN = 0.2;
/** 4 decimals are 11 m of latitude; nearly all fixes of an honest sender have more. */
const COARSE_SHARE = 0.95;
const COARSE_STEPS_PER_DEG = 1e4;
/** A tag that lies still jitters, and one on charge is left out; to be frozen is to repeat the very same numbers. */
export const FROZEN_MS = 20 * 60_000;
const FROZEN_FIXES = 40;
const FROZEN_SHARE = 0.8;
const FROZEN_PEOPLE = 5;
const ZERO_FIXES = 5;
/** This near to where the park would be with its numbers swapped, degrees. */
const SWAPPED_WITHIN_DEG = 1;
/** Fixes taken of a company's batch, and at most one batch a second. */
const SAMPLED_A_SECOND = 8;
const SAMPLES = (SAMPLED_A_SECOND * WINDOW_MS) / 1000;
/** What counts as a company's ground, best first. */
const GROUND_KINDS = ['COMPANY_BOUNDARY', 'PRODUCTION'] as const;

interface Still {
  lng: number;
  lat: number;
  sinceMs: number;
  lastMs: number;
  fixes: number;
}

/** What is known of one company. */
class CompanyCoordinates {
  /** Ring of sampled fixes, lng, lat and receipt. */
  readonly lng = new Float64Array(SAMPLES);
  readonly lat = new Float64Array(SAMPLES);
  readonly atMs = new Float64Array(SAMPLES);
  next = 0;
  sampledSecond = -1;
  readonly still = new Map<string, Still>();
  /** Fixes at 0, 0: in this half of the window and in the one before. */
  zero: [number, number] = [0, 0];
  counted: [number, number] = [0, 0];
  /** Latitudes the front door refused that would fit the park's longitude. */
  refusedAsSwapped: [number, number] = [0, 0];
  refusedExample = { lng: 0, lat: 0 };
}

export class CoordinateWatch {
  readonly #companies = new Map<string, CompanyCoordinates>();
  readonly #grounds = new Map<string, Map<string, { readonly kind: string | null; readonly fence: Fence }>>();
  readonly #projection: Projection;
  readonly #home: { readonly lng: number; readonly lat: number };
  readonly #plane = new Float64Array(2);
  #half = 0;

  constructor(projection: Projection, home: { readonly lng: number; readonly lat: number }) {
    this.#projection = projection;
    this.#home = home;
  }

  /** The ground of a company, from its areas: its boundary, else its production areas, else any fixed area. */
  takeArea(record: AreaRecord): void {
    let grounds = this.#grounds.get(record.companyCode);
    if (grounds === undefined) {
      grounds = new Map();
      this.#grounds.set(record.companyCode, grounds);
    }
    grounds.delete(record.areaId);
    if (record.deleted || !record.fixed) return;
    const polygons = planePolygonsFromLngLat(record.polygons, this.#projection);
    if (polygons !== null) grounds.set(record.areaId, { kind: record.kind, fence: compileFence(polygons) });
  }

  takeFixes(batch: FixBatch, receivedAtMs: number): void {
    const company = this.#company(batch.origin.companyCode);
    this.#turn(receivedAtMs);
    company.counted[0] += batch.count;
    for (let i = 0; i < batch.count; i++) {
      const lng = batch.lng[i]!;
      const lat = batch.lat[i]!;
      if (Number.isNaN(lng) || Number.isNaN(lat)) continue;
      if (lng === 0 && lat === 0) company.zero[0]++;
      else if ((batch.flags[i]! & FIX_FLAG.charging) === 0) {
        this.#remember(company, batch.strings[batch.subjectIndex[i]!]!, lng, lat, receivedAtMs);
      }
    }
    const second = Math.floor(receivedAtMs / 1000);
    if (batch.count === 0 || second === company.sampledSecond) return;
    company.sampledSecond = second;
    const step = Math.max(1, Math.floor(batch.count / SAMPLED_A_SECOND));
    for (let i = 0, taken = 0; i < batch.count && taken < SAMPLED_A_SECOND; i += step, taken++) {
      const lng = batch.lng[i]!;
      const lat = batch.lat[i]!;
      if (Number.isNaN(lng) || Number.isNaN(lat) || (lng === 0 && lat === 0)) continue;
      company.lng[company.next] = lng;
      company.lat[company.next] = lat;
      company.atMs[company.next] = receivedAtMs;
      company.next = (company.next + 1) % SAMPLES;
    }
  }

  /** A LATITUDE beyond 90 degrees never becomes a fix: swapped numbers are seen in what the front door refused. */
  takeRefusedLatitude(companyCode: string, latitude: number, receivedAtMs: number): void {
    if (Math.abs(latitude - this.#home.lng) > SWAPPED_WITHIN_DEG) return;
    const company = this.#company(companyCode);
    this.#turn(receivedAtMs);
    company.refusedAsSwapped[0]++;
    company.refusedExample = { lng: this.#home.lat, lat: latitude };
  }

  /** What holds now, by company. */
  judge(nowMs: number): CoordinateFinding[] {
    this.#turn(nowMs);
    const findings: CoordinateFinding[] = [];
    for (const [companyCode, company] of this.#companies) {
      const say = (kind: CoordinateFindingKind, share: number, looked: number, lng: number, lat: number): void => {
        findings.push({ companyCode, kind, share, looked, example: { lng, lat } });
      };
      this.#judgeCounts(company, say);
      this.#judgeStill(company, nowMs, say);
      const samples = samplesSince(company, nowMs - WINDOW_MS);
      if (samples.length >= LEAST_FIXES) this.#judgeSamples(companyCode, company, samples, say);
    }
    return findings;
  }

  #judgeCounts(company: CompanyCoordinates, say: Say): void {
    const counted = company.counted[0] + company.counted[1];
    const zero = company.zero[0] + company.zero[1];
    if (zero >= ZERO_FIXES) say('zero', zero / counted, counted, 0, 0);
    const refused = company.refusedAsSwapped[0] + company.refusedAsSwapped[1];
    const { lng, lat } = company.refusedExample;
    if (refused >= LEAST_FIXES) say('swapped', refused / (refused + counted), refused + counted, lng, lat);
  }

  #judgeStill(company: CompanyCoordinates, nowMs: number, say: Say): void {
    let heard = 0;
    let frozen = 0;
    let example: Still | null = null;
    for (const [subject, still] of company.still) {
      if (nowMs - still.lastMs > FROZEN_MS) company.still.delete(subject);
      if (nowMs - still.lastMs > WINDOW_MS) continue;
      heard++;
      if (still.fixes < FROZEN_FIXES || still.lastMs - still.sinceMs < FROZEN_MS) continue;
      frozen++;
      example = still;
    }
    if (example !== null && frozen >= FROZEN_PEOPLE && frozen / heard >= FROZEN_SHARE) {
      say('frozen', frozen / heard, heard, example.lng, example.lat);
    }
  }

  #judgeSamples(companyCode: string, company: CompanyCoordinates, samples: readonly number[], say: Say): void {
    const { lng, lat } = company;
    const shareOf = (holds: (i: number) => boolean): { share: number; example: number } => {
      let count = 0;
      let example = samples[0]!;
      for (const i of samples) {
        if (!holds(i)) continue;
        count++;
        example = i;
      }
      return { share: count / samples.length, example };
    };
    const coarse = shareOf((i) => isCoarse(lng[i]!) && isCoarse(lat[i]!));
    if (coarse.share >= COARSE_SHARE) {
      say('coarse', coarse.share, samples.length, lng[coarse.example]!, lat[coarse.example]!);
    }
    const swapped = shareOf(
      (i) =>
        Math.abs(lng[i]! - this.#home.lat) <= SWAPPED_WITHIN_DEG &&
        Math.abs(lat[i]! - this.#home.lng) <= SWAPPED_WITHIN_DEG,
    );
    if (swapped.share > OUTSIDE_SHARE) {
      say('swapped', swapped.share, samples.length, lng[swapped.example]!, lat[swapped.example]!);
      return;
    }
    const ground = this.#groundOf(companyCode);
    if (ground.length === 0) return;
    const isInside = (atLng: number, atLat: number): boolean => this.#isIn(ground, atLng, atLat);
    const inside = shareOf((i) => isInside(lng[i]!, lat[i]!));
    for (const datum of SHIFTED_DATUMS) {
      const explained = shareOf((i) => isInside(...unshifted(datum, lng[i]!, lat[i]!)));
      if (explained.share < EXPLAINED_SHARE || explained.share - inside.share < EXPLAINED_GAIN) continue;
      say(datum, explained.share, samples.length, lng[explained.example]!, lat[explained.example]!);
      return;
    }
    // A contractor's people are at home on others' ground.
    const everywhere = [...this.#grounds.keys()].flatMap((code) => this.#groundOf(code));
    const away = shareOf((i) => !this.#isIn(everywhere, lng[i]!, lat[i]!));
    if (away.share > OUTSIDE_SHARE) {
      say('outside', away.share, samples.length, lng[away.example]!, lat[away.example]!);
    }
  }

  #isIn(ground: readonly Fence[], lng: number, lat: number): boolean {
    if (!this.#projection.project(lng, lat, this.#plane)) return false;
    const [easting, northing] = [this.#plane[0]!, this.#plane[1]!];
    return ground.some((fence) => fenceContains(fence, easting, northing, Number.NaN));
  }

  #groundOf(companyCode: string): Fence[] {
    const all = [...(this.#grounds.get(companyCode)?.values() ?? [])];
    for (const kind of GROUND_KINDS) {
      const ofKind = all.filter((area) => area.kind === kind);
      if (ofKind.length > 0) return ofKind.map((area) => area.fence);
    }
    return all.map((area) => area.fence);
  }

  #remember(company: CompanyCoordinates, subject: string, lng: number, lat: number, atMs: number): void {
    const still = company.still.get(subject);
    if (still === undefined) {
      company.still.set(subject, { lng, lat, sinceMs: atMs, lastMs: atMs, fixes: 1 });
      return;
    }
    if (still.lng !== lng || still.lat !== lat) {
      still.lng = lng;
      still.lat = lat;
      still.sinceMs = atMs;
      still.fixes = 0;
    }
    still.fixes++;
    still.lastMs = atMs;
  }

  #company(companyCode: string): CompanyCoordinates {
    let company = this.#companies.get(companyCode);
    if (company === undefined) {
      company = new CompanyCoordinates();
      this.#companies.set(companyCode, company);
    }
    return company;
  }

  /** Counts are kept by halves of the window: what is older than a window and a half is forgotten. */
  #turn(nowMs: number): void {
    const half = Math.floor(nowMs / (WINDOW_MS / 2));
    if (half <= this.#half) return;
    const isNext = half === this.#half + 1;
    this.#half = half;
    for (const company of this.#companies.values()) {
      for (const counts of [company.zero, company.counted, company.refusedAsSwapped]) {
        counts[1] = isNext ? counts[0] : 0;
        counts[0] = 0;
      }
    }
  }
}

type Say = (kind: CoordinateFindingKind, share: number, looked: number, lng: number, lat: number) => void;

const isCoarse = (degrees: number): boolean => {
  const steps = degrees * COARSE_STEPS_PER_DEG;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
};

function samplesSince(company: CompanyCoordinates, sinceMs: number): number[] {
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) if (company.atMs[i]! > sinceMs) samples.push(i);
  return samples;
}
