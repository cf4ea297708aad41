/** `park credential`: what a company's supplier signs with. A secret is printed once, when it is made, and nowhere else. */
import { COMMAND_LINE } from '../../admin/audit.ts';
import {
  type CredentialBounds,
  type CredentialChange,
  type CredentialParts,
  changeCredential,
  issueCompanyCredential,
  type ListedCredential,
  listCompanyCredentials,
  revokeCompanyCredential,
  rotateCredential,
} from '../../admin/credentials.ts';
import { AppError } from '../../core/errors.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { INTERFACES } from '../../stream/protocol/vocabulary.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { createCredentialParts, openSealer } from '../credential-parts.ts';
import { type Command, type CommandContext, EXIT_DONE, UsageError } from './command.ts';

export const command: Command = {
  name: 'credential',
  summary: 'Issue, list, change, rotate and revoke the credentials of a company',
  usage: [
    'credential issue --company CODE [--app-id ID] [--interfaces A,B] [--addresses A,B] [--rate N] [--label TEXT] [--sandbox]',
    'credential set --company CODE --app-id ID [--interfaces A,B|all] [--addresses A,B|any] [--rate N]',
    'credential rotate --company CODE --app-id ID [--overlap-hours N]',
    'credential list [--company CODE]',
    'credential revoke --company CODE --app-id ID',
  ],
  options: {
    company: { type: 'string', value: 'CODE', doc: 'The company that the credential speaks for' },
    'app-id': { type: 'string', value: 'ID', doc: 'App id; issue makes one when absent' },
    interfaces: { type: 'string', value: 'A,B', doc: `Only these of ${INTERFACES.join(', ')}` },
    addresses: { type: 'string', value: 'A,B', doc: 'Only from these addresses or CIDR blocks' },
    rate: { type: 'string', value: 'N', doc: "Records a second; the park's default when absent" },
    label: { type: 'string', value: 'TEXT', doc: 'For people: whose system, which site', defaultText: '' },
    sandbox: { type: 'boolean', doc: 'Requests are checked and answered in full; nothing of them is kept' },
    'overlap-hours': {
      type: 'string',
      value: 'N',
      doc: 'How long the old secret holds beside the new',
      defaultText: '72',
    },
  },
  notes: [
    'A secret is printed once and cannot be shown again. set leaves what it does not name as it is; all and any take a',
    'limit away. A revocation holds at once, for both secrets, and is never taken back: issue a new credential instead.',
  ],
  async run(context) {
    const act = ACTS[context.words[0] ?? ''];
    if (act === undefined) throw new UsageError(`say which: credential ${Object.keys(ACTS).join(', ')}`);
    const { config, logger } = context;
    const pool = createPool(databaseUrlOf(config), { max: 1, applicationName: 'park-credential' });
    const redis = createRedis(redisUrlOf(config), { name: 'park-credential', logger });
    try {
      await act(context, pool, redis);
      return EXIT_DONE;
    } finally {
      closeRedis(redis);
      await pool.end();
    }
  },
};

const ACTS: Readonly<Record<string, (context: CommandContext, pool: Pool, redis: Redis) => Promise<void>>> = {
  issue,
  list,
  set,
  rotate,
  revoke,
};

async function issue(context: CommandContext, pool: Pool, redis: Redis): Promise<void> {
  const request = {
    companyCode: context.required('company'),
    appId: context.text('app-id')?.trim() ?? null,
    label: context.text('label') ?? '',
    interfaces: listOf(context.text('interfaces')),
    addresses: listOf(context.text('addresses')),
    rateRecordsPerS: context.wholeNumber('rate', 1, 1_000_000) ?? null,
    sandbox: context.has('sandbox'),
  };
  const parts = sealingParts(context, pool, redis);
  const issued = await issueCompanyCredential(parts, COMMAND_LINE, request);
  if (!issued.ok) throw new AppError(issued.error.code, { detail: issued.error.detail });
  const { appId, appSecret } = issued.value;
  const { companyCode, sandbox } = request;
  context.print(
    { appId, appSecret, companyCode, sandbox },
    `appId      ${appId}\nappSecret  ${appSecret}\nThe secret is shown this once.`,
  );
}

