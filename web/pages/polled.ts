/** An answer of the server that is asked for again every so often, while the page is looked at. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';

export interface Polled<T> {
  /** undefined: none came yet. The last one stays while the next is on its way, or fails. */
  readonly answer: Accessor<T | undefined>;
  /** The newest attempt failed: what is shown is old. */
  readonly hasFailed: Accessor<boolean>;
}

/** Asks at once, whenever `question` changes, and every `everyMs`. */
export function createPolled<Q, T>(
  question: Accessor<Q>,
  ask: (question: Q) => Promise<T>,
  everyMs: number,
): Polled<T> {
  const [answer, setAnswer] = createSignal<T>();
  const [hasFailed, setFailed] = createSignal(false);
  let asked = 0;
  const load = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const next = await ask(question());
      // An answer to an earlier question that came late says nothing about this one.
      if (mine !== asked) return;
      setAnswer(() => next);
      setFailed(false);
    } catch {
      if (mine === asked) setFailed(true);
    }
  };
  createEffect(on(question, () => void load()));
  const timer = setInterval(() => {
    if (!document.hidden) void load();
  }, everyMs);
  onCleanup(() => clearInterval(timer));
  return { answer, hasFailed };
}
