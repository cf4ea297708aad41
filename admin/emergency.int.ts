import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ManualClock } from '../core/clock.ts';
import { silentLogger } from '../core/logger.ts';
import { applyAlarms } from '../db/alarm-rows.ts';
import { contactContext } from '../db/company-contacts.ts';
import { putContact } from '../db/contacts.ts';
import { queryRows, withTransaction } from '../db/pool.ts';
import { putSettings } from '../db/settings.ts';
import { sealContactSecret } from '../security/contact-secret.ts';
import { createSealer, type Sealer } from '../security/gm.ts';
import { createMasterKeyFile, readMasterKeys } from '../security/master-key.ts';
import { sealPersonSecret } from '../security/person-secret.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import { createTestDatabase, type TestDatabase } from '../test/contract/storage-database.ts';
import { COMMAND_LINE } from './audit.ts';
import { addCompany } from './companies.ts';
import { StoredEmergencyDesk } from './emergency.ts';

const OWN = '310000001';
const OTHER = '310000002';
const AT_MS = 1_760_000_000_000;

let database: TestDatabase;
let folder: string;
let sealer: Sealer;
let desk: StoredEmergencyDesk;
const onLane = new Map<string, AlarmView>();

const member = (companyCode: string, personId: string) =>
  ({ companyCode, personId, cardNo: null, name: personId, type: 'staff' }) as const;

const alarmOf = (alarmId: string, change: Partial<AlarmView> = {}): AlarmView =>
  ({
    alarmId,
    transition: 'raised',
    rule: 'gathering',
    level: 1,
    companyCodes: [OWN, OTHER],
    person: null,
    people: [member(OWN, 'p1'), member(OTHER, 'p2')],
    areaCompanyCode: OWN,
    areaId: 'a',
    active: true,
    acknowledged: false,
    onsetAtMs: AT_MS,
    raisedAtMs: AT_MS,
    clearedAtMs: null,
    acknowledgedAtMs: null,
    endedAtMs: null,
    comments: [],
    ...change,
  }) as unknown as AlarmView;

const store = (alarm: AlarmView) =>
  withTransaction(database.pool, (client) =>
    applyAlarms(client, 'e', [{ seq: 1, atMs: AT_MS, effects: [{ t: 'alarm', alarm }] }]),
  );

async function addPerson(companyCode: string, personId: string, mobile: string | null, sealedFor = personId) {
  const sealed = mobile === null ? null : sealPersonSecret(sealer, companyCode, sealedFor, 'mobile', mobile);
  await queryRows(
    database.pool,
    `INSERT INTO person (company_code, person_id, card_no, name, type, id_number_sealed, mobile_sealed, received_at)
     VALUES ($1, $2, $3, $4, 'staff', 'sealed', $5, now())`,
    [companyCode, personId, `C-${personId}`, `姓名 ${personId}`, sealed],
  );
}

const addContact = (companyCode: string, kind: string, name: string, phone: string) =>
  queryRows(
    database.pool,
    `INSERT INTO company_contact (company_code, kind, name, phone_sealed, by, at) VALUES ($1, $2, $3, $4, 'x', now())`,
    [companyCode, kind, name, sealer.seal(phone, contactContext(companyCode, kind))],
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'emergency-'));
  createMasterKeyFile(join(folder, 'master.key'));
  sealer = createSealer(readMasterKeys(join(folder, 'master.key')));
  database = await createTestDatabase(inject('databaseUrl'));
  await addCompany(database.pool, COMMAND_LINE, { code: OWN, name: '甲化工' });
  await addCompany(database.pool, COMMAND_LINE, { code: OTHER, name: '乙化工' });
  await addPerson(OWN, 'p1', '13812341234');
  await addPerson(OTHER, 'p2', '13912345678');
  await addPerson(OWN, 'p3', '13700000000', 'somebody else');
  const findOnLane = async (alarmId: string) => onLane.get(alarmId) ?? null;
  const clock = new ManualClock(AT_MS);
  desk = new StoredEmergencyDesk({ pool: database.pool, sealer, onLane: findOnLane, clock, logger: silentLogger });
  await addContact(OWN, 'control-room', '', '021-5555 0001');
  await addContact(OWN, 'duty-leader', '李主任', '13600001111');
  await addContact(OTHER, 'control-room', '', '021-5555 0002');
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => onLane.clear());

const look = (alarmId: string, scope: string | null = null) => desk.phones(scope, alarmId, COMMAND_LINE);
const auditOf = (subject: string) =>
  queryRows<{ outcome: string; detail: unknown }>(
    database.pool,
    `SELECT outcome, detail FROM audit WHERE action = 'emergency.read' AND subject = $1 ORDER BY id`,
    [subject],
  );

