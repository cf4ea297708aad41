/**
 * Short integers for the words that vendors send in SOURCE and FLOOR_NO. Invariant: an id once committed never changes
 * its word; id 0 takes everything beyond the limit, so a sender of endless words costs nothing. New words belong to the
 * open transaction. Used by db/store.ts and its memory twin.
 */
export class NameDictionary {
  readonly #limit: number;
  readonly #ids = new Map<string, number>();
  #fresh: { readonly id: number; readonly name: string }[] = [];

  /** `limit`: most words, at most 32,767. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  clear(): void {
    this.#ids.clear();
    this.#fresh = [];
  }

  load(id: number, name: string): void {
    this.#ids.set(name, id);
  }

  idOf(name: string): number {
    const found = this.#ids.get(name);
    if (found !== undefined) return found;
    if (name === '' || this.#ids.size >= this.#limit) return 0;
    // Ids are dense from 1: the word for 0 is loaded under ''.
    const id = this.#ids.size + (this.#ids.has('') ? 0 : 1);
    this.#ids.set(name, id);
    this.#fresh.push({ id, name });
    return id;
  }

  /** Words of the open transaction: rows to insert. */
  get fresh(): readonly { readonly id: number; readonly name: string }[] {
    return this.#fresh;
  }

  commit(): void {
    this.#fresh = [];
  }

  rollback(): void {
    for (const { name } of this.#fresh) this.#ids.delete(name);
    this.#fresh = [];
  }
}
