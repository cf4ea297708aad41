/**
 * Time and change (A.4 10, local L10 - L14): permits that run out, are too long from the start, wait too long for approval or acceptance,
 * or were changed after they were issued. The standard knows no extension: what runs out or changes is closed and issued anew (4.16).
 */
import type { WorkDuty } from '../../standard/gb30871.ts';
import type { Fact } from '../../standard/permit-rules.ts';
import { FIXED_FIELDS, type FirstWord, type FixedField, type PermitState } from '../../stream/protocol/permit-merge.ts';
import type { Finding, Judge, JudgeContext } from './finding.ts';
import { othersOfJob, wasIssued } from './links.ts';
import { fact, HOUR_MS, instantFact, pastOrNull, saidTimesToCome, tenths, type Work, workOf } from './work.ts';

/**
 * Until when the permit holds: its own end, and the longest that its kind and level may hold from its permitted start, else its issue; an
 * actual start never moves it. null: nothing says. An end that is not after its start is a placeholder of A.1, where END_TIME is required.
 */
export function expiryOf({ fields }: PermitState, duty: WorkDuty | null): number | null {
  const fromMs = fields.validFromMs ?? fields.issuedAtMs ?? null;
  const limitH = duty?.validityH ?? null;
  const byLimitMs = fromMs === null || limitH === null ? null : fromMs + limitH.value * HOUR_MS;
  const byItselfMs = saidEndOf({ fields });
  if (byLimitMs === null) return byItselfMs;
  return byItselfMs === null ? byLimitMs : Math.min(byLimitMs, byItselfMs);
}

function saidEndOf({ fields }: Pick<PermitState, 'fields'>): number | null {
  const toMs = fields.validToMs ?? null;
  const fromMs = fields.validFromMs ?? null;
  return toMs !== null && fromMs !== null && toMs <= fromMs ? null : toMs;
}

export const judgeValidity: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  for (const atMs of saidTimesToCome(permit, context.nowMs)) context.again(atMs);
  return [
    expired(permit, work, context),
    tooLong(permit, work, context),
    outlivesServed(permit, work, context),
    notice(permit, work, context),
    notAccepted(permit, work, context),
    approvalOverdue(permit, work, context),
    changedAfterIssue(permit, work, context),
  ].filter((one) => one !== null);
};

function expired(permit: PermitState, work: Work, context: JudgeContext): Finding | null {
  if (!work.isIssued) return null;
  const expiryMs = expiryOf(permit, context.duty);
  if (expiryMs === null) return null;
  if (context.nowMs <= expiryMs) {
    context.again(expiryMs + 1);
    return null;
  }
  const startFact = work.startedAtMs === null ? [] : [instantFact('startedAt', work.startedAtMs)];
  return finding('permit-expired', expiryMs, [instantFact('expiredAt', expiryMs), ...startFact]);
}

const finding = (rule: Finding['rule'], onsetAtMs: number, facts: readonly Fact[]): Finding => ({
  rule,
  about: '',
  onsetAtMs,
  facts,
});

function tooLong(permit: PermitState, work: Work, { duty }: JudgeContext): Finding | null {
  const limit = duty?.validityH ?? null;
  const toMs = saidEndOf(permit);
  const fromMs = permit.fields.validFromMs ?? permit.fields.issuedAtMs ?? null;
  if (!work.isIssued || limit === null || toMs === null || fromMs === null) return null;
  const lengthMs = toMs - fromMs;
  if (lengthMs <= limit.value * HOUR_MS) return null;
  return finding('validity-too-long', work.issuedAtMs, [fact('hours', tenths(lengthMs / HOUR_MS), 'h', limit.value)]);
}

/** Temporary electricity for hot work or a confined space ends with it (10.2). */
function outlivesServed(permit: PermitState, work: Work, context: JudgeContext): Finding | null {
  const { duty, edition } = context;
  const toMs = saidEndOf(permit);
  if (!work.isIssued || duty === null || duty.asLongAs === null || toMs === null) return null;
  const { kinds } = duty.asLongAs;
  const served = othersOfJob(permit, context)
    .filter(wasIssued)
    .flatMap((other) => {
      const its = edition.duties[other.fields.workCode ?? ''];
      const endMs = its === undefined || !kinds.includes(its.kind) ? null : expiryOf(other, its);
      return endMs === null ? [] : [{ other, endMs }];
    });
  const last = served.toSorted((a, b) => b.endMs - a.endMs)[0];
  if (last === undefined || toMs <= last.endMs) return null;
  const { number } = last.other.fields;
  const facts = [
    fact('permit', number ?? last.other.permitId, 'text'),
    instantFact('expiredAt', toMs),
    instantFact('dueAt', last.endMs),
  ];
  return { ...finding('validity-too-long', work.issuedAtMs, facts), about: last.other.permitId };
}

/** Beyond the usual length of temporary electricity; once the permit has expired that is what is said. */
function notice(permit: PermitState, work: Work, context: JudgeContext): Finding | null {
  const limit = context.duty?.noticeH ?? null;
  const fromMs = permit.fields.validFromMs ?? permit.fields.issuedAtMs ?? null;
  if (!work.isIssued || limit === null || fromMs === null) return null;
  const fromThenMs = fromMs + limit.value * HOUR_MS;
  if (context.nowMs <= fromThenMs) {
    context.again(fromThenMs + 1);
    return null;
  }
  const expiryMs = expiryOf(permit, context.duty);
  if (expiryMs !== null && context.nowMs > expiryMs) return null;
  return finding('validity-notice', fromThenMs, [instantFact('issuedAt', fromMs), instantFact('dueAt', fromThenMs)]);
}

