/**
 * Why somebody looks at where people were: asked once for a session of looking, and said with every call. The server refuses a look
 * without a reason and keeps it with who looked and at whom.
 */
import { type Accessor, createSignal } from 'solid-js';

/** A session of looking ends when nobody looked for so long. */
export const REASON_HOLDS_MS = 15 * 60_000;

export interface ReasonAsked {
  /** What is about to be looked at. */
  readonly what: string;
  readonly run: (reason: string) => void;
}

export interface Reasons {
  /** With the reason that holds, else once it is said. */
  withReason(what: string, run: (reason: string) => void): void;
  /** An alarm is a reason by itself; what somebody said stands. */
  suggest(reason: string): void;
  readonly asked: Accessor<ReasonAsked | null>;
  answer(reason: string): void;
  cancel(): void;
}

/** Longer ones the server refuses. */
const REASON_CHARACTERS = 500;

export function createReasons(nowMs: () => number): Reasons {
  let held: { reason: string; usedAtMs: number } | null = null;
  const [asked, setAsked] = createSignal<ReasonAsked | null>(null);
  const current = (): string | null => {
    if (held === null || nowMs() - held.usedAtMs > REASON_HOLDS_MS) return null;
    held.usedAtMs = nowMs();
    return held.reason;
  };
  return {
    withReason(what, run) {
      const reason = current();
      if (reason === null) setAsked({ what, run });
      else run(reason);
    },
    suggest(reason) {
      if (current() === null) held = { reason: reason.slice(0, REASON_CHARACTERS), usedAtMs: nowMs() };
    },
    asked,
    answer(reason) {
      const open = asked();
      setAsked(null);
      held = { reason: reason.slice(0, REASON_CHARACTERS), usedAtMs: nowMs() };
      open?.run(held.reason);
    },
    cancel: () => void setAsked(null),
  };
}
