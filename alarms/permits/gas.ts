/**
 * Gas analysis (A.4 01 - 05, local L01): before work, after interruptions, on each further day, recorded while people are in a space, within
 * limits. What was wrong when a stretch of work began stays found until that stretch ends: an analysis made after the fact does not undo
 * it, and word that comes late finds it all the same.
 */
import { parkDayNumber, parkMidnightMs } from '../../core/park-time.ts';
import { type GasContext, isRichInOxygen, limitOf } from '../../standard/gases.ts';
import type { GasDuty } from '../../standard/gb30871.ts';
import type { Fact, PermitRuleId } from '../../standard/permit-rules.ts';
import { type PermitState, rowsOf } from '../../stream/protocol/permit-merge.ts';
import type { GasRow } from '../../stream/protocol/permits.ts';
import { dateOf } from '../shifts.ts';
import type { Finding, Judge, JudgeContext } from './finding.ts';
import { fact, instantFact, MINUTE_MS, type Stretch, tenths, type Work, workOf } from './work.ts';

export const judgeGas: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  if (!work.isIssued) return [];
  const rows = readingsOf(permit, context);
  const duty = gasDutyOf(context);
  return [
    ...(duty === null ? [] : analysisFindings(work, rows, duty, context)),
    ...(duty === null ? [] : recordFindings(work, rows, duty, context)),
    ...limitFindings(permit, rows, context),
  ];
};

/** null: no analysis is asked for, or nobody says whether it is; the card says the latter. */
function gasDutyOf({ duty, inExArea }: JudgeContext): GasDuty | null {
  const gas = duty?.gas ?? null;
  return gas?.when === 'in-ex-area' && inExArea !== true ? null : gas;
}

/** By time; what is dated later than now does not count until then. */
function readingsOf(permit: PermitState, context: JudgeContext): GasRow[] {
  const rows = rowsOf(permit, 'gas').sort((a, b) => a.atMs - b.atMs);
  const toCome = rows.find(({ atMs }) => atMs > context.nowMs);
  if (toCome !== undefined) context.again(toCome.atMs);
  return rows.filter(({ atMs }) => atMs <= context.nowMs);
}

function analysisFindings(work: Work, rows: readonly GasRow[], duty: GasDuty, context: JudgeContext): Finding[] {
  if (!work.isGoingOn) {
    return rows.length > 0 ? [] : [found('gas-missing', '', work.issuedAtMs, startFacts(work.startedAtMs))];
  }
  const begun = verdictOfStart(work, rows, duty);
  const today = work.onSinceMs === null ? null : dailyFinding(work.onSinceMs, rows, duty, context);
  return [begun, today].filter((one) => one !== null);
}

const found = (rule: PermitRuleId, about: string, onsetAtMs: number, facts: readonly Fact[]): Finding => ({
  rule,
  about,
  onsetAtMs,
  facts,
});
const startFacts = (startedAtMs: number | null): Fact[] =>
  startedAtMs === null ? [] : [instantFact('startedAt', startedAtMs)];

/** What was wrong with the analysis when the stretch began that goes on; a short pause carries over what was wrong before it. */
function verdictOfStart({ stretches, issuedAtMs }: Work, rows: readonly GasRow[], duty: GasDuty): Finding | null {
  let verdict: Finding | null = null;
  for (const [n, stretch] of stretches.entries()) {
    const newest = rows.findLast(({ atMs }) => atMs <= stretch.fromMs);
    const isFresh = newest !== undefined && stretch.fromMs - newest.atMs <= duty.maxAgeMin.value * MINUTE_MS;
    if (isFresh) {
      verdict = null;
      continue;
    }
    const before = stretches[n - 1];
    if (before === undefined) {
      verdict =
        newest === undefined
          ? found('gas-missing', '', Math.min(issuedAtMs, stretch.fromMs), startFacts(stretch.fromMs))
          : stale(stretch, newest, duty);
    } else {
      verdict = verdictOfResuming(stretch, before, newest, duty) ?? verdict;
    }
  }
  return verdict;
}

const stale = ({ fromMs }: Stretch, newest: GasRow, { maxAgeMin }: GasDuty): Finding =>
  found('gas-stale', '', fromMs, [
    instantFact('gasAt', newest.atMs),
    instantFact('startedAt', fromMs),
    fact('ageMin', tenths((fromMs - newest.atMs) / MINUTE_MS), 'min', maxAgeMin.value),
  ]);

/** null: the pause asks for no new analysis. */
function verdictOfResuming(
  { fromMs }: Stretch,
  before: Stretch,
  newest: GasRow | undefined,
  duty: GasDuty,
): Finding | null {
  const pausedAtMs = before.toMs ?? fromMs;
  if (duty.everyDay !== null && parkDayNumber(fromMs) > parkDayNumber(pausedAtMs)) {
    const isOfToday = newest !== undefined && parkDayNumber(newest.atMs) === parkDayNumber(fromMs);
    return isOfToday ? stale({ fromMs, toMs: null }, newest, duty) : daily(fromMs, fromMs, newest);
  }
  const limit = duty.afterBreakMin;
  if (limit === null || fromMs - pausedAtMs <= limit.value * MINUTE_MS) return null;
  return found('gas-after-break', '', fromMs, [
    instantFact('pausedAt', pausedAtMs),
    instantFact('resumedAt', fromMs),
    fact('ageMin', tenths((fromMs - pausedAtMs) / MINUTE_MS), 'min', limit.value),
    ...gasAtFact(newest),
  ]);
}

