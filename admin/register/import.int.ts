import { randomUUID } from 'node:crypto';
import * as XLSX from '@e965/xlsx';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { ImportReport, RowValues } from '../../core/register-api.ts';
import { queryRows } from '../../db/pool.ts';
import { text } from '../../registers/field.ts';
import { defineRegister } from '../../registers/register.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer, sm3 } from '../../security/gm.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import { RegisterDesk } from './desk.ts';
import { exportFile, type FileFormat, templateFile } from './export.ts';
import { type FileParts, importFile } from './import.ts';
import { keepRegisters } from './kept.ts';
import type { RegisterUser } from './rights.ts';
import { SAMPLE } from './sample-register.ts';
import { Secrets } from './secrets.ts';
import { SHEET_LIMITS } from './sheet/sheet-cell.ts';

const t = (zh: string) => ({ zh, en: zh });
/** With something that is unique beside the key. */
const TAGS = defineRegister({
  name: 'test-tags',
  title: t('定位卡'),
  group: 'people',
  about: t('定位卡'),
  scope: 'park',
  fields: {
    code: text({ title: t('卡号'), maxLength: 32, required: true, unique: true, indexed: true }),
    serial: text({ title: t('序列号'), maxLength: 32, unique: true, indexed: true }),
  },
  key: 'code',
  label: 'code',
  rights: { read: ['park'], create: ['park'] },
  list: { columns: ['code', 'serial'], sort: { by: 'code' }, filters: [] },
  form: [{ fields: ['code', 'serial'] }],
});

const OWN = '900000001';
const OTHER = '900000002';
const ID_NUMBER = '11010519491231002X';
const KEY = Buffer.alloc(32, 7);

let database: TestDatabase;
let parts: FileParts;

const user = (role: RegisterUser['role'], companyCode: string | null): RegisterUser => ({
  userId: 'u1',
  userName: '张三',
  role,
  companyCode,
  department: null,
  contractorCode: null,
  address: '192.0.2.1',
});
const park = user('park', null);
const own = user('enterprise', OWN);

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'), false, [SAMPLE, TAGS]);
  const { pool } = database;
  await pool.query(`INSERT INTO company (code, name) VALUES ('${OWN}', '甲公司'), ('${OTHER}', '乙公司')`);
  const secrets = new Secrets(createSealer([KEY]), createBlindIndex(KEY));
  const clock = new ManualClock(1_760_000_000_000);
  const desk = new RegisterDesk({ pool, kept: keepRegisters([SAMPLE, TAGS], {}), actions: {}, secrets, clock });
  parts = { pool, desk, secrets, clock };
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE reg_sample');
});

const csv = (...rows: readonly (readonly (string | number)[])[]): Buffer =>
  Buffer.from(rows.map((row) => row.join(',')).join('\n'));
