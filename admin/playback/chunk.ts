/**
 * Some minutes of an earlier time as the messages of the live socket (core/playback-api.ts), put together from what is stored: positions,
 * transitions of alarms, words on permits, versions of areas. The engine is not run, whatever the speed. Read and given out slice by slice:
 * what is held is one slice, however long the chunk.
 */
import { dayOf } from '../../alarms/shifts.ts';
import { AppError } from '../../core/errors.ts';
import { chunkRecord, MAX_CHUNK_BYTES } from '../../core/playback-api.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import type { Projection } from '../../geo/projection.ts';
import type { AlarmView, AreaView, Effect, EffectsAt } from '../../stream/protocol/effects.ts';
import {
  type EffectsMessage,
  encodeMessage,
  MESSAGE,
  type SnapshotMessage,
} from '../../stream/protocol/live-message.ts';
import { FRESHNESS_LIMIT_MS } from '../../stream/protocol/vocabulary.ts';
import { type PastPermits, pastPermits } from './past-permits.ts';
import { PastPicture } from './past-picture.ts';
import type { PastAlarm, PastArea, PastPark, PastPeople, PastPermitViews, PastWord } from './ports.ts';

export interface ChunkParts {
  readonly past: PastPark;
  readonly projection: Pick<Projection, 'project'>;
  readonly permitViews: PastPermitViews;
  /** Default MAX_CHUNK_BYTES. */
  readonly maxBytes?: number;
}

export interface ChunkRequest {
  readonly playbackId: string;
  readonly scope: CompanyScope;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** A frame of more would be more than a chunk. */
const PEOPLE_MAX = 500_000;
/** Read at once at first; then what rows come in that time say. */
const FIRST_SLICE_MS = 60_000;
const ROWS_AIMED_AT = 250_000;

/** Throws AppError INPUT_INVALID where the park is too large, DATABASE_UNAVAILABLE. */
export async function* playbackChunk(parts: ChunkParts, request: ChunkRequest): AsyncGenerator<Uint8Array> {
  const { past } = parts;
  const { scope, fromMs, toMs, stepMs } = request;
  const people = await past.people(scope);
  if (people.people.length > PEOPLE_MAX) {
    throw new AppError('INPUT_INVALID', { detail: `more than ${PEOPLE_MAX} people` });
  }
  const moment = await PastMoment.at(parts, request, people);
  let bytes = 0;
  const counted = (message: Uint8Array): Uint8Array => {
    bytes += message.length;
    return chunkRecord(message);
  };
  for (const message of moment.first()) yield counted(message);

  let sliceMs = Math.max(stepMs, Math.floor(FIRST_SLICE_MS / stepMs) * stepMs);
  for (let atMs = fromMs; atMs < toMs; ) {
    const endMs = Math.min(toMs, atMs + sliceMs);
    const rows = await moment.read(atMs, endMs);
    for (const message of moment.steps(atMs, endMs, stepMs)) {
      yield counted(message);
      // Frames end whatever happens until their time: whoever reads goes on behind one.
      if (bytes >= (parts.maxBytes ?? MAX_CHUNK_BYTES) && message[0] === MESSAGE.frame) return;
    }
    atMs = endMs;
    if (rows < ROWS_AIMED_AT / 4) sliceMs *= 2;
    else if (rows > ROWS_AIMED_AT) sliceMs = Math.max(stepMs, Math.floor(sliceMs / 2 / stepMs) * stepMs);
  }
}

/** The park at an instant that goes forward. */
class PastMoment {
  readonly #past: PastPark;
  readonly #request: ChunkRequest;
  readonly #picture: PastPicture;
  readonly #permits: PastPermits;
  readonly #areas: readonly PastArea[];
  readonly #words: readonly PastWord[];
  readonly #standing = new Map<string, AlarmView>();
  readonly #rows = new PositionColumns(4_096);
  #changes: readonly PastAlarm[] = [];
  #changesTaken = 0;
  #wordsTaken = 0;
  #areasTaken = 0;
  #seq = 0;

