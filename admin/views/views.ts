/** Saved views of the control room, and the names that its search box knows. Invariant: a user sees and changes own views alone; park-wide ones are for the whole park's readers. */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { CAMERAS_NAMED, type NamedThings, type SavedView, VIEWS_MAX, type ViewState } from '../../core/views-api.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import {
  deleteView,
  lockViews,
  readCompanies,
  readNamedCameras,
  readViewNames,
  readViews,
  writeView,
} from '../../db/saved-views.ts';
import { type Actor, insertAudit } from '../audit.ts';

/** Whose view it is. */
export interface ViewKey {
  /** null: of the park. */
  readonly userId: string | null;
  readonly name: string;
}

/** Throws AppError DATABASE_UNAVAILABLE. Twin: memory-views.ts. */
export interface ViewDesk {
  /** Own ones first, by name. `scope`: a company's readers see none of the park's. */
  list(userId: string, scope: CompanyScope): Promise<SavedView[]>;
  /** Replaces what is there under the name. Throws AppError CONFLICT: VIEWS_MAX are there. */
  put(key: ViewKey, view: ViewState, actor: Actor): Promise<void>;
  /** Throws AppError NOT_FOUND. */
  remove(key: ViewKey, actor: Actor): Promise<void>;
  names(scope: CompanyScope): Promise<NamedThings>;
}

const subjectOf = ({ userId, name }: ViewKey): string => (userId === null ? `park/${name}` : name);

export class StoredViewDesk implements ViewDesk {
  readonly #pool: Pool;
  readonly #clock: Clock;

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  list(userId: string, scope: CompanyScope): Promise<SavedView[]> {
    return readViews(this.#pool, userId, scope === null);
  }

  put(key: ViewKey, view: ViewState, actor: Actor): Promise<void> {
    return withTransaction(this.#pool, async (client) => {
      await lockViews(client, key.userId);
      const names = await readViewNames(client, key.userId);
      if (!names.includes(key.name) && names.length >= VIEWS_MAX) {
        throw new AppError('CONFLICT', { detail: `${VIEWS_MAX} views are there` });
      }
      await writeView(client, { ...key, view, atMs: this.#clock.nowMs(), by: actor.userName });
      await insertAudit(client, {
        actor,
        action: 'view.put',
        subject: subjectOf(key),
        outcome: 'ok',
        detail: { view },
      });
    });
  }

  remove(key: ViewKey, actor: Actor): Promise<void> {
    return withTransaction(this.#pool, async (client) => {
      if (!(await deleteView(client, key.userId, key.name)))
        throw new AppError('NOT_FOUND', { detail: subjectOf(key) });
      await insertAudit(client, { actor, action: 'view.remove', subject: subjectOf(key), outcome: 'ok' });
    });
  }

  async names(scope: CompanyScope): Promise<NamedThings> {
    return {
      companies: await readCompanies(this.#pool, scope),
      cameras: await readNamedCameras(this.#pool, scope, CAMERAS_NAMED),
    };
  }
}
