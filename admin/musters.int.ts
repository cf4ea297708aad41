import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { contactContext } from '../db/company-contacts.ts';
import { applyDocs } from '../db/doc-rows.ts';
import { queryRows, withTransaction } from '../db/pool.ts';
import { createSealer, type Sealer } from '../security/gm.ts';
import { createMasterKeyFile, readMasterKeys } from '../security/master-key.ts';
import { sealPersonSecret } from '../security/person-secret.ts';
import { at } from '../test/builders/engine-run.ts';
import { COMPANY, createFixBatch, createPerson } from '../test/builders/entries.ts';
import { AT_POINT, IN, MusterTestRun, OTHER } from '../test/builders/muster-run.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { addCompany } from './companies.ts';
import { StoredMusterDesk } from './musters.ts';

let database: TestDatabase;
let folder: string;
let sealer: Sealer;
let desk: StoredMusterDesk;
const run = new MusterTestRun();
/** What the store has taken of `run.published`. */
let stored = 0;

/** As the store does. */
const store = async () => {
  const items = run.published.slice(stored);
  stored = run.published.length;
  await withTransaction(database.pool, (client) => applyDocs(client, 'e', items));
};
async function addPerson(companyCode: string, personId: string, mobile: string) {
  const sealed = sealPersonSecret(sealer, companyCode, personId, 'mobile', mobile);
  await queryRows(
    database.pool,
    `INSERT INTO person (company_code, person_id, name, type, id_number_sealed, mobile_sealed, received_at)
     VALUES ($1, $2, $3, 'staff', 'sealed', $4, now())`,
    [companyCode, personId, `姓名 ${personId}`, sealed],
  );
}
const phones = (musterId: string, scope: string | null, ...ids: [companyCode: string, id: string][]) =>
  desk.phones(
    scope,
    musterId,
    ids.map(([companyCode, id]) => ({ companyCode, id })),
    COMMAND_LINE,
  );
const audited = (subject: string) =>
  queryRows<{ outcome: string; detail: unknown }>(
    database.pool,
    `SELECT outcome, detail FROM audit WHERE action = 'emergency.read' AND subject = $1 ORDER BY id`,
    [subject],
  );

/** p1 and p2 of COMPANY and x of OTHER stand in the plant of COMPANY; p1 goes to the assembly point. */
let real: string;
let drill: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'musters-'));
  createMasterKeyFile(join(folder, 'master.key'));
  sealer = createSealer(readMasterKeys(join(folder, 'master.key')));
  database = await createTestDatabase(inject('databaseUrl'));
  for (const [code, name] of [
    [COMPANY, '甲化工'],
    [OTHER, '乙化工'],
  ] as const) {
    await addCompany(database.pool, COMMAND_LINE, { code, name });
    await queryRows(
      database.pool,
      `INSERT INTO company_contact (company_code, kind, name, phone_sealed, by, at) VALUES ($1, 'control-room', '', $2, 'x', now())`,
      [code, sealer.seal(`021-${code}`, contactContext(code, 'control-room'))],
    );
  }
  await addPerson(COMPANY, 'p1', '13800000001');
  await addPerson(COMPANY, 'p2', '13800000002');
  await addPerson(OTHER, 'x', '13900000001');
  run.people('p1', 'p2');
  run.persons(createPerson({ personId: 'x', companyCode: OTHER, companyName: '乙化工' }));
  run.stand({ p1: IN, p2: IN }).pass(20);
  run.entry('fixes', createFixBatch([at(50, 50, run.atMs, { person: 'x' })], { companyCode: OTHER }), run.atMs);
  real = run.declare(undefined, 'real');
  drill = run.declare({ of: 'park' });
  run.stand({ p1: AT_POINT }).pass(30);
  desk = new StoredMusterDesk({ pool: database.pool, sealer, clock: new ManualClock(run.atMs), logger: silentLogger });
  await store();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

describe('musters that the store has', () => {
  test('[MUS-22] phones of who is missing in a real one, with their companies; each look is on record', async () => {
    const answer = await phones(real, null, [COMPANY, 'p1'], [COMPANY, 'p2'], [OTHER, 'x'], [OTHER, 'stranger']);
    expect(answer.people).toEqual([
      { companyCode: COMPANY, id: 'p2', mobile: '13800000002' },
      { companyCode: OTHER, id: 'x', mobile: '13900000001' },
    ]);
    expect(answer.companies.map(({ companyName, controlRoom }) => [companyName, controlRoom?.phone])).toEqual([
      ['甲化工', `021-${COMPANY}`],
      ['乙化工', `021-${OTHER}`],
    ]);
    expect(await audited(real)).toEqual([
      {
        outcome: 'ok',
        detail: {
          muster: 'real',
          people: [
            [COMPANY, 'p2'],
            [OTHER, 'x'],
          ],
          companies: [COMPANY, OTHER],
        },
      },
    ]);
  });

  test('[MUS-22] in a drill the companies alone; a company gets its own, whatever it asks for', async () => {
    expect(await phones(drill, null, [COMPANY, 'p2'])).toMatchObject({
      people: [],
      companies: [{ companyCode: COMPANY }],
    });
    const own = await phones(real, OTHER, [COMPANY, 'p2'], [OTHER, 'x']);
    expect(own.people.map(({ id }) => id)).toEqual(['x']);
    expect(own.companies.map(({ companyCode }) => companyCode)).toEqual([OTHER]);
    await expect(phones('none', null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(phones(real, '913100009')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[MUS-21] lists newest first, page by page, and the report, each within the scope of who reads', async () => {
    const declared = (scope: string | null) => desk.list(scope, null, 10);
    expect((await declared(null)).map(({ musterId }) => musterId)).toEqual([drill, real]);
    expect((await declared(OTHER)).map(({ companyCode }) => companyCode)).toEqual([OTHER, OTHER]);
    expect(await declared('913100009')).toEqual([]);
    const [newest] = await desk.list(null, null, 1);
    const rest = await desk.list(null, { declaredAtMs: newest!.declaredAtMs, musterId: newest!.musterId }, 10);
    expect(rest.map(({ musterId }) => musterId)).toEqual([real]);
    const park = await desk.report(null, real);
    expect(park.muster.counts).toMatchObject({ inside: 2, safe: 1 });
    expect(park.companies.map(({ companyCode, counts }) => [companyCode, counts.safe])).toEqual([
      [COMPANY, 1],
      [OTHER, 0],
    ]);
    expect(park.companyNames).toEqual({ [COMPANY]: '甲化工', [OTHER]: '乙化工' });
    const own = await desk.report(OTHER, real);
    expect(own.muster).toMatchObject({ companyCode: OTHER, counts: { inside: 1, safe: 0 } });
    expect(own.companies).toHaveLength(1);
    expect(JSON.stringify(own.muster)).not.toContain('p2');
    await expect(desk.report('913100009', real)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[MUS-21] what is over stays, with who was missing; and [MUS-22] shows no number any more', async () => {
    run.muster({ step: 'end', musterId: real }, '火已扑灭');
    await store();
    const { muster, companies } = await desk.report(null, real);
    expect(muster).toMatchObject({ endedWith: '火已扑灭', endedAtMs: run.atMs });
    expect(companies.flatMap(({ missing }) => missing.map(({ personId }) => personId))).toEqual(['p2', 'x']);
    await expect(phones(real, null, [COMPANY, 'p2'])).rejects.toMatchObject({ code: 'EMERGENCY_OVER' });
    expect((await audited(real)).at(-1)).toEqual({ outcome: 'refused', detail: { code: 'EMERGENCY_OVER' } });
  });
});
