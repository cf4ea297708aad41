/**
 * The gateway without its network: one picture of the park, one ring of recent effects, and the sessions fed from both.
 * Scope is enforced here: a company's client is sent only bytes made for its company. Driven by lane-follower.ts on one
 * side and by sockets (uws-gateway.ts, or the fuzz) on the other; time comes with the calls.
 */
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { EffectsAt } from '../protocol/effects.ts';
import {
  CLOSE_CODE,
  decodeMessageBody,
  encodeMessage,
  type HelloMessage,
  MESSAGE,
  PROTOCOL_VERSION,
  type StartMessage,
} from '../protocol/live-message.ts';
import { LivePicture } from '../protocol/live-picture.ts';
import type { LogAppender } from '../protocol/log.ts';
import type { PictureData } from '../protocol/picture.ts';
import { answerAct } from './acts.ts';
import { companyFrames } from './company-frames.ts';
import { EffectRing, type RingBounds } from './effect-ring.ts';
import { type LiveSocket, type LiveUser, type Topics, topicOf } from './live-socket.ts';
import { ScopeIndex, unroutedItem } from './scope-index.ts';
import { LiveSession, SESSION_BOUNDS, type SessionBounds, type SessionHost } from './session.ts';

/** About an hour of a busy park; a park of 50,000 people needs 10 MB for everybody's binding once. */
export const RING_BOUNDS: RingBounds = { items: 20_000, bytes: 32 * 1024 * 1024 };

export interface LiveHubOptions {
  readonly park: string;
  readonly tickMs: number;
  readonly log: LogAppender;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ringBounds?: RingBounds;
  readonly sessionBounds?: SessionBounds;
}

/** What of the lossless lane lies before a picture. */
export interface LaneHistory {
  /** A client that has everything up to here lacks nothing but `items`. */
  readonly floorSeq: number;
  readonly items: readonly EffectsAt[];
}

export interface HubStatistics {
  readonly sessions: number;
  readonly behind: number;
  readonly ringItems: number;
  readonly ringBytes: number;
  readonly frames: number;
  readonly seq: number;
}

export class LiveHub implements SessionHost {
  readonly ring: EffectRing;
  readonly bounds: SessionBounds;
  readonly #options: LiveHubOptions;
  readonly #scopes = new ScopeIndex();
  readonly #sessions = new Set<LiveSession>();
  /** Messages of the present moment by scope, so that a crowd of newcomers costs one encoding. */
  readonly #snapshots = new Map<string | null, Uint8Array>();
  readonly #pictureFrames = new Map<string | null, Uint8Array>();
  #picture = new LivePicture();
  #isLoaded = false;
  #frames = 0;

