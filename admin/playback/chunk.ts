/**
 * Some minutes of an earlier time as the messages of the live socket (core/playback-api.ts), put together from what is stored: positions,
 * transitions of alarms, words on permits, versions of areas, changes of other documents. The engine is not run, whatever the speed. Read and given out slice by slice:
 * what is held is one slice, however long the chunk.
 */

import { AppError } from '../../core/errors.ts';
import { parkDayNumber } from '../../core/park-time.ts';
import { chunkRecord, MAX_CHUNK_BYTES } from '../../core/playback-api.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import { PositionColumns } from '../../db/copy/position-columns.ts';
import type { Projection } from '../../geo/projection.ts';
import {
  type AlarmView,
  type AreaView,
  areaViewFrom,
  type Effect,
  type EffectsAt,
} from '../../stream/protocol/effects.ts';
import {
  type EffectsMessage,
  encodeMessage,
  MESSAGE,
  type SnapshotMessage,
} from '../../stream/protocol/live-message.ts';
import { FRESHNESS_LIMIT_MS } from '../../stream/protocol/vocabulary.ts';
import { PastDocs, PLAYED_DOCS } from './past-docs.ts';
import { type PastPermits, pastPermits } from './past-permits.ts';
import { PastPicture } from './past-picture.ts';
import type { PastAlarm, PastArea, PastDoc, PastPark, PastPeople, PastPermitViews, PastWord } from './ports.ts';

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
  let sliceMs = Math.max(stepMs, Math.floor(FIRST_SLICE_MS / stepMs) * stepMs);
  const reader = new SliceReader(past, scope, people);
  // Each slice is read while the one before is made into messages.
  let ahead = reader.read(fromMs, Math.min(toMs, fromMs + sliceMs));
  const moment = await PastMoment.at(parts, request, people);
  let bytes = 0;
  const counted = (message: Uint8Array): Uint8Array => {
    bytes += message.length;
    return chunkRecord(message);
  };
  for (const message of moment.first()) yield counted(message);

  for (;;) {
    const slice = await ahead;
    const endMs = slice.toMs;
    if (slice.rows.count < ROWS_AIMED_AT / 4) sliceMs *= 2;
    else if (slice.rows.count > ROWS_AIMED_AT) sliceMs = Math.max(stepMs, Math.floor(sliceMs / 2 / stepMs) * stepMs);
    if (endMs < toMs) ahead = reader.read(endMs, Math.min(toMs, endMs + sliceMs));
    for (const message of moment.steps(slice, stepMs)) {
      yield counted(message);
      // Frames end whatever happens until their time: whoever reads goes on behind one.
      if (bytes >= (parts.maxBytes ?? MAX_CHUNK_BYTES) && message[0] === MESSAGE.frame) return;
    }
    if (endMs >= toMs) return;
  }
}

/** What happened in a part of the chunk. */
interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: PositionColumns;
  readonly changes: readonly PastAlarm[];
}

class SliceReader {
  readonly #past: PastPark;
  readonly #scope: CompanyScope;
  readonly #ids: readonly number[];
  /** One is filled while the other is played. */
  #free = [new PositionColumns(4_096), new PositionColumns(4_096)];

  constructor(past: PastPark, scope: CompanyScope, { people }: PastPeople) {
    this.#past = past;
    this.#scope = scope;
    this.#ids = people.map(({ id }) => id);
  }

  /** A slice is valid until the second read behind it. What fails does so for whoever waits; perhaps nobody does any more. */
  read(fromMs: number, toMs: number): Promise<Slice> {
    const [rows, other] = this.#free as [PositionColumns, PositionColumns];
    this.#free = [other, rows];
    rows.count = 0;
    const read = async (): Promise<Slice> => {
      const [, changes] = await Promise.all([
        this.#past.positions(this.#ids, fromMs, toMs, rows),
        this.#past.alarmChanges(this.#scope, fromMs, toMs),
      ]);
      return { fromMs, toMs, rows, changes };
    };
    const slice = read();
    slice.catch(() => {});
    return slice;
  }
}

/** The park at an instant that goes forward. */
class PastMoment {
  readonly #request: ChunkRequest;
  readonly #picture: PastPicture;
  readonly #permits: PastPermits;
  readonly #docs: PastDocs;
  readonly #areas: readonly PastArea[];
  readonly #words: readonly PastWord[];
  readonly #docChanges: readonly PastDoc[];
  readonly #standing = new Map<string, AlarmView>();
  #changes: readonly PastAlarm[] = [];
  #changesTaken = 0;
  #wordsTaken = 0;
  #docsTaken = 0;
  #areasTaken = 0;
  #seq = 0;

