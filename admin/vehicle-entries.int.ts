import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ActionAnswer, RegisterPage, RegisterRow } from '../core/register-api.ts';
import type { VehicleEntryForm } from '../core/vehicle-entry-api.ts';
import { listen } from '../db/listen.ts';
import { NOTICE_CHANNEL } from '../db/notices.ts';
import { contractorUnits } from '../registers/contractor-units.ts';
import { contractorVehicles } from '../registers/contractor-vehicles.ts';
import { createSealer } from '../security/gm.ts';
import { type Caller, COMPANY, createRegisterPark, OTHER_COMPANY, type RegisterPark } from './register/test-park.ts';
import { SERVER_KEY } from './test-server.ts';
import { ENTRY_ADDRESS_LIMIT, ENTRY_LINK_LIMIT, LINK_LASTS_MS, vehicleEntryActions } from './vehicle-entries.ts';

const UNIT = '91310116MA1J8XK21A';
const PHONE = '13917654321';
const VEHICLE = { plate: '沪a 12345', kind: 'truck', driver: '王师傅', driverPhone: PHONE, insuredTo: '2027-03-01' };

describe('vehicles that drivers enter by themselves', () => {
  let park: RegisterPark;
  let mine: Caller;
  let other: Caller;
  let unit: RegisterRow;
  let theirs: RegisterRow;

  beforeAll(async () => {
    park = await createRegisterPark(inject('databaseUrl'), [contractorUnits, contractorVehicles], {
      actions: { 'contractor-units': vehicleEntryActions(createSealer([SERVER_KEY])) },
    });
  });
  afterAll(() => park.end());
  beforeEach(async () => {
    await park.pool.query('TRUNCATE reg_contractor_units, reg_contractor_vehicles, vehicle_entry_link');
    // Counters of the test before are over.
    const nowMs = Math.max(park.clock.nowMs(), park.server.clock.nowMs()) + 2 * ENTRY_ADDRESS_LIMIT.windowMs;
    park.clock.set(nowMs);
    park.server.clock.set(nowMs);
    await signIn();
    unit = await made(mine, 'contractor-units', { creditCode: UNIT, name: '申能建安' });
    theirs = await made(other, 'contractor-units', { creditCode: UNIT, name: '申能建安（乙）' });
  });

  async function signIn(): Promise<void> {
    mine = await park.as({ role: 'enterprise', companyCode: COMPANY, userId: 'u-mine' });
    other = await park.as({ role: 'enterprise', companyCode: OTHER_COMPANY, userId: 'u-other' });
  }
  async function made(caller: Caller, register: string, values: object): Promise<RegisterRow> {
    const answer = await caller.call('POST', `/${register}`, { values });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json();
  }
  async function linkOf(caller: Caller, row: RegisterRow): Promise<string> {
    const answer = await caller.call('POST', `/contractor-units/${row.id}/actions/entry-code`, {
      version: row.version,
    });
    expect(answer.statusCode, answer.body).toBe(200);
    const [shown] = answer.json<ActionAnswer>().shown;
    expect(shown?.isPage).toBe(true);
    return shown?.value.replace('#vehicle-entry/', '') ?? '';
  }
  const at = (token: string): string => `/api/vehicle-entries/${encodeURIComponent(token)}`;
  const ask = (token: string) => park.server.call({ method: 'GET', url: at(token) });
  const enter = (token: string, values: unknown, remoteAddress = '127.0.0.1') =>
    park.server.call({ method: 'POST', url: at(token), payload: { values } as object, remoteAddress });
  const list = async (caller: Caller): Promise<RegisterPage> =>
    (await caller.call('GET', '/contractor-vehicles')).json();

  it('[VRG-40] a vehicle by QR code and one by the company end in the same register and wait for the same press', async () => {
    const token = await linkOf(mine, unit);
    const asked = await ask(token);
    const form = asked.json<VehicleEntryForm>();
    expect(form).toMatchObject({ companyName: '甲公司', unitName: '申能建安' });
    expect(form.endsAtMs).toBe(park.clock.nowMs() + LINK_LASTS_MS);
    expect(form.fields.map(({ name }) => name)).toEqual([
      'plate',
      'kind',
      'driver',
      'driverPhone',
      'inspectedTo',
      'insuredTo',
    ]);
    const answer = await enter(token, VEHICLE);
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toEqual({ received: true });
    await made(mine, 'contractor-vehicles', { plate: '沪B54321', unit: UNIT, kind: 'car' });
    const { rows } = await list(mine);
    expect(rows.map(({ values, state }) => [values['plate'], values['unit'], state])).toEqual([
      ['沪A12345', UNIT, 'pending'],
      ['沪B54321', UNIT, 'pending'],
    ]);
    for (const row of rows) {
      const moved = await mine.call('POST', `/contractor-vehicles/${row.id}/moves/confirm`, { version: row.version });
      expect(moved.json<RegisterRow>().state).toBe('confirmed');
    }
    expect((await list(other)).rows).toEqual([]);
  });

  it('[VRG-41] the phone is sealed; history and audit name the self-entry, and the open page hears of it', async () => {
    const heard: (string | null)[] = [];
    const ears = new AbortController();
    const listening = listen(park.pool, NOTICE_CHANNEL, (payload) => heard.push(payload), ears.signal);
    const token = await linkOf(mine, unit);
    await enter(token, VEHICLE);
    const stored = await park.pool.query('SELECT t::text AS row FROM reg_contractor_vehicles t');
    expect(stored.rows).toHaveLength(1);
    expect(stored.rows[0].row).not.toContain(PHONE);
    const [row] = (await list(mine)).rows;
    const history = await mine.call('GET', `/contractor-vehicles/${row?.id}/history`);
    expect(history.json().changes).toMatchObject([{ act: 'self-entry', by: '自助登记' }]);
    expect(history.body).not.toContain(PHONE);
    const shown = await mine.call('POST', `/contractor-vehicles/${row?.id}/reveal`, {
      field: 'driverPhone',
      reason: 'x',
    });
    expect(shown.json()).toEqual({ value: PHONE });
    const audit = await park.pool.query(
      `SELECT user_name, subject, address::text, detail FROM audit WHERE action = 'register.create' AND user_name = '自助登记' AND detail ->> 'id' = $1`,
      [row?.id],
    );
    expect(audit.rows).toMatchObject([
      { subject: `contractor-vehicles:${COMPANY}/沪A12345`, detail: { act: 'self-entry' } },
    ]);
    expect(JSON.stringify(audit.rows)).not.toContain(PHONE);
    await enter(token, { ...VEHICLE, plate: '沪A00001' });
    await expect
      .poll(() => heard.filter((one) => one?.includes('"self-entry"')).at(-1))
      .toContain(`"companyCode":"${COMPANY}"`);
    ears.abort();
    await listening;
  });

  it('[VRG-42] a link that is wrong, over, replaced, withdrawn, or of a unit that is disabled or gone: the same answer', async () => {
    const first = await linkOf(mine, unit);
    const second = await linkOf(mine, unit);
    const forged = createSealer([Buffer.alloc(32, 1)]).seal('["900000001","x",0,9999999999999]', 'vehicle entry link');
    const elsewhere = createSealer([SERVER_KEY]).seal('["900000001","x",0,9999999999999]', 'another purpose');
    const refusals = [
      await ask('nothing'),
      await ask(forged),
      await ask(elsewhere),
      await ask(first),
      await enter(first, VEHICLE),
    ];
    expect((await ask(second)).statusCode).toBe(200);
    const stopped = await mine.call('POST', `/contractor-units/${unit.id}/actions/entry-stop`, {
      version: unit.version,
    });
    expect(stopped.statusCode, stopped.body).toBe(200);
    refusals.push(await ask(second), await enter(second, VEHICLE));
    const third = await linkOf(mine, unit);
    const disabled = await mine.call('POST', `/contractor-units/${unit.id}/moves/disable`, {
      version: unit.version,
      reason: 'x',
    });
    expect(disabled.statusCode, disabled.body).toBe(200);
    refusals.push(await ask(third), await enter(third, VEHICLE));
    const fourth = await linkOf(other, theirs);
    park.server.clock.advance(LINK_LASTS_MS - 1);
    expect((await ask(fourth)).statusCode).toBe(200);
    park.server.clock.advance(1);
    refusals.push(await ask(fourth), await enter(fourth, VEHICLE));
    for (const { statusCode, body } of refusals) expect([statusCode, body]).toEqual([404, refusals[0]?.body]);
    // A session does not last that long.
    await signIn();
    expect((await list(mine)).rows).toEqual([]);
    expect((await list(other)).rows).toEqual([]);
  });

  it('[VRG-43] a plate that is there already is received like any other, changes nothing, and is another company’s too', async () => {
    const token = await linkOf(mine, unit);
    const first = await enter(token, VEHICLE);
    const again = await enter(token, { ...VEHICLE, plate: '沪A12345', driver: '别人', kind: 'car' });
    expect([again.statusCode, again.body]).toEqual([first.statusCode, first.body]);
    expect((await list(mine)).rows.map(({ values, version }) => [values['driver'], version])).toEqual([['王师傅', 1]]);
    await enter(await linkOf(other, theirs), { ...VEHICLE, driver: '李师傅' });
    expect((await list(other)).rows.map(({ values, companyCode }) => [values['driver'], companyCode])).toEqual([
      ['李师傅', OTHER_COMPANY],
    ]);
  });

  it('[VRG-44] so many a minute by one address, and by one link from any; signing in is counted apart', async () => {
    const token = await linkOf(mine, unit);
    for (let i = 0; i < ENTRY_ADDRESS_LIMIT.attempts; i++) expect((await ask('nothing')).statusCode).toBe(404);
    const over = await ask(token);
    expect([over.statusCode, over.json().code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(over.headers['retry-after'])).toBeGreaterThan(0);
    expect((await enter(token, VEHICLE)).statusCode).toBe(429);
    expect((await park.server.signIn('nobody', 'nothing')).json().code).toBe('SIGN_IN_FAILED');
    for (let i = 0; i < ENTRY_LINK_LIMIT.attempts; i++) {
      expect((await enter(token, VEHICLE, `10.0.0.${i}`)).statusCode).toBe(200);
    }
    expect((await enter(token, VEHICLE, '10.0.1.1')).statusCode).toBe(429);
    expect((await list(mine)).rows).toHaveLength(1);
  });

  it('[VRG-45] whatever is sent: words for each field, nothing of another unit or state, no crash', async () => {
    const token = await linkOf(mine, unit);
    const wrong = await enter(token, { plate: '', kind: 'rocket', driverPhone: 'abc' });
    expect(wrong.statusCode).toBe(422);
    expect(
      wrong
        .json()
        .problems.map(({ field }: { field: string }) => field)
        .sort(),
    ).toEqual(['driverPhone', 'kind', 'plate']);
    const hostile = {
      ...VEHICLE,
      unit: '91310116MA1J8XK21B',
      state: 'confirmed',
      companyCode: OTHER_COMPANY,
      papers: [],
    };
    const answer = await enter(token, hostile);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().problems.map(({ field }: { field: string }) => field)).toEqual([
      'unit',
      'state',
      'companyCode',
      'papers',
    ]);
    expect((await enter(token, { ...VEHICLE, driver: 'x'.repeat(5_000) })).statusCode).toBe(422);
    const guard = await park.server.app.inject({ method: 'POST', url: at(token), payload: { values: VEHICLE } });
    expect(guard.statusCode).toBe(403);
    let nth = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.jsonValue({ maxDepth: 2 }),
        async (text, json) => {
          nth++;
          park.server.clock.advance(ENTRY_ADDRESS_LIMIT.windowMs);
          const answers = [
            await ask(text),
            await enter(token, json, `10.1.0.${nth}`),
            await enter(token, { ...VEHICLE, plate: json, driver: text }, `10.2.0.${nth}`),
          ];
          for (const { statusCode, body } of answers) expect(statusCode, body).toBeLessThan(500);
        },
      ),
      { numRuns: 25 },
    );
    const { rows } = await list(mine);
    for (const row of rows) expect([row.state, row.companyCode]).toEqual(['pending', COMPANY]);
    expect((await list(other)).rows).toEqual([]);
  });

  it('[VRG-46] the company alone gives and withdraws links, and of its own units', async () => {
    for (const who of ['park', 'contractor'] as const) {
      const caller = await park.as({
        role: who,
        ...(who === 'contractor' ? { companyCode: COMPANY, contractorCode: UNIT } : {}),
      });
      const answer = await caller.call('POST', `/contractor-units/${unit.id}/actions/entry-code`, {
        version: unit.version,
      });
      expect(answer.statusCode, who).toBe(403);
    }
    const path = `/contractor-units/${theirs.id}/actions/entry-code`;
    expect((await mine.call('POST', path, { version: theirs.version })).statusCode).toBe(404);
  });
});
