import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { launchChromium, signIn } from './chromium.ts';

const WAIT = { timeout: 20_000 };
const DEPARTMENTS = '#registers/departments';

/** Pages of registers, on the departments of the park. */
describe('the register pages', () => {
  let stack: Stack;
  let browser: Browser;
  let one: Page;
  let other: Page;
  /** Paths of everything that the first page loaded. */
  const loaded: string[] = [];
  const errors: string[] = [];

  const newPage = async (width = 1280, height = 800): Promise<Page> =>
    (await browser.newContext({ viewport: { width, height }, locale: 'zh-CN' })).newPage();
  const heading = (page: Page) => page.locator('.register-head h1');
  const rows = (page: Page) => page.locator('table.list tbody tr');
  const open = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${stack.webUrl}/${DEPARTMENTS}`);
    await page.click(`table.list a:text-is("${name}")`);
    await expect.poll(() => page.locator('.record-sections').count(), WAIT).toBe(1);
  };

  beforeAll(async () => {
    stack = await startOnSharedServer();
    await stack.addUser('park1', 'park');
    await stack.addUser('park2', 'park');
    browser = await launchChromium();
    one = await newPage();
    other = await newPage();
    one.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    for (const page of [one, other]) page.on('pageerror', (error) => errors.push(String(error)));
    await signIn(one, `${stack.webUrl}/${DEPARTMENTS}`, 'park1');
    await signIn(other, `${stack.webUrl}/${DEPARTMENTS}`, 'park2');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[RPG-3] [RPG-26] the navigation marks the place; nothing of the scene or of plans is loaded', async () => {
    await expect.poll(() => heading(one).innerText(), WAIT).toBe('部门');
    expect(await one.locator('.shell-rail [aria-current=page]').innerText()).toBe('部门');
    expect(loaded.some((path) => path.includes('registers-page'))).toBe(true);
    expect(loaded.filter((path) => /cesium|park-scene|control-room|plan-map/.test(path))).toEqual([]);
  }, 60_000);

  it('[RPG-5] [RPG-20] says what is wrong beside its field, then creates, edits, and tells the history', async () => {
    await one.keyboard.press('n');
    await one.fill('#field-code', 'Fire!');
    await one.keyboard.press('Control+s');
    await expect.poll(() => one.locator('.form-field.wrong').count(), WAIT).toBe(2);
    expect(await one.locator('.form-field.wrong').first().innerText()).toContain('小写字母、数字和短横线');
    expect(await one.locator('.form-field.wrong').last().innerText()).toContain('必须填写');
    await one.fill('#field-code', 'fire');
    await one.fill('#field-name', '消防队');
    await one.fill('#field-order', '3');
    await one.keyboard.press('Control+s');
    await expect.poll(() => heading(one).innerText(), WAIT).toBe('消防队');
    await one.keyboard.press('e');
    await one.fill('#field-name', '消防救援队');
    await one.keyboard.press('Control+s');
    await expect.poll(() => heading(one).innerText(), WAIT).toBe('消防救援队');
    await one.click('text=变更历史');
    await expect
      .poll(() => one.locator('.history').innerText(), WAIT)
      .toMatch(/修改[\s\S]*park1[\s\S]*名称[\s\S]*消防队[\s\S]*消防救援队[\s\S]*新建/);
  }, 60_000);

  it('[RPG-24] leaving a changed form asks first', async () => {
    await open(one, 'fire');
    await one.keyboard.press('e');
    await one.fill('#field-order', '7');
    await one.click('.shell-rail >> text=工单');
    const question = one.locator('[role=dialog]');
    await expect.poll(() => question.innerText(), WAIT).toContain('离开并放弃修改');
    await question.locator('text=继续编辑').click();
    expect(await one.inputValue('#field-order')).toBe('7');
    await one.keyboard.press('Control+s');
    await expect.poll(() => one.locator('.record-sections').innerText(), WAIT).toMatch(/排序\s*7/);
  }, 60_000);

  it('[RPG-8] [RPG-21] two people edit one record: the second sees the first’s change, chooses, and both stand', async () => {
    await open(one, 'fire');
    await open(other, 'fire');
    await one.keyboard.press('e');
    await other.keyboard.press('e');
    await one.fill('#field-name', '特勤队');
    await one.fill('#field-order', '9');
    await one.keyboard.press('Control+s');
    await expect.poll(() => heading(one).innerText(), WAIT).toBe('特勤队');
    await other.fill('#field-name', '专职消防队');
    await other.keyboard.press('Control+s');
    const dialog = other.locator('[role=dialog]');
    await expect
      .poll(() => dialog.innerText(), WAIT)
      .toMatch(/park1[\s\S]*名称[\s\S]*特勤队[\s\S]*专职消防队[\s\S]*排序/);
    const merge = dialog.locator('button', { hasText: '合并后继续编辑' });
    expect(await merge.isDisabled()).toBe(true);
    await dialog.locator('label', { hasText: '采用我的' }).click();
    await merge.click();
    await expect.poll(() => other.inputValue('#field-order'), WAIT).toBe('9');
    await other.keyboard.press('Control+s');
    await expect.poll(() => heading(other).innerText(), WAIT).toBe('专职消防队');
    expect(await other.locator('.record-sections').innerText()).toMatch(/排序\s*9/);
  }, 60_000);

  it('[RPG-22] a file with faults is told by row and column and nothing is kept; without faults it is kept after a press', async () => {
    await one.goto(`${stack.webUrl}/${DEPARTMENTS}?do=import`);
    const send = (name: string, text: string) =>
      one.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await send('faults.csv', '代码,名称,排序\nhse,安环部,1\nBAD CODE,,many\n');
    const problems = one.locator('.problems tbody tr');
    await expect.poll(() => problems.count(), WAIT).toBeGreaterThanOrEqual(3);
    expect(await one.locator('.problems').innerText()).toMatch(/3\s+代码\s+BAD CODE\s+/);
    await expect.poll(() => one.locator('.counts').innerText(), WAIT).toMatch(/有误\s*1/);
    await send('good.csv', '代码,名称,排序\nhse,安环部,1\nproduction,生产部,2\n');
    await one.click('text=保存 2 条');
    await expect.poll(() => one.locator('.import-page').innerText(), WAIT).toContain('已保存：新增 2 条');
    await one.click('text=查看列表');
    await expect.poll(() => rows(one).allInnerTexts(), WAIT).toHaveLength(3);
  }, 60_000);

  it('[RPG-2] [RPG-25] searches and sorts by the keyboard and the heading, and the address says so', async () => {
    await one.keyboard.press('/');
    await one.keyboard.type('安环');
    await expect.poll(() => rows(one).allInnerTexts(), WAIT).toHaveLength(1);
    expect(decodeURIComponent(new URL(one.url()).hash)).toBe(`${DEPARTMENTS}?q=安环`);
    await one.keyboard.press('Escape');
    await one.keyboard.press('ArrowDown');
    await one.keyboard.press('Enter');
    await expect.poll(() => heading(one).innerText(), WAIT).toBe('安环部');
    await one.keyboard.press('Escape');
    await expect.poll(() => rows(one).allInnerTexts(), WAIT).toHaveLength(1);
    await one.click('text=清除筛选');
    await expect.poll(() => rows(one).allInnerTexts(), WAIT).toHaveLength(3);
    await one.click('th button:has-text("名称")');
    await expect.poll(() => new URL(one.url()).hash, WAIT).toBe(`${DEPARTMENTS}?sort=name`);
    await one.keyboard.press('?');
    await expect.poll(() => one.locator('[role=dialog]').innerText(), WAIT).toContain('快捷键');
    await one.keyboard.press('Escape');
  }, 60_000);

  it('[RPG-20] a record that is removed is in no list', async () => {
    await open(one, 'hse');
    await one.click('.record-acts >> text=删除');
    await one.locator('[role=dialog] button', { hasText: '删除' }).click();
    await expect.poll(() => rows(one).allInnerTexts(), WAIT).toHaveLength(2);
  }, 60_000);

  it('[RPG-10] [RPG-26] a plan is typed, drawn as it is typed, and measured; its drawing is loaded with it', async () => {
    await one.goto(`${stack.webUrl}/#registers/areas?do=new`);
    await expect.poll(() => one.locator('.plan-canvas canvas').count(), WAIT).toBeGreaterThan(0);
    expect(loaded.some((path) => path.includes('plan-map'))).toBe(true);
    const plan = one.locator('.plan-typed textarea');
    await plan.fill('121.478, 30.799\n121.479, 30.799\n121.479, 30.8');
    await expect.poll(() => one.locator('.plan-typed').innerText(), WAIT).toMatch(/3 个角点[\s\S]*5,3\d\d m²/);
    await plan.fill('121.478, 30.799\nnonsense');
    expect(await one.locator('.plan-typed').innerText()).toContain('第 2 行');
    await one.click('.action-bar >> text=取消');
    await one.locator('[role=dialog] button', { hasText: '放弃修改' }).click();
    expect(errors).toEqual([]);
  }, 60_000);

  it('[RPG-23] on a phone lists are cards, the navigation a drawer, and nothing is wider than the screen', async () => {
    const phone = await newPage(390, 844);
    await signIn(phone, `${stack.webUrl}/${DEPARTMENTS}`, 'park2');
    const cards = phone.locator('.cards li');
    await expect.poll(() => cards.allInnerTexts(), WAIT).toHaveLength(2);
    const isTooWide = () =>
      phone.evaluate(
        'document.querySelector(".shell-page").scrollWidth > innerWidth || document.body.scrollWidth > innerWidth',
      );
    expect(await isTooWide()).toBe(false);
    await phone.click('.drawer-button');
    await expect.poll(() => phone.locator('.drawer [aria-current=page]').innerText(), WAIT).toBe('部门');
    await phone.keyboard.press('Escape');
    await cards.first().click();
    await expect.poll(() => phone.locator('.record-sections').count(), WAIT).toBe(1);
    await phone.click('text=编辑');
    await expect.poll(() => phone.locator('.record-form').count(), WAIT).toBe(1);
    expect(await isTooWide()).toBe(false);
    await phone.context().close();
  }, 60_000);
});
