/** Permits of an earlier moment, by the words received until then: which stand on the map, and what changes with each word. */
import type { CompanyScope } from '../../db/company-scope.ts';
import type { DocEffect, Effect, PersonView } from '../../stream/protocol/effects.ts';
import { mergePermit, type PermitState } from '../../stream/protocol/permit-merge.ts';
import { type PermitView, permitKey } from '../../stream/protocol/permits.ts';
import type { PastCameraLink, PastPark, PastPermitView, PastPermitViews, PastWord } from './ports.ts';

/** As they stood at `fromMs`, and the words received until `toMs`, in order. Throws AppError DATABASE_UNAVAILABLE. */
export async function pastPermits(
  past: PastPark,
  views: PastPermitViews,
  people: readonly PersonView[],
  { scope, fromMs, toMs }: { readonly scope: CompanyScope; readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly permits: PastPermits; readonly words: readonly PastWord[] }> {
  const [standing, words, rules] = await Promise.all([
    past.permitsAt(scope, fromMs),
    past.permitWords(scope, fromMs, toMs),
    past.rules(fromMs),
  ]);
  const known = new Set(standing.map(({ companyCode, permitId }) => permitKey(companyCode, permitId)));
  // One that was closed long before may be spoken of again.
  const others = new Map(
    words.flatMap(({ record }) => {
      const key = permitKey(record.companyCode, record.permitId);
      return known.has(key) ? [] : [[key, record] as const];
    }),
  );
  const states = [...standing, ...(await past.permitStates([...others.values()], fromMs))];
  const links = await past.cameraLinks([...standing, ...others.values()]);
  return { permits: new PastPermits(views(people, rules), states, links), words };
}

export class PastPermits {
  readonly #states = new Map<string, PermitState>();
  readonly #shown = new Map<string, PermitView>();
  readonly #cameras = new Map<string, string[]>();
  readonly #view: PastPermitView;

  constructor(view: PastPermitView, states: readonly PermitState[], links: readonly PastCameraLink[]) {
    this.#view = view;
    for (const state of states) this.#states.set(permitKey(state.companyCode, state.permitId), state);
    for (const { companyCode, permitId, cameraCode } of links) {
      const key = permitKey(companyCode, permitId);
      this.#cameras.set(key, [...(this.#cameras.get(key) ?? []), cameraCode]);
    }
  }

  take({ receivedAtMs, record }: PastWord): Effect[] {
    const key = permitKey(record.companyCode, record.permitId);
    this.#states.set(key, mergePermit(this.#states.get(key) ?? null, record, receivedAtMs));
    return this.#tell(key, receivedAtMs);
  }

  /** At the beginning, and on the first instant of a day: those that were closed the day before go. */
  lookAt(atMs: number): Effect[] {
    return [...this.#states.keys()].flatMap((key) => this.#tell(key, atMs));
  }

  docs(): DocEffect[] {
    return [...this.#shown].map(([key, value]) => docOf(key, value, false));
  }

  #tell(key: string, atMs: number): Effect[] {
    const state = this.#states.get(key);
    const before = this.#shown.get(key);
    const view = state === undefined ? null : this.#view(state, atMs, this.#cameras.get(key) ?? []);
    if (view === null) {
      this.#shown.delete(key);
      return before === undefined ? [] : [docOf(key, before, true)];
    }
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(view)) return [];
    this.#shown.set(key, view);
    return [docOf(key, view, false)];
  }
}

const docOf = (key: string, value: PermitView, gone: boolean): DocEffect => ({
  t: 'doc',
  doc: 'permit',
  key,
  companyCodes: [value.companyCode],
  value,
  gone,
});
