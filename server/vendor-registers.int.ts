/** What a supplier sends, from the door over the log's bytes and the store to the pages of those whom it concerns. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  type Caller,
  COMPANY,
  createRegisterPark,
  OTHER_COMPANY,
  type RegisterPark,
} from '../admin/register/test-park.ts';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import type { RegisterPage, RegisterRow } from '../core/register-api.ts';
import { PartitionKeeper } from '../db/partition-keeper.ts';
import { Store } from '../db/store.ts';
import { ROUTES } from '../ingest/routes.ts';
import { REGISTERS } from '../registers/index.ts';
import { createBlindIndex } from '../security/blind-index.ts';
import { createSealer } from '../security/gm.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';
import { createOrigin } from '../test/builders/entries.ts';
import { createContractorPerson, createContractorUnit } from '../test/sample-records.ts';
import { VENDOR_REGISTERS } from './vendor-registers.ts';

const NOW = 1_790_000_000_000;
const UNIT = '91310000MA1FL0000X';
const CONTRACTORS = REGISTERS.filter(({ name }) => name.startsWith('contractor-') || name === 'commitments');
const masterKey = Buffer.alloc(32, 7);

describe('a register that vendors and pages fill', () => {
  let park: RegisterPark;
  let store: Store;
  let seq = 0;
  beforeAll(async () => {
    park = await createRegisterPark(inject('databaseUrl'), CONTRACTORS);
    const shared = { pool: park.pool, clock: new ManualClock(NOW), logger: silentLogger };
    const partitions = new PartitionKeeper({ ...shared, timescale: false, maxBytes: null });
    store = new Store({ ...shared, partitions, registers: VENDOR_REGISTERS });
    await store.claim({ term: 1, epoch: 'e', first: { nextSeq: 1, alarmsNextSeq: 1 } });
    await send('/v1/contractors/people', createContractorPerson({ COMPANY_CODE: COMPANY }));
    await send('/v1/contractors/units', createContractorUnit({ COMPANY_CODE: COMPANY }));
  });
  afterAll(() => park.end());

  async function send(path: string, record: object): Promise<void> {
    const route = ROUTES.find((one) => one.path === path);
    const context = { companyCode: COMPANY, receivedAtMs: NOW, sosOnly: false };
    const keys = { sealer: createSealer([masterKey]), blindIndex: createBlindIndex(masterKey) };
    const checked = await route?.check([record], { ...context, ...keys });
    if (route === undefined || checked?.accepted !== 1) throw new Error(JSON.stringify(checked?.rejected));
    const body = checked.encode(createOrigin({ companyCode: COMPANY, received: 1 }));
    const entry = decodeEntry({ seq: ++seq, epoch: 'e', kind: route.entryKind, receivedAtMs: NOW, body });
    await store.apply({ entries: [entry], unfit: [], effects: [], nextSeq: seq + 1, alarmsNextSeq: 1 });
  }
  const listOf = async (caller: Caller, register: string, query = ''): Promise<readonly RegisterRow[]> =>
    (await caller.call('GET', `/${register}${query}`)).json<RegisterPage>().rows;
  const staff = () => park.as({ role: 'enterprise', companyCode: COMPANY });

  test('[VRG-11] pages show what came masked, find it by its number, and open it with a reason', async () => {
    const company = await staff();
    const [person] = await listOf(company, 'contractor-people', '?f.idNumber=31010119900101123X');
    expect(person).toMatchObject({ values: { number: 'CP-1', idNumber: '310***********123X', unit: UNIT } });
    expect(await listOf(company, 'contractor-people', '?f.idNumber=310101199001011230')).toEqual([]);
    const reveal = { field: 'idNumber', reason: '核对证件' };
    const opened = await company.call('POST', `/contractor-people/${person?.id}/reveal`, reveal);
    expect(opened.json()).toMatchObject({ value: '31010119900101123X' });
  });

  test('[VRG-2] the contractor of the unit sees its people, another unit and another company see none', async () => {
    const contractor = (contractorCode: string) =>
      park.as({ role: 'contractor', companyCode: COMPANY, contractorCode });
    expect(await listOf(await contractor(UNIT), 'contractor-people')).toHaveLength(1);
    expect(await listOf(await contractor('91310000MA1FL0001X'), 'contractor-people')).toEqual([]);
    expect(
      await listOf(await park.as({ role: 'enterprise', companyCode: OTHER_COMPANY }), 'contractor-people'),
    ).toEqual([]);
    expect(await listOf(await park.as({ role: 'park' }), 'contractor-people')).toHaveLength(1);
  });

  test('[VRG-3] [VRG-23] a unit that came confirmed is filed by the park alone; later records change fields, not the state', async () => {
    const [unit] = await listOf(await staff(), 'contractor-units');
    expect(unit).toMatchObject({ state: 'confirmed', values: { name: '示例检维修有限公司' } });
    expect(unit?.fromVendor).toEqual(expect.arrayContaining(['name', 'contact', 'phone']));
    const move = { version: unit?.version };
    expect((await (await staff()).call('POST', `/contractor-units/${unit?.id}/moves/file`, move)).statusCode).toBe(403);
    const patch = async (version: number | undefined) =>
      (await staff()).call('PATCH', `/contractor-units/${unit?.id}`, { version, values: { contact: '冯示例' } });
    expect((await patch(unit?.version)).statusCode).toBe(422);
    const step = async (name: string, request: object) =>
      (await staff()).call('POST', `/contractor-units/${unit?.id}/moves/${name}`, request);
    expect((await step('change', { ...move, reason: '更换联系人' })).json()).toMatchObject({ state: 'applied' });
    expect((await patch(2)).statusCode).toBe(200);
    expect((await step('confirm', { version: 3 })).json()).toMatchObject({ state: 'confirmed' });
    const filed = await (await park.as({ role: 'park' })).call('POST', `/contractor-units/${unit?.id}/moves/file`, {
      version: 4,
    });
    expect(filed.json()).toMatchObject({ state: 'filed' });
    await send(
      '/v1/contractors/units',
      createContractorUnit({ COMPANY_CODE: COMPANY, GRADE: '一级', CONTACT: '陈示例' }),
    );
    const [after] = await listOf(await staff(), 'contractor-units');
    expect(after).toMatchObject({ state: 'filed', values: { grade: '一级', contact: '冯示例' } });
  });
});
