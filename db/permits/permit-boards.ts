/** Boards of permits: a day, a year by months, companies of a day, alarms by rule. Every read takes a company scope. */
import { parkDayStartMs } from '../../core/park-time.ts';
import type { CompaniesBoard, DayBoard, MonthsBoard, PermitAlarmsBoard } from '../../stream/protocol/permit-api.ts';
import type { CompanyScope } from '../company-scope.ts';
import { type Pool, queryRows } from '../pool.ts';

const DAY_MS = 86_400_000;

/** `companyCode`: of those in scope this one; null: all. */
export async function readDayBoard(
  pool: Pool,
  scope: CompanyScope,
  day: string,
  companyCode: string | null,
): Promise<DayBoard> {
  const [rows, booked] = await Promise.all([
    queryRows<DayBoard['counts'][number] & { readonly alarmed: number; readonly open: number }>(
      pool,
      `SELECT work_code AS "workCode", status, count(*) AS count, count(*) FILTER (WHERE alarm_count > 0) AS alarmed,
         sum(open_alarms) AS open
       FROM permit
       WHERE standing AND day = $3::date AND ($1::text IS NULL OR company_code = $1) AND ($2::text IS NULL OR company_code = $2)
       GROUP BY 1, 2 ORDER BY 1, 2`,
      [scope, companyCode, day],
    ),
    countBooked(pool, scope, day, companyCode),
  ]);
  const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    day,
    total: sum(({ count }) => count),
    counts: rows.map(({ workCode, status, count }) => ({ workCode, status, count })),
    booked,
    alarmed: sum(({ alarmed }) => alarmed),
    openAlarms: sum(({ open }) => open),
  };
}

/** Bookings of the day that stand, and activities of the day that no permit names yet. */
async function countBooked(pool: Pool, scope: CompanyScope, day: string, companyCode: string | null): Promise<number> {
  const [row] = await queryRows<{ n: number }>(
    pool,
    `SELECT
       (SELECT count(*) FROM reg_work_bookings
        WHERE removed_at IS NULL AND state IN ('booked', 'filed') AND starts_at >= $3 AND starts_at < $4
          AND ($1::text IS NULL OR company_code = $1) AND ($2::text IS NULL OR company_code = $2))
       + (SELECT count(*) FROM vendor_record a
          WHERE a.interface = 'activities' AND NOT a.joint_test AND NOT a.deleted AND a.at >= $3 AND a.at < $4
            AND ($1::text IS NULL OR a.company_code = $1) AND ($2::text IS NULL OR a.company_code = $2)
            AND NOT EXISTS (SELECT FROM permit p
              WHERE p.standing AND p.company_code = a.company_code AND p.activity_id = a.record_id)) AS n`,
    [scope, companyCode, new Date(parkDayStartMs(day)), new Date(parkDayStartMs(day) + DAY_MS)],
  );
  return row?.n ?? 0;
}

export async function readMonthsBoard(
  pool: Pool,
  scope: CompanyScope,
  year: number,
  companyCode: string | null,
): Promise<MonthsBoard> {
  const rows = await queryRows<{ month: number; workCode: string; permits: number }>(
    pool,
    `SELECT extract(month FROM month)::int AS month, work_code AS "workCode", sum(permits) AS permits FROM permit_month
     WHERE month >= make_date($3, 1, 1) AND month < make_date($3 + 1, 1, 1)
       AND ($1::text IS NULL OR company_code = $1) AND ($2::text IS NULL OR company_code = $2)
     GROUP BY 1, 2 HAVING sum(permits) <> 0 ORDER BY 1, 2`,
    [scope, companyCode, year],
  );
  return {
    year,
    months: Array.from({ length: 12 }, (_, i) => ({
      month: i + 1,
      counts: Object.fromEntries(
        rows.filter(({ month }) => month === i + 1).map(({ workCode, permits }) => [workCode, permits]),
      ),
    })),
  };
}

/** Most permits first. */
export async function readCompaniesBoard(pool: Pool, scope: CompanyScope, day: string): Promise<CompaniesBoard> {
  const companies = await queryRows<CompaniesBoard['companies'][number]>(
    pool,
    `SELECT p.company_code AS "companyCode", coalesce(max(c.name), max(p.company_name)) AS "companyName",
       count(*) AS total, count(*) FILTER (WHERE p.status = 'working') AS working,
       count(*) FILTER (WHERE p.status = 'paused') AS paused, count(*) FILTER (WHERE p.status = 'accepted') AS accepted,
       count(*) FILTER (WHERE p.alarm_count > 0) AS alarmed
     FROM permit p LEFT JOIN company c ON c.code = p.company_code
     WHERE p.standing AND p.day = $2::date AND ($1::text IS NULL OR p.company_code = $1)
     GROUP BY 1 ORDER BY total DESC, 1`,
    [scope, day],
  );
  return { day, companies };
}

/** Of alarms raised in [fromMs, toMs): open are those that nobody acknowledged yet, closed those that need nobody any more. */
export async function readAlarmsBoard(
  pool: Pool,
  scope: CompanyScope,
  fromMs: number,
  toMs: number,
  companyCode: string | null,
): Promise<PermitAlarmsBoard> {
  const rules = await queryRows<PermitAlarmsBoard['rules'][number]>(
    pool,
    `SELECT rule, permit_code AS code, count(*) AS count,
       count(*) FILTER (WHERE ended_at IS NULL AND NOT acknowledged) AS open,
       count(*) FILTER (WHERE ended_at IS NULL AND acknowledged) AS acknowledged,
       count(ended_at) AS closed, count(*) FILTER (WHERE is_false) AS "falseCount"
     FROM alarm
     WHERE permit_id IS NOT NULL AND raised_at >= $3 AND raised_at < $4
       AND ($1::text IS NULL OR permit_company_code = $1) AND ($2::text IS NULL OR permit_company_code = $2)
     GROUP BY 1, 2 ORDER BY count DESC, 1, 2`,
    [scope, companyCode, new Date(fromMs), new Date(toMs)],
  );
  return { rules };
}
