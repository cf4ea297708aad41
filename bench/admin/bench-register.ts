/** A register as a park has them, and a million rows of it: names of common and rare words, a fortieth of the rows a company's. */
import { type Pool, withTransaction } from '../../db/pool.ts';
import { createRegisterTables } from '../../db/registers/tables.ts';
import { choice, day, integer, sealed, text } from '../../registers/field.ts';
import { defineRegister } from '../../registers/register.ts';

const t = (zh: string) => ({ zh, en: zh });

export const BENCH_REGISTER = defineRegister({
  name: 'bench-supplies',
  title: t('物资'),
  group: 'companies',
  about: t('物资'),
  scope: 'company',
  fields: {
    code: text({ title: t('编号'), maxLength: 32, required: true, unique: true, indexed: true, edit: 'create' }),
    name: text({ title: t('名称'), maxLength: 64, required: true, indexed: true, search: true }),
    kind: choice({ title: t('类别'), options: { a: t('甲'), b: t('乙'), c: t('丙') }, indexed: true }),
    quantity: integer({ title: t('数量'), min: 0, max: 99_999, indexed: true }),
    storedAt: text({ title: t('地点'), maxLength: 128, search: true }),
    expiresOn: day({ title: t('有效期'), indexed: true }),
    phone: sealed({ title: t('电话'), secret: 'phone' }),
  },
  key: 'code',
  label: 'name',
  rights: {
    read: ['park', 'enterprise'],
    create: ['park', 'enterprise'],
    update: ['park', 'enterprise'],
    remove: ['park'],
  },
  list: { columns: ['code', 'name'], sort: { by: 'code' }, filters: ['kind'] },
  form: [{ fields: ['code', 'name'] }],
});

export const COMPANIES = Array.from({ length: 40 }, (_, n) => String(900_100_000 + n));
const COMMON =
  '化工 消防 泡沫 灭火 呼吸 空气 防护 手套 沙袋 吸附 堵漏 照明 担架 急救 气体 检测 水带 水枪 移动 便携 正压 干粉 储罐 阀门 法兰 应急 发电 抽水 围油 警戒'.split(
    ' ',
  );
/** Each in about one row of 2,000. */
const RARE = Array.from({ length: 2_000 }, (_, n) =>
  String.fromCodePoint(0x4e00 + ((n * 7) % 6_000), 0x5000 + ((n * 13) % 5_000)),
);
/** For searches: found in every tenth row, in one of 2,000, in none. */
export const SEARCHES = { common: COMMON, rare: RARE, absent: ['鼹鼠', '鹦鹉', '龘龘'] };

/** Rows first and indexes afterwards, as a restore does it. */
export async function fillBenchRegister(pool: Pool, rows: number): Promise<void> {
  await pool.query(
    `INSERT INTO company (code, name) SELECT c, '企业' || c FROM unnest($1::text[]) AS c ON CONFLICT DO NOTHING`,
    [COMPANIES],
  );
  await withTransaction(pool, (client) => createRegisterTables(client, [BENCH_REGISTER]));
  const { rows: indexes } = await pool.query<{ name: string }>(
    `SELECT indexname AS name FROM pg_indexes WHERE tablename = 'reg_bench_supplies' AND indexname NOT LIKE '%pkey'`,
  );
  for (const { name } of indexes) await pool.query(`DROP INDEX "${name}"`);
  await pool.query('SELECT setseed(0.5)');
  await pool.query(
    `INSERT INTO reg_bench_supplies (company_code, version, created_at, created_by, updated_at, updated_by, from_vendor,
       code, name, kind, quantity, stored_at, expires_on)
     SELECT ($2::text[])[1 + n % 40], 1, now(), 'bench', now(), 'bench', '{}',
       'S-' || lpad(n::text, 8, '0'),
       ($3::text[])[1 + (random() * 29)::int] || ($3::text[])[1 + (random() * 29)::int] || ($4::text[])[1 + (random() * 1999)::int],
       (ARRAY['a', 'b', 'c'])[1 + (random() * 2)::int], (random() * 99999)::int,
       (n % 97) || '# 应急物资库', date '2026-01-01' + (random() * 1500)::int
     FROM generate_series(1, $1::int) AS n`,
    [rows, COMPANIES, COMMON, RARE],
  );
  await withTransaction(pool, (client) => createRegisterTables(client, [BENCH_REGISTER]));
  await pool.query('VACUUM ANALYZE reg_bench_supplies');
}
