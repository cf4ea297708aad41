/**
 * Changes as they reach open pages: what transactions told at their commit (db/notices.ts), to each stream only what its session
 * may know. Rights and row scope are those of the reads: who may not read a register, or not the rows of that company or unit,
 * hears nothing, not even that something was. A stream asks every minute whether its session holds, and ends with it.
 */
import { Readable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import type { Notice } from '../core/notice-api.ts';
import type { WallShow } from '../core/wall-api.ts';
import type { AccountChange, OrderChange, RegisterChange, SentChange, WallChange } from '../db/notices.ts';
import type { AnyRegister } from '../registers/register.ts';
import type { Session, Sessions } from '../security/sessions.ts';
import { seesOrder, speaksFor } from '../stream/protocol/order-rules.ts';
import { SCREEN_ROLE } from '../stream/protocol/vocabulary.ts';
import { may, rowScope, userOf } from './register/rights.ts';

export interface NoticesOptions {
  readonly registers: readonly AnyRegister[];
  readonly sessions: Pick<Sessions, 'holds'>;
  readonly clock: Clock;
  /** Tells every process of this park; absent: this one alone. */
  readonly send?: (change: SentChange) => Promise<void>;
  /** Between two signs of life. */
  readonly beatMs?: number;
}

/** Below what proxies cut off. */
const BEAT_MS = 20_000;
/** The session is asked for at every third beat. */
const BEATS_A_CHECK = 3;
/** Browsers open six connections to a place over HTTP/1.1; some are left for the rest. */
export const STREAMS_A_SESSION = 3;
/** A page that does not read for so long begins anew, and asks for what it shows. */
const WAITING_BYTES_MAX = 256 * 1024;

/** Their rows are accounts, their ids those of sessions. */
const ACCOUNTS: ReadonlySet<string> = new Set(['users', 'company-users']);

interface Stream {
  readonly session: Session;
  readonly body: Readable;
  readonly beat: NodeJS.Timeout;
}

export class Notices {
  readonly #registers: ReadonlyMap<string, AnyRegister>;
  readonly #sessions: Pick<Sessions, 'holds'>;
  readonly #clock: Clock;
  readonly #beatMs: number;
  readonly #send: (change: SentChange) => Promise<void>;
  /** In the order in which they came. */
  readonly #streams = new Set<Stream>();

  constructor({ registers, sessions, clock, send, beatMs = BEAT_MS }: NoticesOptions) {
    this.#registers = new Map(registers.map((register) => [register.name, register]));
    this.#sessions = sessions;
    this.#clock = clock;
    this.#beatMs = beatMs;
    this.#send = send ?? (async (change) => this.hear(JSON.stringify(change)));
  }

  /** The body of the answer. Destroy it to end it. */
  open(session: Session): Readable {
    const own = [...this.#streams].filter((stream) => stream.session.sessionId === session.sessionId);
    for (const stream of own.slice(0, Math.max(0, own.length + 1 - STREAMS_A_SESSION))) this.#end(stream, 'full');
    let beats = 0;
    const body = new Readable({ read() {} });
    const beat = setInterval(() => {
      this.#push(stream, ':\n\n');
      beats++;
      if (beats % BEATS_A_CHECK === 0) void this.#check(stream);
    }, this.#beatMs);
    const stream: Stream = { session, body, beat };
    this.#streams.add(stream);
    body.once('close', () => this.#forget(stream));
    this.#tell(stream, 'begin', {});
    return body;
  }

  /** null: something may have gone unheard. */
  hear(payload: string | null): void {
    const change = payload === null ? null : changeOf(payload);
    for (const stream of this.#streams) {
      if (change === null) {
        this.#tell(stream, 'missed', {});
        continue;
      }
      const notice = this.#noticeFor(stream.session, change);
      if (notice !== null) this.#tell(stream, 'notice', notice);
    }
  }

  /** On every page that the user has open, here and elsewhere, and on the park's screens. Throws what `send` throws. */
  showOnWall({ userId, companyCode }: Pick<Session, 'userId' | 'companyCode'>, show: WallShow): Promise<void> {
    return this.#send({ about: 'wall', userId, scope: companyCode, show });
  }

  close(): void {
    for (const stream of this.#streams) {
      this.#forget(stream);
      stream.body.push(null);
    }
  }

  /** null: not for this session, or of a kind that this version does not know. */
  #noticeFor(session: Session, change: SentChange): Notice | null {
    switch (change.about) {
      case 'register':
        return this.#registerNotice(session, change);
      case 'order':
        return orderNotice(session, change);
      case 'wall':
        return isForWall(session, change) ? { about: 'wall', show: change.show } : null;
      case 'account':
        return change.userName === session.userName ? this.#accountNotice(change) : null;
      default:
        return null;
    }
  }

  #registerNotice(session: Session, change: RegisterChange): Notice | null {
    const { act, by } = change;
    if (ACCOUNTS.has(change.register) && change.id === session.userId) return this.#accountNotice({ act, by });
    const register = this.#registers.get(change.register);
    const user = userOf(session, null);
    if (register === undefined || !may(user, register.rights.read)) return null;
    const scope = rowScope(user, register);
    const { contractorCodes, userId, ...told } = change;
    if (scope.companyCode !== null && scope.companyCode !== change.companyCode) return null;
    if (scope.contractorCode !== null && !contractorCodes.includes(scope.contractorCode)) return null;
    return { ...told, isOwn: userId === session.userId };
  }

  #accountNotice({ act, by }: Pick<AccountChange, 'act' | 'by'>): Notice {
    return { about: 'account', act, by, atMs: this.#clock.nowMs() };
  }

  async #check(stream: Stream): Promise<void> {
    // Redis that does not answer ends nobody's stream: the next look comes in a minute.
    const holds = await this.#sessions.holds(stream.session.sessionId).catch(() => true);
    if (!holds) this.#end(stream, 'end');
  }

  #tell(stream: Stream, event: 'begin' | 'missed' | 'notice' | 'full' | 'end', data: Notice | object): void {
    this.#push(stream, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #push(stream: Stream, text: string): void {
    if (!this.#streams.has(stream)) return;
    stream.body.push(text);
    if (stream.body.readableLength > WAITING_BYTES_MAX) stream.body.destroy();
  }

  #end(stream: Stream, event: 'full' | 'end'): void {
    this.#tell(stream, event, {});
    this.#forget(stream);
    stream.body.push(null);
  }

  #forget(stream: Stream): void {
    clearInterval(stream.beat);
    this.#streams.delete(stream);
  }
}

/** null: not readable, so something goes unheard. */
function changeOf(payload: string): SentChange | null {
  try {
    return JSON.parse(payload) as SentChange;
  } catch {
    return null;
  }
}

/** A screen of the park shows what whoever sees the whole park puts there; what another may see is not theirs to show. */
const isForWall = ({ userId, role }: Session, change: WallChange): boolean =>
  change.userId === userId || (role === SCREEN_ROLE && change.scope === null);

/** For who is to act: of the department that has it, or of the whole desk where a user has no department. */
function orderNotice(session: Session, change: OrderChange): Notice | null {
  const { parties, companyCodes, ...told } = change;
  const { department, companyCode } = session;
  if (!seesOrder({ companyCodes }, session)) return null;
  const isMine = parties.some((party) =>
    department === null ? speaksFor(session, party) : party === `${companyCode ?? 'park'}/${department}`,
  );
  return isMine ? told : null;
}
