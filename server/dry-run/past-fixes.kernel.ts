/**
 * Stored positions as entries again: second by second of receipt, one batch a company. Invariant: the order hangs on the rows
 * alone.
 */
import { NULL_INT2, NULL_INT4, PositionColumns } from '../../db/copy/position-columns.ts';
import type { DryRunPerson } from '../../db/dry-run-rows.ts';
import { ABSENT_U16, FIX_FLAG, type FixBatch, type PersonRecord } from '../../stream/protocol/entry.ts';
import { createFixColumns } from '../../stream/protocol/entry-codec.ts';

export const SECOND_MS = 1_000;

export interface Words {
  readonly sources: ReadonlyMap<number, string>;
  readonly floors: ReadonlyMap<number, string>;
}

/** Rows observed in one slice of time, and those received in it that were observed before, by the second of receipt. */
export class PastSlice {
  readonly rows = new PositionColumns(4_096);
  readonly #fromMs: number;
  readonly #toMs: number;
  /** Rows in order of seconds; those of second s begin at #starts[s]. */
  #order = new Uint32Array(0);
  #starts = new Uint32Array(0);

  /** Whole seconds. */
  constructor(fromMs: number, toMs: number) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  get seconds(): number {
    return (this.#toMs - this.#fromMs) / SECOND_MS;
  }

  receivedAtMs(row: number): number {
    return this.rows.observedAtMs[row]! + this.rows.delayMs[row]!;
  }

  /** After the rows are in. Those that are received later go to the slice behind this one. */
  sort(next: PastSlice | null): void {
    const { rows, seconds } = this;
    const secondOf = new Int32Array(rows.count);
    this.#starts = new Uint32Array(seconds + 1);
    for (let i = 0; i < rows.count; i++) {
      const receivedAtMs = this.receivedAtMs(i);
      if (receivedAtMs >= this.#toMs) {
        secondOf[i] = -1;
        next?.add(rows, i);
        continue;
      }
      secondOf[i] = Math.max(0, Math.floor((receivedAtMs - this.#fromMs) / SECOND_MS));
      this.#starts[secondOf[i]! + 1]!++;
    }
    for (let s = 0; s < seconds; s++) this.#starts[s + 1]! += this.#starts[s]!;
    const place = this.#starts.slice();
    this.#order = new Uint32Array(this.#starts[seconds]!);
    for (let i = 0; i < rows.count; i++) if (secondOf[i] !== -1) this.#order[place[secondOf[i]!]!++] = i;
  }

  add(from: PositionColumns, row: number): void {
    this.rows.reserve(this.rows.count + 1);
    this.rows.copyRow(this.rows.count++, from, row);
  }

  /** Rows received in second `s` of the slice, in order of receipt, then of observation, person and source. */
  rowsOf(s: number): number[] {
    const rows = [...this.#order.subarray(this.#starts[s]!, this.#starts[s + 1]!)];
    const { observedAtMs, personId, source } = this.rows;
    return rows.sort(
      (a, b) =>
        this.receivedAtMs(a) - this.receivedAtMs(b) ||
        observedAtMs[a]! - observedAtMs[b]! ||
        personId[a]! - personId[b]! ||
        source[a]! - source[b]!,
    );
  }
}

/** Batches of one second's rows, by company in the order in which they first come. */
export function batchesFrom(
  slice: PastSlice,
  rows: readonly number[],
  people: ReadonlyMap<number, DryRunPerson>,
  words: Words,
): FixBatch[] {
  const byCompany = new Map<string, number[]>();
  for (const row of rows) {
    const person = people.get(slice.rows.personId[row]!);
    if (person === undefined) continue;
    const known = byCompany.get(person.companyCode);
    if (known === undefined) byCompany.set(person.companyCode, [row]);
    else known.push(row);
  }
  return [...byCompany].map(([companyCode, own]) => batchFrom(slice, companyCode, own, people, words));
}

function batchFrom(
  { rows }: PastSlice,
  companyCode: string,
  own: readonly number[],
  people: ReadonlyMap<number, DryRunPerson>,
  words: Words,
): FixBatch {
  const columns = createFixColumns(own.length);
  const strings: string[] = [];
  const indexOf = new Map<string, number>();
  const intern = (text: string | undefined): number => {
    if (text === undefined || text === '') return ABSENT_U16;
    let index = indexOf.get(text);
    if (index === undefined) {
      index = strings.push(text) - 1;
      indexOf.set(text, index);
    }
    return index;
  };
  own.forEach((row, i) => {
    const person = people.get(rows.personId[row]!)!;
    const byCard = person.personId === null;
    columns.subjectIndex[i] = intern(person.personId ?? person.cardNo ?? '');
    columns.sourceIndex[i] = intern(words.sources.get(rows.source[row]!));
    columns.floorIndex[i] = intern(words.floors.get(rows.floor[row]!));
    columns.flags[i] = (rows.flags[row]! & ~FIX_FLAG.byCard) | (byCard ? FIX_FLAG.byCard : 0);
    columns.observedAtMs[i] = rows.observedAtMs[row]!;
    if (rows.lng[row] !== NULL_INT4) {
      columns.lng[i] = rows.lng[row]! / 1e7;
      columns.lat[i] = rows.lat[row]! / 1e7;
    }
    if (rows.heightCm[row] !== NULL_INT4) columns.heightM[i] = rows.heightCm[row]! / 100;
    if (rows.accuracyDm[row] !== NULL_INT2) columns.accuracyM[i] = rows.accuracyDm[row]! / 10;
    if (rows.speedCmps[row] !== NULL_INT2) columns.speedMps[i] = rows.speedCmps[row]! / 100;
    if (rows.headingDeg[row] !== NULL_INT2) columns.headingDeg[i] = rows.headingDeg[row]!;
    if (rows.batteryPct[row] !== NULL_INT2) columns.batteryPct[i] = rows.batteryPct[row]!;
  });
  const origin = { batchId: '', appId: '', companyCode, received: own.length, refused: 0 };
  return { ...columns, origin, count: own.length, strings };
}

/** The record of somebody whom one describes; sealed fields stay where they are. */
export const recordFrom = (person: DryRunPerson & { readonly personId: string }): PersonRecord => ({
  personId: person.personId,
  companyCode: person.companyCode,
  companyName: person.companyName,
  name: person.name,
  type: person.type,
  department: person.department,
  post: person.post,
  gender: 'male',
  birthday: '',
  idNumberSealed: '',
  mobileSealed: '',
  cardNo: person.cardNo,
  contractorCode: person.contractorCode,
  certificates: [],
  updatedAtMs: null,
  deleted: false,
});
