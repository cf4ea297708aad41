/**
 * Certificates by number: of contractors' people as their register has them (by blind index), of anybody as the person interface
 * says them. Special operators have one number for all their certificates, so a name tells which of them is meant.
 */
import type { HeardCertificate, SaidCertificate } from '../../../alarms/permits/finding.ts';
import type { Contractors } from './contractors.ts';
import { dayFromText, dayOver, overOf } from './days.ts';
import { type RowIndex, RowsBy, SHARED_MAX, type StandingRow, textOf } from './rows.ts';

/** What a person record says of one certificate. */
export interface PersonCertificate {
  readonly name: string;
  /** As `numberForm` writes it. */
  readonly number: string;
  readonly validToMs: number | null;
}
/** Of whom. */
export interface Holder {
  readonly companyCode: string;
  readonly personId: string;
  readonly name: string;
}

type Candidate = Omit<HeardCertificate, 'number'> & { readonly companyCode: string };

export class Certificates {
  readonly #contractors: Contractors;
  readonly #byBlind = new RowsBy(SHARED_MAX);
  /** By number, holders by `company/person`. */
  readonly #byNumber = new Map<string, Map<string, { readonly holder: Holder; readonly of: PersonCertificate[] }>>();

  constructor(contractors: Contractors) {
    this.#contractors = contractors;
  }

  readonly rows: RowIndex = {
    register: 'contractor-qualifications',
    put: (row) => this.#index(row, 'put'),
    drop: (row) => this.#index(row, 'drop'),
  };

  putHolder(holder: Holder, certificates: readonly PersonCertificate[]): void {
    for (const certificate of certificates) {
      const holders = this.#byNumber.get(certificate.number) ?? new Map();
      const key = `${holder.companyCode}/${holder.personId}`;
      const known = holders.get(key)?.of ?? [];
      holders.set(key, { holder, of: [...known, certificate] });
      this.#byNumber.set(certificate.number, holders);
    }
  }

  dropHolder({ companyCode, personId }: Holder, certificates: readonly PersonCertificate[]): void {
    for (const { number } of certificates) {
      const holders = this.#byNumber.get(number);
      holders?.delete(`${companyCode}/${personId}`);
      if (holders?.size === 0) this.#byNumber.delete(number);
    }
  }

  /** Of the company's where it has one of the number, of those named so where one is, and the one that holds longest. */
  find(companyCode: string, said: SaidCertificate): HeardCertificate | undefined {
    const all = [...this.#ofRegister(said), ...this.#ofPeople(said)];
    const own = all.filter((one) => one.companyCode === companyCode);
    const near = own.length > 0 ? own : all;
    const named = near.filter(({ kind }) => isNamed(kind, said.name));
    const [best] = (named.length > 0 ? named : near).toSorted(
      (a, b) =>
        Number(a.isRefuted) - Number(b.isRefuted) ||
        (b.validToMs ?? Number.MAX_SAFE_INTEGER) - (a.validToMs ?? Number.MAX_SAFE_INTEGER) ||
        (nameOf(a) < nameOf(b) ? -1 : 1),
    );
    if (best === undefined) return undefined;
    const { companyCode: _, ...certificate } = best;
    return { number: said.number, ...certificate };
  }

  #ofRegister({ blind }: SaidCertificate): Candidate[] {
    const rows = blind === null ? [] : this.#byBlind.of(blind);
    return rows.map((row) => {
      const person = textOf(row, 'person') ?? '';
      const ends = [overOf(row, 'validTo'), overOf(row, 'reviewDue')].filter((end) => end !== null);
      return {
        companyCode: row.companyCode,
        kind: textOf(row, 'category') ?? textOf(row, 'kind') ?? '',
        holderName: this.#contractors.nameOf(row.companyCode, person) ?? '',
        holderPersonId: this.#contractors.personIdOf(row.companyCode, person),
        validToMs: ends.length === 0 ? null : Math.min(...ends),
        isRefuted: ['mismatch', 'not-found'].includes(textOf(row, 'verified') ?? ''),
      };
    });
  }

  #ofPeople({ number }: SaidCertificate): Candidate[] {
    const holders = this.#byNumber.get(numberForm(number));
    if (holders === undefined || holders.size > SHARED_MAX) return [];
    return [...holders.values()].flatMap(({ holder, of }) =>
      of.map(({ name, validToMs }) => ({
        companyCode: holder.companyCode,
        kind: name,
        holderName: holder.name,
        holderPersonId: holder.personId,
        validToMs,
        isRefuted: false,
      })),
    );
  }

  #index(row: StandingRow, how: 'put' | 'drop'): void {
    const blind = textOf(row, 'certificate');
    if (blind !== null && textOf(row, 'person') !== null) this.#byBlind[how](blind, row);
  }
}

/** In an order of their own, whoever came first. */
const nameOf = ({ companyCode, holderName, holderPersonId, kind }: Candidate): string =>
  [companyCode, holderName, holderPersonId, kind].join('/');

export const numberForm = (number: string): string => number.trim().toUpperCase();

const plain = (text: string): string => text.replace(/[\s·、，,（）()\-_/]|作业|操作证|证/g, '');
/** 焊接与热切割作业 and 熔化焊接与热切割作业 are one. */
const isNamed = (kind: string, name: string): boolean => {
  const [one, other] = [plain(kind), plain(name)];
  return one !== '' && other !== '' && (one.includes(other) || other.includes(one));
};

/** Members of a certificate of the person interface (NAME, NUMBER, VALID_TO), which has no list of them in the standard. */
const MEMBERS = {
  name: ['NAME', 'CERTINAME', 'CERTIFICATENAME', 'KIND', 'TYPE', 'CATEGORY'],
  number: ['NUMBER', 'NUM', 'NO', 'CODE', 'CERTINUM', 'CERTNO', 'CERTIFICATENO', 'CERTIFICATENUM', 'CERTIFICATENUMBER'],
  validTo: ['VALIDTO', 'VALIDEND', 'ENDDATE', 'EXPIREDATE', 'EXPIRYDATE', 'VALIDDATE', 'VALIDITY'],
} as const;

/** Certificates with a number out of a person's record; what else an object holds is not ours to read. */
export function personCertificates(certificates: readonly unknown[]): PersonCertificate[] {
  return certificates.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return [];
    const said = new Map(Object.entries(one).map(([name, value]) => [name.toUpperCase().replaceAll('_', ''), value]));
    const of = (names: readonly string[]): string => {
      const value = names.map((name) => said.get(name)).find((found) => found !== undefined && found !== null);
      return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    };
    const number = numberForm(of(MEMBERS.number));
    if (number === '') return [];
    return [{ name: of(MEMBERS.name), number, validToMs: dayOver(dayFromText(of(MEMBERS.validTo))) }];
  });
}
