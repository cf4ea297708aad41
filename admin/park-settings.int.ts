import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { queryRows } from '../db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { StoredParkSettings } from './park-settings.ts';

const OWN = '310000001';
const OTHER = '310000002';

let database: TestDatabase;
let settings: StoredParkSettings;
/** An area of the own company, new for each test. */
let key: string;
const clock = new ManualClock(1_760_000_000_000);

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  settings = new StoredParkSettings(database.pool, clock, 0);
});
afterAll(() => database.drop());
beforeEach(() => {
  clock.advance(1_000);
  key = `${OWN}/${randomUUID().slice(0, 8)}`;
});

const put = (value: unknown, expectedVersion: number, of = key) =>
  settings.put({ topic: 'area', key: of, value, expectedVersion, reason: '试行' }, COMMAND_LINE);
const heldValue = async (of = key): Promise<unknown> =>
  (await settings.list(null, 'area')).settings.find((one) => one.key === of)?.value;
const outboxOf = (of = key) =>
  queryRows<{ body: { version: number; value: unknown } }>(
    database.pool,
    `SELECT body FROM outbox WHERE body ->> 'key' = $1 ORDER BY id`,
    [of],
  );
const auditOf = (subject: string) =>
  queryRows<{ action: string; detail: unknown }>(
    database.pool,
    'SELECT action, detail FROM audit WHERE subject = $1 ORDER BY id',
    [subject],
  );

describe('settings of the park', () => {
  test('[STG-1] each change is row, history, audit and outbox; a withdrawal is a version', async () => {
    await put({ dwellLimitS: 60 }, 0);
    await put({ dwellLimitS: 90 }, 1);
    expect(await put(null, 2)).toMatchObject({ version: 3 });
    expect(await heldValue()).toBeNull();
    expect((await outboxOf()).map(({ body }) => [body.version, body.value])).toEqual([
      [1, { dwellLimitS: 60 }],
      [2, { dwellLimitS: 90 }],
      [3, null],
    ]);
    expect(await auditOf(`area:${key}`)).toMatchObject([
      { action: 'setting.put', detail: { version: 1, reason: '试行', withdrawn: false } },
      { detail: { version: 2 } },
      { detail: { version: 3, withdrawn: true } },
    ]);
    await expect(put(null, 0, `${key}x`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[STG-2] a stale version keeps nothing', async () => {
    await put({ dwellLimitS: 60 }, 0);
    for (const stale of [0, 2]) {
      await expect(put({ dwellLimitS: 90 }, stale)).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    await expect(put({ dwellLimitS: 90 }, 1, `${key}x`)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await heldValue()).toEqual({ dwellLimitS: 60 });
    expect([await outboxOf(), await auditOf(`area:${key}`)].map(({ length }) => length)).toEqual([1, 1]);
  });

  test.each([0, 1])('[STG-2] of several at once, who all saw version %i, one wins', async (seen) => {
    if (seen === 1) await put({ dwellLimitS: 1 }, 0);
    const tries = await Promise.allSettled([10, 20, 30, 40].map((dwellLimitS) => put({ dwellLimitS }, seen)));
    const [won, ...others] = tries.sort((a, b) => (a.status < b.status ? -1 : 1));
    expect(won).toMatchObject({ status: 'fulfilled', value: { version: seen + 1 } });
    for (const lost of others) expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'CONFLICT' } });
    expect(await outboxOf()).toHaveLength(seen + 1);
  });

  test('[STG-3] what the check does not take is refused with the reason, before anything is written', async () => {
    const refused = { code: 'INPUT_INVALID', detail: expect.stringContaining('dwellLimitS') as string };
    await expect(put({ dwellLimitS: -1 }, 0)).rejects.toMatchObject(refused);
    await expect(put({ dwellLimitS: 60 }, 0, 'no-company')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const nowhere = { topic: 'tides', key: '', value: {}, expectedVersion: 0, reason: 'x' };
    await expect(settings.put(nowhere, COMMAND_LINE)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await outboxOf()).toEqual([]);
  });

  test('[STG-5] the history has every version, newest first, and nothing in it can be changed', async () => {
    const firstAtMs = clock.nowMs();
    await put({ dwellLimitS: 60 }, 0);
    clock.advance(5_000);
    await put(null, 1);
    expect((await settings.history(null, 'area', key)).versions).toEqual([
      { version: 2, value: null, by: COMMAND_LINE.userName, atMs: firstAtMs + 5_000, reason: '试行' },
      { version: 1, value: { dwellLimitS: 60 }, by: COMMAND_LINE.userName, atMs: firstAtMs, reason: '试行' },
    ]);
    for (const change of ['UPDATE setting_version SET value = NULL', 'DELETE FROM setting_version']) {
      await expect(queryRows(database.pool, change)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('[STG-6] an import tells each item, and is kept whole or not at all', async () => {
    await put({ dwellLimitS: 60, capacityMax: 5 }, 0);
    const import_ = (dryRun: boolean, last: unknown) =>
      settings.import(
        {
          topic: 'area',
          items: [
            { key, value: { capacityMax: 5, dwellLimitS: 60 } },
            { key: `${key}-new`, value: { dwellLimitS: 1 } },
            { key: `${key}-last`, value: last },
          ],
          reason: '批量',
          dryRun,
        },
        COMMAND_LINE,
      );
    const bad = await import_(false, { dwellLimitS: 'long' });
    expect(bad).toMatchObject({ ok: false, items: [{ outcome: 'same' }, { outcome: 'new' }, { outcome: 'invalid' }] });
    expect(bad.items[2]?.problem).toContain('dwellLimitS');
    expect(await import_(true, { dwellLimitS: 2 })).toMatchObject({ ok: true, items: [{}, { version: 1 }, {}] });
    expect(await heldValue(`${key}-new`)).toBeUndefined();
    expect(await import_(false, { dwellLimitS: 2 })).toMatchObject({
      ok: true,
      items: [
        { outcome: 'same', version: 1 },
        { outcome: 'new', version: 1 },
        { outcome: 'new', version: 1 },
      ],
    });
    expect(await heldValue(`${key}-new`)).toEqual({ dwellLimitS: 1 });
    expect([await outboxOf(), await outboxOf(`${key}-new`)].map(({ length }) => length)).toEqual([1, 1]);
    expect(await import_(false, { dwellLimitS: 3 })).toMatchObject({
      items: [{ outcome: 'same' }, { outcome: 'same' }, { outcome: 'changed', version: 2 }],
    });
  });

  test('[STG-7] a company reads what is keyed by its own code, and nothing else', async () => {
    const others = `${OTHER}/a`;
    await put({ dwellLimitS: 60 }, 0);
    await put({ dwellLimitS: 60 }, 0, others);
    await put({ dwellLimitS: 60 }, 0, `${OWN}0/a`);
    await settings.put({ topic: 'rules', key: '', value: {}, expectedVersion: 0, reason: 'x' }, COMMAND_LINE);
    const seen = (await settings.list(OWN, null)).settings;
    expect(seen.map((one) => one.key)).toContain(key);
    expect(seen.every((one) => one.key.startsWith(`${OWN}/`))).toBe(true);
    await expect(settings.history(OWN, 'area', others)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(settings.history(OWN, 'rules', '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await settings.history(OWN, 'area', key)).versions).toHaveLength(1);
  });
});
