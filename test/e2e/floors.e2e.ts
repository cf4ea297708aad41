import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until } from './chromium.ts';

const COMPANY = '900000861';
const WAIT = { timeout: 60_000 };

/** WKT of a rectangle in metres from the park's home. */
function rectangle(west: number, south: number, east: number, north: number): string {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ] as const;
  const points = corners.map(([e, n]) => {
    const { lng, lat } = lngLatAt(e, n);
    return `${lng} ${lat}`;
  });
  return `POLYGON((${points.join(',')}))`;
}

describe('floors', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let vendor: Vendor;

  const chooser = () => page.locator('.floor-chooser select');
  const send = async (floors: Readonly<Record<string, object>>): Promise<void> => {
    await vendor.send(
      'positions',
      Object.entries(floors).map(([personId, more], n) => {
        const { lng, lat } = lngLatAt(10 + n * 8, 20);
        return vendor.position(personId, lng, lat, Date.now(), { ACCURACY: 1, ...more });
      }),
    );
  };

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '戊化工'));
    await stack.addUser('operator1', 'operator');
    await vendor.send('persons', [
      vendor.person('p1', { PERSON_NAME: '楼下' }),
      vendor.person('p2', { PERSON_NAME: '楼上' }),
      vendor.person('p3', { PERSON_NAME: '呼救' }),
    ]);
    const storey = (ID: string, FLOOR_NO: string, Z_MIN: number) => ({
      ...{ ID, COMPANY_CODE: COMPANY, ZONE_NAME: FLOOR_NO, ZONE_TYPE: '1', AREA_KIND: 'PRODUCTION', DELETED: '0' },
      ...{ GEO: rectangle(0, 0, 60, 60), FLOOR_NO, Z_MIN, Z_MAX: Z_MIN + 4 },
    });
    await vendor.send('areas', [storey('s1', '1F', 0), storey('s2', '2F', 4)]);
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN' });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[FLO-20] the map offers the floors of areas and of people; a card names the floor', async () => {
    await send({ p1: { ALTITUDE: 1.5 }, p2: { FLOOR_NO: '夹层' }, p3: { ALTITUDE: 5, SOS: true } });
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
    await until(page, (hook) => hook.health === 'live' && hook.peopleDrawn === 3);
    await expect.poll(() => chooser().locator('option').allInnerTexts(), WAIT).toEqual(['全部', '1F', '2F', '夹层']);
    expect(await park(page, (hook) => hook.floorOf('p1'))).toBe('1F');
    expect(await park(page, (hook) => hook.floorOf('p2'))).toBe('夹层');
    expect(await park(page, (hook) => hook.floorOf('p3'))).toBe('2F');
  }, 120_000);

  it('[FLO-21][FLO-22][FLO-23] a chosen floor dims who is on another and leaves out its areas; the alarm stays; the address says it', async () => {
    await chooser().selectOption('1F');
    await until(page, (hook) => hook.areasShown.includes('s1') && !hook.areasShown.includes('s2'));
    await until(page, (hook) => hook.offFloor.join() === 'p2,p3');
    await expect.poll(() => page.url(), WAIT).toContain('fl=1F');
    await page.reload();
    await until(page, (hook) => hook.health === 'live' && hook.offFloor.join() === 'p2,p3');
    await send({ p2: { FLOOR_NO: '1F' } });
    await until(page, (hook) => hook.offFloor.join() === 'p3');
    await chooser().selectOption({ label: '全部' });
    await send({ p2: { FLOOR_NO: '夹层' } });
    await expect.poll(() => park(page, (hook) => hook.floorOf('p2')), WAIT).toBe('夹层');
    expect(await park(page, (hook) => hook.offFloor)).toEqual([]);
  }, 120_000);
});
