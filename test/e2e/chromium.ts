/** Chromium for the end-to-end tests, drawing in software, and reading what the page says of itself (web/app/test-hook.ts). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ParkTestHook } from '../../web/app/test-hook-shape.ts';
import { PASSWORD, type Stack } from '../stack/stack.ts';

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });

/** The model of the demonstration park where the server of the stack finds it. */
export function writeTileset(stack: Stack): void {
  const writer = join(import.meta.dirname, '../../dist/bench/park/write-tileset.js');
  execFileSync(process.execPath, [writer, '--out', join(stack.dataFolder, 'tiles/park')]);
}

export async function signIn(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address);
  await page.fill('input[name=name]', name);
  await page.fill('input[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
}

/** null before the page is there. Not page.waitForFunction: the page's own content security policy forbids the eval that it
 * needs, and stays switched on here. */
export const park = <T>(page: Page, read: (hook: ParkTestHook) => T): Promise<T | null> =>
  page.evaluate(`window.__park ? (${read.toString()})(window.__park) : null`) as Promise<T | null>;

export const until = (page: Page, condition: (hook: ParkTestHook) => boolean, timeout = 60_000): Promise<void> =>
  expect.poll(() => park(page, condition), { timeout, interval: 50 }).toBe(true);
