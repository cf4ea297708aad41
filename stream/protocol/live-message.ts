/**
 * Messages on the live socket (port 7002, path /live?ticket=...). Binary; byte 0 is the type, the rest is msgpack, or
 * the columns of frame.ts for `frame`. Rules: docs/spec/live.md.
 *
 * After the upgrade the client speaks first: `start` with the position it has, or none. The server answers `hello`, then
 * either nothing (resumed) or one `snapshot`, then one `frame` of kind picture, then effects and frames as they come.
 */
import { pack, unpack } from 'msgpackr';
import type { ActInput, ActName } from './acts.ts';
import type { AlarmView, AreaView, DocEffect, EffectsAt, PersonView } from './effects.ts';
import type { Role } from './vocabulary.ts';

/** 2: frames carry floors. */
export const PROTOCOL_VERSION = 2;

export const MESSAGE = {
  // server to client
  hello: 0x01,
  snapshot: 0x02,
  frame: 0x03,
  effects: 0x04,
  actAnswer: 0x05,
  // client to server
  start: 0x81,
  ack: 0x82,
  act: 0x83,
} as const;

export interface HelloMessage {
  readonly version: number;
  readonly park: string;
  readonly userName: string;
  readonly role: Role;
  readonly companyCode: string | null;
  readonly tickMs: number;
  readonly serverAtMs: number;
  /** true: the client's position was inside the kept window and effects continue behind it. */
  readonly resumed: boolean;
}

/** The lossless lane from scratch. Replaces everything the client held. */
export interface SnapshotMessage {
  readonly epoch: string;
  /** Effects up to and including this sequence are in here. */
  readonly seq: number;
  readonly bindings: readonly { readonly slot: number; readonly generation: number; readonly person: PersonView }[];
  readonly areas: readonly AreaView[];
  readonly alarms: readonly AlarmView[];
  readonly docs?: readonly DocEffect[];
}

export interface EffectsMessage {
  readonly epoch: string;
  /** In order. A company's client gets only what concerns it, but every item moves its sequence. */
  readonly items: readonly EffectsAt[];
}

/** Position in the lossless lane; null: none yet. */
export interface StartMessage {
  readonly version: number;
  readonly position: { readonly epoch: string; readonly seq: number } | null;
}

/** Everything up to seq has been taken in. At least every 20 s; without one for 60 s the server closes with 4002. */
export interface AckMessage {
  readonly seq: number;
}

export interface ActMessage {
  /** Made by the client; the same id again is answered but not done twice. */
  readonly actId: string;
  readonly act: ActName;
  /** '': about something else than one alarm. */
  readonly alarmId: string;
  readonly input?: ActInput;
  readonly comment: string | null;
}

export interface ActAnswerMessage {
  readonly actId: string;
  /** Kept in the log. What it did comes back as an effect. */
  readonly ok: boolean;
  readonly code: string | null;
}

/** Of the live socket and the vendor stream. 4000 - 4499: come back and resume. 4500 - 4999: do not come back by yourself. */
export const CLOSE_CODE = {
  shuttingDown: 4001,
  slowDown: 4002,
  resync: 4003,
  /** What let you in holds no more: a session, a credential. */
  sessionEnded: 4501,
  revoked: 4501,
  protocolError: 4502,
  frameTooLarge: 4503,
  versionUnknown: 4504,
  ticketInvalid: 4505,
} as const;

export function encodeMessage(type: number, body: unknown): Uint8Array {
  const packed = pack(body);
  const bytes = new Uint8Array(packed.length + 1);
  bytes[0] = type;
  bytes.set(packed, 1);
  return bytes;
}

/** Body of a msgpack message. Throws on garbage; callers close with protocolError. */
export function decodeMessageBody<T>(bytes: Uint8Array): T {
  return unpack(bytes.subarray(1)) as T;
}
