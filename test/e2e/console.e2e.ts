import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until, writeTileset } from './chromium.ts';

const COMPANY = '900000831';
const WAIT = { timeout: 60_000 };
const FIX_EVERY_MS = 1_000;
/** Calls make no order by themselves here: the operator makes it. */
const ROUTING = { routes: [{ rules: ['sos'], order: 'never', loop: 'small' }] };

describe('an alarm handled from the keyboard alone', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let vendor: Vendor;
  let sender: ReturnType<typeof setInterval> | undefined;
  let isCalling = false;

  const position = () => {
    const { lng, lat } = lngLatAt(40, 30);
    return vendor.position('p1', lng, lat, Date.now(), {
      ACCURACY: 1,
      ALTITUDE: 4,
      ...(isCalling ? { SOS: '1' } : {}),
    });
  };
  const row = () => page.locator('.alarm-row').first();
  const focused = () => page.evaluate('document.activeElement?.textContent ?? ""') as Promise<string>;

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    writeTileset(stack);
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '壬化工'));
    await stack.addUser('operator1', 'operator');
    const file = join(stack.dataFolder, 'routing.json');
    writeFileSync(file, JSON.stringify(ROUTING));
    await stack.park('setting', 'put', '--topic', 'routing', '--file', file, '--reason', 'end to end');
    await vendor.send('persons', [vendor.person('p1', { PERSON_NAME: '钱一帆', COMPANY_NAME: '壬化工' })]);
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN' })).newPage();
    sender = setInterval(() => void vendor.send('positions', [position()]).catch(() => undefined), FIX_EVERY_MS);
  }, 180_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[E2E-30] the tour leads over the screen, from ? again, and leaves by Esc', async () => {
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
    await until(page, (hook) => hook.health === 'live' && hook.online === 1);
    await page.keyboard.press('?');
    await page.locator('dialog.help button', { hasText: '再看一遍导览' }).click();
    const card = page.getByRole('dialog', { name: '顶栏' });
    await expect.poll(() => card.count(), WAIT).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('dialog', { name: '报警列表' }).count(), WAIT).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.tour-card').count(), WAIT).toBe(0);
  }, 120_000);

  it('[E2E-31] a call is offered and heard, says what to do, and its row has a name', async () => {
    isCalling = true;
    await until(page, (hook) => hook.alarms.some(({ rule }) => rule === 'sos'));
    const offer = page.locator('.alarm-offer');
    await expect.poll(() => offer.innerText(), WAIT).toMatch(/一键报警 · 钱一帆[\s\S]*空格/);
    await expect
      .poll(() => page.locator('.alarm-voice').textContent(), WAIT)
      .toMatch(/新报警：红色 1 级 一键报警 钱一帆 壬化工/);
    expect(await row().innerText()).toContain('立即拨打本人电话');
    const heard = await page.getByRole('complementary', { name: '报警' }).ariaSnapshot();
    expect(heard).toMatch(/button "红色 1 级 一键报警 · 钱一帆 · 壬化工 .*持续 .*待确认"/);
    expect(heard).toMatch(/button "确认 ?A?"/);
    expect(await park(page, (hook) => hook.selected)).toBeNull();
  }, 120_000);

  it('[E2E-32] chosen by the arrow, looked at by Space, acknowledged, commented', async () => {
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(), WAIT).toContain('钱一帆');
    await page.keyboard.press(' ');
    await until(page, (hook) => hook.selected?.name === '钱一帆');
    expect(await page.locator('.alarm-offer').count()).toBe(0);
    await page.keyboard.press('a');
    await until(page, (hook) => hook.alarms.every(({ acknowledged }) => acknowledged));
    await page.keyboard.press('c');
    await expect.poll(() => page.evaluate('document.activeElement?.tagName'), WAIT).toBe('TEXTAREA');
    await page.keyboard.type('已派保安到场');
    await page.keyboard.press('Enter');
    await expect.poll(() => row().innerText(), WAIT).toContain('已派保安到场');
    // The focus is where it was: Tab leads on to the acts.
    await expect.poll(() => focused(), WAIT).toContain('钱一帆');
  }, 120_000);

  it('[E2E-33] an order by O, on record, with the words that the class asks for', async () => {
    await page.keyboard.press('o');
    const words = page.locator('dialog[open] textarea');
    await expect.poll(() => words.inputValue(), WAIT).toContain('立即拨打本人电话');
    await page.keyboard.press('Enter');
    await expect.poll(() => row().locator('button', { hasText: '工单' }).innerText(), WAIT).not.toContain('生成');
    await page.keyboard.press('o');
    await expect
      .poll(() => page.locator('.order').innerText(), WAIT)
      .toMatch(/壬化工 · 安全管理[\s\S]*待填报[\s\S]*operator1/);
    const audit = `SELECT count(*)::int AS n FROM audit WHERE action = 'alarm.order-create'`;
    await expect.poll(async () => (await stack.sql(audit)).rows[0]?.n, WAIT).toBe(1);
  }, 120_000);

  it('[E2E-34] the shift that is handed over holds it, and the next one takes it over', async () => {
    await page.goto(`${stack.webUrl}/?profile=test#handover`);
    const summary = page.locator('.handover-summary');
    await expect
      .poll(() => summary.innerText(), WAIT)
      .toMatch(/一键报警[\s\S]*钱一帆[\s\S]*operator1 已确认[\s\S]*已派保安到场/);
    expect(await summary.innerText()).toMatch(/未办结的工单 1[\s\S]*壬化工 · 安全管理/);
    await page.fill('.handover-sign textarea', '2 号门照明坏');
    await page.fill('input[name=given]', '张三');
    await page.locator('.handover-sign button[type=submit]').click();
    await expect
      .poll(() => page.locator('.handover-people').innerText(), WAIT)
      .toMatch(/张三[\s\S]*2 号门照明坏[\s\S]*尚未接班/);
    await page.fill('input[name=taken]', '张三');
    await page.click('text=确认接班');
    await expect.poll(() => page.locator('.form-error').innerText(), WAIT).toContain('不能自己接班');
    await page.fill('input[name=taken]', '李四');
    await page.click('text=确认接班');
    await expect.poll(() => page.locator('.handover-people').innerText(), WAIT).toMatch(/接班 李四/);
  }, 120_000);
});
