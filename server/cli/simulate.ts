/**
 * `park simulate`: the demonstration park in motion, sent through the signed vendor interface like any vendor's data.
 * Persons and areas first, then positions in real time. `park up` runs it as one of its processes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDemoPark, DEFAULT_PEOPLE, DEFAULT_SEED, type DemoPark } from '../../bench/park/demo-park.ts';
import { VIOLATIONS } from '../../bench/simulator/permits/violations.ts';
import type { VendorCredential } from '../../bench/simulator/signed-post.ts';
import { createSimulator, type Simulator } from '../../bench/simulator/simulator.ts';
import { VendorClient } from '../../bench/simulator/vendor-client.ts';
import { AppError } from '../../core/errors.ts';
import type { PermitRuleId } from '../../standard/permit-rules.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { RedisLaneReader } from '../../stream/redis-lanes.ts';
import { redisUrlOf } from '../config.ts';
import { FollowedDocs } from '../followed-docs.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED, UsageError } from './command.ts';

/** Persons and areas of a request; well under the 5,000 records and 4 MiB that one may have. */
const RECORDS_A_REQUEST = 1_000;
/** How long the end waits for the last answers. */
const SETTLE_MS = 5_000;
const STATUS_EVERY_MS = 10_000;
const SIREN_EVERY_MS = 2_000;

export const command: Command = {
  name: 'simulate',
  summary: 'Send positions of invented people through the vendor interface',
  usage: ['simulate [--people N] [--interval-s S] [--seconds S] [--url URL] [--credentials FILE] [--report FILE]'],
  options: {
    people: { type: 'string', value: 'N', doc: 'How many people', defaultText: String(DEFAULT_PEOPLE) },
    'interval-s': { type: 'string', value: 'S', doc: 'Time between two fixes of a person', defaultText: '2' },
    seed: { type: 'string', value: 'SEED', doc: 'Same seed, same park', defaultText: String(DEFAULT_SEED) },
    seconds: { type: 'string', value: 'S', doc: 'End after this time; without it, at Ctrl-C' },
    url: { type: 'string', value: 'URL', doc: 'Vendor interface; PARK_HOST and PARK_INGEST_PORT when absent' },
    credentials: {
      type: 'string',
      value: 'FILE',
      doc: 'JSON: company code to {appId, appSecret}; simulator-credentials.json in the data folder when absent',
    },
    report: {
      type: 'string',
      value: 'FILE',
      doc: "Write the sender's record of answers there, every 10 s and at the end",
    },
    'sos-every-s': { type: 'string', value: 'S', doc: 'Mean time between two SOS; 0: none', defaultText: '240' },
    'intrusion-every-s': {
      type: 'string',
      value: 'S',
      doc: 'Mean time between two people entering a forbidden area; 0: none',
      defaultText: '120',
    },
    'outage-every-s': {
      type: 'string',
      value: 'S',
      doc: "Mean time between two outages of a supplier's system, 150 s each; 0: none",
      defaultText: '900',
    },
    'scene-every-s': {
      type: 'string',
      value: 'S',
      doc: 'Time between two scenes: a gathering, somebody who stays too long, a post left, ...; 0: none',
      defaultText: '180',
    },
    permits: {
      type: 'string',
      value: 'N',
      doc: 'Work permits under way at a time, with their crews, half of them at night; 0: none',
      defaultText: '40',
    },
    'permit-violation-every-s': {
      type: 'string',
      value: 'S',
      doc: 'Time between two jobs that break a rule of permits, one rule after the other; 0: all is in order',
      defaultText: '150',
    },
    'broken-rules': {
      type: 'string',
      value: 'RULES',
      doc: 'Only these rules of permits are broken, by id with commas between; those that have a script when absent',
    },
    'hears-musters': {
      type: 'boolean',
      doc: 'Invented people hear the siren: whoever is inside walks to an assembly point; needs the Redis of the park',
    },
  },
  handlesSignals: true,
  run: async (context) => {
    const seed = context.wholeNumber('seed', 0, 2_147_483_647) ?? DEFAULT_SEED;
    const people = context.wholeNumber('people', 1, 200_000) ?? DEFAULT_PEOPLE;
    const brokenRules = brokenRulesOf(context);
    const credentials = readCredentials(context);
    const park = createDemoPark({ seed, people });
    const missing = park.plan.companies.filter((c) => credentials[c.code] === undefined).map((c) => c.code);
    if (missing.length > 0) {
      throw new AppError('CONFIG_INVALID', { detail: `the credentials file lacks company ${missing.join(', ')}` });
    }
    const client = new VendorClient({
      url: context.text('url') ?? `http://${context.config.host}:${context.config.ingestPort}`,
      credentials,
      clock: context.clock,
      logger: context.logger,
    });
    try {
      sendRegisters(client, park);
      await client.settled(SETTLE_MS);
      await runLive(context, client, park, brokenRules);
      await client.settled(SETTLE_MS);
    } finally {
      client.close();
    }
    const report = writeReport(context, client);
    const { total } = report;
    context.print(
      { event: 'simulation-ended', ...report },
      `accepted ${total.accepted}, rejected ${total.rejected}, unanswered requests ${total.unanswered}, given up ${total.givenUpRecords}`,
    );
    return total.rejected > 0 || total.givenUp > 0 ? EXIT_FAILED : EXIT_DONE;
  },
};

/** Throws UsageError for what has no script. */
function brokenRulesOf(context: CommandContext): PermitRuleId[] | undefined {
  const ids = context.text('broken-rules')?.split(',');
  return ids?.map((id) => {
    if (Object.hasOwn(VIOLATIONS, id)) return id as PermitRuleId;
    throw new UsageError(`--broken-rules: ${id} has no script; those that have: ${Object.keys(VIOLATIONS).join(', ')}`);
  });
}

