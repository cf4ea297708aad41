import { afterEach, describe, expect, test } from 'vitest';
import type { DoorCountLine } from '../stream/protocol/entry.ts';
import {
  APP_ID,
  COMPANY,
  createCredential,
  createPerson,
  createPosition,
  type IngestPark,
  type IngestParkOptions,
  PERSONS,
  POSITIONS,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { RECORDS_MAX } from './routes.ts';

let park: IngestPark;
const start = async (options?: IngestParkOptions): Promise<IngestPark> => {
  park = await startIngestPark(options);
  return park;
};
afterEach(() => park.close());

const good = { records: [createPosition()] };

describe('stages', () => {
  test.each(['joint', 'trial'] as const)('[ONB-2] %s is said in the answer and in the entry', async (stage) => {
    const { send, entries } = await start({ credential: { stages: { positions: stage, persons: 'live' } } });
    expect((await send({ body: good })).body).toEqual({ batch_id: 'batch-1', accepted: 1, rejected: [], stage });
    expect((await send({ target: PERSONS, body: { records: [createPerson()] } })).body.stage).toBeUndefined();
    const [positions, persons] = entries();
    expect(positions).toMatchObject({ kind: 'fixes', body: { origin: { stage } } });
    expect(persons).not.toHaveProperty('body.origin.stage');
  });

  test('[ONB-2] an interface that nobody spoke of stands in its joint test', async () => {
    const { send } = await start({ credential: { stages: {} } });
    expect((await send({ body: good })).body.stage).toBe('joint');
  });
});

describe('a sandbox credential', () => {
  test('[ONB-5] is answered in full and leaves nothing in the log, nor in the counts', async () => {
    const { send, entries, server } = await start({ credential: { sandbox: true, stages: { positions: 'joint' } } });
    const records = [createPosition({ SOS: true }), createPosition({ LATITUDE: 91 })];
    expect((await send({ body: { records } })).body).toEqual({
      batch_id: 'batch-1',
      accepted: 1,
      rejected: [expect.objectContaining({ index: 1, field: 'LATITUDE', code: 'FIELD_RANGE' })],
      sandbox: true,
    });
    expect((await send({ raw: 'x' })).body.code).toBe('BODY_UNREADABLE');
    expect((await send({ appSecret: 'wrong', body: good })).body.code).toBe('SIGNATURE_INVALID');
    await server.close();
    expect(entries()).toEqual([]);
    expect(park.doorReports()).toEqual([]);
    expect(server.metrics.snapshot().interfaces).toEqual({});
  });

  test('[ONB-5] has its refusals listed, and takes no room of the log', async () => {
    const { send, room, server, refusals } = await start({ credential: { sandbox: true } });
    room.set(false);
    expect((await send({ body: { records: [createPosition({ LATITUDE: 91 })] } })).status).toBe(200);
    await server.close();
    expect(await refusals.read(COMPANY, 10)).toMatchObject([{ code: 'FIELD_RANGE', field: 'LATITUDE', value: '91' }]);
  });

  test('[ONB-5] above its rate nothing is kept either', async () => {
    const { send, entries } = await start({ credential: { sandbox: true, rateRecordsPerS: 1 } });
    const records = Array.from({ length: RECORDS_MAX }, () => createPosition());
    expect((await send({ body: { records } })).status).toBe(200);
    const answer = await send({ body: { records: [createPosition({ SOS: true })] } });
    expect([answer.status, answer.body.kept_sos]).toEqual([429, undefined]);
    expect(entries()).toEqual([]);
  });
});

describe('the list of refusals', () => {
  const listed = async (companyCode = COMPANY) => {
    await park.server.close();
    return park.refusals.read(companyCode, 1_000);
  };

  test('[ONB-10] names batch, record, field, value and reason, newest first', async () => {
    const { send, clock } = await start();
    await send({
      body: { records: [createPosition(), createPosition({ PERSON_ID: 'P-2', latitude: 95, LATITUDE: undefined })] },
    });
    clock.advance(1_000);
    await send({ raw: '{"records":1}' });
    expect(await listed()).toEqual([
      {
        atMs: clock.nowMs(),
        appId: APP_ID,
        interfaceName: 'positions',
        batchId: null,
        code: 'BODY_UNREADABLE',
        index: null,
        recordId: null,
        field: null,
        value: null,
        reason: 'the body has no "records" array',
        expected: null,
        cursor: '2',
      },
      expect.objectContaining({
        atMs: clock.nowMs() - 1_000,
        batchId: 'batch-1',
        code: 'FIELD_RANGE',
        index: 1,
        recordId: 'P-2',
        field: 'LATITUDE',
        value: '95',
        reason: 'must be between -90 and 90',
      }),
    ]);
  });

  test('[ONB-9] a signature that does not hold comes with what it should have been made of', async () => {
    const { send } = await start();
    const raw = '{"records":[]}';
    await send({ raw, appSecret: 'typing-error', target: `${POSITIONS}?a=%20`, nonce: 'nonce-0123456789' });
    const [refusal] = await listed();
    const lines = refusal?.expected?.stringToSign.split('\n') ?? [];
    expect(refusal).toMatchObject({ code: 'SIGNATURE_INVALID', expected: { alg: 'HMAC-SM3' } });
    expect(lines).toHaveLength(7);
    expect([lines[0], lines[1], lines[2], lines[4], lines[6]]).toEqual([
      'POST',
      POSITIONS,
      'a=%20',
      APP_ID,
      'nonce-0123456789',
    ]);
    expect(JSON.stringify(refusal)).not.toContain('fixture-secret');
    expect(JSON.stringify(refusal)).not.toContain('typing-error');
  });

  test('[ONB-11] what is sealed is shown by its length, and long values are cut', async () => {
    const { send } = await start();
    const records = [
      createPerson({ IDENTIFY_NUM: ['31010119900101123X'] }),
      createPerson({ MOBILE_NUMBER: '1'.repeat(33) }),
      createPerson({ CERTIFICATES: '31010119900101123X' }),
      createPerson({ PERSON_NAME: '名'.repeat(300) }),
      '31010119900101123X',
    ];
    await send({ target: PERSONS, body: { records } });
    const refusals = await listed();
    expect(refusals.map(({ field, value }) => [field, value]).reverse()).toEqual([
      ['IDENTIFY_NUM', '*** (22)'],
      ['MOBILE_NUMBER', '*** (33)'],
      ['CERTIFICATES', '*** (18)'],
      ['PERSON_NAME', '名'.repeat(200)],
      [null, null],
    ]);
    expect(JSON.stringify(refusals)).not.toContain('31010119900101123X');
  });

  test('[ONB-10] of one batch the first 100 are listed, and what says only that the park is busy is not', async () => {
    const { send, store, room } = await start();
    await send({ body: { records: Array.from({ length: 150 }, () => createPosition({ LATITUDE: 91 })) } });
    store.isDown = true;
    expect((await send({ body: good })).status).toBe(503);
    store.isDown = false;
    room.set(false);
    expect((await send({ body: good })).status).toBe(503);
    const refusals = await listed();
    expect(refusals).toHaveLength(100);
    expect(refusals[0]?.index).toBe(99);
  });

  test('[ONB-10] unknown app ids have a list of their own', async () => {
    const { send } = await start();
    await send({ appId: 'app_stranger', body: good });
    await send({ method: 'DELETE', target: '/v1/nothing', appId: 'app_stranger' });
    expect(await listed('')).toMatchObject([
      { appId: 'app_stranger', interfaceName: '', code: 'ROUTE_UNKNOWN' },
      { appId: 'app_stranger', interfaceName: 'positions', code: 'APP_UNKNOWN' },
    ]);
    expect(await park.refusals.read(COMPANY, 10)).toEqual([]);
  });
});

describe('what the door counts', () => {
  const line = (change: Partial<DoorCountLine>): DoorCountLine => ({
    companyCode: COMPANY,
    interfaceName: 'positions',
    refused: 0,
    acknowledged: 0,
    unanswered: 0,
    refusedRequests: {},
    aliases: 0,
    ...change,
  });
  const counted = async (): Promise<DoorCountLine[]> => {
    await park.server.close();
    expect(park.doorReports()).toHaveLength(1);
    return [...(park.doorReports()[0]?.lines ?? [])];
  };

  test('[ONB-12] answers, refused records, refused requests and aliases, per company and interface', async () => {
    const { send } = await start();
    await send({ body: { records: [createPosition(), createPosition({ LATITUDE: 91 })] } });
    await send({ body: { records: [createPosition({ LATITUDE: 91 }), createPosition({ LATITUDE: 91 })] } });
    await send({ raw: 'x' });
    await send({ raw: 'x' });
    await send({ body: good, appSecret: 'wrong' });
    await send({ target: PERSONS, body: { records: [createPerson({ UPDATE_TIME: 1_767_225_600_000 })] } });
    await send({ body: good, headers: { 'Content-Type': 'text/plain' } });
    expect(await counted()).toEqual([
      line({
        acknowledged: 1,
        refused: 2,
        refusedRequests: { BODY_UNREADABLE: 2, SIGNATURE_INVALID: 1, TYPE_UNSUPPORTED: 1 },
      }),
      line({ interfaceName: 'persons', acknowledged: 1, aliases: 1 }),
    ]);
  });

  test('[ONB-12] unknown app ids are one line, however many there are', async () => {
    const { send } = await start();
    for (let i = 0; i < 20; i++) await send({ appId: `app_${i}`, body: good });
    await send({ target: '/nowhere', appId: 'app_x' });
    expect(await counted()).toEqual([
      line({ companyCode: '', refusedRequests: { APP_UNKNOWN: 20 } }),
      line({ companyCode: '', interfaceName: '', refusedRequests: { ROUTE_UNKNOWN: 1 } }),
    ]);
  });

  test('[ONB-12] a batch that the log did not confirm is unanswered, and refused as a whole', async () => {
    const { send, store } = await start();
    store.isDown = true;
    await send({ body: good });
    store.isDown = false;
    expect(await counted()).toEqual([line({ unanswered: 1, refusedRequests: { LOG_UNAVAILABLE: 1 } })]);
  });

  test('[ONB-12] SOS kept out of a refused request is acknowledged', async () => {
    const { send, room } = await start();
    room.set(false);
    expect((await send({ body: { records: [createPosition({ SOS: true }), createPosition()] } })).body.kept_sos).toBe(
      1,
    );
    expect(await counted()).toEqual([line({ acknowledged: 1, refusedRequests: { LOG_FULL: 1 } })]);
  });

  test('[ONB-7] a request signed with the secret before the last rotation is taken', async () => {
    const { send, clock } = await start();
    const previousSecret = { secret: 'fixture-secret-of-no-value', untilMs: clock.nowMs() + 60_000 };
    park.credentials.put(createCredential({ secret: 'new', previousSecret }));
    expect((await send({ body: good })).status).toBe(200);
    expect((await send({ body: good, appSecret: 'new' })).status).toBe(200);
    clock.advance(60_000);
    expect((await send({ body: good })).body.code).toBe('SIGNATURE_INVALID');
    expect((await send({ body: good, appSecret: 'new' })).status).toBe(200);
  });
});
