/** `park conformance`: Annex A of AQ 3064.3 against the running park, with a report that a third party can sign. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { COMMAND_LINE } from '../../admin/audit.ts';
import { addCompany, listCompanies } from '../../admin/companies.ts';
import { issueCompanyCredential, revokeCompanyCredential } from '../../admin/credentials.ts';
import { StoredParkSettings } from '../../admin/park-settings.ts';
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import { VendorClient } from '../../bench/simulator/vendor-client.ts';
import { AppError } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { ENGINE_VERSION } from '../../engine/engine.ts';
import { createProjection } from '../../geo/projection.ts';
import { alarmActRefusal } from '../../stream/protocol/act-rules.ts';
import { type AlarmView, areaKey } from '../../stream/protocol/effects.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { type LiveRun, runLive, sendRegisters } from '../conformance/live-run.ts';
import { csvOf, htmlOf, type Report, reportOf } from '../conformance/report.ts';
import { createStations, type Station } from '../conformance/stations.ts';
import { createCredentialParts, openSealer } from '../credential-parts.ts';
import { type Command, type CommandContext, EXIT_DONE, EXIT_FAILED } from './command.ts';
import { LiveWatcher } from './live-watcher.ts';

const COMPANY = { code: 'CNF-TEST', name: '符合性试验' };
const CONNECT_MS = 30_000;
const REASON = 'park conformance';
const DAY_MS = 86_400_000;
/** How long alarms may take to end once their people are gone: gaps and off-delays of a gathering, and a margin. */
const END_ALARMS_MS = 90_000;
/** The gateway takes 8 of a client that are not in the log yet. */
const ACTS_AT_ONCE = 8;
const ACT_PAUSE_MS = 500;

export const command: Command = {
  name: 'conformance',
  summary: 'Run the tests of AQ 3064.3 Annex A against the running park',
  usage: ['conformance --user NAME --password TEXT [--minutes N] [--rate S] [--seed N] [--out FOLDER]'],
  options: {
    user: { type: 'string', value: 'NAME', doc: 'Whose screen the verdicts are read from: an operator' },
    password: { type: 'string', value: 'TEXT', doc: 'Password; - reads a line from standard input' },
    minutes: { type: 'string', value: 'N', doc: 'How long; the standard asks for 10', defaultText: '10' },
    rate: { type: 'string', value: 'S', doc: 'Time between two fixes of a tag, at most 5 s', defaultText: '2' },
    seed: { type: 'string', value: 'N', doc: 'Same seed, same errors of the positions', defaultText: '1' },
    out: { type: 'string', value: 'FOLDER', doc: 'Where the report goes; conformance in the data folder when absent' },
    url: { type: 'string', value: 'URL', doc: 'Address of the pages (default: this machine, PARK_PORT)' },
    lng: { type: 'string', value: 'DEG', doc: 'South-west corner of the ground, CGCS2000', defaultText: '121.70' },
    lat: { type: 'string', value: 'DEG', doc: 'It takes 2 km x 4 km where nobody is', defaultText: '30.70' },
  },
  notes: [
    `Everything is of a company of its own, ${COMPANY.code}, on ground where nobody is; its people, areas, settings and`,
    'credential are withdrawn at the end. Exit code 1: a rate that is judged is above what the standard allows; a run of less',
    'than ten minutes is not judged.',
  ],
  handlesSignals: true,
  async run(context) {
    const { config, logger } = context;
    const pool = createPool(databaseUrlOf(config), { max: 2, applicationName: 'park-conformance' });
    const redis = createRedis(redisUrlOf(config), { name: 'park-conformance', logger });
    const parts = createCredentialParts(
      pool,
      redis,
      openSealer(config.masterKeyFile, () => undefined),
      logger,
    );
    try {
      await addOnce(pool);
      const request = { companyCode: COMPANY.code, appId: null, label: REASON, interfaces: null, addresses: null };
      const issued = await issueCompanyCredential(parts, COMMAND_LINE, {
        ...request,
        rateRecordsPerS: null,
        sandbox: false,
      });
      if (!issued.ok) throw new AppError(issued.error.code, { detail: issued.error.detail });
      try {
        const report = await test(context, pool, issued.value);
        return report.isPassed === false ? EXIT_FAILED : EXIT_DONE;
      } finally {
        const name = { companyCode: COMPANY.code, appId: issued.value.appId };
        await revokeCompanyCredential(parts, context.clock, COMMAND_LINE, name);
      }
    } finally {
      closeRedis(redis);
      await pool.end();
    }
  },
};