  constructor(options: LiveHubOptions) {
    this.#options = options;
    this.ring = new EffectRing(options.ringBounds ?? RING_BOUNDS);
    this.bounds = options.sessionBounds ?? SESSION_BOUNDS;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  get picture(): LivePicture {
    return this.#picture;
  }

  statistics(): HubStatistics {
    let behind = 0;
    for (const session of this.#sessions) if (session.isBehind) behind++;
    const { items, bytes } = this.ring;
    const { seq } = this.#picture;
    return { sessions: this.#sessions.size, behind, ringItems: items, ringBytes: bytes, frames: this.#frames, seq };
  }

  // --- from the lanes ----------------------------------------------------------------------------------------------------

  /**
   * Begins from a picture, or from nothing in a park that has none yet. Clients that are connected get a snapshot; ones
   * that come back may go on behind `history.floorSeq`. `history.items`: everything between that and the picture.
   */
  load(epoch: string, picture: PictureData | null, history?: LaneHistory): void {
    this.#picture = new LivePicture();
    if (picture === null) this.#picture.epoch = epoch;
    else this.#picture.load(picture);
    this.#scopes.load(picture ?? { bindings: [], alarms: [] });
    this.ring.restart(epoch, history?.floorSeq ?? this.#picture.seq);
    for (const item of history?.items ?? []) this.ring.push(unroutedItem(item));
    this.#isLoaded = true;
    this.#forgetMessages();
    this.#pumpAll();
  }

  takeEffects(items: readonly EffectsAt[]): void {
    for (const item of items) {
      if (item.seq <= this.#picture.seq) continue;
      this.ring.push(this.#scopes.route(item));
      this.#picture.applyEffects([item]);
    }
    this.#forgetMessages();
    this.#pumpAll();
  }

  /** Frames of an older term change nothing and go to nobody. */
  takeFrame(bytes: Uint8Array): void {
    if (!this.#picture.applyFrame(bytes)) return;
    this.#frames++;
    this.#pictureFrames.clear();
    const companies = new Set<string>();
    let isParkWatched = false;
    for (const session of this.#sessions) {
      session.fallBehindIfSlow();
      const { companyCode } = session.user;
      if (companyCode === null) isParkWatched = true;
      else companies.add(companyCode);
    }
    if (isParkWatched) this.#options.topics.publish(topicOf(null), bytes);
    if (companies.size === 0) return;
    for (const [companyCode, frame] of companyFrames(this.#picture, bytes, companies)) {
      this.#options.topics.publish(topicOf(companyCode), frame);
    }
  }

  #forgetMessages(): void {
    this.#snapshots.clear();
    this.#pictureFrames.clear();
  }

  #pumpAll(): void {
    for (const session of this.#sessions) session.pump();
  }

  // --- from the sockets --------------------------------------------------------------------------------------------------

  open(user: LiveUser, socket: LiveSocket): LiveSession {
    const session = new LiveSession(user, socket, this, this.#options.clock.nowMs());
    this.#sessions.add(session);
    return session;
  }

  /** The socket is gone. */
  gone(session: LiveSession): void {
    session.closed();
    this.#sessions.delete(session);
  }

  /** Anything malformed ends the session with protocolError and changes nothing. */
  receive(session: LiveSession, bytes: Uint8Array): void {
    if (session.isClosed) return;
    try {
      this.#dispatch(session, bytes);
    } catch (error) {
      this.#options.logger.debug('live-malformed', { userId: session.user.userId, error });
      session.close(CLOSE_CODE.protocolError, 'malformed message');
    }
  }

  #dispatch(session: LiveSession, bytes: Uint8Array): void {
    const type = bytes[0];
    const nowMs = this.#options.clock.nowMs();
    if (type === MESSAGE.start && !session.hasStarted) {
      const { version, position } = validStart(decodeMessageBody(bytes));
      if (version !== PROTOCOL_VERSION) session.close(CLOSE_CODE.versionUnknown, `version ${PROTOCOL_VERSION} here`);
      else session.start(position, nowMs);
    } else if (type === MESSAGE.ack && session.hasStarted) {
      const { seq } = decodeMessageBody<{ seq?: unknown }>(bytes);
      if (typeof seq !== 'number') throw new Error('ack without a sequence');
      session.acknowledge(nowMs);
    } else if (type === MESSAGE.act && session.hasStarted) {
      const { log, logger } = this.#options;
      answerAct(session, decodeMessageBody(bytes), { log, logger, nowMs, picture: this.#picture });
    } else {
      throw new Error(`unexpected message type ${type}`);
    }
  }

  /** Once a second: time limits, and whoever a lost drain event left waiting. */
  tick(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const session of [...this.#sessions]) {
      if (session.isClosed || session.closeIfSilent(nowMs)) continue;
      session.pump();
    }
  }

  /** A sign-out, a lock, a new password: the session's sockets end at once. */
  endSession(sessionId: string): void {
    for (const session of [...this.#sessions]) {
      if (session.user.sessionId === sessionId) session.close(CLOSE_CODE.sessionEnded, 'session ended');
    }
  }

  /** Open sockets of a user, under whichever session. */
  socketsOf(userId: string): number {
    let sockets = 0;
    for (const session of this.#sessions) if (session.user.userId === userId) sockets++;
    return sockets;
  }

  /** Sign-in sessions with an open socket. */
  sessionIds(): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const session of this.#sessions) if (!session.isClosed) ids.add(session.user.sessionId);
    return ids;
  }

  /** Tells everyone to come back elsewhere. */
  shutDown(): void {
    for (const session of [...this.#sessions]) session.close(CLOSE_CODE.shuttingDown, 'shutting down');
  }

  // --- SessionHost -------------------------------------------------------------------------------------------------------

  helloFor(user: LiveUser, resumed: boolean): Uint8Array {
    const { park, tickMs, clock } = this.#options;
    const hello: HelloMessage = {
      version: PROTOCOL_VERSION,
      park,
      userName: user.userName,
      role: user.role,
      companyCode: user.companyCode,
      tickMs,
      serverAtMs: clock.nowMs(),
      resumed,
    };
    return encodeMessage(MESSAGE.hello, hello);
  }

  snapshotFor(companyCode: string | null): Uint8Array {
    return cached(this.#snapshots, companyCode, () =>
      encodeMessage(MESSAGE.snapshot, this.#picture.snapshotFor(companyCode)),
    );
  }

  pictureFrameFor(companyCode: string | null): Uint8Array {
    return cached(this.#pictureFrames, companyCode, () => this.#picture.pictureFrameFor(companyCode));
  }
}

function cached<K>(messages: Map<K, Uint8Array>, key: K, encode: () => Uint8Array): Uint8Array {
  const known = messages.get(key);
  if (known !== undefined) return known;
  const bytes = encode();
  messages.set(key, bytes);
  return bytes;
}

/** Throws on anything but a StartMessage. */
function validStart(body: unknown): StartMessage {
  const { version, position } = body as Partial<StartMessage>;
  if (typeof version !== 'number') throw new Error('start without a version');
  if (position === null || position === undefined) return { version, position: null };
  if (typeof position.epoch !== 'string' || typeof position.seq !== 'number') throw new Error('start position');
  return { version, position };
}
