import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samePersonRoutes } from '../../admin/park-registers/same-person.ts';
import type { FieldDescription, RegisterDescription } from '../../core/register-api.ts';
import { ROLES } from '../../stream/protocol/vocabulary.ts';
import { pagesOf } from '../app/pages.ts';
import { parsePlace, placeHash } from '../app/place.ts';
import { translateIn } from '../i18n/i18n.ts';
import { chinaDaySpan, chinaInput, chinaText, fromChinaInput } from './china-time.ts';
import { COMPANY, possibleColumns, STATE, shownColumns } from './columns.ts';
import { conflictsOf, mergedChanges } from './conflict.ts';
import { documentName, isDocument } from './document.ts';
import { type Draft, draftOf, draftsOf, readDrafts, sameValue, touchedFields, valueOfDraft } from './drafts.ts';
import {
  isFiltered,
  listQuery,
  placeOf,
  type RegisterView,
  sortOf,
  sortWord,
  spanOf,
  spanWord,
  unfiltered,
  viewOf,
  withWord,
} from './list-place.ts';
import { mayMatchPeople } from './people-match.ts';
import { areaM2, cornersText, crossesItself, type LngLat, parseCorners } from './plan-text.ts';
import { valueText } from './value-text.ts';

const words = (text: string) => ({ zh: text, en: `${text} en` });
const field = (kind: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name: kind,
  kind,
  title: words(kind),
  help: null,
  required: false,
  sortable: false,
  editable: 'always',
  wins: null,
  ...more,
});
const texts = { t: translateIn('zh-CN'), language: 'zh-CN' as const };

describe('where one is, in the address', () => {
  const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
  const view: fc.Arbitrary<RegisterView> = fc.oneof(
    fc.constantFrom<RegisterView>({ is: 'list' }, { is: 'new' }, { is: 'import' }),
    fc.record({
      is: fc.constant('record' as const),
      id: word,
      tab: fc.constantFrom('data' as const, 'history' as const),
      edits: fc.boolean(),
    }),
  );

  it('[RPG-1] register, row, tab, form and the list that one came from come back from the address as they were', () => {
    fc.assert(
      fc.property(word, view, fc.dictionary(word, word), fc.option(word), (name, at, filters, q) => {
        const list = new URLSearchParams(Object.entries(filters).map(([key, value]) => [`f.${key}`, value]));
        if (q !== null) list.set('q', q);
        const back = parsePlace(placeHash(placeOf(name, at, list)));
        expect(viewOf(back)).toEqual({ register: name, view: at });
        expect(listQuery(back.query).toString()).toBe(listQuery(list).toString());
      }),
    );
  });

  it('[RPG-1] reads an address that somebody typed, and stray marks in it', () => {
    expect(parsePlace('#registers/contractors?q=50%&f.kind=a,b').parts).toEqual(['contractors']);
    expect(parsePlace('#registers/100%/7').parts).toEqual(['100%', '7']);
    expect(parsePlace('')).toMatchObject({ page: '', parts: [] });
    expect(viewOf(parsePlace('#registers'))).toBeNull();
  });

  it('[RPG-1] a list’s address reads as the server is asked', () => {
    const query = withWord(withWord(new URLSearchParams('q=焊'), 'f.kind', 'a,b'), 'sort', '-until');
    const hash = placeHash(placeOf('qualifications', { is: 'list' }, query));
    expect(decodeURIComponent(hash)).toBe('#registers/qualifications?q=焊&sort=-until&f.kind=a,b');
    expect(hash).toContain('f.kind=a,b');
  });

  it('[RPG-2] a filter that is emptied is gone, clearing keeps the order, and an order alone is no filter', () => {
    const query = new URLSearchParams('q=a&sort=-name&f.kind=x&tab=history');
    expect(withWord(query, 'q', '').toString()).toBe('sort=-name&f.kind=x');
    expect(unfiltered(query).toString()).toBe('sort=-name');
    expect(isFiltered(query)).toBe(true);
    expect(isFiltered(unfiltered(query))).toBe(false);
  });

  it('[RPG-2] a press on a heading sorts up, then down, then up', () => {
    const first = sortOf(new URLSearchParams(), { sort: '-until' });
    expect(first).toEqual({ by: 'until', descending: true });
    const up = sortWord(first, 'name');
    const down = sortWord(sortOf(new URLSearchParams({ sort: up }), { sort: '' }), 'name');
    expect([up, down, sortWord({ by: 'name', descending: true }, 'name')]).toEqual(['name', '-name', 'name']);
  });

  it('[RPG-2] spans of instants are whole days of China, either end open', () => {
    const instant = field('instant');
    const span = { from: '2026-03-01', to: '2026-03-02' };
    const wordOf = spanWord(instant, span);
    const [from = '', to = ''] = wordOf.split('..');
    expect(new Date(Number(from)).toISOString()).toBe('2026-02-28T16:00:00.000Z');
    expect(new Date(Number(to)).toISOString()).toBe('2026-03-02T15:59:59.999Z');
    expect(spanOf(new URLSearchParams({ 'f.instant': wordOf }), instant)).toEqual(span);
    expect(spanWord(field('day'), { from: '', to: '2026-03-02' })).toBe('..2026-03-02');
    expect(spanWord(field('integer'), { from: '', to: '' })).toBe('');
  });
});

