import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldProblem, RowValues } from '../../core/register-api.ts';
import { checkChange, checkNew } from './check.ts';
import { SAMPLE } from './sample-register.ts';

const NEEDED = { code: 'A', name: '名' };
const problemsOf = (values: RowValues): readonly FieldProblem[] => {
  const checked = checkNew(SAMPLE, { ...NEEDED, ...values });
  return checked.ok ? [] : checked.error;
};
const valuesOf = (values: RowValues): RowValues => {
  const checked = checkNew(SAMPLE, { ...NEEDED, ...values });
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return checked.value;
};

describe('the check of a register’s values', () => {
  it('[REG-61] text is trimmed and composed, empty is nothing, choices stand in their order, lines keep theirs', () => {
    expect(
      valuesOf({
        name: ' cafe\u0301 ',
        unit: '  ',
        note: ' a\r\nb ',
        tags: ['y', 'x', 'y'],
        friends: ['P ', 'P'],
        idNumber: '11010519491231002x',
      }),
    ).toMatchObject({
      name: 'caf\u00e9',
      unit: null,
      note: 'a\nb',
      tags: ['x', 'y'],
      friends: ['P'],
      idNumber: '11010519491231002X',
      rank: null,
    });
  });

  it.each<[string, unknown, string, string]>([
    ['rank', 101, '应在 0 到 100 之间', 'Expected from 0 to 100'],
    ['rank', 1.5, '应为整数', 'Expected a whole number'],
    ['rank', '7', '应为整数', 'Expected a whole number'],
    ['size', 1.234, '最多 2 位小数', 'At most 2 decimals'],
    ['size', Number.NaN, '应为数字', 'Expected a number'],
    ['name', '', '必填', 'Required'],
    ['name', 'x'.repeat(65), '最多 64 个字', 'At most 64 characters'],
    ['note', 'a\u0007b', '含有不能保存的字符', 'Has characters that cannot be kept'],
    ['kind', 'c', '应为以下之一：甲、乙', 'Expected one of A, B'],
    ['tags', ['x', 'z'], '应为以下之一：子、丑', 'Expected one of X, Y'],
    ['since', '2026-02-30', '应为日期，如 2026-11-21', 'Expected a day such as 2026-11-21'],
    ['seenAt', -1, '应为时间', 'Expected an instant'],
    ['isNew', 'yes', '应为“是”或“否”', 'Expected yes or no'],
    ['friends', ['a', 'b', 'c', 'd'], '最多 3 项', 'At most 3'],
    ['phone', 'call me', '格式不正确', 'Not in the right form'],
    ['plan', [[1, 2]], '应为至少三个角点的范围', 'Expected the corners of an outline, at least three'],
    ['place', { lng: 999, lat: 1, heightM: null }, '应为经纬度和高程', 'Expected longitude, latitude and height'],
    ['nothing', 1, '没有这一项', 'There is no such field'],
    ['score', 5, '没有这一项', 'There is no such field'],
    ['__proto__x', 1, '没有这一项', 'There is no such field'],
  ])('[REG-61] %s = %j', (field, value, zh, en) => {
    const [problem, ...more] = problemsOf({ [field]: value });
    expect(problem?.words).toEqual({ zh, en });
    expect(problem?.field.split('.')[0]).toBe(field);
    expect(more).toEqual([]);
  });

  it('[REG-61] items are named by their place', () => {
    const said = problemsOf({ shifts: [{ start: 24 }, { post: 'P' }, 5] }).map(({ field, words }) => [field, words.zh]);
    expect(said).toEqual([
      ['shifts.0.start', '应在 0 到 23 之间'],
      ['shifts.1.start', '必填'],
      ['shifts.2', '应为列表'],
    ]);
    const four = [1, 2, 3, 4].map((start) => ({ start }));
    expect(problemsOf({ shifts: four })).toMatchObject([{ field: 'shifts', words: { zh: '最多 3 项' } }]);
    expect(valuesOf({ shifts: [{ start: 1 }] })['shifts']).toEqual([{ start: 1, post: null }]);
  });

  it('[REG-64] what is sent back as it was is no change; what may not be edited is refused when it differs', () => {
    const standing = valuesOf({ rank: 5, site: 's' });
    expect(checkChange(SAMPLE, { ...standing, rank: 6 }, standing)).toEqual({ ok: true, value: { rank: 6 } });
    expect(checkChange(SAMPLE, { site: 'other' }, standing)).toMatchObject({
      ok: false,
      error: [{ field: 'site', words: { zh: '不能修改' } }],
    });
    expect(checkChange(SAMPLE, { score: 5 }, standing, 'system')).toEqual({ ok: true, value: { score: 5 } });
    expect(checkChange(SAMPLE, { name: null }, standing)).toMatchObject({
      ok: false,
      error: [{ words: { zh: '必填' } }],
    });
    expect(checkChange(SAMPLE, { rank: null }, standing)).toEqual({ ok: true, value: { rank: null } });
  });

  it('[REG-61] whatever is sent, there is an answer; what is taken is taken again as it stands', () => {
    const names = [...Object.keys(SAMPLE.fields), 'other'];
    const anything = fc.dictionary(
      fc.constantFrom(...names),
      fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
    );
    fc.assert(
      fc.property(anything, (values) => {
        const checked = checkNew(SAMPLE, values);
        if (!checked.ok) {
          expect(checked.error.length).toBeGreaterThan(0);
          for (const { words } of checked.error)
            expect([words.zh, words.en].every((text) => text.length > 0)).toBe(true);
          return;
        }
        expect(checkNew(SAMPLE, checked.value, 'system')).toEqual(checked);
      }),
      { numRuns: 300 },
    );
  });

  it('[REG-61] no text that is taken has a character that PostgreSQL cannot hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (written) => {
        const checked = checkNew(SAMPLE, { ...NEEDED, name: written, note: written });
        if (checked.ok) expect(JSON.stringify(checked.value)).not.toMatch(/\\u(?:0000|d[89a-f])/i);
      }),
    );
  });
});
