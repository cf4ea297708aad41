/** `park company`: add and list the companies of the park. A new one gets a sandbox credential, to begin with at once. */
import { COMMAND_LINE } from '../../admin/audit.ts';
import { addCompany, listCompanies } from '../../admin/companies.ts';
import { type CredentialParts, type IssuedSecret, issueCompanyCredential } from '../../admin/credentials.ts';
import { AppError } from '../../core/errors.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { INTERFACE_STAGES } from '../../stream/protocol/vocabulary.ts';
import { closeRedis, createRedis } from '../../stream/redis.ts';
import { databaseUrlOf, redisUrlOf } from '../config.ts';
import { createCredentialParts, openSealer } from '../credential-parts.ts';
import { type Command, type CommandContext, EXIT_DONE, UsageError } from './command.ts';

export const command: Command = {
  name: 'company',
  summary: 'Add and list companies',
  usage: ['company add --code CODE --name NAME [--stage joint|trial|live]', 'company list'],
  options: {
    code: { type: 'string', value: 'CODE', doc: 'Code in the national registry, as in COMPANY_CODE of every record' },
    name: { type: 'string', value: 'NAME', doc: 'Name shown on the pages' },
    stage: { type: 'string', value: 'STAGE', doc: 'Where every interface begins', defaultText: 'joint' },
  },
  notes: [
    'The sandbox credential that is printed is answered in full and keeps nothing: what it sends, an SOS too, reaches',
    'nobody. Its secret is shown this once.',
  ],
  async run(context) {
    const [verb] = context.words;
    if (verb !== 'add' && verb !== 'list') throw new UsageError('say which: company add, or company list');
    const pool = createPool(databaseUrlOf(context.config), { max: 1, applicationName: 'park-company' });
    try {
      await (verb === 'add' ? add(context, pool) : list(context, pool));
      return EXIT_DONE;
    } finally {
      await pool.end();
    }
  },
};

async function add(context: CommandContext, pool: Pool): Promise<void> {
  const request = { code: context.required('code'), name: context.required('name') };
  const stage = INTERFACE_STAGES.find((known) => known === context.text('stage'));
  if (stage === undefined) throw new UsageError(`--stage is one of ${INTERFACE_STAGES.join(', ')}`);
  // Key and Redis before anything is written: without them the company would be there and its sandbox not.
  const sealer = openSealer(context.config.masterKeyFile, (path) => {
    context.stderr.write(`made a master key: ${path} (back it up elsewhere)\n`);
  });
  const redis = createRedis(redisUrlOf(context.config), { name: 'park-company', logger: context.logger });
  try {
    const added = await addCompany(pool, COMMAND_LINE, request, stage);
    if (!added.ok) throw new AppError(added.error.code, { detail: added.error.detail });
    const { code, name } = added.value;
    const { appId, appSecret } = await issueSandbox(createCredentialParts(pool, redis, sealer, context.logger), code);
    context.print(
      { ok: true, code, name, stage, sandbox: { appId, appSecret } },
      `added ${code}  ${name}  ${stage}\nsandbox appId      ${appId}\nsandbox appSecret  ${appSecret}`,
    );
  } finally {
    closeRedis(redis);
  }
}

async function issueSandbox(parts: CredentialParts, companyCode: string): Promise<IssuedSecret> {
  const issued = await issueCompanyCredential(parts, COMMAND_LINE, {
    companyCode,
    appId: null,
    label: 'sandbox',
    interfaces: null,
    addresses: null,
    rateRecordsPerS: null,
    sandbox: true,
  });
  if (!issued.ok) throw new AppError(issued.error.code, { detail: issued.error.detail });
  return issued.value;
}

async function list(context: CommandContext, pool: Pool): Promise<void> {
  for (const company of await listCompanies(pool)) context.print(company, `${company.code}  ${company.name}`);
}
