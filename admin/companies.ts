/** The companies of the park (table company). Added by the operations command and the demonstration park. */
import { AppError } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Pool, queryRows, sqlState, withTransaction } from '../db/pool.ts';
import { INTERFACES, type InterfaceStage } from '../stream/protocol/vocabulary.ts';
import { type Actor, insertAudit } from './audit.ts';
import type { InputFault } from './route.ts';

export interface Company {
  /** 9 digits of the national registry; anything of this form is taken, since parks number tenants of their own too. */
  readonly code: string;
  readonly name: string;
}

const CODE_FORM = /^[A-Za-z0-9_-]{1,64}$/;
const NAME_MAX = 128;
const UNIQUE_VIOLATION = '23505';

/** It stands in `stage` with every interface. Throws AppError CONFLICT (the code is taken) or DATABASE_UNAVAILABLE. */
export async function addCompany(
  pool: Pool,
  actor: Actor,
  request: Company,
  stage: InterfaceStage = 'joint',
): Promise<Result<Company, InputFault>> {
  const company = { code: request.code.trim(), name: request.name.trim() };
  if (!CODE_FORM.test(company.code)) {
    return err({ code: 'INPUT_INVALID', detail: 'code: 1 to 64 of letters, digits, - and _' });
  }
  if (company.name === '' || company.name.length > NAME_MAX) {
    return err({ code: 'INPUT_INVALID', detail: `name: 1 to ${NAME_MAX} characters` });
  }
  try {
    await withTransaction(pool, async (client) => {
      await queryRows(client, 'INSERT INTO company (code, name) VALUES ($1, $2)', [company.code, company.name]);
      await queryRows(
        client,
        `INSERT INTO company_interface (company_code, interface, stage, changed_by)
         SELECT $1, interface, $2, $3 FROM unnest($4::text[]) AS i (interface)`,
        [company.code, stage, actor.userName, INTERFACES],
      );
      const detail = { name: company.name, stage };
      await insertAudit(client, { actor, action: 'company.add', subject: company.code, outcome: 'ok', detail });
    });
  } catch (cause) {
    if (sqlState(cause) !== UNIQUE_VIOLATION) throw cause;
    throw new AppError('CONFLICT', { detail: `company ${company.code}`, cause });
  }
  return ok(company);
}

export function listCompanies(pool: Pool): Promise<Company[]> {
  return queryRows<Company>(pool, 'SELECT code, name FROM company ORDER BY code');
}
