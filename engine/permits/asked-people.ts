/** Which permits ask for whom: when somebody comes, is renamed or goes, those that name him are looked at anew. */
import type { PersonView } from '../../stream/protocol/effects.ts';
import { askedFor, NameIndex, nameAsked, personAsked } from './permit-people.ts';
import type { KeptPermit } from './permit-table.ts';

export class AskedPeople {
  readonly names = new NameIndex();
  /** Keys of permits by whom they ask for, as askedFor() says it. */
  readonly #askedBy = new Map<string, Set<string>>();

  /** The permit asks for those whom it names now. */
  follow(before: KeptPermit | undefined, after: KeptPermit | undefined): void {
    for (const asked of before === undefined ? [] : askedFor(before.state)) {
      const keys = this.#askedBy.get(asked);
      if (keys?.delete(before!.key) === true && keys.size === 0) this.#askedBy.delete(asked);
    }
    for (const asked of after === undefined ? [] : askedFor(after.state)) {
      const keys = this.#askedBy.get(asked);
      if (keys === undefined) this.#askedBy.set(asked, new Set([after!.key]));
      else keys.add(after!.key);
    }
  }

  /** Keys of permits that he may be meant by. */
  come(slot: number, before: PersonView | null, now: PersonView): string[] {
    const asked = before !== null && before.name !== now.name ? this.gone(slot, before) : [];
    this.names.put(slot, now);
    return [...asked, ...this.#of(now)];
  }
  gone(slot: number, view: PersonView): string[] {
    this.names.remove(slot, view);
    return this.#of(view);
  }

  #of({ companyCode, personId, name }: PersonView): string[] {
    const byId = personId === null ? undefined : this.#askedBy.get(personAsked(companyCode, personId));
    const byName = name === '' ? undefined : this.#askedBy.get(nameAsked(companyCode, name));
    return [...(byId ?? []), ...(byName ?? [])];
  }
}
