/**
 * Who is on the list of one muster: columns, one row for each person who was inside at the declaration or came in since. A row is
 * never taken off; who leaves the engine keeps it without a slot. Rows of one company are numbered in the order in which they came.
 */

/** No slot: the person is not in the engine any more. */
export const GONE = -1;
const NOT_LISTED = -1;

const COLUMNS = ['slot', 'company', 'state', 'entered', 'sinceMs', 'seenAtMs', 'lng', 'lat'] as const;
type Column = Int32Array | Uint8Array | Float64Array;

export class MusterRoster {
  count = 0;
  slot = new Int32Array(0);
  /** Index in `companies`. */
  company = new Int32Array(0);
  /** Code of MUSTER_STATES. */
  state = new Uint8Array(0);
  /** 1: came in after the declaration. */
  entered = new Uint8Array(0);
  /** Event time at which the state began. */
  sinceMs = new Float64Array(0);
  /** Event time and place of the newest fix; NaN: never placed. */
  seenAtMs = new Float64Array(0);
  lng = new Float64Array(0);
  lat = new Float64Array(0);

  readonly companies: string[] = [];
  /** By company: its rows. */
  readonly rowsOf: number[][] = [];
  /** By row: its number within the company. */
  readonly #numberOf: number[] = [];
  #rowOfSlot = new Int32Array(0);

  /** -1: not listed. */
  rowOf(slot: number): number {
    return this.#rowOfSlot[slot] ?? NOT_LISTED;
  }
  numberOf(row: number): number {
    return this.#numberOf[row]!;
  }

  companyIndex(code: string): number {
    const known = this.companies.indexOf(code);
    if (known !== -1) return known;
    this.rowsOf.push([]);
    return this.companies.push(code) - 1;
  }

  add(slot: number, companyCode: string): number {
    if (this.count === this.slot.length) this.#grow(Math.max(64, this.count * 2));
    const row = this.count++;
    this.company[row] = this.companyIndex(companyCode);
    this.seenAtMs[row] = Number.NaN;
    this.#number(row);
    this.give(row, slot);
    return row;
  }

  /** The row is that of another slot from now on, or of none. */
  give(row: number, slot: number): void {
    const before = this.slot[row]!;
    if (this.rowOf(before) === row) this.#rowOfSlot[before] = NOT_LISTED;
    this.slot[row] = slot;
    if (slot === GONE) return;
    if (slot >= this.#rowOfSlot.length) {
      const wider = new Int32Array(Math.max(1_024, slot + 1, this.#rowOfSlot.length * 2)).fill(NOT_LISTED);
      wider.set(this.#rowOfSlot);
      this.#rowOfSlot = wider;
    }
    this.#rowOfSlot[slot] = row;
  }

  save(): unknown[] {
    const columns = COLUMNS.map((name) => new Uint8Array(this[name].slice(0, this.count).buffer));
    return [this.count, [...this.companies], ...columns];
  }

  static load([count, companies, ...columns]: readonly unknown[]): MusterRoster {
    const roster = new MusterRoster();
    for (const code of companies as string[]) roster.companyIndex(code);
    roster.#grow(count as number);
    roster.count = count as number;
    COLUMNS.forEach((name, i) => {
      const kind = roster[name].constructor as new (buffer: ArrayBuffer) => Column;
      roster[name].set(new kind(Uint8Array.from(columns[i] as Uint8Array).buffer) as never);
    });
    for (let row = 0; row < roster.count; row++) {
      roster.#number(row);
      roster.give(row, roster.slot[row]!);
    }
    return roster;
  }

  #number(row: number): void {
    this.#numberOf.push(this.rowsOf[this.company[row]!]!.push(row) - 1);
  }

  #grow(capacity: number): void {
    for (const name of COLUMNS) {
      const grown = new (this[name].constructor as new (n: number) => Column)(capacity);
      grown.set(this[name] as never);
      (this as Record<string, unknown>)[name] = grown;
    }
  }
}
