import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lngLatAt } from '../builders/plane.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Stack } from '../stack/stack.ts';
import { Vendor } from '../stack/vendor.ts';
import { launchChromium, park, signIn, until, writeTileset } from './chromium.ts';

const COMPANY = '900000821';
const PERMIT = 'ticket-1';
const KEY = `${COMPANY}/${PERMIT}`;
const CAMERA = '31011600001320000001';
const WAIT = { timeout: 60_000 };
const FIX_EVERY_MS = 1_000;
const MINUTE_MS = 60_000;
const AWAY_MS = 3_000;

/** What the park hurries for the test: how long a guardian may be away, and who sees to it. */
const RULES = { permit: { guardianAwayMs: AWAY_MS }, lifeCycle: { offDelayMs: 1_000 } };
const ROUTING = { routes: [{ rules: ['guardian-away'], order: 'raised', loop: 'small' }] };

describe('a special-level hot work whose guardian walks away', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let companyPage: Page;
  let vendor: Vendor;
  let sender: ReturnType<typeof setInterval> | undefined;
  /** Of the guardian from the job, m. */
  let awayM = 5;

  const positions = () => {
    const at = (personId: string, east: number, north: number) => {
      const { lng, lat } = lngLatAt(east, north);
      return vendor.position(personId, lng, lat, Date.now(), { ACCURACY: 1, SOURCE: 'UWB', ALTITUDE: 4 });
    };
    return [at('w1', 1, 1), at('g1', awayM, 0)];
  };
  const send = async (path: string, record: Record<string, unknown>): Promise<void> => {
    const response = await vendor.post(path, [
      { COMPANY_CODE: COMPANY, DELETED: '0', UPDATE_DATE: Date.now(), ...record },
    ]);
    expect(await response.json()).toMatchObject({ accepted: 1, rejected: [] });
  };
  const put = async (topic: string, value: unknown): Promise<void> => {
    const file = join(stack.dataFolder, `${topic}.json`);
    writeFileSync(file, JSON.stringify(value));
    await stack.park('setting', 'put', '--topic', topic, '--file', file, '--reason', 'end to end');
  };

  beforeAll(async () => {
    stack = await startOnSharedServer({ env: { PARK_HOME: '121.48,30.8', PARK_BASE_MAP: 'grid' } });
    writeTileset(stack);
    vendor = new Vendor(stack.ingestUrl, await stack.addCompany(COMPANY, '辛化工'));
    await stack.addUser('operator1', 'operator');
    await stack.addUser('company1', 'enterprise', COMPANY);
    await put('rules', RULES);
    await put('routing', ROUTING);
    await vendor.send('persons', [
      vendor.person('w1', { PERSON_NAME: '李焊', COMPANY_NAME: '辛化工' }),
      vendor.person('g1', { PERSON_NAME: '王监护', COMPANY_NAME: '辛化工' }),
    ]);
    await stack.sql(
      `INSERT INTO reg_cameras (company_code, code, name, place, version, created_at, created_by, updated_at, updated_by, from_vendor)
       VALUES ($1, $2, '一号罐区东', '{"lng": 121.48, "lat": 30.8}', 1, now(), 'test', now(), 'test', '{}')`,
      [COMPANY, CAMERA],
    );
    browser = await launchChromium();
    const newPage = async () =>
      (await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN' })).newPage();
    page = await newPage();
    companyPage = await newPage();
    sender = setInterval(() => void vendor.send('positions', positions()).catch(() => undefined), FIX_EVERY_MS);
  }, 180_000);

  afterAll(async () => {
    clearInterval(sender);
    await browser?.close();
    await stack?.stop();
  }, 60_000);

  it('[E2E-20] the ticket is on the map with its icon as soon as it is sent', async () => {
    await signIn(page, `${stack.webUrl}/?profile=test`, 'operator1');
    await until(page, (hook) => hook.tilesetReady && hook.health === 'live');
    const nowMs = Date.now();
    const { lng, lat } = lngLatAt(0, 0);
    await send('/v1/permits/videos', { ID: 'v1', TICKET_ID: PERMIT, VIDEO_CODE: CAMERA });
    await send('/v1/permits/tickets', {
      ID: PERMIT,
      COMPANY_NAME: '辛化工',
      TICKET_NUM: 'DH-2026-001',
      TICKET_TYPE: '01',
      BASE_LEVEL: '01',
      TICKET_STATUS: '2',
      TICKET_POSITION: '一号罐区',
      TICKET_CONTENT: '带压开孔',
      LONGITUDE: lng,
      LATITUDE: lat,
      ISSUE_TIME: nowMs - 5 * MINUTE_MS,
      START_TIME: nowMs - 5 * MINUTE_MS,
      ACTUAL_START_TIME: nowMs - 2 * MINUTE_MS,
      END_TIME: nowMs + 4 * 60 * MINUTE_MS,
      SUPERVISOR_NAME: '王监护',
      WORKER_NAME: '李焊',
      PERSON_IDS: ['w1'],
      WORKER_CERTI_NAME: '焊接与热切割作业',
      WORKER_CERTI_NUM: 'T310000199001010017',
      WORK_DEPARTMENT: '维修部',
      IS_CONTRACTOR_WORK: '0',
      guardians: [{ ID: 'g', SUPERVISOR_NAME: '王监护', PERSON_ID: 'g1' }],
      gas: [
        {
          ID: 'a',
          GAS_NAME: '甲烷',
          ANALYSIS_RESULTS: 0.01,
          RESULTS_UNIT: 'vol%',
          LEL: 5,
          ANALYST_TIME: nowMs - 10 * MINUTE_MS,
        },
      ],
    });
    await until(page, (hook) => hook.permitsShown.includes('900000821/ticket-1'));
    expect(await park(page, (hook) => hook.alarms.filter(({ rule }) => rule === 'guardian-away').length)).toBe(0);
  }, 120_000);

  it('[E2E-21] the guardian walks away: a red alarm that says by which clause, how far, and what to do', async () => {
    awayM = 80;
    await until(page, (hook) => hook.alarms.some(({ rule, level }) => rule === 'guardian-away' && level === 1));
    const row = page.locator('.alarm-row', { hasText: '监护人离岗' });
    await expect.poll(() => row.innerText(), WAIT).toMatch(/DH-2026-001/);
    await row.locator('.alarm-text').click();
    await expect
      .poll(() => page.locator('.permit-alarm').innerText(), WAIT)
      .toMatch(/立即停止作业[\s\S]*AQ 3064\.2-2025 5\.9\.6/);
  }, 120_000);

  it('[E2E-22] its card opens with people where they are now, gas and video', async () => {
    await page.click('.permit-alarm >> text=作业票');
    await expect.poll(() => park(page, (hook) => hook.permitOpen), WAIT).toBe(KEY);
    const card = page.locator('.permit-card');
    await expect.poll(() => card.innerText(), WAIT).toMatch(/DH-2026-001/);
    await expect.poll(() => card.innerText(), WAIT).toMatch(/王监护[\s\S]*(7|8)\d 米/);
    await expect.poll(() => card.innerText(), WAIT).toMatch(/甲烷/);
    await card.locator('button', { hasText: '视频' }).click();
    await expect.poll(() => page.locator('.video-panel').innerText(), WAIT).toContain('特级动火作业');
    await expect.poll(() => page.locator(`.video-panel [data-camera="${CAMERA}"]`).count(), WAIT).toBe(1);
  }, 120_000);

  it('[E2E-23] the guardian comes back, and the company carries the order to its end', async () => {
    awayM = 5;
    await until(page, (hook) => hook.alarms.every(({ rule, active }) => rule !== 'guardian-away' || !active));
    await signIn(companyPage, `${stack.webUrl}/?profile=test`, 'company1');
    await until(companyPage, (hook) => hook.health === 'live');
    await companyPage.click('.rail >> text=工单');
    const orders = companyPage.locator('.orders');
    await expect.poll(() => orders.innerText(), WAIT).toMatch(/监护人离岗[\s\S]*待受理/);
    await companyPage.locator('.order-row', { hasText: '监护人离岗' }).click();
    await companyPage.click('.steps >> text=受理');
    await expect.poll(() => orders.innerText(), WAIT).toContain('待填报');
    await companyPage.fill('.steps textarea', '监护人已返岗，班组教育');
    await companyPage.click('.steps >> text=填报');
    await expect.poll(() => orders.innerText(), WAIT).toContain('待审核');
    await companyPage.click('.steps >> text=审核通过');
    await expect
      .poll(
        async () =>
          (
            await stack.sql(
              "select value->>'state' as state from doc where kind = 'order' and value->>'rule' = 'guardian-away'",
            )
          ).rows,
        WAIT,
      )
      .toEqual([{ state: 'closed' }]);
  }, 120_000);
});
