import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { lngLatAt } from '../builders/plane.ts';
import { Screen } from '../stack/screen.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor, type VendorRecord } from '../stack/vendor.ts';

const COMPANY = '900000102';
const WAIT = { timeout: 60_000, interval: 100 };
const HOUR_MS = 3_600_000;
/** Long enough to kill watch before it is over, short enough to wait for. */
const ENDS_IN_MS = 8_000;

describe('kill -9 with deadlines pending', () => {
  let stack: Stack;
  let vendor: Vendor;
  let screen: Screen;

  beforeAll(async () => {
    stack = await startOnSharedServer();
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '丙化工'));
    await stack.addUser('operator1', 'operator');
    screen = await Screen.signIn(stack, 'operator1');
  }, 120_000);
  afterAll(async () => {
    screen?.close();
    await stack?.stop();
  }, 60_000);

  const post = async (record: VendorRecord): Promise<void> => {
    const response = await vendor.post('/v1/permits/tickets', [{ COMPANY_CODE: COMPANY, DELETED: '0', ...record }]);
    expect(await response.json()).toMatchObject({ accepted: 1, rejected: [] });
  };
  const expired = (): AlarmView | undefined =>
    [...screen.client.picture.alarms.values()].find(({ rule }) => rule === 'permit-expired');

  it('[KILL-5] a permit that runs out while watch is dead raises its alarm as of that moment, once', async () => {
    const nowMs = Date.now();
    const endsAtMs = nowMs + ENDS_IN_MS;
    const { lng, lat } = lngLatAt(0, 0);
    await post({
      ID: 'p1',
      TICKET_NUM: 'DH-1',
      TICKET_TYPE: '03',
      TICKET_STATUS: '2',
      TICKET_POSITION: '泵房',
      TICKET_CONTENT: '焊接',
      LONGITUDE: lng,
      LATITUDE: lat,
      ISSUE_TIME: nowMs - HOUR_MS,
      START_TIME: nowMs - HOUR_MS,
      ACTUAL_START_TIME: nowMs - HOUR_MS,
      END_TIME: endsAtMs,
      UPDATE_DATE: nowMs - HOUR_MS,
      GAS_NAME: '甲烷',
      GAS_TIME: nowMs - HOUR_MS - 600_000,
      GAS_VALUE: 0,
    });
    await vi.waitFor(() => expect(screen.client.picture.docsOf('permit').length).toBe(1), WAIT);
    expect(expired()).toBeUndefined();
    await stack.kill('watch');
    await vi.waitFor(() => expect(expired()).toMatchObject({ onsetAtMs: endsAtMs, active: true }), WAIT);
    const alarm = expired()!;
    expect(alarm.permit).toMatchObject({ permitId: 'p1', number: 'DH-1', code: '10' });
    await stack.kill('watch');
    await post({ ID: 'p1', TICKET_STATUS: '3', CHECKED_TIME: Date.now(), UPDATE_DATE: Date.now() });
    await vi.waitFor(() => expect(screen.client.picture.alarms.get(alarm.alarmId)?.active ?? false).toBe(false), WAIT);
    const raised = screen.alarmViews.filter(
      ({ rule, transition }) => rule === 'permit-expired' && transition === 'raised',
    );
    expect(new Set(raised.map(({ alarmId }) => alarmId))).toEqual(new Set([alarm.alarmId]));
    await vi.waitFor(
      async () =>
        expect((await stack.sql("select count(*)::int as n from alarm where rule = 'permit-expired'")).rows).toEqual([
          { n: 1 },
        ]),
      WAIT,
    );
  }, 180_000);
});
