import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, signIn } from './chromium.ts';

const COMPANY = '900000701';
const NAME = '己化工';
const WAIT = { timeout: 60_000 };

describe('the intake page', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let vendor: Vendor;

  beforeAll(async () => {
    stack = await startOnSharedServer();
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, NAME));
    await stack.addUser('company1', 'enterprise', COMPANY);
    browser = await launchChromium();
    page = await browser.newPage();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[E2E-10] shows a company its books, its stages and what was refused it, with what stood in the field', async () => {
    const { lng, lat } = lngLatAt(10, 10);
    const good = [0, 1, 2].map((n) => vendor.position(`p${n}`, lng, lat, Date.now() - n));
    await vendor.send('positions', [...good, vendor.position('p9', lat, lng, Date.now())]);
    const wrongSecret = new Vendor(stack.ingestUrl, { ...vendor.credential, appSecret: '0'.repeat(64) });
    expect((await wrongSecret.post('/v1/positioning/positions', good)).status).toBe(401);

    await signIn(page, `${stack.webUrl}/#intake`, 'company1');
    const row = page.locator('.ledger tbody tr', { hasText: NAME });
    await expect.poll(() => row.first().innerText(), WAIT).toMatch(/实时定位\s+4\s+1\s+3\s+3\s+1\s+平衡/);
    await row.first().click();
    const minutes = page.locator('.minutes tbody tr');
    await expect.poll(() => minutes.count(), WAIT).toBeGreaterThan(0);
    expect(await page.locator('.minutes').innerText()).toContain('SIGNATURE_INVALID');

    await page.click('text=接口与联调');
    await expect.poll(() => page.locator('.interfaces tbody tr').innerText(), WAIT).toContain(NAME);

    await page.click('text=拒收记录');
    const refusals = page.locator('.refusals tbody');
    await expect.poll(() => refusals.innerText(), WAIT).toContain('FIELD_RANGE');
    const text = await refusals.innerText();
    expect(text).toContain(String(lng));
    expect(text).toContain('POST\n/v1/positioning/positions');

    await page.click('text=系统告警');
    await expect.poll(() => page.locator('.ops').innerText(), WAIT).toContain('系统运行正常');
    await page.click('text=English');
    await expect.poll(() => page.locator('.ops').innerText(), WAIT).toContain('The system is well');
  }, 180_000);
});
