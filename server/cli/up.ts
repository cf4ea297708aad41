/**
 * `park up`: a whole park from nothing. Private Redis and PostgreSQL where none is configured, migrations, the
 * demonstration park, every role, and a simulator that sends through the vendor interface like any vendor. Ctrl-C ends
 * every process it started and no other. This is what `npm run demo` runs. A real park on one machine runs it with --no-demo.
 */
import { mkdirSync } from 'node:fs';
import { createMasterKeyFile } from '../../security/master-key.ts';
import { type Config, runningConfig } from '../config.ts';
import { claimFolder } from '../services/kept.ts';
import { startPostgresServer } from '../services/postgres-server.ts';
import { startRedisServer } from '../services/redis-server.ts';
import { type Member, Supervisor } from '../supervisor.ts';
import { type Command, type CommandContext, EXIT_DONE } from './command.ts';
import { requireFreePorts, roleMembers, STOP_ORDER, simulatorMember, statePrinter } from './park-processes.ts';
import { addressesOf, untilAborted } from './serve.ts';
import { type WelcomeFacts, welcomeText } from './welcome.ts';

export const command: Command = {
  name: 'up',
  summary: 'Start a whole park with its own Redis and PostgreSQL, and a simulator',
  usage: ['up [--people N] [--no-simulator]', 'up --no-demo              (a park of your own)'],
  options: {
    people: {
      type: 'string',
      value: 'N',
      doc: 'People the simulator moves, each sending every 2 s',
      defaultText: '5000',
    },
    'no-simulator': { type: 'boolean', doc: 'Start without invented people' },
    'no-demo': { type: 'boolean', doc: 'Start without anything invented: no companies, users, model, people' },
  },
  notes: [
    'Data are kept in PARK_DATA_DIR (default ./data) from one start to the next. REDIS_URL and DATABASE_URL, where set,',
    'are used in place of private servers. Logs: PARK_DATA_DIR/logs. Ctrl-C ends everything it started.',
  ],
  handlesSignals: true,
  run: async (context) => {
    const people = context.wholeNumber('people', 1, 1_000_000) ?? 5_000;
    const { config } = context;
    mkdirSync(config.dataFolder, { recursive: true });
    const release = claimFolder(config.dataFolder);
    const supervisor = new Supervisor({ onState: statePrinter(context) });
    try {
      await untilAborted(start(context, supervisor, people), context.signal);
      await untilAborted(new Promise(() => undefined), context.signal);
    } finally {
      await supervisor.stop(STOP_ORDER);
      release();
    }
    return EXIT_DONE;
  },
};

async function start(context: CommandContext, supervisor: Supervisor, people: number): Promise<void> {
  const { config, env, logger } = context;
  await requireFreePorts(config);
  say(context, `ParkSentry 园区哨兵 · ${config.dataFolder}`);
  await supervisor.start(privateServers(config));
  // From here on: roles find the private servers by the data folder, as every command beside this one does.
  const running = runningConfig(config);
  createMasterKeyFile(running.masterKeyFile);
  const { migrateDatabase } = await import('../../db/migrate.ts');
  await migrateDatabase(running.databaseUrl, logger);
  const isDemo = !context.has('no-demo');
  const isSimulated = isDemo && !context.has('no-simulator');
  let signIns: WelcomeFacts['signIns'] = [];
  if (isDemo) {
    const { loadDemoPark, loadSceneSettings } = await import('../demo-park.ts');
    signIns = (await loadDemoPark(running, logger)).signIns;
    if (isSimulated) await loadSceneSettings(running, people);
  }
  await supervisor.start(roleMembers(config, env));
  if (isSimulated)
    await supervisor.start([simulatorMember(config, env, ['--people', String(people), '--hears-musters'])]);
  const addresses = addressesOf(running);
  context.print(
    { event: 'park-ready', ...addresses, signIns, people: isSimulated ? people : 0 },
    welcomeText({ config: running, addresses, signIns, people: isSimulated ? people : 0 }),
  );
}

function privateServers(config: Config): Member[] {
  const { dataFolder } = config;
  const redis: Member = {
    name: 'redis',
    start: () =>
      startRedisServer({ dataFolder, binary: config.redisServerBinary, maxMemoryMb: config.redisMaxMemoryMb }),
  };
  const postgres: Member = {
    name: 'postgres',
    start: () =>
      startPostgresServer({
        dataFolder,
        sharedBuffersMb: config.postgresSharedBuffersMb,
        archivesWal: config.backupFolder !== undefined,
      }),
  };
  return [...(config.redisUrl === undefined ? [redis] : []), ...(config.databaseUrl === undefined ? [postgres] : [])];
}

/** Progress for people; with --json only events are printed. */
function say(context: CommandContext, line: string): void {
  if (!context.isJson) context.stdout.write(`${line}\n`);
}
