/**
 * The pictures of docs/images that show the control room, taken anew from a running demonstration:
 * node scripts/screenshots.mjs --url http://127.0.0.1:7000 --user NAME --password WORD [--out docs/images] [--only desk,flood,...]
 * The role of the user is operator. What a picture shows is done by hand's own means: keys, presses, addresses. A flood needs a park
 * that has one: park simulate --intrusion-every-s 3 --sos-every-s 8. A muster that is declared is an exercise, and ended afterwards.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    user: { type: 'string' },
    password: { type: 'string' },
    out: { type: 'string', default: 'docs/images' },
    only: { type: 'string' },
  },
});
if (values.url === undefined || values.user === undefined || values.password === undefined) {
  process.stderr.write('--url, --user and --password are needed\n');
  process.exit(2);
}

const DESK = { width: 1920, height: 1080 };
const GRAPHICS = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-sandbox', '--disable-quic'];
const WAIT_MS = 90_000;

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
  args: GRAPHICS,
});
const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN' });
const page = await context.newPage();
page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`));
mkdirSync(values.out, { recursive: true });

/** Not page.waitForFunction: the page's content security policy forbids the eval that it needs. */
async function until(what, condition, ms = WAIT_MS) {
  const endMs = performance.now() + ms;
  while (!(await page.evaluate(`window.__park !== undefined && (${condition})(window.__park)`))) {
    if (performance.now() > endMs) throw new Error(`${what}: not seen`);
    await page.waitForTimeout(200);
  }
}

/** The model's tiles and the people are drawn, and a few frames have passed. */
async function drawn() {
  await until('the scene', '(park) => park.tilesetReady && park.peopleDrawn > 0');
  await page.waitForTimeout(4_000);
}

async function open(hash, size = DESK) {
  await page.setViewportSize(size);
  await page.goto(`${values.url}/${hash}`);
  await page.reload();
  await page.waitForTimeout(1_500);
}

const shoot = (name) => page.screenshot({ path: join(values.out, `${name}.png`) });

const pictures = {
  async desk() {
    await open('');
    await drawn();
    await page.locator('.alarm-row button.alarm-text').first().click();
    await page.keyboard.press(' ');
    await page.locator('.rail').getByText('看板').click();
    await page.waitForTimeout(5_000);
    await shoot('desk');
    await page.locator('.rail').getByText('看板').click();
  },
  async light() {
    await page.evaluate("localStorage.setItem('park.theme', 'light')");
    await open('');
    await drawn();
    await shoot('light');
    await page.evaluate("localStorage.removeItem('park.theme')");
  },
  async tablet() {
    await open('', { width: 1024, height: 768 });
    await drawn();
    await shoot('tablet');
  },
  async phone() {
    await open('', { width: 390, height: 844 });
    await until('the picture', '(park) => park.online > 0');
    await page.waitForTimeout(1_500);
    await shoot('phone');
  },
  async wall() {
    await open('#wall/2', { width: 3840, height: 2160 });
    await until('the picture', '(park) => park.online > 0').catch(() => page.waitForTimeout(5_000));
    await page.waitForTimeout(3_000);
    await shoot('wall');
  },
  async flood() {
    await open('');
    await drawn();
    await until('a flood', '(park) => park.alarms.filter((one) => !one.acknowledged).length > 10', 300_000);
    await shoot('flood');
  },
  async playback() {
    await open('');
    await drawn();
    await page.locator('.alarm-row button.alarm-text').first().click();
    await page.keyboard.press(' ');
    await page.waitForTimeout(4_000);
    await page.keyboard.press('t');
    const why = page.locator('dialog[open]').getByText('事故调查');
    if (await why.isVisible({ timeout: 5_000 }).catch(() => false)) {
      await why.click();
      await page.locator('dialog[open] button[type=submit]').click();
    }
    await until('the past', '(park) => park.playback !== null && park.playback.waitingForMs === null');
    await page.waitForTimeout(6_000);
    await shoot('playback');
    await page.keyboard.press('l');
  },
  async muster() {
    await open('');
    await drawn();
    await page.keyboard.press('e');
    await page.locator('.muster-dialog button', { hasText: 'D' }).click();
    await until('the muster', '(park) => park.musters.length > 0');
    await page.waitForTimeout(60_000);
    await shoot('muster');
    await page.locator('button', { hasText: '结束集合' }).first().click();
    await page.locator('dialog[open] textarea, dialog[open] input').first().fill('演练结束');
    await page.locator('dialog[open] button[type=submit]').click();
    await page.waitForTimeout(2_000);
  },
};

await page.goto(values.url);
await page.fill('input[name=name]', values.user);
await page.fill('input[name=password]', values.password);
await page.keyboard.press('Enter');
await page.waitForTimeout(3_000);
for (const name of values.only?.split(',') ?? Object.keys(pictures)) {
  const take = pictures[name];
  if (take === undefined) throw new Error(`${name} is none of ${Object.keys(pictures).join(', ')}`);
  try {
    await take();
    process.stdout.write(`${name}: ${existsSync(join(values.out, `${name}.png`)) ? 'taken' : 'shown'}\n`);
  } catch (failure) {
    process.stdout.write(`${name}: ${failure.message}\n`);
    process.exitCode = 1;
  }
}
await browser.close();
