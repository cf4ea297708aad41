import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../core/errors.ts';
import type { PermitAttachmentRecord } from '../stream/protocol/permits.ts';
import {
  COMPANY,
  createPosition,
  type IngestPark,
  type IngestParkOptions,
  type Received,
  startIngestPark,
} from '../test/ingest-fixture.ts';
import { DEFAULT_LIMITS } from './server.ts';

const PATH = '/v1/permits/attachments';
const PDF = Buffer.from('%PDF-1.7\n1 0 obj');
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
const JPG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]);
const MP4 = Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from('ftypisom')]);
const MIB = 1024 * 1024;

let park: IngestPark | null = null;
const start = async (options?: IngestParkOptions): Promise<IngestPark> => {
  park = await startIngestPark(options);
  return park;
};
afterEach(async () => {
  await park?.close();
  park = null;
});

interface FilePart {
  readonly name?: string;
  readonly type?: string;
  readonly bytes: Uint8Array;
}

/** As fetch writes a form; null leaves a part out. */
async function formOf(file: FilePart | null, texts: Readonly<Record<string, string | null>> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ TICKET_ID: 'TK-1', KIND: 'BRIEFING', ...texts })) {
    if (value !== null) form.set(name, value);
  }
  if (file !== null) {
    const { name = '交底.pdf', type = '', bytes } = file;
    form.set('FILE', new Blob([Uint8Array.from(bytes)], { type }), name);
  }
  const written = new Response(form);
  return {
    target: PATH,
    raw: new Uint8Array(await written.arrayBuffer()),
    headers: { 'Content-Type': written.headers.get('content-type') ?? '' },
  };
}
const send = async (to: IngestPark, ...form: Parameters<typeof formOf>): Promise<Received> =>
  to.send(await formOf(...form));
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const recordsOf = ({ entries }: IngestPark): PermitAttachmentRecord[] =>
  entries().flatMap((entry) => (entry.kind === 'permitAttachments' ? entry.body.records : []));

