/** Playbacks that were opened, as rows: whose, of what span, in whose scope. Called by admin/playback/. */
import type { CompanyScope } from '../company-scope.ts';
import { type Queryable, queryRows } from '../pool.ts';
import { instantOf } from '../range-partitions.ts';

export interface PlaybackRow {
  readonly playbackId: string;
  readonly userId: string;
  readonly companyCode: CompanyScope;
  readonly fromMs: number;
  readonly toMs: number;
  readonly madeAtMs: number;
}

/** Those made before `forgetBeforeMs` go. */
export async function insertPlayback(db: Queryable, playback: PlaybackRow, forgetBeforeMs: number): Promise<void> {
  const { playbackId, userId, companyCode, fromMs, toMs, madeAtMs } = playback;
  await queryRows(db, 'DELETE FROM playback WHERE made_at < $1', [instantOf(forgetBeforeMs)]);
  await queryRows(
    db,
    'INSERT INTO playback (playback_id, user_id, company_code, from_at, to_at, made_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [playbackId, userId, companyCode, instantOf(fromMs), instantOf(toMs), instantOf(madeAtMs)],
  );
}

export async function findPlayback(db: Queryable, playbackId: string): Promise<PlaybackRow | null> {
  const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;
  const [row] = await queryRows<PlaybackRow>(
    db,
    `SELECT playback_id AS "playbackId", user_id AS "userId", company_code AS "companyCode", ${ms('from_at')} AS "fromMs",
       ${ms('to_at')} AS "toMs", ${ms('made_at')} AS "madeAtMs"
     FROM playback WHERE playback_id = $1::uuid`,
    [playbackId],
  );
  return row ?? null;
}
