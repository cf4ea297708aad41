/**
 * Permits that the park keeps, by key, with what follows from each and from the tables of the park: its place in the plane, its area,
 * who is on it. Indexes answer who refers to whom and who is near. Kept permits are never changed, only replaced.
 */
import type { SuspectDatum } from '../../alarms/permits/finding.ts';
import { areaKey } from '../../stream/protocol/effects.ts';
import { type PermitState, rowsOf, startedAtMs } from '../../stream/protocol/permit-merge.ts';
import { isOpenStatus, type PermitStatus } from '../../stream/protocol/permits.ts';
import type { OnPermit } from './permit-people.ts';

export interface PlanePlace {
  readonly lng: number;
  readonly lat: number;
  readonly easting: number;
  readonly northing: number;
}

export interface KeptPermit {
  readonly key: string;
  readonly state: PermitState;
  readonly status: PermitStatus;
  /** Neither closed nor deleted. */
  readonly isOpen: boolean;
  /** As the permit says it; null: it says none, or none in reach of the plane. */
  readonly place: PlanePlace | null;
  /** Area that it names and the park knows, areaKey(); null: none. */
  readonly areaKey: string | null;
  /** Circle of a job whose area nobody drew; of its guardian, m. */
  readonly radiusM: number;
  readonly guardianRadiusM: number;
  readonly people: readonly OnPermit[];
  /** By the permit, else by its area, else by the areas at its place; null: nobody says. */
  readonly inExArea: boolean | null;
  readonly hazardSourceCode: string | null;
  /** null: no boundary, or no place; 0 or less: inside, m. */
  readonly outsideM: number | null;
  readonly suspectDatum: SuspectDatum | null;
  /** Where the job is watched: its place, undone of the mistake that `suspectDatum` names; null: nobody can tell. */
  readonly jobPlace: PlanePlace | null;
  /** Work goes on under it, as its judges see it (alarms/permits/work.ts). */
  readonly isGoingOn: boolean;
}

/** Side of a cell of the grid of places, m. */
const CELL_M = 64;

export class PermitTable {
  readonly #byKey = new Map<string, KeptPermit>();
  readonly #byReference = new Map<string, Set<string>>();
  readonly #byActivity = new Map<string, Set<string>>();
  readonly #byCode = new Map<string, Set<string>>();
  readonly #byArea = new Map<string, Set<string>>();
  readonly #byCell = new Map<string, Set<string>>();
  readonly #referring = new Map<string, Set<string>>();
  readonly #byCompany = new Map<string, Set<string>>();

  get size(): number {
    return this.#byKey.size;
  }
  get(key: string): KeptPermit | undefined {
    return this.#byKey.get(key);
  }
  /** In the order of their first words. */
  all(): IterableIterator<KeptPermit> {
    return this.#byKey.values();
  }
  countOf(companyCode: string): number {
    return this.#byCompany.get(companyCode)?.size ?? 0;
  }
  /** In order of their keys. */
  ofCompany(companyCode: string): KeptPermit[] {
    return this.#of(this.#byCompany, companyCode);
  }

  put(permit: KeptPermit): void {
    const before = this.#byKey.get(permit.key);
    this.#byKey.set(permit.key, permit);
    // What it is found by hangs on what was said of it alone.
    if (before?.state === permit.state) return;
    if (before !== undefined) this.#unindex(before);
    this.#index(permit);
  }

  remove(key: string): void {
    const before = this.#byKey.get(key);
    if (before === undefined) return;
    this.#unindex(before);
    this.#byKey.delete(key);
  }

