/**
 * Boards and lists of permits over three years of a park: 1,000,000 permits of 30 companies, one in ten with alarms; what each
 * takes over and over with other days, companies and words. And how many words a second become permits, and what they take.
 * Run: node dist/bench/db/permit-boards.bench.js [--rows 1000000] [--json]
 */

import { performance } from 'node:perf_hooks';
import { parkDayStartMs } from '../../core/park-time.ts';
import { readAlarmsBoard, readCompaniesBoard, readDayBoard, readMonthsBoard } from '../../db/permits/permit-boards.ts';
import { findPermits, type PermitFilter } from '../../db/permits/permit-lists.ts';
import { applyPermits, countAlarmsOfPermits } from '../../db/permits/permit-rows.ts';
import { type Pool, queryRows, withTransaction } from '../../db/pool.ts';
import { mergePermit } from '../../stream/protocol/permit-merge.ts';
import { aPermit, aWord } from '../../stream/protocol/permits.fixture.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';
import { createRandom } from '../random.ts';
import { withBenchDatabase } from './bench-database.ts';

const DEFAULT_ROWS = 1_000_000;
const COMPANIES = 30;
const DAYS = 3 * 365;
const LAST_DAY = '2026-11-20';
const RUNS = 200;
const PAGE = 50;
const DAY_MS = 86_400_000;

const rowsWanted = (): number => {
  const at = process.argv.indexOf('--rows');
  return at === -1 ? DEFAULT_ROWS : Number(process.argv[at + 1]);
};

const CODES = `'{01,02,03,03,10,10,21,22,23,24,30,40,50,61,62,63,70,70,90,90}'::text[]`;
const SITES = `'{一号装置管廊,二号装置反应釜,罐区东侧,污水处理站,循环水泵房,变电所,装车栈台,火炬区,三号装置框架,空分厂房}'::text[]`;
const JOBS = `'{管廊支架焊接,法兰更换,清罐检查,电缆敷设,脚手架搭设,换热器抽芯,设备吊装,管线盲板,地沟开挖,道路封闭}'::text[]`;

