/** `park replay`: runs a span of the log through the engine again and compares its alarms with those of then. */

import { readFileSync } from 'node:fs';
import { parseRuleSettings, type RuleSettings } from '../../alarms/rule-settings.ts';
import { AppError } from '../../core/errors.ts';
import { parkTimeWithMs } from '../../core/park-time.ts';
import { readTransitions } from '../../db/alarm-transitions.ts';
import { createPool } from '../../db/pool.ts';
import { createProjection } from '../../geo/projection.ts';
import { parseTime } from '../../ingest/validate/times.ts';
import { BlobArchive } from '../../stream/archive/blob-archive.ts';
import { MemoryArchive } from '../../stream/archive/memory-archive.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { closeRedis, createRedis, whenReady } from '../../stream/redis.ts';
import { RedisLog } from '../../stream/redis-log.ts';
import { RedisQuarantineSet } from '../../stream/redis-quarantine.ts';
import { openArchive } from '../archive-place.ts';
import type { TransitionAt, Verdict } from '../compare-transitions.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { type ReplayReport, replay } from '../replay.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

export const command: Command = {
  name: 'replay',
  summary: 'Run a span of the log again and compare its alarms with those of then',
  usage: ['replay --from TIME --to TIME [--rules FILE]'],
  options: {
    from: {
      type: 'string',
      value: 'TIME',
      doc: 'Begin of the span, by time of receipt: 2026-11-21 08:00:00 (GMT+8) or ISO 8601',
    },
    to: { type: 'string', value: 'TIME', doc: 'End of the span' },
    rules: {
      type: 'string',
      value: 'FILE',
      doc: 'JSON with other rule settings to try, such as {"outOfBounds": {"clearMarginM": 1}}',
    },
  },
  notes: [
    'Begins with the newest archived snapshot before the span; entries come from the archive and, behind it, from the log.',
    'Each transition is same, only then, or only now. Exit code 0 when all are the same, or with --rules.',
  ],
  run: async (context) => {
    const fromMs = timeOf(context, 'from');
    const toMs = timeOf(context, 'to');
    if (toMs < fromMs) throw new UsageError('--to lies before --from');
    const settings = settingsOf(context.text('rules'));
    const startedAtMs = performance.now();
    const report = await runReplay(context, fromMs, toMs, settings);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const { entriesStepped, fixesStepped } = report;
    context.logger.info('replayed', { entriesStepped, fixesStepped, seconds: Math.round(seconds * 1_000) / 1_000 });
    print(context, report);
    return settings !== null || isSame(report) ? EXIT_DONE : EXIT_FAILED;
  },
};

function timeOf(context: CommandContext, option: 'from' | 'to'): number {
  const ms = parseTime(context.required(option));
  if (Number.isNaN(ms))
    throw new UsageError(`--${option}: expected yyyy-MM-dd HH:mm:ss (GMT+8) or ISO 8601 with a zone`);
  return ms;
}

function settingsOf(path: string | undefined): RuleSettings | null {
  if (path === undefined) return null;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('INPUT_INVALID', { detail: `--rules: ${path} cannot be read as JSON`, cause });
  }
  const settings = parseRuleSettings(json);
  if (!settings.ok) throw new AppError('INPUT_INVALID', { detail: settings.error });
  return settings.value;
}

async function runReplay(
  { config, logger }: CommandContext,
  fromMs: number,
  toMs: number,
  settings: RuleSettings | null,
): Promise<ReplayReport> {
  const park = config.parkCode;
  const blobs = openArchive(config);
  const pool = createPool(databaseUrlOf(config), {
    max: 1,
    applicationName: 'park-replay',
    statementTimeoutMs: 0,
    logger,
  });
  const redis = createRedis(redisUrlOf(config), { name: 'replay', logger });
  const log = new RedisLog({ redis, park, name: 'replay-log' });
  try {
    await whenReady(redis);
    const sources = {
      archive: blobs === null ? new MemoryArchive() : new BlobArchive(blobs),
      log,
      quarantine: new RedisQuarantineSet({ redis, park }),
      transitionsThen: (epoch: string, fromSeq: number, toSeq: number) => readTransitions(pool, epoch, fromSeq, toSeq),
      projection: createProjection(config.projection),
    };
    return await replay(sources, { fromMs, toMs, settings });
  } finally {
    await log.close();
    closeRedis(redis);
    await pool.end();
  }
}

const isSame = (report: ReplayReport): boolean =>
  report.digestDifferences.length === 0 && report.transitions.every(({ verdict }) => verdict === 'same');

function print(context: CommandContext, report: ReplayReport): void {
  for (const { verdict, transition } of report.transitions) {
    context.print({ event: 'transition', verdict, ...transition }, lineOf(verdict, transition));
  }
  for (const { atSeq, logged, found } of report.digestDifferences) {
    const text = `state behind entry ${atSeq} differs: the log says ${logged}, replayed ${found}`;
    context.print({ event: 'digest-differs', atSeq, logged, found }, text);
  }
  const { epoch, fromSeq, toSeq, startSeq, otherVersions, passedOver, digests } = report;
  const count = (wanted: Verdict): number => report.transitions.filter(({ verdict }) => verdict === wanted).length;
  const counts = { same: count('same'), onlyThen: count('only then'), onlyNow: count('only now') };
  const summary = { epoch, fromSeq, toSeq, startSeq, otherVersions, passedOver, digests, ...counts };
  const lines = [
    `entries ${fromSeq} to ${toSeq} of log ${epoch}, from ${startSeq === 0 ? 'the first entry' : `the snapshot behind ${startSeq}`}`,
    ...(passedOver.length === 0 ? [] : [`passed over: ${passedOver.join(', ')}`]),
    ...otherVersions.map((version) => `watched by engine version ${version}, another than this one`),
    `same ${counts.same}, only then ${counts.onlyThen}, only now ${counts.onlyNow}; digests of the state ${digests}, differing ${report.digestDifferences.length}`,
  ];
  context.print({ event: 'summary', ...summary, digestDifferences: report.digestDifferences.length }, lines.join('\n'));
}

function lineOf(verdict: Verdict, { seq, ordinal, atMs, alarmId, transition, view }: TransitionAt): string {
  const who = whoOf(view);
  const area = view.areaName === null ? '' : ` at ${view.areaName}`;
  const what = `${transition.padEnd(12)} ${view.rule}: ${who} (${view.companyCodes.join(', ')})${area}`;
  return `${verdict.padEnd(9)}  ${parkTimeWithMs(atMs)}  ${what}; alarm ${alarmId}, entry ${seq}.${ordinal}`;
}

/** For a line of text: the person, or what else it is about. */
export const whoOf = ({ person, subject }: Pick<AlarmView, 'person' | 'subject'>): string =>
  person?.name || person?.cardNo || person?.personId || subject || '?';
