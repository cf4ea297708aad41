/** What is wrong with a value, in words of both languages: from the field and zod's issue. */
import type { z } from 'zod';
import type { FieldProblem, RowValues } from '../../core/register-api.ts';
import type { Words } from '../../core/words.ts';
import type { Field } from '../../registers/field.ts';
import type { Fields } from '../../registers/register.ts';

type Issue = z.core.$ZodIssue;

const MISSING: Words = { zh: '必填', en: 'Required' };
const UNKNOWN: Words = { zh: '没有这一项', en: 'There is no such field' };

const TYPES: Readonly<Record<Field['kind'], Words>> = {
  text: { zh: '应为文字', en: 'Expected text' },
  lines: { zh: '应为文字', en: 'Expected text' },
  integer: { zh: '应为整数', en: 'Expected a whole number' },
  decimal: { zh: '应为数字', en: 'Expected a number' },
  'yes-no': { zh: '应为“是”或“否”', en: 'Expected yes or no' },
  day: { zh: '应为日期，如 2026-11-21', en: 'Expected a day such as 2026-11-21' },
  instant: { zh: '应为时间', en: 'Expected an instant' },
  choice: { zh: '应从选项中选择', en: 'Expected one of the options' },
  choices: { zh: '应从选项中选择', en: 'Expected some of the options' },
  reference: { zh: '应为已登记的一项', en: 'Expected a row that is on the register' },
  references: { zh: '应为已登记的若干项', en: 'Expected rows that are on the register' },
  sealed: { zh: '格式不正确', en: 'Not in the right form' },
  files: { zh: '应为已上传的文件', en: 'Expected files that were sent before' },
  place: { zh: '应为经纬度和高程', en: 'Expected longitude, latitude and height' },
  plan: { zh: '应为至少三个角点的范围', en: 'Expected the corners of an outline, at least three' },
  items: { zh: '应为列表', en: 'Expected a list' },
};

const REFINED: Readonly<Record<string, Words>> = {
  characters: { zh: '含有不能保存的字符', en: 'Has characters that cannot be kept' },
  'id-number': {
    zh: '身份证号不正确：应为 18 位，校验码须相符',
    en: 'No valid ID number: 18 characters, the last one checks',
  },
};

export function wordsOfIssue(fields: Fields, values: RowValues, issue: Issue): FieldProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), words: UNKNOWN }));
  }
  const field = fieldAt(fields, path);
  const words = field === undefined ? UNKNOWN : isEmptyAt(values, issue.path) ? MISSING : wordsOf(field, issue);
  return [{ field: path.join('.'), words }];
}

/** Numbers in a path are places in a list. */
function fieldAt(fields: Fields, path: readonly string[]): Field | undefined {
  const [name = '', , inner] = path;
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field?.kind === 'items' && inner !== undefined) return field.fields[inner];
  return field;
}

function isEmptyAt(values: unknown, path: readonly PropertyKey[]): boolean {
  const found = path.reduce(
    (value, name) => (value as Record<PropertyKey, unknown> | null | undefined)?.[name],
    values,
  );
  return found === undefined || found === null;
}

function wordsOf(field: Field, issue: Issue): Words {
  if (issue.code === 'custom') {
    const what = String((issue.params as { what?: unknown } | undefined)?.what);
    if (what === 'digits' && field.kind === 'decimal') {
      return { zh: `最多 ${field.digits} 位小数`, en: `At most ${field.digits} decimals` };
    }
    return REFINED[what] ?? TYPES[field.kind];
  }
  if (issue.code === 'too_big' || issue.code === 'too_small') return boundsOf(field, issue);
  if (issue.code === 'invalid_format' && field.kind === 'text' && field.form !== undefined) {
    const { zh, en } = field.form.words;
    return { zh: `应为${zh}`, en: `Expected ${en}` };
  }
  if (issue.code === 'invalid_value' && (field.kind === 'choice' || field.kind === 'choices')) {
    const titles = Object.values(field.options);
    return {
      zh: `应为以下之一：${titles.map(({ zh }) => zh).join('、')}`,
      en: `Expected one of ${titles.map(({ en }) => en).join(', ')}`,
    };
  }
  return TYPES[field.kind];
}

function boundsOf(field: Field, issue: Issue & { readonly code: 'too_big' | 'too_small' }): Words {
  switch (field.kind) {
    case 'text':
    case 'lines':
      return { zh: `最多 ${field.maxLength} 个字`, en: `At most ${field.maxLength} characters` };
    case 'integer':
    case 'decimal':
      return { zh: `应在 ${field.min} 到 ${field.max} 之间`, en: `Expected from ${field.min} to ${field.max}` };
    case 'references':
    case 'files':
    case 'items':
      return issue.code === 'too_big' && issue.origin === 'array'
        ? { zh: `最多 ${field.max} 项`, en: `At most ${field.max}` }
        : TYPES[field.kind];
    default:
      return TYPES[field.kind];
  }
}
