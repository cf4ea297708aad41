/**
 * Which floor a height is on: the areas that name a floor and the heights it lies between, found by place. Immutable; its
 * owner builds a new one when areas change. Reads nothing but geometry, so engine and playback answer alike.
 */
import type { Fence } from './fence.ts';
import { FenceIndex } from './fence-index.kernel.ts';

export interface FloorArea {
  /** Decides between two that are as high: unique. */
  readonly key: string;
  readonly floorNo: string;
  readonly fence: Fence;
}

/** An area says what floor a height is on if it names the floor and has a height limit below or above. */
export const tellsFloor = (area: {
  readonly floorNo: string | null;
  readonly zMinM: number | null;
  readonly zMaxM: number | null;
}): area is { readonly floorNo: string; readonly zMinM: number | null; readonly zMaxM: number | null } =>
  area.floorNo !== null && area.floorNo !== '' && (area.zMinM !== null || area.zMaxM !== null);

const heightOf = ({ fence }: FloorArea): number => fence.zMaxM - fence.zMinM;

export class FloorIndex {
  /** Floor by number of the answer. */
  readonly floors: readonly string[];
  readonly #index: FenceIndex | null;
  readonly #found: Int32Array;

  constructor(areas: readonly FloorArea[]) {
    // The lowest room wins over the hall round it, whatever order the areas came in.
    const sorted = [...areas].sort((a, b) => {
      const [high, otherHigh] = [heightOf(a), heightOf(b)];
      return high === otherHigh ? (a.key < b.key ? -1 : 1) : high - otherHigh;
    });
    this.floors = sorted.map(({ floorNo }) => floorNo);
    this.#index =
      sorted.length === 0
        ? null
        : FenceIndex.build(
            sorted.map(({ fence }) => fence),
            { bandM: 0 },
          );
    this.#found = new Int32Array(this.#index?.maxHits ?? 0);
  }

  /** Index into `floors`; -1: no area says, or the height is not known (NaN). */
  find(easting: number, northing: number, heightM: number): number {
    if (this.#index === null || Number.isNaN(heightM)) return -1;
    return this.#index.containing(easting, northing, heightM, this.#found) === 0 ? -1 : this.#found[0]!;
  }
}
