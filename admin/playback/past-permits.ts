/** Permits of an earlier moment, by the words received until then: which stand on the map, and what changes with each word. */
import type { DocEffect, Effect } from '../../stream/protocol/effects.ts';
import { mergePermit, type PermitState } from '../../stream/protocol/permit-merge.ts';
import { type PermitView, permitKey } from '../../stream/protocol/permits.ts';
import type { PastCameraLink, PastPermitView, PastWord } from './ports.ts';

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
