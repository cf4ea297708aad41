import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signRequest } from '../../ingest/sign-request.ts';
import { createActivity, createPermitAlarm, createPermitVideo, createTicket } from '../sample-records.ts';
import { startOnSharedServer } from '../stack/shared-stack.ts';
import type { Credential, Stack } from '../stack/stack.ts';
import { LogTail } from './log-tail.ts';
import { type RawAnswer, send } from './raw-request.ts';

const COMPANY = '900000301';
const PDF = Buffer.from('%PDF-1.7\n身份证 31010119900101123X');
const ATTACHMENTS = '/v1/permits/attachments';
const MIB = 1024 * 1024;

let stack: Stack;
let tail: LogTail;
let credential: Credential;
beforeAll(async () => {
  stack = await startOnSharedServer();
  tail = new LogTail(stack.redisUrl);
  credential = await stack.addCompany(COMPANY, '甲化工');
}, 120_000);
afterAll(async () => {
  await tail?.close();
  await stack?.stop();
}, 60_000);

const post = (path: string, body: string | Uint8Array, type: string): Promise<RawAnswer> => {
  const { appId, appSecret } = credential;
  const headers = signRequest({ method: 'POST', target: path, body, appId, appSecret, timestampMs: Date.now() });
  return send({ url: stack.ingestUrl + path, headers: { ...headers, 'Content-Type': type }, body });
};
const records = (path: string, ...sent: readonly unknown[]): Promise<RawAnswer> =>
  post(path, JSON.stringify({ records: sent }), 'application/json');

/** Parts as they are written here, whatever that comes to. */
const form = (...parts: readonly (readonly [head: string, content: string | Uint8Array])[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(([head, content]) => [
      Buffer.from(`--B\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--B--\r\n'),
  ]);
const TICKET = ['name="TICKET_ID"', 'TK-1'] as const;
const KIND = ['name="KIND"', 'TICKET'] as const;
const upload = (body: Uint8Array, type = 'multipart/form-data; boundary=B'): Promise<RawAnswer> =>
  post(ATTACHMENTS, body, type);
const own = { COMPANY_CODE: COMPANY };

describe('interfaces of permits, against a whole park', () => {
  it('[PIN-1] each takes what its sample is, as one entry of its kind', async () => {
    for (const [path, record, kind] of [
      ['/v1/permits/activities', createActivity(own), 'activities'],
      ['/v1/permits/tickets', createTicket(own), 'permits'],
      ['/v1/permits/videos', createPermitVideo(own), 'permitVideos'],
      ['/v1/permits/alarms', createPermitAlarm(own), 'permitAlarms'],
    ] as const) {
      const { status, body } = await records(path, record);
      expect([path, status, body.accepted]).toEqual([path, 200, 1]);
      expect(await tail.news()).toMatchObject([{ kind, body: { origin: { companyCode: COMPANY, received: 1 } } }]);
    }
  });

  it('[PIN-15] a file lies sealed in the data folder, under its hash', async () => {
    const { status, body } = await upload(form(TICKET, KIND, ['name="FILE"; filename="../../票.pdf"', PDF]));
    expect([status, body.accepted]).toEqual([200, 1]);
    const hash = createHash('sha256').update(PDF).digest('hex');
    expect(await tail.news()).toMatchObject([
      { kind: 'permitAttachments', body: { records: [{ permitId: 'TK-1', hash, fileName: '票.pdf' }] } },
    ]);
    const lying = join(stack.dataFolder, 'permit-files', 'demo', hash.slice(0, 2), hash);
    expect(existsSync(lying)).toBe(true);
    expect(readFileSync(lying).includes('31010119900101123X')).toBe(false);
  });

  const FILE = 'name="FILE"; filename="a.pdf"';
  it.each([
    ['no boundary', form(TICKET, KIND, [FILE, PDF]), 'multipart/form-data', 415, 'TYPE_UNSUPPORTED'],
    ['another boundary', form(TICKET, KIND, [FILE, PDF]), 'multipart/form-data; boundary=C', 400, 'BODY_UNREADABLE'],
    ['no end', form(TICKET, KIND, [FILE, PDF]).subarray(0, -9), undefined, 400, 'BODY_UNREADABLE'],
    ['two files', form(TICKET, KIND, [FILE, PDF], ['name="F2"; filename="b"', PDF]), undefined, 400, 'BODY_UNREADABLE'],
    ['a field twice', form(TICKET, TICKET, KIND, [FILE, PDF]), undefined, 400, 'BODY_UNREADABLE'],
    ['21 MiB', form(TICKET, KIND, [FILE, Buffer.alloc(21 * MIB)]), undefined, 413, 'BODY_TOO_LARGE'],
    ['records', Buffer.from('{"records":[{}]}'), 'application/json', 415, 'TYPE_UNSUPPORTED'],
  ])('[PIN-12] a form with %s is refused whole', async (_what, body, type, status, code) => {
    const answer = await upload(body, type);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await tail.news()).toEqual([]);
  });

  it.each([
    ['0 bytes', form(TICKET, KIND, [FILE, '']), 'FILE', 'FIELD_RANGE'],
    ['a program', form(TICKET, KIND, [FILE, 'MZ\u0090']), 'FILE', 'FIELD_RANGE'],
    ['no permit', form(KIND, [FILE, PDF]), 'TICKET_ID', 'FIELD_MISSING'],
    ['a name of a prototype', form(TICKET, ['name="__proto__"', 'x'], [FILE, PDF]), 'KIND', 'FIELD_MISSING'],
    [
      'a permit that leads elsewhere',
      form(['name="TICKET_ID"', '\u0000../x'], KIND, [FILE, PDF]),
      'TICKET_ID',
      'FIELD_RANGE',
    ],
  ])('[PIN-13] a file with %s is refused', async (_what, body, field, code) => {
    const answer = await upload(body);
    expect([answer.status, answer.body.rejected]).toMatchObject([200, [{ field, code }]]);
    expect(await tail.news()).toEqual([]);
  });

  it.each([
    ['of another company', { COMPANY_CODE: '900000302' }, 'COMPANY_CODE', 'COMPANY_MISMATCH'],
    ['with a status of a prototype', { TICKET_STATUS: '__proto__' }, 'TICKET_STATUS', 'CODE_UNKNOWN'],
    ['that clears its own key', { CLEARED: ['ID'] }, 'CLEARED[0]', 'CODE_UNKNOWN'],
    ['with 501 analyses', { GAS: Array(501).fill({}) }, 'GAS', 'FIELD_RANGE'],
    ['with NaN as gas', { GAS_VALUE: 'NaN' }, 'GAS_VALUE', 'FIELD_RANGE'],
    ['with a list of lists', { WORKERS: [[{}]] }, 'WORKERS[0]', 'FIELD_TYPE'],
    ['with half a character', { TICKET_NUM: 'a\ud800' }, 'TICKET_NUM', 'FIELD_RANGE'],
  ])('[PIN-11] a ticket %s is refused', async (_what, change, field, code) => {
    const { status, body } = await records('/v1/permits/tickets', createTicket({ ...own, ...change }));
    expect([status, body.rejected]).toMatchObject([200, [{ field, code }]]);
    expect(await tail.news()).toEqual([]);
  });

  it('[PIN-14] ingest killed between file and entry leaves the door open and the same file taken again', async () => {
    await stack.kill('ingest');
    const { body } = await upload(form(TICKET, KIND, ['name="FILE"; filename="a.pdf"', PDF]));
    expect(body.accepted).toBe(1);
    expect(await tail.news()).toMatchObject([{ kind: 'permitAttachments' }]);
  });
});
