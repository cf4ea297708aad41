import { pack } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROUTES } from '../../ingest/routes.ts';
import { SAMPLE_RECORDS } from '../sample-records.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Credential, Stack } from '../stack/stack.ts';
import { Vendor, type VendorRecord } from '../stack/vendor.ts';
import { LogTail } from './log-tail.ts';
import { postSigned, type RawAnswer, send, signed } from './raw-request.ts';

const LIVE = '900000501';
const OTHER = '900000502';
const SANDBOX = '900000503';
const JOINT = '900000504';
const POSITIONS = '/v1/positioning/positions';
const PERSONS = '/v1/positioning/persons';
const PERSON_ALARMS = '/v1/positioning/person-alarms';
const ID_NUMBER = '31022719881224731X';
const MOBILE = '13917654321';
const WAIT = { timeout: 30_000, interval: 50 };

let stack: Stack;
let tail: LogTail;
let live: Credential;
let sandbox: Credential;
let joint: Credential;

beforeAll(async () => {
  stack = await startOnSharedServer();
  tail = new LogTail(stack.redisUrl);
  live = await stack.addCompany(LIVE, '甲化工');
  await stack.addCompany(OTHER, '乙化工');
  const [added] = await stack.park('company', 'add', '--code', SANDBOX, '--name', '丙化工', '--stage', 'live');
  sandbox = { ...(added as { sandbox: Credential }).sandbox, companyCode: SANDBOX };
  await stack.park('company', 'add', '--code', JOINT, '--name', '丁化工');
  const [issued] = await stack.park('credential', 'issue', '--company', JOINT);
  joint = { ...(issued as unknown as Credential), companyCode: JOINT };
}, 120_000);

afterAll(async () => {
  await tail?.close();
  await stack?.stop();
}, 60_000);

const post = (who: Credential, path: string, what: readonly unknown[] | Uint8Array): Promise<RawAnswer> =>
  postSigned(stack.ingestUrl, who, path, what);
const position = ({ companyCode }: Credential, change: VendorRecord = {}): VendorRecord =>
  new Vendor('', { ...live, companyCode }).position('P-1', 121.48, 30.8, Date.now(), change);
const person = ({ companyCode }: Credential, change: VendorRecord = {}): VendorRecord =>
  new Vendor('', { ...live, companyCode }).person('P-1', change);
/** A record of the route that holds now, for the company. */
const sampleOf = (path: string, { companyCode }: Credential): VendorRecord => ({
  ...SAMPLE_RECORDS[path],
  COMPANY_CODE: companyCode,
  ...('COLLECT_TIME' in (SAMPLE_RECORDS[path] ?? {}) ? { COLLECT_TIME: Date.now() } : {}),
});
const countOf = async (table: string, companyCode: string): Promise<number> =>
  Number((await stack.sql(`select count(*) as n from ${table} where company_code = $1`, [companyCode])).rows[0].n);
/** Everything that the log holds now is in the database, and what came before in the books. */
async function settled(): Promise<void> {
  const marker = await post(live, POSITIONS, [position(live)]);
  expect(marker.status).toBe(200);
  const before = Number(await tail.redis.hget('loghead:{demo}', 'seq'));
  await vi.waitFor(async () => {
    // The door's own report of the marker lies behind it.
    expect(Number(await tail.redis.hget('loghead:{demo}', 'seq'))).toBeGreaterThan(before);
    const { rows } = await stack.sql('select next_seq from reader_offset');
    expect(Math.min(...rows.map((row) => Number(row.next_seq)))).toBeGreaterThan(before + 1);
  }, WAIT);
}

