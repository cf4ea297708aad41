/** Rows of saved views, and the names that the search box knows. */
import type { NamedCamera, SavedView, ViewState } from '../core/views-api.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Queryable, queryRows } from './pool.ts';

/** Own ones first, by name. `isOfPark`: with those of the park. */
export const readViews = (db: Queryable, userId: string, isOfPark: boolean): Promise<SavedView[]> =>
  queryRows<SavedView>(
    db,
    `SELECT CASE WHEN user_id IS NULL THEN 'park' ELSE 'own' END AS owner, name, view,
       (extract(epoch FROM updated_at) * 1000)::bigint AS "updatedAtMs", updated_by AS "updatedBy"
     FROM saved_view WHERE user_id = $1 OR (user_id IS NULL AND $2) ORDER BY user_id IS NULL, name COLLATE "C"`,
    [userId, isOfPark],
  );

/** Own an owner's views until the transaction ends, so that two requests do not pass the limit together. */
export const lockViews = (db: Queryable, userId: string | null): Promise<object[]> =>
  queryRows(db, `SELECT pg_advisory_xact_lock(hashtextextended('saved_view:' || coalesce($1, ''), 0))`, [userId]);

/** Names of an owner's views. */
export const readViewNames = async (db: Queryable, userId: string | null): Promise<string[]> =>
  (
    await queryRows<{ name: string }>(db, 'SELECT name FROM saved_view WHERE user_id IS NOT DISTINCT FROM $1::uuid', [
      userId,
    ])
  ).map(({ name }) => name);

export async function writeView(
  db: Queryable,
  row: {
    readonly userId: string | null;
    readonly name: string;
    readonly view: ViewState;
    readonly atMs: number;
    readonly by: string;
  },
): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO saved_view (user_id, name, view, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (user_id, name) DO UPDATE SET view = excluded.view, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    [row.userId, row.name, JSON.stringify(row.view), new Date(row.atMs), row.by],
  );
}

/** false: there was none. */
export async function deleteView(db: Queryable, userId: string | null, name: string): Promise<boolean> {
  const gone = await queryRows(
    db,
    'DELETE FROM saved_view WHERE user_id IS NOT DISTINCT FROM $1::uuid AND name = $2 RETURNING name',
    [userId, name],
  );
  return gone.length > 0;
}

export const readCompanies = (db: Queryable, scope: CompanyScope): Promise<{ code: string; name: string }[]> =>
  queryRows(db, 'SELECT code, name FROM company WHERE $1::text IS NULL OR code = $1 ORDER BY code COLLATE "C"', [
    scope,
  ]);

export const readNamedCameras = (db: Queryable, scope: CompanyScope, limit: number): Promise<NamedCamera[]> =>
  queryRows<NamedCamera>(
    db,
    `SELECT company_code AS "companyCode", code, name, (place ->> 'lng')::float8 AS lng, (place ->> 'lat')::float8 AS lat
     FROM reg_cameras WHERE removed_at IS NULL AND ($1::text IS NULL OR company_code = $1)
     ORDER BY company_code COLLATE "C", code COLLATE "C" LIMIT $2`,
    [scope, limit],
  );