describe('the navigation', () => {
  it('[RPG-3] the administrators of accounts, security and audit see no people; the control room stands first for who has it', () => {
    for (const role of ['contractor', 'system-admin', 'security-admin', 'audit-admin'] as const) {
      expect(pagesOf(role).map(({ name }) => name)).not.toContain('');
      expect(pagesOf(role).map(({ name }) => name)).not.toContain('dashboard');
    }
    for (const role of ROLES) {
      const names = pagesOf(role).map(({ name }) => name);
      if (names.includes('')) expect(names[0]).toBe('');
    }
  });
});

describe('columns', () => {
  const description = {
    fields: [field('text', { name: 'code' }), field('text', { name: 'name' }), field('plan'), field('day')],
    columns: ['code', 'name'],
    choosesCompany: true,
    states: [{ name: 'draft', title: words('draft') }],
  } as unknown as RegisterDescription;

  it('[RPG-4] the company stands behind what names the row, the state last; plans are in no list', () => {
    expect(shownColumns(description, null)).toEqual(['code', COMPANY, 'name', STATE]);
    expect(possibleColumns(description)).not.toContain('plan');
    expect(possibleColumns(description)).toContain('day');
  });

  it('[RPG-4] chosen columns keep their order, those that are gone are left out, and none is the default', () => {
    expect(shownColumns(description, ['day', 'name', 'gone'])).toEqual(['name', 'day']);
    expect(shownColumns(description, ['gone'])).toEqual(shownColumns(description, null));
  });
});

