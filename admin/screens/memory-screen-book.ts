/** Twin of the book of wall screens. */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { SCREENS_MAX } from '../../core/screen-api.ts';
import type { Actor, AuditAction } from '../audit.ts';
import type { KeptCode, KeptScreen, ScreenBook } from './screen-book.ts';

type Held = Omit<KeptScreen, 'codeUntilMs'> & { code: KeptCode | null };

export class MemoryScreenBook implements ScreenBook {
  readonly #clock: Clock;
  readonly #screens = new Map<string, Held>();
  #added = 0;
  readonly changes: { readonly action: AuditAction; readonly subject: string; readonly by: string }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async all(): Promise<KeptScreen[]> {
    return [...this.#screens.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ code, ...screen }) => ({ ...screen, codeUntilMs: this.#isGood(code) ? code.untilMs : null }));
  }

  async add(name: string, code: KeptCode, actor: Actor): Promise<string> {
    const isThere = [...this.#screens.values()].some((screen) => screen.name === name);
    if (isThere || this.#screens.size >= SCREENS_MAX) throw new AppError('CONFLICT', { detail: 'screen' });
    const screenId = `00000000-0000-4000-8000-${String(++this.#added).padStart(12, '0')}`;
    this.#screens.set(screenId, { screenId, name, addedAtMs: this.#clock.nowMs(), addedBy: actor.userName, code });
    this.#tell('screen.add', name, actor);
    return screenId;
  }

  async setCode(screenId: string, code: KeptCode, actor: Actor): Promise<void> {
    const screen = this.#held(screenId);
    screen.code = code;
    this.#tell('screen.code', screen.name, actor);
  }

  async byCode(hash: string): Promise<Held | null> {
    return this.#byCode(hash);
  }

  async take(hash: string, address: string): Promise<boolean> {
    const screen = this.#byCode(hash);
    if (screen === null) return false;
    screen.code = null;
    this.#tell('screen.start', screen.name, { userId: null, userName: screen.name, address });
    return true;
  }

  async remove(screenId: string, actor: Actor): Promise<void> {
    const { name } = this.#held(screenId);
    this.#screens.delete(screenId);
    this.#tell('screen.remove', name, actor);
  }

  #byCode(hash: string): Held | null {
    return [...this.#screens.values()].find(({ code }) => this.#isGood(code) && code.hash === hash) ?? null;
  }

  #held(screenId: string): Held {
    const screen = this.#screens.get(screenId);
    if (screen === undefined) throw new AppError('NOT_FOUND', { detail: 'screen' });
    return screen;
  }

  #isGood(code: KeptCode | null): code is KeptCode {
    return code !== null && code.untilMs > this.#clock.nowMs();
  }

  #tell(action: AuditAction, subject: string, { userName }: Actor): void {
    this.changes.push({ action, subject, by: userName });
  }
}
