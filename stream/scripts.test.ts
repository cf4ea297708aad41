import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Redis } from './redis.ts';
import { runScript, SCRIPT_NAMES } from './scripts.ts';

const folder = new URL('./scripts/', import.meta.url);

test('[LOG-10] every script is known, and its head names as many KEYS as it is run with', async () => {
  const files = readdirSync(folder).map((name) => name.replace('.lua', ''));
  expect(files.sort()).toEqual([...SCRIPT_NAMES].sort());
  for (const name of SCRIPT_NAMES) {
    const head = readFileSync(new URL(`${name}.lua`, folder), 'utf8').split(']]')[0] ?? '';
    const named = new Set(Array.from(head.matchAll(/KEYS\[(\d+)\]/g), (match) => Number(match[1])));
    const calls: unknown[][] = [];
    const redis = { call: async (...args: unknown[]) => void calls.push(args) } as unknown as Redis;
    await runScript(redis, name, Array.from({ length: named.size }).fill('k') as string[], []);
    expect(calls[0]?.[2]).toBe(named.size);
  }
});

test('[LOG-10] a script that the server does not know is sent once in full; any other error is not repeated', async () => {
  const calls: string[] = [];
  const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
  const answers = [reply('NOSCRIPT No matching script'), 7, reply('OOM command not allowed')];
  const redis = {
    call: (command: string) => {
      calls.push(command);
      const answer = answers.shift();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  } as unknown as Redis;
  expect(await runScript(redis, 'lease-renew', ['k', 'k2'], ['holder', 1])).toBe(7);
  expect(calls).toEqual(['EVALSHA', 'EVAL']);
  await expect(runScript(redis, 'lease-renew', ['k', 'k2'], ['holder', 1])).rejects.toThrow('OOM');
  expect(calls.length).toBe(3);
});
