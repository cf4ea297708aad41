import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until } from './chromium.ts';
import { faultsOf } from './page-checks.ts';

const COMPANY = '900000141';
const WAIT = { timeout: 60_000 };
const FINGER_PX = 36;
const WALL_TEXT_PX = 24;
const POST = { POSITION_NAME: 'Operator', AFFILIATED_DEPARTMENT: 'Production' };
const SIZES = [
  [1920, 1080],
  [1024, 768],
  [820, 1180],
  [390, 844],
] as const;
/** Registers share one page: a list, a list of people, a form. */
const REGISTERS = ['registers/companies', 'registers/people', 'registers/departments?do=new'];
/** Requests that a page waits for; its streams never end. */
const AWAITED = ['document', 'script', 'stylesheet', 'fetch', 'xhr'];
/** What observers of sizes change is laid out by then. */
const LAID_OUT = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))';

describe('one page on every screen', () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const asked = new Set<Request>();
  let vendor: Vendor;
  let sender: ReturnType<typeof setInterval> | undefined;

  const send = async (): Promise<void> => {
    const { lng, lat } = lngLatAt(10, 10);
    await vendor.send('positions', [
      vendor.position('p1', lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: 4, SOS: true }),
    ]);
  };
  const open = async (hash: string): Promise<void> => {
    await page.goto(`${stack.webUrl}/?profile=test#${hash}`);
    await page.reload();
    await expect.poll(() => page.locator('h1, .strip-clock').count(), WAIT).toBeGreaterThan(0);
    if (hash === '') await until(page, (hook) => hook.health === 'live' && hook.alarms.length > 0);
    else await page.waitForLoadState('networkidle').catch(() => undefined);
  };
  /** Every page of the role, one after the other in the page that is open, as its own navigation lists them. */
  const walk = async (look: (hash: string) => Promise<void>): Promise<void> => {
    await goTo('account');
    const links: string[] = await page.$$eval('.shell-rail .navigation > ul:first-of-type a', (all) =>
      all.map((link) => link.getAttribute('href') ?? ''),
    );
    const hashes = links.map((href) => href.slice(1));
    expect(hashes).toEqual(expect.arrayContaining(['', 'screens', 'cascade', 'account']));
    for (const hash of [...hashes, ...REGISTERS]) {
      await goTo(hash);
      await look(hash);
    }
  };
  /** There when nothing is asked of the server any more. */
  const goTo = async (hash: string): Promise<void> => {
    await page.evaluate(`location.hash = '#${hash}'`);
    if (hash === '') return until(page, (hook) => hook.health === 'live' && hook.alarms.length > 0);
    const link = page.locator(`.shell-rail a[aria-current=page][href="#${hash.split('?')[0]}"]`);
    await expect.poll(() => link.count(), WAIT).toBe(1);
    await expect.poll(() => page.locator('.shell-page h1').count(), WAIT).toBeGreaterThan(0);
    const isQuiet = async (): Promise<boolean> =>
      asked.size === 0 && !!(await page.evaluate(LAID_OUT)) && asked.size === 0;
    await expect.poll(isQuiet, { ...WAIT, interval: 20 }).toBe(true);
  };
  const newContext = (width: number, height: number): Promise<BrowserContext> =>
    browser.newContext({ viewport: { width, height }, locale: 'zh-CN' });

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    // Names as in Latin script: what is Chinese in the English page is then the page's own.
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, 'Dinghua Chemical'));
    await stack.addUser('park1', 'park');
    await vendor.send('persons', [
      vendor.person('p1', { PERSON_NAME: 'Qian Yifan', COMPANY_NAME: 'Dinghua Chemical', ...POST }),
    ]);
    await send();
    sender = setInterval(() => void send().catch(() => undefined), 2_000);
    browser = await launchChromium();
    context = await newContext(1920, 1080);
    page = await context.newPage();
    page.on('request', (request) => {
      if (AWAITED.includes(request.resourceType())) asked.add(request);
    });
    for (const end of ['requestfinished', 'requestfailed'] as const)
      page.on(end as 'requestfinished', (request) => void asked.delete(request));
    await signIn(page, `${stack.webUrl}/?profile=test`, 'park1');
    await page.waitForSelector('.alarm-row', WAIT);
  }, 180_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[SCR-7] [SCR-13] on no page of any size does anything scroll sideways, is cut off, or is missed by a finger', async () => {
    await page.setViewportSize({ width: 1600, height: 900 });
    // A list of screens with one in it.
    await goTo('screens');
    await page.fill('.screens input', 'Hall 2');
    await page.click('.screens form .primary');
    await page.click('.modal .primary');
    await goTo('');
    const faults: Record<string, unknown> = {};
    await walk(async (hash) => {
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await page.evaluate(LAID_OUT);
        const { tooWidePx, cutOff, low } = await faultsOf(page, { leastTargetPx: width <= 1024 ? FINGER_PX : 0 });
        if (tooWidePx > 0 || cutOff.length > 0 || low.length > 0)
          faults[`${hash} ${width} x ${height}`] = { tooWidePx, cutOff, low };
      }
    });
    expect(faults).toEqual({});
  }, 240_000);

  it('[SCR-7] a phone begins with the alarms', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open('');
    await expect.poll(() => page.locator('.alarm-row').first().isVisible(), WAIT).toBe(true);
    await page.click('.phone-tabs button:nth-child(2)');
    await expect.poll(() => page.locator('.panel input').first().isVisible(), WAIT).toBe(true);
  }, 120_000);

  it('[SCR-8] in English no page is Chinese', async () => {
    await page.setViewportSize({ width: 1600, height: 900 });
    await goTo('account');
    await page.click('.shell-tools button[lang=en]');
    const chinese: Record<string, readonly string[]> = {};
    await walk(async (hash) => {
      if (hash === '') await page.click('.rail button');
      const found = (await faultsOf(page)).chinese.filter((text) => !text.startsWith('中文 '));
      if (found.length > 0) chinese[hash] = found;
    });
    await page.click('.shell-tools button[lang=zh-CN]');
    expect(chinese).toEqual({});
  }, 240_000);

  it('[SCR-10] over every page lies who is signed in, and takes no presses', async () => {
    await open('dashboard');
    const mark = page.locator('.watermark');
    expect(await mark.locator('text').textContent()).toMatch(/^park1 · .+ · \d{4}-\d\d-\d\d \d\d:\d\d$/);
    expect(await page.evaluate("getComputedStyle(document.querySelector('.watermark')).pointerEvents")).toBe('none');
  }, 120_000);

  it('[SCR-6] [SCR-11] a wall of 4K: words to be read from afar, what a desk chose, and where the server says so elsewhere', async () => {
    await page.setViewportSize({ width: 1600, height: 900 });
    await open('');
    const walls = new Map<string, Page>();
    for (const [output, selector] of [
      ['1', '.wall-legend'],
      ['2', '.wall-alarm'],
      ['3', '.board'],
    ] as const) {
      const wall = await context.newPage();
      await wall.setViewportSize({ width: 3840, height: 2160 });
      await wall.goto(`${stack.webUrl}/?profile=test#wall/${output}`);
      await expect.poll(() => wall.locator(selector).count(), WAIT).toBeGreaterThan(0);
      const { small, tooWidePx, cutOff } = await faultsOf(wall, { leastTextPx: WALL_TEXT_PX });
      expect({ output, small, tooWidePx, cutOff }).toEqual({ output, small: [], tooWidePx: 0, cutOff: [] });
      expect(await wall.evaluate('document.documentElement.dataset.theme')).toBe('dark');
      walls.set(output, wall);
    }
    const elsewhere = await (await newContext(1920, 1080)).newPage();
    await signIn(elsewhere, `${stack.webUrl}/#wall/2`, 'park1');
    await expect.poll(() => elsewhere.locator('.wall-alarm').count(), WAIT).toBeGreaterThan(0);
    expect(await elsewhere.locator('.wall-alarm.chosen').count()).toBe(0);

    await page.bringToFront();
    await page.locator('.alarm-row .alarm-text').first().click();
    await until(page, (hook) => hook.selected?.personId === 'p1');
    await page.click('.wall-button');
    await expect.poll(() => walls.get('2')?.locator('.wall-alarm.chosen').count(), WAIT).toBe(1);
    await expect.poll(() => elsewhere.locator('.wall-alarm.chosen').count(), WAIT).toBe(1);
    const map = walls.get('1') as Page;
    await expect.poll(() => park(map, (hook) => hook.selected?.personId), WAIT).toBe('p1');
    await expect.poll(() => map.locator('.person-card').innerText(), WAIT).toContain('Qian Yifan');
    expect((await faultsOf(map, { leastTextPx: WALL_TEXT_PX })).small).toEqual([]);
  }, 240_000);

  it('[SCR-20] [SCR-21] [SCR-22] [SCR-23] a screen signs in by the address that its registering shows, and is out once it is removed', async () => {
    await page.setViewportSize({ width: 1600, height: 900 });
    await open('screens');
    await page.fill('.screens input', 'Hall 1');
    await page.click('.screens form .primary');
    const address = (await page.locator('.screen-code').textContent()) ?? '';
    expect(address).toMatch(/#screen\/(\w{4}-){3}\w{4}$/);
    await page.keyboard.press('Escape');
    const wall = await (await newContext(1920, 1080)).newPage();
    await wall.goto(address);
    await wall.waitForSelector('.screen-start .primary', WAIT);
    await wall.click('.screen-start .primary');
    await expect.poll(() => wall.locator('.wall-index a').count(), WAIT).toBe(3);
    await wall.goto(`${stack.webUrl}/?profile=test#wall/2`);
    await expect.poll(() => wall.locator('.wall-alarm').count(), WAIT).toBeGreaterThan(0);
    const status = (path: string) => wall.evaluate(`fetch('${path}').then((answer) => answer.status)`);
    expect([await status('/api/alarms'), await status('/api/session')]).toEqual([403, 200]);

    await page.reload();
    await expect.poll(() => page.locator('.screens tbody').innerText(), WAIT).toMatch(/Hall 1\s+已登录/);
    await page.click('.screens tbody button:last-child');
    await page.getByRole('button', { name: '移除' }).last().click();
    await expect.poll(() => wall.locator('.screen-start .code').count(), WAIT).toBe(1);
  }, 180_000);
});