async function set(context: CommandContext, pool: Pool, redis: Redis): Promise<void> {
  const [interfaces, addresses] = [context.text('interfaces'), context.text('addresses')];
  const rateRecordsPerS = context.wholeNumber('rate', 1, 1_000_000);
  const change: CredentialChange = {
    ...(interfaces === undefined ? {} : { interfaces: interfaces === 'all' ? null : listOf(interfaces) }),
    ...(addresses === undefined ? {} : { addresses: addresses === 'any' ? null : listOf(addresses) }),
    ...(rateRecordsPerS === undefined ? {} : { rateRecordsPerS }),
  };
  if (Object.keys(change).length === 0) throw new UsageError('say what: --interfaces, --addresses or --rate');
  const parts = createCredentialParts(pool, redis, noSealer, context.logger);
  const which = { companyCode: context.required('company'), appId: context.required('app-id') };
  const changed = await changeCredential(parts, COMMAND_LINE, which, change);
  if (!changed.ok) throw new AppError(changed.error.code, { detail: changed.error.detail });
  context.print({ ok: true, ...which, ...changed.value }, `${which.appId}  ${limitsOf(changed.value)}`);
}

async function rotate(context: CommandContext, pool: Pool, redis: Redis): Promise<void> {
  const overlapHours = context.wholeNumber('overlap-hours', 0, OVERLAP_HOURS_MAX) ?? 0;
  const which = { companyCode: context.required('company'), appId: context.required('app-id') };
  const parts = sealingParts(context, pool, redis);
  const rotated = await rotateCredential(parts, context.clock, COMMAND_LINE, {
    ...which,
    overlapMs: overlapHours * HOUR_MS,
  });
  const { appId, appSecret, previousUntil } = rotated;
  context.print(
    rotated,
    `appId      ${appId}\nappSecret  ${appSecret}\nThe secret is shown this once; the old one holds until ${previousUntil.toISOString()}.`,
  );
}

const HOUR_MS = 3_600_000;
const OVERLAP_HOURS_MAX = 24 * 90;

function sealingParts(context: CommandContext, pool: Pool, redis: Redis): CredentialParts {
  const sealer = openSealer(context.config.masterKeyFile, (path) => {
    context.stderr.write(`made a master key: ${path} (back it up elsewhere)\n`);
  });
  return createCredentialParts(pool, redis, sealer, context.logger);
}

async function list(context: CommandContext, pool: Pool): Promise<void> {
  for (const credential of await listCompanyCredentials(pool, context.text('company')?.trim() ?? null)) {
    context.print(credential, lineOf(credential));
  }
}

async function revoke(context: CommandContext, pool: Pool, redis: Redis): Promise<void> {
  const which = { companyCode: context.required('company'), appId: context.required('app-id') };
  const parts = createCredentialParts(pool, redis, noSealer, context.logger);
  const changed = await revokeCompanyCredential(parts, context.clock, COMMAND_LINE, which);
  context.print(
    { ok: true, appId: which.appId, changed },
    changed ? `revoked ${which.appId}` : `${which.appId} was revoked before`,
  );
}

/** These open and seal nothing, and must not depend on the key file. */
const noSealer = {
  seal: () => {
    throw new Error('this seals nothing');
  },
  open: () => {
    throw new Error('this opens nothing');
  },
};

function lineOf(credential: ListedCredential): string {
  const { companyCode, appId, status, sandbox, label, lastUsedAt, previousSecretUntil } = credential;
  const notes = [
    limitsOf(credential),
    lastUsedAt === null ? 'never used' : `used ${lastUsedAt.toISOString()}`,
    ...(previousSecretUntil === null ? [] : [`old secret until ${previousSecretUntil.toISOString()}`]),
  ].join('; ');
  return `${companyCode}  ${appId}  ${(sandbox && status === 'active' ? 'sandbox' : status).padEnd(7)}  ${notes}  ${label}`.trimEnd();
}

const limitsOf = ({ interfaces, addresses, rateRecordsPerS }: CredentialBounds): string =>
  [
    interfaces?.join(',') ?? 'all interfaces',
    addresses?.join(',') ?? 'any address',
    rateRecordsPerS === null ? 'its default rate' : `${rateRecordsPerS}/s`,
  ].join('; ');

const listOf = (text: string | undefined): string[] | null =>
  text === undefined
    ? null
    : text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '');
