import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chunkMessages, type Playback } from '../../core/playback-api.ts';
import { LiveClient } from '../../stream/protocol/live-client.ts';
import { COMPANY, createTestServer, OTHER_COMPANY, type TestServer } from '../test-server.ts';

const HOUR_MS = 3_600_000;

let server: TestServer;
let nowMs: number;
beforeEach(async () => {
  server = await createTestServer();
  nowMs = server.clock.nowMs();
  await server.addUser('lin', 'operator');
  await server.addUser('wu', 'operator');
  await server.addUser('guest', 'enterprise');
});
afterEach(() => server.app.close());

const open = async (name: string, payload: object) =>
  server.call({ method: 'POST', url: '/api/playbacks', payload, cookie: await server.cookieOf(name) });
const chunk = async (name: string, id: string, query: string) =>
  server.call({ url: `/api/playbacks/${id}/chunk?${query}`, cookie: await server.cookieOf(name) });
const lastAudit = () => server.users.audit.at(-1);

describe('opening a playback', () => {
  test('[PLAY-1] is on record with its span and reason', async () => {
    const span = { fromMs: nowMs - HOUR_MS, toMs: nowMs };
    const answer = await open('lin', { ...span, reason: ' 事故调查 ' });
    const { playbackId, ...rest } = answer.json<Playback>();
    expect(rest).toEqual({ ...span, floorMs: null, marks: [], marksLeftOut: 0 });
    expect(lastAudit()).toMatchObject({
      actor: { userName: 'lin' },
      action: 'playback.open',
      subject: null,
      detail: { ...span, playbackId, reason: '事故调查' },
    });
    await open('guest', { ...span, reason: 'a' });
    expect(lastAudit()).toMatchObject({ action: 'playback.open', subject: COMPANY });
  });

  test.each([
    ['no reason', {}, 'REASON_MISSING'],
    ['blanks', { reason: '  ' }, 'REASON_MISSING'],
    ['a span over a day', { fromMs: -24 * HOUR_MS - 1, reason: 'a' }, 'INPUT_INVALID'],
    ['no span', { fromMs: 0, reason: 'a' }, 'INPUT_INVALID'],
    ['a span backwards', { fromMs: 0, toMs: -1, reason: 'a' }, 'INPUT_INVALID'],
    ['the future', { toMs: 1, reason: 'a' }, 'INPUT_INVALID'],
    ['half a millisecond', { toMs: -0.5, reason: 'a' }, 'INPUT_INVALID'],
    ['a reason of control characters', { reason: '\u0000' }, 'INPUT_INVALID'],
    ['a reason without end', { reason: 'a'.repeat(501) }, 'INPUT_INVALID'],
    ['a reason that is no text', { reason: 7 }, 'INPUT_INVALID'],
  ])(
    '[PLAY-1] %s: refused, and nothing is opened',
    async (_what, {
      fromMs = -HOUR_MS,
      toMs = 0,
      ...more
    }: { fromMs?: number; toMs?: number; reason?: unknown }, code) => {
      const answer = await open('lin', { fromMs: nowMs + fromMs, toMs: nowMs + toMs, ...more });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([422, code]);
      expect(server.users.audit.filter(({ action }) => action === 'playback.open')).toEqual([]);
    },
  );
});

