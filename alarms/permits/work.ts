/**
 * How far a permit has come, as its judges see it: issued or not, and the stretches in which work goes on. Statuses come late, twice and in any
 * order, START_TIME of A.1 does not say whether it is planned or actual; so a stretch begins by ACTUAL_START_TIME where that was said and by
 * the status 2 作业中 otherwise, and ends by a pause, a close or ACTUAL_END_TIME.
 */

import type { FactWord } from '../../standard/fact-words.ts';
import type { Fact, FactName, FactUnit } from '../../standard/permit-rules.ts';
import { type PermitState, statusChanges, statusOf } from '../../stream/protocol/permit-merge.ts';
import type { PermitStatus } from '../../stream/protocol/permits.ts';

/** Work from one instant to another; `toMs` null: it goes on. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface Work {
  readonly status: PermitStatus;
  /** Issued, working or paused, and neither withdrawn nor finished: work may go on under it. */
  readonly isIssued: boolean;
  /** Work goes on now. */
  readonly isGoingOn: boolean;
  /** When it was signed off, else when it was first said to be past that; never after now. */
  readonly issuedAtMs: number;
  /** Those that began by now, oldest first. */
  readonly stretches: readonly Stretch[];
  /** Of the stretch that goes on. */
  readonly onSinceMs: number | null;
  /** Begin of the first. */
  readonly startedAtMs: number | null;
  /** ACTUAL_END_TIME, once it has come; null while work goes on again after it. */
  readonly endedAtMs: number | null;
}

const ISSUED: readonly PermitStatus[] = ['issued', 'working', 'paused'];

export function workOf(state: PermitState, nowMs: number): Work {
  const status = statusOf(state);
  // A supplier whose clock runs ahead said what is so now.
  const changes = statusChanges(state).map((one) => ({ ...one, atMs: Math.min(one.atMs, nowMs) }));
  const stretches = stretchesOf(state, changes, nowMs);
  const last = stretches.at(-1);
  const saidEndMs = pastOrNull(state.fields.endedAtMs, nowMs);
  const isGoingOn = !state.deleted && status !== 'applied' && last !== undefined && last.toMs === null;
  const endedAtMs = isGoingOn ? null : saidEndMs;
  const firstIssued = changes.find((one) => one.status !== 'applied');
  const issuedAtMs = pastOrNull(state.fields.issuedAtMs, nowMs) ?? firstIssued?.atMs ?? state.firstReceivedAtMs;
  return {
    status,
    isIssued: ISSUED.includes(status) && !state.deleted && endedAtMs === null,
    isGoingOn: isGoingOn && ISSUED.includes(status),
    issuedAtMs: Math.min(issuedAtMs, nowMs),
    stretches,
    onSinceMs: isGoingOn ? Math.min(last.fromMs, nowMs) : null,
    startedAtMs: stretches[0]?.fromMs ?? null,
    endedAtMs,
  };
}

function stretchesOf(
  state: PermitState,
  changes: readonly { readonly atMs: number; readonly status: PermitStatus }[],
  nowMs: number,
): Stretch[] {
  const stretches: { fromMs: number; toMs: number | null }[] = [];
  for (const { atMs, status } of changes) {
    const last = stretches.at(-1);
    if (status === 'working') stretches.push({ fromMs: atMs, toMs: null });
    else if (last !== undefined && last.toMs === null) last.toMs = atMs;
  }
  const startMs = pastOrNull(state.fields.startedAtMs, nowMs);
  const first = stretches[0];
  if (startMs !== null) {
    if (first === undefined) {
      // Never said to be working, and begun all the same: until a pause or a close that was said after it.
      const over = changes.find(({ atMs, status }) => atMs >= startMs && !['applied', 'issued'].includes(status));
      stretches.push({ fromMs: startMs, toMs: over?.atMs ?? null });
    } else if (startMs <= (first.toMs ?? nowMs)) {
      first.fromMs = startMs;
    }
  }
  const endMs = pastOrNull(state.fields.endedAtMs, nowMs);
  const last = stretches.at(-1);
  if (endMs !== null && last !== undefined && last.toMs === null && endMs >= last.fromMs) last.toMs = endMs;
  return stretches;
}

/** What is still to come was not yet: a supplier that sends planned times as actual ones says nothing of now. */
export const pastOrNull = (atMs: number | null | undefined, nowMs: number): number | null =>
  atMs === null || atMs === undefined || atMs > nowMs ? null : atMs;

/** Times that a permit says of itself and that are still to come: at each of them it is judged anew. */
export function saidTimesToCome(state: PermitState, nowMs: number): number[] {
  const { issuedAtMs, startedAtMs, endedAtMs, acceptedAtMs, briefedAtMs } = state.fields;
  const said = [
    issuedAtMs,
    startedAtMs,
    endedAtMs,
    acceptedAtMs,
    briefedAtMs,
    ...state.statuses.map(({ atMs }) => atMs),
  ];
  return said.flatMap((atMs) => (atMs !== null && atMs !== undefined && atMs > nowMs ? [atMs] : []));
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export const fact = (name: FactName, value: number | string, unit: FactUnit, limit: number | null = null): Fact => ({
  name,
  value,
  unit,
  limit,
});
export const instantFact = (name: FactName, atMs: number): Fact => fact(name, atMs, 'instant');
export const wordFact = (name: FactName, word: FactWord): Fact => fact(name, word, 'word');
/** By detail code of A.2. */
export const workFact = (name: FactName, workCode: string): Fact => fact(name, workCode, 'work');
/** Rounded up to a tenth, so that what is over its limit reads so. */
/** Up to the next; never -0, which a snapshot does not keep. */
export const tenths = (value: number): number => Math.ceil(value * 10 - 1e-9) / 10 + 0;
