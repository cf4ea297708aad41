/**
 * The engine's whole state as bytes, and back. The same state gives the same bytes, so a digest of them compares two
 * runs. Taking the state is quick and done in one go; packing it comes in slices, so that a live engine need not stop.
 *
 *    0  u32  magic
 *    4  u32  SNAPSHOT_FORMAT
 *    8       two FNV-1a sums of everything behind them, against bit rot
 *   16       parts: u32 length, msgpack. The first is the Head, with the long lists empty; then the long lists in pieces,
 *            in the order of LISTS, each list of `lengths` items.
 *
 * Format 1 (engine version 1) was one msgpack value behind such sums; it is still read.
 */
import { Packr, Unpackr } from 'msgpackr';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../alarms/rule-settings.ts';
import type { Projection } from '../geo/projection.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { AlarmTable } from './alarm-table.ts';
import { type AreasData, AreasTable } from './areas-table.ts';
import { type BoundsData, BoundsWatch } from './bounds-watch.ts';
import { ENGINE_VERSION, Engine } from './engine.ts';
import { type PeopleData, PeopleTable } from './people-table.ts';
import { Senders, type SendersData } from './senders.ts';
import { type SosData, SosWatch } from './sos-watch.ts';

const MAGIC = 0x50534e50; // PSNP
export const SNAPSHOT_FORMAT = 2;
const HEADER_BYTES = 16;

interface SnapshotData {
  engineVersion: string;
  /** Plane coordinates of people were made with these parameters. */
  projectionId: string;
  epoch: string;
  seq: number;
  /** Receipt time of entry `seq`; absent in format 1. */
  receivedAtMs?: number;
  nowMs: number;
  sources: string[];
  people: PeopleData;
  areas: AreasData;
  alarms: AlarmView[];
  bounds: BoundsData;
  sos: SosData;
  /** Absent before engine version 4. */
  senders?: SendersData;
}

/** The lists that grow with the park, and how many items of each make a slice of a few milliseconds. */
const LISTS: readonly { readonly of: (data: SnapshotData) => unknown[]; readonly slice: number }[] = [
  { of: (data) => data.people.views, slice: 2_000 },
  { of: (data) => data.people.updatedAtMs, slice: 20_000 },
  { of: (data) => data.people.cards, slice: 5_000 },
  { of: (data) => data.areas.areas, slice: 200 },
  { of: (data) => data.alarms, slice: 500 },
  { of: (data) => data.bounds.states, slice: 500 },
];

const packr = new Packr({ moreTypes: true });
const unpackr = new Unpackr({ moreTypes: true });

/** The state at one moment; later steps of the engine change nothing in it. */
export interface TakenState {
  readonly epoch: string;
  readonly seq: number;
  readonly data: SnapshotData;
}

export function takeState(engine: Engine, epoch: string): TakenState {
  const { park, seq } = engine;
  const data: SnapshotData = {
    engineVersion: ENGINE_VERSION,
    projectionId: park.projection.parameters.id,
    epoch,
    seq,
    receivedAtMs: engine.receivedAtMs,
    nowMs: park.nowMs,
    sources: [...park.sources],
    people: park.people.save(),
    areas: park.areas.save(),
    alarms: [...park.alarms.standing.values()],
    bounds: park.bounds.save(),
    sos: park.sos.save(),
    senders: park.senders.save(),
  };
  return { epoch, seq, data };
}

/** Yields the parts one by one; the caller may do other things in between. */
function* partsOf({ data }: TakenState): Generator<Uint8Array> {
  const lists = LISTS.map((list) => list.of(data));
  const { people, areas, bounds } = data;
  yield packr.pack({
    ...data,
    people: { ...people, views: [], updatedAtMs: [], cards: [] },
    areas: { ...areas, areas: [] },
    alarms: [],
    bounds: { ...bounds, states: [] },
    lengths: lists.map((list) => list.length),
  });
  for (const [n, list] of lists.entries()) {
    const { slice } = LISTS[n]!;
    for (let from = 0; from < list.length; from += slice) yield packr.pack(list.slice(from, from + slice));
  }
}

/** Puts parts and sum together. */
class Assembly {
  readonly #parts: Uint8Array[] = [];
  readonly #sum = new Sum();
  #bytes = HEADER_BYTES;

  add(part: Uint8Array): void {
    // msgpackr packs into a buffer of its own that the next value may overwrite.
    const framed = new Uint8Array(4 + part.length);
    new DataView(framed.buffer).setUint32(0, part.length);
    framed.set(part, 4);
    this.#sum.add(framed, 0);
    this.#parts.push(framed);
    this.#bytes += framed.length;
  }