describe('what stands in a form', () => {
  const place = { lng: 121.5, lat: 30.8, heightM: null };
  const plan: LngLat[] = [
    [121.1, 30.1],
    [121.2, 30.1],
    [121.2, 30.2],
  ];
  const file = { id: 'f', name: 'a.pdf', type: 'application/pdf', bytes: 7, digest: 'd' };
  const items = field('items', { fields: [field('day', { required: true }), field('integer', { min: 0, max: 9 })] });
  const held: readonly (readonly [FieldDescription, unknown])[] = [
    [field('text', { maxLength: 9 }), '甲'],
    [field('lines', { maxLength: 9 }), '甲\n乙'],
    [field('integer', { min: -5, max: 5 }), -3],
    [field('decimal', { digits: 2, min: 0, max: 9 }), 1.25],
    [field('yes-no'), false],
    [field('day'), '2026-03-01'],
    [field('instant'), Date.UTC(2026, 2, 1, 0, 5)],
    [field('choice'), 'a'],
    [field('choices'), ['a', 'b']],
    [field('reference'), 'k'],
    [field('references'), ['k', 'l']],
    [field('files'), [file]],
    [field('place'), place],
    [field('plan'), plan],
    [items, [{ day: '2026-03-01', integer: 3 }]],
  ];

  it.each(held)(
    '[RPG-5] $kind: what is kept comes through the form unchanged, and nothing stays nothing',
    (one, value) => {
      const fields = [one];
      for (const kept of [value, null]) {
        const drafts = draftsOf(fields, { [one.name]: kept });
        const { values, faults } = readDrafts(fields, drafts);
        expect(faults).toEqual({});
        expect(sameValue(values[one.name], kept)).toBe(true);
        expect(touchedFields(fields, { [one.name]: kept }, drafts)).toEqual([]);
      }
    },
  );

  it.each(held)('[RPG-5] $kind: what must be filled in and is not is said', (one) => {
    const required = { ...one, required: true };
    const { faults } = readDrafts([required], draftsOf([required], {}));
    expect(faults[one.name]?.key).toBe('wrong.required');
  });

  it.each([
    ['integer', { min: 0, max: 9 }, '1.5', 'wrong.notInteger'],
    ['integer', { min: 0, max: 9 }, '十', 'wrong.notNumber'],
    ['integer', { min: 0, max: 9 }, '-1', 'wrong.tooSmall'],
    ['decimal', { digits: 1, min: 0, max: 9 }, '1.25', 'wrong.digits'],
    ['decimal', { digits: 1, min: 0, max: 9 }, '9.1', 'wrong.tooLarge'],
    ['decimal', { digits: 1, min: 0, max: 9 }, '1e3', 'wrong.notNumber'],
    ['text', { maxLength: 2 }, '三个字', 'wrong.tooLong'],
    ['text', { pattern: { source: '^[a-z]+$', words: words('a-z') } }, 'A', 'wrong.pattern'],
    ['place', {}, { lng: '181', lat: '1', heightM: '' }, 'wrong.lng'],
    ['place', {}, { lng: '1', lat: '', heightM: '' }, 'wrong.lat'],
    ['place', {}, { lng: '1', lat: '1', heightM: 'x' }, 'wrong.height'],
    ['plan', {}, plan.slice(0, 2), 'wrong.corners'],
  ] as const)('[RPG-5] %s %j: %j is refused as %s', (kind, more, draft, key) => {
    expect(valueOfDraft(field(kind, more), draft as Draft)).toEqual({ fault: expect.objectContaining({ key }) });
  });

  it('[RPG-5] a fault within items is told by row and field', () => {
    const { faults } = readDrafts([items], {
      items: [
        { day: '2026-03-01', integer: '' },
        { day: '', integer: '12' },
      ],
    });
    expect(faults).toEqual({
      'items.1.day': { key: 'wrong.required' },
      'items.1.integer': { key: 'wrong.tooLarge', args: { n: 9 } },
    });
  });

  it('[RPG-6] a sealed field that is not typed anew is not sent; typed anew it is; emptied it goes', () => {
    const sealed = field('sealed');
    const read = (draft: Draft) => readDrafts([sealed], { sealed: draft }).values;
    expect(draftOf(sealed, '138****1234')).toBeNull();
    expect(read(null)).toEqual({});
    expect(read('13800001234')).toEqual({ sealed: '13800001234' });
    expect(read('')).toEqual({ sealed: null });
  });

  it('[RPG-5] a moment that was kept finer than it is shown is no change', () => {
    const instant = field('instant');
    const kept = { instant: 1_772_000_000_123 };
    expect(touchedFields([instant], kept, draftsOf([instant], kept))).toEqual([]);
    expect(touchedFields([instant], kept, { instant: '2026-03-01T08:05' })).toEqual(['instant']);
  });

  it('[RPG-7] instants are shown and typed in China time, whatever the zone', () => {
    const atMs = Date.UTC(2026, 11, 31, 16, 30, 5);
    expect(chinaText(atMs)).toBe('2027-01-01 00:30:05');
    expect(fromChinaInput(chinaInput(atMs))).toBe(atMs);
    expect(fromChinaInput('')).toBeNull();
    expect(chinaDaySpan('nonsense')).toBeNull();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (s) => {
        expect(fromChinaInput(chinaInput(s * 1000))).toBe(s * 1000);
      }),
    );
  });
});

