import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { addressText, answerWhole, createApp } from './uws.ts';

const bytes = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text)).buffer;

describe('createApp', () => {
  test('answers on a free port, refuses a taken one, and answers no more once closed', async () => {
    const server = createApp();
    server.app.get('/hello', (res) => {
      res.end('hello');
    });
    const port = await server.listen('127.0.0.1', 0);
    expect(port).toBeGreaterThan(0);
    expect(server.port).toBe(port);
    expect(await (await fetch(`http://127.0.0.1:${port}/hello`)).text()).toBe('hello');

    const second = createApp();
    await expect(second.listen('127.0.0.1', port)).rejects.toThrow(/taken/);
    await second.close();

    await server.close();
    await expect(fetch(`http://127.0.0.1:${port}/hello`)).rejects.toThrow();
  });

  test('lets a request in flight finish while it closes', async () => {
    const server = createApp();
    let answer = (): void => {};
    let arrived = (): void => {};
    const hasArrived = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const answered = new Promise<void>((resolve) => {
      server.app.get('/slow', (res) => {
        res.onAborted(() => resolve());
        answer = () => {
          res.cork(() => res.end('late'));
          resolve();
        };
        arrived();
      });
    });
    const port = await server.listen('127.0.0.1', 0);
    const reply = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
    await hasArrived;
    const closed = server.close(() => answered);
    answer();
    expect(await reply).toBe('late');
    await closed;
  });

  test('cuts what does not finish within the grace', async () => {
    const server = createApp();
    let arrived = (): void => {};
    const hasArrived = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let aborted = false;
    server.app.get('/never', (res) => {
      res.onAborted(() => {
        aborted = true;
      });
      arrived();
    });
    const port = await server.listen('127.0.0.1', 0);
    const reply = fetch(`http://127.0.0.1:${port}/never`);
    const refused = expect(reply).rejects.toThrow();
    await hasArrived;
    await server.close(() => new Promise(() => {}), 1);
    await refused;
    expect(aborted).toBe(true);
  });
});

describe('addressText', () => {
  test('keeps IPv4 and IPv6 text and unmaps IPv4 in IPv6', () => {
    expect(addressText(bytes('10.1.2.3'))).toBe('10.1.2.3');
    expect(addressText(bytes('2001:0db8:0000:0000:0000:0000:0000:0001'))).toBe(
      '2001:0db8:0000:0000:0000:0000:0000:0001',
    );
    expect(addressText(bytes('0000:0000:0000:0000:0000:ffff:0a01:0203'))).toBe('10.1.2.3');
  });
});

describe('answerWhole', () => {
  const body = Buffer.alloc(8_000_000, 'b');
  const start = async (): Promise<{ port: number; answers: () => number; close: () => Promise<void> }> => {
    const server = createApp();
    let answers = 0;
    server.app.get('/large', (res) => {
      answers++;
      answerWhole(res, { status: '200 OK', headers: [['X-Kind', 'large']], body });
    });
    const port = await server.listen('127.0.0.1', 0);
    return { port, answers: () => answers, close: () => server.close() };
  };

  test('an answer larger than the connection takes at once arrives whole', async () => {
    const { port, close } = await start();
    const response = await fetch(`http://127.0.0.1:${port}/large`);
    expect(response.headers.get('x-kind')).toBe('large');
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    await close();
  });

  test('whoever sends requests without reading the answers has one answer kept for it, and is cut off', async () => {
    const { port, answers, close } = await start();
    const socket = connect(port, '127.0.0.1');
    const isClosed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000));
    socket.resume();
    await isClosed;
    expect(answers()).toBe(1);
    await close();
  });
});
