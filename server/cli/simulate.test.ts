import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCompanies } from '../../bench/park/demo-park.ts';
import type { SenderReport } from '../../bench/simulator/sender-record.ts';
import { systemClock } from '../../core/clock.ts';
import { runPark } from '../../test/run-park.ts';
import { runCommandLine } from './run-command.ts';
import { command } from './simulate.ts';

const commands = [{ name: 'simulate', summary: '', load: () => Promise.resolve(command) }];
const folder = mkdtempSync(join(tmpdir(), 'park-simulate-'));
const credentials = join(folder, 'credentials.json');
const routes: string[] = [];
let records = 0;
let server: Server;
let url: string;

beforeAll(async () => {
  const all = Object.fromEntries(demoCompanies().map(({ code }) => [code, { appId: `app-${code}`, appSecret: 's' }]));
  writeFileSync(credentials, JSON.stringify(all));
  server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { records: unknown[] };
      routes.push(String(request.url).split('/').at(-1) ?? '');
      records += body.records.length;
      answer.end(JSON.stringify({ batch_id: 'b', accepted: body.records.length, rejected: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function simulate(args: readonly string[]): Promise<{ code: number; lines: { event: string }[] }> {
  const stdout = new PassThrough();
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const code = await runCommandLine(['simulate', '--json', ...args], {
    commands,
    env: {},
    clock: systemClock,
    stdin: Readable.from(['']),
    stdout,
    stderr: new PassThrough(),
    interruption: () => new AbortController().signal,
  });
  await new Promise((resolve) => setImmediate(resolve));
  const lines = text.split('\n').filter((line) => line !== '');
  return { code, lines: lines.map((line) => JSON.parse(line) as { event: string }) };
}

describe('park simulate', () => {
  it('[SIM-50] sends areas and persons first, then positions in real time, and reports what was answered', async () => {
    const report = join(folder, 'report.json');
    const args = ['--people', '120', '--seconds', '3', '--interval-s', '1', '--url', url];
    const { code, lines } = await simulate([...args, '--credentials', credentials, '--report', report]);
    expect(code).toBe(0);
    const firstPosition = routes.indexOf('positions');
    expect(firstPosition).toBeGreaterThan(0);
    expect(routes.lastIndexOf('persons')).toBeLessThan(firstPosition);
    expect(routes.lastIndexOf('areas')).toBeLessThan(firstPosition);
    const written = JSON.parse(readFileSync(report, 'utf8')) as SenderReport;
    expect(written.total).toMatchObject({ records, accepted: records, rejected: 0, unanswered: 0, givenUp: 0 });
    expect(written.pending).toBe(0);
    const positions = Object.values(written.companies).map((one) => one['positions']?.accepted ?? 0);
    expect(positions.reduce((a, b) => a + b, 0)).toBeGreaterThan(200);
    expect(lines.at(-1)).toMatchObject({ event: 'simulation-ended', total: { accepted: records } });
  }, 30_000);

  it('[SIM-51] says which credentials are missing, and from where', async () => {
    const partial = join(folder, 'partial.json');
    writeFileSync(partial, JSON.stringify({ [demoCompanies()[0]!.code]: { appId: 'a', appSecret: 's' } }));
    const lacking = await runPark(['simulate', '--credentials', partial], commands);
    expect(lacking.code).toBe(1);
    expect(lacking.err).toContain(demoCompanies()[1]!.code);
    const none = await runPark(['simulate', '--credentials', join(folder, 'none.json')], commands);
    expect(none.code).toBe(1);
    expect(none.err).toContain('none.json');
    expect(await runPark(['simulate', '--people', 'many'], commands)).toMatchObject({ code: 2 });
  });

  it('[SIM-52] a rule that has no script is named, with those that have', async () => {
    const wrong = await runPark(['simulate', '--broken-rules', 'gas-missing,weather-work'], commands);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('weather-work has no script');
    expect(wrong.err).toContain('guardian-inside');
    const args = ['--people', '120', '--seconds', '1', '--broken-rules', 'gas-missing,video-gap', '--url', url];
    expect(await simulate([...args, '--credentials', credentials])).toMatchObject({ code: 0 });
  });
});
