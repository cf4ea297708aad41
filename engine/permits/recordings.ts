/**
 * What is known to be recorded of cameras of jobs, as spans by camera. A recording that keeps up is said each ten minutes, one that falls
 * behind at once (VID-40, VID-41): from one that keeps up to the next word everything is recorded, up to where that word says it stopped. What
 * nobody said is not recorded.
 */
import type { Stretch } from '../../alarms/permits/work.ts';
import type { CameraState } from '../../stream/protocol/permits.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
/** Plain data, only replaced. */
interface Recording {
  readonly cameraCode: string;
  /** Ended ones, oldest first. */
  readonly spans: readonly Span[];
  /** Begin of the one that goes on; null: none does. */
  readonly sinceMs: number | null;
  readonly heardAtMs: number;
}

/** A recording is never right up to now. */
const KEEPS_UP_MS = 20_000;
/** One that is not heard of for longer than it takes to say that it goes on may have stopped. */
const SILENT_MS = 12 * 60_000;
/** Of one camera; the oldest are forgotten. */
const SPANS_MAX = 500;
/** Longer than any hot work may last. */
const KEPT_MS = 8 * 86_400_000;

export class Recordings {
  readonly #ofCamera = new Map<string, Recording>();

  /** In the order of their times. */
  hear({ cameraCode, online, recordedToMs, atMs }: CameraState): void {
    const before = this.#ofCamera.get(cameraCode);
    const keepsUp = online && recordedToMs !== null && atMs - recordedToMs <= KEEPS_UP_MS;
    const isOneSpan = before?.sinceMs != null && atMs - before.heardAtMs <= SILENT_MS;
    if (keepsUp && isOneSpan) {
      this.#ofCamera.set(cameraCode, { ...before, heardAtMs: atMs });
      return;
    }
    const ended = before === undefined ? null : spanOf(before, isOneSpan ? (recordedToMs ?? before.heardAtMs) : atMs);
    const spans = [...(before?.spans ?? []), ...(ended === null ? [] : [ended])].slice(-SPANS_MAX);
    this.#ofCamera.set(cameraCode, { cameraCode, spans, sinceMs: keepsUp ? atMs : null, heardAtMs: atMs });
  }

  /** How much of the stretches any of the cameras recorded, ms. */
  coveredMs(cameraCodes: readonly string[], stretches: readonly Stretch[], nowMs: number): number {
    const spans = cameraCodes.flatMap((code) => {
      const recording = this.#ofCamera.get(code);
      if (recording === undefined) return [];
      const open = spanOf(recording, nowMs);
      return open === null ? recording.spans : [...recording.spans, open];
    });
    const inOrder = spans.toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
    let coveredMs = 0;
    for (const { fromMs, toMs } of stretches) {
      let atMs = fromMs;
      for (const span of inOrder) {
        const endMs = Math.min(span.toMs, toMs ?? nowMs);
        if (endMs <= atMs) continue;
        const beginMs = Math.max(span.fromMs, atMs);
        if (endMs <= beginMs) continue;
        coveredMs += endMs - beginMs;
        atMs = endMs;
      }
    }
    return coveredMs;
  }

  tidy(nowMs: number): void {
    for (const [code, recording] of this.#ofCamera) {
      const spans = recording.spans.filter(({ toMs }) => toMs > nowMs - KEPT_MS);
      if (spans.length === 0 && recording.heardAtMs < nowMs - KEPT_MS) this.#ofCamera.delete(code);
      else if (spans.length < recording.spans.length) this.#ofCamera.set(code, { ...recording, spans });
    }
  }

  save(): readonly Recording[] {
    return [...this.#ofCamera.values()];
  }
  load(recordings: readonly Recording[]): void {
    for (const one of recordings) this.#ofCamera.set(one.cameraCode, one);
  }
}

/** The one that goes on, as far as it is known at an instant; null: none does. */
function spanOf({ sinceMs, heardAtMs }: Recording, atMs: number): Span | null {
  if (sinceMs === null) return null;
  const toMs = Math.min(atMs, heardAtMs + SILENT_MS);
  return toMs > sinceMs ? { fromMs: sinceMs, toMs } : null;
}