async function addOnce(pool: Pool): Promise<void> {
  if ((await listCompanies(pool)).some(({ code }) => code === COMPANY.code)) return;
  const added = await addCompany(pool, COMMAND_LINE, COMPANY, 'live');
  if (!added.ok) throw new AppError(added.error.code, { detail: added.error.detail });
}

async function test(
  context: CommandContext,
  pool: Pool,
  credential: { readonly appId: string; readonly appSecret: string },
): Promise<Report> {
  const { config, clock, logger } = context;
  const seed = context.wholeNumber('seed', 0, 2_147_483_647) ?? 1;
  const stations = createStations(seed);
  const settings = new StoredParkSettings(pool, clock);
  const ended = new AbortController();
  // The watcher outlives Ctrl-C: it sees the alarms of the test to their end.
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const ruleVersions: Record<string, number> = {};
  const watcher = new LiveWatcher({
    url: context.text('url') ?? `http://127.0.0.1:${config.port}`,
    user: { name: context.required('user'), password: await passwordOf(context) },
    clock,
    signal: ended.signal,
    onEvent: () => undefined,
    onClosed: (code, reason) => logger.warn('live-closed', { code, reason }),
  });
  const watching = watcher.run();
  // Awaited at the end; a refused sign-in ends the wait for the picture below.
  watching.catch(() => ended.abort());
  const client = new VendorClient({
    url: `http://${config.host}:${config.ingestPort}`,
    credentials: { [COMPANY.code]: credential },
    clock,
    logger,
  });
  const projection = createProjection(config.projection);
  const run: LiveRun = {
    client,
    clock,
    projection,
    origin: projection.eastingNorthingFromLngLat(degreesOf(context, 'lng'), degreesOf(context, 'lat')),
    companyCode: COMPANY.code,
    seconds: 60 * (context.wholeNumber('minutes', 1, 600) ?? 10),
    everyS: context.wholeNumber('rate', 1, 5) ?? 2,
    sampleS: 5,
    signal,
    *alarms() {
      for (const alarm of watcher.client.picture.alarms.values()) {
        if (!isOfTest(alarm)) continue;
        ruleVersions[alarm.rule] = alarm.ruleVersion;
        yield alarm;
      }
    },
  };
  const startedAtMs = clock.nowMs();
  try {
    await connected(watcher, signal);
    await sendRegisters(run, stations, false);
    await applySettings(settings, stations, clock.nowMs());
    const samples = await runLive(run, stations);
    const [rules] = (await settings.list(null, 'rules')).settings;
    const report = reportOf(
      {
        park: config.parkCode,
        software: 'ParkSentry 0.1.0',
        engineVersion: ENGINE_VERSION,
        ruleVersions,
        settingsVersion: rules?.version ?? 0,
        settings: rules?.value ?? DEFAULT_RULE_SETTINGS,
        startedAtMs,
        endedAtMs: clock.nowMs(),
        seed,
        seconds: run.seconds,
        everyS: run.everyS,
        sampleS: run.sampleS,
      },
      stations,
      samples,
    );
    write(context, report, csvOf(samples));
    return report;
  } finally {
    await sendRegisters(run, stations, true);
    await withdrawSettings(settings);
    await endAlarms(watcher, ended.signal, context);
    client.close();
    ended.abort();
    await watching.catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
  }
}

