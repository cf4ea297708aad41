import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until, writeTileset } from './chromium.ts';

const COMPANY = '900000801';
const WAIT = { timeout: 60_000 };
const CROWD = 8;
const FIX_EVERY_MS = 1_000;
const APART_M = 200;

describe('an alarm from its first fix to its closed order', () => {
  let stack: Stack;
  let browser: Browser;
  /** The operator's control room; the company's. */
  let page: Page;
  let companyPage: Page;
  let vendor: Vendor;
  let sender: ReturnType<typeof setInterval> | undefined;
  /** How many stand in the circle; the others on a wide ring, so that nobody meets on the way. */
  let gathered = 0;

  const positions = () =>
    Array.from({ length: CROWD }, (_, i) => {
      const angle = (i / CROWD) * 2 * Math.PI;
      const away = { east: APART_M * Math.cos(angle), north: APART_M * Math.sin(angle) };
      const { lng, lat } =
        i < gathered ? lngLatAt(2 * (i % 4), 2 * Math.floor(i / 4)) : lngLatAt(away.east, away.north);
      return vendor.position(`p${i}`, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: 4 });
    });

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    writeTileset(stack);
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '庚化工'));
    await stack.addUser('operator1', 'operator');
    await stack.addUser('park1', 'park');
    await stack.addUser('company1', 'enterprise', COMPANY);
    await vendor.send(
      'persons',
      Array.from({ length: CROWD }, (_, i) => vendor.person(`p${i}`, { PERSON_NAME: `成员${i}` })),
    );
    browser = await launchChromium();
    // Contexts of their own: each is signed in as somebody else.
    const newPage = async () =>
      (await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN' })).newPage();
    page = await newPage();
    companyPage = await newPage();
    sender = setInterval(() => void vendor.send('positions', positions()).catch(() => undefined), FIX_EVERY_MS);
  }, 180_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[E2E-11] a setting is changed on its page, and the page says that the engine runs it', async () => {
    const admin = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await signIn(admin, `${stack.webUrl}/#settings`, 'park1');
    const set = async (tab: string, value: unknown): Promise<void> => {
      await admin.click(`.page-head >> text=${tab}`);
      await admin.fill('textarea.json', JSON.stringify(value));
      await admin.fill('.save-bar input', '端到端测试');
      await admin.click('text=保存');
    };
    await set('规则与级别', { gathering: { lastMs: -1 } });
    await expect.poll(() => admin.locator('.form-error').innerText(), WAIT).toContain('lastMs');
    await set('规则与级别', { gathering: { lastMs: 3_000, fallMs: 1_000 } });
    await expect.poll(() => admin.locator('.setting-editor').innerText(), WAIT).toContain('引擎已执行');
    await set('工单流转', { routes: [{ rules: ['gathering'], order: 'raised', loop: 'small' }] });
    await expect.poll(() => admin.locator('.setting-editor').innerText(), WAIT).toContain('引擎已执行');
    expect(await admin.locator('.settings table').first().innerText()).toMatch(/版本 1[\s\S]*park1/);
    await admin.context().close();
  }, 120_000);

  it('[E2E-12] a gathering appears as a yellow circle that ends by itself, and turns red as people come', async () => {
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
    await until(page, (hook) => hook.tilesetReady && hook.health === 'live');
    gathered = 3;
    await until(page, (hook) => hook.alarms.some(({ rule, level }) => rule === 'gathering' && level === 3));
    await until(page, (hook) => hook.circlesShown.length === 1);
    const row = page.locator('.alarm-row');
    expect(await row.innerText()).toMatch(/人员聚集[\s\S]*3 人[\s\S]*自动解除/);
    expect(await row.innerText()).not.toContain('待确认');
    gathered = CROWD;
    await until(page, (hook) => hook.alarms.some(({ rule, level }) => rule === 'gathering' && level === 1));
    await expect.poll(() => row.innerText(), WAIT).toMatch(/人员聚集[\s\S]*8 人[\s\S]*待确认/);
  }, 120_000);

  it('[E2E-13] whom to call stands there without a question, and the look is on record', async () => {
    await expect.poll(() => page.locator('.emergency').innerText(), WAIT).toMatch(/值班室[\s\S]*成员0[\s\S]*已留痕/);
    await expect
      .poll(
        async () =>
          (await stack.sql("select count(*)::int as n from audit where action = 'emergency.read'")).rows[0]?.n,
        WAIT,
      )
      .toBeGreaterThan(0);
  }, 120_000);

  it('[E2E-14] the operator acknowledges; the dispersal is confirmed by hand once the people are apart', async () => {
    await page.keyboard.press('a');
    await until(page, (hook) => hook.alarms.every(({ acknowledged }) => acknowledged));
    gathered = 0;
    const confirm = page.locator('.alarm-acts button', { hasText: '确认疏散' });
    await expect.poll(() => confirm.count(), WAIT).toBe(1);
    expect(await page.locator('.alarm-row').innerText()).toContain('人已散开');
    await page.keyboard.press('r');
    await page.fill('dialog textarea', '现场核实已散开');
    await page.keyboard.press('Enter');
    await until(page, (hook) => hook.alarms.length === 0);
    expect(await park(page, (hook) => hook.circlesShown.length)).toBe(0);
  }, 120_000);

  it('[E2E-15] the company’s user sees its order and carries it to its end', async () => {
    await signIn(companyPage, `${stack.webUrl}/?profile=test`, 'company1');
    await until(companyPage, (hook) => hook.health === 'live');
    await companyPage.click('.rail >> text=工单');
    const order = companyPage.locator('.orders');
    await expect.poll(() => order.innerText(), WAIT).toMatch(/人员聚集[\s\S]*待受理/);
    await companyPage.click('.order-row');
    await companyPage.click('.steps >> text=受理');
    await expect.poll(() => order.innerText(), WAIT).toContain('待填报');
    await companyPage.fill('.steps textarea', '人员已疏散，作业重新安排');
    await companyPage.click('.steps >> text=填报');
    await expect.poll(() => order.innerText(), WAIT).toContain('待审核');
    await companyPage.click('.steps >> text=审核通过');
    await expect
      .poll(async () => (await stack.sql("select value->>'state' as state from doc where kind = 'order'")).rows, WAIT)
      .toEqual([{ state: 'closed' }]);
    await companyPage.click('.orders .segments >> text=已结案');
    await expect.poll(() => order.innerText(), WAIT).toMatch(/人员聚集[\s\S]*已结案[\s\S]*\d{4}-\d{2}-\d{2}/);
  }, 120_000);
});