  private constructor(
    past: PastPark,
    request: ChunkRequest,
    picture: PastPicture,
    permits: PastPermits,
    areas: readonly PastArea[],
    words: readonly PastWord[],
    alarms: readonly AlarmView[],
  ) {
    this.#past = past;
    this.#request = request;
    this.#picture = picture;
    this.#permits = permits;
    this.#areas = areas;
    this.#words = words;
    for (const alarm of alarms) {
      if (this.#isConcerned(alarm)) this.#standing.set(alarm.alarmId, picture.takeAlarm(alarm));
    }
    permits.lookAt(request.fromMs);
    picture.advance(request.fromMs);
  }

  static async at(parts: ChunkParts, request: ChunkRequest, people: PastPeople): Promise<PastMoment> {
    const { past, projection, permitViews } = parts;
    const { scope, fromMs, toMs, stepMs } = request;
    const picture = new PastPicture(people, projection, stepMs);
    const newest = new PositionColumns(Math.max(1, people.people.length));
    const [, areas, alarms, { permits, words }] = await Promise.all([
      past.newest(picture.ids, fromMs - FRESHNESS_LIMIT_MS.offline - 1, fromMs, newest),
      past.areas(scope, fromMs, toMs),
      past.alarmsAt(scope, fromMs),
      pastPermits(past, permitViews, picture.views, request),
    ]);
    for (let row = 0; row < newest.count; row++) picture.place(newest, row);
    return new PastMoment(past, request, picture, permits, areas, words, alarms);
  }

  /** The park at the beginning. */
  first(): Uint8Array[] {
    const { fromMs } = this.#request;
    this.#areasTaken = this.#areas.findIndex(({ atMs }) => atMs > fromMs);
    if (this.#areasTaken === -1) this.#areasTaken = this.#areas.length;
    return [this.#snapshot(this.#areas.slice(0, this.#areasTaken)), this.#picture.frame('picture', fromMs)];
  }

  #snapshot(areas: readonly PastArea[]): Uint8Array {
    const snapshot: SnapshotMessage = {
      epoch: this.#epoch,
      seq: this.#seq,
      bindings: this.#picture.bindings(),
      areas: standingAreas(areas),
      alarms: [...this.#standing.values()],
      docs: this.#permits.docs(),
    };
    return encodeMessage(MESSAGE.snapshot, snapshot);
  }

  get #epoch(): string {
    return `playback:${this.#request.playbackId}`;
  }

  /** What happened in the span. Returns how many positions there are. */
  async read(fromMs: number, toMs: number): Promise<number> {
    const { scope } = this.#request;
    this.#rows.count = 0;
    const [, changes] = await Promise.all([
      this.#past.positions(this.#picture.ids, fromMs, toMs, this.#rows),
      this.#past.alarmChanges(scope, fromMs, toMs),
    ]);
    this.#changes = changes;
    this.#changesTaken = 0;
    return this.#rows.count;
  }

  /** Effects and frame of each step of what was read. */
  *steps(fromMs: number, toMs: number, stepMs: number): Generator<Uint8Array> {
    const steps = Math.ceil((toMs - fromMs) / stepMs);
    const byStep = new RowsByStep(this.#rows, fromMs, stepMs, steps);
    for (let step = 0; step < steps; step++) {
      const atMs = Math.min(toMs, fromMs + (step + 1) * stepMs);
      for (let row = byStep.first(step); row !== -1; row = byStep.next(row)) this.#picture.place(this.#rows, row);
      const { items, isCut } = this.#effectsUntil(atMs, Math.min(atMs - 1, fromMs + step * stepMs));
      const came = this.#picture.advance(atMs);
      if (came.length > 0) items.push(this.#item(atMs, came));
      if (items.length > 0) {
        const message: EffectsMessage = { epoch: this.#epoch, items };
        yield encodeMessage(MESSAGE.effects, message);
      }
      if (isCut) yield this.#snapshot(this.#areas.slice(0, this.#areasTaken));
      yield this.#picture.frame(isCut ? 'picture' : 'delta', atMs);
    }
  }

  /** `isCut`: an alarm that stands ceased to concern the scope, which no effect can say. */
  #effectsUntil(atMs: number, afterMs: number): { readonly items: EffectsAt[]; readonly isCut: boolean } {
    const found: { readonly atMs: number; readonly effects: Effect[] }[] = [];
    let isCut = false;
    for (; (this.#changes[this.#changesTaken]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs; this.#changesTaken++) {
      const change = this.#changes[this.#changesTaken];
      if (change === undefined) break;
      const { alarm } = change;
      if (this.#isConcerned(alarm)) {
        const shown = this.#picture.takeAlarm(alarm);
        if (alarm.endedAtMs === null) this.#standing.set(alarm.alarmId, shown);
        else this.#standing.delete(alarm.alarmId);
        found.push({ atMs: change.atMs, effects: [{ t: 'alarm', alarm: shown }] });
      } else if (this.#standing.delete(alarm.alarmId)) {
        this.#picture.takeAlarm({ ...alarm, endedAtMs: change.atMs });
        isCut = true;
      }
    }
    for (; (this.#words[this.#wordsTaken]?.receivedAtMs ?? Number.POSITIVE_INFINITY) <= atMs; this.#wordsTaken++) {
      const word = this.#words[this.#wordsTaken];
      if (word !== undefined) found.push({ atMs: word.receivedAtMs, effects: this.#permits.take(word) });
    }
    for (; (this.#areas[this.#areasTaken]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs; this.#areasTaken++) {
      const area = this.#areas[this.#areasTaken];
      if (area !== undefined) found.push({ atMs: area.atMs, effects: [areaEffect(area)] });
    }
    if (dayOf(atMs) !== dayOf(afterMs)) found.push({ atMs, effects: this.#permits.lookAt(atMs) });
    const items = found
      .filter(({ effects }) => effects.length > 0)
      .sort((a, b) => a.atMs - b.atMs)
      .map((one) => this.#item(one.atMs, one.effects));
    return { items, isCut };
  }

  #item(atMs: number, effects: readonly Effect[]): EffectsAt {
    return { seq: ++this.#seq, atMs, effects };
  }

  #isConcerned({ companyCodes }: AlarmView): boolean {
    const { scope } = this.#request;
    return scope === null || companyCodes.includes(scope);
  }
}

/** Rows of a slice by the step that they come in, without sorting. */
class RowsByStep {
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor({ count, observedAtMs }: PositionColumns, fromMs: number, stepMs: number, steps: number) {
    this.#first = new Int32Array(steps).fill(-1);
    this.#next = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const step = Math.min(steps - 1, Math.max(0, Math.ceil(((observedAtMs[row] ?? 0) - fromMs) / stepMs) - 1));
      this.#next[row] = this.#first[step] ?? -1;
      this.#first[step] = row;
    }
  }

  first(step: number): number {
    return this.#first[step] ?? -1;
  }
  next(row: number): number {
    return this.#next[row] ?? -1;
  }
}

/** The newest version of each, withdrawn ones left out. */
export function standingAreas(areas: readonly PastArea[]): AreaView[] {
  const newest = new Map<string, PastArea>();
  for (const area of areas) newest.set(`${area.record.companyCode}/${area.record.areaId}`, area);
  return [...newest.values()].filter(({ record }) => !record.deleted).map(areaViewOf);
}

const areaEffect = (area: PastArea): Effect =>
  area.record.deleted
    ? { t: 'area-removed', areaId: area.record.areaId, companyCode: area.record.companyCode }
    : { t: 'area', area: areaViewOf(area) };

const areaViewOf = ({ version, record }: PastArea): AreaView => ({
  areaId: record.areaId,
  companyCode: record.companyCode,
  name: record.name,
  kind: record.kind,
  fixed: record.fixed,
  version,
  polygons: record.polygons,
  zMinM: record.zMinM,
  zMaxM: record.zMaxM,
  floorNo: record.floorNo,
  validFromMs: record.validFromMs,
  validToMs: record.validToMs,
});