/** Orange and red gatherings wait for a person, and what ended waits to be seen: the one who runs the test does both. */
async function endAlarms(watcher: LiveWatcher, signal: AbortSignal, { clock, logger }: CommandContext): Promise<void> {
  const untilMs = clock.nowMs() + END_ALARMS_MS;
  const { alarms } = watcher.client.picture;
  const own = (): AlarmView[] =>
    [...alarms.values()].filter(({ companyCodes }) => companyCodes.every((code) => code === COMPANY.code));
  for (let left = own(); left.length > 0 && !signal.aborted; left = own()) {
    if (clock.nowMs() >= untilMs) {
      logger.warn('conformance-alarms-left', { alarmIds: left.map(({ alarmId }) => alarmId) });
      return;
    }
    const acts = left.flatMap((alarm) => {
      const act = (['acknowledge', 'reset'] as const).find((one) => alarmActRefusal(alarm, one, REASON) === null);
      return act === undefined ? [] : [{ actId: randomUUID(), act, alarmId: alarm.alarmId, comment: REASON }];
    });
    for (const message of acts.slice(0, ACTS_AT_ONCE)) watcher.act(message);
    await pause(ACT_PAUSE_MS, signal);
  }
}

const isOfTest = ({ companyCodes }: AlarmView): boolean => companyCodes.includes(COMPANY.code);

async function passwordOf(context: CommandContext): Promise<string> {
  const given = context.required('password');
  return given === '-' ? ((await readAll(context.stdin)).split(/\r?\n/, 1)[0] ?? '') : given;
}

function degreesOf(context: CommandContext, option: string): number {
  const degrees = Number(context.required(option));
  if (!Number.isFinite(degrees)) throw new AppError('INPUT_INVALID', { detail: `--${option} is no number` });
  return degrees;
}

async function connected(watcher: LiveWatcher, signal: AbortSignal): Promise<void> {
  const waited = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]);
  while (watcher.client.statistics.frames === 0) {
    if (waited.aborted)
      throw new AppError('INTERNAL', { detail: 'no picture from the live socket: sign-in, address?' });
    await pause(50, waited);
  }
}

/** Gatherings from six on, on the grounds of the gathering tests; and the company is silent on purpose before and after. */
async function applySettings(settings: StoredParkSettings, stations: readonly Station[], nowMs: number): Promise<void> {
  const items = stations.flatMap(({ areaId, layout }) =>
    layout.gatheringFrom === null
      ? []
      : [{ key: areaKey(COMPANY.code, areaId), value: { gathering: { watched: true, from: layout.gatheringFrom } } }],
  );
  const silent = {
    companyCode: COMPANY.code,
    interfaces: [],
    fromMs: nowMs,
    toMs: nowMs + 365 * DAY_MS,
    reason: REASON,
  };
  for (const [topic, changes] of [
    ['maintenance', [{ key: COMPANY.code, value: silent }]] as const,
    ['area', items] as const,
  ]) {
    const done = await settings.import({ topic, items: changes, reason: REASON, dryRun: false }, COMMAND_LINE);
    const problem = done.items.find((item) => item.problem !== null);
    if (problem !== undefined)
      throw new AppError('INTERNAL', { detail: `${topic} ${problem.key}: ${problem.problem}` });
  }
}

async function withdrawSettings(settings: StoredParkSettings): Promise<void> {
  const rows = (await settings.list(null, 'area')).settings;
  for (const { topic, key, version, value } of rows) {
    if (value === null || !key.startsWith(areaKey(COMPANY.code, ''))) continue;
    await settings.put({ topic, key, value: null, expectedVersion: version, reason: REASON }, COMMAND_LINE);
  }
}

function write(context: CommandContext, report: Report, samples: string): void {
  const folder = context.text('out') ?? join(context.config.dataFolder, 'conformance', String(report.startedAtMs));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'report.html'), htmlOf(report));
  writeFileSync(join(folder, 'samples.csv'), samples);
  const lines = report.rates.map(
    ({ test: name, model, missRate, falseRate, isJudged, isWithin }) =>
      `${name.padEnd(14)} ${model.padEnd(16)} miss ${(100 * missRate).toFixed(2).padStart(6)} %  false ${(100 * falseRate).toFixed(2).padStart(6)} %  ${isJudged ? (isWithin ? 'pass' : 'FAIL') : 'reported'}`,
  );
  const { isPassed, rates, circles } = report;
  context.print(
    { event: 'conformance', isPassed, folder, rates, circles },
    [
      ...lines,
      `${isPassed === null ? 'too short to judge' : isPassed ? 'passed' : 'NOT passed'}: ${join(folder, 'report.html')}`,
    ].join('\n'),
  );
}
