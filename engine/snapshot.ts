/**
 * The engine's whole state as bytes, and back. The same state gives the same bytes, so a digest of them compares two
 * runs. Taking the state is copies and done in one go; what changes rarely is packed already (packed.ts), the rest comes
 * in slices, so that a live engine need not stop.
 *
 *    0  u32  magic
 *    4  u32  SNAPSHOT_FORMAT
 *    8  u32  x 2, sums over what the parts say of themselves; the digest of the state
 *   16       parts: u32 length, u32 x 2 sums of its bytes, bytes. In this order: the head (msgpack), the columns of people
 *            (little-endian, as COLUMNS names them), bindings by chunks of slots, areas, alarms, out-of-bounds states, SOS
 *            memories, withdrawn persons and areas, ended alarms, documents, settings, then one list for each part of the engine. The
 *            head names the lists and tells how many values each has; a part of the file holds several.
 *
 * Format 4 (engine versions 5 to 8) lacks the columns of floors, format 3 (engine version 4) some lists as well. Formats 1 and 2 (engine versions 1 to 3) are still read:
 * snapshot-older.ts.
 */
import { Unpackr } from 'msgpackr';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../alarms/rule-settings.ts';
import { runToEnd, type Steps } from '../core/slices.ts';
import type { Projection } from '../geo/projection.ts';
import { type AlarmView, alarmViewFrom, type DocEffect } from '../stream/protocol/effects.ts';
import type { AreaRecord } from '../stream/protocol/entry.ts';
import { AlarmTable, type EndedData } from './alarm-table.ts';
import { AreasTable, packedAreas, packedAreaViews } from './areas-table.ts';
import { type BoundsData, BoundsWatch } from './bounds-watch.ts';
import { DocTable } from './doc-table.ts';
import { ENGINE_VERSION, Engine } from './engine.ts';
import {
  type Binding,
  concat,
  concatInSteps,
  countOf,
  type Memory,
  PackedChunk,
  type Part,
  packed,
  partFrom,
} from './packed.ts';
import { Park } from './park.ts';
import { COLUMNS, LATER_COLUMNS, type PeopleColumns, type PeopleData, PeopleTable } from './people-table.ts';
import { Senders, type SendersData } from './senders.ts';
import { type Setting, SettingsTable } from './settings-table.ts';
import { isWholeOlder, readOlder } from './snapshot-older.ts';
import { type SosData, SosWatch } from './sos-watch.ts';
import type { WithdrawnData } from './withdrawn-records.ts';

const MAGIC = 0x50534e50; // PSNP
export const SNAPSHOT_FORMAT = 5;
/** The first format made as this file says. */
const OLDEST_IN_PARTS = 3;
/** The first that holds the floors of people. */
const OLDEST_WITH_FLOORS = 5;
const HEADER_BYTES = 16;
const PART_HEAD_BYTES = 12;

export interface SnapshotHeadData {
  engineVersion: string;
  /** Plane coordinates of people were made with these parameters. */
  projectionId: string;
  epoch: string;
  seq: number;
  /** Receipt time of entry `seq`; 0 unknown. */
  receivedAtMs: number;
  nowMs: number;
  sources: string[];
  slotCount: number;
  resting: [number, number][];
  senders: SendersData;
}

/** What a snapshot says, whatever its format. */
export interface SnapshotData extends SnapshotHeadData {
  columns: PeopleData['columns'];
  bindings: Binding[];
  areas: { record: AreaRecord; version: number }[];
  alarms: AlarmView[];
  bounds: BoundsData['states'];
  sos: SosData['memories'];
  withdrawnPersons: WithdrawnData;
  withdrawnAreas: WithdrawnData;
  ended: EndedData;
  docs: DocEffect[];
  config: Setting[];
  /** What the parts of the engine keep, by their names. */
  parts: Record<string, unknown[]>;
}

/** Lists that hold what a part of the engine keeps bear its name behind this. */
const OF_PART = 'part:';
/** By name, in the order in which the lists stand. */
type Lengths = Record<string, number>;

/** The state at one moment; later steps of the engine change nothing in it. */
export interface TakenState {
  readonly epoch: string;
  readonly seq: number;
  readonly head: SnapshotHeadData;
  readonly columns: PeopleColumns;
  readonly packed: {
    readonly bindings: PackedChunk[];
    readonly areas: Part[];
    readonly alarms: Part[];
    readonly docs: Part[];
  };
  readonly lists: Pick<SnapshotData, 'bounds' | 'sos' | 'withdrawnPersons' | 'withdrawnAreas' | 'ended' | 'config'>;
  readonly parts: readonly (readonly [name: string, values: readonly unknown[]])[];
}