  /** Of the company, by permit id or printed number; of several the one whose key is first. */
  byReference(companyCode: string, reference: string): KeptPermit | undefined {
    return this.#of(this.#byReference, `${companyCode}/${reference}`)[0];
  }
  /** Those that name this one among their linked permits, by its id or its number. */
  referringTo({ state }: KeptPermit): KeptPermit[] {
    return referencesOf(state).flatMap((reference) => this.#of(this.#referring, reference));
  }
  ofActivity(companyCode: string, activityId: string): KeptPermit[] {
    return this.#of(this.#byActivity, `${companyCode}/${activityId}`);
  }
  /** Of the company, under a detail code of A.2. */
  ofCode(companyCode: string, workCode: string): KeptPermit[] {
    return this.#of(this.#byCode, `${companyCode}/${workCode}`);
  }
  /** Those that name the area, known to the park or not. */
  ofArea(key: string): KeptPermit[] {
    return this.#of(this.#byArea, key);
  }
  /** Open permits whose places lie within so many metres, in order of their keys. */
  near({ easting, northing }: PlanePlace, radiusM: number): KeptPermit[] {
    const found: KeptPermit[] = [];
    const last = (metres: number) => Math.floor((metres + radiusM) / CELL_M);
    for (let e = Math.floor((easting - radiusM) / CELL_M); e <= last(easting); e++) {
      for (let n = Math.floor((northing - radiusM) / CELL_M); n <= last(northing); n++) {
        for (const key of this.#byCell.get(`${e}/${n}`) ?? []) {
          const permit = this.#byKey.get(key)!;
          if (distanceM(permit.place!, { easting, northing }) <= radiusM) found.push(permit);
        }
      }
    }
    return found.sort(byKey);
  }

  #of(index: Map<string, Set<string>>, at: string): KeptPermit[] {
    return [...(index.get(at) ?? [])].sort().map((key) => this.#byKey.get(key)!);
  }

  #index(permit: KeptPermit): void {
    for (const [index, at] of this.#placesOf(permit)) {
      const keys = index.get(at);
      if (keys === undefined) index.set(at, new Set([permit.key]));
      else keys.add(permit.key);
    }
  }

  #unindex(permit: KeptPermit): void {
    for (const [index, at] of this.#placesOf(permit)) {
      const keys = index.get(at);
      if (keys?.delete(permit.key) === true && keys.size === 0) index.delete(at);
    }
  }

  *#placesOf({ state, place, isOpen }: KeptPermit): Generator<[Map<string, Set<string>>, string]> {
    const { companyCode, fields } = state;
    yield [this.#byCompany, companyCode];
    for (const reference of referencesOf(state)) yield [this.#byReference, reference];
    for (const { permitId } of rowsOf(state, 'links')) yield [this.#referring, `${companyCode}/${permitId}`];
    if (fields.activityId != null) yield [this.#byActivity, `${companyCode}/${fields.activityId}`];
    if (isOpen && fields.workCode !== undefined) yield [this.#byCode, `${companyCode}/${fields.workCode}`];
    if (fields.areaId != null) yield [this.#byArea, areaKey(companyCode, fields.areaId)];
    if (isOpen && place !== null) yield [this.#byCell, cellOf(place)];
  }
}

export const distanceM = (
  one: Pick<PlanePlace, 'easting' | 'northing'>,
  other: Pick<PlanePlace, 'easting' | 'northing'>,
): number => Math.hypot(one.easting - other.easting, one.northing - other.northing);

const cellOf = ({ easting, northing }: PlanePlace): string =>
  `${Math.floor(easting / CELL_M)}/${Math.floor(northing / CELL_M)}`;

const byKey = (one: KeptPermit, other: KeptPermit): number => (one.key < other.key ? -1 : 1);

function referencesOf({ companyCode, permitId, fields }: PermitState): string[] {
  const byId = `${companyCode}/${permitId}`;
  const byNumber = fields.number == null ? byId : `${companyCode}/${fields.number}`;
  return byId === byNumber ? [byId] : [byId, byNumber];
}

/** Open, and neither taken back. */
export const isOpenPermit = (status: PermitStatus, deleted: boolean): boolean => isOpenStatus(status) && !deleted;

/** What other permits may be judged by: when it changes, those near it and those that it belongs with are judged anew. */
export const relationsOf = ({ state, status, isOpen, place }: KeptPermit): string =>
  JSON.stringify([
    status,
    isOpen,
    place,
    startedAtMs(state),
    ...(['number', 'workCode', 'activityId', 'issuedAtMs', 'validFromMs', 'validToMs', 'plannedFromMs'] as const).map(
      (name) => state.fields[name] ?? null,
    ),
    ...(['plannedToMs', 'endedAtMs', 'inExArea', 'isLinked', 'relatedCodes', 'hazardSourceCode'] as const).map(
      (name) => state.fields[name] ?? null,
    ),
    rowsOf(state, 'links'),
  ]);
