import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../core/errors.ts';
import { COMPANY, createCredential, createPosition, type IngestPark, startIngestPark } from '../test/ingest-fixture.ts';

const CODE = '31011600021320000001';
const OTHERS = '31011600021320000002';
const CAMERAS = '/v1/hazard-sources/h%201/cameras';
const STREAM = `/v1/cameras/${CODE}/stream`;
const camera = { code: CODE, name: '罐区南侧', longitude: 121.48, latitude: null };
const address = { code: CODE, protocol: 'hls' as const, url: 'https://video.example/1.m3u8' };

describe('cameras on the vendor interface', () => {
  let park: IngestPark;
  beforeAll(async () => {
    park = await startIngestPark();
  });
  afterAll(() => park.close());
  beforeEach(() => {
    const { cameras, credentials } = park;
    cameras.failure = null;
    cameras.hazardSources.set(`${COMPANY}/h 1`, [camera]);
    cameras.hazardSources.set('310000002/h2', [camera]);
    cameras.streams.set(`${COMPANY}/${CODE}`, address);
    cameras.streams.set(`310000002/${OTHERS}`, { ...address, code: OTHERS });
    credentials.put(createCredential());
  });
  const get = (target: string, more: object = {}) => park.send({ method: 'GET', target, ...more });

  test('[VID-30] a hazard source of the company gives its cameras; another’s, and none, are not found', async () => {
    expect(await get(CAMERAS)).toMatchObject({ status: 200, body: { hazard_source: 'h 1', cameras: [camera] } });
    for (const id of ['h2', 'h9', '%00', '%ff', '..%2fh2', 'x'.repeat(129)]) {
      expect(await get(`/v1/hazard-sources/${id}/cameras`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
  });

  test('[VID-31] a camera of the company gives an address; another’s, and none, are not found', async () => {
    expect(await get(STREAM)).toMatchObject({ status: 200, body: address });
    for (const code of [OTHERS, '1', 'a%2f..']) {
      expect(await get(`/v1/cameras/${code}/stream`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
  });

  test('[VID-32] who is not who the signature says, or sends the same again, is refused', async () => {
    const refused = async (more: object, code: string): Promise<void> => {
      for (const target of [CAMERAS, STREAM]) expect((await get(target, more)).body).toMatchObject({ code });
    };
    await refused({ appSecret: 'another' }, 'SIGNATURE_INVALID');
    await refused({ appId: 'app_nobody' }, 'APP_UNKNOWN');
    await refused({ timestampMs: 1 }, 'CLOCK_SKEW');
    const nonce = 'once-and-never-again';
    expect((await get(STREAM, { nonce })).status).toBe(200);
    expect((await get(STREAM, { nonce })).body).toMatchObject({ code: 'NONCE_REPLAYED' });
    expect((await get(`${STREAM}?x=1`, { headers: { 'X-Signature': 'f'.repeat(64) } })).status).toBe(401);
    park.credentials.put(createCredential({ status: 'revoked' }));
    await refused({}, 'APP_REVOKED');
  });

  test('[VID-32] it is limited with what the credential sends, and takes no other method', async () => {
    expect((await park.send({ method: 'POST', target: STREAM })).status).toBe(405);
    park.credentials.put(createCredential({ rateRecordsPerS: 1 }));
    const flood = { records: Array.from({ length: 5_000 }, () => createPosition()) };
    expect((await park.send({ body: flood })).status).toBe(200);
    expect((await get(STREAM)).body).toMatchObject({ code: 'RATE_LIMITED' });
    park.clock.advance(6_000_000);
    expect((await get(STREAM)).status).toBe(200);
  });

  test('[VID-32] without the database, or without pictures, it says which and when to come again', async () => {
    park.cameras.failure = new AppError('DATABASE_UNAVAILABLE', { detail: 'at db.internal' });
    const answer = await get(CAMERAS);
    expect(answer).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
    expect(JSON.stringify(answer.body)).not.toContain('db.internal');
    expect(answer.headers.get('retry-after')).toBe('5');
    park.cameras.failure = new AppError('VIDEO_NO_ADDRESS');
    expect(await get(STREAM)).toMatchObject({ status: 409, body: { code: 'VIDEO_NO_ADDRESS' } });
    park.cameras.failure = new Error('a defect');
    expect(await get(STREAM)).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect((await park.send({ body: { records: [createPosition()] } })).status).toBe(200);
  });
});
