/**
 * A file of 10,000 rows into a register: tried with a fault in every tenth row, imported, and tried again unchanged; each with
 * what one turn of the server's event loop costs at most. And the largest sheet that is read: how long its thread takes.
 * Run: node dist/bench/admin/import.bench.js [--rows 10000]   (DATABASE_URL as in bench/db/copy.bench.ts)
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as XLSX from '@e965/xlsx';
import { exportFile } from '../../admin/register/export.ts';
import { importFile } from '../../admin/register/import.ts';
import { registerParts } from '../../admin/register/parts.ts';
import type { RegisterParts } from '../../admin/register/routes.ts';
import { withSheet } from '../../admin/register/sheet/sheets.ts';
import { systemClock } from '../../core/clock.ts';
import type { ImportReport } from '../../core/register-api.ts';
import { type Pool, queryRows, withTransaction } from '../../db/pool.ts';
import { createRegisterTables } from '../../db/registers/tables.ts';
import { choice, day, decimal, instant, integer, sealed, text } from '../../registers/field.ts';
import { defineRegister } from '../../registers/register.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer } from '../../security/gm.ts';
import { MemoryBlobs } from '../../stream/archive/blob-store.ts';
import { withBenchDatabase } from '../db/bench-database.ts';
import { type BenchResult, benchResult, runAsProgram } from '../geo/measure.ts';

const COMPANIES = 40;
const t = (zh: string) => ({ zh, en: zh });

/** As people of a company are: what most files are about. */
const PEOPLE = defineRegister({
  name: 'bench-people',
  title: t('人员'),
  group: 'people',
  about: t('人员'),
  scope: 'company',
  fields: {
    code: text({ title: t('工号'), maxLength: 32, required: true, unique: true, indexed: true }),
    name: text({ title: t('姓名'), maxLength: 64, required: true, indexed: true, search: true }),
    kind: choice({ title: t('类别'), options: { a: t('员工'), b: t('承包商') }, required: true, indexed: true }),
    post: text({ title: t('岗位'), maxLength: 64 }),
    phone: sealed({ title: t('手机'), secret: 'phone' }),
    since: day({ title: t('入职'), indexed: true }),
    seenAt: instant({ title: t('最近培训') }),
    level: integer({ title: t('级别'), min: 0, max: 9 }),
    score: decimal({ title: t('得分'), min: 0, max: 100, digits: 1 }),
    note: text({ title: t('备注'), maxLength: 200 }),
  },
  key: 'code',
  label: 'name',
  rights: { read: ['park'], create: ['park'], update: ['park'] },
  list: { columns: ['code', 'name'], sort: { by: 'code' }, filters: ['kind'] },
  form: [{ fields: ['code', 'name', 'kind', 'post', 'phone', 'since', 'seenAt', 'level', 'score', 'note'] }],
});
const HEADINGS = ['企业代码', '工号', '姓名', '类别', '岗位', '手机', '入职', '最近培训', '级别', '得分', '备注'];
const USER = {
  userId: 'bench',
  userName: 'bench',
  role: 'park',
  companyCode: null,
  department: null,
  contractorCode: null,
  address: null,
} as const;

const companyOf = (i: number): string => String(900_000_000 + (i % COMPANIES));

function file(rows: number, isSpoiled: boolean): Buffer {
  const table = Array.from({ length: rows }, (_, i) => {
    const row = [
      companyOf(i),
      `p${i}`,
      `张${i}`,
      '员工',
      '操作工',
      String(13_800_000_000 + i),
      '2026-01-05',
      '2026-11-21 08:30',
      i % 10,
      i % 100,
      '备注',
    ];
    if (isSpoiled && i % 10 === 0) row[[1, 3, 5, 6, 8][(i / 10) % 5]!] = 'p1,?';
    return row;
  });
  const sheet = XLSX.utils.aoa_to_sheet([HEADINGS, ...table]);
  return XLSX.write(
    { SheetNames: ['a'], Sheets: { a: sheet } },
    { type: 'buffer', bookType: 'xlsx', compression: true },
  ) as Buffer;
}

