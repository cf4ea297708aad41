import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../core/clock.ts';
import type { Message } from './channel.ts';
import { createChannels } from './channels.ts';
import { NO_DELIVERY, readDeliveryConfig } from './config.ts';
import { createEmail } from './email.ts';
import { createSms } from './sms.ts';
import { wordsOf } from './texts.ts';
import { createWebhook } from './webhook.ts';

const T0 = Date.UTC(2026, 10, 20, 8);
const clock = new ManualClock(T0);
const signal = new AbortController().signal;
const message: Message = {
  deliveryId: 'd1',
  address: 'zhang@example.cn',
  subject: '【一级红色】SOS 求救',
  body: '【一级红色】SOS 求救：张三，"一号罐区"。',
  facts: { kind: 'alarm', alarmId: 'a1' },
};
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Got {
  readonly request: IncomingMessage;
  readonly body: string;
}
/** A server that keeps what it is sent and answers with `status`. */
async function receiver(status: number, headers: Record<string, string> = {}): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ request, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status, headers).end('thanks');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, got };
}

async function mailServer(options: SMTPServerOptions): Promise<string> {
  const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], logger: false, ...options });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

describe('e-mail', () => {
  it('[DLV-17] goes out by SMTP, in the delivery’s own id; taken by the server is sent, not delivered', async () => {
    const mails: { to: string[]; text: string }[] = [];
    const url = await mailServer({
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push({ to: session.envelope.rcptTo.map((one) => one.address), text: Buffer.concat(chunks).toString() });
          done();
        });
      },
    });
    const outcome = await createEmail({ url, from: 'park@example.cn' }).send(message, signal);
    expect(outcome).toEqual({ outcome: 'sent', detail: 'SMTP 250' });
    expect(mails).toMatchObject([{ to: ['zhang@example.cn'] }]);
    expect(mails[0]?.text).toContain('Message-ID: <d1@parksentry>');
    expect(mails[0]?.text).toContain(Buffer.from(message.body).toString('base64').slice(0, 40));
  });

  it('[DLV-17] a refused recipient failed for good; a busy or absent server may be asked again, and no words name the address', async () => {
    const refusing = (code: number) =>
      mailServer({
        onRcptTo: ({ address }, _session, done) =>
          done(Object.assign(new Error(`no ${address}`), { responseCode: code })),
      });
    const never = createEmail({ url: await refusing(550), from: 'park@example.cn' });
    expect(await never.send(message, signal)).toEqual({ outcome: 'failed', detail: 'SMTP 550' });
    const later = createEmail({ url: await refusing(451), from: 'park@example.cn' });
    await expect(later.send(message, signal)).rejects.toThrow(/^SMTP 451$/);
    const gone = createEmail({ url: 'smtp://127.0.0.1:1', from: 'park@example.cn' });
    await expect(gone.send(message, signal)).rejects.toThrow(/^SMTP E/);
  });

  it('[DLV-17] credentials never go in clear', async () => {
    const seen: unknown[] = [];
    const url = await mailServer({
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        seen.push(auth.password);
        done(null, { user: auth.username });
      },
    });
    const withPassword = createEmail({ url: url.replace('smtp://', 'smtp://user:secret@'), from: 'park@example.cn' });
    expect(await withPassword.send(message, signal)).toMatchObject({ outcome: 'failed' });
    expect(seen).toEqual([]);
  });
});

describe('SMS', () => {
  it('[DLV-18] fills the gateway’s own body and headers, and signs', async () => {
    const { url, got } = await receiver(200);
    const sms = createSms(
      {
        url,
        body: '{"to":["{phone}"],"content":"{text}","ref":"{id}"}',
        headers: { authorization: 'APPCODE 1' },
        sign: { signature: 'sm3', secret: 'k' },
      },
      clock,
    );
    const outcome = await sms.send({ ...message, address: '13800000000' }, signal);
    expect(outcome).toEqual({ outcome: 'sent', detail: 'HTTP 200' });
    const [{ request, body }] = got as [Got];
    expect(JSON.parse(body)).toEqual({ to: ['13800000000'], content: message.body, ref: 'd1' });
    expect(request.headers).toMatchObject({
      authorization: 'APPCODE 1',
      'idempotency-key': 'd1',
      'x-park-signature': `hmac-sm3=${createHmac('sm3', 'k').update(`${T0}\nd1\n${body}`).digest('hex')}`,
    });
  });

  it.each([
    [400, { outcome: 'failed', detail: 'HTTP 400' }],
    [503, null],
    [429, null],
  ])('[DLV-18] HTTP %i: %j', async (status, expected) => {
    const { url } = await receiver(status);
    const sending = createSms({ url, body: 'm={phone}&t={text}', headers: {}, sign: null }, clock).send(
      message,
      signal,
    );
    if (expected === null) await expect(sending).rejects.toThrow(`HTTP ${status}`);
    else expect(await sending).toEqual(expected);
  });
});

