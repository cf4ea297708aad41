/** Where companies stand with each interface, and what of the joint test they have shown. Read by the intake page. */
import { INTERFACES, type InterfaceName, type InterfaceStage } from '../stream/protocol/vocabulary.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

export interface CompanyInterface {
  readonly companyCode: string;
  readonly companyName: string;
  readonly interface: InterfaceName;
  readonly stage: InterfaceStage;
  /** When each sample of the check-list was shown first, epoch ms. */
  readonly shown: Readonly<Record<string, number>>;
}

/** Every company in scope with every interface, by name of the company. Throws AppError DATABASE_UNAVAILABLE. */
export function readInterfaces(pool: Pool, scope: CompanyScope): Promise<CompanyInterface[]> {
  return queryRows<CompanyInterface>(
    pool,
    `SELECT company.code AS "companyCode", company.name AS "companyName", i.interface,
            coalesce(stands.stage, 'joint') AS stage,
            coalesce((SELECT jsonb_object_agg(s.sample, (extract(epoch FROM s.first_at) * 1000)::bigint)
                      FROM interface_sample s
                      WHERE s.company_code = company.code AND s.interface = i.interface), '{}') AS shown
     FROM company CROSS JOIN unnest($2::text[]) WITH ORDINALITY AS i (interface, place)
     LEFT JOIN company_interface stands ON stands.company_code = company.code AND stands.interface = i.interface
     WHERE $1::text IS NULL OR company.code = $1
     ORDER BY company.name, company.code, i.place`,
    [scope, [...INTERFACES]],
  );
}
