/** `park credential`: what a company's supplier signs with. The secret is printed once, at issue, and nowhere else. */
import { COMMAND_LINE } from '../../admin/audit.ts';
import {
  issueCompanyCredential,
  type ListedCredential,
  listCompanyCredentials,
  revokeCompanyCredential,
} from '../../admin/credentials.ts';
import { AppError } from '../../core/errors.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { closeRedis, createRedis, type Redis } from '../../stream/redis.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { createCredentialParts, openSealer } from '../credential-parts.ts';
import { type Command, type CommandContext, EXIT_DONE, UsageError } from './command.ts';

export const command: Command = {
  name: 'credential',
  summary: 'Issue, list and revoke the credentials of a company',
  usage: [
    'credential issue --company CODE [--app-id ID] [--interfaces A,B] [--addresses A,B] [--rate N] [--label TEXT]',
    'credential list [--company CODE]',
    'credential revoke --company CODE --app-id ID',
  ],
  options: {
    company: { type: 'string', value: 'CODE', doc: 'The company that the credential speaks for' },
    'app-id': { type: 'string', value: 'ID', doc: 'App id; issue makes one when absent' },
    interfaces: { type: 'string', value: 'A,B', doc: 'Only these: persons, areas, positions; all when absent' },
    addresses: { type: 'string', value: 'A,B', doc: 'Only from these addresses or CIDR blocks; any when absent' },
    rate: { type: 'string', value: 'N', doc: "Records a second; the park's default when absent" },
    label: { type: 'string', value: 'TEXT', doc: 'For people: whose system, which site', defaultText: '' },
  },
  notes: [
    'The secret is printed once and cannot be shown again. A revocation holds at once and is never taken back:',
    'issue a new credential instead.',
  ],
  async run(context) {
    const [verb] = context.words;
    if (verb !== 'issue' && verb !== 'list' && verb !== 'revoke') {
      throw new UsageError('say which: credential issue, list, or revoke');
    }
    const { config, logger } = context;
    const pool = createPool(databaseUrlOf(config), { max: 1, applicationName: 'park-credential' });
    const redis = createRedis(redisUrlOf(config), { name: 'park-credential', logger });
    try {
      if (verb === 'issue') await issue(context, pool, redis);
      else if (verb === 'revoke') await revoke(context, pool, redis);
      else await list(context, pool);
      return EXIT_DONE;
    } finally {
      closeRedis(redis);
      await pool.end();
    }
  },
};

async function issue(context: CommandContext, pool: Pool, redis: Redis): Promise<void> {
  const request = {
    companyCode: context.required('company'),
    appId: context.text('app-id')?.trim() ?? null,
    label: context.text('label') ?? '',
    interfaces: listOf(context.text('interfaces')),
    addresses: listOf(context.text('addresses')),
    rateRecordsPerS: context.wholeNumber('rate', 1, 1_000_000) ?? null,
  };
  const sealer = openSealer(context.config.masterKeyFile, (path) => {
    context.stderr.write(`made a master key: ${path} (back it up elsewhere)\n`);
  });
  const parts = createCredentialParts(pool, redis, sealer, context.logger);
  const issued = await issueCompanyCredential(parts, COMMAND_LINE, request);
  if (!issued.ok) throw new AppError(issued.error.code, { detail: issued.error.detail });
  const { appId, appSecret } = issued.value;
  context.print(
    { appId, appSecret, companyCode: request.companyCode },
    `appId      ${appId}\nappSecret  ${appSecret}\nThe secret is shown this once.`,
  );
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

/** Revoking opens and seals nothing, and must not depend on the key file. */
const noSealer = {
  seal: () => {
    throw new Error('revoking seals nothing');
  },
  open: () => {
    throw new Error('revoking opens nothing');
  },
};

function lineOf(credential: ListedCredential): string {
  const limits = [
    credential.interfaces?.join(',') ?? 'all interfaces',
    credential.addresses?.join(',') ?? 'any address',
    credential.rateRecordsPerS === null ? "the park's rate" : `${credential.rateRecordsPerS}/s`,
  ].join('; ');
  return `${credential.companyCode}  ${credential.appId}  ${credential.status.padEnd(7)}  ${limits}  ${credential.label}`.trimEnd();
}

const listOf = (text: string | undefined): string[] | null =>
  text === undefined
    ? null
    : text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '');
