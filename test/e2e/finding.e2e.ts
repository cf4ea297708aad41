import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until, writeTileset } from './chromium.ts';

const COMPANY = '900000831';
const OTHER = '900000832';
const FIX_EVERY_MS = 1_000;
const WAIT = { timeout: 60_000 };
/** Of a degree: half a metre. */
const NEAR_DEG = 5e-6;

describe('an operator finds people, narrows the picture, and hands it on', () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let sender: ReturnType<typeof setInterval> | undefined;

  /** Without looking what stands over it: a note of a short break, on a machine that has much to do. */
  const press = (of: Page, selector: string): Promise<void> => of.locator(selector).first().dispatchEvent('click');

  const newPage = async (address: string): Promise<Page> => {
    const made = await context.newPage();
    await made.goto(address);
    await until(made, (hook) => hook.tilesetReady && hook.health === 'live' && hook.peopleDrawn === 3);
    return made;
  };

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    writeTileset(stack);
    const vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '乙化工'));
    const other = new Vendor(stack.ingestUrl, await stack.addCompany(OTHER, '丙储运'));
    await stack.addUser('operator1', 'operator');
    const named = { COMPANY_NAME: '乙化工' };
    await vendor.send('persons', [
      vendor.person('p1', { PERSON_NAME: '钱一帆', POSITION_NAME: '外操', ...named }),
      vendor.person('p2', { PERSON_NAME: '孙二娘', POSITION_NAME: '班长', ...named }),
    ]);
    await other.send('persons', [
      other.person('p3', { PERSON_NAME: '李三', COMPANY_NAME: '丙储运', POSITION_NAME: '外操' }),
    ]);
    const at = (of: Vendor, personId: string, east: number, north: number) => {
      const { lng, lat } = lngLatAt(east, north);
      return of.position(personId, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: 4 });
    };
    const send = async (): Promise<void> => {
      await vendor.send('positions', [at(vendor, 'p1', 30, 40), at(vendor, 'p2', -60, 20)]);
      await other.send('positions', [at(other, 'p3', 80, -50)]);
    };
    sender = setInterval(() => void send().catch(() => undefined), FIX_EVERY_MS);
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN' });
    page = await context.newPage();
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
  }, 240_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[FIND-1] initials find a person, a company is found by its name in letters, and Enter chooses and looks', async () => {
    await until(page, (hook) => hook.tilesetReady && hook.health === 'live' && hook.peopleDrawn === 3);
    await page.keyboard.press('/');
    await page.fill('input[role=combobox]', 'yhg');
    await expect.poll(() => page.locator('.found').innerText(), WAIT).toMatch(/人员[\s\S]*企业[\s\S]*乙化工/);
    await page.fill('input[role=combobox]', 'qyf');
    await expect.poll(() => page.locator('.found-row').allInnerTexts(), WAIT).toHaveLength(1);
    await page.keyboard.press('Enter');
    await until(page, (hook) => hook.selected?.personId === 'p1');
    await until(page, (hook) => (hook.camera?.heightM ?? 1_000) < 400);
  }, 120_000);

  it('[FIND-10] a filter dims and counts, says so over the map, and one press clears it', async () => {
    await press(page, '.rail >> text=人数');
    await page.locator('.counts .companies button', { hasText: '丙储运' }).dispatchEvent('click');
    await until(page, (hook) => hook.peopleOut === 2);
    await expect.poll(() => page.locator('.counts .board-figure').innerText(), WAIT).toMatch(/^1\s/);
    await expect.poll(() => page.locator('.filter-bar').innerText(), WAIT).toMatch(/丙储运/);
    await page.locator('.counts .companies button', { hasText: '外操' }).dispatchEvent('click');
    await press(page, '.filter-bar >> text=清除筛选');
    await until(page, (hook) => hook.peopleOut === 0);
    expect(await page.locator('.filter-bar').count()).toBe(0);
  }, 120_000);

  it('[FIND-15] several people are followed, held in view, and let go by hand', async () => {
    await page.keyboard.press('/');
    for (const name of ['孙二娘', '李三']) {
      await page.fill('input[role=combobox]', name);
      await page.locator('.found-row', { hasText: name }).waitFor();
      await page.keyboard.press('Shift+Enter');
    }
    await until(page, (hook) => hook.followedPeople.join() === 'p2,p3');
    await press(page, '.follow-list >> text=保持在画面内');
    await until(page, (hook) => {
      const [a, b] = [hook.windowPositionOf('p2'), hook.windowPositionOf('p3')];
      return a !== null && b !== null && a.x > 60 && b.x > a.x && b.x < 1_220 && a.y > 48 && b.y < 660;
    });
    await page.mouse.move(780, 380);
    await page.mouse.wheel(0, 200);
    await expect.poll(() => page.locator('.follow-list').innerText(), WAIT).toContain('保持在画面内');
  }, 120_000);

  it('[FIND-20] a link opened in another page shows the same person, filter and place', async () => {
    await press(page, '.rail >> text=人数');
    await page.locator('.counts .companies button', { hasText: '乙化工' }).dispatchEvent('click');
    await until(page, (hook) => hook.peopleOut === 1);
    await expect.poll(() => page.url(), WAIT).toMatch(/#\?.*f=c:900000831.*at=/);
    const before = await park(page, (hook) => hook.camera);
    await expect
      .poll(async () => new URLSearchParams(page.url().split('#?')[1]).get('at')?.split(',').map(Number), WAIT)
      .toEqual([
        expect.closeTo(before?.lng ?? 0, 5),
        expect.closeTo(before?.lat ?? 0, 5),
        expect.closeTo(before?.heightM ?? 0, 0),
        expect.anything(),
        expect.anything(),
      ]);
    const second = await newPage(`${page.url()}&zz=1`);
    await until(second, (hook) => hook.selected?.personId === 'p1' && hook.peopleOut === 1);
    await until(second, (hook) => hook.followedPeople.join() === 'p2,p3');
    await expect
      .poll(async () => Math.abs(((await park(second, (hook) => hook.camera))?.lng ?? 0) - (before?.lng ?? 0)), WAIT)
      .toBeLessThan(NEAR_DEG);
    const after = await park(second, (hook) => hook.camera);
    expect(after?.lat).toBeCloseTo(before?.lat ?? 0, 5);
    expect(after?.heightM).toBeCloseTo(before?.heightM ?? 0, 0);
    expect(await second.locator('.link-note').innerText()).toContain('zz');
    await second.close();
  }, 180_000);

  it('[FIND-22] a saved view comes back, on another page too, and is the user’s own', async () => {
    await press(page, '.rail >> text=视图');
    await page.fill('#view-name', '夜班罐区');
    await page.keyboard.press('Enter');
    await page.locator('.view-list .view', { hasText: '夜班罐区' }).waitFor();
    const before = await park(page, (hook) => hook.camera);
    const second = await newPage(`${stack.webUrl}/?profile=test`);
    expect(await park(second, (hook) => hook.selected)).toBeNull();
    await press(second, '.rail >> text=视图');
    await second.locator('.view-list .view', { hasText: '夜班罐区' }).dispatchEvent('click');
    await until(second, (hook) => hook.selected?.personId === 'p1' && hook.peopleOut === 1);
    expect((await park(second, (hook) => hook.camera))?.heightM).toBeCloseTo(before?.heightM ?? 0, 0);
    await expect
      .poll(async () => (await stack.sql("select user_name, subject from audit where action = 'view.put'")).rows, WAIT)
      .toEqual([{ user_name: 'operator1', subject: '夜班罐区' }]);
    await second.close();
  }, 180_000);

  it('[FIND-16] a second scene stands beside the first and follows on its own', async () => {
    const before = await park(page, (hook) => hook.camera);
    await press(page, '.views >> text=分屏');
    await until(page, (hook) => hook.scenes === 2);
    await page.locator('.split button', { hasText: '跟随选中人员' }).dispatchEvent('click');
    await expect.poll(() => page.locator('.split header').innerText(), WAIT).toContain('跟随 钱一帆');
    expect((await park(page, (hook) => hook.camera))?.lng).toBeCloseTo(before?.lng ?? 0, 5);
    await page.locator('.split button[title=关闭分屏]').dispatchEvent('click');
    await until(page, (hook) => hook.scenes === 1);
  }, 120_000);
});
