import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { Screen } from '../stack/screen.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';

const COMPANY = '900000801';
const WAIT = { timeout: 30_000, interval: 100 };

describe('from joint test to live', () => {
  let stack: Stack;
  let screen: Screen;
  let vendor: Vendor;

  beforeAll(async () => {
    stack = await startOnSharedServer();
    await stack.park('company', 'add', '--code', COMPANY, '--name', '庚化工');
    const [issued] = await stack.park('credential', 'issue', '--company', COMPANY);
    const { appId, appSecret } = issued as { appId: string; appSecret: string };
    vendor = new Vendor(stack.ingestUrl, { appId, appSecret, companyCode: COMPANY });
    await stack.addUser('operator1', 'operator');
    screen = await Screen.signIn(stack, 'operator1');
  }, 120_000);

  afterAll(async () => {
    screen?.close();
    await stack?.stop();
  }, 60_000);

  const { lng, lat } = lngLatAt(10, 10);
  const call = (personId: string) =>
    vendor.send('positions', [vendor.position(personId, lng, lat, Date.now(), { SOS: true, ACCURACY: 2 })]);
  const shown = async (): Promise<string[]> => {
    const standings = (await stack.park('stage', 'list', '--company', COMPANY, '--interface', 'positions')) as {
      checkList: { sample: string; firstAt: string | null }[];
    }[];
    return standings.flatMap(({ checkList }) =>
      checkList.filter(({ firstAt }) => firstAt !== null).map(({ sample }) => sample),
    );
  };
  const people = (): (string | null)[] =>
    [...screen.client.picture.bindings.values()].map(({ person }) => person?.personId);

  it('[ONB-16] a new company is answered in full and shown its check-list, and nobody of it is on the map', async () => {
    expect(await call('p1')).toMatchObject({ accepted: 1, stage: 'joint' });
    await vi.waitFor(
      async () => expect(await shown()).toEqual(expect.arrayContaining(['accepted', 'person-id', 'accuracy', 'sos'])),
      WAIT,
    );
    const { rows } = await stack.sql('SELECT flags & 512 AS joint FROM position');
    expect(rows).toEqual([{ joint: 512 }]);
    expect(people()).toEqual([]);
    expect(screen.alarmViews).toEqual([]);
  }, 60_000);

  it('[ONB-16] it does not go up before everything was shown, but for a reason on record; from then on a call is an alarm', async () => {
    const set = ['stage', 'set', '--company', COMPANY, '--interface', 'positions', '--stage', 'live'];
    await expect(stack.park(...set)).rejects.toThrow(/has not shown: .*steady/);
    await stack.park(...set, '--force', '--reason', '换新系统，原接口已验收');
    const { rows } = await stack.sql(`SELECT detail->>'forcedBecause' AS why FROM audit WHERE action = 'stage.set'`);
    expect(rows).toEqual([{ why: '换新系统，原接口已验收' }]);
    const answer = await vi.waitFor(async () => {
      const taken = await call('p2');
      expect(taken).not.toHaveProperty('stage');
      return taken;
    }, WAIT);
    expect(answer.accepted).toBe(1);
    await vi.waitFor(() => {
      expect(screen.alarmViews.map(({ rule, person }) => [rule, person?.personId])).toContainEqual(['sos', 'p2']);
    }, WAIT);
    expect(people()).toEqual(['p2']);
  }, 60_000);
});
