/** The register of tags over the tables that the store writes. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { applyPersons } from '../../db/person-rows.ts';
import { withTransaction } from '../../db/pool.ts';
import { Subjects } from '../../db/subjects.ts';
import { tags } from '../../registers/tags.ts';
import type { PersonRecord } from '../../stream/protocol/entry.ts';
import { createPerson } from '../../test/builders/entries.ts';
import { createTestDatabase, type TestDatabase } from '../../test/contract/storage-database.ts';
import type { ListQuery, RowScope } from '../register/store.ts';
import { TableStore } from '../register/table-store.ts';

const [A, B] = ['900000001', '900000002'] as const;
const ALL: RowScope = { companyCode: null, contractorCode: null };
const T0 = 1_790_000_000_000;
const LATER = T0 + 60_000;
const LIST: ListQuery = {
  search: null,
  filters: [],
  companyCode: null,
  states: [],
  sort: { by: 'cardNo', descending: false },
  after: null,
  limit: 50,
};

describe('register of tags', () => {
  const store = new TableStore(tags);
  let database: TestDatabase;

  const persons = (records: readonly Partial<PersonRecord>[], atMs = T0, companyCode: string = A) =>
    withTransaction(database.pool, (client) =>
      applyPersons(
        client,
        new Subjects(),
        companyCode,
        records.map((one) => createPerson({ companyCode, updatedAtMs: atMs, ...one })),
        atMs,
      ),
    );
  /** A card that sent a fix before anybody was known to wear it. */
  const unknown = (cardNo: string, jointTest = false, companyCode: string = A) =>
    database.pool.query(
      'INSERT INTO person (company_code, card_no, received_at, joint_test) VALUES ($1, $2, to_timestamp($3), $4)',
      [companyCode, cardNo, T0 / 1000, jointTest],
    );
  const fix = (who: string, atMs: number, batteryPct: number | null, source = 0) =>
    database.pool.query(
      `INSERT INTO person_latest (person_id, source, observed_at, received_at, battery_pct)
       SELECT id, $2, to_timestamp($3), to_timestamp($3), $4 FROM person WHERE coalesce(person_id, card_no) = $1`,
      [who, source, atMs / 1000, batteryPct],
    );
  const rows = async (query: Partial<ListQuery> = {}, scope = ALL) =>
    (await store.list(database.pool, scope, { ...LIST, ...query })).rows;
  const cards = async (query: Partial<ListQuery> = {}, scope = ALL) =>
    (await rows(query, scope)).map(({ values }) => values['cardNo']);

  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseUrl'));
  });
  afterAll(() => database.drop());
  beforeEach(() => database.clear());

  it('[PRK-16] a worn card is told with its wearer, since when, and the newest fix of any source', async () => {
    await persons([{ personId: 'P1', cardNo: 'K1', type: 'contractor' }, { personId: 'P2' }]);
    await fix('P1', T0 + 2_000, 40, 0);
    await fix('P1', T0 + 5_000, 39, 1);
    expect(await rows()).toMatchObject([
      {
        companyCode: A,
        values: {
          cardNo: 'K1',
          binding: 'bound',
          person: 'P1',
          type: 'contractor',
          since: T0,
          lastFix: T0 + 5_000,
          battery: 39,
        },
      },
    ]);
  });

  it('[PRK-16] a first wearer wears it since the first record, a later one since the own, of old ones it is not known', async () => {
    await persons([{ personId: 'P1', cardNo: 'K1' }]);
    await persons([{ personId: 'P1', cardNo: 'K1', post: '班长' }], LATER);
    expect(await rows()).toMatchObject([{ values: { person: 'P1', since: T0 } }]);
    await persons([{ personId: 'P2', cardNo: 'K1' }], LATER + 1);
    expect(await rows()).toMatchObject([{ values: { person: 'P2', since: LATER + 1 } }]);
    await persons([{ personId: 'P3', cardNo: 'K3' }]);
    await database.pool.query(`UPDATE card_first_wearer SET since = '-infinity' WHERE card_no = 'K3'`);
    expect(await rows({ search: 'k3' })).toMatchObject([{ values: { person: 'P3', since: null } }]);
  });

  it('[PRK-16] a card that nobody wears is a row until somebody does, and none twice; those of joint tests are none', async () => {
    await unknown('K1');
    await unknown('K2');
    await unknown('K2', true);
    await unknown('K9', true);
    await fix('K1', T0, 80);
    const [before] = await rows();
    expect(before?.values).toEqual({
      cardNo: 'K1',
      binding: 'unbound',
      person: null,
      type: 'unidentified',
      since: null,
      lastFix: T0,
      battery: 80,
    });
    await persons([{ personId: 'P1', cardNo: 'K1' }]);
    expect(await cards()).toEqual(['K1', 'K2']);
    const [after] = await rows();
    expect(after).toMatchObject({ id: before?.id, values: { binding: 'bound', person: 'P1' } });
    await persons([{ personId: 'P1', cardNo: 'K1', deleted: true }], LATER);
    expect((await rows())[0]?.values).toMatchObject({ binding: 'unbound', person: null, lastFix: T0 });
  });

  it('[PRK-16] lists are filtered, sorted, searched, paged and counted, and a company sees its own alone', async () => {
    await persons([
      { personId: 'P1', cardNo: 'AB1', type: 'visitor' },
      { personId: 'P2', cardNo: 'AB2' },
    ]);
    await persons([{ personId: 'P1', cardNo: 'AB1' }], T0, B);
    await unknown('ZZ');
    await fix('P2', T0, 10);
    const own = { companyCode: A, contractorCode: null };
    expect(await cards({}, own)).toEqual(['AB1', 'AB2', 'ZZ']);
    expect(await cards({ search: 'ab' })).toEqual(['AB1', 'AB1', 'AB2']);
    expect(await cards({ filters: [{ field: 'binding', oneOf: ['unbound'] }] })).toEqual(['ZZ']);
    expect(await cards({ filters: [{ field: 'type', oneOf: ['visitor'] }] })).toEqual(['AB1']);
    expect(await cards({ filters: [{ field: 'battery', from: null, to: '20' }] })).toEqual(['AB2']);
    expect((await cards({ sort: { by: 'lastFix', descending: true } }))[0]).toBe('AB2');
    expect(await store.count(database.pool, own, LIST, 1_001)).toBe(3);
    const first = await store.list(database.pool, ALL, { ...LIST, limit: 2 });
    expect(await cards({ limit: 2, after: first.next })).toEqual(['AB2', 'ZZ']);
    const [row] = await rows({ companyCode: B });
    expect(await store.get(database.pool, own, row?.id ?? '')).toBeNull();
    expect(await store.get(database.pool, ALL, row?.id ?? '')).toEqual(row);
    expect((await store.byKeys(database.pool, [A], ['AB1', 'ZZ', 'none'])).length).toBe(2);
  });
});
