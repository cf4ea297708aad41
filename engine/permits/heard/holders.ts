/**
 * What person records say beside who somebody is: certificates, and the blind index of the ID number, which finds the same person
 * among contractors of any company. Of certificates a page has the last word where it said some (STO-9 judges the rest).
 */
import { areaKey } from '../../../stream/protocol/effects.ts';
import type { PersonRecord } from '../../../stream/protocol/entry.ts';
import { PAGE_APP_ID } from '../../../stream/protocol/page-records.ts';
import type { PackedChunk } from '../../packed.ts';
import { PackedMap } from '../../packed-map.ts';
import { type Certificates, type PersonCertificate, personCertificates } from './certificates.ts';

/** Half of it tells people apart as well, in half the memory of as many thousand. */
export const BLIND_DIGITS = 32;
/** Of a company; further people have no certificates here. */
const HOLDERS_MAX = 100_000;

interface Word {
  /** UPDATE_DATE of the newest word; null: it had none. */
  readonly atMs: number | null;
  readonly certificates: readonly PersonCertificate[];
}
interface Kept {
  readonly companyCode: string;
  readonly personId: string;
  readonly name: string;
  readonly blind: string | null;
  readonly vendor: Word | null;
  readonly page: Word | null;
}

export class Holders {
  readonly #certificates: Certificates;
  readonly #byKey = new PackedMap<Kept>((kept) => ['', ...savedHolder(kept)]);
  readonly #counts = new Map<string, number>();

  constructor(certificates: Certificates) {
    this.#certificates = certificates;
  }

  blindOf(key: string): string | null {
    return this.#byKey.get(key)?.blind ?? null;
  }

  /** Whether it says something new that permits are judged by. */
  take(record: PersonRecord, appId: string): boolean {
    const { companyCode, personId, name, updatedAtMs: atMs } = record;
    const key = areaKey(companyCode, personId);
    const before = this.#byKey.get(key);
    const isPage = appId === PAGE_APP_ID;
    const known = isPage ? before?.page : before?.vendor;
    if (known?.atMs != null && atMs !== null && atMs <= known.atMs) return false;
    if (record.deleted) {
      // A page that takes its word back leaves the vendor's.
      const isGone = !isPage || before?.vendor == null;
      if (before === undefined) return false;
      if (isGone) this.#remove(key, before);
      else this.#put(key, before, { ...before, page: null });
      return true;
    }
    if (before === undefined && (this.#counts.get(companyCode) ?? 0) >= HOLDERS_MAX) return false;
    const word = { atMs, certificates: personCertificates(record.certificates) };
    const { vendor = null, page = null } = before ?? {};
    const next: Kept = {
      companyCode,
      personId,
      name: isPage && vendor !== null ? (before?.name ?? name) : name,
      blind: record.idNumberBlind?.slice(0, BLIND_DIGITS) ?? before?.blind ?? null,
      vendor: isPage ? vendor : word,
      page: isPage ? (word.certificates.length === 0 ? null : word) : page,
    };
    this.#put(key, before, next);
    return before === undefined || saidOf(before) !== saidOf(next);
  }

  #put(key: string, before: Kept | undefined, next: Kept): void {
    if (before === undefined) this.#counts.set(next.companyCode, (this.#counts.get(next.companyCode) ?? 0) + 1);
    else this.#certificates.dropHolder(before, certificatesOf(before));
    this.#byKey.set(key, next);
    this.#certificates.putHolder(next, certificatesOf(next));
  }

  #remove(key: string, before: Kept): void {
    this.#certificates.dropHolder(before, certificatesOf(before));
    this.#byKey.delete(key);
    this.#counts.set(before.companyCode, (this.#counts.get(before.companyCode) ?? 1) - 1);
  }

  /** Everybody, as load() takes them behind ''. */
  packed(): Generator<PackedChunk> {
    return this.#byKey.packed();
  }

  load([companyCode, personId, name, blind, vendor, page]: SavedHolder): void {
    const word = (of: SavedWord | null): Word | null =>
      of === null
        ? null
        : { atMs: of[0], certificates: of[1].map(([cert, number, validToMs]) => ({ name: cert, number, validToMs })) };
    const kept = { companyCode, personId, name, blind, vendor: word(vendor), page: word(page) };
    this.#put(areaKey(companyCode, personId), undefined, kept);
  }
}

type SavedWord = [number | null, [string, string, number | null][]];
export type SavedHolder = [string, string, string, string | null, SavedWord | null, SavedWord | null];

const savedHolder = ({ companyCode, personId, name, blind, vendor, page }: Kept): SavedHolder => [
  companyCode,
  personId,
  name,
  blind,
  savedWord(vendor),
  savedWord(page),
];
const savedWord = (word: Word | null): SavedWord | null =>
  word === null ? null : [word.atMs, word.certificates.map(({ name, number, validToMs }) => [name, number, validToMs])];

const certificatesOf = ({ vendor, page }: Kept): readonly PersonCertificate[] =>
  page?.certificates ?? vendor?.certificates ?? [];
const saidOf = (kept: Kept): string => JSON.stringify([kept.name, kept.blind, certificatesOf(kept)]);
