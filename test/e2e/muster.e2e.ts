import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt, squareAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until } from './chromium.ts';

const COMPANY = '900000831';
const OTHER = '900000832';
const WAIT = { timeout: 60_000 };
const FIX_EVERY_MS = 1_000;
const IN = [50, 50] as const;
const AT_POINT = [320, 20] as const;

describe('a muster for a plant: one walks to the assembly point, one falls silent', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let companyPage: Page;
  let vendor: Vendor;
  let otherVendor: Vendor;
  let sender: ReturnType<typeof setInterval> | undefined;
  /** Who sends, and where he is. */
  const places = new Map<string, readonly [east: number, north: number]>([
    ['p1', IN],
    ['p2', [60, 50]],
    ['p3', [40, 40]],
  ]);

  const sendPositions = async (): Promise<void> => {
    const of = (from: Vendor, [personId, [east, north]]: [string, readonly [number, number]]) => {
      const { lng, lat } = lngLatAt(east, north);
      return from.position(personId, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: 4 });
    };
    await vendor.send(
      'positions',
      [...places].map((one) => of(vendor, one)),
    );
    await otherVendor.send('positions', [of(otherVendor, ['x1', [55, 45]])]);
  };
  const area = (id: string, name: string, kind: string, east: number, sideM: number) => {
    const ring = squareAt(east, 0, sideM)[0]?.[0] ?? [];
    return {
      ID: id,
      COMPANY_CODE: COMPANY,
      ZONE_NAME: name,
      ZONE_TYPE: '1',
      GEO: `POLYGON((${ring.map(([lng, lat]) => `${lng} ${lat}`).join(', ')}))`,
      AREA_KIND: kind,
      DELETED: '0',
      UPDATE_DATE: Date.now(),
    };
  };
  const rows = (on: Page) => on.locator('.muster-missing li');

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '壬化工'));
    otherVendor = new Vendor(stack.ingestUrl, await stack.addCompany(OTHER, '癸检修'));
    await stack.addUser('operator1', 'operator');
    await stack.addUser('company1', 'enterprise', OTHER);
    await vendor.send('areas', [
      area('plant', '加氢装置', 'PRODUCTION', 0, 100),
      area('point', '1# 集合点', 'ASSEMBLY', 300, 40),
    ]);
    const person = (from: Vendor, id: string, name: string, mobile: string, company = '壬化工') =>
      from.person(id, { PERSON_NAME: name, MOBILE_NUMBER: mobile, COMPANY_NAME: company });
    await vendor.send('persons', [
      person(vendor, 'p1', '赵走', '13800000001'),
      person(vendor, 'p2', '钱留', '13800000002'),
      person(vendor, 'p3', '孙静', '13800000003'),
    ]);
    await otherVendor.send('persons', [person(otherVendor, 'x1', '李外', '13900000001', '癸检修')]);
    // p3 is heard of for a moment: by the time that the others are counted he is silent.
    for (let n = 0; n < 4; n++) {
      await sendPositions();
      await new Promise((resolve) => setTimeout(resolve, FIX_EVERY_MS));
    }
    places.delete('p3');
    browser = await launchChromium();
    const newPage = async () =>
      (await browser.newContext({ viewport: { width: 1600, height: 900 }, locale: 'zh-CN' })).newPage();
    page = await newPage();
    companyPage = await newPage();
    sender = setInterval(() => void sendPositions().catch(() => undefined), FIX_EVERY_MS);
  }, 180_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[MUS-30] E asks for which place and names it; the second press declares', async () => {
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
    await signIn(companyPage, `${stack.webUrl}/?profile=test`, 'company1');
    await until(page, (hook) => hook.health === 'live' && hook.online >= 4);
    await until(companyPage, (hook) => hook.health === 'live' && hook.online === 1);
    await page.keyboard.press('e');
    await page.locator('.muster-dialog .muster-place').filter({ hasText: '全园' }).waitFor(WAIT);
    expect(await park(page, (hook) => hook.musters.length)).toBe(0);
    await page.selectOption('.muster-dialog select', { label: '壬化工 · 加氢装置' });
    await page.locator('.muster-dialog .muster-place').filter({ hasText: '加氢装置' }).waitFor(WAIT);
    await page.locator('.muster-dialog .danger').press('Enter');
    await until(page, (hook) => hook.musters.length === 1 && hook.musterOpen?.missing.length === 4);
  });

  it('[MUS-31] [MUS-34] it shows and sounds on every screen in scope at once, until it is seen; a company sees its own people alone', async () => {
    await until(companyPage, (hook) => hook.musters.length === 1);
    // Not to whom the question was put: he declared it.
    expect(await park(page, (hook) => hook.musters[0]?.isCalling)).toBe(false);
    expect(await park(companyPage, (hook) => hook.musters[0]?.missing)).toBe(1);
    expect(await park(companyPage, (hook) => hook.musters[0]?.isCalling)).toBe(true);
    await companyPage.locator('.muster-banner .known').click();
    await until(companyPage, (hook) => hook.musters[0]?.isCalling === false);
    await companyPage.locator('.muster-banner button').click();
    await rows(companyPage).filter({ hasText: '李外' }).waitFor(WAIT);
    expect(await rows(companyPage).count()).toBe(1);
  });

  it('[MUS-31] who walks to the assembly point is safe, and leaves the list; [MUS-32] the map dims him', async () => {
    places.set('p1', AT_POINT);
    await until(page, (hook) => hook.musters[0]?.safe === 1 && hook.musters[0].missing === 3);
    expect(await park(page, (hook) => hook.dimmedByMuster)).toEqual(['p1']);
    await page.locator('.muster-points li').filter({ hasText: '1# 集合点' }).filter({ hasText: '1' }).waitFor(WAIT);
    expect(await rows(page).filter({ hasText: '赵走' }).count()).toBe(0);
  });

  it('[MUS-31] [MUS-35] who falls silent stands first, with last place and phone, and a ring where he was last', async () => {
    await until(page, (hook) => hook.musters[0]?.counts['silent'] === 1, 120_000);
    const first = rows(page).first();
    await first.filter({ hasText: '孙静' }).filter({ hasText: '失联' }).filter({ hasText: '加氢装置' }).waitFor(WAIT);
    await first.locator('a[href="tel:13800000003"]').waitFor(WAIT);
    const rings = await park(page, (hook) => hook.musterRings.map(({ name, isSilent }) => `${name} ${isSilent}`));
    expect(rings?.sort()).toEqual(['孙静 true', '李外 false', '钱留 false'].sort());
    await page
      .locator('.scene-label.missing')
      .filter({ hasText: '孙静' })
      .filter({ hasText: '最后位置' })
      .waitFor(WAIT);
    await page.locator('.muster-banner button.real').filter({ hasText: '加氢装置' }).waitFor(WAIT);
  }, 150_000);

  it('[MUS-31] somebody says where he is: confirmed by hand, with who said it', async () => {
    await rows(page).first().getByRole('button', { name: '确认安全' }).click();
    await page.keyboard.type('在东门，已上救护车');
    await page.keyboard.press('Enter');
    await until(page, (hook) => hook.musters[0]?.counts['confirmed'] === 1 && hook.musters[0].missing === 2);
    await page.locator('.muster-confirmed summary').click();
    await page.locator('.muster-confirmed li').filter({ hasText: '孙静' }).filter({ hasText: '在东门' }).waitFor(WAIT);
  });

  it('[MUS-33] it ends with a word, and the report says how it went and who was missing', async () => {
    await page.getByRole('button', { name: '结束集合' }).click();
    await page.locator('dialog[open]').filter({ hasText: '还有 2 人未到' }).waitFor(WAIT);
    await page.keyboard.type('现场搜救交消防');
    await page.keyboard.press('Enter');
    await until(page, (hook) => hook.musters.length === 0);
    const address = await page.locator('.muster-board a').getAttribute('href');
    await page.goto(`${stack.webUrl}/?profile=test${address}`);
    const report = page.locator('.muster-report');
    await report.filter({ hasText: '现场搜救交消防' }).filter({ hasText: '结束时未到人员 2 人' }).waitFor(WAIT);
    await report.locator('tr').filter({ hasText: '钱留' }).filter({ hasText: '加氢装置' }).waitFor(WAIT);
    await report.locator('tr').filter({ hasText: '李外' }).waitFor(WAIT);
    await companyPage.goto(`${stack.webUrl}/?profile=test${address}`);
    const own = companyPage.locator('.muster-report');
    await own.filter({ hasText: '结束时未到人员 1 人' }).filter({ hasText: '李外' }).waitFor(WAIT);
    expect(await own.textContent()).not.toContain('钱留');
  });
});
