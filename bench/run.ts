/**
 * `npm run bench`: every bench in turn, each in the same way wherever it runs, and one JSON file with the numbers, the
 * machine, the commit and how durable the stores were. Run: npm run bench -- [--only transform,fences,codec,copy,audit,permit-boards,segments,archive,playback,replay,copies,rules,dry-run,registers,import,durability,throughput,latency,permits,recovery]
 * [--rate N] [--seconds S] [--clients C] [--out FILE]
 * Only by name: those of the page (page-weight, people, first-people, beside-clients; soak takes 20 minutes), which need the built
 * page and Chromium. Every one says what it measures at the top of its file; none asserts: what a number must be is in README.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runImport } from './admin/import.bench.ts';
import { run as runRegisters } from './admin/registers.bench.ts';
import { run as runArchive } from './archive/archive.bench.ts';
import { run as runCodec } from './codec.bench.ts';
import { runAudit } from './db/audit.bench.ts';
import { runCopy } from './db/copy.bench.ts';
import { runPermitBoards } from './db/permit-boards.bench.ts';
import { runPlayback } from './db/playback.bench.ts';
import { runSegments } from './db/segments.bench.ts';
import { runDryRun } from './dry-run/dry-run.bench.ts';
import { run as runReplay } from './engine/replay.bench.ts';
import { run as runCopies } from './engine/snapshot.bench.ts';
import { run as runFences } from './geo/fences.bench.ts';
import type { BenchResult } from './geo/measure.ts';
import { run as runTransform } from './geo/transform.bench.ts';
import { run as runDurability } from './load/durability.bench.ts';
import { type LatencyResult, latencyText, runLatency } from './load/latency.ts';
import { type PermitLatencyResult, permitLatencyText, runPermitLatency } from './load/permit-latency.ts';
import { runThroughput, type ThroughputResult, throughputText } from './load/throughput.ts';
import { type RecoveryResult, recoveryText, runRecovery } from './recovery.ts';
import { run as runGatherings } from './rules/gathering.bench.ts';
import { run as runMusters } from './rules/muster.bench.ts';
import { run as runParkRules } from './rules/park-rules.bench.ts';
import { run as runPermitRules } from './rules/permit-rules.bench.ts';
import { run as runPermits } from './rules/permits.bench.ts';
import { run as runReporting } from './rules/reporting.bench.ts';
import { runBesideClients } from './web/beside-clients.ts';
import { runFirstPeople } from './web/first-people.bench.ts';
import { pageWeight } from './web/page-weight.ts';
import { runPeople } from './web/people.bench.ts';
import { runSoak } from './web/soak.ts';

const SUITES = [
  'transform',
  'fences',
  'codec',
  'copy',
  'audit',
  'permit-boards',
  'segments',
  'archive',
  'playback',
  'replay',
  'copies',
  'rules',
  'dry-run',
  'registers',
  'import',
  'durability',
  'throughput',
  'latency',
  'permits',
  'recovery',
] as const;
/** Of the built page in Chromium: `ensureBuilt` of the rest leaves the page out. */
const PAGE_SUITES = ['page-weight', 'people', 'first-people', 'beside-clients', 'soak'] as const;
const KNOWN = [...SUITES, ...PAGE_SUITES] as const;
type Suite = (typeof KNOWN)[number];

/** At which the watch is killed, positions a second; and how often. */
const RECOVERY = { ratePerS: 20_000, kills: 5 };
/** Short: the program itself takes a whole day. */
const DRY_RUN = { people: 60, hours: 8 };
const LATENCY_PEOPLE = 5_000;
const LATENCY_TICKS_MS = [1_000, 200];
const PERMITS = { permits: 2_000, people: 30_000 };
const PEOPLE = { people: 50_000, entities: 10_000, seconds: 6, rounds: 1 };
const FIRST_PEOPLE = { people: 1_000, visits: 3 };
const BESIDE_CLIENTS = { clients: 195, people: 5_000 };
const SOAK = { people: 20_000, framesPerS: 10, minutes: 20 };

interface BenchReport {
  readonly at: string;
  readonly commit: string;
  /** Files differ from the commit. */
  readonly isDirty: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  /** Other work on the machine when the bench began and ended: one minute's load. */
  readonly loadBefore: number;
  loadAfter: number;
  readonly results: BenchResult[];
  throughput: ThroughputResult | null;
  readonly latency: LatencyResult[];
  permits: PermitLatencyResult | null;
  recovery: RecoveryResult | null;
  /** By the name of the bench. */
  readonly page: Record<string, object>;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const git = (...args: readonly string[]): string =>
  spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: SUITES.join(',') },
    rate: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '10' },
    out: { type: 'string' },
  },
});
const wanted = values.only.split(',');
const unknown = wanted.filter((name) => !(KNOWN as readonly string[]).includes(name));
if (unknown.length > 0) {
  process.stderr.write(`--only: ${unknown.join(', ')} is none of ${KNOWN.join(', ')}\n`);
  process.exit(2);
}

