/** The senders that are expected: as the engine tells of them, and by their stage those that were never heard. Read by the pages. */
import type { SenderState } from '../stream/protocol/sender-state.ts';
import type { CompanyScope } from './company-scope.ts';
import { type Pool, queryRows } from './pool.ts';

export interface StoredSender {
  readonly companyCode: string;
  readonly companyName: string;
  readonly interfaceName: string;
  /** null: never heard. */
  readonly state: SenderState | null;
}

/** By company and interface. Throws AppError DATABASE_UNAVAILABLE. */
export const readSenders = (pool: Pool, scope: CompanyScope): Promise<StoredSender[]> =>
  queryRows<StoredSender>(
    pool,
    `WITH told AS (
       SELECT d.value ->> 'companyCode' AS company_code, d.value ->> 'interfaceName' AS interface, d.value
       FROM doc d WHERE d.kind = 'sender' AND NOT d.gone
     )
     SELECT company_code AS "companyCode", interface AS "interfaceName", coalesce(c.name, '') AS "companyName", t.value AS state
     FROM told t
     FULL JOIN (
       SELECT company_code, interface FROM company_interface WHERE interface = 'positions' AND stage <> 'joint'
     ) AS due USING (company_code, interface)
     LEFT JOIN company c ON c.code = company_code
     LEFT JOIN company_interface i USING (company_code, interface)
     WHERE coalesce(i.stage, 'live') <> 'joint' AND ($1::text IS NULL OR company_code = $1)
     ORDER BY company_code, interface`,
    [scope],
  );

/** Up to when minutes are in the rates; null: none are. Throws AppError DATABASE_UNAVAILABLE. */
export async function readRatesUntilMs(pool: Pool): Promise<number | null> {
  const [row] = await queryRows<{ toMs: number }>(
    pool,
    'SELECT (extract(epoch FROM to_at) * 1000)::bigint AS "toMs" FROM reporting_rolled',
  );
  return row?.toMs ?? null;
}