  end(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, MAGIC);
    view.setUint32(4, SNAPSHOT_FORMAT);
    this.#sum.write(view);
    let at = HEADER_BYTES;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

/** All at once, for tests and tools. */
export function saveSnapshot(engine: Engine, epoch: string): Uint8Array {
  const assembly = new Assembly();
  for (const part of partsOf(takeState(engine, epoch))) assembly.add(part);
  return assembly.end();
}

/** The same bytes, with a `pause` after every slice. */
export async function packInSlices(state: TakenState, pause: () => Promise<void>): Promise<Uint8Array> {
  const assembly = new Assembly();
  for (const part of partsOf(state)) {
    assembly.add(part);
    await pause();
  }
  return assembly.end();
}

export type SnapshotProblem = 'foreign' | 'corrupt' | 'other-format' | 'other-epoch';

export interface LoadedSnapshot {
  readonly ok: true;
  readonly engine: Engine;
  /** Of the engine that made it. What came before is gone from the log, so its state is taken over, never refused. */
  readonly engineVersion: string;
}

/**
 * An engine as it was, or why these bytes cannot give one: the caller takes the older generation then. Places made with
 * other projection parameters are projected anew. `epoch` null: of any log.
 */
export function loadSnapshot(
  bytes: Uint8Array,
  projection: Projection,
  epoch: string | null,
  settings: RuleSettings = DEFAULT_RULE_SETTINGS,
): LoadedSnapshot | { readonly ok: false; readonly problem: SnapshotProblem } {
  const problem = headProblem(bytes);
  if (problem !== null) return { ok: false, problem };
  let data: SnapshotData;
  try {
    data = formatOf(bytes) === 1 ? (unpackr.unpack(bytes.subarray(HEADER_BYTES)) as SnapshotData) : dataFrom(bytes);
  } catch {
    return { ok: false, problem: 'corrupt' };
  }
  if (epoch !== null && data.epoch !== epoch) return { ok: false, problem: 'other-epoch' };
  const people = PeopleTable.load(data.people);
  if (data.projectionId !== projection.parameters.id) people.project(projection);
  const engine = new Engine(
    {
      projection,
      settings,
      people,
      areas: AreasTable.load(data.areas, projection, settings),
      alarms: new AlarmTable(people, data.alarms),
      bounds: BoundsWatch.load(data.bounds),
      sos: SosWatch.load(data.sos),
      senders: Senders.load(data.senders ?? []),
      sources: data.sources,
      nowMs: data.nowMs,
    },
    data.seq,
    data.receivedAtMs ?? 0,
  );
  return { ok: true, engine, engineVersion: data.engineVersion };
}

function dataFrom(bytes: Uint8Array): SnapshotData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = HEADER_BYTES;
  const next = (): unknown => {
    const length = view.getUint32(at);
    const part = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return unpackr.unpack(part);
  };
  const data = next() as SnapshotData & { lengths: number[] };
  for (const [n, list] of LISTS.entries()) {
    const into = list.of(data);
    while (into.length < data.lengths[n]!) for (const item of next() as unknown[]) into.push(item);
  }
  return data;
}

const formatOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);

function headProblem(bytes: Uint8Array): SnapshotProblem | null {
  if (bytes.length < HEADER_BYTES) return 'corrupt';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC) return 'foreign';
  const format = formatOf(bytes);
  if (format !== 1 && format !== SNAPSHOT_FORMAT) return 'other-format';
  const sum = new Sum(format === 1 ? bytes.length : 0);
  sum.add(bytes, HEADER_BYTES);
  return sum.isIn(view) ? null : 'corrupt';
}

/** Digest of the state, 16 hex digits: equal for two runs that stand at the same place in the same way. */
export function digestOf(engine: Engine): string {
  const view = new DataView(saveSnapshot(engine, '').buffer);
  return [8, 12].map((at) => view.getUint32(at).toString(16).padStart(8, '0')).join('');
}

/** Two FNV-1a 32, one of them over every byte xor 0x5a. */
class Sum {
  #a = 0x811c9dc5;
  #b: number;

  /** `length` of the whole snapshot went into the sums of format 1. */
  constructor(length = 0) {
    this.#b = 0x811c9dc5 ^ length;
  }

  add(bytes: Uint8Array, from: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i]!;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte ^ 0x5a, 0x01000193);
    }
    this.#a = a;
    this.#b = b;
  }

  write(header: DataView): void {
    header.setUint32(8, this.#a >>> 0);
    header.setUint32(12, this.#b >>> 0);
  }

  isIn(header: DataView): boolean {
    return header.getUint32(8) === this.#a >>> 0 && header.getUint32(12) === this.#b >>> 0;
  }
}
