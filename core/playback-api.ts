/**
 * The time machine (回放) between page and server, and what is reckoned from stored positions: heat of presence, incident bundles.
 * Operator, park, enterprise, company administrator; a company's users get their own people, alarms and permits. All times ms since 1970.
 *
 *   POST /api/playbacks {fromMs, toMs, reason}                  -> Playback; on record with the reason (422 REASON_MISSING without
 *                                                                  one, 422 INPUT_INVALID: a span over 24 h, or in the future)
 *   GET  /api/playbacks/:playbackId/chunk?fromMs&toMs&stepMs    -> application/octet-stream, see below (404 NOT_FOUND: none of this user's,
 *                                                                  or a day old; 422 INPUT_INVALID: outside the playback, or over the bounds)
 *   GET  /api/presence-heat?fromMs&toMs&cellM[&companyCode][&personIds&reason] -> PresenceHeat. `personIds`: comma separated PERSON_IDs
 *                                                                  or `card:CARD_NO` of `companyCode`, at most 50, and a reason with them
 *   GET  /api/incident-bundles?reason&lang=zh|en&alarmId[&beforeMs][&afterMs][&radiusM]   -> ZIP as a file
 *   GET  /api/incident-bundles?reason&lang=zh|en&fromMs&toMs&areaCompanyCode&areaId       -> the same, of an area and a span
 *   GET  /api/incident-bundles?reason&lang=zh|en&fromMs&toMs&lng&lat&radiusM              -> the same, of a circle (CGCS2000, degrees)
 *
 * A chunk is a sequence of messages, each behind its length as u32 little-endian: chunkMessages() takes them apart. They are those of
 * the live socket (stream/protocol/live-message.ts), and a LivePicture takes them: `snapshot` of the park at fromMs, a `frame` of kind
 * picture at fromMs, then in order of time `effects` (each item with its atMs) and a `frame` each stepMs, the last at toMs. Sequences
 * and the term mean something within one chunk alone. Slots are a person's for the whole playback, and others than those of the live socket.
 * The end of a chunk is the beginning of the next. One that would be larger than MAX_CHUNK_BYTES ends earlier, with a whole frame:
 * whoever reads goes on with a chunk from that frame's time.
 */

export const MAX_PLAYBACK_SPAN_MS = 24 * 3_600_000;
export const MAX_CHUNK_SPAN_MS = 600_000;
export const MIN_STEP_MS = 1_000;
export const MAX_STEP_MS = 60_000;
/** A chunk ends with the first whole frame behind so many bytes. */
export const MAX_CHUNK_BYTES = 16 * 1024 * 1024;
/** Of a playback; `marksLeftOut` says how many more there are. */
export const MAX_MARKS = 1_000;

export interface PlaybackRequest {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/** An alarm that began or ended within the span, or stood throughout it. */
export interface PlaybackMark {
  readonly alarmId: string;
  readonly rule: string;
  readonly level: number;
  readonly onsetAtMs: number;
  readonly raisedAtMs: number;
  /** null: it stands. */
  readonly endedAtMs: number | null;
  /** Name of the person, or of the area where it is about no one person; '' neither. */
  readonly who: string;
  readonly companyCode: string | null;
  readonly personId: string | null;
}

export interface Playback {
  readonly playbackId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Positions are stored from here on; null: there are none. */
  readonly floorMs: number | null;
  /** By onset. */
  readonly marks: readonly PlaybackMark[];
  readonly marksLeftOut: number;
}

/** Person-seconds by cell of the plane grid (Shanghai 2000): columns of equal length. Cells without anybody are left out. */
export interface PresenceHeat {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cellM: number;
  /** South-west corners, m. */
  readonly easting: readonly number[];
  readonly northing: readonly number[];
  /** Whole seconds, at most 2^32 - 1. */
  readonly personSeconds: readonly number[];
  /** People who were there at all. */
  readonly people: number;
}

const LENGTH_BYTES = 4;

/** The messages of a chunk, views of its bytes. Throws on bytes that end within one. */
export function* chunkMessages(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    if (at + LENGTH_BYTES > bytes.length) throw new Error('playback: chunk ends within a length');
    const length = view.getUint32(at, true);
    at += LENGTH_BYTES;
    if (at + length > bytes.length) throw new Error('playback: chunk ends within a message');
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** A message as it stands in a chunk. */
export function chunkRecord(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + message.length);
  new DataView(bytes.buffer).setUint32(0, message.length, true);
  bytes.set(message, LENGTH_BYTES);
  return bytes;
}