describe('two people and one record', () => {
  const fields = ['name', 'until', 'note'];
  const before = { name: '甲', until: '2026-01-01', note: null };

  it('[RPG-8] fields that only they changed are taken, fields that only I changed are kept', () => {
    const theirs = { ...before, until: '2027-01-01' };
    const mine = { note: '新' };
    const conflicts = conflictsOf(fields, before, mine, theirs);
    expect(conflicts).toEqual([
      { field: 'until', before: '2026-01-01', mine: '2026-01-01', theirs: '2027-01-01', clashes: false },
    ]);
    expect(mergedChanges(conflicts, mine, {})).toEqual({ note: '新' });
  });

  it('[RPG-8] a field that both changed asks, and goes as it is said', () => {
    const theirs = { ...before, name: '丙', note: '同' };
    const mine = { name: '乙', note: '同' };
    const conflicts = conflictsOf(fields, before, mine, theirs);
    expect(conflicts.filter(({ clashes }) => clashes).map(({ field: name }) => name)).toEqual(['name']);
    expect(mergedChanges(conflicts, mine, { name: 'mine' })).toEqual({ name: '乙' });
    expect(mergedChanges(conflicts, mine, { name: 'theirs' })).toEqual({});
  });
});

describe('values in words', () => {
  it('[RPG-9] choices by their titles, numbers with unit and decimals, rows by their names, keys that nobody knows as such', () => {
    const options = [{ value: 'a', title: words('甲') }];
    expect(valueText(texts, field('choices', { options }), ['a', 'gone'])).toBe('甲、gone');
    expect(valueText(texts, field('decimal', { digits: 2, unit: words('米') }), 1.5)).toBe('1.50 米');
    const labels = { reference: { k: '一号罐' } };
    expect(valueText(texts, field('reference'), 'k', labels)).toBe('一号罐');
    expect(valueText(texts, field('reference'), 'x', labels)).toBe('x（未登记）');
    expect(valueText(texts, field('yes-no'), null)).toBe('');
    const post = field('items', { name: 'shifts', fields: [field('reference', { name: 'post' })] });
    expect(valueText(texts, post, [{ post: 'p' }], { 'shifts.post': { p: '中控' } })).toBe('中控');
  });
});

describe('plans as text', () => {
  const coordinate = fc.integer({ min: -89_000_000, max: 89_000_000 }).map((n) => n / 1e6);

  it('[RPG-10] corners come back from their text, closed or not, with commas of both scripts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(coordinate, coordinate), { maxLength: 20, selector: String }), (corners) => {
        expect(parseCorners(cornersText(corners))).toEqual({ ok: true, corners });
      }),
    );
    expect(parseCorners('121，30\n\n 122;30 \n122 31\n121,30')).toEqual({
      ok: true,
      corners: [
        [121, 30],
        [122, 30],
        [122, 31],
      ],
    });
    expect(parseCorners('121,30\n30,121')).toEqual({ ok: false, line: 2 });
  });

  it('[RPG-10] tells the area of a square of 100 m, and an outline that crosses itself', () => {
    const north = 100 / 111_319.49;
    const east = north / Math.cos((30.8 * Math.PI) / 180);
    const square: LngLat[] = [
      [121, 30.8],
      [121 + east, 30.8],
      [121 + east, 30.8 + north],
      [121, 30.8 + north],
    ];
    expect(areaM2(square)).toBeGreaterThan(9_900);
    expect(areaM2(square)).toBeLessThan(10_100);
    const [a, b, c, d] = square as [LngLat, LngLat, LngLat, LngLat];
    expect(crossesItself(square)).toBe(false);
    expect(crossesItself([a, c, b, d])).toBe(true);
  });
});

describe('what an action shows', () => {
  it('[PRK-17] several lines are a document with a name that every file system takes, one line is none', () => {
    expect(isDocument('# 交接说明\n- a')).toBe(true);
    expect(isDocument('3f9c')).toBe(false);
    expect(documentName('交接说明 人员定位')).toBe('交接说明-人员定位.md');
    expect(documentName(' ../a\\b:"c" ')).toBe('a-b-c.md');
    expect(documentName(' / ')).toBe('document.md');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
        const name = documentName(title);
        expect(name).toMatch(/^[^\p{C}\s/\\:*?"<>|.]+\.md$/u);
        expect([...name].length).toBeLessThanOrEqual(103);
      }),
    );
  });

  it('[PRK-18] the match at other companies is offered with people alone, to those whom the server lets', () => {
    expect(ROLES.filter((role) => mayMatchPeople('people', role)).sort()).toEqual(
      [...(samePersonRoutes({} as never)[0]?.roles ?? [])].sort(),
    );
    expect(ROLES.filter((role) => mayMatchPeople('contractor-people', role))).toEqual([]);
  });
});
