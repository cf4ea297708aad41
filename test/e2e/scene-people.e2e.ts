import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until, writeTileset } from './chromium.ts';

const COMPANY = '900000831';
const PEOPLE = 24;
const SEND_EVERY_MS = 2_000;
const WAIT = { timeout: 60_000 };

/** Of the model, above the ellipsoid. */
const GROUND_M = 4;

/** As a driver that restarts does it; the scene before is gone by then. */
const LOSE_CONTEXT = `document.querySelector('.scene .cesium-widget canvas')
  .getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()`;

/** Run in the page: colours of the middle and beside it, of a picture of 33 x 33 px. */
const READ_PIXELS = `async (bytes) => {
  const blob = new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))]);
  const canvas = new OffscreenCanvas(33, 33).getContext('2d');
  canvas.drawImage(await createImageBitmap(blob), 0, 0);
  return [16, 30].map((x) => [...canvas.getImageData(x, 16, 1, 1).data]);
}`;

/** How far the middle of somebody's sign stands off from the ground beside it, 0 - 765. */
async function contrastOf(page: Page, id: string): Promise<number> {
  const place = (await page.evaluate(`window.__park.windowPositionOf('${id}')`)) as { x: number; y: number } | null;
  if (place === null) throw new Error(`${id} is not on the screen`);
  const clip = { x: Math.round(place.x) - 16, y: Math.round(place.y) - 16, width: 33, height: 33 };
  const png = (await page.screenshot({ clip })).toString('base64');
  const [middle, beside] = (await page.evaluate(`(${READ_PIXELS})('${png}')`)) as [number[], number[]];
  return [0, 1, 2].reduce((sum, k) => sum + Math.abs(middle[k]! - beside[k]!), 0);
}

describe('people on the scene', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let isWithHidden = false;
  let sender: ReturnType<typeof setInterval> | undefined;
  const errors: string[] = [];

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    writeTileset(stack);
    const vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '壬化工'));
    await stack.addUser('operator1', 'operator');
    const ids = Array.from({ length: PEOPLE }, (_, i) => `p${i}`);
    await vendor.send(
      'persons',
      [...ids, 'open', 'hidden'].map((id) => vendor.person(id, { PERSON_NAME: `工${id}` })),
    );
    const position = (id: string, east: number, north: number, heightM: number) => {
      const { lng, lat } = lngLatAt(east, north);
      return vendor.position(id, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: heightM });
    };
    const positions = () => [
      ...ids.map((id, i) => position(id, i % 5, Math.floor(i / 5), GROUND_M + 2)),
      // One stands free, one deep under the model's ground.
      ...(isWithHidden ? [position('open', -30, 0, GROUND_M + 2), position('hidden', 30, 0, GROUND_M - 20)] : []),
    ];
    sender = setInterval(() => void vendor.send('positions', positions()).catch(() => undefined), SEND_EVERY_MS);
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 960, height: 540 }, locale: 'zh-CN' });
    page.on('pageerror', (error) => errors.push(error.message));
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
  }, 180_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[SCN-4] from far a crowd is its number, and a click on the number goes to where its people are single', async () => {
    await until(page, (hook) => hook.peopleDrawn === 24 && hook.crowds.length === 1 && hook.crowds[0] === 24);
    const place = await park(page, (hook) => hook.windowPositionOf('p12'));
    if (place === null) throw new Error('the crowd is not on the screen');
    await page.mouse.click(place.x, place.y);
    await until(page, (hook) => hook.crowds.length === 0 && (hook.camera?.heightM ?? 9_999) < 400);
  }, 120_000);

  it('[SCN-8] a lost graphics context: the page says so and the scene comes back by itself, as it was', async () => {
    const before = await park(page, (hook) => ({ camera: hook.camera, people: hook.peopleDrawn }));
    await page.evaluate(LOSE_CONTEXT);
    await until(page, (hook) => hook.scenePhase === 'lost');
    expect(await page.locator('.scene').textContent()).toContain('正在恢复');
    await until(page, (hook) => hook.scenePhase === 'shown' && hook.peopleDrawn === 24 && hook.framesRendered > 0);
    const after = await park(page, (hook) => hook.camera);
    expect(after?.lng).toBeCloseTo(before?.camera?.lng ?? 0, 6);
    expect(after?.lat).toBeCloseTo(before?.camera?.lat ?? 0, 6);
    expect(after?.heightM).toBeCloseTo(before?.camera?.heightM ?? 0, 1);
    await until(page, (hook) => hook.tilesetReady);
    expect(errors).toEqual([]);
  }, 120_000);

  it('[SCN-8] a card that goes on failing: the page says so, the lists live, and another try is offered', async () => {
    for (let i = 0; i < 3; i++) {
      await until(page, (hook) => hook.scenePhase === 'shown' && hook.framesRendered > 0);
      await page.evaluate(LOSE_CONTEXT);
      await until(page, (hook) => hook.scenePhase !== 'shown');
    }
    await until(page, (hook) => hook.scenePhase === 'failed');
    const words = page.locator('.scene-failed');
    expect(await words.textContent()).toContain('三维画面已停止');
    await until(page, (hook) => hook.health === 'live' && hook.online === 24);
    await words.locator('button').click();
    await until(page, (hook) => hook.scenePhase === 'shown' && hook.peopleDrawn === 24);
    await expect.poll(() => words.count(), WAIT).toBe(0);
    expect(errors).toEqual([]);
  }, 120_000);

  it('[SCN-6] who is hidden by the model is seen through it, faintly', async () => {
    isWithHidden = true;
    await until(page, (hook) => hook.peopleDrawn === 26 && hook.crowds.length === 0 && hook.tilesetReady);
    await expect.poll(() => contrastOf(page, 'open'), WAIT).toBeGreaterThan(100);
    const open = await contrastOf(page, 'open');
    const hidden = await contrastOf(page, 'hidden');
    expect(hidden).toBeGreaterThan(8);
    expect(hidden).toBeLessThan(0.5 * open);
    expect(errors).toEqual([]);
  }, 120_000);
});
