/**
 * On what floor each person is: what the newest fix said, else what the areas say that hold its place and height and name a
 * floor (geo/floor-index), else none. Floors are numbers (stream/protocol/floors.ts): a fix costs no comparison of texts.
 */
import { FloorIndex, tellsFloor } from '../geo/floor-index.kernel.ts';
import { areaKey, type Effect } from '../stream/protocol/effects.ts';
import { ABSENT_U16, type FixBatch } from '../stream/protocol/entry.ts';
import { FloorBook } from '../stream/protocol/floors.ts';
import type { Area } from './areas-table.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

const NOT_ASKED = -1;

export class Floors implements Part {
  readonly name = 'floors';
  readonly #book = new FloorBook();
  #index: FloorIndex | null = null;
  /** Areas changed since everybody was last asked, or nobody was since the start: asking again changes nothing. */
  #isToAsk = true;
  /** Numbers of the areas' floors by company, each asked for once. */
  readonly #numbersByArea = new Map<string, Int16Array>();
  /** Of the batch at hand: numbers of its words, and of the areas' floors for its company. */
  #batch: FixBatch | null = null;
  #said: Int16Array = new Int16Array(0);
  #areas: Int16Array = new Int16Array(0);

  onFix(park: Park, batch: FixBatch, i: number, slot: number, _observedAtMs: number, effects: Effect[]): void {
    const { people } = park;
    if (batch !== this.#batch) this.#begin(park, batch);
    const word = batch.floorIndex[i]!;
    people.saysFloor[slot] = word === ABSENT_U16 ? 0 : 1;
    people.floor[slot] =
      word === ABSENT_U16 ? this.#reckoned(park, slot, this.#areas) : this.#numberOfWord(batch, word);
    if (this.#book.changed.size > 0) this.#tell(park, effects);
  }

  /** Those whose fix said nothing are asked for again once the areas are others. */
  onTick(park: Park, effects: Effect[]): void {
    if (!this.#isToAsk) return;
    this.#isToAsk = false;
    const { people } = park;
    for (let slot = 0; slot < people.slotCount; slot++) {
      if (people.placed[slot] === 0 || people.saysFloor[slot] === 1) continue;
      const floor = this.#reckoned(park, slot, this.#numbersOf(park, people.views[slot]!.companyCode));
      if (floor === people.floor[slot]) continue;
      people.floor[slot] = floor;
      people.touch(slot);
    }
    if (this.#book.changed.size > 0) this.#tell(park, effects);
  }

  onArea(_park: Park, _key: string, before: Area | undefined, after: Area | undefined): void {
    const concerns = (area: Area | undefined): boolean => area !== undefined && tellsFloor(area.record);
    if (!concerns(before) && !concerns(after)) return;
    this.#index = null;
    this.#batch = null;
    this.#isToAsk = true;
  }

  save(): readonly unknown[] {
    return [];
  }

  /** The names stand in the documents, the numbers in the columns of people. */
  load(_values: readonly unknown[], park: Park): void {
    for (const names of park.docs.values('floors')) this.#book.load(names);
  }

  #begin(park: Park, batch: FixBatch): void {
    this.#batch = batch;
    if (this.#said.length < batch.strings.length) this.#said = new Int16Array(batch.strings.length * 2);
    this.#said.fill(NOT_ASKED, 0, batch.strings.length);
    this.#areas = this.#numbersOf(park, batch.origin.companyCode);
  }

  #numberOfWord({ origin, strings }: FixBatch, word: number): number {
    const known = this.#said[word]!;
    if (known !== NOT_ASKED) return known;
    const number = this.#book.numberOf(origin.companyCode, strings[word]!);
    this.#said[word] = number;
    return number;
  }

  /** `numbers`: of the areas' floors for the person's company. */
  #reckoned({ people }: Park, slot: number, numbers: Int16Array): number {
    const index = this.#index!;
    const at = index.find(people.easting[slot]!, people.northing[slot]!, people.heightM[slot]!);
    if (at === -1) return 0;
    if (numbers[at] === NOT_ASKED) {
      numbers[at] = this.#book.numberOf(people.views[slot]!.companyCode, index.floors[at]!);
    }
    return numbers[at]!;
  }

  #numbersOf(park: Park, companyCode: string): Int16Array {
    if (this.#index === null) {
      this.#index = indexOf(park);
      this.#numbersByArea.clear();
    }
    let numbers = this.#numbersByArea.get(companyCode);
    if (numbers === undefined) {
      numbers = new Int16Array(this.#index.floors.length).fill(NOT_ASKED);
      this.#numbersByArea.set(companyCode, numbers);
    }
    return numbers;
  }

  #tell(park: Park, effects: Effect[]): void {
    for (const companyCode of this.#book.changed) {
      park.docs.put('floors', companyCode, this.#book.namesOf(companyCode), [companyCode], effects);
    }
    this.#book.changed.clear();
  }
}

const indexOf = ({ areas }: Park): FloorIndex =>
  new FloorIndex(
    [...areas.byKey.values()].flatMap(({ record, fence }) =>
      tellsFloor(record) ? [{ key: areaKey(record.companyCode, record.areaId), floorNo: record.floorNo, fence }] : [],
    ),
  );
