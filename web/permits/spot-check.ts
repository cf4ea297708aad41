/** What a spot check found goes into the register `spot-checks`, and from there to the company. Pure. */
import type { PermitRowJson } from '../../stream/protocol/permit-api.ts';
import { chinaText } from '../registers/china-time.ts';
import { numberOf } from './permit-text.ts';

const SPOT_CHECKS = '#registers/spot-checks';
const MINUTE_MS = 60_000;

/** The form of a new finding, with what is known already written (`v.` words of registers/drafts.ts). */
export function findingHash(permit: Pick<PermitRowJson, 'companyCode' | 'permitId' | 'number'>, nowMs: number): string {
  const atMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const query = new URLSearchParams({
    do: 'new',
    company: permit.companyCode,
    'v.number': `CC-${chinaText(atMs).replace(/\D/g, '')}`,
    'v.permitId': permit.permitId,
    'v.permitNumber': numberOf(permit),
    'v.checkedAt': String(atMs),
  });
  return `${SPOT_CHECKS}?${query}`;
}

/** What was found at the permit so far. */
export const findingsHash = ({ companyCode, permitId }: Pick<PermitRowJson, 'companyCode' | 'permitId'>): string =>
  `${SPOT_CHECKS}?${new URLSearchParams({ company: companyCode, 'f.permitId': permitId })}`;
