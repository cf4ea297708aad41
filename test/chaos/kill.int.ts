import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LedgerReport } from '../../server/cli/ledger.ts';
import type { RoleName } from '../../server/role.ts';
import { lngLatAt, squareAt } from '../builders/plane.ts';
import { Screen } from '../stack/screen.ts';
import { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';

const COMPANY = '900000101';
const PEOPLE = 200;
const WAIT = { timeout: 60_000, interval: 100 };

/** People walk in circles; every second record of a tick is theirs alone by (person, COLLECT_TIME). */
function positionsAt(vendor: Vendor, tick: number, atMs: number): ReturnType<Vendor['position']>[] {
  return Array.from({ length: PEOPLE }, (_, k) => {
    const { lng, lat } = lngLatAt(400 + k + 3 * Math.sin(tick / 5), 400 + 3 * Math.cos(tick / 5));
    return vendor.position(`p${k}`, lng, lat, atMs, { ACCURACY: 3, SOURCE: 'GNSS' });
  });
}

const wkt = (east: number, north: number, sideM: number): string => {
  const ring = squareAt(east, north, sideM)[0]?.[0] ?? [];
  return `POLYGON((${ring.map(([lng, lat]) => `${lng} ${lat}`).join(',')}))`;
};

describe('kill -9 and absence', () => {
  let stack: Stack;
  let vendor: Vendor;
  let screen: Screen;
  let database: pg.Pool;
  let tick = 0;
  /** Distinct (person, COLLECT_TIME) of positions that were answered 200 at least once. */
  let distinct = 0;

  beforeAll(async () => {
    stack = await Stack.start();
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '乙化工'));
    await stack.addUser('operator1', 'operator');
    screen = await Screen.signIn(stack, 'operator1');
    database = new pg.Pool({ connectionString: stack.databaseUrl });
    database.on('error', () => {});
    await vendor.send(
      'persons',
      Array.from({ length: PEOPLE }, (_, k) => vendor.person(`p${k}`)),
    );
    await vendor.send('areas', [
      {
        ID: 'forbidden',
        COMPANY_CODE: COMPANY,
        ZONE_NAME: '变电所',
        ZONE_TYPE: '1',
        AREA_KIND: 'FORBIDDEN',
        GEO: wkt(0, 0, 60),
        DELETED: '0',
      },
    ]);
  }, 120_000);

  afterAll(async () => {
    screen?.close();
    await database?.end();
    await stack?.stop();
  }, 60_000);

  const send = async (ticks: number): Promise<void> => {
    for (let i = 0; i < ticks; i++) {
      const { accepted } = await vendor.send('positions', positionsAt(vendor, tick++, Date.now()));
      distinct += accepted;
    }
  };

  const sos = async (personId: string): Promise<void> => {
    const { lng, lat } = lngLatAt(500, 500);
    const { accepted } = await vendor.send('positions', [
      vendor.position(personId, lng, lat, Date.now(), { SOS: true, SOURCE: 'SOS' }),
    ]);
    distinct += accepted;
  };

  const seenSos = (personId: string): boolean =>
    screen.alarmViews.some((alarm) => alarm.rule === 'sos' && alarm.person?.personId === personId);

  const storedPositions = async (): Promise<number> => {
    const { rows } = await database.query<{ n: string }>('select count(*) as n from position');
    return Number(rows[0]?.n);
  };

  it.each<RoleName | 'redis' | 'postgres'>([
    'ingest',
    'watch',
    'store',
    'live',
    'admin',
    'archive',
    'redis',
    'postgres',
  ])(
    '[KILL-1] kill -9 of %s while positions flow: nothing accepted is lost, nothing is stored twice',
    async (role) => {
      await send(5);
      const dying = role === 'redis' || role === 'postgres' ? stack.killServer(role) : stack.kill(role);
      await Promise.all([dying, send(15)]);
      await send(5);
      await vi.waitFor(async () => expect(await storedPositions()).toBe(distinct), WAIT);
      const { rows } = await database.query(
        'select 1 from position group by person_id, observed_at, source having count(*) > 1',
      );
      expect(rows).toEqual([]);
    },
    120_000,
  );

  it('[KILL-2] an alarm standing when watch is killed stands after it under the same id, raised once', async () => {
    const inside = lngLatAt(30, 30);
    distinct += (
      await vendor.send('positions', [
        vendor.position('p1', inside.lng, inside.lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB' }),
      ])
    ).accepted;
    const ofP1 = (): string[] =>
      screen.alarmViews.filter((a) => a.rule === 'out-of-bounds' && a.person?.personId === 'p1').map((a) => a.alarmId);
    await vi.waitFor(() => expect(ofP1().length).toBeGreaterThan(0), WAIT);
    const [alarmId] = ofP1();
    await stack.kill('watch');
    await sos('p2');
    await vi.waitFor(() => expect(seenSos('p2')).toBe(true), WAIT);
    expect(new Set(ofP1())).toEqual(new Set([alarmId]));
    await vi.waitFor(async () => {
      const { rows } = await database.query(
        "select count(*) as n from alarm_transition where alarm_id = $1 and transition = 'raised'",
        [alarmId],
      );
      expect(Number(rows[0].n)).toBe(1);
    }, WAIT);
  }, 120_000);

  it('[KILL-3] with PostgreSQL stopped, and watch, ingest and live killed, an SOS reaches the screen; store catches up after', async () => {
    await stack.stopPostgres();
    await sos('p3');
    await vi.waitFor(() => expect(seenSos('p3')).toBe(true), { timeout: 5_000, interval: 20 });
    for (const role of ['watch', 'ingest', 'live'] as const) await stack.kill(role);
    await send(3);
    await sos('p4');
    await vi.waitFor(() => expect(seenSos('p4')).toBe(true), WAIT);
    const alarmId = screen.alarmViews.find((a) => a.person?.personId === 'p4')?.alarmId ?? '';
    screen.act('acknowledge', alarmId);
    await vi.waitFor(() => expect(screen.client.picture.alarms.get(alarmId)?.acknowledged).toBe(true), WAIT);
    await stack.startPostgres();
    await vi.waitFor(async () => expect(await storedPositions()).toBe(distinct), WAIT);
    await vi.waitFor(async () => {
      const { rows } = await database.query('select acknowledged from alarm where alarm_id = $1', [alarmId]);
      expect(rows).toEqual([{ acknowledged: true }]);
    }, WAIT);
  }, 240_000);

  it('[KILL-4] the ledger balances against the sender’s own record of replies', async () => {
    const [report] = (await stack.park('ledger', '--company', COMPANY)) as unknown as [LedgerReport];
    const { total, balanced } = report;
    expect(balanced).toBe(true);
    expect(total.received).toBe(total.refused + total.stored + total.duplicate + total.superseded + total.quarantined);
    expect(total.stored - PEOPLE - 1).toBe(distinct);
    // Every answered record is in; a request without an answer may have added repeats, never taken any away.
    const taken = total.received - total.refused;
    expect(taken).toBeGreaterThanOrEqual(vendor.accepted);
    expect(taken - vendor.accepted).toBeLessThanOrEqual(vendor.unanswered * PEOPLE);
    expect(total.duplicate).toBe(taken - vendor.accepted);
  });
});
