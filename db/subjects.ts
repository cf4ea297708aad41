/**
 * From what a fix calls its subject (PERSON_ID or CARD_NO within a company) to the person row it belongs to. Owns the
 * maps in memory; changes belong to the open transaction and are undone by rollback. A card resolves to the registered
 * person who wears it, else to a tag row of its own. Subjects of a joint test are others than the live ones of the same
 * company and have no register: their cards are tags. Used by db/store.ts.
 */
type Names = Map<string, Map<string, number>>;

/** A subject no row stands for yet. `tag`: `text` is a card number that nobody is known to wear. */
export interface PendingSubject {
  readonly companyCode: string;
  readonly jointTest: boolean;
  readonly tag: boolean;
  readonly text: string;
}

/** Name space of a company's live subjects, or of those of its joint tests: no text of a vendor has a NUL (clean-text.ts). */
const scopeOf = (companyCode: string, jointTest: boolean): string => (jointTest ? `${companyCode}\0` : companyCode);

export class Subjects {
  readonly #persons: Names = new Map();
  readonly #cards: Names = new Map();
  readonly #tags: Names = new Map();
  /** Card by person row: what to give back when the person wears another. */
  readonly #wornCards = new Map<number, string>();
  #undo: (() => void)[] = [];
  #pending: PendingSubject[] = [];
  readonly #pendingIds: { readonly persons: Names; readonly tags: Names } = { persons: new Map(), tags: new Map() };

  /** A person row as the database has it. */
  load(row: {
    id: number;
    companyCode: string;
    personId: string | null;
    cardNo: string | null;
    deleted: boolean;
    jointTest: boolean;
  }): void {
    const scope = scopeOf(row.companyCode, row.jointTest);
    if (row.personId === null) put(this.#tags, scope, row.cardNo ?? '', row.id);
    else {
      put(this.#persons, scope, row.personId, row.id);
      if (row.cardNo === null || row.deleted) return;
      put(this.#cards, row.companyCode, row.cardNo, row.id);
      this.#wornCards.set(row.id, row.cardNo);
    }
  }

  clear(): void {
    this.#persons.clear();
    this.#cards.clear();
    this.#tags.clear();
    this.#wornCards.clear();
    this.commit();
  }

  /** Row id of the subject of a fix; below zero: pending, see `pending`. */
  ofPerson(companyCode: string, jointTest: boolean, personId: string): number {
    return (
      this.#persons.get(scopeOf(companyCode, jointTest))?.get(personId) ??
      this.#pend(this.#pendingIds.persons, { companyCode, jointTest, tag: false, text: personId })
    );
  }

  ofCard(companyCode: string, jointTest: boolean, cardNo: string): number {
    const scope = scopeOf(companyCode, jointTest);
    return (
      this.#cards.get(scope)?.get(cardNo) ??
      this.#tags.get(scope)?.get(cardNo) ??
      this.#pend(this.#pendingIds.tags, { companyCode, jointTest, tag: true, text: cardNo })
    );
  }

  /** Subjects met in this transaction that have no row; index i stands behind the id -(i + 1). */
  get pending(): readonly PendingSubject[] {
    return this.#pending;
  }

  /** A row made for a pending subject. */
  resolve(subject: PendingSubject, id: number): void {
    this.#set(
      subject.tag ? this.#tags : this.#persons,
      scopeOf(subject.companyCode, subject.jointTest),
      subject.text,
      id,
    );
  }

  /** Row that a pending subject has by now; undefined: none yet. */
  resolved(subject: PendingSubject): number | undefined {
    const names = subject.tag ? this.#tags : this.#persons;
    return names.get(scopeOf(subject.companyCode, subject.jointTest))?.get(subject.text);
  }

  /** A persons record was taken: `cardNo` is what the person wears from here on. */
  register(companyCode: string, personId: string, id: number, cardNo: string | null): void {
    this.#set(this.#persons, companyCode, personId, id);
    const worn = this.#wornCards.get(id);
    if (worn !== undefined && this.#cards.get(companyCode)?.get(worn) === id)
      this.#unset(this.#cards, companyCode, worn);
    this.#wear(id, cardNo);
    if (cardNo !== null) this.#set(this.#cards, companyCode, cardNo, id);
  }

  /** Nobody wears the card any more: who was said to wear it wears another before the batch is over. */
  release(companyCode: string, cardNo: string): void {
    const id = this.#cards.get(companyCode)?.get(cardNo);
    if (id === undefined) return;
    this.#unset(this.#cards, companyCode, cardNo);
    this.#wear(id, null);
  }

  commit(): void {
    this.#undo = [];
    this.#forgetPending();
  }

  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    this.#forgetPending();
  }

  #forgetPending(): void {
    this.#pending = [];
    this.#pendingIds.persons.clear();
    this.#pendingIds.tags.clear();
  }

  #pend(ids: Names, subject: PendingSubject): number {
    const scope = scopeOf(subject.companyCode, subject.jointTest);
    const found = ids.get(scope)?.get(subject.text);
    if (found !== undefined) return found;
    this.#pending.push(subject);
    put(ids, scope, subject.text, -this.#pending.length);
    return -this.#pending.length;
  }

  #wear(id: number, cardNo: string | null): void {
    const before = this.#wornCards.get(id);
    if (cardNo === null) this.#wornCards.delete(id);
    else this.#wornCards.set(id, cardNo);
    this.#undo.push(() => {
      if (before === undefined) this.#wornCards.delete(id);
      else this.#wornCards.set(id, before);
    });
  }

  #set(names: Names, companyCode: string, text: string, id: number): void {
    const before = names.get(companyCode)?.get(text);
    put(names, companyCode, text, id);
    this.#undo.push(() => {
      if (before === undefined) names.get(companyCode)?.delete(text);
      else put(names, companyCode, text, before);
    });
  }

  #unset(names: Names, companyCode: string, text: string): void {
    const before = names.get(companyCode)?.get(text);
    if (before === undefined) return;
    names.get(companyCode)?.delete(text);
    this.#undo.push(() => put(names, companyCode, text, before));
  }
}

function put(names: Names, companyCode: string, text: string, id: number): void {
  let company = names.get(companyCode);
  if (company === undefined) {
    company = new Map();
    names.set(companyCode, company);
  }
  company.set(text, id);
}
