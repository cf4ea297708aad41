/** `park setting`: the park's settings from the terminal, as the pages change them. */
import { readFileSync } from 'node:fs';
import { COMMAND_LINE } from '../../admin/audit.ts';
import { StoredParkSettings } from '../../admin/park-settings.ts';
import { AppError } from '../../core/errors.ts';
import type { SettingImport, SettingRow } from '../../core/settings-api.ts';
import { createPool } from '../../db/pool.ts';
import { SETTING_TOPICS } from '../../stream/protocol/settings.ts';
import { databaseUrlOf } from '../config.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

export const command: Command = {
  name: 'setting',
  summary: 'Show and change the settings of the park: thresholds, posts, calendars, routing',
  usage: [
    'setting list [--topic TOPIC]',
    'setting get --topic TOPIC [--key KEY]',
    'setting put --topic TOPIC [--key KEY] --file FILE --reason TEXT [--version N]',
    'setting withdraw --topic TOPIC [--key KEY] --reason TEXT',
    'setting import --topic TOPIC --file FILE --reason TEXT [--dry-run]',
  ],
  options: {
    topic: { type: 'string', value: 'TOPIC', doc: `One of ${SETTING_TOPICS.join(', ')}` },
    key: { type: 'string', value: 'KEY', doc: 'Within the topic, such as COMPANY/AREA', defaultText: '' },
    file: { type: 'string', value: 'FILE', doc: 'JSON: the value; of import an array of {"key", "value"}' },
    reason: { type: 'string', value: 'TEXT', doc: 'Why; goes on record' },
    version: { type: 'string', value: 'N', doc: 'Only if this version holds now; else whatever holds is replaced' },
    'dry-run': { type: 'boolean', doc: 'Only say what would happen' },
  },
  async run(context) {
    const [verb = ''] = context.words;
    const work = VERBS[verb];
    if (work === undefined) throw new UsageError(`say which: setting ${Object.keys(VERBS).join(', ')}`);
    const pool = createPool(databaseUrlOf(context.config), { max: 2, applicationName: 'park-setting' });
    try {
      return await work(context, new StoredParkSettings(pool, context.clock));
    } finally {
      await pool.end();
    }
  },
};

type Verb = (context: CommandContext, settings: StoredParkSettings) => Promise<number>;

const keyOf = (context: CommandContext): string => context.text('key') ?? '';

const VERBS: Readonly<Record<string, Verb>> = {
  async list(context, settings) {
    const rows = (await settings.list(null, context.text('topic') ?? null)).settings;
    for (const row of rows) context.print(row, lineOf(row));
    return EXIT_DONE;
  },

  async get(context, settings) {
    const row = await rowOf(context, settings);
    if (row === undefined)
      throw new AppError('NOT_FOUND', { detail: `${context.required('topic')} ${keyOf(context)}` });
    const { versions } = await settings.history(null, row.topic, row.key);
    const history = versions.map(
      ({ version, by, atMs, reason, value }) =>
        `  ${version}  ${new Date(atMs).toISOString()}  ${by}  ${value === null ? 'withdrawn' : 'set'}  ${reason}`,
    );
    context.print({ ...row, versions }, [lineOf(row), JSON.stringify(row.value, null, 2), ...history].join('\n'));
    return EXIT_DONE;
  },

  put: async (context, settings) => change(context, settings, readJson(context.required('file'))),
  withdraw: (context, settings) => change(context, settings, null),

  async import(context, settings) {
    const items = readJson(context.required('file'));
    if (!Array.isArray(items)) throw new AppError('INPUT_INVALID', { detail: 'expected an array of {"key", "value"}' });
    const done = await settings.import(
      {
        topic: context.required('topic'),
        items: items.map(itemFrom),
        reason: context.required('reason'),
        dryRun: context.has('dry-run'),
      },
      COMMAND_LINE,
    );
    const lines = done.items.map(({ key, outcome, version, problem }) =>
      [outcome.padEnd(8), key, problem ?? `version ${version}`].join('  '),
    );
    context.print(done, lines.join('\n'));
    return done.ok ? EXIT_DONE : EXIT_FAILED;
  },
};

async function change(context: CommandContext, settings: StoredParkSettings, value: unknown): Promise<number> {
  const [topic, key, reason] = [context.required('topic'), keyOf(context), context.required('reason')];
  const version = context.wholeNumber('version', 0, 2 ** 31 - 1);
  const expectedVersion = version ?? (await rowOf(context, settings))?.version ?? 0;
  const changed = await settings.put({ topic, key, value, expectedVersion, reason }, COMMAND_LINE);
  const standing = changed.running ? 'the engine runs it' : (changed.problem ?? 'the engine has not answered yet');
  context.print(changed, `${topic} ${key}  version ${changed.version}  ${standing}`);
  return changed.problem === null ? EXIT_DONE : EXIT_FAILED;
}

const rowOf = async (context: CommandContext, settings: StoredParkSettings): Promise<SettingRow | undefined> =>
  (await settings.list(null, context.required('topic'))).settings.find(({ key }) => key === keyOf(context));

function itemFrom(item: unknown): SettingImport['items'][number] {
  const { key, value } = (item ?? {}) as { key?: unknown; value?: unknown };
  if (typeof key !== 'string' || value === undefined) {
    throw new AppError('INPUT_INVALID', { detail: 'expected an array of {"key", "value"}' });
  }
  return { key, value };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { detail: `${file} is no readable JSON`, cause });
  }
}

function lineOf({ topic, key, version, value, by, atMs, running }: SettingRow): string {
  const state = running === null ? 'not answered' : running.version === version ? 'running' : `runs ${running.version}`;
  const what = value === null ? 'withdrawn' : 'set';
  const problem = running?.problem == null ? '' : `  ${running.problem}`;
  return `${topic} ${key}  version ${version}  ${what} ${new Date(atMs).toISOString()} by ${by}  ${state}${problem}`;
}
