/**
 * Musters that this page has not seen yet: they sound until somebody opens the board, says that he knows, or they end. What was seen is
 * kept with the tab, so that loading it anew is quiet; another page sounds for itself.
 */
import { createSignal } from 'solid-js';
import type { Muster } from '../../stream/protocol/muster.ts';

const KEY = 'park.muster.seen';
/** More never stand within a shift. */
const KEPT = 50;

export function createMusterCalls(standing: () => readonly Muster[], tab: Pick<Storage, 'getItem' | 'setItem'> | null) {
  const [seen, setSeen] = createSignal<ReadonlySet<string>>(new Set(read(tab)));
  return {
    /** Newest first. */
    calling: () => standing().filter(({ musterId }) => !seen().has(musterId)),
    see(musterId: string): void {
      if (seen().has(musterId)) return;
      const kept = [...seen(), musterId].slice(-KEPT);
      setSeen(new Set(kept));
      try {
        tab?.setItem(KEY, kept.join(' '));
      } catch {
        // Without it the page sounds again when it is loaded anew.
      }
    },
  };
}

function read(tab: Pick<Storage, 'getItem'> | null): string[] {
  try {
    return tab?.getItem(KEY)?.split(' ') ?? [];
  } catch {
    return [];
  }
}

/** null: the browser gives none. */
export function tabStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
