/** `park key`: which master keys are in use, a new one, and the end of an old one. docs/keys.md describes all of it. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { COMMAND_LINE, insertAudit } from '../../admin/audit.ts';
import { AppError } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import { createPool, type Pool, queryRows } from '../../db/pool.ts';
import { DAY_MS } from '../../db/range-partitions.ts';
import { REGISTERS } from '../../registers/index.ts';
import { createBlindIndex } from '../../security/blind-index.ts';
import { createSealer, keyIdOf, MASTER_KEY_BYTES } from '../../security/gm.ts';
import { KEYS_LOOKED_AT_MS } from '../../security/live-keys.ts';
import { parseMasterKeys, readMasterKeys } from '../../security/master-key.ts';
import { writeDurably } from '../backup/durable.ts';
import { databaseUrlOf } from '../config.ts';
import { type KeyUse, readKeyUses, reseal } from '../keys/reseal.ts';
import { sealedTables } from '../keys/sealed-columns.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';
import { tableOf } from './text-table.ts';

const SEALS = 'audit_seal';
const PASSES_MAX = 5;

export const command: Command = {
  name: 'key',
  summary: 'Show, change and retire the master key',
  usage: ['key status', 'key rotate', 'key reseal', 'key retire ID'],
  options: {},
  notes: [
    'status: the keys of the key file, the current one first, and how many values of each table each has.',
    'rotate: puts a new key first in the file, then seals every value anew under it. Running processes take the new file up by',
    'themselves. Back the file up at once: values are sealed under a key that no older copy has.',
    'reseal: goes on where a rotation ended early; no effect when all is under the current key.',
    'retire: takes an old key out of the file, once nothing in the database uses it any more and no entry of the log or the',
    'archive can be under it. Keep it elsewhere as long as backups from its time are kept.',
  ],
  async run(context) {
    const [verb, id] = context.words;
    const { config } = context;
    // One key file for all parks of this installation.
    const parks = config.parkCodes.map((park): ParkDatabase => {
      const url = databaseUrlOf({ ...config, parkCode: park });
      const pool = createPool(url, { max: 2, applicationName: 'park-key', statementTimeoutMs: 0 });
      return { pool, prefix: config.parkCodes.length === 1 ? '' : `${park}: ` };
    });
    try {
      if (verb === 'status') return await status(context, parks);
      if (verb === 'rotate') return await rotate(context, parks);
      if (verb === 'reseal') return await resealAll(context, parks);
      if (verb === 'retire' && id !== undefined) return await retire(context, parks, id);
    } finally {
      await Promise.all(parks.map(({ pool }) => pool.end()));
    }
    throw new UsageError('say which: key status, rotate, reseal, or retire ID');
  },
};

const tables = () => sealedTables(REGISTERS);

interface ParkDatabase {
  readonly pool: Pool;
  /** Before names of tables, where there are several parks. */
  readonly prefix: string;
}

async function sealedUses(parks: readonly ParkDatabase[]): Promise<KeyUse[]> {
  const uses: KeyUse[] = [];
  for (const { pool, prefix } of parks) {
    for (const use of await readKeyUses(pool, tables())) uses.push({ ...use, table: `${prefix}${use.table}` });
  }
  return uses;
}

/** With blocks of the audit, which are not sealed anew: they need their key to be verified. */
async function allUses(parks: readonly ParkDatabase[]): Promise<KeyUse[]> {
  const uses = await sealedUses(parks);
  for (const { pool, prefix } of parks) {
    const blocks = await queryRows<{ keyId: string; values: number }>(
      pool,
      `SELECT key_id AS "keyId", count(*) AS values FROM
         (SELECT key_id FROM audit_seal UNION ALL SELECT key_id FROM audit_drop) AS s GROUP BY key_id ORDER BY key_id`,
    );
    uses.push(...blocks.map((block) => ({ table: `${prefix}${SEALS}`, ...block })));
  }
  return uses;
}

async function note(parks: readonly ParkDatabase[], action: 'key.rotate' | 'key.retire', keyId: string): Promise<void> {
  for (const { pool } of parks) {
    await insertAudit(pool, { actor: COMMAND_LINE, action, subject: keyId, outcome: 'ok' });
  }
}

/** There whole or not at all. Throws CONFIG_INVALID for somebody else's file: the new one would be ours, and nobody's to read. */
async function writeKeyFile(path: string, text: string): Promise<void> {
  const { uid } = statSync(path);
  if (process.getuid !== undefined && process.getuid() !== uid) {
    throw new AppError('CONFIG_INVALID', { detail: `${path} belongs to the user ${uid}: run park key as that user` });
  }
  await writeDurably(path, text);
}

