/** The page through breaks: a gateway that is killed, a watch that stands still, a workstation whose clock is set. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until } from './chromium.ts';

const COMPANY = '900000107';

describe('the page stays alive', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let vendor: Vendor;
  let sockets = 0;

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'none' } });
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '丁化工'));
    await stack.addUser('operator1', 'operator');
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 960, height: 540 }, locale: 'zh-CN' });
    page.on('websocket', () => {
      sockets++;
    });
    await vendor.send(
      'persons',
      ['p1', 'p2', 'p3'].map((id) => vendor.person(id, { PERSON_NAME: `某${id}` })),
    );
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  const callForHelp = async (personId: string): Promise<void> => {
    const { lng, lat } = lngLatAt(0, 0);
    const answer = await vendor.send('positions', [
      vendor.position(personId, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', SOS: true }),
    ]);
    expect(answer.accepted).toBe(1);
  };
  const pidOf = (role: string): number => {
    const pid = stack.pids.get(role);
    if (pid === undefined) throw new Error(`no ${role}`);
    return pid;
  };

  it('[STAY-4] a gateway that died is come back to, and an alarm of meanwhile is in the list', async () => {
    await until(page, (hook) => hook.health === 'live');
    await stack.kill('live');
    await callForHelp('p1');
    await until(page, (hook) => hook.health !== 'live');
    await until(page, (hook) => hook.health === 'live' && hook.alarms.some(({ rule }) => rule === 'sos'));
  }, 120_000);

  it('[STAY-5] [STAY-3] a watch that stands still is told as such, and what was missed once it goes on', async () => {
    // What the test before left to read.
    const left = page.locator('.missed-note .button:last-child');
    if (await left.isVisible()) await left.click();
    const watch = pidOf('watch');
    process.kill(watch, 'SIGSTOP');
    try {
      await until(page, (hook) => hook.health === 'lost');
      await expect
        .poll(() => page.locator('.not-live').textContent())
        .toMatch(/不是实时画面.*画面停在 \d{4}-\d\d-\d\d/);
      await callForHelp('p2');
    } finally {
      process.kill(watch, 'SIGCONT');
    }
    await until(page, (hook) => hook.health === 'live' && hook.alarms.length === 2);
    expect(await page.locator('.not-live').count()).toBe(0);
    await expect
      .poll(() => page.locator('.missed-note').textContent())
      .toMatch(/曾中断.*其间新增报警 1 条，最高红色 1 级/);
    await page.locator('.missed-note .strong').click();
    await expect.poll(() => page.locator('.alarm-row.chosen').textContent()).toMatch(/某p2/);
    expect(await page.locator('.missed-note').count()).toBe(0);
  }, 120_000);

  it('[STAY-1] [STAY-2] a workstation whose clock is set shows the park’s time, and connects anew', async () => {
    const before = sockets;
    await page.evaluate('{ const now = Date.now; Date.now = () => now() + 3_600_000; }');
    await expect.poll(() => sockets, { timeout: 20_000 }).toBeGreaterThan(before);
    await until(page, (hook) => hook.health === 'live' && (hook.frameAgeMs ?? 9e9) < 5_000);
    const shown = Date.parse((await page.locator('.strip-clock').getAttribute('datetime')) ?? '');
    expect(Math.abs(shown - Date.now())).toBeLessThan(60_000);
    expect(await park(page, (hook) => hook.alarms.length)).toBe(2);
  }, 120_000);
});
