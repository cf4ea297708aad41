/** `park stage`: where companies stand with each interface, and what of the joint test's check-list was shown. */
import { COMMAND_LINE } from '../../admin/audit.ts';
import { type InterfaceStanding, readStandings, setStage } from '../../admin/stages.ts';
import { AppError } from '../../core/errors.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { INTERFACE_STAGES, INTERFACES } from '../../stream/protocol/vocabulary.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { createAnnouncer } from '../credential-parts.ts';
import { type Command, type CommandContext, EXIT_DONE, UsageError } from './command.ts';

export const command: Command = {
  name: 'stage',
  summary: 'Show and set where companies stand with each interface: joint test, trial, live',
  usage: [
    'stage list [--company CODE] [--interface NAME]',
    'stage set --company CODE --interface NAME --stage joint|trial|live [--force --reason TEXT]',
  ],
  options: {
    company: { type: 'string', value: 'CODE', doc: 'This company' },
    interface: { type: 'string', value: 'NAME', doc: `One of ${INTERFACES.join(', ')}` },
    stage: { type: 'string', value: 'STAGE', doc: 'Where it stands from now on' },
    force: { type: 'boolean', doc: 'Also while the joint test has not shown everything' },
    reason: { type: 'string', value: 'TEXT', doc: 'Why; goes on record' },
  },
  notes: [
    'Records of a joint test are checked, answered and stored, and raise no alarm. Going to trial or live needs everything',
    'on the check-list, or --force with a reason.',
  ],
  async run(context) {
    const [verb] = context.words;
    if (verb !== 'list' && verb !== 'set') throw new UsageError('say which: stage list, or stage set');
    const pool = createPool(databaseUrlOf(context.config), { max: 2, applicationName: 'park-stage' });
    try {
      await (verb === 'list' ? list(context, pool) : set(context, pool));
      return EXIT_DONE;
    } finally {
      await pool.end();
    }
  },
};

async function list(context: CommandContext, pool: Pool): Promise<void> {
  const interfaceName = context.text('interface');
  for (const standing of await readStandings(pool, context.clock, context.text('company')?.trim() ?? null)) {
    if (interfaceName === undefined || standing.interfaceName === interfaceName) {
      context.print(standing, textOf(standing));
    }
  }
}

async function set(context: CommandContext, pool: Pool): Promise<void> {
  const interfaceName = INTERFACES.find((known) => known === context.required('interface'));
  const stage = INTERFACE_STAGES.find((known) => known === context.required('stage'));
  if (interfaceName === undefined) throw new UsageError(`--interface is one of ${INTERFACES.join(', ')}`);
  if (stage === undefined) throw new UsageError(`--stage is one of ${INTERFACE_STAGES.join(', ')}`);
  const reason = context.text('reason')?.trim() ?? '';
  if (context.has('force') && reason === '') throw new UsageError('--force needs a --reason');
  const companyCode = context.required('company');
  const redis = createRedis(redisUrlOf(context.config), { name: 'park-stage', logger: context.logger });
  try {
    const parts = { pool, announcer: createAnnouncer(redis, context.logger) };
    const forcedBecause = context.has('force') ? reason : null;
    const request = { companyCode, interfaceName, stage, forcedBecause };
    const changed = await setStage(parts, context.clock, COMMAND_LINE, request);
    if (!changed.ok) throw new AppError(changed.error.code, { detail: changed.error.detail });
    context.print(changed.value, textOf(changed.value));
  } finally {
    closeRedis(redis);
  }
}

function textOf({ companyCode, interfaceName, stage, checkList }: InterfaceStanding): string {
  const items = checkList.map(
    ({ sample, meaning, firstAt }) =>
      `  ${firstAt === null ? '-' : 'x'} ${sample.padEnd(10)} ${firstAt?.toISOString() ?? ''.padEnd(24)}  ${meaning}`,
  );
  return [`${companyCode}  ${interfaceName}  ${stage}`, ...(stage === 'live' ? [] : items)].join('\n');
}
