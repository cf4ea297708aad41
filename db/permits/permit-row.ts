/** What lists, boards and the search box read of a permit, from its merged state. Pure; shared by the store and its memory twin. */
import { parkDay } from '../../core/park-time.ts';
import { type PermitState, startedAtMs, statusOf } from '../../stream/protocol/permit-merge.ts';
import type { PermitStatus } from '../../stream/protocol/permits.ts';

/** No permit holds for longer; what is told of times farther off does not put it into every list. */
export const SPAN_MAX_MS = 31 * 86_400_000;

export interface PermitRow {
  readonly permitId: string;
  readonly deleted: boolean;
  readonly number: string | null;
  readonly companyName: string;
  readonly workCode: string;
  readonly status: PermitStatus;
  readonly applicant: string | null;
  readonly content: string;
  readonly site: string;
  readonly lng: number | null;
  readonly lat: number | null;
  readonly activityId: string | null;
  readonly units: readonly string[];
  readonly responsibleName: string | null;
  readonly isContractor: boolean | null;
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly acceptedAtMs: number | null;
  /** Actual start, else permitted, else planned, else first heard of. */
  readonly workAtMs: number;
  /** YYYY-MM-DD of that, in UTC+8. */
  readonly day: string;
  /** Of what was planned, permitted and done, at most SPAN_MAX_MS from workAtMs. */
  readonly spanFromMs: number;
  readonly spanToMs: number;
  readonly updatedAtMs: number;
  readonly receivedAtMs: number;
  /** Of number, content, place, applicant and units, a line each. */
  readonly words: string;
}

export function permitRow(state: PermitState): PermitRow {
  const { fields } = state;
  const {
    number = null,
    applicant = null,
    content = '',
    site = '',
    units = [],
    plannedFromMs = null,
    plannedToMs = null,
    validFromMs = null,
    validToMs = null,
    endedAtMs = null,
  } = fields;
  const began = startedAtMs(state);
  const workAtMs = began ?? validFromMs ?? plannedFromMs ?? state.firstReceivedAtMs;
  const instants = [workAtMs, plannedFromMs, plannedToMs, validFromMs, validToMs, endedAtMs].filter(
    (one) => one !== null,
  );
  return {
    permitId: state.permitId,
    deleted: state.deleted,
    number,
    companyName: fields.companyName ?? '',
    workCode: fields.workCode ?? '',
    status: statusOf(state),
    applicant,
    content,
    site,
    lng: fields.lng ?? null,
    lat: fields.lat ?? null,
    activityId: fields.activityId ?? null,
    units,
    responsibleName: fields.responsibleName ?? null,
    isContractor: fields.isContractorWork ?? null,
    validFromMs,
    validToMs,
    startedAtMs: began,
    endedAtMs,
    acceptedAtMs: fields.acceptedAtMs ?? null,
    workAtMs,
    day: parkDay(workAtMs),
    spanFromMs: Math.max(Math.min(...instants), workAtMs - SPAN_MAX_MS),
    spanToMs: Math.min(Math.max(...instants), workAtMs + SPAN_MAX_MS),
    updatedAtMs: state.updatedAtMs,
    receivedAtMs: state.firstReceivedAtMs,
    words: [number ?? '', content, site, applicant ?? '', ...units].join('\n'),
  };
}

/** `YYYY-MM-01` of a day. */
const monthOf = (day: string): string => `${day.slice(0, 8)}01`;

/** What a permit counts as in the months; null: it does not. */
export interface MonthKey {
  readonly month: string;
  readonly workCode: string;
}
export const monthKeyOf = (row: Pick<PermitRow, 'deleted' | 'day' | 'workCode'>): MonthKey | null =>
  row.deleted ? null : { month: monthOf(row.day), workCode: row.workCode };

/** What changes in the months when permits become others, those that come to nothing left out. */
export function monthDeltas(
  changes: readonly { readonly before: MonthKey | null; readonly after: MonthKey | null }[],
): (MonthKey & { readonly permits: number })[] {
  const deltas = new Map<string, MonthKey & { readonly permits: number }>();
  const add = (key: MonthKey | null, permits: number): void => {
    if (key === null) return;
    const name = `${key.month}/${key.workCode}`;
    deltas.set(name, { ...key, permits: (deltas.get(name)?.permits ?? 0) + permits });
  };
  for (const { before, after } of changes) {
    add(before, -1);
    add(after, 1);
  }
  return [...deltas.values()].filter(({ permits }) => permits !== 0);
}
