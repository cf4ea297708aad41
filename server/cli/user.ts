/** `park user`: accounts of the pages. Passwords follow the same rules as on the pages; every write is audited. */
import { text as readAll } from 'node:stream/consumers';
import type { FactorStore } from '../../admin/account/factors.ts';
import { PgFactorStore } from '../../admin/account/pg-factors.ts';
import { COMMAND_LINE } from '../../admin/audit.ts';
import type { ListedUser } from '../../admin/ports.ts';
import { PgUserStore } from '../../admin/user-store.ts';
import { type AddedUser, addUser, resetPassword } from '../../admin/users.ts';
import { AppError } from '../../core/errors.ts';
import { createPool } from '../../db/pool.ts';
import { foldUserName, SignInAttempts } from '../../security/session-attempts.ts';
import { RedisAttemptStore, RedisSessionStore } from '../../security/session-redis.ts';
import { Sessions } from '../../security/sessions.ts';
import { ROLES } from '../../stream/protocol/vocabulary.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { type Command, type CommandContext, EXIT_DONE, UsageError } from './command.ts';

export const command: Command = {
  name: 'user',
  summary: 'Add users, set passwords, reset second factors',
  usage: [
    'user add --name NAME --role ROLE [--company CODE] [--department CODE] [--contractor CODE] [--password TEXT] [--no-change]',
    'user reset-password --name NAME [--password TEXT] [--no-change]',
    'user reset-factor --name NAME',
    'user list',
  ],
  options: {
    name: { type: 'string', value: 'NAME', doc: 'What the user signs in with; case does not matter' },
    role: { type: 'string', value: 'ROLE', doc: `One of ${ROLES.join(', ')}; it stands for good` },
    company: { type: 'string', value: 'CODE', doc: 'The company of a company’s user, who sees no other' },
    department: { type: 'string', value: 'CODE', doc: 'Department of the park, or the office of the company' },
    contractor: { type: 'string', value: 'CODE', doc: 'The unit of a contractor' },
    password: {
      type: 'string',
      value: 'TEXT',
      doc: 'First password; - reads a line from standard input; absent: one is made and printed',
    },
    'no-change': {
      type: 'boolean',
      doc: 'Do not ask for a new password at the first sign-in; with PARK_DEMO_SIGN_IN=true alone',
    },
  },
  notes: [
    'A password given as an option is seen by whoever lists processes; prefer --password - .',
    'Resetting a password also lifts a lock and ends every session of the user.',
  ],
  async run(context) {
    const [verb] = context.words;
    if (verb !== 'add' && verb !== 'reset-password' && verb !== 'reset-factor' && verb !== 'list') {
      throw new UsageError('say which: user add, reset-password, reset-factor, or list');
    }
    const pool = createPool(databaseUrlOf(context.config), { max: 1, applicationName: 'park-user' });
    const users = new PgUserStore(pool);
    try {
      if (verb === 'add') await add(context, users);
      else if (verb === 'reset-password') await reset(context, users);
      else if (verb === 'reset-factor') await resetFactor(context, users, new PgFactorStore(pool));
      else for (const user of await users.list()) context.print(user, lineOf(user));
      return EXIT_DONE;
    } finally {
      await pool.end();
    }
  },
};

async function add(context: CommandContext, users: PgUserStore): Promise<void> {
  const request = {
    name: context.required('name'),
    role: context.required('role'),
    companyCode: context.text('company')?.trim() ?? null,
    department: context.text('department')?.trim() ?? null,
    contractorCode: context.text('contractor')?.trim() ?? null,
    password: await passwordOf(context),
    mustChangePassword: mustChange(context),
  };
  const added = await addUser(users, context.clock, COMMAND_LINE, request);
  if (!added.ok) throw new AppError(added.error.code, { detail: added.error.detail });
  printUser(context, added.value, request.mustChangePassword);
}

async function reset(context: CommandContext, users: PgUserStore): Promise<void> {
  const request = {
    name: context.required('name'),
    password: await passwordOf(context),
    mustChangePassword: mustChange(context),
  };
  const redis = createRedis(redisUrlOf(context.config), { name: 'park-user', logger: context.logger });
  try {
    const sessions = new Sessions(new RedisSessionStore(redis), context.clock);
    const attempts = new SignInAttempts(new RedisAttemptStore(redis));
    const done = await resetPassword(users, sessions, attempts, context.clock, COMMAND_LINE, request);
    if (!done.ok) throw new AppError(done.error.code, { detail: done.error.detail });
    printUser(context, done.value, request.mustChangePassword);
  } finally {
    closeRedis(redis);
  }
}

/** The next sign-in sets one up anew where the role needs one. */
async function resetFactor(context: CommandContext, users: PgUserStore, factors: FactorStore): Promise<void> {
  const name = foldUserName(context.required('name'));
  const user = await users.findByName(name);
  if (user === null) throw new AppError('NOT_FOUND', { detail: `user ${name}` });
  await factors.remove(user.userId, { actor: COMMAND_LINE, action: 'factor.reset', subject: name, outcome: 'ok' });
  context.print({ userId: user.userId, name }, `${name}  has no second factor`);
}

function mustChange(context: CommandContext): boolean {
  if (!context.has('no-change')) return true;
  if (!context.config.demoSignIn)
    throw new UsageError('--no-change is for demonstrations: PARK_DEMO_SIGN_IN is not true');
  return false;
}

/** null: none given. */
async function passwordOf(context: CommandContext): Promise<string | null> {
  const given = context.text('password');
  if (given !== '-') return given ?? null;
  const line = (await readAll(context.stdin)).split(/\r?\n/, 1)[0] ?? '';
  if (line === '') throw new UsageError('--password - reads a line from standard input, and there was none');
  return line;
}

function printUser(context: CommandContext, { user, generatedPassword }: AddedUser, mustChangePassword: boolean): void {
  const { userId, name, role, companyCode } = user;
  const lines = [
    `${name}  ${role}${companyCode === null ? '' : `  ${companyCode}`}`,
    ...(generatedPassword === null ? [] : [`password  ${generatedPassword}`]),
    ...(mustChangePassword ? ['A new password is asked for at the first sign-in.'] : []),
  ];
  const password = generatedPassword === null ? {} : { password: generatedPassword };
  context.print({ userId, name, role, companyCode, mustChangePassword, ...password }, lines.join('\n'));
}

function lineOf(user: ListedUser): string {
  const marks = [user.disabled ? 'disabled' : '', user.lockedUntilMs === null ? '' : 'locked']
    .filter(Boolean)
    .join(', ');
  return `${user.name}  ${user.role}  ${user.companyCode ?? '-'}  ${marks}`.trimEnd();
}