describe('chunks', () => {
  const opened = async (name: string): Promise<string> =>
    (await open(name, { fromMs: nowMs - HOUR_MS, toMs: nowMs, reason: 'a' })).json<Playback>().playbackId;
  const first = (): string => `fromMs=${nowMs - HOUR_MS}&toMs=${nowMs - HOUR_MS + 3_000}&stepMs=1000`;

  test('[PLAY-4] are messages that a client takes', async () => {
    const answer = await chunk('lin', await opened('lin'), first());
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    const client = new LiveClient();
    const types = [...chunkMessages(answer.rawPayload)].map((message) => client.receive(message, 0).type);
    expect(types).toEqual(['snapshot', 'frame', 'frame', 'frame', 'frame']);
    expect(client.picture.frameAtMs).toBe(nowMs - HOUR_MS + 3_000);
  });

  test('[PLAY-3] are for whoever opened it, for a day', async () => {
    const id = await opened('lin');
    expect((await chunk('lin', id, first())).statusCode).toBe(200);
    for (const name of ['wu', 'guest'])
      expect((await chunk(name, id, first())).json()).toMatchObject({ code: 'NOT_FOUND' });
    const query = first();
    server.clock.advance(24 * HOUR_MS + 1);
    expect((await chunk('lin', id, query)).json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[PLAY-3] of one opened in another scope there are none, also for whoever opened it', async () => {
    const id = await opened('lin');
    const playback = await server.playbacks.find(id);
    const [record] = server.users.audit.filter(({ action }) => action === 'playback.open');
    // As when a user of the park becomes a company's, or the other way round.
    await server.playbacks.open({ ...playback!, companyCode: COMPANY }, 0, record!);
    expect((await chunk('lin', id, first())).json()).toMatchObject({ code: 'NOT_FOUND' });
    await server.playbacks.open(playback!, 0, record!);
    expect((await chunk('lin', id, first())).statusCode).toBe(200);
  });

  test.each([
    ['before it', -HOUR_MS - 1, -HOUR_MS + 1_000, '1000'],
    ['after it', -1_000, 1, '1000'],
    ['backwards', -1_000, -2_000, '1000'],
    ['longer than 10 minutes', -HOUR_MS, -HOUR_MS + 600_001, '1000'],
    ['in steps too short', -HOUR_MS, -HOUR_MS + 1_000, '999'],
    ['in steps too long', -HOUR_MS, -HOUR_MS + 1_000, '60001'],
    ['in no steps', -HOUR_MS, -HOUR_MS + 1_000, '0'],
    ['in broken steps', -HOUR_MS, -HOUR_MS + 1_000, '1000.5'],
    ['in steps of letters', -HOUR_MS, -HOUR_MS + 1_000, 'NaN'],
  ])('[PLAY-15] %s: INPUT_INVALID', async (_what, fromMs, toMs, step) => {
    const query = `fromMs=${nowMs + fromMs}&toMs=${nowMs + toMs}&stepMs=${step}`;
    const answer = await chunk('lin', await opened('lin'), query);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([422, 'INPUT_INVALID']);
  });

  test('[PLAY-15] of what is no playback, or fails at once, the answer has a code', async () => {
    expect((await chunk('lin', 'x', first())).json()).toMatchObject({ code: 'INPUT_INVALID' });
    const id = await opened('lin');
    Object.defineProperty(server.pastDatabase, 'tables', {
      get: () => {
        throw new Error('gone');
      },
    });
    expect((await chunk('lin', id, first())).json()).toMatchObject({ code: 'INTERNAL' });
  });
});

describe('heat of presence', () => {
  const heat = async (query: string, name = 'lin') =>
    server.call({
      url: `/api/presence-heat?fromMs=${nowMs - HOUR_MS}&toMs=${nowMs}&cellM=10${query}`,
      cookie: await server.cookieOf(name),
    });

  test('[PLAY-21] asking for people by name needs a reason and is on record', async () => {
    expect((await heat('')).json()).toMatchObject({ cellM: 10, easting: [], people: 0 });
    const named = `&companyCode=${COMPANY}&personIds=P-1,card:7`;
    expect((await heat(named)).json()).toMatchObject({ code: 'REASON_MISSING' });
    expect((await heat('&personIds=P-1&reason=a')).json()).toMatchObject({ code: 'INPUT_INVALID' });
    expect((await heat(`${named}&reason=why`)).statusCode).toBe(200);
    expect(lastAudit()).toMatchObject({
      action: 'heat.read',
      subject: COMPANY,
      detail: { people: [{ personId: 'P-1' }, { cardNo: '7' }], reason: 'why' },
    });
    expect((await heat(`&companyCode=${OTHER_COMPANY}`, 'guest')).json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test("[PLAY-21] another company's people are nobody's to ask for, and who tried is on record", async () => {
    const asked = await heat(`&companyCode=${OTHER_COMPANY}&personIds=P-1&reason=why`, 'guest');
    expect(asked.json()).toMatchObject({ code: 'NOT_FOUND' });
    expect(lastAudit()).toMatchObject({ action: 'heat.read', subject: OTHER_COMPANY, outcome: 'refused' });
  });

  test.each(['&cellM=0', '&cellM=1001', '&cellM=x', '&fromMs=1', '&personIds=,'])(
    '[PLAY-21] %s: INPUT_INVALID',
    async (query) => {
      const cookie = await server.cookieOf('lin');
      const asked = new URLSearchParams(`fromMs=${nowMs - HOUR_MS}&toMs=${nowMs}&cellM=10`);
      for (const [name, value] of new URLSearchParams(query)) asked.set(name, value);
      const answer = await server.call({ url: `/api/presence-heat?${asked}`, cookie });
      expect(answer.json()).toMatchObject({ code: 'INPUT_INVALID' });
    },
  );
});

describe('tracks', () => {
  test('[PLAY-25] are read for a reason', async () => {
    const cookie = await server.cookieOf('lin');
    const url = `/api/tracks?people=P-1&company=${COMPANY}&from=1000&to=2000`;
    expect((await server.call({ url, cookie })).json()).toMatchObject({ code: 'REASON_MISSING' });
    expect((await server.call({ url: `${url}&reason=%E6%9F%A5%E6%89%BE`, cookie })).statusCode).toBe(200);
    expect(lastAudit()).toMatchObject({ action: 'track.read', detail: { reason: '查找' } });
  });
});
