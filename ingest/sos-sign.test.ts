import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { blindIndex, COMPANY, createPosition, START_MS, sealer } from '../test/ingest-fixture.ts';
import { createPersonAlarm } from '../test/sample-records.ts';
import type { BodyType } from './body-type.ts';
import { parseRecords } from './parse-body.ts';
import { ROUTES, type Route } from './routes.ts';

const packr = new Packr({ useRecords: false });
const routeOf = (interfaceName: string): Route => {
  const route = ROUTES.find((known) => known.interfaceName === interfaceName);
  if (route === undefined) throw new Error(`no route of ${interfaceName}`);
  return route;
};
const positions = routeOf('positions');
const personAlarms = routeOf('person-alarms');

const mayHold = (route: Route, body: Buffer, type: BodyType): boolean => route.sos?.mayBeIn(body, type) === true;
const kept = async (route: Route, body: Buffer, type: BodyType): Promise<number> => {
  const parsed = parseRecords(body, type);
  if (!parsed.ok) return 0;
  const context = { companyCode: COMPANY, receivedAtMs: START_MS, sealer, blindIndex, sosOnly: true };
  return (await route.check(parsed.value, context)).accepted;
};

/** The name with underscores anywhere, in any case. */
const spellingsOf = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...[...name].map((letter) => fc.tuple(fc.constantFrom('', '', '_', '__'), fc.boolean(), fc.constant(letter))),
    )
    .map((letters) => letters.map(([gap, isLower, letter]) => gap + (isLower ? letter.toLowerCase() : letter)).join(''))
    .chain((text) => fc.constantFrom(text, `${text}_`));
const blanks = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
/** Some characters of a JSON text's strings as Unicode escapes. */
const escaped = (text: string, every: number): string =>
  every === 0
    ? text
    : text.replaceAll(/[A-Za-z01]/g, (letter, at: number) =>
        at % every === 0 ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
      );

const CASES = [
  {
    route: positions,
    name: 'SOS',
    base: createPosition(),
    values: [
      'true',
      '1',
      '1.0',
      '10e-1',
      '0.1e1',
      '"1"',
      '"true"',
      '" TRUE "',
      '"\u3000true"',
      '"\\t1"',
      'false',
      '0',
      '""',
      'null',
      '"0"',
      '2',
      '[true]',
    ],
  },
  {
    route: personAlarms,
    name: 'ALARM_TYPE',
    base: Object.fromEntries(Object.entries(createPersonAlarm()).filter(([name]) => name !== 'ALARM_TYPE')),
    values: [
      '0',
      '-0',
      '0.0',
      '0e7',
      '1e-400',
      '"0"',
      '" 0"',
      '"\\n0 "',
      '"\u30000"',
      '1',
      '"1"',
      '3',
      '"4"',
      'null',
      '10',
      '"00"',
    ],
  },
];

describe.each(CASES)('a call for help in $name', ({ route, name, base, values }) => {
  const written = fc.record({
    key: spellingsOf(name.replaceAll('_', '')),
    value: fc.constantFrom(...values),
    gap: fc.tuple(blanks, blanks, blanks),
    every: fc.constantFrom(0, 0, 1, 2, 3),
  });

  test('[ING-38] is told from JSON whenever it would be taken', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(written, async ({ key, value, gap, every }) => {
        const rest = JSON.stringify(base).slice(1);
        const body = Buffer.from(`{"records":[{"${escaped(key, every)}"${gap[0]}:${gap[1]}${value}${gap[2]},${rest}]}`);
        const isTaken = (await kept(route, body, 'json')) > 0;
        if (isTaken) taken++;
        expect([body.toString(), !isTaken || mayHold(route, body, 'json')]).toEqual([body.toString(), true]);
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test('[ING-38] is told from MessagePack, by rows and by columns, whenever it would be taken', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(written, fc.boolean(), async ({ key, value, every }, byColumns) => {
        const record = { ...base, [key]: JSON.parse(value) as unknown };
        const columns = Object.fromEntries(Object.entries(record).map(([field, one]) => [field, [one]]));
        const body = packr.pack(byColumns ? { columns } : { records: [record] });
        // Other encoders write small numbers as floats: 64 bits here.
        const floats = Buffer.from(
          body.toString('latin1').replace(`${key}\x00`, `${key}\xcb${'\0'.repeat(8)}`),
          'latin1',
        );
        for (const bytes of every === 0 ? [body] : [body, floats]) {
          const isTaken = (await kept(route, bytes, 'msgpack')) > 0;
          if (isTaken) taken++;
          expect([record, !isTaken || mayHold(route, bytes, 'msgpack')]).toEqual([record, true]);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test('[ING-38] is not seen in usual batches, which then need no parsing', () => {
    const usual = name === 'SOS' ? { ...base, SOS: false } : { ...base, ALARM_TYPE: '1' };
    const body = { records: Array(100).fill(usual) };
    expect(mayHold(route, Buffer.from(JSON.stringify(body)), 'json')).toBe(false);
    expect(mayHold(route, packr.pack(body), 'msgpack')).toBe(false);
  });

  test('[ING-38] costs one pass over a body made to hurt', () => {
    const letters = name.replaceAll('_', '').slice(0, -1);
    for (const body of [
      `"${letters}`.padEnd(4_000_000, '_'),
      `"${name}":`.padEnd(4_000_000, ' '),
      `"${'_'.repeat(20)}`.repeat(180_000),
    ]) {
      for (const type of ['json', 'msgpack'] as const) mayHold(route, Buffer.from(body), type);
    }
  });
});

test('[ING-38] a letter that only looks like one of ours names no field', async () => {
  const record = JSON.stringify({ ...createPosition(), ſOS: true });
  expect(await kept(positions, Buffer.from(`{"records":[${record}]}`), 'json')).toBe(0);
});
