import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from '../../../db/memory-store.ts';
import { createFixBatch, createOrigin, createPerson } from '../../../test/builders/entries.ts';
import { OTHER, PastWorld, WORLD_T0 } from '../../../test/builders/past-world.ts';
import { lngLatAt } from '../../../test/builders/plane.ts';
import { store } from '../../../test/contract/past-park.ts';
import { createTestServer, type TestServer } from '../../test-server.ts';
import { escaped } from './report.ts';

const HOSTILE = '<script>alert(1)</script>';
const FORMULA = '=cmd()';

let server: TestServer;
let alarmId: string;
let toMs: number;

const sosOf = (world: PastWorld): string =>
  [...world.engine.park.alarms.standing.values()].find(({ rule }) => rule === 'sos')!.alarmId;

/** An SOS of p0 at 0 m, somebody beside, somebody far off; one of another company beside. */
beforeEach(async () => {
  server = await createTestServer();
  const world = new PastWorld();
  const records = [
    createPerson({ personId: 'evil', name: HOSTILE, department: FORMULA }),
    createPerson({ personId: 'sum', name: FORMULA }),
  ];
  world.entry('persons', { origin: createOrigin(), records }, WORLD_T0);
  for (let second = 1; second <= 20; second++) {
    const atMs = WORLD_T0 + second * 1_000;
    const fixes = ['evil', 'sum'].map((person) => ({ person, atMs, ...lngLatAt(10, second) }));
    world.entry('fixes', createFixBatch([...fixes, { person: 'p5', atMs, ...lngLatAt(5_000, 0) }]), atMs);
    if (second === 9) world.act('acknowledge', sosOf(world));
    world.second([
      ...(second === 5 ? [{ do: 'sos', who: 0 } as const] : []),
      ...(second === 6 ? [{ do: 'word', company: 0, permit: 0, what: 0 } as const] : []),
      { do: 'walk', who: 3, east: 12, north: second },
    ]);
  }
  toMs = world.toMs;
  await store({ open: () => new MemoryStore(server.pastDatabase) }, world);
  alarmId = sosOf(world);
  server.clock.advance(toMs + 60_000 - server.clock.nowMs());
  await server.addUser('lin', 'operator');
  await server.addUser('guest', 'enterprise');
});
afterEach(() => server.app.close());

const ask = async (query: string, name = 'lin') =>
  server.call({ url: `/api/incident-bundles?${query}`, cookie: await server.cookieOf(name) });
const filesOf = async (query: string): Promise<Record<string, string>> => {
  const answer = await ask(query);
  expect(answer.statusCode).toBe(200);
  const files = unzipSync(new Uint8Array(answer.rawPayload));
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
};
const linesOf = (csv = ''): string[] => csv.replace('\uFEFF', '').trim().split('\r\n');