function readCredentials(context: CommandContext): Readonly<Record<string, VendorCredential>> {
  const file = context.text('credentials') ?? join(context.config.dataFolder, 'simulator-credentials.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, VendorCredential>;
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { detail: `no readable credentials in ${file}; park up makes them`, cause });
  }
}

function sendRegisters(client: VendorClient, park: DemoPark): void {
  const companyCodes = park.plan.companies.map((company) => company.code);
  for (const [index, companyCode] of companyCodes.entries()) {
    const areas = park.areas.filter((a) => a.companyIndex === index).map((a) => a.record);
    const persons = park.people.filter((p) => p.companyIndex === index).map((p) => p.record);
    client.send({ companyCode, interfaceName: 'areas', records: areas });
    for (let at = 0; at < persons.length; at += RECORDS_A_REQUEST) {
      const records = persons.slice(at, at + RECORDS_A_REQUEST);
      client.send({ companyCode, interfaceName: 'persons', records });
    }
  }
}

/** Until the signal or the end of --seconds. */
async function runLive(
  context: CommandContext,
  client: VendorClient,
  park: DemoPark,
  brokenRules: readonly PermitRuleId[] | undefined,
): Promise<void> {
  const { clock, signal } = context;
  const startMs = clock.nowMs();
  const simulator = createSimulator({
    park,
    startMs,
    intervalMs: 1_000 * (context.wholeNumber('interval-s', 1, 3_600) ?? 2),
    sosEveryS: context.wholeNumber('sos-every-s', 0, 86_400) ?? 240,
    intrusionEveryS: context.wholeNumber('intrusion-every-s', 0, 86_400) ?? 120,
    outageEveryS: context.wholeNumber('outage-every-s', 0, 86_400) ?? 900,
    sceneEveryS: context.wholeNumber('scene-every-s', 0, 86_400) ?? 180,
    permits: context.wholeNumber('permits', 0, 20_000) ?? 40,
    violationEveryS: context.wholeNumber('permit-violation-every-s', 0, 86_400) ?? 150,
    ...(brokenRules === undefined ? {} : { brokenRules }),
  });
  const siren = context.has('hears-musters') ? await hearMusters(context, simulator) : null;
  const seconds = context.wholeNumber('seconds', 1, 31_536_000);
  const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : startMs + seconds * 1_000;
  let statusAtMs = startMs + STATUS_EVERY_MS;
  while (!signal.aborted && clock.nowMs() < endMs) {
    sendDue(client, simulator, clock.nowMs());
    if (clock.nowMs() >= statusAtMs) {
      statusAtMs += STATUS_EVERY_MS;
      printStatus(context, writeReport(context, client), simulator);
    }
    const waitMs = Math.max(1, Math.min(simulator.nextAtMs, endMs) - clock.nowMs());
    await pause(waitMs, undefined, { signal }).catch(() => undefined);
  }
  await siren?.close();
}

/** No vendor hears of musters: people do, by the siren. Without Redis they hear nothing new. */
async function hearMusters(context: CommandContext, simulator: Simulator): Promise<{ close(): Promise<void> }> {
  const { config, logger, signal } = context;
  const redis = createRedis(redisUrlOf(config), { name: 'simulate', logger });
  const lanes = new RedisLaneReader({ redis, park: config.parkCode });
  const musters = new FollowedDocs(lanes, 'muster');
  const over = new AbortController();
  const ended = AbortSignal.any([over.signal, signal]);
  const listen = async (): Promise<void> => {
    while (!ended.aborted) {
      try {
        const all = await musters.all();
        simulator.musters.hear(all.filter((one) => one.companyCode === null && one.endedAtMs === null));
      } catch (error) {
        logger.debug('simulate-hears-nothing', { error });
      }
      await pause(SIREN_EVERY_MS, undefined, { signal: ended }).catch(() => undefined);
    }
  };
  const listening = listen();
  return {
    close: async () => {
      over.abort();
      await listening;
      await lanes.close();
      closeRedis(redis);
    },
  };
}

function sendDue(client: VendorClient, simulator: Simulator, nowMs: number): void {
  for (const batch of simulator.step(nowMs)) {
    client.send({
      companyCode: batch.companyCode,
      interfaceName: 'positions',
      records: batch.records,
      isDuplicate: batch.kind === 'duplicate',
      isUrgent: batch.records.some((record) => record.SOS === true),
    });
  }
  for (const { companyCode, record } of simulator.scenes.takeAlarms()) {
    client.send({ companyCode, interfaceName: 'person-alarms', records: [record] });
  }
  for (const batch of simulator.detectors.take(nowMs)) client.send(batch);
  // Never pushed out: a word that is lost leaves a permit open for ever.
  for (const batch of simulator.jobs.take()) client.send({ ...batch, isUrgent: true });
}

function writeReport(context: CommandContext, client: VendorClient): ReturnType<VendorClient['report']> {
  const report = client.report();
  const file = context.text('report');
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

function printStatus(context: CommandContext, report: ReturnType<VendorClient['report']>, simulator: Simulator): void {
  const { total, pending, answerMs } = report;
  const { sosCount, intrusionCount } = simulator.script;
  const { accepted, rejected, unanswered } = total;
  context.print(
    { event: 'simulation-status', accepted, rejected, unanswered, pending, answerMs, sosCount, intrusionCount },
    `accepted ${accepted}, rejected ${rejected}, unanswered ${unanswered}, waiting ${pending}, answer p99 ${answerMs.p99.toFixed(0)} ms, SOS ${sosCount}, intrusions ${intrusionCount}`,
  );
}