/** Days are filled evenly; the last is under way. */
async function fill(pool: Pool, rows: number): Promise<void> {
  const indexes = await queryRows<{ name: string; definition: string }>(
    pool,
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
     FROM pg_index WHERE indrelid = 'permit'::regclass AND NOT indisprimary`,
  );
  for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`);
  const state = mergePermit(null, aPermit(), 0);
  await pool.query(
    `INSERT INTO company (code, name) SELECT 'C' || lpad(n::text, 8, '0'), '示例化工' || n FROM generate_series(1, $1::int) AS n`,
    [COMPANIES],
  );
  await pool.query(
    `INSERT INTO permit (company_code, permit_id, joint_test, deleted, state, number, company_name, work_code, status, applicant,
       content, site, lng, lat, units, responsible_name, is_contractor, valid_from, valid_to, started_at, ended_at, accepted_at,
       work_at, day, span, updated_at, received_at, words, alarm_count, open_alarms, worst_level)
     SELECT company, 'permit-' || n, false, false, $2::jsonb, 'ZY-' || lpad(n::text, 7, '0'), company, code, status, '生产' || n % 9 || '部',
       content, site, 121.48, 30.8, ARRAY['检修公司' || n % 400], '赵主任', n % 2 = 0, began, began + interval '8 hours', began,
       began + interval '6 hours', began + interval '7 hours', began, (began AT TIME ZONE 'Asia/Shanghai')::date,
       tstzrange(began - interval '30 minutes', began + interval '8 hours', '[]'), began, began,
       search_form('ZY-' || lpad(n::text, 7, '0') || chr(10) || content || chr(10) || site || chr(10) || '生产' || n % 9 || '部' || chr(10)
         || '检修公司' || n % 400),
       CASE WHEN n % 10 = 0 THEN 1 + n % 2 ELSE 0 END, CASE WHEN n % 10 = 0 AND is_today THEN 1 ELSE 0 END,
       CASE WHEN n % 10 = 0 THEN 1 + n % 4 END
     FROM (
       SELECT n, 'C' || lpad((1 + n::bigint * 7919 % $3)::text, 8, '0') AS company, (${CODES})[1 + n * 31 % 20] AS code,
         (${JOBS})[1 + n * 17 % 10] || n % 300 || '号' AS content, (${SITES})[1 + n * 13 % 10] AS site,
         n > $1 - $1 / $4 AS is_today,
         CASE WHEN n <= $1 - $1 / $4 THEN (ARRAY['accepted', 'accepted', 'accepted', 'void', 'withdrawn'])[1 + n % 5]
           ELSE (ARRAY['applied', 'issued', 'working', 'working', 'paused', 'accepted'])[1 + n % 6] END AS status,
         $5::timestamptz - (($1 - n)::bigint * $4 / $1) * interval '1 day' + (n % 1440) * interval '1 minute' AS began
       FROM generate_series(1, $1::int) AS n) AS made`,
    [rows, JSON.stringify(state), COMPANIES, DAYS, new Date(parkDayStartMs(LAST_DAY))],
  );
  for (const { definition } of indexes) await pool.query(definition);
  await pool.query(
    `INSERT INTO permit_month SELECT date_trunc('month', day)::date, company_code, work_code, count(*) FROM permit GROUP BY 1, 2, 3`,
  );
  const facts = [{ name: 'distance', value: 42, unit: 'm' }];
  await pool.query(
    `INSERT INTO alarm (alarm_id, rule, level, company_codes, active, acknowledged, onset_at, raised_at, ended_at, view)
     SELECT 'a' || permit_id || k, (ARRAY['guardian-away', 'gas-stale', 'permit-expired', 'no-video'])[1 + k + n % 3], 1 + n % 4,
       ARRAY[company_code], false, true, work_at, work_at + k * interval '1 hour',
       CASE WHEN open_alarms = 0 THEN work_at + interval '2 hours' END,
       jsonb_build_object('permit', jsonb_build_object('companyCode', company_code, 'permitId', permit_id, 'code',
         (ARRAY['31', '02', '10', 'L01'])[1 + k + n % 3], 'facts', $1::jsonb), 'falseMark', NULL, 'subject', repeat('x', 900))
     FROM (SELECT *, row_number() OVER ()::int AS n FROM permit WHERE alarm_count > 0) p, LATERAL generate_series(0, alarm_count - 1) AS k`,
    [JSON.stringify(facts)],
  );
  await pool.query('VACUUM ANALYZE permit, permit_month, alarm');
}

interface Question {
  readonly name: string;
  readonly ask: (random: () => number) => Promise<unknown>;
}

function questions(pool: Pool): Question[] {
  const day = (random: () => number): string =>
    new Date(Date.parse(`${LAST_DAY}T00:00:00Z`) - Math.floor(random() * DAYS) * DAY_MS).toISOString().slice(0, 10);
  const company = (random: () => number): string => `C${String(1 + Math.floor(random() * COMPANIES)).padStart(8, '0')}`;
  const year = (random: () => number): number => 2024 + Math.floor(random() * 3);
  const list = (
    name: string,
    filter: (random: () => number) => PermitFilter,
    scope: (r: () => number) => string | null,
  ): Question => ({
    name,
    ask: (random) => {
      const asked = filter(random);
      const of = scope(random);
      return findPermits(pool, of, asked, PAGE, null);
    },
  });
  const span = (days: number) => (random: () => number) => {
    const fromMs = parkDayStartMs(day(random));
    return { fromMs, toMs: fromMs + days * DAY_MS };
  };
  const park = (): null => null;
  return [
    { name: 'day board', ask: (random) => readDayBoard(pool, null, day(random), null) },
    { name: 'day board of a company', ask: (random) => readDayBoard(pool, company(random), day(random), null) },
    { name: 'months board', ask: (random) => readMonthsBoard(pool, null, year(random), null) },
    { name: 'companies board', ask: (random) => readCompaniesBoard(pool, null, day(random)) },
    {
      name: 'alarms board of a month',
      ask: (random) => {
        const { fromMs, toMs } = span(31)(random);
        return readAlarmsBoard(pool, null, fromMs, toMs, null);
      },
    },
    {
      name: 'alarms board of a year',
      ask: (random) => {
        const { fromMs, toMs } = span(365)(random);
        return readAlarmsBoard(pool, null, fromMs, toMs, null);
      },
    },
    list('newest', () => ({}), park),
    list('newest of a company', () => ({}), company),
    list('of a day', span(1), park),
    list('of a month', span(31), park),
    list('of a month of a company', span(31), company),
    list('special-level hot work', () => ({ workCodes: ['01'] }), park),
    list('working now', () => ({ statuses: ['working'] }), park),
    list('alarmed in a month', (random) => ({ ...span(31)(random), alarmed: true }), park),
    list('a number', (random) => ({ search: `ZY-${String(Math.floor(random() * 1e6)).padStart(7, '0')}` }), park),
    list('a word', (random) => ({ search: ['管廊', '反应釜', '变电所', '吊装'][Math.floor(random() * 4)]! }), park),
    list('a word of a company', (random) => ({ search: `${Math.floor(random() * 300)}号` }), company),
    list('a unit', (random) => ({ unit: `检修公司${Math.floor(random() * 400)}` }), park),
  ];
}

