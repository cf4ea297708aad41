import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { launchChromium } from './chromium.ts';

const WAIT = { timeout: 20_000 };
const NAME = 'security1';
const FIRST = 'First-9-password';
const NEXT = 'Second-9-password';

/** An administrator's first day, in a park that is no demonstration. */
describe('signing in with a second factor', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let recoveryCodes: readonly string[] = [];
  const errors: string[] = [];

  const words = () => page.locator('body').innerText();
  const enter = async (field: string, value: string): Promise<void> => {
    await page.fill(field, value);
    await page.keyboard.press('Enter');
  };
  const password = async (value: string): Promise<void> => {
    await page.goto(`${stack.webUrl}/#account`);
    await page.fill('input[autocomplete=username]', NAME);
    await enter('input[type=password]', value);
  };
  const hasSession = () => page.evaluate(async () => (await fetch('/api/session')).status);

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_DEMO_SIGN_IN: 'false' } });
    await stack.park('user', 'add', '--name', NAME, '--role', 'security-admin', '--password', FIRST);
    browser = await launchChromium();
    page = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[ID-72] [ID-74] the password alone opens nothing: an app is set up first, and its recovery codes are shown once', async () => {
    await password(FIRST);
    await page.click('details summary');
    const secret = (await page.locator('details code').innerText()).replace(/\s/g, '');
    expect(await hasSession()).toBe(401);
    await enter('input[name=code]', '12345');
    await expect.poll(words, WAIT).toContain('验证未通过');
    await enter('input[name=code]', new TOTP({ secret: Secret.fromBase32(secret) }).generate());
    await expect.poll(words, WAIT).toContain('请保存恢复码');
    recoveryCodes = (await page.locator('.recovery-codes').innerText()).match(/\w{4}(-\w{4}){3}/g) ?? [];
    expect(new Set(recoveryCodes).size).toBe(10);
    await page.locator('.recovery-codes button').last().click();
  }, 60_000);

  it('[ID-80] then the first password is changed, and the account stands open', async () => {
    await expect.poll(words, WAIT).toContain('须先修改密码');
    const fields = page.locator('input[type=password]');
    await fields.nth(0).fill(FIRST);
    await fields.nth(1).fill(NEXT);
    await fields.nth(2).fill(NEXT);
    await page.keyboard.press('Enter');
    await expect.poll(words, WAIT).toMatch(/剩余恢复码：10 个/);
  }, 60_000);

  it('[ID-74] later a recovery code stands in for the app, once', async () => {
    for (const isFirst of [true, false]) {
      await page.context().clearCookies();
      await page.goto('about:blank');
      await password(NEXT);
      await page.click('text=恢复码');
      expect(await hasSession()).toBe(401);
      await enter('.sign-in-card input', recoveryCodes[0] ?? '');
      await expect.poll(words, WAIT).toContain(isFirst ? '剩余恢复码：9 个' : '验证未通过');
      expect(await hasSession()).toBe(isFirst ? 200 : 401);
    }
    expect(errors).toEqual([]);
  }, 60_000);
});