const daily = (dayAtMs: number, onsetAtMs: number, newest: GasRow | undefined): Finding =>
  found('gas-daily', dateOf(parkDayNumber(dayAtMs)), onsetAtMs, gasAtFact(newest));
const gasAtFact = (row: GasRow | undefined): Fact[] => (row === undefined ? [] : [instantFact('gasAt', row.atMs)]);

/**
 * Work that goes on through midnight has no first start of the day. The day counts as begun at midnight, and its analysis is asked for within
 * the time that an analysis is good for, before or after.
 */
function dailyFinding(
  onSinceMs: number,
  rows: readonly GasRow[],
  duty: GasDuty,
  context: JudgeContext,
): Finding | null {
  if (duty.everyDay === null) return null;
  const day = parkDayNumber(context.nowMs);
  const goodMs = duty.maxAgeMin.value * MINUTE_MS;
  context.again(parkMidnightMs(day + 1) + goodMs + 1);
  const midnightMs = parkMidnightMs(day);
  if (onSinceMs >= midnightMs) return null;
  if (rows.some(({ atMs }) => atMs >= midnightMs - goodMs)) return null;
  const dueMs = midnightMs + goodMs;
  if (context.nowMs > dueMs) return daily(midnightMs, dueMs, rows.at(-1));
  context.again(dueMs + 1);
  return null;
}

/** While people are in the space a record is due again and again (GB 30871-2022 6.6). */
function recordFindings(work: Work, rows: readonly GasRow[], duty: GasDuty, context: JudgeContext): Finding[] {
  if (duty.recordEveryMin === null || work.onSinceMs === null || !work.isGoingOn) return [];
  const newest = rows.at(-1);
  const lastMs = Math.max(work.onSinceMs, newest?.atMs ?? 0);
  const dueMs = lastMs + duty.recordEveryMin.value * MINUTE_MS;
  if (context.nowMs <= dueMs) {
    context.again(dueMs + 1);
    return [];
  }
  const limit = fact('dueAt', dueMs, 'instant');
  return [found('gas-record-overdue', '', dueMs, [...gasAtFact(newest), limit])];
}

/**
 * Of each gas at each point the newest reading; since the first of those out of limit without one within between. One of each gas, however
 * many points: it says the point farthest out, and how many are.
 */
function limitFindings(permit: PermitState, rows: readonly GasRow[], context: JudgeContext): Finding[] {
  const of = gasContextOf(permit, context);
  const isOut = (row: GasRow): boolean => limitOf(row, context.edition, of).verdict === 'out';
  const outByGas = new Map<string, OutAtPoint[]>();
  for (const readings of pointsOf(rows).values()) {
    const newest = readings.at(-1)!;
    if (!isOut(newest)) continue;
    const lastGood = readings.findLastIndex((row) => !isOut(row));
    const { min, max } = limitOf(newest, context.edition, of);
    const held = max !== null && newest.value > max ? max : min;
    const out = outByGas.get(newest.gas) ?? [];
    out.push({ newest, held, sinceMs: readings[lastGood + 1]!.atMs });
    outByGas.set(newest.gas, out);
  }
  return [...outByGas].map(([gas, out]) => {
    const { newest, held } = out.reduce((a, b) => (beyond(b) > beyond(a) ? b : a));
    const facts: Fact[] = [
      fact('gas', gas, 'text'),
      fact('value', newest.value, newest.unit ?? 'number', held),
      ...(newest.point === null ? [] : [fact('point', newest.point, 'text')]),
      ...(out.length === 1 ? [] : [fact('count', out.length, 'number')]),
      instantFact('gasAt', newest.atMs),
    ];
    return found('gas-out-of-limit', gas, Math.min(...out.map(({ sinceMs }) => sinceMs)), facts);
  });
}

interface OutAtPoint {
  readonly newest: GasRow;
  /** The limit that it is beyond; null: out in every unit that it may be in. */
  readonly held: number | null;
  readonly sinceMs: number;
}
const beyond = ({ newest, held }: OutAtPoint): number => Math.abs(newest.value - (held ?? 0));

/** Readings of each gas at each point, in their order. */
function pointsOf(rows: readonly GasRow[]): Map<string, GasRow[]> {
  const series = new Map<string, GasRow[]>();
  for (const row of rows) {
    const about = row.point === null ? row.gas : `${row.gas}@${row.point}`;
    const known = series.get(about);
    if (known === undefined) series.set(about, [row]);
    else known.push(row);
  }
  return series;
}

/** What readings of the permit are held against; the card goes by it too. */
export const gasContextOf = (permit: PermitState, { duty }: Pick<JudgeContext, 'duty'>): GasContext => ({
  kind: duty?.kind ?? 'general',
  isEnriched: isRichInOxygen(permit.fields.details?.['SPACE_MEDIUM'] ?? ''),
});