describe('an incident bundle', () => {
  test('[PLAY-31] of an alarm has who was there, what became of it, permits and areas as they were', async () => {
    const files = await filesOf(`alarmId=${alarmId}&reason=a&lang=en`);
    expect(Object.keys(files)).toEqual([
      'tracks.csv',
      'tracks.geojson',
      'alarms.csv',
      'permits.csv',
      'permits.json',
      'areas.geojson',
      'report.html',
      'manifest.json',
    ]);
    const tracks = linesOf(files['tracks.csv']);
    const people = new Set(tracks.slice(1).map((line) => line.split(',')[2]));
    expect(people).toEqual(new Set(['p0', 'p1', 'evil', 'sum']));
    expect(tracks.length).toBe(1 + 1 + 20 * 3);
    const { features } = JSON.parse(files['tracks.geojson'] ?? '') as { features: { geometry: { type: string } }[] };
    expect(features.map(({ geometry }) => geometry.type).sort()).toEqual([
      'LineString',
      'LineString',
      'LineString',
      'Point',
    ]);
    const own = linesOf(files['alarms.csv']).filter((line) => line.startsWith(alarmId));
    expect(own.some((line) => line.includes(',acknowledged,值班员,'))).toBe(true);
    const permits = JSON.parse(files['permits.json'] ?? '') as { atMs: number; permit: { permitId: string } }[];
    expect(permits.map(({ permit }) => permit.permitId)).toEqual(['t0']);
    const areas = JSON.parse(files['areas.geojson'] ?? '') as { features: { properties: { version: number } }[] };
    expect(areas.features.map(({ properties }) => properties.version)).toEqual([1, 1]);
    expect(files['report.html']).toContain('Acknowledged');
    expect((await filesOf(`alarmId=${alarmId}&reason=a`))['report.html']).toContain('涉及人员');
  });

  test('[PLAY-31] of an area or a circle over a span', async () => {
    const span = `fromMs=${WORLD_T0}&toMs=${toMs}&reason=a`;
    const area = await filesOf(`${span}&areaCompanyCode=${OTHER}&areaId=a1`);
    expect(linesOf(area['tracks.csv']).length).toBeGreaterThan(20);
    const { lng, lat } = lngLatAt(5_000, 0);
    const circle = await filesOf(`${span}&lng=${lng}&lat=${lat}&radiusM=50`);
    expect(
      new Set(
        linesOf(circle['tracks.csv'])
          .slice(1)
          .map((line) => line.split(',')[2]),
      ),
    ).toEqual(new Set(['p5']));
  });

  test("[PLAY-11] a tag's track is its first wearer's until that was told; what it sent later is not", async () => {
    const world = new PastWorld();
    const fix = (second: number, card: string) => {
      const atMs = WORLD_T0 + second * 1_000;
      world.entry('fixes', createFixBatch([{ card, atMs, ...lngLatAt(9_000, second) }]), atMs);
    };
    const wears = (second: number, cardNo: string) =>
      world.entry(
        'persons',
        {
          origin: createOrigin(),
          records: [createPerson({ personId: 'late', cardNo, updatedAtMs: WORLD_T0 + second * 1_000 })],
        },
        WORLD_T0 + second * 1_000,
      );
    fix(1, 'tag');
    wears(2, 'tag');
    fix(3, 'tag');
    wears(4, 'new');
    fix(5, 'tag');
    await store({ open: () => new MemoryStore(server.pastDatabase) }, world);
    const { lng, lat } = lngLatAt(9_000, 0);
    const files = await filesOf(`fromMs=${WORLD_T0}&toMs=${toMs}&lng=${lng}&lat=${lat}&radiusM=50&reason=a`);
    const whoAndWhen = linesOf(files['tracks.csv'])
      .slice(1)
      .map((line) => line.split(','))
      .map(([, , personId, cardNo, , , at]) => [personId || cardNo, Date.parse(at ?? '') - WORLD_T0]);
    expect(whoAndWhen.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
      ['late', 1_000],
      ['late', 3_000],
      ['tag', 5_000],
    ]);
  });

  test("[PLAY-31] of a tag's alarm has whoever wore it then, also where the alarm has no place", async () => {
    const world = new PastWorld();
    const fix = (second: number) => {
      const atMs = WORLD_T0 + second * 1_000;
      world.entry(
        'fixes',
        createFixBatch([{ card: 'tag', atMs, ...lngLatAt(9_000, second), sos: second === 2 }]),
        atMs,
      );
    };
    fix(1);
    fix(2);
    const tagAlarmId = sosOf(world);
    const records = [createPerson({ personId: 'late', cardNo: 'tag', updatedAtMs: WORLD_T0 + 3_000 })];
    world.entry('persons', { origin: createOrigin(), records }, WORLD_T0 + 3_000);
    fix(4);
    await store({ open: () => new MemoryStore(server.pastDatabase) }, world);
    for (const change of server.pastDatabase.tables.transitions.values()) {
      if (change.alarm.alarmId === tagAlarmId) Object.assign(change.alarm, { place: null });
    }
    const tracks = linesOf((await filesOf(`alarmId=${tagAlarmId}&reason=a`))['tracks.csv']);
    expect(new Set(tracks.slice(1).map((line) => line.split(',')[2]))).toEqual(new Set(['late']));
  });

  test('[PLAY-32] names its files with their sums, who made it, when and why', async () => {
    const answer = await ask(`alarmId=${alarmId}&reason=%E8%B0%83%E6%9F%A5`);
    const files = unzipSync(new Uint8Array(answer.rawPayload));
    const manifest = JSON.parse(strFromU8(files['manifest.json']!)) as {
      made: object;
      files: { name: string; bytes: number; sha256: string }[];
    };
    expect(manifest.made).toMatchObject({ by: 'lin', reason: '调查', atMs: server.clock.nowMs() });
    const sums = Object.entries(files)
      .filter(([name]) => name !== 'manifest.json')
      .map(([name, bytes]) => ({
        name,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }));
    expect(manifest.files).toEqual(sums);
  });

  test('[PLAY-33] nothing from outside is markup or a formula', async () => {
    const files = await filesOf(`alarmId=${alarmId}&reason=${encodeURIComponent(HOSTILE)}`);
    expect(files['report.html']).toContain(escaped(HOSTILE));
    expect(files['report.html']).not.toContain('<script');
    expect(files['tracks.csv']).toContain(`'${FORMULA}`);
    expect(files['tracks.csv']).not.toMatch(/(^|,)=cmd/m);
  });

  test('[PLAY-30] needs a reason, is on record, and is of what the reader may see', async () => {
    expect((await ask(`alarmId=${alarmId}`)).json()).toMatchObject({ code: 'REASON_MISSING' });
    expect((await ask('alarmId=nothing&reason=a')).json()).toMatchObject({ code: 'NOT_FOUND' });
    const before = server.users.audit.length;
    await filesOf(`alarmId=${alarmId}&reason=why`);
    expect(server.users.audit.slice(before).find(({ action }) => action === 'incident.export')).toMatchObject({
      detail: { alarmId, reason: 'why', people: 4 },
    });
    // The company of the test server's users has nobody in this park.
    expect((await ask(`alarmId=${alarmId}&reason=a`, 'guest')).json()).toMatchObject({ code: 'NOT_FOUND' });
    const { lng, lat } = lngLatAt(10, 10);
    const circle = `fromMs=${WORLD_T0}&toMs=${toMs}&lng=${lng}&lat=${lat}&reason=a`;
    const own = unzipSync(new Uint8Array((await ask(circle, 'guest')).rawPayload));
    expect(linesOf(strFromU8(own['tracks.csv']!))).toHaveLength(1);
    expect(linesOf(strFromU8(own['alarms.csv']!))).toHaveLength(1);
    expect(strFromU8(own['permits.json']!)).toBe('[]\n');
  });

  test.each([
    '',
    'fromMs=1&toMs=2',
    'fromMs=1&toMs=2&areaId=a',
    'fromMs=1&toMs=14400002&lng=121&lat=30',
    'fromMs=2&toMs=1&lng=121&lat=30',
    'alarmId=a&radiusM=0',
    'alarmId=a&beforeMs=7200001',
    'fromMs=1&toMs=2&lng=999&lat=0',
  ])('[PLAY-30][PLAY-34] asked for as "%s": INPUT_INVALID', async (query) => {
    expect((await ask(`${query}&reason=a`)).json()).toMatchObject({ code: 'INPUT_INVALID' });
  });
});