async function status(context: CommandContext, parks: readonly ParkDatabase[]): Promise<number> {
  const ids = readMasterKeys(context.config.masterKeyFile).map(keyIdOf);
  const uses = await allUses(parks);
  const lost = [...new Set(uses.map(({ keyId }) => keyId))].filter((id) => !ids.includes(id));
  const keys = [...ids, ...lost].map((id, i) => ({
    id,
    state: lost.includes(id) ? 'not in the key file' : i === 0 ? 'current' : 'older',
    uses: uses.filter(({ keyId }) => keyId === id).map(({ table, values }) => ({ table, values })),
  }));
  const rows = keys.flatMap(({ id, state, uses: own }) =>
    (own.length === 0 ? [{ table: 'nothing', values: 0 }] : own).map(({ table, values }) => [
      id,
      state,
      table,
      String(values),
    ]),
  );
  context.print({ keys }, tableOf([['key', 'state', 'used by', 'values'], ...rows], 3).join('\n'));
  return lost.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

async function rotate(context: CommandContext, parks: readonly ParkDatabase[]): Promise<number> {
  const path = context.config.masterKeyFile;
  const before = readFileSync(path, 'utf8');
  const [current] = parseMasterKeys(before);
  const stale = (await sealedUses(parks)).filter(({ keyId }) => keyId !== keyIdOf(current as Buffer));
  if (stale.length > 0) {
    const detail = `${stale.length} tables have values under older keys; first: park key reseal`;
    throw new AppError('CONFLICT', { detail });
  }
  const key = randomBytes(MASTER_KEY_BYTES);
  // On record first: a key that nobody knows to have been made would be worse than a record of one that was not.
  await note(parks, 'key.rotate', keyIdOf(key));
  const since = new Date(context.clock.nowMs()).toISOString();
  await writeKeyFile(path, `${SINCE}${since}\n${key.toString('hex')}\n${before}`);
  if (!context.isJson) context.stdout.write(`new key ${keyIdOf(key)} in ${path}: back the file up now\n`);
  // From then on nobody seals under the older key.
  await pause(2 * KEYS_LOOKED_AT_MS);
  return resealAll(context, parks);
}

async function resealAll(context: CommandContext, parks: readonly ParkDatabase[]): Promise<number> {
  const keys = readMasterKeys(context.config.masterKeyFile);
  const current = keys[0] as Buffer;
  const totals = new Map<string, { values: number; unreadable: number }>();
  // Whatever was sealed under the older key meanwhile is found by the next pass.
  for (let pass = 1; pass <= PASSES_MAX; pass++) {
    let count = 0;
    for (const { pool, prefix } of parks) {
      const done = await reseal({
        pool,
        tables: tables(),
        sealer: createSealer(keys),
        blindIndex: createBlindIndex(current),
        currentKeyId: keyIdOf(current),
        onProgress: (table, values) => context.logger.info('resealed', { table: `${prefix}${table}`, values }),
      });
      for (const { table, values, unreadable } of done) {
        const name = `${prefix}${table}`;
        totals.set(name, { values: (totals.get(name)?.values ?? 0) + values, unreadable });
        count += values;
      }
    }
    if (count === 0) break;
  }
  const resealed = [...totals].map(([table, counts]) => ({ table, ...counts }));
  const unreadable = resealed.reduce((sum, one) => sum + one.unreadable, 0);
  const lines = resealed
    .filter((one) => one.values + one.unreadable > 0)
    .map(
      (one) =>
        `${one.table}: ${one.values} values sealed anew${one.unreadable > 0 ? `, ${one.unreadable} UNREADABLE` : ''}`,
    );
  const text = lines.length === 0 ? 'Every value is under the current key.' : lines.join('\n');
  context.print({ keyId: keyIdOf(current), resealed, unreadable }, text);
  return unreadable === 0 ? EXIT_DONE : EXIT_FAILED;
}

const SINCE = '# current since ';

async function retire(context: CommandContext, parks: readonly ParkDatabase[], id: string): Promise<number> {
  const { config, clock } = context;
  const path = config.masterKeyFile;
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  const ids = lines.map((line) =>
    /^[0-9a-f]{64}$/i.test(line.trim()) ? keyIdOf(Buffer.from(line.trim(), 'hex')) : null,
  );
  const at = ids.indexOf(id);
  if (at === -1) throw new AppError('NOT_FOUND', { detail: `no key ${id} in ${path}` });
  if (at === ids.findIndex((one) => one !== null))
    throw new AppError('CONFLICT', { detail: `${id} is the current key` });
  const uses = (await allUses(parks)).filter(({ keyId }) => keyId === id);
  if (uses.length > 0) {
    const what = uses.map(({ table, values }) => `${table}: ${values}`).join(', ');
    throw new AppError('CONFLICT', { detail: `still in use: ${what}` });
  }
  // Entries of its time lie in the log and the archive, and people are sealed there too.
  const from = lines[at - 1]?.startsWith(SINCE) === true ? at - 1 : at;
  const newer = lines.slice(0, from).findLast((line) => line.startsWith(SINCE));
  const endedMs = newer === undefined ? Number.NaN : Date.parse(newer.slice(SINCE.length));
  const freeAtMs = endedMs + config.archiveDays * DAY_MS;
  if (clock.nowMs() < freeAtMs) {
    const detail = `entries of the archive may be under it until ${new Date(freeAtMs).toISOString()}`;
    throw new AppError('CONFLICT', { detail });
  }
  await note(parks, 'key.retire', id);
  await writeKeyFile(path, lines.toSpliced(from, at - from + 1).join('\n'));
  context.print({ ok: true, keyId: id }, `key ${id} is out of ${path}; keep it with the backups from its time`);
  return EXIT_DONE;
}