describe('POST /v1/permits/attachments', () => {
  test('[PIN-14] the file lies under its hash when its entry is appended', async () => {
    const lying: boolean[] = [];
    const to = await start({
      wrapLog: (log) => ({
        append: async (entry) => {
          lying.push((await park?.attachments.get(hashOf(PDF))) !== null);
          return log.append(entry);
        },
      }),
    });
    const texts = { ID: 'AT-1', COMPANY_CODE: COMPANY, UPDATE_DATE: '2026-07-01 11:50:00' };
    const { status, body } = await send(to, { bytes: PDF, type: 'application/pdf' }, texts);
    expect([status, body.accepted, body.rejected, lying]).toEqual([200, 1, [], [true]]);
    expect(recordsOf(to)).toEqual([
      {
        attachmentId: 'AT-1',
        companyCode: COMPANY,
        permitId: 'TK-1',
        kind: 'briefing',
        fileName: '交底.pdf',
        mediaType: 'application/pdf',
        bytes: PDF.length,
        hash: hashOf(PDF),
        updatedAtMs: Date.parse('2026-07-01T11:50:00+08:00'),
        deleted: false,
      },
    ]);
  });

  test('[PIN-14] a file sent twice at once lies there once, and is told twice under one key', async () => {
    const to = await start();
    const answers = await Promise.all([send(to, { bytes: PNG }), send(to, { bytes: PNG })]);
    expect(answers.map(({ body }) => body.accepted)).toEqual([1, 1]);
    expect(new Set(recordsOf(to).map(({ attachmentId }) => attachmentId))).toEqual(
      new Set([`TK-1:${hashOf(PNG).slice(0, 32)}`]),
    );
    expect(await to.attachments.get(hashOf(PNG))).toEqual(Uint8Array.from(PNG));
  });

  test.each([
    [PDF, '', 'application/pdf'],
    [PDF, 'application/octet-stream', 'application/pdf'],
    [JPG, 'image/jpg', 'image/jpeg'],
    [PNG, 'image/png', 'image/png'],
    [MP4, 'video/mp4', 'video/mp4'],
  ])('[PIN-13] is what its content says (%#)', async (bytes, type, mediaType) => {
    const to = await start();
    expect((await send(to, { bytes, type, name: 'x.exe' })).body.accepted).toBe(1);
    expect(recordsOf(to)).toMatchObject([{ mediaType, fileName: 'x.exe' }]);
  });

  const NO_FORM: readonly (readonly [what: string, form: Parameters<typeof formOf>, field: string, code: string])[] = [
    ['a program', [{ bytes: Buffer.from('MZ\x90\x00') }], 'FILE', 'FIELD_RANGE'],
    ['a page', [{ bytes: Buffer.from('<html><script>'), type: 'application/pdf' }], 'FILE', 'FIELD_RANGE'],
    ['an archive', [{ bytes: Buffer.from('PK\x03\x04') }], 'FILE', 'FIELD_RANGE'],
    ['a PDF that calls itself a picture', [{ bytes: PDF, type: 'image/png' }], 'FILE', 'FIELD_RANGE'],
    ['an empty file', [{ bytes: Buffer.alloc(0) }], 'FILE', 'FIELD_RANGE'],
    [
      'a byte more than 20 MiB',
      [{ bytes: Buffer.concat([PDF, Buffer.alloc(20 * MIB + 1 - PDF.length)]) }],
      'FILE',
      'FIELD_RANGE',
    ],
    ['no file', [null], 'FILE', 'FIELD_MISSING'],
    ['a text in place of a file', [null, { FILE: '%PDF-1.7' }], 'FILE', 'FIELD_TYPE'],
    ['no permit', [{ bytes: PDF }, { TICKET_ID: null }], 'TICKET_ID', 'FIELD_MISSING'],
    ['no kind', [{ bytes: PDF }, { KIND: null }], 'KIND', 'FIELD_MISSING'],
    ['an unknown kind', [{ bytes: PDF }, { KIND: 'VIRUS' }], 'KIND', 'CODE_UNKNOWN'],
    ['another company', [{ bytes: PDF }, { COMPANY_CODE: '310000009' }], 'COMPANY_CODE', 'COMPANY_MISMATCH'],
    ['a permit of 65 letters', [{ bytes: PDF }, { TICKET_ID: 'x'.repeat(65) }], 'TICKET_ID', 'FIELD_RANGE'],
  ];
  test.each(NO_FORM)('[PIN-13] %s is refused, and nothing is kept', async (_what, form, field, code) => {
    const to = await start();
    const { status, body } = await send(to, ...form);
    expect([status, body.accepted, body.rejected]).toMatchObject([200, 0, [{ index: 0, field, code }]]);
    expect([to.entries(), await to.attachments.get(hashOf(form[0]?.bytes ?? PDF))]).toEqual([[], null]);
  });

  test('[PIN-13] of a path in the name nothing is kept', async () => {
    const to = await start();
    await send(to, { bytes: PDF, name: '../../etc/cron.d/票.pdf' });
    expect(recordsOf(to)[0]?.fileName).toBe('票.pdf');
  });

  test('[PIN-14] nothing is kept of a sandbox, nor of what no credential signed', async () => {
    const to = await start({ credential: { sandbox: true } });
    expect((await send(to, { bytes: PDF })).body).toMatchObject({ accepted: 1, sandbox: true });
    const { status, body } = await to.send({ ...(await formOf({ bytes: PDF })), appSecret: 'wrong' });
    expect([status, body.code]).toEqual([401, 'SIGNATURE_INVALID']);
    expect([to.entries(), await to.attachments.get(hashOf(PDF))]).toEqual([[], null]);
  });

  test('[PIN-14] when the storage fails nothing is appended, and sending again helps', async () => {
    const to = await start();
    const put = vi.spyOn(to.attachments, 'put').mockRejectedValueOnce(new AppError('ARCHIVE_UNAVAILABLE'));
    const { status, headers, body } = await send(to, { bytes: PDF });
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'LOG_UNAVAILABLE', '2']);
    expect(to.entries()).toEqual([]);
    put.mockRestore();
    expect((await send(to, { bytes: PDF })).body.accepted).toBe(1);
  });

  test('[PIN-12] what is no form is refused whole', async () => {
    const to = await start();
    const form = await formOf({ bytes: PDF });
    for (const [change, status, code] of [
      [{ headers: { 'Content-Type': 'application/json' } }, 415, 'TYPE_UNSUPPORTED'],
      [{ headers: { 'Content-Type': 'multipart/form-data' } }, 415, 'TYPE_UNSUPPORTED'],
      [{ headers: { 'Content-Type': 'multipart/mixed; boundary=x' } }, 415, 'TYPE_UNSUPPORTED'],
      [{ headers: { ...form.headers, 'Content-Encoding': 'gzip' } }, 415, 'TYPE_UNSUPPORTED'],
      [{ headers: { 'Content-Type': 'multipart/form-data; boundary=other' } }, 400, 'BODY_UNREADABLE'],
      [{ raw: form.raw.subarray(0, -10) }, 400, 'BODY_UNREADABLE'],
      [{ raw: new Uint8Array(21 * MIB) }, 413, 'BODY_TOO_LARGE'],
    ] as const) {
      const { status: answered, body } = await to.send({ ...form, ...change });
      expect([answered, body.code]).toEqual([status, code]);
    }
    expect((await to.send({ target: '/v1/permits/tickets', raw: form.raw, headers: form.headers })).status).toBe(415);
    expect(to.entries()).toEqual([]);
  });

  test('[PIN-16] a file of 20 MiB is taken, and weighs 320 records', async () => {
    const to = await start({ credential: { rateRecordsPerS: 100 } });
    const large = Buffer.concat([PDF, randomBytes(20 * MIB - PDF.length)]);
    expect((await send(to, { bytes: large })).body.accepted).toBe(1);
    expect(recordsOf(to)).toMatchObject([{ bytes: 20 * MIB, hash: hashOf(large) }]);
    expect(to.server.bodyBytes).toBe(0);
    const positions = (count: number) => ({ body: { records: Array(count).fill(createPosition()) } });
    expect((await to.send(positions(4_600))).status).toBe(200);
    expect((await to.send(positions(400))).status).toBe(200);
    expect((await to.send(positions(1))).status).toBe(429);
  });

  test('[PIN-16] forms beyond their own memory are refused, and positions are not', async () => {
    const fileMemory = { ...DEFAULT_LIMITS.fileMemory, bytes: 1_000 };
    const to = await start({ limits: { ...DEFAULT_LIMITS, fileMemory } });
    const { status, body, headers } = await send(to, { bytes: Buffer.concat([PDF, Buffer.alloc(5_000)]) });
    expect([status, body.code, headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', '1']);
    expect((await to.send({ body: { records: [createPosition()] } })).status).toBe(200);
    expect(to.entries().map(({ kind }) => kind)).toEqual(['fixes']);
  });

  test('[PIN-14] a joint test keeps the file and marks its entry', async () => {
    const to = await start({ credential: { stages: {} } });
    expect((await send(to, { bytes: PDF })).body).toMatchObject({ accepted: 1, stage: 'joint' });
    expect(to.entries()).toMatchObject([{ body: { origin: { stage: 'joint', received: 1, refused: 0 } } }]);
  });
});

test('[PIN-8] the list of refusals shows neither phones nor certificates, nor bytes of files', async () => {
  const to = await start();
  const ticket = { ID: 'TK-1', COMPANY_CODE: COMPANY };
  const secret = '31010119900101123X';
  await to.send({
    target: '/v1/permits/tickets',
    body: {
      records: [
        { ...ticket, MAJOR_PERSON_MOBILE: `${secret}${'0'.repeat(30)}` },
        { ...ticket, WORKER_CERTI_NUM: [`${secret}${'0'.repeat(200)}`] },
        { ...ticket, WORKERS: [{ WORKER_NAME: '', CERTI_NUM: secret }] },
        { ...ticket, GUARDIANS: [{ SUPERVISOR_NAME: '', CERTI_NUM: secret }] },
      ],
    },
  });
  await send(to, { bytes: Buffer.from(`no PDF ${secret}`) });
  await vi.waitFor(async () => expect(await to.refusals.read(COMPANY, 10)).toHaveLength(5), 5_000);
  const listed = await to.refusals.read(COMPANY, 10);
  expect(JSON.stringify(listed)).not.toContain(secret);
  expect(listed.map(({ field }) => field)).toContain('FILE');
});
