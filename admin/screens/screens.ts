/**
 * Wall screens sign in without a user: a code that the park made opens, once, a long session that is shown the live picture and
 * may do nothing (docs/adr/0042-wall-screens-sign-in.md). Invariant: of a screen one session lives, and none without its row.
 */
import type { Clock } from '../../core/clock.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { ScreenCode, ScreenView } from '../../core/screen-api.ts';
import { sm3 } from '../../security/gm.ts';
import { ADDRESS_LIMIT, type SignInAttempts } from '../../security/session-attempts.ts';
import type { Sessions } from '../../security/sessions.ts';
import { foldTypedCode, makeTypedCode } from '../../security/typed-code.ts';
import { SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import type { Actor } from '../audit.ts';
import type { Refusal, Started } from '../sign-in.ts';
import type { KeptScreen, ScreenBook } from './screen-book.ts';

/** For the way from the desk to the wall. */
export const CODE_LASTS_MS = 30 * 60_000;

export interface ScreensParts {
  readonly book: ScreenBook;
  readonly sessions: Sessions;
  readonly attempts: Pick<SignInAttempts, 'limit'>;
  readonly clock: Clock;
}

const hashOf = (code: string): string => sm3(`screen:${foldTypedCode(code)}`).toString('hex');

/** Methods throw AppError DATABASE_UNAVAILABLE and REDIS_UNAVAILABLE. */
export class Screens {
  readonly #parts: ScreensParts;

  constructor(parts: ScreensParts) {
    this.#parts = parts;
  }

  async list(): Promise<ScreenView[]> {
    return Promise.all((await this.#parts.book.all()).map((screen) => this.#shown(screen)));
  }

  /** Throws AppError CONFLICT. */
  async add(name: string, actor: Actor): Promise<ScreenCode> {
    const { code, kept } = this.#newCode();
    return { screenId: await this.#parts.book.add(name, kept, actor), code, untilMs: kept.untilMs };
  }

  /** Throws AppError NOT_FOUND. */
  async renew(screenId: string, actor: Actor): Promise<ScreenCode> {
    const { code, kept } = this.#newCode();
    await this.#parts.book.setCode(screenId, kept, actor);
    return { screenId, code, untilMs: kept.untilMs };
  }

  /** Throws AppError NOT_FOUND. */
  async remove(screenId: string, actor: Actor): Promise<void> {
    const { book, sessions } = this.#parts;
    await book.remove(screenId, actor);
    await sessions.endAll(screenId);
  }

  /** What is wrong with a code is not told: unknown, used and late ones are alike. */
  async start(code: string, address: string): Promise<Result<Started, Refusal>> {
    const { book, sessions, attempts } = this.#parts;
    const retryAfterMs = await attempts.limit(`screen-address:${address}`, ADDRESS_LIMIT);
    if (retryAfterMs !== null) return err({ code: 'RATE_LIMITED', retryAfterMs });
    const hash = hashOf(code);
    const screen = await book.byCode(hash);
    if (screen === null) return err({ code: 'NOT_FOUND' });
    // The session first: whoever removes the screen meanwhile finds it, or has taken the code away.
    const started = await sessions.start(userOf(screen), address);
    if (!(await book.take(hash, address))) {
      await sessions.end(started.session);
      return err({ code: 'NOT_FOUND' });
    }
    await sessions.endAll(screen.screenId, started.session.sessionId);
    return ok(started);
  }

  #newCode() {
    const code = makeTypedCode();
    return { code, kept: { hash: hashOf(code), untilMs: this.#parts.clock.nowMs() + CODE_LASTS_MS } };
  }

  async #shown(screen: KeptScreen): Promise<ScreenView> {
    const { sessions } = this.#parts;
    const [session] = await sessions.list(screen.screenId);
    const lastSeenAtMs = session === undefined ? null : await sessions.lastUsedAtMs(session);
    const { screenId, name, addedAtMs, addedBy, codeUntilMs } = screen;
    return {
      screenId,
      name,
      addedAtMs,
      addedBy,
      codeUntilMs,
      session:
        session === undefined || lastSeenAtMs === null
          ? null
          : {
              startedAtMs: session.createdAtMs,
              address: session.address,
              lastSeenAtMs,
              expiresAtMs: session.expiresAtMs,
            },
    };
  }
}

const userOf = ({ screenId, name }: Pick<KeptScreen, 'screenId' | 'name'>): Parameters<Sessions['start']>[0] => ({
  userId: screenId,
  userName: name,
  role: SCREEN_ROLE,
  companyCode: null,
  department: null,
  contractorCode: null,
  mustChangePassword: false,
});
