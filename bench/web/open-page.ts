/** The product's page in headless Chromium, signed in, drawing in software where there is no GPU. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { PrivateStack } from '../load/private-stack.ts';

const DRAWN_WITHIN_MS = 120_000;

export interface OpenPage {
  readonly page: Page;
  readonly browser: BrowserContext;
  close(): Promise<void>;
}

/** `beforeSignIn`: routes and listeners that have to be there first. */
export async function openPage(
  stack: PrivateStack,
  beforeSignIn: (page: Page) => Promise<unknown> = async () => {},
): Promise<OpenPage> {
  const profile = mkdtempSync(join(tmpdir(), 'parksentry-page-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    viewport: { width: 960, height: 540 },
    // The park's own policy lets the page connect to its own gateway alone, and forbids to look into it.
    bypassCSP: true,
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  await beforeSignIn(page);
  await page.goto(`${stack.webUrl}/?profile=test`);
  await page.fill('input[name=name]', stack.operator.name);
  await page.fill('input[name=password]', stack.operator.password);
  await page.keyboard.press('Enter');
  return {
    page,
    browser,
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** What the page says of itself (web/app/test-hook-shape.ts). */
export const told = <T>(page: Page, key: string): Promise<T> =>
  page.evaluate(`window.__park?.${key} ?? null`) as Promise<T>;

export async function untilDrawn(page: Page, people: number): Promise<void> {
  const endMs = performance.now() + DRAWN_WITHIN_MS;
  while (performance.now() < endMs) {
    if (((await told<number | null>(page, 'peopleDrawn')) ?? 0) >= people) return;
    await pause(200);
  }
  throw new Error(`not ${people} people were drawn`);
}

export const rendererOf = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const gl = document.createElement('canvas').getContext('webgl2');
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    return info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : 'unknown';
  })()`) as Promise<string>;
