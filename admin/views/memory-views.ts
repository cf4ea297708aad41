/** Twin of the desk of saved views. */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type NamedThings, type SavedView, VIEWS_MAX, type ViewState } from '../../core/views-api.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import type { Actor } from '../audit.ts';
import type { ViewDesk, ViewKey } from './views.ts';

const byName = (a: SavedView, b: SavedView): number => (a.name < b.name ? -1 : 1);

export class MemoryViewDesk implements ViewDesk {
  readonly #clock: Clock;
  readonly #views = new Map<string | null, Map<string, SavedView>>();
  readonly changes: { readonly action: 'view.put' | 'view.remove'; readonly key: ViewKey; readonly by: string }[] = [];
  named: NamedThings = { companies: [], cameras: [] };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async list(userId: string, scope: CompanyScope): Promise<SavedView[]> {
    const of = (owner: string | null) => [...(this.#views.get(owner)?.values() ?? [])].sort(byName);
    return [...of(userId), ...(scope === null ? of(null) : [])];
  }

  async put(key: ViewKey, view: ViewState, actor: Actor): Promise<void> {
    const { userId, name } = key;
    const views = this.#views.get(userId) ?? new Map<string, SavedView>();
    if (!views.has(name) && views.size >= VIEWS_MAX) {
      throw new AppError('CONFLICT', { detail: `${VIEWS_MAX} views are there` });
    }
    const owner = userId === null ? 'park' : 'own';
    views.set(name, { owner, name, view, updatedAtMs: this.#clock.nowMs(), updatedBy: actor.userName });
    this.#views.set(userId, views);
    this.changes.push({ action: 'view.put', key, by: actor.userName });
  }

  async remove(key: ViewKey, actor: Actor): Promise<void> {
    if (this.#views.get(key.userId)?.delete(key.name) !== true) throw new AppError('NOT_FOUND', { detail: key.name });
    this.changes.push({ action: 'view.remove', key, by: actor.userName });
  }

  async names(scope: CompanyScope): Promise<NamedThings> {
    const { companies, cameras } = this.named;
    return {
      companies: companies.filter(({ code }) => scope === null || code === scope),
      cameras: cameras.filter(({ companyCode }) => scope === null || companyCode === scope),
    };
  }
}