/** Packs what was changed since the last snapshot or picture, so that taking the next one is copies. */
export function* packAhead({ park }: Engine): Steps<undefined> {
  for (const _ of park.people.packedBindings()) yield;
  for (const area of park.areas.byKey.values()) {
    packedAreas.of(area);
    packedAreaViews.of(area);
    yield;
  }
  yield* park.alarms.packed.packAhead();
  yield* park.docs.packAhead();
  for (const part of park.parts) if (part.packAhead !== undefined) yield* part.packAhead();
}

export function takeState(engine: Engine, epoch: string): TakenState {
  const { park, seq, receivedAtMs } = engine;
  const { columns, slotCount, resting, withdrawn } = park.people.save();
  return {
    epoch,
    seq,
    head: {
      engineVersion: ENGINE_VERSION,
      projectionId: park.projection.parameters.id,
      epoch,
      seq,
      receivedAtMs,
      nowMs: park.nowMs,
      sources: [...park.sources],
      slotCount,
      resting,
      senders: park.senders.save(),
    },
    columns,
    packed: {
      bindings: [...park.people.packedBindings()],
      areas: [...park.areas.byKey.values()].map((area) => packedAreas.of(area)),
      alarms: park.alarms.packed.all(),
      docs: park.docs.packed(),
    },
    lists: {
      bounds: park.bounds.save().states,
      sos: park.sos.save().memories,
      withdrawnPersons: withdrawn,
      withdrawnAreas: park.areas.saveWithdrawn(),
      ended: park.alarms.saveEnded(),
      config: park.config.save(),
    },
    parts: park.parts.map((part) => [part.name, part.save(park)]),
  };
}

/** Values of a list that make a part of about a millisecond; a longer list among them is one of its own. */
const VALUES_A_PART = 200;

function* partsOf({ head, columns, packed: ready, lists, parts }: TakenState): Generator<Part> {
  const values: readonly (readonly [name: string, values: readonly unknown[]])[] = [
    ['bounds', lists.bounds],
    ['sos', lists.sos],
    ['withdrawnPersons', lists.withdrawnPersons],
    ['withdrawnAreas', lists.withdrawnAreas],
    ['ended', lists.ended],
    ['config', lists.config],
    ...parts.map(([name, list]) => [`${OF_PART}${name}`, list] as const),
  ];
  const lengths: Lengths = {
    bindings: ready.bindings.reduce((sum, chunk) => sum + chunk.count, 0),
    areas: ready.areas.length,
    alarms: ready.alarms.length,
    docs: ready.docs.length,
    ...Object.fromEntries(values.map(([name, list]) => [name, countOf(list)])),
  };
  yield partFrom(packed({ ...head, lengths }));
  for (const name of COLUMNS) {
    const { buffer, byteOffset, byteLength } = columns[name];
    yield partFrom(new Uint8Array(buffer, byteOffset, byteLength));
  }
  yield* ready.bindings;
  yield* ready.areas;
  yield* ready.alarms;
  yield* ready.docs;
  for (const [, list] of values) yield* partsOfValues(list);
}

function* partsOfValues(values: readonly unknown[]): Generator<Part> {
  let plain: unknown[] = [];
  for (const value of values) {
    const isPacked = value instanceof PackedChunk;
    const isLong = Array.isArray(value) && value.length > VALUES_A_PART;
    if (plain.length > 0 && (isPacked || isLong || plain.length === VALUES_A_PART)) {
      yield PackedChunk.of(plain);
      plain = [];
    }
    if (isPacked) yield value;
    else if (isLong) yield PackedChunk.of([value]);
    else plain.push(value);
  }
  if (plain.length > 0) yield PackedChunk.of(plain);
}

/** The bytes, with steps between which the engine may go on. */
export function* packState(state: TakenState, memory?: Memory): Steps<Uint8Array> {
  const pieces: Uint8Array[] = [new Uint8Array(HEADER_BYTES)];
  for (const part of partsOf(state)) {
    pieces.push(partHead(part), part.bytes);
    yield;
  }
  const header = new DataView(pieces[0]!.buffer);
  header.setUint32(0, MAGIC);
  header.setUint32(4, SNAPSHOT_FORMAT);
  const { sumA, sumB } = sumOfHeads(pieces.filter((_, i) => i % 2 === 1));
  header.setUint32(8, sumA);
  header.setUint32(12, sumB);
  return yield* concatInSteps(pieces, memory);
}

/** All at once, for tests and tools. */
export const saveSnapshot = (engine: Engine, epoch: string): Uint8Array =>
  runToEnd(packState(takeState(engine, epoch)));

/**
 * Digest of the state, 16 hex digits: equal for two runs that stand at the same place in the same way. The epoch names
 * the log and is no part of it: take the state with the epoch ''.
 */
export function* digestInSteps(state: TakenState): Steps<string> {
  const heads: Uint8Array[] = [];
  for (const part of partsOf(state)) {
    heads.push(partHead(part));
    yield;
  }
  const { sumA, sumB } = sumOfHeads(heads);
  return [sumA, sumB].map((sum) => sum.toString(16).padStart(8, '0')).join('');
}

