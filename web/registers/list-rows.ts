/** Rows of a list, page by page, for whatever the address asks. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { listQuery } from './list-place.ts';
import { PAGE_ROWS, registerClient } from './register-client.ts';

const REFRESH_MS = 300;

export interface ListRows {
  readonly rows: Accessor<readonly RegisterRow[]>;
  /** null: not counted yet. */
  readonly count: Accessor<number | null>;
  readonly isBusy: Accessor<boolean>;
  readonly problem: Accessor<unknown>;
  readonly hasMore: Accessor<boolean>;
  more(): void;
  reload(): void;
  /** Rows were changed by somebody: those that are shown are asked for anew, soon, and once for many. */
  refresh(): void;
}

export function createListRows(register: Accessor<string>, query: Accessor<URLSearchParams>): ListRows {
  const [rows, setRows] = createSignal<readonly RegisterRow[]>([]);
  const [count, setCount] = createSignal<number | null>(null);
  const [next, setNext] = createSignal<string | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>(null);
  let asked = 0;
  let refreshing: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => {
    asked += 1;
    clearTimeout(refreshing);
  });

  const load = async (after: string | null): Promise<void> => {
    const mine = ++asked;
    setBusy(true);
    try {
      const page = await registerClient.page(register(), query(), after);
      // A later question has been asked meanwhile.
      if (mine !== asked) return;
      setRows(after === null ? page.rows : [...rows(), ...page.rows]);
      setCount(page.count);
      setNext(page.next);
      setProblem(null);
    } catch (reason) {
      if (mine === asked) setProblem(reason);
    } finally {
      if (mine === asked) setBusy(false);
    }
  };

  createEffect(on([register, () => listQuery(query()).toString()], () => void load(null)));
  return {
    rows,
    count,
    isBusy,
    problem,
    hasMore: () => next() !== null,
    more: () => {
      if (next() !== null && !isBusy()) void load(next());
    },
    reload: () => void load(null),
    refresh(): void {
      clearTimeout(refreshing);
      // Pages that were read on are left alone: they would jump back to the first.
      if (rows().length <= PAGE_ROWS) refreshing = setTimeout(() => void load(null), REFRESH_MS);
    },
  };
}
