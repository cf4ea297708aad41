/**
 * Score cards of vendors: hours counted by the role `quality` (alarms/score-card.ts), joined with the books, the findings and
 * the online rate. Writing is adding, so that several writers of one hour lose nothing.
 */

import { delayQuantileMs, type HourTally, scoreOf } from '../alarms/score-card.ts';
import { parkDay } from '../core/park-time.ts';
import type { ScoreCard } from '../core/reporting-api.ts';
import type { CompanyScope } from './company-scope.ts';
import { readFindings } from './findings.ts';
import { readLedger } from './ledger.ts';
import { readOnlineMinutes } from './online-rate.ts';
import { type Pool, queryRows } from './pool.ts';

const COUNTS = ['records', 'late', 'ahead', 'compared', 'implausible', 'fields_given', 'fields_asked'] as const;

const ADD = `
  INSERT INTO vendor_hour AS v (hour, company_code, interface, delays, ${COUNTS.join(', ')})
  SELECT * FROM jsonb_to_recordset($1::jsonb)
    AS r (hour timestamptz, company_code text, interface text, delays bigint[], ${COUNTS.map((one) => `${one} bigint`).join(', ')})
  ON CONFLICT (hour, company_code, interface) DO UPDATE SET
    delays = (SELECT array_agg(a + b ORDER BY i) FROM unnest(v.delays, excluded.delays) WITH ORDINALITY AS u (a, b, i)),
    ${COUNTS.map((one) => `${one} = v.${one} + excluded.${one}`).join(', ')}`;

/** Throws AppError DATABASE_UNAVAILABLE. */
export async function addHours(pool: Pool, tallies: readonly HourTally[]): Promise<void> {
  if (tallies.length === 0) return;
  const rows = tallies.map((one) => ({
    hour: new Date(one.hourMs).toISOString(),
    company_code: one.companyCode,
    interface: one.interfaceName,
    delays: one.delays,
    records: one.records,
    late: one.late,
    ahead: one.ahead,
    compared: one.compared,
    implausible: one.implausible,
    fields_given: one.fieldsGiven,
    fields_asked: one.fieldsAsked,
  }));
  await queryRows(pool, ADD, [JSON.stringify(rows)]);
}

export interface ScoreQuery {
  /** By receipt; whole hours of it are scored. */
  readonly fromMs: number;
  readonly toMs: number;
  /** null: every company in scope. */
  readonly companyCode: string | null;
}

interface HourSums {
  readonly companyCode: string;
  readonly interfaceName: string;
  readonly delays: number[];
  readonly records: number;
  readonly late: number;
  readonly ahead: number;
  readonly compared: number;
  readonly implausible: number;
  readonly given: number;
  readonly asked: number;
}

const SPAN = `hour >= date_trunc('hour', $2::timestamptz) AND hour < $3
  AND ($1::text IS NULL OR company_code = $1) AND ($4::text IS NULL OR company_code = $4)`;

const SUMS = `
  WITH delays AS (
    SELECT company_code, interface, array_agg(held ORDER BY i) AS delays FROM (
      SELECT company_code, interface, i, sum(d)::bigint AS held
      FROM vendor_hour, unnest(delays) WITH ORDINALITY AS u (d, i) WHERE ${SPAN} GROUP BY 1, 2, 3
    ) AS by_bucket GROUP BY 1, 2
  )
  SELECT company_code AS "companyCode", interface AS "interfaceName", d.delays::float8[] AS delays,
    ${['records', 'late', 'ahead', 'compared', 'implausible'].map((one) => `sum(v.${one})::float8 AS ${one}`).join(', ')},
    sum(v.fields_given)::float8 AS given, sum(v.fields_asked)::float8 AS asked
  FROM vendor_hour v JOIN delays d USING (company_code, interface) WHERE ${SPAN}
  GROUP BY company_code, interface, d.delays ORDER BY company_code, interface`;

const REFUSED = `
  SELECT company_code AS "companyCode", interface AS "interfaceName", code, sum(requests)::float8 AS requests
  FROM ledger_refusal
  WHERE minute >= $2 AND minute < $3 AND ($1::text IS NULL OR company_code = $1) AND ($4::text IS NULL OR company_code = $4)
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

const keyOf = (companyCode: string, interfaceName: string): string => `${companyCode}/${interfaceName}`;
const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);

/** By company and interface, in that order. The online rate is of the days that the span touches. Throws AppError DATABASE_UNAVAILABLE. */
export async function readScoreCards(pool: Pool, scope: CompanyScope, query: ScoreQuery): Promise<ScoreCard[]> {
  const { fromMs, toMs, companyCode } = query;
  const values = [scope, new Date(fromMs), new Date(toMs), companyCode];
  const [hours, refused, books, findings, online] = await Promise.all([
    queryRows<HourSums>(pool, SUMS, values),
    queryRows<{ companyCode: string; interfaceName: string; code: string; requests: number }>(pool, REFUSED, values),
    readLedger(pool, scope, { fromMs, toMs, companyCode }),
    readFindings(pool, scope),
    readOnlineMinutes(pool, scope, parkDay(fromMs), parkDay(toMs - 1)),
  ]);
  const hoursOf = new Map(hours.map((one) => [keyOf(one.companyCode, one.interfaceName), one]));
  const booksOf = new Map(books.map((one) => [keyOf(one.companyCode, one.interface), one]));
  const onlineOf = new Map(online.map((one) => [keyOf(one.companyCode, one.interfaceName), one]));
  // A company that only ever sent what was refused has a card too.
  const keys = [...new Set([...hoursOf.keys(), ...booksOf.keys()])].filter((key) => !key.startsWith('/')).sort();
  return keys.map((key): ScoreCard => {
    const code = key.slice(0, key.indexOf('/'));
    const interfaceName = key.slice(code.length + 1);
    const hour = hoursOf.get(key);
    const book = booksOf.get(key);
    const minutes = onlineOf.get(key);
    const open =
      interfaceName === 'positions' ? findings.filter((one) => one.companyCode === code && one.endedAtMs === null) : [];
    const shares = {
      lateShare: share(hour?.late ?? 0, hour?.records ?? 0),
      aheadShare: share(hour?.ahead ?? 0, hour?.records ?? 0),
      duplicateShare: share(book?.duplicate ?? 0, (book?.received ?? 0) - (book?.refused ?? 0)),
      refusedShare: share(book?.refused ?? 0, book?.received ?? 0),
      implausibleShare: share(hour?.implausible ?? 0, hour?.compared ?? 0),
      completeShare: share(hour?.given ?? 0, hour?.asked ?? 0),
      onlineRate: share(minutes?.online ?? 0, minutes?.counted ?? 0),
    };
    const refusedRequests = refused.filter((one) => keyOf(one.companyCode, one.interfaceName) === key);
    return {
      companyCode: code,
      interfaceName,
      score: scoreOf({
        online: shares.onlineRate,
        refused: shares.refusedShare,
        late: shares.lateShare,
        duplicate: shares.duplicateShare,
        ahead: shares.aheadShare,
        implausible: shares.implausibleShare,
        complete: shares.completeShare,
        findings: open.length,
      }),
      records: hour?.records ?? 0,
      delayP50Ms: delayQuantileMs(hour?.delays ?? [], 0.5),
      delayP95Ms: delayQuantileMs(hour?.delays ?? [], 0.95),
      ...shares,
      refusedRequests: Object.fromEntries(refusedRequests.map((one) => [one.code, one.requests])),
      findings: open.map(({ kind }) => kind),
    };
  });
}
