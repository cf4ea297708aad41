/**
 * Records of persons and areas that a page said, among those that vendors send. They travel as `persons` and `areas` entries
 * like any other; what sets them apart is their UPDATE_DATE, which lies in an age before every vendor's. So the rules that
 * judge any two records (STO-9) also say who wins: a vendor's record over a page's, the newer one among a page's own. Pure.
 */

/** A page's date is this much before its own time: in the year 125 or so, which every database can write. */
const PAGE_AGE_MS = 60_000_000_000_000;

/** appId of a page's batches; no credential has it. */
export const PAGE_APP_ID = 'page:';

export const pageDateMs = (saidAtMs: number): number => saidAtMs - PAGE_AGE_MS;

/** null: a vendor's record without an UPDATE_DATE. */
export const isPageDate = (updatedAtMs: number | null): boolean => updatedAtMs !== null && updatedAtMs < 0;

/** When the page said it; null: a vendor did. */
export const pageSaidAtMs = (updatedAtMs: number | null): number | null =>
  updatedAtMs !== null && isPageDate(updatedAtMs) ? updatedAtMs + PAGE_AGE_MS : null;