  private constructor(
    request: ChunkRequest,
    picture: PastPicture,
    permits: PastPermits,
    areas: readonly PastArea[],
    words: readonly PastWord[],
    alarms: readonly AlarmView[],
    docs: readonly PastDoc[],
    docChanges: readonly PastDoc[],
  ) {
    this.#request = request;
    this.#picture = picture;
    this.#permits = permits;
    this.#areas = areas;
    this.#words = words;
    this.#docs = new PastDocs(request.scope, docs);
    this.#docChanges = docChanges;
    for (const alarm of alarms) {
      if (this.#isConcerned(alarm)) this.#standing.set(alarm.alarmId, picture.takeAlarm(alarm));
    }
    permits.lookAt(request.fromMs);
    picture.advance(request.fromMs);
  }

  static async at(parts: ChunkParts, request: ChunkRequest, people: PastPeople): Promise<PastMoment> {
    const { past, projection, permitViews } = parts;
    const { scope, fromMs, toMs, stepMs } = request;
    const picture = new PastPicture(people, projection, stepMs, await past.floorWords());
    const newest = new PositionColumns(Math.max(1, people.people.length));
    const [, areas, floorAreas, alarms, { permits, words }, docs, docChanges] = await Promise.all([
      past.newest(picture.ids, fromMs - FRESHNESS_LIMIT_MS.offline - 1, fromMs, newest),
      past.areas(scope, fromMs, toMs),
      scope === null ? null : past.areas(null, fromMs, toMs),
      past.alarmsAt(scope, fromMs),
      pastPermits(past, permitViews, picture.views, request),
      past.docsAt(scope, PLAYED_DOCS, fromMs),
      past.docChanges(scope, PLAYED_DOCS, fromMs, toMs),
    ]);
    picture.floors.setAreas(floorAreas ?? areas);
    for (let row = 0; row < newest.count; row++) picture.place(newest, row);
    return new PastMoment(request, picture, permits, areas, words, alarms, docs, docChanges);
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
      docs: [...this.#permits.docs(), ...this.#docs.docs(), ...this.#picture.floors.docs()],
    };
    return encodeMessage(MESSAGE.snapshot, snapshot);
  }

  get #epoch(): string {
    return `playback:${this.#request.playbackId}`;
  }

  /** Effects and frame of each step of the slice. */
  *steps({ fromMs, toMs, rows, changes }: Slice, stepMs: number): Generator<Uint8Array> {
    this.#changes = changes;
    this.#changesTaken = 0;
    const steps = Math.ceil((toMs - fromMs) / stepMs);
    const { order, ends } = rowsByStep(rows, fromMs, stepMs, steps);
    let n = 0;
    for (let step = 0; step < steps; step++) {
      const atMs = Math.min(toMs, fromMs + (step + 1) * stepMs);
      for (const end = ends[step] ?? 0; n < end; n++) this.#picture.place(rows, order[n] ?? 0);
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
    for (; (this.#docChanges[this.#docsTaken]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs; this.#docsTaken++) {
      const change = this.#docChanges[this.#docsTaken];
      if (change !== undefined) found.push({ atMs: change.atMs, effects: this.#docs.take(change) });
    }
    for (; (this.#areas[this.#areasTaken]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs; this.#areasTaken++) {
      const area = this.#areas[this.#areasTaken];
      if (area !== undefined) found.push({ atMs: area.atMs, effects: [areaEffect(area)] });
    }
    if (parkDayNumber(atMs) !== parkDayNumber(afterMs)) found.push({ atMs, effects: this.#permits.lookAt(atMs) });
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

/** Rows by the step that they come in, counted and laid one behind the other; `ends`: of each step in `order`. */
function rowsByStep({ count, observedAtMs }: PositionColumns, fromMs: number, stepMs: number, steps: number) {
  const stepOf = new Uint32Array(count);
  const ends = new Uint32Array(steps + 1);
  for (let row = 0; row < count; row++) {
    const step = Math.min(steps - 1, Math.max(0, Math.ceil(((observedAtMs[row] ?? 0) - fromMs) / stepMs) - 1));
    stepOf[row] = step;
    ends[step + 1] = (ends[step + 1] ?? 0) + 1;
  }
  for (let step = 1; step <= steps; step++) ends[step] = (ends[step] ?? 0) + (ends[step - 1] ?? 0);
  const order = new Uint32Array(count);
  // Each step's place goes from its beginning to its end, which is the next one's beginning.
  for (let row = 0; row < count; row++) {
    const step = stepOf[row] ?? 0;
    const place = ends[step] ?? 0;
    order[place] = row;
    ends[step] = place + 1;
  }
  return { order, ends };
}

/** The newest version of each, withdrawn ones left out. */
export function standingAreas(areas: readonly PastArea[]): AreaView[] {
  const newest = new Map<string, PastArea>();
  for (const area of areas) newest.set(`${area.record.companyCode}/${area.record.areaId}`, area);
  return [...newest.values()].filter(({ record }) => !record.deleted).map(areaViewFrom);
}

const areaEffect = (area: PastArea): Effect =>
  area.record.deleted
    ? { t: 'area-removed', areaId: area.record.areaId, companyCode: area.record.companyCode }
    : { t: 'area', area: areaViewFrom(area) };
