/**
 * Where each company stands with each interface (table company_interface): joint test, trial, live. Going up needs the
 * check-list of the joint test, or a reason why not; every change is on record and told to the front door.
 */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Pool, queryRows, withTransaction } from '../db/pool.ts';
import { CHECK_LIST, type CheckListItem, STEADY_FOR_S, STEADY_GAP_S } from '../stream/protocol/check-list.ts';
import {
  INTERFACE_STAGES,
  INTERFACES,
  type InterfaceName,
  type InterfaceStage,
} from '../stream/protocol/vocabulary.ts';
import { type Actor, insertAudit } from './audit.ts';
import type { InputFault } from './route.ts';

export interface CheckedItem extends CheckListItem {
  /** First proof; null: not shown yet. */
  readonly firstAt: Date | null;
  readonly batchId: string | null;
}

export interface InterfaceStanding {
  readonly companyCode: string;
  readonly companyName: string;
  readonly interfaceName: InterfaceName;
  readonly stage: InterfaceStage;
  readonly changedAt: Date | null;
  readonly changedBy: string | null;
  readonly checkList: readonly CheckedItem[];
}

export interface StageRequest {
  readonly companyCode: string;
  readonly interfaceName: InterfaceName;
  readonly stage: InterfaceStage;
  /** Why the check-list need not hold; null: it must. */
  readonly forcedBecause: string | null;
}

export interface StageParts {
  readonly pool: Pool;
  /** Tells the front door that what it knows of a credential is old. */
  readonly announcer: { changed(appId: string): Promise<void> };
}

/** Every interface of one company, or of all. Throws AppError NOT_FOUND (no such company), DATABASE_UNAVAILABLE. */
export async function readStandings(
  pool: Pool,
  clock: Clock,
  companyCode: string | null,
): Promise<InterfaceStanding[]> {
  const rows = await queryRows<Omit<InterfaceStanding, 'checkList'>>(
    pool,
    `SELECT c.code AS "companyCode", c.name AS "companyName", n.interface AS "interfaceName", coalesce(i.stage, 'joint') AS stage,
       i.changed_at AS "changedAt", i.changed_by AS "changedBy"
     FROM company c CROSS JOIN unnest($2::text[]) WITH ORDINALITY AS n (interface, place)
     LEFT JOIN company_interface i ON i.company_code = c.code AND i.interface = n.interface
     WHERE $1::text IS NULL OR c.code = $1 ORDER BY c.code, n.place`,
    [companyCode, INTERFACES],
  );
  if (rows.length === 0 && companyCode !== null) throw new AppError('NOT_FOUND', { detail: `company ${companyCode}` });
  const shown = await readSamples(pool, clock, companyCode);
  return rows.map((row) => ({
    ...row,
    checkList: CHECK_LIST[row.interfaceName].map((item) => ({
      ...item,
      ...(shown.get(`${row.companyCode}/${row.interfaceName}/${item.sample}`) ?? { firstAt: null, batchId: null }),
    })),
  }));
}

/** Throws AppError NOT_FOUND (no such company), DATABASE_UNAVAILABLE. */
export async function setStage(
  parts: StageParts,
  clock: Clock,
  actor: Actor,
  request: StageRequest,
): Promise<Result<InterfaceStanding, InputFault>> {
  const { companyCode, interfaceName, stage, forcedBecause } = request;
  const standing = (await readStandings(parts.pool, clock, companyCode)).find(
    (one) => one.interfaceName === interfaceName,
  );
  if (standing === undefined)
    return err({ code: 'INPUT_INVALID', detail: `interface: none of ${INTERFACES.join(', ')}` });
  const missing = standing.checkList.filter(({ firstAt }) => firstAt === null).map(({ sample }) => sample);
  const goesUp = INTERFACE_STAGES.indexOf(stage) > INTERFACE_STAGES.indexOf(standing.stage);
  if (goesUp && missing.length > 0 && forcedBecause === null) {
    return err({ code: 'INPUT_INVALID', detail: `the joint test has not shown: ${missing.join(', ')}` });
  }
  const changedAt = new Date(clock.nowMs());
  const appIds = await withTransaction(parts.pool, async (client) => {
    await queryRows(
      client,
      `INSERT INTO company_interface (company_code, interface, stage, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (company_code, interface)
       DO UPDATE SET stage = excluded.stage, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
      [companyCode, interfaceName, stage, changedAt, actor.userName],
    );
    const detail = { interface: interfaceName, from: standing.stage, to: stage, missing, forcedBecause };
    await insertAudit(client, { actor, action: 'stage.set', subject: companyCode, outcome: 'ok', detail });
    return queryRows<{ appId: string }>(client, 'SELECT app_id AS "appId" FROM credential WHERE company_code = $1', [
      companyCode,
    ]);
  });
  for (const { appId } of appIds) await parts.announcer.changed(appId);
  return ok({ ...standing, stage, changedAt, changedBy: actor.userName });
}

type Shown = Pick<CheckedItem, 'firstAt' | 'batchId'>;

/** By company/interface/sample. */
async function readSamples(pool: Pool, clock: Clock, companyCode: string | null): Promise<Map<string, Shown>> {
  const [noted, steady] = await Promise.all([
    queryRows<Shown & { key: string }>(
      pool,
      `SELECT company_code || '/' || interface || '/' || sample AS key, first_at AS "firstAt", batch_id AS "batchId"
       FROM interface_sample WHERE $1::text IS NULL OR company_code = $1`,
      [companyCode],
    ),
    readSteady(pool, clock, companyCode),
  ]);
  return new Map([...noted, ...steady].map(({ key, firstAt, batchId }) => [key, { firstAt, batchId }]));
}

const STEADY_WITHIN_MS = 24 * 3_600_000;

/** Who, in the last day of joint tests, sent long enough without a gap. Looks at those rows alone. */
function readSteady(pool: Pool, clock: Clock, companyCode: string | null): Promise<(Shown & { key: string })[]> {
  return queryRows<Shown & { key: string }>(
    pool,
    `WITH fix AS (
       SELECT p.company_code, p.id, x.observed_at,
         x.observed_at - lag(x.observed_at) OVER (PARTITION BY p.id ORDER BY x.observed_at) > $3 * interval '1 s' AS is_gap
       FROM person p JOIN position x ON x.person_id = p.id
       WHERE p.joint_test AND ($1::text IS NULL OR p.company_code = $1) AND x.observed_at >= $2
     ), run AS (
       SELECT company_code, id, observed_at,
         count(*) FILTER (WHERE is_gap) OVER (PARTITION BY id ORDER BY observed_at) AS run
       FROM fix
     ), steady AS (
       SELECT company_code, max(observed_at) AS ended_at FROM run GROUP BY company_code, id, run
       HAVING max(observed_at) - min(observed_at) >= $4 * interval '1 s'
     )
     SELECT company_code || '/positions/steady' AS key, min(ended_at) AS "firstAt", NULL::text AS "batchId"
     FROM steady GROUP BY company_code`,
    [companyCode, new Date(clock.nowMs() - STEADY_WITHIN_MS), STEADY_GAP_S, STEADY_FOR_S],
  );
}
