/**
 * Floors (楼层) as numbers. A frame carries one byte a person: the number of the floor's name among those of his company, 0
 * none. The names are the live doc `floors` of the company, a list that only grows; so a change of floor is a byte in a frame
 * that goes out anyway, however often it changes, and heals like the place it belongs to.
 */

/** Names of a company's floors: number n is names[n - 1]. */
export interface FloorNames {
  readonly companyCode: string;
  readonly names: readonly string[];
}

/** Of a company; later names are no floor. No site has so many, and what a sender makes up fills no memory. */
export const FLOORS_MAX = 255;

/** Gives floors of companies their numbers. */
export class FloorBook {
  readonly #numbers = new Map<string, Map<string, number>>();
  /** Companies that got a name since somebody cleared it. */
  readonly changed = new Set<string>();

  load({ companyCode, names }: FloorNames): void {
    this.#numbers.set(companyCode, new Map(names.map((name, i) => [name, i + 1])));
  }

  /** 0: too many. */
  numberOf(companyCode: string, name: string): number {
    let numbers = this.#numbers.get(companyCode);
    if (numbers === undefined) {
      numbers = new Map();
      this.#numbers.set(companyCode, numbers);
    }
    const known = numbers.get(name);
    if (known !== undefined) return known;
    if (name === '' || numbers.size >= FLOORS_MAX) return 0;
    numbers.set(name, numbers.size + 1);
    this.changed.add(companyCode);
    return numbers.size;
  }

  namesOf(companyCode: string): FloorNames {
    return { companyCode, names: [...(this.#numbers.get(companyCode)?.keys() ?? [])] };
  }

  get companyCodes(): Iterable<string> {
    return this.#numbers.keys();
  }
}