const xlsx = (rows: readonly (readonly unknown[])[], change?: (sheet: XLSX.WorkSheet) => void): Buffer => {
  const sheet = XLSX.utils.aoa_to_sheet(rows as unknown[][]);
  change?.(sheet);
  return XLSX.write({ SheetNames: ['a'], Sheets: { a: sheet } }, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
};
const run = (file: Uint8Array, who = own, dryRun = false): Promise<ImportReport> =>
  importFile(parts, SAMPLE, who, file, dryRun);
const told = ({ problems }: ImportReport) => problems.map(({ row, column, words }) => [row, column, words.zh]);
const listed = async (
  who = park,
): Promise<readonly { companyCode: string | null; values: RowValues; version: number }[]> =>
  (await parts.desk.list(SAMPLE, who, { sort: 'code', limit: 200 })).rows;
const audits = () =>
  queryRows<{ action: string; outcome: string; detail: Record<string, unknown> }>(
    database.pool,
    `SELECT action, outcome, detail FROM audit WHERE subject = 'sample' ORDER BY id`,
  );

async function exported(who: RegisterUser, format: FileFormat, lang: 'zh' | 'en' = 'zh', asked = {}): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const file = await exportFile(parts, SAMPLE, who, { sort: 'code', limit: 1, ...asked }, format, lang);
  for await (const piece of file) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('imports', () => {
  test('[IMP-1] a dry run and a real one say the same; one keeps nothing, the other every row, its history and one line of audit', async () => {
    await run(csv(['编号', '名称'], ['a', '旧'], ['b', '二']));
    const file = csv(['编号', '名称'], ['a', '新'], ['b', '二'], ['c', '三']);
    const before = await audits();
    const tried = await run(file, own, true);
    expect(tried).toMatchObject({ dryRun: true, kept: false, counts: { new: 1, changed: 1, same: 1, refused: 0 } });
    expect((await listed()).map(({ values }) => values['name'])).toEqual(['旧', '二']);
    expect(await audits()).toEqual(before);
    expect(await run(file)).toEqual({ ...tried, dryRun: false, kept: true });
    const rows = (await parts.desk.list(SAMPLE, own, { sort: 'code', limit: 50 })).rows;
    expect(rows.map(({ values, version }) => [values['name'], version])).toEqual([
      ['新', 2],
      ['二', 1],
      ['三', 1],
    ]);
    const { changes } = await parts.desk.history(SAMPLE, own, rows[0]!.id);
    expect(changes.map(({ act, by }) => [act, by])).toEqual([
      ['import', '张三'],
      ['import', '张三'],
    ]);
    expect((await audits()).slice(before.length)).toMatchObject([
      {
        action: 'register.import',
        outcome: 'ok',
        detail: { counts: { new: 1, changed: 1, same: 1, refused: 0 }, sm3: sm3(file).toString('hex') },
      },
    ]);
  });

  test('[IMP-1] nothing is kept when one row is refused, and that is on record', async () => {
    const report = await run(csv(['编号', '名称', '级别'], ['a', '一', 5], ['b', '二', 500]));
    expect(report).toMatchObject({ kept: false, counts: { new: 1, changed: 0, same: 0, refused: 1 } });
    expect(report.problems).toEqual([
      { row: 3, column: '级别', value: '500', words: { zh: '应在 0 到 100 之间', en: expect.any(String) } },
    ]);
    expect(await listed()).toEqual([]);
    expect((await audits()).at(-1)).toMatchObject({ action: 'register.import', outcome: 'refused' });
  });

  test('[IMP-8] headings go by title or name, with stars and remarks; others are named, missing ones once', async () => {
    const file = csv([' code *', 'Name（必填）', '备 注', '颜色', ''], ['a', '一', 'n', 'red', 'x']);
    expect(await run(file, own, true)).toMatchObject({ counts: { new: 1 }, unknownColumns: ['颜色', '(E)'] });
    const missing = await run(csv(['编号', '备注'], ['a', 1], ['b', 2]), own, true);
    expect(told(missing)).toEqual([[1, '名称', '缺少这一列']]);
    expect(missing.counts).toEqual({ new: 0, changed: 0, same: 0, refused: 2 });
    const keyless = await run(csv(['名称', '级别'], ['a', 1]), own, true);
    expect(told(keyless)).toEqual([[1, '编号', '缺少这一列']]);
    const twice = await run(csv(['编号', '名称', 'Name'], ['a', 1, 2]), own, true);
    expect([told(twice), twice.counts.refused]).toEqual([[[1, 'Name', '这一列出现了两次']], 1]);
    // Of rows that stand what is not in the file stays.
    await run(csv(['编号', '名称', '备注'], ['a', '一', 'n']));
    expect(await run(csv(['编号', '备注'], ['a', 'm']))).toMatchObject({ kept: true, counts: { changed: 1 } });
    expect((await listed())[0]?.values).toMatchObject({ name: '一', note: 'm' });
  });

  test('[IMP-9] duplicates name the other row, and what is unique is so against rows that stand', async () => {
    const report = await run(csv(['编号', '名称'], ['a', 1], ['b', 2], ['a', 3], ['ａ', 4]), own, true);
    expect(told(report)).toEqual([
      [4, '编号', '与第 2 行重复'],
      [5, '编号', '与第 2 行重复'],
    ]);
  });

  test('[IMP-9] a unique value of a standing row, or of an earlier one, is refused; who may only create changes nothing', async () => {
    const tags = (...rows: string[][]) => importFile(parts, TAGS, park, csv(['卡号', '序列号'], ...rows), false);
    expect(await tags(['a', 's1'], ['b', ''], ['c', ''])).toMatchObject({ kept: true, counts: { new: 3 } });
    const report = await tags(['a', 's1'], ['d', 's1'], ['e', 's2'], ['f', 's2'], ['b', 's3']);
    expect(report).toMatchObject({ kept: false, counts: { new: 1, changed: 0, same: 1, refused: 3 } });
    expect(told(report)).toEqual([
      [3, '序列号', '已被另一条记录使用'],
      [5, '序列号', '与第 4 行重复'],
      [6, null, '没有修改的权限'],
    ]);
  });

  test('[IMP-10] companies go by code or name; unknown ones, those of others and contradictions are refused', async () => {
    const file = csv(
      ['企业代码', '企业名称', '编号', '名称'],
      [OWN, '', 'a', 1],
      ['', '乙公司', 'a', 1],
      ['999999999', '', 'b', 1],
      [OWN, '乙公司', 'c', 1],
      ['', '', 'd', 1],
    );
    const report = await run(file, park, true);
    expect(report.counts).toEqual({ new: 2, changed: 0, same: 0, refused: 3 });
    expect(told(report)).toEqual([
      [4, '企业代码', '没有这家企业'],
      [5, '企业名称', '企业代码与企业名称不一致'],
      [6, '企业名称', '必填'],
    ]);
    expect(told(await run(csv(['编号', '名称'], ['a', 1]), park, true))).toEqual([[1, '企业代码', '缺少这一列']]);
    expect(told(await run(csv(['企业代码', '编号', '名称'], [OTHER, 'a', 1]), own, true))).toEqual([
      [2, '企业代码', '不是本企业'],
    ]);
    // The same key in two companies is two rows.
    expect(await run(csv(['企业代码', '编号', '名称'], [OWN, 'a', 1], [OTHER, 'a', 2]), park)).toMatchObject({
      kept: true,
    });
    expect((await listed()).map(({ companyCode }) => companyCode).sort()).toEqual([OWN, OTHER]);
  });

  test('[IMP-11] references are looked up; what the system fills in, moves and first entries are not changed by a file', async () => {
    await run(csv(['编号', '名称', '场所'], ['a', '一', '东']));
    const file = csv(
      ['编号', '名称', '上级', '得分', '场所', '状态'],
      ['b', '二', 'a', '', '西', '草稿'],
      ['c', '三', 'nobody', '', '', ''],
      ['d', '四', '', 7, '', ''],
      ['a', '一', '', '', '南', ''],
      ['e', '五', '', '', '', '办结'],
    );
    expect(told(await run(file, own, true))).toEqual([
      [3, '上级', '没有登记这一项'],
      [4, '得分', '由系统填写，不能导入'],
      [5, '场所', '不能修改'],
      [6, '状态', '状态只能在页面上通过操作改变'],
    ]);
  });

  test('[IMP-11] sealed values are imported sealed, and a masked one stands for what is there', async () => {
    const file = xlsx([
      ['编号', '名称', '身份证号', '手机'],
      ['a', '一', ID_NUMBER, 13812341234],
    ]);
    expect(await run(file)).toMatchObject({ kept: true });
    const [row] = await listed();
    expect(row?.values).toMatchObject({ phone: '138****1234', idNumber: expect.stringContaining('*') });
    const masked = String(row?.values['idNumber']);
    const again = csv(
      ['编号', '名称', '身份证号'],
      ['a', '一', masked],
      ['b', '二', masked],
      ['c', '三', '11010519491231002'],
    );
    const report = await run(again, own, true);
    expect(report.counts).toEqual({ new: 0, changed: 0, same: 1, refused: 2 });
    expect(told(report).map(([at]) => at)).toEqual([3, 4]);
    // The clear number is known to be the same too.
    expect((await run(file, own, true)).counts.same).toBe(1);
  });

  test('[IMP-12] who may not import is refused; two who import at once never mix', async () => {
    const file = csv(['编号', '名称'], ['a', '一']);
    await expect(run(file, user('operator', null))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const answers = await Promise.allSettled(
      ['x', 'y'].map((name) => run(csv(['编号', '名称'], ['a', name], [name, name]))),
    );
    const kept = answers.filter((one) => one.status === 'fulfilled' && one.value.kept).length;
    const rows = await listed();
    expect(rows).toHaveLength(kept + 1);
    for (const { status, reason } of answers as PromiseRejectedResult[]) {
      if (status === 'rejected') expect(reason).toMatchObject({ code: 'CONFLICT' });
    }
  });

  test('[IMP-5] of one user two files are read or wait, and nobody else is sent away for it', async () => {
    const file = csv(['编号', '名称'], ['a', '一']);
    const [mine, others] = [user('enterprise', OWN), { ...user('enterprise', OWN), userId: 'u-else' }];
    const answers = await Promise.allSettled([
      ...Array.from({ length: 12 }, () => run(file, mine, true)),
      run(file, others, true),
    ]);
    const refused = answers.flatMap((one, n) => (one.status === 'rejected' ? [[n, one.reason.code]] : []));
    expect(refused).toEqual(Array.from({ length: 10 }, (_, n) => [n + 2, 'FILES_BUSY']));
    expect((await run(file, mine, true)).counts.new).toBe(1);
  });

  test('[IMP-13] of a spoiled file every row is accounted for', async () => {
    const fill = Array.from({ length: SHEET_LIMITS.columns - 6 }, (_, i) => `多余${i}`);
    const good = (i: number) => [`r${i}`, `名${i}`, i % 100, '2026-01-01', OWN];
    const rows: unknown[][] = Array.from({ length: 1_500 }, (_, i) => {
      const row: unknown[] = good(i);
      if (i % 10 === 1) row[2] = 'abc';
      if (i % 10 === 2) row[0] = 'r0';
      if (i % 10 === 3) row[4] = '000000000';
      if (i % 10 === 4) row[3] = '2026-02-30';
      if (i % 10 === 5) row[0] = 110101199001011230;
      if (i % 10 === 6) row[1] = null;
      return row;
    });
    const file = xlsx([['编号', '名称', '级别', '起', '企业代码', ...fill], ...rows], (sheet) => {
      for (let i = 7; i < 1_500; i += 10) sheet[`B${i + 2}`] = { t: 's', v: 'x', f: 'A1&"x"' };
    });
    const report = await run(file, park, true);
    expect(report.counts).toEqual({ new: 450, changed: 0, same: 0, refused: 1_050 });
    expect(report.unknownColumns).toEqual(fill);
    expect(new Set(report.problems.map(({ row }) => row)).size).toBe(1_000);
    const words = new Map(report.problems.map(({ row, words: { zh } }) => [(row - 2) % 10, zh]));
    expect([...words.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(words.get(2)).toBe('与第 2 行重复');
    expect(words.get(7)).toContain('公式');
    expect(await listed()).toEqual([]);
  });

  test('[IMP-4] a file that is not read says why, in words', async () => {
    const old = XLSX.write(
      { SheetNames: ['a'], Sheets: { a: XLSX.utils.aoa_to_sheet([['a']]) } },
      { type: 'buffer', bookType: 'biff8' },
    );
    const report = await run(old as Buffer);
    expect(report).toMatchObject({ kept: false, counts: { new: 0, changed: 0, same: 0, refused: 0 } });
    expect(told(report)).toEqual([[0, null, expect.stringContaining('.xlsx')]]);
  });
});

describe('exports', () => {
  const values = (i: number): RowValues => ({
    code: `r${String(i).padStart(4, '0')}`,
    name: ['=1+1', "'x", '甲；乙', '一,"二"', '@x'][i % 5],
    rank: i % 7 === 0 ? null : i % 100,
    note: i % 2 === 0 ? '第一行\n第二行' : null,
    size: -1.25,
    isNew: i % 2 === 0,
    since: i % 3 === 0 ? '1899-12-31' : '2026-11-21',
    seenAt: 1_760_000_000_000 + i * 977,
    kind: i % 2 === 0 ? 'a' : 'b',
    tags: i % 2 === 0 ? ['x', 'y'] : null,
    idNumber: ID_NUMBER,
    phone: '13812341234',
    place: { lng: 121.4, lat: 30.8, heightM: null },
    plan: [
      [121, 30],
      [121.1, 30],
      [121.1, 30.1],
    ],
    shifts: [{ start: 8, post: null }],
    site: '东',
  });
  const fill = async (count: number, companyCode: string): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const made = await parts.desk.create(SAMPLE, park, { companyCode, values: values(i) });
      expect(made).toMatchObject({ ok: true });
    }
  };

  test('[IMP-21] an export that nobody changed is the same in every row, in both forms and languages, by whoever imports it', async () => {
    await fill(12, OWN);
    const [first] = (await parts.desk.list(SAMPLE, park, { sort: 'code', limit: 1 })).rows;
    // Also a row that could not be changed now.
    await parts.desk.move(SAMPLE, park, first!.id, 'send', { version: 1 });
    for (const who of [park, own]) {
      for (const format of ['xlsx', 'csv'] as const) {
        for (const lang of ['zh', 'en'] as const) {
          const report = await run(await exported(who, format, lang), who);
          expect(report).toEqual({
            dryRun: false,
            kept: true,
            counts: { new: 0, changed: 0, same: 12, refused: 0 },
            problems: [],
            unknownColumns: [],
          });
        }
      }
    }
  });

  test('[IMP-22] it is the list asked for: scope, filters and order; sealed values masked; on record', async () => {
    await fill(3, OWN);
    await fill(2, OTHER);
    const table = async (who: RegisterUser, asked = {}) => {
      const book = XLSX.read(await exported(who, 'xlsx', 'zh', asked));
      return XLSX.utils.sheet_to_json<Record<string, unknown>>(book.Sheets[book.SheetNames[0]!]!);
    };
    const all = await table(park);
    expect(all.map((row) => row['企业名称']).sort()).toEqual(['乙公司', '乙公司', '甲公司', '甲公司', '甲公司']);
    expect(all[0]).toMatchObject({ 手机: '138****1234', 状态: '草稿' });
    expect(JSON.stringify(all)).not.toContain(ID_NUMBER);
    const mine = await table(own, { 'f.kind': 'a', sort: '-code' });
    expect(mine.map((row) => row['编号'])).toEqual(['r0002', 'r0000']);
    expect(mine[0]).not.toHaveProperty('企业代码');
    expect((await audits()).at(-1)).toMatchObject({ action: 'register.export', detail: { rows: 2, format: 'xlsx' } });
    await expect(exported(user('ops', null), 'csv')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('[IMP-23] the template has what a person fills in, and in words what each column takes; filled in it is imported', async () => {
    const pieces: Buffer[] = [];
    for await (const piece of templateFile(parts, SAMPLE, park, 'zh')) pieces.push(piece);
    const book = XLSX.read(Buffer.concat(pieces));
    const [list, guide] = book.SheetNames.map((name) =>
      XLSX.utils.sheet_to_json<string[]>(book.Sheets[name]!, { header: 1 }),
    );
    expect(list).toHaveLength(1);
    expect(list![0]).toEqual(expect.arrayContaining(['企业代码*', '编号*', '名称*', '类别']));
    expect(list![0]).not.toEqual(expect.arrayContaining(['得分']));
    expect(guide!.find(([name]) => name === '类别')?.[2]).toBe('选项之一：甲、乙');
    expect(guide).toHaveLength(list![0]!.length + 1);
    const row = list![0]!.map(
      (heading) => ({ '企业代码*': OWN, '编号*': randomUUID().slice(0, 8), '名称*': '一' })[heading] ?? null,
    );
    expect(await run(xlsx([list![0]!, row]), park)).toMatchObject({
      kept: true,
      counts: { new: 1 },
      unknownColumns: [],
    });
  });
});