export const digestOf = (engine: Engine): string => runToEnd(digestInSteps(takeState(engine, '')));

function partHead({ bytes, sumA, sumB }: Part): Uint8Array {
  const head = new Uint8Array(PART_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, sumA);
  view.setUint32(8, sumB);
  return head;
}

const sumOfHeads = (heads: readonly Uint8Array[]): Part => partFrom(concat(heads));

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
  const problem = snapshotProblem(bytes);
  if (problem !== null) return { ok: false, problem };
  let data: SnapshotData;
  try {
    data = formatOf(bytes) >= OLDEST_IN_PARTS ? dataFrom(bytes) : readOlder(bytes);
  } catch {
    return { ok: false, problem: 'corrupt' };
  }
  if (epoch !== null && data.epoch !== epoch) return { ok: false, problem: 'other-epoch' };
  const people = PeopleTable.load({ ...data, withdrawn: data.withdrawnPersons });
  if (data.projectionId !== projection.parameters.id) people.project(projection);
  const park = new Park(projection, settings, {
    people,
    areas: AreasTable.load({ areas: data.areas, withdrawn: data.withdrawnAreas }, projection, settings),
    alarms: new AlarmTable(people, data.alarms.map(alarmViewFrom), data.ended),
    bounds: BoundsWatch.load({ states: data.bounds }),
    sos: SosWatch.load({ memories: data.sos }),
    senders: Senders.load(data.senders),
    docs: new DocTable(data.docs),
    config: SettingsTable.load(data.config),
    sources: data.sources,
    nowMs: data.nowMs,
  });
  for (const part of park.parts) part.load(data.parts[part.name] ?? [], park);
  const engine = new Engine(park, data.seq, data.receivedAtMs);
  return { ok: true, engine, engineVersion: data.engineVersion };
}

const unpackr = new Unpackr({ useRecords: false });

function dataFrom(bytes: Uint8Array): SnapshotData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = HEADER_BYTES;
  const nextPart = (): Uint8Array => {
    const from = at + PART_HEAD_BYTES;
    at = from + view.getUint32(at);
    return bytes.subarray(from, at);
  };
  const { lengths, ...head } = unpackr.unpack(nextPart()) as SnapshotHeadData & { lengths: Lengths };
  const empty = new PeopleTable();
  const isWithFloors = formatOf(bytes) >= OLDEST_WITH_FLOORS;
  const columns = Object.fromEntries(
    COLUMNS.slice(0, isWithFloors ? COLUMNS.length : -LATER_COLUMNS.length).map((name) => {
      const kind = empty[name].constructor as new (buffer: ArrayBuffer) => PeopleColumns[typeof name];
      return [name, new kind(Uint8Array.from(nextPart()).buffer)];
    }),
  ) as PeopleData['columns'];
  const nextList = (length: number): unknown[] => {
    const values: unknown[] = [];
    while (values.length < length) {
      const part = nextPart();
      if (part.length > 0) values.push(...(unpackr.unpackMultiple(part) as unknown[]));
    }
    return values;
  };
  const lists: Record<string, unknown[]> = { docs: [], config: [] };
  const parts: Record<string, unknown[]> = {};
  for (const [name, length] of Object.entries(lengths)) {
    const list = nextList(length);
    if (name.startsWith(OF_PART)) parts[name.slice(OF_PART.length)] = list;
    else lists[name] = list;
  }
  return { ...head, columns, ...lists, parts } as unknown as SnapshotData;
}

const formatOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);

/** What is wrong with the bytes as a snapshot of any log, before anything is made of them. */
export function snapshotProblem(bytes: Uint8Array): Exclude<SnapshotProblem, 'other-epoch'> | null {
  if (bytes.length < HEADER_BYTES) return 'corrupt';
  if (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) !== MAGIC) return 'foreign';
  const format = formatOf(bytes);
  if (format < 1 || format > SNAPSHOT_FORMAT) return 'other-format';
  return (format >= OLDEST_IN_PARTS ? isWhole(bytes) : isWholeOlder(bytes, format)) ? null : 'corrupt';
}

function isWhole(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const heads: Uint8Array[] = [];
  let at = HEADER_BYTES;
  while (at + PART_HEAD_BYTES <= bytes.length) {
    const from = at + PART_HEAD_BYTES;
    const to = from + view.getUint32(at);
    if (to > bytes.length) return false;
    const { sumA, sumB } = partFrom(bytes.subarray(from, to));
    if (sumA !== view.getUint32(at + 4) || sumB !== view.getUint32(at + 8)) return false;
    heads.push(bytes.subarray(at, from));
    at = to;
  }
  const { sumA, sumB } = sumOfHeads(heads);
  return at === bytes.length && sumA === view.getUint32(8) && sumB === view.getUint32(12);
}
