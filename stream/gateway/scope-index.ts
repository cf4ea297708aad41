/**
 * Which company may learn of an effect. Effects say little of what was before (an unbind names a slot, not its owner), so
 * the index keeps owners of slots and audiences of alarms, in step with the ring. Park roles get every item as it is.
 */
import type { Effect, EffectsAt } from '../protocol/effects.ts';
import type { PictureData } from '../protocol/picture.ts';

export interface ScopedEffect {
  readonly effect: Effect;
  readonly companyCodes: readonly string[];
}

export interface RoutedItem {
  readonly item: EffectsAt;
  readonly scoped: readonly ScopedEffect[];
  /** These companies lost sight of something that no effect can take back, so they need a snapshot. `all`: see unroutedItem. */
  readonly resync: ReadonlySet<string> | 'all';
}

/** An item from before the index was loaded: whom it concerned is not known any more, so only park roles may have it. */
export const unroutedItem = (item: EffectsAt): RoutedItem => ({ item, scoped: [], resync: 'all' });

const NO_ONE: ReadonlySet<string> = new Set();

export class ScopeIndex {
  readonly #owners = new Map<number, { readonly generation: number; readonly companyCode: string }>();
  /** Of alarms and, under `kind:key`, of documents. */
  readonly #audiences = new Map<string, readonly string[]>();

  load(picture: Pick<PictureData, 'bindings' | 'alarms' | 'docs'>): void {
    this.#owners.clear();
    this.#audiences.clear();
    for (const { slot, generation, person } of picture.bindings) {
      this.#owners.set(slot, { generation, companyCode: person.companyCode });
    }
    for (const alarm of picture.alarms) this.#audiences.set(alarm.alarmId, alarm.companyCodes);
    for (const doc of picture.docs ?? []) this.#audiences.set(`${doc.doc}:${doc.key}`, doc.companyCodes);
  }

  /** Takes the items of the lane in order. */
  route(item: EffectsAt): RoutedItem {
    const scoped: ScopedEffect[] = [];
    const resync = new Set<string>();
    for (const effect of item.effects) this.#routeEffect(effect, scoped, resync);
    return { item, scoped, resync: resync.size === 0 ? NO_ONE : resync };
  }

  #routeEffect(effect: Effect, scoped: ScopedEffect[], resync: Set<string>): void {
    switch (effect.t) {
      case 'bind': {
        const { slot, generation, person } = effect;
        const before = this.#owners.get(slot);
        if (before !== undefined && before.companyCode !== person.companyCode) {
          const gone: Effect = { t: 'unbind', slot, generation: before.generation };
          scoped.push({ effect: gone, companyCodes: [before.companyCode] });
        }
        this.#owners.set(slot, { generation, companyCode: person.companyCode });
        scoped.push({ effect, companyCodes: [person.companyCode] });
        break;
      }
      case 'unbind': {
        const before = this.#owners.get(effect.slot);
        if (before === undefined || before.generation !== effect.generation) break;
        this.#owners.delete(effect.slot);
        scoped.push({ effect, companyCodes: [before.companyCode] });
        break;
      }
      case 'area':
        scoped.push({ effect, companyCodes: [effect.area.companyCode] });
        break;
      case 'area-removed':
        scoped.push({ effect, companyCodes: [effect.companyCode] });
        break;
      case 'alarm':
        this.#turnTo(effect.alarm.alarmId, effect.alarm.companyCodes, effect.alarm.endedAtMs !== null, resync);
        scoped.push({ effect, companyCodes: effect.alarm.companyCodes });
        break;
      case 'doc':
        this.#turnTo(`${effect.doc}:${effect.key}`, effect.companyCodes, effect.gone, resync);
        scoped.push({ effect, companyCodes: effect.companyCodes });
        break;
    }
  }

  #turnTo(id: string, companyCodes: readonly string[], isGone: boolean, resync: Set<string>): void {
    for (const before of this.#audiences.get(id) ?? []) {
      if (!companyCodes.includes(before)) resync.add(before);
    }
    if (isGone) this.#audiences.delete(id);
    else this.#audiences.set(id, companyCodes);
  }
}

/** What a company gets of an item; the sequence counts also where the list is empty. */
export function itemForCompany(routed: RoutedItem, companyCode: string): EffectsAt {
  const effects = routed.scoped
    .filter((scoped) => scoped.companyCodes.includes(companyCode))
    .map((scoped) => scoped.effect);
  return { seq: routed.item.seq, atMs: routed.item.atMs, effects };
}
