/**
 * Which of two records of the same person or area stands. Pure; shared by the store and its memory twin. Rules STO-8 to
 * STO-10 of docs/spec/storage.md.
 */
import { createHash } from 'node:crypto';
import type { AreaRecord, PersonRecord, RegisterRecord } from '../stream/protocol/entry.ts';
import { isPageDate } from '../stream/protocol/page-records.ts';

export type Verdict = 'stored' | 'duplicate' | 'superseded';

/** What is remembered of the record that stands. */
export interface Standing {
  /** UPDATE_DATE, epoch ms; null: it had none. */
  readonly updatedAtMs: number | null;
  readonly contentHash: string;
}

/**
 * Both dated: older is superseded, equal a duplicate, newer stands. Without an UPDATE_DATE on either side the order of
 * arrival decides, and only the same content is a duplicate. The engine passes over the same records.
 */
export function judgeRecord(standing: Standing | undefined, incoming: Standing): Verdict {
  if (standing === undefined) return 'stored';
  const isPages = isPageDate(incoming.updatedAtMs);
  // A vendor's word stands over a page's, dated or not, withdrawn or not.
  if (isPageDate(standing.updatedAtMs) !== isPages) return isPages ? 'superseded' : 'stored';
  if (standing.updatedAtMs !== null && incoming.updatedAtMs !== null) {
    if (incoming.updatedAtMs < standing.updatedAtMs) return 'superseded';
    return incoming.updatedAtMs === standing.updatedAtMs ? 'duplicate' : 'stored';
  }
  return incoming.contentHash === standing.contentHash ? 'duplicate' : 'stored';
}

/**
 * A repeat that only its content shows to be one, a date being absent on either side, is written all the same: its sealed
 * fields may differ, it says anew who wears the card, and its date stands from now on.
 */
export const isSaidAnew = (verdict: Verdict, standing: Standing | undefined, incoming: Standing): boolean =>
  verdict === 'duplicate' && (standing?.updatedAtMs === null || incoming.updatedAtMs === null);

export const hashOf = (fields: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(fields)).digest('base64url');

/** Of a withdrawal only that it is one counts: senders fill the other fields as they like. */
const contentOf = (record: { readonly deleted: boolean }, fields: readonly unknown[]): string =>
  hashOf(record.deleted ? ['withdrawn'] : fields);

/** Of a sealed field of a register: the ciphertext, and the blind index that finds it again. */
export interface SealedValue {
  readonly sealed: string;
  readonly blind: string;
}

export const isSealedValue = (value: unknown): value is SealedValue =>
  typeof value === 'object' && value !== null && 'sealed' in value && 'blind' in value;

/** Sealed fields are left out: sealing the same number twice gives two ciphertexts. */
export const personStanding = (record: PersonRecord): Standing => ({
  updatedAtMs: record.updatedAtMs,
  contentHash: contentOf(record, [
    record.companyName,
    record.name,
    record.type,
    record.department,
    record.post,
    record.gender,
    record.birthday,
    record.cardNo,
    record.contractorCode,
    record.certificates,
  ]),
});

/** Sealed values count by their blind indexes, which are the same each time. */
export const rowStanding = (record: RegisterRecord): Standing => ({
  updatedAtMs: record.updatedAtMs,
  contentHash: contentOf(
    record,
    Object.keys(record.values)
      .sort()
      .map((name) => [name, isSealedValue(record.values[name]) ? record.values[name].blind : record.values[name]]),
  ),
});

export const areaStanding = (record: AreaRecord): Standing => ({
  updatedAtMs: record.updatedAtMs,
  contentHash: contentOf(record, [
    record.name,
    record.fixed,
    record.kind,
    record.polygons,
    record.zMinM,
    record.zMaxM,
    record.floorNo,
    record.capacityMax,
    record.capacityMin,
    record.dwellLimitS,
    record.stillLimitS,
    record.allowedTypes,
    record.boundPersonIds,
    record.requiredPersonIds,
    record.validFromMs,
    record.validToMs,
    record.inExArea,
  ]),
});
