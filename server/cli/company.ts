/** `park company`: add and list the companies of the park. */
import { COMMAND_LINE } from '../../admin/audit.ts';
import { addCompany, listCompanies } from '../../admin/companies.ts';
import { AppError } from '../../core/errors.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { databaseUrlOf } from '../config.ts';
import { type Command, type CommandContext, EXIT_DONE, UsageError } from './command.ts';

export const command: Command = {
  name: 'company',
  summary: 'Add and list companies',
  usage: ['company add --code CODE --name NAME', 'company list'],
  options: {
    code: { type: 'string', value: 'CODE', doc: 'Code in the national registry, as in COMPANY_CODE of every record' },
    name: { type: 'string', value: 'NAME', doc: 'Name shown on the pages' },
  },
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
  const added = await addCompany(pool, COMMAND_LINE, request);
  if (!added.ok) throw new AppError(added.error.code, { detail: added.error.detail });
  context.print({ ok: true, ...added.value }, `added ${added.value.code}  ${added.value.name}`);
}

async function list(context: CommandContext, pool: Pool): Promise<void> {
  for (const company of await listCompanies(pool)) context.print(company, `${company.code}  ${company.name}`);
}
