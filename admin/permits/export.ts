/** Lists of permits as files: what the page shows under the same filters and scope, page by page, on record before anything leaves. */
import { AppError } from '../../core/errors.ts';
import type { Words } from '../../core/words.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import { countPermits, listPermits, type PermitFilter } from '../../db/permits/permit-lists.ts';
import type { Pool } from '../../db/pool.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import type { PermitRowJson } from '../../stream/protocol/permit-api.ts';
import type { PermitStatus } from '../../stream/protocol/permits.ts';
import { type Actor, insertAudit } from '../audit.ts';
import { CSV_MARK, csvLine } from '../csv.ts';
import { type Language, NO, type WrittenCell, YES } from '../register/cells/cells.ts';
import { instantText, serialOfInstant } from '../register/cells/times.ts';
import { EXPORT_ROWS_MAX } from '../register/export.ts';
import { type WrittenColumn, xlsx } from '../register/sheet/xlsx-writer.ts';

const PAGE_ROWS = 500;

export const PERMITS_TITLE: Words = { zh: '作业票', en: 'Work permits' };

const STATUS_WORDS: Readonly<Record<PermitStatus, Words>> = {
  applied: { zh: '未签发', en: 'Applied for' },
  issued: { zh: '已签发', en: 'Issued' },
  working: { zh: '作业中', en: 'Working' },
  accepted: { zh: '已验收', en: 'Accepted' },
  void: { zh: '作废', en: 'Void' },
  withdrawn: { zh: '撤销', en: 'Withdrawn' },
  paused: { zh: '暂停', en: 'Paused' },
};

type Value = string | number | null | { readonly atMs: number };
interface Column {
  readonly title: Words;
  readonly as: WrittenColumn['as'];
  readonly width: number;
  readonly of: (permit: PermitRowJson, language: Language) => Value;
}

const text = (zh: string, en: string, of: Column['of'], width = 16): Column => ({
  title: { zh, en },
  as: 'text',
  width,
  of,
});
const instant = (zh: string, en: string, of: (permit: PermitRowJson) => number | null): Column => ({
  title: { zh, en },
  as: 'instant',
  width: 19,
  of: (permit) => {
    const atMs = of(permit);
    return atMs === null ? null : { atMs };
  },
});
const count = (zh: string, en: string, of: (permit: PermitRowJson) => number | null): Column => ({
  title: { zh, en },
  as: 'number',
  width: 10,
  of,
});

const COLUMNS: readonly Column[] = [
  text('作业票编号', 'Number', ({ number, permitId }) => number ?? permitId, 20),
  text('企业代码', 'Company code', ({ companyCode }) => companyCode),
  text('企业名称', 'Company', ({ companyName }) => companyName, 24),
  text('作业类型', 'Work', ({ workCode }, language) => WORK_TYPES[workCode]?.words[language] ?? workCode),
  text('状态', 'Status', ({ status }, language) => STATUS_WORDS[status][language], 10),
  text('申请单位', 'Applicant', ({ applicant }) => applicant),
  text('作业单位', 'Working units', ({ units }) => units.join('、'), 24),
  text('承包商作业', "Contractors' work", ({ isContractorWork }, language) =>
    isContractorWork === null ? null : (isContractorWork ? YES : NO)[language],
  ),
  text('作业负责人', 'Responsible', ({ responsibleName }) => responsibleName),
  text('作业内容', 'Content', ({ content }) => content, 40),
  text('作业地点', 'Place', ({ site }) => site, 24),
  instant('许可开始', 'Permitted from', ({ validFromMs }) => validFromMs),
  instant('许可结束', 'Permitted to', ({ validToMs }) => validToMs),
  instant('实际开始', 'Started', ({ startedAtMs }) => startedAtMs),
  instant('实际结束', 'Ended', ({ endedAtMs }) => endedAtMs),
  instant('验收时间', 'Accepted', ({ acceptedAtMs }) => acceptedAtMs),
  count('报警数', 'Alarms', ({ alarmCount }) => alarmCount),
  count('最高报警级别', 'Worst level', ({ worstLevel }) => worstLevel),
];

/** Throws AppError INPUT_INVALID where there are too many, DATABASE_UNAVAILABLE; later pages may still fail, which breaks the file off. */
export async function exportPermits(
  pool: Pool,
  scope: CompanyScope,
  filter: PermitFilter,
  format: 'xlsx' | 'csv',
  language: Language,
  actor: Actor,
): Promise<AsyncGenerator<string | Buffer>> {
  const rows = await countPermits(pool, scope, filter, EXPORT_ROWS_MAX + 1);
  if (rows > EXPORT_ROWS_MAX) {
    throw new AppError('INPUT_INVALID', { detail: `more than ${EXPORT_ROWS_MAX} permits: filter the list` });
  }
  const detail = { rows, format, query: filter };
  await insertAudit(pool, { actor, action: 'permit.export', subject: scope, outcome: 'ok', detail });
  const pages = async function* (): AsyncGenerator<readonly PermitRowJson[]> {
    for (let cursor: string | null = null; ; ) {
      const page = await listPermits(pool, scope, filter, PAGE_ROWS, cursor, rows);
      yield page.permits;
      if (page.cursor === null) return;
      cursor = page.cursor;
    }
  };
  return format === 'csv' ? csvOf(pages(), language) : sheetOf(pages(), language);
}

async function* csvOf(pages: AsyncGenerator<readonly PermitRowJson[]>, language: Language): AsyncGenerator<string> {
  yield CSV_MARK + csvLine(COLUMNS.map(({ title }) => title[language]));
  for await (const page of pages) {
    yield page.map((permit) => csvLine(COLUMNS.map(({ of }) => plain(of(permit, language))))).join('');
  }
}

const plain = (value: Value): string | number | null =>
  typeof value === 'object' && value !== null ? instantText(value.atMs) : value;

function sheetOf(pages: AsyncGenerator<readonly PermitRowJson[]>, language: Language): AsyncGenerator<Buffer> {
  const rows = async function* (): AsyncGenerator<WrittenCell[]> {
    for await (const page of pages) {
      for (const permit of page) yield COLUMNS.map(({ of }) => cell(of(permit, language)));
    }
  };
  const columns = COLUMNS.map(({ title, width, as }) => ({ heading: title[language], width, as }));
  return xlsx([{ name: PERMITS_TITLE[language], columns, rows: rows() }]);
}

/** Of an instant that Excel has no number for its text. */
function cell(value: Value): WrittenCell {
  if (typeof value !== 'object' || value === null) return value === '' ? null : value;
  const serial = serialOfInstant(value.atMs);
  return serial === null ? instantText(value.atMs) : { serial, as: 'instant' };
}
