import { spawnSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signRequest } from '../../ingest/sign-request.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Credential, Stack } from '../stack/stack.ts';
import { launchChromium, signIn } from './chromium.ts';

const COMPANY = '900000001';
const CODE = '31011600021320000001';
const OWN = '31011600021320000002';
const HAS_FFMPEG = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
const WAIT = { timeout: 60_000 };

/** Pictures made by the park itself, in a browser and for a vendor's system. */
describe.skipIf(!HAS_FFMPEG)('pictures of cameras', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let credential: Credential;

  const addCamera = (code: string, streamUrl: string | null): Promise<unknown> =>
    stack.sql(
      `INSERT INTO reg_cameras (company_code, code, name, place, hazard_source, stream_url, version, created_at, created_by, updated_at, updated_by, from_vendor)
       VALUES ($1, $2, $3, '{"lng":121.48,"lat":30.8,"heightM":null}', 'h1', $4, 1, now(), 't', now(), 't', '{}')`,
      [COMPANY, code, `罐区 ${code.slice(-1)} 号`, streamUrl],
    );
  const get = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const { appId, appSecret } = credential;
    const headers = signRequest({ method: 'GET', target: path, body: '', appId, appSecret, timestampMs: Date.now() });
    const response = await fetch(stack.ingestUrl + path, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** Of one camera, from the page of the cascade. */
  const tryCamera = async (code: string): Promise<void> => {
    await page.fill('.cascade-try input', code);
    await page.click('.cascade-try button');
  };

  beforeAll(async () => {
    stack = await startOnSharedServer();
    credential = await stack.addCompany(COMPANY, '示例化工');
    await stack.addUser('park1', 'park');
    await stack.sql(
      `INSERT INTO reg_hazard_sources (company_code, code, name, version, created_at, created_by, updated_at, updated_by, from_vendor)
       VALUES ($1, 'h1', '罐区', 1, now(), 't', now(), 't', '{}')`,
      [COMPANY],
    );
    await addCamera(CODE, null);
    await addCamera(OWN, 'rtsp://video.example/{code}');
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' })).newPage();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[VID-54] [VID-22] the park sets the cascade on its page', async () => {
    await signIn(page, `${stack.webUrl}/#cascade`, 'park1');
    await expect
      .poll(
        () =>
          page
            .locator('.cascade select')
            .inputValue()
            .catch(() => ''),
        WAIT,
      )
      .toBe('template');
    const save = page.locator('.cascade .save-bar button');
    await page.fill('.cascade .save-bar input', '演示');
    expect(await save.isDisabled()).toBe(true);
    await page.selectOption('.cascade select', 'local');
    await save.click();
    await expect.poll(() => page.locator('.cascade .hint').innerText(), WAIT).toContain('第 1 版');
  }, 120_000);

  it('[VID-50] [VID-52] a picture plays, and the last hour of it has a slider and says how much there is', async () => {
    await tryCamera(CODE);
    const video = page.locator('.video-picture video');
    const timeS = (): Promise<number> =>
      video.evaluate((element) => (element as unknown as { currentTime: number }).currentTime);
    await expect.poll(async () => ((await video.count()) === 1 ? timeS() : 0), WAIT).toBeGreaterThan(0);
    const before = await timeS();
    await expect.poll(timeS, WAIT).toBeGreaterThan(before);
    expect(await page.locator('.video-picture figcaption b').innerText()).toBe('罐区 1 号');
    await page.click('.video-panel >> text=回看近 1 小时');
    await expect
      .poll(
        () =>
          page
            .locator('.video-share')
            .innerText()
            .catch(() => ''),
        WAIT,
      )
      .toMatch(/已录 \d+%/);
    await expect.poll(timeS, WAIT).toBeGreaterThan(0);
    expect(await page.locator('.video-slider i').count()).toBeGreaterThanOrEqual(1);
    await page.keyboard.press('Escape');
  }, 180_000);

  it('[VID-53] [VID-1] why there is none is said in its place; an address for others is shown as it is', async () => {
    await tryCamera('99011600021320000001');
    await expect
      .poll(
        () =>
          page
            .locator('.video-words')
            .innerText()
            .catch(() => ''),
        WAIT,
      )
      .toContain('没有此摄像机');
    // The pictures stand over the foot of the page until they are closed.
    await page.click('.video-panel header > button.icon-only');
    await page.selectOption('.cascade select', 'template');
    await page.fill('.cascade .save-bar input', '改回');
    await page.click('.cascade .save-bar button');
    await expect.poll(() => page.locator('.cascade .hint').innerText(), WAIT).toContain('第 2 版');
    await tryCamera(OWN);
    await expect
      .poll(
        () =>
          page
            .locator('.video-words input')
            .inputValue()
            .catch(() => ''),
        WAIT,
      )
      .toBe(`rtsp://video.example/${OWN}`);
  }, 120_000);

  it('[VID-30] [VID-31] [VID-15] a vendor’s system hears of the cameras of a hazard source, and opens a picture without a session', async () => {
    expect(await get('/v1/hazard-sources/h1/cameras')).toMatchObject({
      status: 200,
      body: { cameras: [{ code: CODE, longitude: 121.48 }, { code: OWN }] },
    });
    expect(await get(`/v1/cameras/${OWN}/stream`)).toMatchObject({ body: { protocol: 'rtsp' } });
    expect(await get(`/v1/cameras/${CODE}/stream`)).toMatchObject({ status: 409, body: { code: 'VIDEO_NO_ADDRESS' } });
    await stack.sql(`UPDATE setting SET value = jsonb_set(value, '{adapter}', '"local"') WHERE topic = 'video'`);
    await expect.poll(async () => (await get(`/v1/cameras/${CODE}/stream`)).status, WAIT).toBe(200);
    const { url } = (await get(`/v1/cameras/${CODE}/stream`)).body as { url: string };
    const playlist = await fetch(url);
    expect(playlist.status).toBe(200);
    const name = (await playlist.text()).split('\n').find((line) => line.endsWith('.ts')) ?? '';
    expect((await fetch(new URL(name, url))).headers.get('content-type')).toBe('video/mp2t');
  }, 120_000);
});
