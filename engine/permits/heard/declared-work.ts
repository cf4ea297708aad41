/** What companies said beforehand of their work: the day's safety commitments, and bookings. */

import type { HeardBooking, HeardCommitment } from '../../../alarms/permits/finding.ts';
import { dateOf, dayFromDate } from '../../../alarms/shifts.ts';
import { parkDayNumber } from '../../../core/park-time.ts';
import { WORK_TYPES } from '../../../standard/special-work.ts';
import { type RowIndex, RowsBy, type StandingRow, textOf } from './rows.ts';

/** Commitments of the last days are kept. */
const COMMITMENT_DAYS = 7;
/** Bookings until so long after they end. */
const BOOKING_KEPT_MS = 2 * 86_400_000;

/** As a commitment and a booking write it: `fire-special`, `earth`. */
const CODES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(WORK_TYPES).map(({ kind, level, code }) => [level === 'none' ? kind : `${kind}-${level}`, code]),
);

export class DeclaredWork {
  readonly #commitments = new RowsBy();
  readonly #bookings = new RowsBy();
  /** Asked for by each permit, so kept until one changes. */
  readonly #sorted = new Map<string, readonly HeardBooking[]>();
  /** Companies by day. */
  readonly #published = new Map<string, Set<string>>();

  readonly commitments: RowIndex = {
    register: 'commitments',
    put: (row) => {
      this.#commitments.put(`${row.companyCode}/${row.key}`, row);
      if (row.state !== 'published') return;
      const companies = this.#published.get(row.key) ?? new Set();
      this.#published.set(row.key, companies.add(row.companyCode));
    },
    drop: (row) => {
      this.#commitments.drop(`${row.companyCode}/${row.key}`, row);
      const companies = this.#published.get(row.key);
      companies?.delete(row.companyCode);
      if (companies?.size === 0) this.#published.delete(row.key);
    },
    keeps: ({ key }, nowMs) => dayFromDate(key) >= parkDayNumber(nowMs) - COMMITMENT_DAYS,
  };

  readonly bookings: RowIndex = {
    register: 'work-bookings',
    put: (row) => {
      this.#bookings.put(row.companyCode, row);
      this.#sorted.delete(row.companyCode);
    },
    drop: (row) => {
      this.#bookings.drop(row.companyCode, row);
      this.#sorted.delete(row.companyCode);
    },
    keeps: (row, nowMs) => instantOf(row, 'endsAt') >= nowMs - BOOKING_KEPT_MS,
  };

  /** Of the park's day that holds the instant; a draft is none. */
  commitment(companyCode: string, atMs: number): HeardCommitment | null {
    const day = dateOf(parkDayNumber(atMs));
    const [row] = this.#commitments.of(`${companyCode}/${day}`);
    if (row?.state !== 'published') return null;
    const declared = (row.values['specialWork'] ?? []) as readonly { readonly work: string; readonly places: number }[];
    return { day, places: Object.fromEntries(declared.map(({ work, places }) => [CODES[work] ?? work, places])) };
  }

  /** Companies that published one of the park's day that holds the instant; ascending. */
  companies(atMs: number): string[] {
    return [...(this.#published.get(dateOf(parkDayNumber(atMs))) ?? [])].sort();
  }

  /** By when they begin. */
  ofCompany(companyCode: string): readonly HeardBooking[] {
    let bookings = this.#sorted.get(companyCode);
    if (bookings === undefined) {
      const rows = this.#bookings.of(companyCode).map(bookingFrom);
      bookings = rows.sort((a, b) => a.fromMs - b.fromMs || (a.number < b.number ? -1 : 1));
      this.#sorted.set(companyCode, bookings);
    }
    return bookings;
  }
}

function bookingFrom(row: StandingRow): HeardBooking {
  const kind = textOf(row, 'kind') ?? '';
  const level = textOf(row, 'level') ?? 'none';
  const spot = row.values['spot'] as { readonly lng: number; readonly lat: number } | null | undefined;
  return {
    number: row.key,
    workCode: CODES[level === 'none' ? kind : `${kind}-${level}`] ?? '',
    fromMs: instantOf(row, 'startsAt'),
    toMs: instantOf(row, 'endsAt'),
    site: textOf(row, 'site') ?? '',
    content: textOf(row, 'content') ?? '',
    lng: spot?.lng ?? null,
    lat: spot?.lat ?? null,
    unit: textOf(row, 'worker') ?? '',
    creditCode: textOf(row, 'unit'),
    bookedAtMs: row.createdAtMs,
    isUrgent: row.values['urgent'] === true,
    state: row.state ?? '',
  };
}

const instantOf = ({ values }: StandingRow, field: string): number => {
  const value = values[field];
  return typeof value === 'number' ? value : 0;
};