const rounded = (ms: number): number => Number(ms.toFixed(2));

async function boards(pool: Pool, rows: number): Promise<BenchResult> {
  const filling = performance.now();
  await fill(pool, rows);
  const fillSeconds = Math.round((performance.now() - filling) / 1_000);
  const random = createRandom(6);
  const lines: { variant: string; best: number; median: number }[] = [];
  const figures: Record<string, number> = { rows, fillSeconds };
  for (const { name, ask } of questions(pool)) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const startMs = performance.now();
      await ask(random);
      times.push(performance.now() - startMs);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => rounded(times[Math.min(RUNS - 1, Math.floor(share * RUNS))]!);
    lines.push({ variant: name, best: at(0), median: at(0.5) });
    figures[`${name} p95 ms`] = at(0.95);
    figures[`${name} max ms`] = at(1);
  }
  const [sizes] = await queryRows<{ heap: number; all: number }>(
    pool,
    `SELECT pg_table_size('permit') AS heap, pg_total_relation_size('permit') AS all`,
  );
  figures['bytesPerPermit'] = Math.round((sizes?.heap ?? 0) / rows);
  figures['bytesPerPermitWithIndexes'] = Math.round((sizes?.all ?? 0) / rows);
  return benchResult('boards and lists of permits', 'ms', lines, ['day board', 'months board'], figures);
}

/** Eight words each, as they come: fifty permits of a company in an entry. */
async function words(pool: Pool): Promise<BenchResult> {
  const permits = 2_000;
  const batch = 50;
  const statuses = ['applied', 'issued', 'working', 'paused', 'working', 'working', 'accepted', 'accepted'] as const;
  let taken = 0;
  const startMs = performance.now();
  for (let from = 0; from < permits; from += batch) {
    for (const [n, status] of statuses.entries()) {
      const records = Array.from({ length: batch }, (_, i) => {
        const word = { permitId: `w${from + i}`, status, updatedAtMs: 1_795_000_000_000 + n };
        return n === 0 ? aPermit(word) : aWord({ ...word, fields: { content: `管廊支架焊接${n}` } });
      });
      const origin = { batchId: 'b', appId: 'app', companyCode: 'C00000001', received: batch, refused: 0 };
      await withTransaction(pool, async (client) => {
        const touched = new Set<string>();
        await applyPermits(client, { origin, records }, 1_795_000_000_000 + n, touched);
        await countAlarmsOfPermits(client, touched);
      });
      taken += batch;
    }
  }
  const perSecond = Math.round((taken / (performance.now() - startMs)) * 1_000);
  const [size] = await queryRows<{ bytes: number }>(pool, `SELECT pg_total_relation_size('permit_word') AS bytes`);
  return benchResult(
    'words on permits stored',
    'words/s',
    [{ variant: 'entries of 50', best: perSecond, median: perSecond }],
    ['entries of 50', 'entries of 50'],
    { words: taken, bytesPerWord: Math.round((size?.bytes ?? 0) / taken) },
  );
}

export const runPermitBoards = (): Promise<BenchResult[]> =>
  withBenchDatabase(async (pool) => [await boards(pool, rowsWanted()), await words(pool)]);

await runAsProgram(import.meta.url, runPermitBoards);
