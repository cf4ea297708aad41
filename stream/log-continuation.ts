/**
 * Whether a log still goes on where a reader left it. A server that came back without its tail (a replica that lacked it,
 * a restored copy) gives the lost sequences to other entries: only the entries themselves can tell. Used by whoever keeps
 * a place in the log elsewhere: watch in its snapshots, store in PostgreSQL.
 */
import type { RawEntry } from './protocol/entry.ts';
import type { LogHead, LogReader } from './protocol/log.ts';

/** The newest entry that a reader has taken; `receivedAtMs` 0: not known. */
export interface LogPlace {
  readonly seq: number;
  readonly receivedAtMs: number;
}

/** true: the next entry is in the log or still to come, and the one taken last is the one that lies there, if it still does. */
export async function isFollowedBy(reader: LogReader, place: LogPlace, head: LogHead): Promise<boolean> {
  const { seq, receivedAtMs } = place;
  if (seq + 1 < head.firstSeq || seq > head.seq) return false;
  if (seq < head.firstSeq || receivedAtMs === 0) return true;
  return (await entryAt(reader, seq))?.receivedAtMs === receivedAtMs;
}

/** Sequence of the first entry received after `atMs`; the next to be appended when there is none. */
export async function firstReceivedAfter(reader: LogReader, atMs: number, head: LogHead): Promise<number> {
  let first = head.firstSeq;
  for (let end = head.seq + 1; first < end; ) {
    const middle = Math.floor((first + end) / 2);
    if (((await entryAt(reader, middle))?.receivedAtMs ?? 0) > atMs) end = middle;
    else first = middle + 1;
  }
  return first;
}

async function entryAt(reader: LogReader, seq: number): Promise<RawEntry | undefined> {
  return (await reader.read(seq, 1, 0))[0];
}
