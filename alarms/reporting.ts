/**
 * How one sender (a company with one interface) keeps its duty to report: what was heard of it, and what its silence means.
 * Pure; engine/reporting.ts feeds it from the log and decides what is our own fault.
 *
 * A periodic sender is heard by its records alone. One that sends on change is heard by its heartbeats too, and it is their
 * pauses that are learned: its records come when something happens, and say nothing about when to expect the next.
 */
import type { SenderState } from '../stream/protocol/sender-state.ts';
import type { InterfaceName, SendingMode } from '../stream/protocol/vocabulary.ts';
import {
  createPauses,
  LONGEST_PAUSE_MS,
  notePause,
  type PauseModel,
  type Pauses,
  pauseModel,
  phi,
} from './phi-accrual.ts';
import type { RuleSettings } from './rule-settings.ts';

export type ReportingSettings = RuleSettings['reporting'];
/** What a silence is, before anybody asks whose fault it is. */
export type Silence = 'none' | 'late' | 'silent';

/** Batches nearer to each other than this are one: a sender with several connections says things at once. */
const SAME_MOMENT_MS = 500;
/** Pauses known before the model is believed. */
const LEAST_PAUSES = 8;
/** Prior deviation as a share of the interval expected. */
const PRIOR_DEVIATION = 0.25;
/** The one interface whose interval the law gives (AQ 3064.3 8.2), so that it is expected without a promise. */
export const POSITIONS: InterfaceName = 'positions';

export interface Sender {
  readonly companyCode: string;
  readonly interfaceName: string;
  mode: SendingMode;
  /** Promised distance of records of a periodic sender, s; null: none was. */
  promisedS: number | null;
  /** Engine time at which the watch over it began. */
  readonly knownAtMs: number;
  /** Engine time of the newest that counts; 0: nothing yet. */
  heardAtMs: number;
  /** From when the next pause is measured; 0: from the next arrival on. */
  pauseFromMs: number;
  readonly pauses: Pauses;
  state: SenderState['state'];
  sinceMs: number;
  /** Silent, and heard again without a break since then; 0: not. */
  backSinceMs: number;
  /** Its silence counts from here at the earliest: a maintenance ended. */
  excusedUntilMs: number;
  /** That stands for its silence; null: none. */
  alarmId: string | null;
}

export const createSender = (companyCode: string, interfaceName: string, nowMs: number): Sender => ({
  companyCode,
  interfaceName,
  mode: 'periodic',
  promisedS: null,
  knownAtMs: nowMs,
  heardAtMs: 0,
  pauseFromMs: 0,
  pauses: createPauses(),
  state: 'unknown',
  sinceMs: nowMs,
  backSinceMs: 0,
  excusedUntilMs: 0,
  alarmId: null,
});

/** The sender said how it sends. Another way of sending begins its history anew. */
export function takeMode(sender: Sender, mode: SendingMode, promisedS: number | null): void {
  if (mode !== sender.mode) {
    sender.pauses.count = 0;
    sender.pauseFromMs = 0;
  }
  sender.mode = mode;
  sender.promisedS = mode === 'periodic' ? promisedS : null;
}

/** Something of it came. The pause that an outage ends is no pause of its own pace and is not learned. */
export function hear(sender: Sender, by: 'records' | 'heartbeat', nowMs: number): void {
  if (sender.mode === 'periodic' && by === 'heartbeat') return;
  sender.heardAtMs = nowMs;
  if (sender.state === 'silent' && sender.backSinceMs === 0) sender.backSinceMs = nowMs;
  const isPace = (sender.mode === 'periodic') === (by === 'records');
  if (!isPace || nowMs - sender.pauseFromMs < SAME_MOMENT_MS) return;
  const isOutage = sender.state === 'silent' && sender.pauses.count >= LEAST_PAUSES;
  if (sender.pauseFromMs !== 0 && !isOutage) notePause(sender.pauses, nowMs - sender.pauseFromMs);
  sender.pauseFromMs = nowMs;
}

/** Whether anything of it is expected at all: its interval is law, or it promised one, or it sends heartbeats. */
export const isExpected = (sender: Sender): boolean =>
  sender.interfaceName === POSITIONS || sender.promisedS !== null || sender.mode === 'on-change';

/** What it may take at the most between two of its signs of life without being late, ms. */
export function allowedMs(sender: Sender, settings: ReportingSettings): number {
  if (sender.mode === 'on-change') return settings.heartbeatMs;
  return sender.interfaceName === POSITIONS ? settings.positionsMs : (sender.promisedS ?? 0) * 1000;
}

export interface Judgement {
  readonly silence: Silence;
  readonly phi: number;
}

/** From when its silence counts; the sender's own excuse and that of the park (our downtime and a grace after it). */
export const silentFromMs = (sender: Sender, excusedUntilMs: number): number =>
  Math.max(sender.heardAtMs, sender.knownAtMs, sender.excusedUntilMs, excusedUntilMs);

export function judgeSilence(
  sender: Sender,
  settings: ReportingSettings,
  excusedUntilMs: number,
  nowMs: number,
): Judgement {
  const silenceMs = nowMs - silentFromMs(sender, excusedUntilMs);
  const allowed = allowedMs(sender, settings);
  if (silenceMs <= allowed) return { silence: 'none', phi: 0 };
  const model = pauseModel(sender.pauses, LEAST_PAUSES, priorOf(sender, settings), settings.leastDeviation);
  const suspicion = phi(model, silenceMs);
  const isUnlike =
    suspicion >= settings.silentPhi &&
    silenceMs >= settings.silentAfter * allowed &&
    silenceMs >= Math.min(settings.tailFactor * model.longestMs, LONGEST_PAUSE_MS);
  const isSilent = isUnlike || (sender.mode === 'periodic' && silenceMs >= settings.silentAtLast * allowed);
  return { silence: isSilent ? 'silent' : suspicion >= settings.latePhi ? 'late' : 'none', phi: suspicion };
}

/** Before its pace is known. Nobody promises a pace of heartbeats, so the first of them are waited for longer. */
function priorOf(sender: Sender, settings: ReportingSettings): PauseModel {
  const meanMs = sender.mode === 'on-change' ? settings.firstHeartbeatsMs : allowedMs(sender, settings);
  return { meanMs, deviationMs: Math.max(PRIOR_DEVIATION * meanMs, 1), longestMs: 0 };
}
