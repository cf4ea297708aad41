import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until, writeTileset } from './chromium.ts';

const COMPANY = '900000101';
const WAIT = { timeout: 60_000 };
/** Of a place on the wire: 1/64 m, and what turning degrees into metres and back leaves. */
const NEAR_M = 0.1;

describe('the past on the operator’s screen', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let vendor: Vendor;
  /** Before the call for help, and behind it. */
  let calmAtMs = 0;
  let alarmedAtMs = 0;
  const problems: string[] = [];

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8' } });
    writeTileset(stack);
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '乙化工'));
    await stack.addUser('operator1', 'operator');
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN' });
    page.on('pageerror', (error) => problems.push(error.message));
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  const send = async (personId: string, east: number, more: Record<string, unknown> = {}): Promise<void> => {
    const { lng, lat } = lngLatAt(east, 0);
    const record = vendor.position(personId, lng, lat, Date.now(), { ACCURACY: 1, ALTITUDE: 4, ...more });
    expect((await vendor.send('positions', [record])).accepted).toBe(1);
  };
  /** Metres east of where the person stood first. */
  let firstEasting = 0;
  const eastOf = async (personId: string): Promise<number | null> => {
    const places = await park(page, (hook) => [hook.placeOf('p1'), hook.placeOf('p2')] as const);
    const place = places?.[personId === 'p1' ? 0 : 1] ?? null;
    return place === null ? null : place.easting - firstEasting;
  };
  const stored = (n: number) =>
    expect
      .poll(async () => (await stack.sql('select count(*)::int as n from position')).rows[0]?.n, WAIT)
      .toBeGreaterThanOrEqual(n);
  const momentInAddress = (atMs: number) => page.evaluate(`location.hash = '#?t=${new Date(atMs).toISOString()}'`);
  const shows = (atMs: number) =>
    expect
      .poll(() => park(page, (hook) => (hook.playback?.waitingForMs === null ? hook.playback.atMs : null)), WAIT)
      .toSatisfy((at: number | null) => at !== null && Math.abs(at - atMs) < 30_000);

  it('[PLAY-60] a link leads to a moment, and asks why; the person is where he was then, without the alarm that came later', async () => {
    await vendor.send('persons', [vendor.person('p1', { PERSON_NAME: '钱一帆' }), vendor.person('p2')]);
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
    await until(page, (hook) => hook.tilesetReady && hook.health === 'live');
    await send('p1', 0);
    await until(page, (hook) => hook.placeOf('p1') !== null);
    firstEasting = (await park(page, (hook) => hook.placeOf('p1')?.easting)) ?? 0;
    // A whole step of playback between what happened and the moments that are looked at.
    await until(page, (hook) => hook.frameAgeMs !== null);
    calmAtMs = Date.now() + 1_500;
    await expect.poll(() => Date.now(), WAIT).toBeGreaterThan(calmAtMs + 1_500);
    await send('p1', 20, { SOS: true });
    await until(page, (hook) => hook.alarms.some(({ rule }) => rule === 'sos'));
    alarmedAtMs = Date.now() + 2_000;
    await expect.poll(() => Date.now(), WAIT).toBeGreaterThan(alarmedAtMs + 1_500);
    await send('p1', 60);
    await expect.poll(() => eastOf('p1'), WAIT).toBeCloseTo(60, 0);
    await stored(3);
    // What is younger than this may not be stored yet, and is not played.
    await expect.poll(() => Date.now(), WAIT).toBeGreaterThan(alarmedAtMs + 6_000);
    await momentInAddress(calmAtMs);
    await page.locator('dialog[open]').getByText('事故调查').click();
    await page.locator('dialog[open] button[type=submit]').click();
    await shows(calmAtMs);
    await page.keyboard.press('k');
    await momentInAddress(calmAtMs + 1);
    await until(page, (hook) => hook.alarms.length === 0 && hook.playback !== null);
    const east = await eastOf('p1');
    expect(Math.abs(east ?? 99)).toBeLessThan(NEAR_M);
    expect(await page.locator('.past-banner').textContent()).toContain('回放');
  }, 240_000);

  it('[PLAY-61] a later moment of the same playback has the alarm as it stood, offers no act, asks for no phone', async () => {
    await momentInAddress(alarmedAtMs);
    await until(page, (hook) => hook.alarms.some(({ rule, acknowledged }) => rule === 'sos' && !acknowledged));
    expect(Math.abs(((await eastOf('p1')) ?? 99) - 20)).toBeLessThan(NEAR_M);
    for (const present of ['.alarm-acts', '.emergency', '.load']) expect(await page.locator(present).count()).toBe(0);
    expect(await park(page, (hook) => hook.playback?.marks.length)).toBe(1);
  }, 120_000);

  it('[PLAY-62] what comes live meanwhile is said over the past, and L leads back to it', async () => {
    await send('p2', 100, { SOS: true });
    await until(page, (hook) => hook.playback?.newAlarms.length === 1);
    expect(await page.locator('.past-news').textContent()).toMatch(/1 条新的实时报警/);
    expect(await park(page, (hook) => hook.alarms.length)).toBe(1);
    await page.keyboard.press('l');
    await until(page, (hook) => hook.playback === null && hook.alarms.length === 2);
    expect(Math.abs(((await eastOf('p1')) ?? 99) - 60)).toBeLessThan(NEAR_M);
    expect(await page.locator('.past-banner').count()).toBe(0);
  }, 120_000);

  it('[PLAY-63] from an alarm one press leads to a minute before it; its track is stored, and both looks are on record with why', async () => {
    await page.locator('.alarm-row button.alarm-text').filter({ hasText: '钱一帆' }).click();
    await until(page, (hook) => hook.selected?.personId === 'p1');
    await page.keyboard.press('t');
    await until(page, (hook) => hook.playback !== null);
    await page.keyboard.press('k');
    await momentInAddress(alarmedAtMs);
    await page.locator('.alarm-row button.alarm-text').filter({ hasText: '钱一帆' }).click();
    await until(page, (hook) => hook.selected?.personId === 'p1');
    await page.getByText('加入轨迹').click();
    await until(page, (hook) => hook.tracks[0]?.phase === 'ready' && hook.tracks[0].stored === 3);
    // The link has them, and leads back to them under the reason that was given.
    await expect.poll(() => page.evaluate('location.hash'), WAIT).toContain(`tr=${COMPANY}/p1`);
    const link = String(await page.evaluate('location.hash'));
    await page.keyboard.press('l');
    await until(page, (hook) => hook.playback === null && hook.tracks.length === 0);
    // The same address again would be no change.
    await expect.poll(() => page.evaluate('location.hash'), WAIT).not.toContain('tr=');
    await page.evaluate(`location.hash = ${JSON.stringify(link)}`);
    await until(page, (hook) => hook.playback !== null && hook.tracks[0]?.stored === 3);
    const looks = await stack.sql(
      "select action, detail->>'reason' as reason from audit where action in ('playback.open', 'track.read') order by action",
    );
    expect(looks.rows).toEqual([
      { action: 'playback.open', reason: '事故调查' },
      { action: 'playback.open', reason: '事故调查' },
      { action: 'playback.open', reason: '事故调查' },
      { action: 'track.read', reason: '事故调查' },
      { action: 'track.read', reason: '事故调查' },
    ]);
  }, 120_000);

  it('[PLAY-59] a bundle of the played span is taken of a circle round whoever is selected', async () => {
    await page.locator('.past-banner').getByText('取证包').click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByRole('button', { name: '圆' }).click();
    await dialog.locator('input[type=number]').fill('30');
    await dialog.getByText('事故调查').click();
    const download = page.waitForEvent('download');
    await dialog.locator('button[type=submit]').click();
    expect((await download).suggestedFilename()).toMatch(/\.zip$/);
    const [bundle] = (await stack.sql("select detail from audit where action = 'incident.export'")).rows;
    expect(bundle?.detail).toMatchObject({ of: 'circle', radiusM: 30, people: 1 });
  }, 60_000);

  it('[PLAY-64] on a phone the time line has live, play and the slider, and nothing lies over another', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator('.phone-tabs button').nth(2).click();
    const boxes = await Promise.all(
      ['.timeline .live-state', '.timeline .play', '.timeline .axis', '.phone-tabs'].map((part) =>
        page.locator(part).boundingBox(),
      ),
    );
    const [live, play, axis, tabs] = boxes.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 });
    expect(Math.min(live!.width, live!.height, play!.width, play!.height)).toBeGreaterThanOrEqual(44);
    expect(axis!.width).toBeGreaterThan(150);
    expect([live!.x + live!.width <= play!.x, play!.x + play!.width <= axis!.x]).toEqual([true, true]);
    expect(play!.y + play!.height).toBeLessThanOrEqual(tabs!.y + 1);
    await page.setViewportSize({ width: 1280, height: 720 });
  }, 60_000);

  it('[PLAY-63] from an alarm in the history a link leads to a minute before it', async () => {
    await page.evaluate("location.hash = '#dashboard'");
    await page.getByText('历史报警').click();
    await page.locator('.alarm-history tbody tr').filter({ hasText: '钱一帆' }).getByRole('link').click();
    await page.locator('dialog[open]').getByText('报警核查').click();
    await page.locator('dialog[open] button[type=submit]').click();
    await until(page, (hook) => hook.playback !== null);
    expect(problems).toEqual([]);
  }, 120_000);
});
