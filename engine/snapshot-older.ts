/**
 * Snapshots as engine versions 1 to 3 wrote them, read so that what an installed park has on its disk goes on to count.
 * Behind the header (snapshot.ts), whose sums go over all that follows: format 1 one msgpack value; format 2 parts of u32
 * length and msgpack, the first with the long lists empty, then the lists in pieces, each of `lengths` values.
 */
import { Unpackr } from 'msgpackr';
import type { AlarmView, PersonView } from '../stream/protocol/effects.ts';
import type { AreaRecord } from '../stream/protocol/entry.ts';
import type { BoundsData } from './bounds-watch.ts';
import type { Binding } from './packed.ts';
import type { PeopleData } from './people-table.ts';
import type { SnapshotData } from './snapshot.ts';
import type { SosData } from './sos-watch.ts';
import type { WithdrawnData } from './withdrawn-records.ts';

const HEADER_BYTES = 16;

interface OlderData {
  engineVersion: string;
  projectionId: string;
  epoch: string;
  seq: number;
  /** Absent in format 1. */
  receivedAtMs?: number;
  nowMs: number;
  sources: string[];
  people: {
    slotCount: number;
    views: (PersonView | null)[];
    updatedAtMs: (number | null)[];
    cards: [string, string, number][];
    resting: [number, number][];
    columns: PeopleData['columns'];
    /** Absent in engine version 1, here and below. */
    withdrawn?: WithdrawnData;
  };
  areas: { areas: { record: AreaRecord; version: number }[]; withdrawn?: WithdrawnData };
  alarms: AlarmView[];
  bounds: BoundsData;
  sos: SosData;
}

const LISTS: readonly ((data: OlderData) => unknown[])[] = [
  (data) => data.people.views,
  (data) => data.people.updatedAtMs,
  (data) => data.people.cards,
  (data) => data.areas.areas,
  (data) => data.alarms,
  (data) => data.bounds.states,
];

const unpackr = new Unpackr({ moreTypes: true });

/** Throws on bytes that are none. */
export function readOlder(bytes: Uint8Array): SnapshotData {
  const format = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
  const data = format === 1 ? (unpackr.unpack(bytes.subarray(HEADER_BYTES)) as OlderData) : fromParts(bytes);
  const { people, areas, bounds, sos, receivedAtMs, ...same } = data;
  const { slotCount, resting, columns } = people;
  const bindings = people.views.flatMap((person, slot): Binding[] =>
    person === null ? [] : [{ slot, generation: columns.generation[slot]!, person }],
  );
  const wearsCard = new Uint8Array(slotCount);
  for (const [, , slot] of people.cards) wearsCard[slot] = 1;
  const updatedAtMs = Float64Array.from({ length: slotCount }, (_, slot) => people.updatedAtMs[slot] ?? Number.NaN);
  return {
    ...same,
    receivedAtMs: receivedAtMs ?? 0,
    slotCount,
    resting,
    senders: [],
    columns: { ...columns, wearsCard, updatedAtMs },
    bindings,
    areas: areas.areas,
    bounds: bounds.states,
    sos: sos.memories,
    withdrawnPersons: people.withdrawn ?? [],
    withdrawnAreas: areas.withdrawn ?? [],
    ended: [],
    docs: [],
    config: [],
    parts: {},
  };
}

function fromParts(bytes: Uint8Array): OlderData {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = HEADER_BYTES;
  const next = (): unknown => {
    const length = view.getUint32(at);
    const part = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return unpackr.unpack(part);
  };
  const data = next() as OlderData & { lengths: number[] };
  for (const [n, listOf] of LISTS.entries()) {
    const into = listOf(data);
    while (into.length < data.lengths[n]!) for (const item of next() as unknown[]) into.push(item);
  }
  return data;
}

/** The length of the whole snapshot went into the sums of format 1. */
export function isWholeOlder(bytes: Uint8Array, format: number): boolean {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let a = 0x811c9dc5;
  let b = 0x811c9dc5 ^ (format === 1 ? bytes.length : 0);
  for (let i = HEADER_BYTES; i < bytes.length; i++) {
    const byte = bytes[i]!;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte ^ 0x5a, 0x01000193);
  }
  return header.getUint32(8) === a >>> 0 && header.getUint32(12) === b >>> 0;
}