describe('a sandbox', () => {
  it.each(ROUTES.map(({ path }) => path))('[HOS-9] a record to %s is answered, and leaves no entry', async (path) => {
    const { status, body } = await post(sandbox, path, [sampleOf(path, sandbox), {}]);
    expect([status, body]).toEqual([
      200,
      { batch_id: expect.any(String), accepted: 1, rejected: [expect.objectContaining({ index: 1 })], sandbox: true },
    ]);
    expect(await tail.news()).toEqual([]);
  });

  it('[HOS-9] calls for help, above the rate too, leave no entry, no alarm and no line in the books', async () => {
    const help = [position(sandbox, { SOS: true })];
    expect((await post(sandbox, POSITIONS, help)).body).toMatchObject({ accepted: 1, sandbox: true });
    const alarm = { ...sampleOf(PERSON_ALARMS, sandbox), ALARM_TYPE: '0', ALARM_TIME: Date.now() };
    expect((await post(sandbox, PERSON_ALARMS, [alarm])).body).toMatchObject({ accepted: 1, sandbox: true });
    const many = Array.from({ length: 5_000 }, (_, k) => position(sandbox, { PERSON_ID: `P-${k}` }));
    // On a busy machine the rate recovers in between.
    const refused = await vi.waitFor(async () => {
      await post(sandbox, POSITIONS, many);
      const answer = await post(sandbox, POSITIONS, help);
      expect(answer.status).toBe(429);
      return answer;
    }, WAIT);
    expect([refused.status, refused.body.code, refused.body.kept_sos]).toEqual([429, 'RATE_LIMITED', undefined]);
    expect((await post({ ...sandbox, appSecret: 'x' }, POSITIONS, help)).status).toBe(401);
    expect(await tail.news()).toEqual([]);
    await settled();
    for (const table of ['ledger_minute', 'ledger_refusal', 'person', 'area', 'vendor_record', 'interface_sample'])
      expect([table, await countOf(table, SANDBOX)]).toEqual([table, 0]);
    expect((await stack.sql('select * from alarm')).rows).toEqual([]);
    await tail.news();
  });
});

describe('a joint test', () => {
  const stageSet = (...options: string[]): Promise<unknown> =>
    stack.park('stage', 'set', '--company', JOINT, '--interface', 'positions', '--stage', 'live', ...options);

  it('[HOS-9] is kept and marked; its calls for help raise no alarm and its people are not in the register', async () => {
    expect((await post(joint, PERSONS, [person(joint)])).body).toMatchObject({ accepted: 1, stage: 'joint' });
    const help = [position(joint, { SOS: true }), position(joint, { PERSON_ID: 'P-unknown', SOS: true })];
    expect((await post(joint, POSITIONS, help)).body).toMatchObject({ accepted: 2, stage: 'joint' });
    const alarm = { ...sampleOf(PERSON_ALARMS, joint), ALARM_TYPE: '0', ALARM_TIME: Date.now() };
    expect((await post(joint, PERSON_ALARMS, [alarm])).body).toMatchObject({ accepted: 1, stage: 'joint' });
    expect((await tail.news()).map(({ body }) => (body as { origin: { stage?: string } }).origin.stage)).toEqual([
      'joint',
      'joint',
      'joint',
    ]);
    await settled();
    expect((await stack.sql('select * from alarm')).rows).toEqual([]);
    const { rows } = await stack.sql('select joint_test from person where company_code = $1', [JOINT]);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ joint_test: isTest }) => isTest === true)).toBe(true);
    await tail.news();
  });

  it('[HOS-9] is not left without its check-list or a reason, and a change holds from the next request on', async () => {
    await expect(stageSet()).rejects.toThrow(/has not shown/);
    await expect(stageSet('--force')).rejects.toThrow(/reason/);
    expect((await post(joint, POSITIONS, [position(joint)])).body).toMatchObject({ accepted: 1, stage: 'joint' });
    await stageSet('--force', '--reason', '演练');
    await vi.waitFor(async () => {
      const { body } = await post(joint, POSITIONS, [position(joint, { SOS: true })]);
      expect([body.accepted, body.stage]).toEqual([1, undefined]);
    }, WAIT);
    expect((await post(joint, PERSONS, [person(joint)])).body).toMatchObject({ stage: 'joint' });
    await vi.waitFor(async () => expect((await stack.sql('select * from alarm')).rows).toHaveLength(1), WAIT);
    await tail.news();
  });
});

