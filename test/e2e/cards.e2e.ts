import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until } from './chromium.ts';

const COMPANY = '900000131';
const WAIT = { timeout: 60_000 };
const DAY_MS = 86_400_000;

const square = (from: number, to: number): string =>
  [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
    [from, from],
  ]
    .map(([east, north]) => lngLatAt(east as number, north as number))
    .map(({ lng, lat }) => `${lng},${lat}`)
    .join(';');

describe('cards and boards', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let vendor: Vendor;
  let sender: ReturnType<typeof setInterval> | undefined;
  /** Metres east and north of the origin. */
  const places = new Map<string, readonly [number, number]>([
    ['p1', [10, 10]],
    ['p2', [20, 20]],
  ]);
  const send = async (): Promise<void> => {
    const positions = [...places].map(([id, [east, north]]) => {
      const { lng, lat } = lngLatAt(east, north);
      return vendor.position(id, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: 4 });
    });
    await vendor.send('positions', positions);
  };
  const area = (id: string, name: string, kind: string, from: number, to: number) => ({
    ID: id,
    COMPANY_CODE: COMPANY,
    ZONE_NAME: name,
    ZONE_TYPE: '1',
    AREA_KIND: kind,
    GEO: square(from, to),
    DELETED: '0',
  });
  const row = (register: string, values: Record<string, unknown>): Promise<unknown> => {
    const names = ['company_code', ...Object.keys(values)];
    const marks = names.map((_, i) => `$${i + 1}`);
    return stack.sql(
      `INSERT INTO reg_${register} (${names.map((name) => `"${name}"`).join(', ')}, version, created_at, created_by, updated_at, updated_by, from_vendor)
       VALUES (${marks.join(', ')}, 1, now(), 'test', now(), 'test', '{}')`,
      [COMPANY, ...Object.values(values)],
    );
  };
  const card = (name: string) => page.locator(`.card.${name}`);
  const figure = (name: string, title: string) => card(name).locator('.card-figure', { hasText: title }).locator('b');

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '丁化工'));
    await stack.addUser('park1', 'park');
    await stack.sql("UPDATE company SET legal_representative = '高明', safety_director = '安宁' WHERE code = $1", [
      COMPANY,
    ]);
    await row('hazard_sources', {
      code: 'H1',
      name: '液氨罐区',
      level: '1',
      unit_kind: 'storage',
      area: 'tank',
      chief: '罗主',
    });
    await row('company_duty', {
      code: 'D1',
      name: '值守人',
      contact: 'c1',
      from: new Date(Date.now() - DAY_MS / 4),
      to: new Date(Date.now() + DAY_MS / 4),
      channels: ['page'],
      office: 'duty-leader',
      person: 'p1',
    });
    await vendor.send('areas', [
      area('site', '丁化工边界', 'COMPANY_BOUNDARY', -200, 200),
      area('tank', '液氨罐区一', 'HAZARD_SOURCE', 0, 40),
    ]);
    const certificates = [{ NAME: '危险化学品操作证', NUMBER: 'C-1', VALID_TO: '2020-01-31' }];
    await vendor.send('persons', [
      vendor.person('p1', {
        COMPANY_NAME: '丁化工',
        PERSON_NAME: '钱一帆',
        MOBILE_NUMBER: '13812345678',
        CERTIFICATES: certificates,
      }),
      vendor.person('p2', { COMPANY_NAME: '丁化工', PERSON_NAME: '孙二明' }),
    ]);
    await send();
    sender = setInterval(() => void send().catch(() => undefined), 2_000);
    browser = await launchChromium();
    page = await (await browser.newContext({ viewport: { width: 1600, height: 900 }, locale: 'zh-CN' })).newPage();
    await signIn(page, `${stack.webUrl}/?profile=test`, 'park1');
  }, 180_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[CARD-6] from the boards to a company: heads now, who answers for what, who is on duty', async () => {
    await until(page, (hook) => hook.health === 'live' && hook.online === 2);
    await page.click('.rail >> text=看板');
    await page.locator('.board[data-board=people] .card-lines button', { hasText: '丁化工' }).first().click();
    await expect.poll(() => figure('company-card', '在线人员').innerText(), WAIT).toBe('2');
    await expect.poll(() => figure('company-card', '边界内').innerText(), WAIT).toBe('2');
    await expect
      .poll(() => card('company-card').innerText(), WAIT)
      .toMatch(/高明[\s\S]*安宁[\s\S]*环保负责人\s*未填写[\s\S]*液氨罐区[\s\S]*罗主/);
    await expect.poll(() => card('company-card').innerText(), WAIT).toMatch(/当前值班[\s\S]*值守人[\s\S]*值班领导/);
    places.set('p3', [15, -150]);
    await expect.poll(() => figure('company-card', '边界内').innerText(), WAIT).toBe('3');
  }, 120_000);

  it('[CARD-14] who is on duty leads to him on the map, and his card has the duty, by record and not by name', async () => {
    await card('company-card').locator('button', { hasText: '值守人' }).click();
    await until(page, (hook) => hook.selected?.personId === 'p1');
    await expect.poll(() => card('person-card').innerText(), WAIT).toContain('今日值班');
    expect(await card('person-card').innerText()).not.toContain('按姓名');
  }, 120_000);

  it('[CARD-6] [CARD-7] what is found opens its card: a company, an area', async () => {
    const find = async (word: string): Promise<void> => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      await page.keyboard.press('Control+A');
      await page.keyboard.type(word);
    };
    await find('丁化工');
    await page.locator('.found-row', { hasText: COMPANY }).last().click();
    await expect.poll(() => card('company-card').count(), WAIT).toBe(1);
    await find('液氨罐区一');
    await page.locator('.found-row', { hasText: '液氨罐区一' }).first().click();
    await expect.poll(() => card('area-card').count(), WAIT).toBe(1);
    await page.keyboard.press('Escape');
  }, 120_000);

  it('[CARD-8] a person: areas, certificates, and the phone to who says why, on record', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('钱一帆');
    await page.keyboard.press('Enter');
    await until(page, (hook) => hook.selected?.personId === 'p1');
    const person = card('person-card');
    await expect.poll(() => person.innerText(), WAIT).toMatch(/危险化学品操作证 C-1[\s\S]*已过期 2020-01-31/);
    await expect.poll(() => person.innerText(), WAIT).toContain('138****5678');
    await person.locator('.sealed button').click();
    await page.fill('dialog textarea', '联系不上班组长');
    await page.click('dialog button[type=submit]');
    await expect.poll(() => person.innerText(), WAIT).toContain('13812345678');
    const { rows } = await stack.sql("SELECT detail FROM audit WHERE action LIKE 'register%reveal%'");
    expect(JSON.stringify(rows)).toContain('联系不上班组长');
  }, 120_000);

  it('[CARD-7] [CARD-5] from a person to the area: who is in now, its risk; choosing a person closes it', async () => {
    await card('person-card').locator('button', { hasText: '液氨罐区一' }).click();
    await expect.poll(() => card('person-card').count()).toBe(0);
    await expect.poll(() => figure('area-card', '当前在内').innerText(), WAIT).toBe('2');
    await expect.poll(() => card('area-card').innerText(), WAIT).toMatch(/风险等级\s*一级/);
    places.set('p2', [100, 100]);
    await expect.poll(() => figure('area-card', '当前在内').innerText(), WAIT).toBe('1');
    await page.keyboard.press('Escape');
    await expect.poll(() => card('area-card').count()).toBe(0);
  }, 120_000);

  it('[CARD-6] the name of a boundary over the map leads to its company', async () => {
    const name = page.locator('.scene-label.area', { hasText: '丁化工' });
    await expect.poll(() => name.count(), WAIT).toBeGreaterThan(0);
    const box = await name.first().boundingBox();
    expect(box).not.toBeNull();
    if (box !== null) await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(() => card('company-card').count(), WAIT).toBe(1);
    expect(await park(page, (hook) => hook.selected)).toBeNull();
  }, 120_000);

  it('[CARD-15] a figure of a board leads to what it counts, and back', async () => {
    await page.click('.rail >> text=看板');
    const people = page.locator('.board[data-board=people]');
    await people.locator('.type-split button').first().click();
    await expect.poll(() => page.locator('.filter-bar').count(), WAIT).toBeGreaterThan(0);
    await page.click('.rail >> text=看板');
    await expect.poll(() => people.count(), WAIT).toBe(1);
    await page.locator('.filter-bar button').last().click();
    await page.click('.rail >> text=看板');
  }, 120_000);

  it('[CARD-13] a folded board keeps its figure, also after the page was loaded anew', async () => {
    await page.click('.rail >> text=看板');
    const board = page.locator('.board[data-board=reporting]');
    await board.locator('.board-head').click();
    await expect.poll(() => board.locator('.board-body').count()).toBe(0);
    await page.goto(`${stack.webUrl}/?profile=test&anew`);
    await page.click('.rail >> text=看板');
    await expect.poll(() => board.locator('.board-head').getAttribute('aria-expanded'), WAIT).toBe('false');
    expect(await page.locator('.board[data-board=people] .board-body').count()).toBe(1);
  }, 120_000);
});
