import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import { blindIndex, COMPANY, START_MS, sealer } from '../../test/ingest-fixture.ts';
import { SAMPLE_RECORDS } from '../../test/sample-records.ts';
import { type CheckedBatch, ROUTES, type Route } from '../routes.ts';
import type { Field } from './fields.ts';

/** Whole seconds, so that every format can say it. */
const INSTANT_MS = START_MS - 5_000;
const camelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const SPELLINGS: readonly ((name: string) => string)[] = [
  camelCase,
  (name) => name.replaceAll('_', ''),
  (name) => name.replaceAll('_', '').toLowerCase(),
  (name) => name.toLowerCase(),
];
const TIME_FORMS = [
  INSTANT_MS,
  String(INSTANT_MS),
  '2026-07-01 11:59:55',
  '20260701115955',
  '2026-07-01T11:59:55+08:00',
  '2026-07-01T03:59:55Z',
  new Date(INSTANT_MS),
];

const check = async (route: Route, record: unknown): Promise<CheckedBatch> =>
  route.check([record], { companyCode: COMPANY, receivedAtMs: START_MS, sealer, blindIndex, sosOnly: false });
/** What stands in the log, but for sealed values: they differ each time. */
function entryOf(route: Route, batch: CheckedBatch): unknown {
  const body = batch.encode({ batchId: 'b', appId: 'a', companyCode: COMPANY, received: 1, refused: 0 });
  const entry = decodeEntry({ seq: 1, epoch: 'e', kind: route.entryKind, receivedAtMs: START_MS, body });
  return JSON.parse(JSON.stringify(entry, (name, value: unknown) => (/sealed$/i.test(name) ? '' : value)));
}

/** Every name in the record spelled by `spell`, inside lists too. */
function respelled(
  record: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  spell: (name: string) => string,
): object {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const is = fields.find((field) => field.name === name)?.is;
      const inner =
        is?.type === 'objects' && Array.isArray(value) ? value.map((item) => respelled(item, is.fields, spell)) : value;
      return [spell(name), inner];
    }),
  );
}

/** Every time in the record, inside lists too, and every optional one added, as `form`. */
function retimed(
  record: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  form: unknown,
): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...record };
  for (const { name, is } of fields) {
    const value = changed[name];
    if (is.type === 'time') changed[name] = form;
    if (is.type === 'objects' && Array.isArray(value))
      changed[name] = value.map((item) => retimed(item, is.fields, form));
  }
  return changed;
}

describe.each(ROUTES.map((route) => [route.path, route] as const))('%s', (path, route) => {
  const sample = SAMPLE_RECORDS[path] ?? {};

  test('[ING-21] every field, inside lists too, is read under each spelling and counted as an alias', async () => {
    const asPublished = await check(route, sample);
    expect([asPublished.accepted, asPublished.aliases]).toEqual([1, 0]);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.constantFrom(...SPELLINGS)), async (spellings) => {
        let aliases = 0;
        const record = respelled(sample, route.fields, (name) => {
          const spelling = (spellings.next().value ?? camelCase)(name);
          if (spelling !== name) aliases++;
          return spelling;
        });
        const batch = await check(route, record);
        expect([batch.rejected, batch.accepted, batch.aliases]).toEqual([[], 1, aliases]);
        expect(entryOf(route, batch)).toEqual(entryOf(route, asPublished));
      }),
      { numRuns: 30 },
    );
  });

  test('[ING-16] every time, inside lists too, is read in each format and means the same', async () => {
    const usual = await check(route, retimed(sample, route.fields, INSTANT_MS));
    expect(usual.rejected).toEqual([]);
    for (const form of TIME_FORMS) {
      const batch = await check(route, retimed(sample, route.fields, form));
      expect([form, batch.rejected, entryOf(route, batch)]).toEqual([form, [], entryOf(route, usual)]);
    }
    const times = route.fields.filter((field) => field.is.type === 'time');
    for (const { name } of times) {
      const { rejected } = await check(route, { ...sample, [name]: '2026/07/01 11:59:55' });
      expect(rejected).toMatchObject([{ field: name, code: 'TIME_FORMAT' }]);
    }
  });
});