/** Only where ACTUAL_END_TIME was said: without it nobody knows that the work is over, and `permit-expired` says what is wrong. */
function notAccepted({ fields, deleted }: PermitState, work: Work, context: JudgeContext): Finding | null {
  const isOpen = !deleted && (work.status === 'issued' || work.status === 'working' || work.status === 'paused');
  if (!isOpen || work.endedAtMs === null || pastOrNull(fields.acceptedAtMs, context.nowMs) !== null) return null;
  const dueMs = work.endedAtMs + context.settings.acceptMs;
  if (context.nowMs <= dueMs) {
    context.again(dueMs + 1);
    return null;
  }
  return finding('not-accepted', dueMs, [fact('at', work.endedAtMs, 'instant'), instantFact('dueAt', dueMs)]);
}

/** A permit that is applied for the day before does not wait: approval is asked for when its planned start has come. */
function approvalOverdue(permit: PermitState, work: Work, context: JudgeContext): Finding | null {
  if (work.status !== 'applied' || permit.deleted) return null;
  const { plannedFromMs, plannedToMs } = permit.fields;
  const appliedAtMs = permit.statuses[0]?.atMs ?? permit.firstReceivedAtMs;
  const dueMs = Math.max(appliedAtMs + context.settings.approvalMs, plannedFromMs ?? 0);
  if (context.nowMs <= dueMs) {
    context.again(dueMs + 1);
    return null;
  }
  if (plannedToMs !== null && plannedToMs !== undefined && plannedToMs > dueMs) {
    if (context.nowMs > plannedToMs) return null;
    context.again(plannedToMs + 1);
  }
  return finding('approval-overdue', dueMs, [instantFact('appliedAt', appliedAtMs), instantFact('dueAt', dueMs)]);
}

const CHANGES: readonly FixedField[] = ['workCode', 'content', 'site', 'areaId'];
const METRES_PER_DEGREE = 111_320;

function changedAfterIssue(permit: PermitState, work: Work, context: JudgeContext): Finding | null {
  if (!work.isIssued) return null;
  const sinceMs = fixedSinceMs(permit, work);
  const changed = CHANGES.flatMap((field) => changesOf(permit, field, sinceMs).map((word) => ({ ...word, field })));
  const moved = (['lng', 'lat'] as const).flatMap((field) => movesOf(permit, field, sinceMs, context));
  const said = permit.firstSaid.isChanged?.find(({ value }) => value === true);
  const isSaid = said !== undefined && permit.fields.isChanged === true;
  const words = [...changed, ...moved, ...(isSaid ? [{ ...said, field: 'isChanged' as const }] : [])];
  if (words.length === 0) return null;
  const firstMs = Math.min(...words.map(({ atMs }) => atMs));
  const cause = permit.fields.changedCause;
  const facts: Fact[] = [
    instantFact('issuedAt', work.issuedAtMs),
    ...FIXED_FIELDS.flatMap((field) => {
      const last = words.findLast((word) => word.field === field);
      const isText = last !== undefined && field !== 'isChanged';
      return isText ? [fact('change', `${last.value}`, field === 'workCode' ? 'work' : 'text')] : [];
    }),
    ...(isSaid && cause !== null && cause !== undefined && cause !== '' ? [fact('reason', cause, 'text')] : []),
    instantFact('at', firstMs),
  ];
  return finding('changed-after-issue', Math.min(firstMs, context.nowMs), facts);
}

/**
 * What is said up to here is what was issued: the sign-off, or the first word that says so, which carries the permit as it was signed and
 * bears a later time than the sign-off itself.
 */
export function fixedSinceMs(permit: PermitState, work: Work): number {
  const told = permit.statuses.find(({ status }) => status !== 'applied')?.atMs ?? work.issuedAtMs;
  return Math.max(told, work.issuedAtMs);
}

/** Values first said after the issue, where another one was said before or with it. */
export function changesOf({ firstSaid }: PermitState, field: FixedField, sinceMs: number): readonly FirstWord[] {
  const words = (firstSaid[field] ?? []).map((word) => ({ ...word, text: plainText(word.value) }));
  const first = words[0];
  if (first === undefined) return [];
  const known = new Set(words.filter(({ atMs }) => atMs <= Math.max(sinceMs, first.atMs)).map(({ text }) => text));
  return words.filter(({ text }) => !known.has(text));
}
const plainText = (value: FirstWord['value']): string => `${value}`.normalize('NFKC').replace(/\s+/g, '');

/** Coordinates that differ by less than the job is wide are the same place. */
function movesOf(
  permit: PermitState,
  field: 'lng' | 'lat',
  sinceMs: number,
  { settings }: JudgeContext,
): (FirstWord & { readonly field: 'lng' | 'lat' })[] {
  const later = changesOf(permit, field, sinceMs);
  if (later.length === 0) return [];
  const known = (permit.firstSaid[field] ?? []).filter(
    (word) => !later.some(({ atMs, value }) => word.atMs === atMs && word.value === value),
  );
  const latitude = Number(permit.fields.lat ?? 0);
  const perDegree = field === 'lat' ? METRES_PER_DEGREE : METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  return later
    .filter(({ value }) =>
      known.every((word) => Math.abs(Number(word.value) - Number(value)) * perDegree > settings.jobRadiusM),
    )
    .map((word) => ({ ...word, field }));
}