/** CPU time of the thread that asks, ms: unlike time that passes it does not count what other work took on the machine. */
const threadCpuMs = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number; turnMaxMs: number }> {
  let turnMaxMs = 0;
  let turnAtMs = threadCpuMs();
  const turns = setInterval(() => {
    const nowMs = threadCpuMs();
    turnMaxMs = Math.max(turnMaxMs, nowMs - turnAtMs);
    turnAtMs = nowMs;
  }, 1);
  const startMs = performance.now();
  const value = await work();
  const ms = performance.now() - startMs;
  clearInterval(turns);
  return { value, ms, turnMaxMs };
}

async function prepared(pool: Pool): Promise<RegisterParts> {
  await withTransaction(pool, (client) => createRegisterTables(client, [PEOPLE]));
  await queryRows(
    pool,
    `INSERT INTO company (code, name) SELECT (900000000 + i)::text, '企业' || i FROM generate_series(0, $1::integer - 1) i`,
    [COMPANIES],
  );
  const key = Buffer.alloc(32, 5);
  return registerParts({
    registers: [PEOPLE],
    stores: {},
    actions: {},
    pool,
    sealer: createSealer([key]),
    blindIndex: createBlindIndex(key),
    blobs: new MemoryBlobs(),
    clock: systemClock,
  });
}

export const runImport = (rows = 10_000): Promise<BenchResult[]> =>
  withBenchDatabase(async (pool) => {
    const parts = await prepared(pool);
    const figures: Record<string, number> = { rows };
    const results: { variant: string; best: number; median: number }[] = [];
    const note = (variant: string, { ms, turnMaxMs }: { ms: number; turnMaxMs: number }): void => {
      figures[`${variant}, ms`] = Math.round(ms);
      figures[`${variant}, longest turn of the loop, ms`] = Math.round(turnMaxMs);
      const perS = Math.round((rows / ms) * 1_000);
      results.push({ variant, best: perS, median: perS });
    };
    const spoiled = file(rows, true);
    const fine = file(rows, false);
    const steps = [
      ['tried with faults', spoiled, true],
      ['imported', fine, false],
      ['tried again, all the same', fine, true],
    ] as const;
    for (const [name, bytes, dryRun] of steps) {
      const measured = await timed(() => importFile(parts, PEOPLE, USER, bytes, dryRun));
      const { counts }: ImportReport = measured.value;
      for (const [of, count] of Object.entries(counts)) if (count > 0) figures[`${name}: ${of}`] = count;
      note(name, measured);
    }
    for (const format of ['xlsx', 'csv'] as const) {
      const measured = await timed(async () => {
        let bytes = 0;
        const pieces = await exportFile(parts, PEOPLE, USER, { sort: 'code', limit: 1 }, format, 'zh');
        for await (const piece of pieces) bytes += piece.length;
        return bytes;
      });
      note(`exported as ${format}`, measured);
    }
    const wide = XLSX.utils.aoa_to_sheet(
      Array.from({ length: 20_001 }, (_, i) =>
        Array.from({ length: 80 }, (_, c) => (c % 4 === 0 ? `text ${i}` : i + c)),
      ),
    );
    const large = XLSX.write(
      { SheetNames: ['a'], Sheets: { a: wide } },
      { type: 'buffer', bookType: 'xlsx', compression: true, bookSST: true },
    ) as Buffer;
    const read = await timed(() => withSheet(large, async (sheet) => sheet.rows));
    figures['20,000 rows of 80 columns opened, ms'] = Math.round(read.ms);
    figures['20,000 rows of 80 columns, MB of the file'] = Math.round(large.length / 1e6);
    return [
      benchResult('import and export of a register', 'rows/s', results, ['imported', 'tried with faults'], figures),
    ];
  });

const { values } = parseArgs({ strict: false, options: { rows: { type: 'string', default: '10000' } } });
await runAsProgram(import.meta.url, () => runImport(Number(values['rows'])));