describe('emergency', () => {
  test('[EMG-1] people of two companies with one id, or one card number, are each shown at their own phone', async () => {
    await addPerson(OWN, 'same', '13800000001');
    await addPerson(OTHER, 'same', '13800000002');
    const byCard = (companyCode: string) => ({ ...member(companyCode, ''), personId: null, cardNo: 'C-same' });
    const people = [member(OTHER, 'same'), member(OWN, 'same'), byCard(OTHER), byCard(OWN)];
    await store(alarmOf('twins', { people }));
    expect((await look('twins')).people.map(({ companyCode, mobile }) => [companyCode, mobile])).toEqual([
      [OTHER, '13800000002'],
      [OWN, '13800000001'],
      [OTHER, '13800000002'],
      [OWN, '13800000001'],
    ]);
  });

  test('[EMG-1] a red gathering shows the phones of its members and of their companies, and no other secret', async () => {
    await store(alarmOf('red'));
    const answer = await look('red');
    expect(answer.people.map(({ name, mobile }) => [name, mobile])).toEqual([
      ['姓名 p1', '13812341234'],
      ['姓名 p2', '13912345678'],
    ]);
    expect(answer.companies).toEqual([
      {
        companyCode: OWN,
        companyName: '甲化工',
        controlRoom: { name: '', phone: '021-5555 0001' },
        dutyLeader: { name: '李主任', phone: '13600001111' },
      },
      {
        companyCode: OTHER,
        companyName: '乙化工',
        controlRoom: { name: '', phone: '021-5555 0002' },
        dutyLeader: null,
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain('sealed');
  });

  test('[EMG-1] an SOS shows who called, also by the card that is worn', async () => {
    const person = { ...member(OWN, 'p1'), personId: null, cardNo: 'C-p1' };
    await store(alarmOf('call', { rule: 'sos', person: person as unknown as AlarmView['person'], people: [] }));
    expect((await look('call')).people).toMatchObject([{ personId: 'p1', mobile: '13812341234' }]);
  });

  test('[EMG-2] is on record with whose numbers were shown, and what was refused', async () => {
    await store(alarmOf('recorded'));
    await look('recorded');
    await store(alarmOf('recorded', { endedAtMs: AT_MS + 1 }));
    await expect(look('recorded')).rejects.toMatchObject({ code: 'EMERGENCY_OVER' });
    expect(await auditOf('recorded')).toMatchObject([
      {
        outcome: 'ok',
        detail: {
          people: [
            [OWN, 'p1'],
            [OTHER, 'p2'],
          ],
          companies: [OWN, OTHER],
        },
      },
      { outcome: 'refused', detail: { code: 'EMERGENCY_OVER' } },
    ]);
  });

  test.each<[string, Partial<AlarmView>]>([
    ['an orange gathering', { level: 2 }],
    ['a gathering that ended', { endedAtMs: AT_MS }],
    ['an SOS that ended', { rule: 'sos', endedAtMs: AT_MS }],
    ['another alarm, however red', { rule: 'out-of-bounds', level: 1 }],
  ])('[EMG-3] %s shows no number', async (what, change) => {
    await store(alarmOf(what, change));
    await expect(look(what)).rejects.toMatchObject({ code: 'EMERGENCY_OVER' });
  });

  test('[EMG-3] an alarm that is not there, or of other companies, is not found', async () => {
    await expect(look('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const alarm = alarmOf('others', { companyCodes: [OTHER] });
    await store(alarm);
    onLane.set('others', alarm);
    await expect(look('others', OWN)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[EMG-4] a company sees its own people and contacts', async () => {
    await store(alarmOf('joint'));
    const answer = await look('joint', OTHER);
    expect(answer.people.map(({ personId }) => personId)).toEqual(['p2']);
    expect(answer.companies.map(({ companyCode }) => companyCode)).toEqual([OTHER]);
  });

  test('[EMG-5] the lane tells what the store has not, or has older', async () => {
    onLane.set('fresh', alarmOf('fresh'));
    expect((await look('fresh')).people).toHaveLength(2);
    await store(alarmOf('grown', { level: 2 }));
    onLane.set('grown', alarmOf('grown', { level: 1 }));
    expect((await look('grown')).level).toBe(1);
  });

  test('[EMG-7] a number sealed for somebody else leaves a gap, and hides no other', async () => {
    await store(alarmOf('gap', { people: [member(OWN, 'p3'), member(OWN, 'p1')] }));
    expect((await look('gap')).people.map(({ mobile }) => mobile)).toEqual([null, '13812341234']);
  });

  test('[EMG-8] the leader on duty after the roster goes before the one that is told once for all', async () => {
    await store(alarmOf('by roster'));
    const contact = (contactId: string, companyCode: string | null, phone: string | null) => {
      const phoneSealed = phone === null ? null : sealContactSecret(sealer, contactId, 'phone', phone);
      const rest = { name: contactId, language: 'zh-CN', emailSealed: null, webhook: null } as const;
      return putContact(database.pool, { contactId, companyCode, phoneSealed, ...rest }, 'x', AT_MS);
    };
    await contact('without', OWN, null);
    await contact('theirs', OTHER, '13511110000');
    await contact('day', OWN, '13511112222');
    await contact('night', OWN, '13511113333');
    const people = ['without', 'theirs', 'day', 'night'].map((contactId) => ({
      contactId,
      name: `领导 ${contactId}`,
      channels: ['sms'],
    }));
    const on = ['without', 'theirs'];
    // AT_MS is 16:53 in the park.
    const shifts = [
      { name: '白班', from: '08:00', to: '20:00', personIds: [...on, 'day'] },
      { name: '夜班', from: '20:00', to: '08:00', personIds: [...on, 'night'] },
    ];
    let version = 0;
    const put = (value: unknown) =>
      withTransaction(database.pool, (client) =>
        putSettings(client, [{ topic: 'roster', key: `${OWN}/duty-leader`, value, expectedVersion: version++ }], {
          userId: '',
          userName: 'x',
          atMs: AT_MS,
          reason: 'x',
        }),
      );
    const leader = async () => (await look('by roster')).companies[0]?.dutyLeader;
    await put({ people, shifts });
    expect(await leader()).toEqual({ name: '领导 day', phone: '13511112222' });
    await put({ people: people.slice(0, 2) });
    expect(await leader()).toEqual({ name: '李主任', phone: '13600001111' });
    await put(null);
    expect(await leader()).toEqual({ name: '李主任', phone: '13600001111' });
  });
});