describe('webhook', () => {
  it('[DLV-19] posts signed JSON to a receiver of the configuration', async () => {
    const { url, got } = await receiver(204);
    const hook = createWebhook({ city: { url, signature: 'sha256', secret: 'k' } }, clock);
    expect(await hook.send({ ...message, address: 'city' }, signal)).toEqual({
      outcome: 'delivered',
      detail: 'HTTP 204',
    });
    const [{ request, body }] = got as [Got];
    expect(JSON.parse(body)).toMatchObject({ deliveryId: 'd1', kind: 'alarm', alarmId: 'a1', text: message.body });
    expect(request.headers).toMatchObject({
      'x-park-timestamp': String(T0),
      'x-park-signature': `hmac-sha256=${createHmac('sha256', 'k').update(`${T0}\nd1\n${body}`).digest('hex')}`,
    });
  });

  it('[DLV-19] goes nowhere else: not to an address in the data, nor where a receiver redirects to', async () => {
    const inner = await receiver(200);
    const outer = await receiver(302, { location: inner.url });
    const hook = createWebhook({ city: { url: outer.url, signature: 'sm3', secret: 'k' } }, clock);
    for (const address of [inner.url, 'constructor', 'other']) {
      expect(await hook.send({ ...message, address }, signal)).toEqual({
        outcome: 'failed',
        detail: 'no such webhook',
      });
    }
    expect(await hook.send({ ...message, address: 'city' }, signal)).toEqual({ outcome: 'failed', detail: 'HTTP 302' });
    expect(inner.got).toEqual([]);
  });
});

describe('the delivery file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deliver-'));
  const read = (text: string) => {
    const path = join(folder, 'delivery.json');
    writeFileSync(path, text);
    return readDeliveryConfig(path);
  };
  const problemOf = (text: string): unknown => {
    try {
      return read(text);
    } catch (error) {
      return (error as { detail?: string }).detail;
    }
  };

  it('[DLV-20] configures channels one by one; without it there are none', () => {
    expect(readDeliveryConfig(undefined)).toEqual(NO_DELIVERY);
    expect(createChannels(NO_DELIVERY, clock)).toEqual([]);
    const config = read(
      '{"smtp": {"url": "smtps://u:p@mail.example.cn", "from": "park@example.cn"}, "sms": {"url": "https://sms.example.cn"}, "webhooks": {"city": {"url": "https://city.example.cn", "secret": "k"}}}',
    );
    expect(createChannels(config, clock).map(({ name }) => name)).toEqual(['email', 'sms', 'webhook']);
    expect(config.webhooks['city']).toMatchObject({ signature: 'sm3' });
  });

  it('[DLV-20] says what is wrong and never what is in it', () => {
    expect(problemOf('{"smtp": {"url": "secret')).toMatch(/is no JSON$/);
    expect(problemOf('{"smtp": {"url": "ftp://secret", "from": "a"}}')).toBe(
      'PARK_DELIVERY_FILE smtp: url is an address with smtp: or smtps:',
    );
    expect(problemOf('{"webhooks": {"city": {"url": "https://a"}}}')).toContain('webhooks city: secret');
    expect(problemOf('{"pager": {}}')).toContain('there is no "pager"');
    rmSync(folder, { recursive: true });
  });
});

describe('texts', () => {
  const values = {
    rule: 'gathering',
    level: 1,
    subject: '7 人',
    place: '一号罐区',
    state: 'to-report',
    atMs: T0,
    deadlineAtMs: T0,
  };
  it('[DLV-21] are filled in the reader’s language, in park time', () => {
    expect(wordsOf({ text: 'alarm', values }, 'zh-CN')).toEqual({
      subject: '【一级红色】人员聚集',
      body: '【一级红色】人员聚集：7 人，一号罐区，2026-11-20 16:00。请立即确认。',
    });
    expect(wordsOf({ text: 'order-overdue', values }, 'en').body).toBe(
      '[Order overdue, to report] gathering: 7 人, 一号罐区. It was due by 2026-11-20 16:00.',
    );
    expect(wordsOf({ text: 'alarm', values: { ...values, place: '' } }, 'en').body).toContain(', -, ');
  });
});
