import { describe, expect, test } from 'vitest';
import { addressText, createApp } from './uws.ts';

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
