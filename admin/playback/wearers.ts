/** Whose a stored position is: a tag's from before anybody said who wears it are its first wearer's, later ones its own. */
import type { PastAlias } from './ports.ts';

export class Wearers {
  readonly #byTag: ReadonlyMap<number, PastAlias>;

  constructor(aliases: readonly PastAlias[]) {
    this.#byTag = new Map(aliases.map((alias) => [alias.alsoId, alias]));
  }

  /** Of a position observed under the id at the instant. */
  of(id: number, atMs: number): number {
    const alias = this.#byTag.get(id);
    return alias !== undefined && atMs < alias.untilMs ? alias.id : id;
  }
}
