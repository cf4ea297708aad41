import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until, writeTileset } from './chromium.ts';

const COMPANY = '900000101';
const WAIT = { timeout: 60_000 };

/** A rectangle around the test origin, as the vendor's list form. */
const rectangle = (west: number, south: number, east: number, north: number): string =>
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ]
    .map(([e, n]) => lngLatAt(e as number, n as number))
    .map(({ lng, lat }) => `${lng},${lat}`)
    .join(';');

describe('from a vendor’s request to the operator’s screen', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let vendor: Vendor;
  const requested: string[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    writeTileset(stack);
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '乙化工'));
    await stack.addUser('operator1', 'operator');
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 960, height: 540 }, locale: 'zh-CN' });
    page.on('request', (request) => requested.push(request.url()));
    page.on('requestfailed', (request) => problems.push(`${request.url()} ${request.failure()?.errorText}`));
    page.on('pageerror', (error) => problems.push(error.message));
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  const send = async (personId: string, east: number, north: number, more: Record<string, unknown> = {}) => {
    const { lng, lat } = lngLatAt(east, north);
    const answer = await vendor.send('positions', [
      vendor.position(personId, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: 4, ...more }),
    ]);
    expect(answer.accepted).toBe(1);
  };

  it('[E2E-1] an operator signs in, and a person whose position a vendor posts appears on the scene by name', async () => {
    await vendor.send('persons', [vendor.person('p1', { PERSON_NAME: '钱一帆' })]);
    await vendor.send('areas', [
      {
        ID: 'forbidden',
        COMPANY_CODE: COMPANY,
        ZONE_NAME: '变电所',
        ZONE_TYPE: '1',
        AREA_KIND: 'FORBIDDEN',
        GEO: rectangle(100, 100, 160, 160),
        DELETED: '0',
      },
    ]);
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
    await until(page, (hook) => hook.tilesetReady && hook.health === 'live');
    await send('p1', 0, 0);
    await until(page, (hook) => hook.peopleDrawn === 1 && hook.online === 1);
    await until(page, (hook) => hook.windowPositionOf('p1') !== null);
    expect(await park(page, (hook) => hook.areasShown.length)).toBe(1);
  }, 180_000);

  it('[E2E-2] an SOS stands in the list without waiting for a tick, with name and words, and the look goes there only when asked', async () => {
    await send('p1', 5, 5, { SOS: true });
    await until(page, (hook) => hook.alarms.some((alarm) => alarm.rule === 'sos' && !alarm.acknowledged));
    const row = page.locator('.alarm-row').first();
    await expect.poll(() => row.textContent()).toMatch(/一键报警[\s\S]*钱一帆/);
    expect(await park(page, (hook) => hook.selected)).toBeNull();
    await row.locator('button.alarm-text').click();
    await page.keyboard.press('Space');
    await until(page, (hook) => {
      const at = hook.windowPositionOf('p1');
      return at !== null && at.x > 100 && at.x < 860 && at.y > 48 && at.y < 500;
    });
  }, 120_000);

  it('[E2E-3] the operator acknowledges with A, and the act is kept', async () => {
    await page.keyboard.press('a');
    await until(page, (hook) => hook.alarms.every((alarm) => alarm.acknowledged && alarm.active));
    await expect
      .poll(async () => (await stack.sql("select acknowledged, view->>'acknowledgedBy' as by from alarm")).rows, WAIT)
      .toEqual([{ acknowledged: true, by: 'operator1' }]);
  }, 120_000);

  it('[E2E-4] entering a forbidden area is in the list within 5 s, and the area is marked', async () => {
    await send('p1', 130, 130);
    await until(
      page,
      (hook) => hook.alarms.some((alarm) => alarm.rule === 'out-of-bounds' && alarm.areaName === '变电所'),
      5_000,
    );
  }, 60_000);

  it('[E2E-5] every request stayed on this host, and none failed', () => {
    const foreign = requested.filter((url) => !/^(https?|ws):\/\/127\.0\.0\.1[:/]|^(blob|data):/.test(url));
    expect(foreign).toEqual([]);
    expect(problems).toEqual([]);
  });
});
