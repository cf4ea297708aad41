import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeGlb } from '../../bench/park/glb.ts';
import { projection } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { launchChromium, signIn, until } from './chromium.ts';

const WAIT = { timeout: 60_000 };
/** Where the model's zero lies on the grid. */
const ORIGIN = { easting: 1_520.3, northing: -48_215.7 };
/** The park believes in another ground than the model has, so that it shows whose is read. */
const PARK_GROUND_M = 4;
const MODEL_ZERO_M = 7;
/** South-west corner of a roof in the model's numbers, as a surveyor picks one in a viewer, and its height over the model's ground. */
const CONTROL_POINT = { x: 250, y: -180, z: 12 };
const SIDE_M = 20;
const HALF_GROUND_M = 150;
/** As near as the control point has to be. */
const LIMIT_M = 0.1;
const WHEEL_IN_PX = -600;
/** A pixel is then less than 2 cm, one that is drawn less than 4. */
const PX_PER_M = 50;

type Corners = readonly [west: number, south: number, east: number, north: number, heightM: number];

/** As it is delivered in the grid: east, north and up in metres of the plane, and no word of where on the earth. */
function writeGridModel(folder: string): void {
  const { x, y, z } = CONTROL_POINT;
  const plates: readonly Corners[] = [
    [x - HALF_GROUND_M, y - HALF_GROUND_M, x + HALF_GROUND_M, y + HALF_GROUND_M, 0],
    [x, y, x + SIDE_M, y + SIDE_M, z],
  ];
  // glTF is y-up: x east, y up, z south.
  const positions = plates.flatMap(([west, south, east, north, up]) => [
    west,
    up,
    -south,
    east,
    up,
    -south,
    east,
    up,
    -north,
    west,
    up,
    -north,
  ]);
  const vertices = positions.length / 3;
  const glb = encodeGlb(
    [
      {
        positions: Float32Array.from(positions),
        normals: Float32Array.from({ length: positions.length }, (_, i) => (i % 3 === 1 ? 1 : 0)),
        colours: new Uint16Array(4 * vertices).fill(40_000),
        indices: Uint32Array.from(plates.flatMap((_, i) => [0, 1, 2, 0, 2, 3].map((corner) => 4 * i + corner))),
        doubleSided: true,
      },
    ],
    'grid-model.e2e',
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.glb'), glb);
  const box = [x, y, z / 2, HALF_GROUND_M, 0, 0, 0, HALF_GROUND_M, 0, 0, 0, z / 2];
  const root = { boundingVolume: { box }, geometricError: 0, refine: 'REPLACE', content: { uri: 'model.glb' } };
  writeFileSync(join(folder, 'tileset.json'), JSON.stringify({ asset: { version: '1.1' }, geometricError: 500, root }));
}

describe('a model in the plane grid', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;

  const pixelOf = async (x: number, y: number): Promise<{ x: number; y: number }> => {
    const { lng, lat } = projection.lngLatFromEastingNorthing(ORIGIN.easting + x, ORIGIN.northing + y);
    const at = await page.evaluate(`window.__park.windowPositionOfPlace(${lng}, ${lat})`);
    if (at === null) throw new Error('the place is not on the screen');
    return at as { x: number; y: number };
  };

  beforeAll(async () => {
    const { lng, lat } = projection.lngLatFromEastingNorthing(
      ORIGIN.easting + CONTROL_POINT.x,
      ORIGIN.northing + CONTROL_POINT.y,
    );
    stack = await startOnSharedServer({
      env: {
        PARK_HOME: `${lng},${lat}`,
        PARK_BASE_MAP: 'none',
        PARK_GROUND_HEIGHT_M: String(PARK_GROUND_M),
        PARK_TILESET_ORIGIN: `${ORIGIN.easting},${ORIGIN.northing}`,
        PARK_TILESET_HEIGHT_OFFSET_M: String(MODEL_ZERO_M),
      },
    });
    writeGridModel(join(stack.dataFolder, 'tiles/park'));
    await stack.addUser('operator1', 'operator');
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN' });
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[SCN-37] it is drawn with its control point where the survey has it, to a decimetre', async () => {
    const { x, y, z } = CONTROL_POINT;
    await until(page, (hook) => hook.tilesetReady);
    await page.keyboard.press('2');
    await until(page, (hook) => hook.isFlat);
    const { x: left, y: top } = await pixelOf(x, y);
    await page.mouse.move(left, top);
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, WHEEL_IN_PX);
        return (await pixelOf(x + 1, y)).x - (await pixelOf(x, y)).x;
      }, WAIT)
      .toBeGreaterThan(PX_PER_M);
    /** Easting, northing and height of what is drawn under the pointer. */
    const drawnAt = async (): Promise<readonly number[]> =>
      [...(await page.locator('.readout').innerText()).matchAll(/-?\d+\.\d+/g)].slice(2, 5).map(Number);
    for (const [east, north, heightM] of [
      [LIMIT_M, LIMIT_M, z],
      [-LIMIT_M, LIMIT_M, 0],
      [SIDE_M / 4, LIMIT_M, z],
      [LIMIT_M, -LIMIT_M, 0],
    ] as const) {
      const pixel = await pixelOf(x + east, y + north);
      await page.mouse.move(pixel.x, pixel.y);
      const wanted = [ORIGIN.easting + x + east, ORIGIN.northing + y + north, MODEL_ZERO_M + heightM];
      await expect
        .poll(async () => {
          const drawn = await drawnAt();
          return Math.max(...wanted.map((number, k) => Math.abs((drawn[k] ?? Number.NaN) - number)));
        }, WAIT)
        .toBeLessThan(LIMIT_M / 2);
    }
  }, 120_000);
});
