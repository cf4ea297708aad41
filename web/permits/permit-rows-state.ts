/** Rows of the list of permits: asked for page by page, anew when the filter changes. */
import { type Accessor, createEffect, createSignal, on } from 'solid-js';
import type { PermitRowJson } from '../../stream/protocol/permit-api.ts';
import { permitClient } from './permit-client.ts';
import { askedQuery, type PermitFilter } from './permit-filter.ts';

const PAGE_ROWS = 100;

export function createPermitRows(filter: Accessor<PermitFilter>) {
  const [rows, setRows] = createSignal<readonly PermitRowJson[]>([]);
  const [total, setTotal] = createSignal<number | null>(null);
  const [cursor, setCursor] = createSignal<string | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const [hasFailed, setFailed] = createSignal(false);
  let asked = 0;
  const load = async (after: string | null): Promise<void> => {
    const mine = ++asked;
    setBusy(true);
    try {
      const query = askedQuery(filter());
      query.set('limit', String(PAGE_ROWS));
      if (after !== null) query.set('cursor', after);
      const answer = await permitClient.list(query);
      if (mine !== asked) return;
      setRows(after === null ? answer.permits : [...rows(), ...answer.permits]);
      setTotal(answer.total);
      setCursor(answer.cursor);
      setFailed(false);
    } catch {
      if (mine === asked) setFailed(true);
    } finally {
      if (mine === asked) setBusy(false);
    }
  };
  const key = (): string => askedQuery(filter()).toString();
  createEffect(on(key, () => void load(null)));
  return {
    rows,
    /** null: not known yet. */
    total,
    hasMore: () => cursor() !== null,
    isBusy,
    hasFailed,
    more: () => void load(cursor()),
    reload: () => void load(null),
  };
}
