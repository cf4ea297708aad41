import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { text } from './field.ts';
import { mergeVendor, type StandingRow } from './merge.ts';
import { defineRegister } from './register.ts';

const title = { zh: '字段', en: 'Field' };
const vendors = (wins: 'vendor' | 'page') => text({ title, maxLength: 9, vendor: { name: 'X', wins } });
const register = defineRegister({
  name: 'merged',
  title,
  group: 'contractors',
  about: title,
  scope: 'company',
  fields: {
    key: text({ title, maxLength: 9, required: true, unique: true }),
    v1: vendors('vendor'),
    v2: vendors('vendor'),
    p1: vendors('page'),
    p2: vendors('page'),
    own: text({ title, maxLength: 9 }),
  },
  key: 'key',
  label: 'key',
  rights: { read: ['park'] },
  list: { columns: ['key'], sort: { by: 'key' }, filters: [] },
  form: [{ fields: ['key'] }],
});

const NAMES = ['v1', 'v2', 'p1', 'p2', 'own'] as const;
const word = fc.constantFrom(null, 'a', 'b', 'c');
const words = fc.record(Object.fromEntries(NAMES.map((name) => [name, word])), { requiredKeys: [] });
/** Who says what, one after the other. */
const story = fc.array(fc.record({ by: fc.constantFrom('vendor', 'page'), words }), { maxLength: 12 });

/** As a store keeps a page's change. */
const pageSays = (row: StandingRow, said: Readonly<Record<string, unknown>>): StandingRow => ({
  values: { ...row.values, ...said },
  fromVendor: row.fromVendor.filter((name) => !Object.hasOwn(said, name)),
});
const vendorSays = (row: StandingRow | null, said: Readonly<Record<string, unknown>>): StandingRow => {
  const { values, fromVendor } = mergeVendor(register, row, said);
  return { values: { ...row?.values, ...values }, fromVendor };
};
const told = (steps: readonly { by: string; words: Readonly<Record<string, unknown>> }[]): StandingRow =>
  steps.reduce<StandingRow>(
    (row, { by, words: said }) => (by === 'page' ? pageSays(row, said) : vendorSays(row, said)),
    {
      values: {},
      fromVendor: [],
    },
  );

describe('a vendor’s record meets a row', () => {
  it('[REG-50] a new row has all that the vendor sent of its own fields', () => {
    expect(mergeVendor(register, null, { v1: 'a', p1: 'b', p2: null, own: 'x', other: 'y' })).toEqual({
      values: { v1: 'a', p1: 'b', p2: null },
      fromVendor: ['v1', 'p1'],
    });
  });

  it('[REG-51] where the vendor wins, its last word stands whatever the page said before', () => {
    fc.assert(
      fc.property(story, words, (steps, last) => {
        const row = vendorSays(told(steps), last);
        for (const name of ['v1', 'v2'] as const) {
          if (Object.hasOwn(last, name)) expect(row.values[name] ?? null).toBe(last[name]);
        }
      }),
    );
  });

  it('[REG-52] where the page wins, what a page said stands against every vendor until a page takes it back', () => {
    fc.assert(
      fc.property(story, fc.constantFrom('a', 'b'), fc.array(words, { maxLength: 5 }), (steps, said, records) => {
        const stood = records.reduce<StandingRow>(vendorSays, pageSays(told(steps), { p1: said }));
        expect(stood.values['p1']).toBe(said);
        expect(stood.fromVendor).not.toContain('p1');
        expect(vendorSays(pageSays(stood, { p1: null }), { p1: 'c' }).values['p1']).toBe('c');
      }),
    );
  });

  it('[REG-53] fields of no vendor are never touched, and what a record leaves out stands', () => {
    fc.assert(
      fc.property(story, words, (steps, last) => {
        const before = told(steps);
        const { values } = mergeVendor(register, before, last);
        expect(Object.keys(values).every((name) => name !== 'own' && Object.hasOwn(last, name))).toBe(true);
      }),
    );
  });

  it('[REG-53] a record that comes twice changes nothing the second time, and fields of a vendor are never empty', () => {
    fc.assert(
      fc.property(story, words, (steps, record) => {
        const once = vendorSays(told(steps), record);
        const again = mergeVendor(register, once, record);
        expect(again).toEqual({ values: {}, fromVendor: once.fromVendor });
        for (const name of once.fromVendor) expect(once.values[name] ?? null).not.toBeNull();
      }),
    );
  });
});