describe('the list of refusals', () => {
  const listOf = async (companyCode: string): Promise<Record<string, unknown>[]> =>
    stack.park('vendor', 'refusals', '--company', companyCode, '--limit', '1000');

  it('[HOS-31] shows no sealed field in whatever spelling and form, no secret and no signature', async () => {
    const long = 'x'.repeat(64);
    const bad = person(live, { IDENTIFY_NUM: ID_NUMBER + long, MOBILE_NUMBER: MOBILE });
    const { MOBILE_NUMBER, IDENTIFY_NUM, ...rest } = bad;
    const spelled = { ...rest, identifyNum: ID_NUMBER, mobile_NUMBER: `${MOBILE}${long}` };
    const asNumber = { ...bad, IDENTIFY_NUM: ID_NUMBER, MOBILE_NUMBER: Number(MOBILE) };
    const inList = { ...bad, IDENTIFY_NUM: [{ deep: [ID_NUMBER] }] };
    const certified = { ...bad, IDENTIFY_NUM: ID_NUMBER, CERTIFICATES: [{ NO: [ID_NUMBER, MOBILE] }] };
    const records = [bad, spelled, asNumber, inList, certified];
    const columns = Object.fromEntries(Object.entries(bad).map(([name, value]) => [name, [value]]));
    for (const what of [records, pack({ records }), pack({ columns })]) {
      const { body } = await post(live, PERSONS, what);
      expect(body.accepted).toBe(0);
    }
    const body = JSON.stringify({ records });
    const headers = signed({ ...live, appSecret: 'not-the-secret' }, `${PERSONS}?a=1`, 'POST', body);
    await send({
      url: `${stack.ingestUrl}${PERSONS}?a=1`,
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    await vi.waitFor(async () => expect((await listOf(LIVE)).length).toBe(12), WAIT);
    const listed = await listOf(LIVE);
    expect(new Set(listed.map(({ field }) => field))).toEqual(
      new Set(['IDENTIFY_NUM', 'MOBILE_NUMBER', 'CERTIFICATES[0]', null]),
    );
    expect(listed.filter(({ expected }) => expected !== null)).toMatchObject([
      { code: 'SIGNATURE_INVALID', expected: { stringToSign: expect.stringContaining(`POST\n${PERSONS}\na=1\n`) } },
    ]);
    const text = JSON.stringify(listed) + JSON.stringify(await tail.redis.keys('*'));
    for (const hidden of [ID_NUMBER, MOBILE, live.appSecret, headers['X-Signature']])
      expect(text).not.toContain(hidden);
    expect(await tail.news()).toEqual([]);
  });

  it('[HOS-31] is a company’s own', async () => {
    expect(await listOf(OTHER)).toEqual([]);
    const foreign = await post(live, POSITIONS, [position(live, { COMPANY_CODE: OTHER })]);
    expect(foreign.body).toMatchObject({ accepted: 0, rejected: [{ code: 'COMPANY_MISMATCH' }] });
    await vi.waitFor(async () => {
      expect((await listOf(LIVE))[0]).toMatchObject({ code: 'COMPANY_MISMATCH', value: OTHER });
    }, WAIT);
    expect(await listOf(OTHER)).toEqual([]);
  });
});

describe('a rotation', () => {
  const rotate = async (hours: string): Promise<Credential> => {
    const rotated = await stack.park(
      'credential',
      'rotate',
      '--company',
      LIVE,
      '--app-id',
      live.appId,
      '--overlap-hours',
      hours,
    );
    return { ...live, ...(rotated[0] as unknown as Credential) };
  };

  it('[HOS-5] leaves the old secret as long as it says, and only the last one', async () => {
    const first = live;
    const second = await rotate('1');
    for (const who of [first, second]) expect((await post(who, POSITIONS, [])).status).toBe(200);
    const third = await rotate('1');
    expect((await post(first, POSITIONS, [])).body.code).toBe('SIGNATURE_INVALID');
    for (const who of [second, third]) expect((await post(who, POSITIONS, [])).status).toBe(200);
    const fourth = await rotate('0');
    for (const who of [second, third]) expect((await post(who, POSITIONS, [])).body.code).toBe('SIGNATURE_INVALID');
    expect((await post(fourth, POSITIONS, [])).status).toBe(200);
    await stack.park('credential', 'revoke', '--company', LIVE, '--app-id', live.appId);
    for (const who of [third, fourth]) expect((await post(who, POSITIONS, [])).body.code).toBe('APP_REVOKED');
  });
});
