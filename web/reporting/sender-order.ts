/** Order of senders and shares as words. Pure. */
import type { ReportingSender } from '../../core/reporting-api.ts';

const RANK: Readonly<Record<ReportingSender['state'], number>> = {
  silent: 0,
  late: 1,
  unknown: 2,
  maintenance: 3,
  online: 4,
};

/** What is wrong first; then by company and interface. */
export const sortSenders = (senders: readonly ReportingSender[]): ReportingSender[] =>
  [...senders].sort(
    (a, b) =>
      RANK[a.state] - RANK[b.state] ||
      a.companyCode.localeCompare(b.companyCode) ||
      a.interfaceName.localeCompare(b.interfaceName),
  );

/** One decimal, never rounded up to a whole: 99.96 % is not all of it. */
export const percentText = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
