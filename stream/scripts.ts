/**
 * Runs the scripts of stream/scripts by EVALSHA, and by EVAL where the server does not know one yet (NOSCRIPT means it
 * was not run, so this is no repeat). Each .lua file heads with its KEYS, ARGV and returns.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Redis } from './redis.ts';
import { isRedisReply } from './redis.ts';

/** File name of a script and how many KEYS it takes. */
const SCRIPT_KEYS = {
  append: 4,
  'log-head': 2,
  'set-field': 2,
  'spend-nonce': 1,
  'drop-silent-readers': 2,
  'trim-log': 4,
  'publish-effects': 4,
  'publish-frame': 3,
  'publish-picture': 6,
  'trim-alarms': 4,
  'lease-acquire': 2,
  'lease-renew': 2,
  'lease-release': 1,
  'lease-look': 2,
  'put-snapshot': 4,
  'stage-piece': 2,
} as const;
export type ScriptName = keyof typeof SCRIPT_KEYS;
export const SCRIPT_NAMES = Object.keys(SCRIPT_KEYS) as ScriptName[];

/**
 * Refused when Redis is at its maxmemory. Everything else goes on beyond it: calls for help, what watch publishes and
 * keeps, leases, and what makes room again. (That is little, and maxmemory is not the machine's; see docs/spec/log.md.)
 */
const KEEPS_TO_MAXMEMORY: ReadonlySet<ScriptName> = new Set<ScriptName>(['append', 'publish-frame']);
const BEYOND_MAXMEMORY = '#!lua flags=allow-oom\n';

interface Script {
  readonly text: string;
  readonly sha1: string;
}

const loaded = new Map<string, Script>();

/** The build copies no .lua: both the sources and dist/ find them from the package's root. */
function scriptFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json not found above stream/scripts.ts');
    folder = parent;
  }
  return join(folder, 'stream', 'scripts');
}

function scriptNamed(name: ScriptName, isUrgent: boolean): Script {
  const isBeyond = isUrgent || !KEEPS_TO_MAXMEMORY.has(name);
  const known = loaded.get(`${name} ${isBeyond}`);
  if (known !== undefined) return known;
  const text = (isBeyond ? BEYOND_MAXMEMORY : '') + readFileSync(join(scriptFolder(), `${name}.lua`), 'utf8');
  const script = { text, sha1: createHash('sha1').update(text).digest('hex') };
  loaded.set(`${name} ${isBeyond}`, script);
  return script;
}

/** Runs a script; strings in the reply are decoded as UTF-8. `isUrgent`: also beyond maxmemory. Throws what ioredis throws. */
export async function runScript(
  redis: Redis,
  name: ScriptName,
  scriptKeys: readonly string[],
  args: readonly (string | number | Uint8Array)[],
  isUrgent = false,
): Promise<unknown> {
  if (scriptKeys.length !== SCRIPT_KEYS[name]) {
    throw new Error(`script ${name} takes ${SCRIPT_KEYS[name]} keys, got ${scriptKeys.length}`);
  }
  const script = scriptNamed(name, isUrgent);
  const rest = [scriptKeys.length, ...scriptKeys, ...args.map(asArgument)];
  try {
    return await redis.call('EVALSHA', script.sha1, ...rest);
  } catch (error) {
    if (!isRedisReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.call('EVAL', script.text, ...rest);
  }
}

/** ioredis takes Buffers; a view costs no copy. */
function asArgument(value: string | number | Uint8Array): string | number | Buffer {
  if (!(value instanceof Uint8Array) || Buffer.isBuffer(value)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
