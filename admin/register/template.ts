/** What each column of a register's file takes, in words: the second sheet of the template. */
import type { Words } from '../../core/words.ts';
import type { Field, ItemField, SealedField } from '../../registers/field.ts';
import { type Language, NO, YES } from './cells/cells.ts';
import type { FileColumn } from './file-columns.ts';

const SECRETS: Readonly<Record<SealedField['secret'], Words>> = {
  phone: { zh: '电话号码（单元格设为文本）', en: 'phone number (format the cell as text)' },
  'id-number': { zh: '18 位身份证号（单元格设为文本）', en: 'ID number of 18 characters (format the cell as text)' },
  certificate: { zh: '证书编号（单元格设为文本）', en: 'number of the certificate (format the cell as text)' },
};

const HEADINGS = {
  zh: ['列', '必填', '填写内容', '说明'],
  en: ['Column', 'Required', 'What it takes', 'Notes'],
} as const;

/** Headings, and a row for each column. */
export function guideRows(
  columns: readonly FileColumn[],
  language: Language,
): readonly [headings: readonly string[], rows: readonly (readonly string[])[]] {
  const rows = columns.map((column) => {
    const field = column.of === 'field' ? column.field : null;
    const isRequired = field === null || field.required === true;
    return [
      column.title[language],
      (isRequired ? YES : NO)[language],
      field === null ? COMPANY[language] : takes(field, language),
      [field?.help?.[language], field?.edit === 'create' ? ONCE[language] : undefined]
        .filter((one) => one !== undefined)
        .join(' '),
    ];
  });
  return [HEADINGS[language], rows];
}

const COMPANY = { zh: '企业代码或企业名称', en: 'Code or name of the company' };
const ONCE = { zh: '新增时填写，以后不能修改。', en: 'Filled in for new rows and not changed afterwards.' };

function takes(field: Field, language: Language): string {
  const isZh = language === 'zh';
  switch (field.kind) {
    case 'text': {
      const most = isZh ? `文字，最多 ${field.maxLength} 个字` : `text, at most ${field.maxLength} characters`;
      return field.form === undefined ? most : `${most}${isZh ? '；' : '; '}${field.form.words[language]}`;
    }
    case 'lines':
      return isZh ? `多行文字，最多 ${field.maxLength} 个字` : `lines of text, at most ${field.maxLength} characters`;
    case 'integer':
      return isZh
        ? `整数，${field.min} 到 ${field.max}${unit(field, language)}`
        : `whole number, ${field.min} to ${field.max}${unit(field, language)}`;
    case 'decimal':
      return isZh
        ? `数字，${field.min} 到 ${field.max}${unit(field, language)}，最多 ${field.digits} 位小数`
        : `number, ${field.min} to ${field.max}${unit(field, language)}, at most ${field.digits} decimals`;
    case 'yes-no':
      return `${YES[language]} / ${NO[language]}`;
    case 'day':
      return isZh ? '日期，如 2026-11-21' : 'day, such as 2026-11-21';
    case 'instant':
      return isZh ? '日期和时间（北京时间），如 2026-11-21 08:30' : 'day and time (China), such as 2026-11-21 08:30';
    case 'choice':
    case 'choices': {
      const titles = Object.values(field.options).map((title) => title[language]);
      if (field.kind === 'choice') return (isZh ? '选项之一：' : 'one of: ') + titles.join(isZh ? '、' : ', ');
      return (
        (isZh ? '一个或多个选项，用分号隔开：' : 'some of, with semicolons between: ') + titles.join(isZh ? '、' : ', ')
      );
    }
    case 'reference':
      return isZh ? '已登记的代码' : 'code of a row that is on its register';
    case 'references':
      return isZh
        ? `已登记的代码，用分号隔开，最多 ${field.max} 个`
        : `codes of rows on their register, with semicolons between, at most ${field.max}`;
    case 'sealed':
      return SECRETS[field.secret][isZh ? 'zh' : 'en'];
    case 'files':
      return isZh ? '在页面上添加' : 'added on the page';
    case 'place':
      return isZh
        ? '经度 纬度 高程（CGCS2000，度、米），如 121.4 30.8 5'
        : 'longitude latitude height (CGCS2000, degrees, m): 121.4 30.8 5';
    case 'plan':
      return isZh
        ? '各角点“经度 纬度”，用分号隔开，至少三个（CGCS2000，度）'
        : 'longitude and latitude of each corner, with semicolons between, at least three (CGCS2000, degrees)';
    case 'items': {
      const titles = Object.values<ItemField>(field.fields).map(({ title }) => title[language]);
      return isZh
        ? `每行一项，最多 ${field.max} 项，各值用竖线隔开：${titles.join(' | ')}`
        : `a line each, at most ${field.max}, with bars between: ${titles.join(' | ')}`;
    }
  }
}

const unit = (
  { unit }: { readonly unit?: { readonly zh: string; readonly en: string } },
  language: Language,
): string => (unit === undefined ? '' : ` ${unit[language]}`);