const report: BenchReport = {
  at: new Date().toISOString(),
  commit: git('rev-parse', '--short', 'HEAD') || 'unknown',
  isDirty: git('status', '--porcelain', '--untracked-files=no') !== '',
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    os: `${process.platform} ${release()}`,
  },
  loadBefore: loadavg()[0] ?? 0,
  loadAfter: 0,
  results: [],
  throughput: null,
  latency: [],
  permits: null,
  recovery: null,
  page: {},
};

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function addResults(results: readonly BenchResult[]): void {
  for (const result of results) {
    report.results.push(result);
    say(`  ${result.name} (${result.unit})`);
    for (const row of result.rows) {
      say(
        `    ${row.variant.padEnd(32)} ${row.median.toLocaleString('en').padStart(14)} median ${row.best.toLocaleString('en').padStart(14)} best`,
      );
    }
    if (result.ratioOf[0] !== result.ratioOf[1]) say(`    ${result.ratioOf.join(' / ')} = ${result.ratio}`);
    for (const [name, value] of Object.entries(result.figures)) say(`    ${name}: ${value}`);
  }
}

function addPage(name: string, result: object): void {
  report.page[name] = result;
  say(`  ${JSON.stringify(result)}`);
}

const runs: Readonly<Record<Suite, () => Promise<void>>> = {
  transform: async () => addResults(await runTransform()),
  fences: async () => addResults(await runFences()),
  codec: async () => addResults(await runCodec()),
  copy: async () => addResults(await runCopy()),
  audit: async () => addResults(await runAudit()),
  'permit-boards': async () => addResults(await runPermitBoards()),
  segments: async () => addResults(await runSegments()),
  archive: async () => addResults(await runArchive()),
  playback: async () => addResults(await runPlayback()),
  replay: async () => addResults(await runReplay()),
  copies: async () => addResults(await runCopies()),
  rules: async () => {
    for (const run of [runParkRules, runGatherings, runMusters, runPermitRules, runReporting]) addResults(await run());
    addResults(runPermits());
  },
  'dry-run': async () => addResults(await runDryRun(DRY_RUN.people, DRY_RUN.hours)),
  import: async () => addResults(await runImport()),
  registers: async () => addResults(await runRegisters()),
  durability: async () => addResults(await runDurability()),
  throughput: async () => {
    const options = { ratePerS: Number(values.rate), seconds: Number(values.seconds), clients: Number(values.clients) };
    report.throughput = await runThroughput(options);
    say(throughputText(report.throughput));
  },
  latency: async () => {
    for (const tickMs of LATENCY_TICKS_MS) {
      const result = await runLatency({ tickMs, people: LATENCY_PEOPLE, seconds: Number(values.seconds) });
      report.latency.push(result);
      say(latencyText(result));
    }
  },
  permits: async () => {
    report.permits = await runPermitLatency({ ...PERMITS, seconds: Number(values.seconds) });
    say(permitLatencyText(report.permits));
  },
  recovery: async () => {
    report.recovery = await runRecovery(RECOVERY);
    say(recoveryText(report.recovery));
  },
  'page-weight': async () => addPage('page-weight', pageWeight(join(root, 'dist', 'web'))),
  people: async () => addPage('people', await runPeople(PEOPLE)),
  'first-people': async () => addPage('first-people', await runFirstPeople(FIRST_PEOPLE.people, FIRST_PEOPLE.visits)),
  'beside-clients': async () =>
    addPage('beside-clients', await runBesideClients({ ...BESIDE_CLIENTS, seconds: Number(values.seconds) })),
  soak: async () => addPage('soak', await runSoak(SOAK)),
};

for (const suite of KNOWN) {
  if (!wanted.includes(suite)) continue;
  say(suite);
  await runs[suite]();
}
report.loadAfter = loadavg()[0] ?? 0;

const file =
  values.out ??
  join(root, 'bench', 'results', `${report.at.slice(0, 10)}-${report.commit}${report.isDirty ? '-dirty' : ''}.json`);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
say(`written to ${file}`);
