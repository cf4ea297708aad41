/** `park handover`: a folder for a company's supplier. */
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listCompanies } from '../../admin/companies.ts';
import { listCompanyCredentials } from '../../admin/credentials.ts';
import { readStandings } from '../../admin/stages.ts';
import { AppError } from '../../core/errors.ts';
import { createPool } from '../../db/pool.ts';
import { databaseUrlOf } from '../config.ts';
import { HANDOVER_DOCS, handoverFiles } from '../handover.ts';
import { type Command, EXIT_DONE } from './command.ts';

export const command: Command = {
  name: 'handover',
  summary: "Write the folder that a company's supplier begins with",
  usage: ['handover --company CODE --address URL --out DIR'],
  options: {
    company: { type: 'string', value: 'CODE', doc: 'The company whose supplier it is for' },
    address: { type: 'string', value: 'URL', doc: 'The vendor interface as the supplier reaches it' },
    out: { type: 'string', value: 'DIR', doc: 'Folder to make; must not be there, or be empty' },
  },
  notes: ['No secret is in it: hand those over by themselves.'],
  async run(context) {
    const companyCode = context.required('company');
    const address = context.required('address').replace(/\/+$/, '');
    const folder = context.required('out');
    if (existsSync(folder) && readdirSync(folder).length > 0) {
      throw new AppError('CONFLICT', { detail: `${folder} is not empty` });
    }
    const pool = createPool(databaseUrlOf(context.config), { max: 1, applicationName: 'park-handover' });
    try {
      const company = (await listCompanies(pool)).find(({ code }) => code === companyCode);
      if (company === undefined) throw new AppError('NOT_FOUND', { detail: `company ${companyCode}` });
      const files = handoverFiles({
        companyCode,
        companyName: company.name,
        address,
        credentials: (await listCompanyCredentials(pool, companyCode)).filter(({ status }) => status === 'active'),
        interfaces: await readStandings(pool, context.clock, companyCode),
        madeAtMs: context.clock.nowMs(),
      });
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of files) writeFileSync(join(folder, name), text);
      for (const name of HANDOVER_DOCS) cpSync(join(docsFolder(), name), join(folder, name), { recursive: true });
      context.print({ ok: true, folder, files: [...files.keys(), ...HANDOVER_DOCS] }, `wrote ${folder}`);
      return EXIT_DONE;
    } finally {
      await pool.end();
    }
  },
};

/** docs, whether this runs from the sources or from dist. */
const docsFolder = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../docs' : '../../../docs', import.meta.url));
