/**
 * The engine's whole state as bytes, and back. The same state gives the same bytes, so a digest of them compares two
 * runs. Layout: 8 bytes magic and format version, 8 bytes FNV-1a checksum pair, msgpack of SnapshotData.
 */
import { Packr, Unpackr } from 'msgpackr';
import type { Projection } from '../geo/projection.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { AlarmTable } from './alarm-table.ts';
import { type AreasData, AreasTable } from './areas-table.ts';
import { type BoundsData, BoundsWatch } from './bounds-watch.ts';
import { ENGINE_VERSION, Engine } from './engine.ts';
import { type PeopleData, PeopleTable } from './people-table.ts';
import { type SosData, SosWatch } from './sos-watch.ts';

const MAGIC = 0x50534e50; // PSNP
export const SNAPSHOT_FORMAT = 1;
const HEADER_BYTES = 16;

interface SnapshotData {
  engineVersion: string;
  /** Plane coordinates of people were made with these parameters. */
  projectionId: string;
  epoch: string;
  seq: number;
  /** Receipt time of entry `seq`; absent in snapshots of engine version 1. */
  receivedAtMs?: number;
  nowMs: number;
  sources: string[];
  people: PeopleData;
  areas: AreasData;
  alarms: AlarmView[];
  bounds: BoundsData;
  sos: SosData;
}

const packr = new Packr({ moreTypes: true });
const unpackr = new Unpackr({ moreTypes: true });

export function saveSnapshot(engine: Engine, epoch: string): Uint8Array {
  const { park } = engine;
  const data: SnapshotData = {
    engineVersion: ENGINE_VERSION,
    projectionId: park.projection.parameters.id,
    epoch,
    seq: engine.seq,
    receivedAtMs: engine.receivedAtMs,
    nowMs: park.nowMs,
    sources: park.sources,
    people: park.people.save(),
    areas: park.areas.save(),
    alarms: [...park.alarms.standing.values()],
    bounds: park.bounds.save(),
    sos: park.sos.save(),
  };
  const packed = packr.pack(data);
  const bytes = new Uint8Array(HEADER_BYTES + packed.length);
  bytes.set(packed, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, SNAPSHOT_FORMAT);
  const [a, b] = checksum(bytes);
  view.setUint32(8, a);
  view.setUint32(12, b);
  return bytes;
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
 * other projection parameters are projected anew.
 */
export function loadSnapshot(
  bytes: Uint8Array,
  projection: Projection,
  epoch: string,
): LoadedSnapshot | { readonly ok: false; readonly problem: SnapshotProblem } {
  const problem = headProblem(bytes);
  if (problem !== null) return { ok: false, problem };
  let data: SnapshotData;
  try {
    data = unpackr.unpack(bytes.subarray(HEADER_BYTES)) as SnapshotData;
  } catch {
    return { ok: false, problem: 'corrupt' };
  }
  if (data.epoch !== epoch) return { ok: false, problem: 'other-epoch' };
  const people = PeopleTable.load(data.people);
  if (data.projectionId !== projection.parameters.id) people.project(projection);
  const engine = new Engine(
    {
      projection,
      people,
      areas: AreasTable.load(data.areas, projection),
      alarms: new AlarmTable(people, data.alarms),
      bounds: BoundsWatch.load(data.bounds),
      sos: SosWatch.load(data.sos),
      sources: data.sources,
      nowMs: data.nowMs,
    },
    data.seq,
    data.receivedAtMs ?? 0,
  );
  return { ok: true, engine, engineVersion: data.engineVersion };
}

function headProblem(bytes: Uint8Array): SnapshotProblem | null {
  if (bytes.length < HEADER_BYTES) return 'corrupt';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC) return 'foreign';
  if (view.getUint32(4) !== SNAPSHOT_FORMAT) return 'other-format';
  const [a, b] = checksum(bytes);
  return view.getUint32(8) === a && view.getUint32(12) === b ? null : 'corrupt';
}

/** Digest of the state, 16 hex digits: equal for two runs that stand at the same place in the same way. */
export function digestOf(engine: Engine): string {
  const [a, b] = checksum(saveSnapshot(engine, ''));
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
}

/** Two FNV-1a 32 over the bytes behind the header, one of them over every byte xor 0x5a: 64 bits against bit rot. */
function checksum(bytes: Uint8Array): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x811c9dc5 ^ bytes.length;
  for (let i = HEADER_BYTES; i < bytes.length; i++) {
    const byte = bytes[i]!;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte ^ 0x5a, 0x01000193);
  }
  return [a >>> 0, b >>> 0];
}
