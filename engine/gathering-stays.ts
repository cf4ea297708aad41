/**
 * Since when each person is in which gathering track: columns by slot. Somebody's time in a track goes on when he is out of it for
 * no longer than the gap.
 */

/** Track ids begin at 1. */
const NO_TRACK = 0;

export class GatheringStays {
  /** By slot: the newest stay; NO_TRACK: none. */
  #trackId = new Float64Array(0);
  #joinedAtMs = new Float64Array(0);
  #seenAtMs = new Float64Array(0);
  /** The same as the tick began. */
  #wasTrackId = new Float64Array(0);
  #wasJoinedAtMs = new Float64Array(0);
  #wasSeenAtMs = new Float64Array(0);

  /** null: in none. */
  trackOf(slot: number): number | null {
    return idAt(this.#trackId, slot);
  }

  /** Which one as the tick began; null: none. */
  wasTrackOf(slot: number): number | null {
    return idAt(this.#wasTrackId, slot);
  }

  /** Ends what was not seen for longer than the gap, and remembers how it is. */
  begin(slotCount: number, goneBeforeMs: number): void {
    if (slotCount > this.#trackId.length) this.#grow(slotCount);
    for (let slot = 0; slot < this.#trackId.length; slot++) {
      if (this.#trackId[slot] !== NO_TRACK && this.#seenAtMs[slot]! < goneBeforeMs) this.drop(slot);
    }
    this.#wasTrackId.set(this.#trackId);
    this.#wasJoinedAtMs.set(this.#joinedAtMs);
    this.#wasSeenAtMs.set(this.#seenAtMs);
  }

  see(slot: number, trackId: number, atMs: number): void {
    if (this.#trackId[slot] !== trackId) {
      this.#trackId[slot] = trackId;
      this.#joinedAtMs[slot] = atMs;
    }
    this.#seenAtMs[slot] = atMs;
  }

  /** The time that he had as the tick began is in another track now; since when it runs. */
  move(slot: number, trackId: number): number {
    this.#trackId[slot] = trackId;
    this.#joinedAtMs[slot] = this.#wasJoinedAtMs[slot]!;
    this.#seenAtMs[slot] = this.#wasSeenAtMs[slot]!;
    return this.#joinedAtMs[slot]!;
  }

  drop(slot: number): void {
    if (slot >= this.#trackId.length) return;
    this.#trackId[slot] = NO_TRACK;
    this.#joinedAtMs[slot] = 0;
    this.#seenAtMs[slot] = 0;
  }

  /** Copies of the columns up to the last slot that is in a track. */
  save(): Uint8Array[] {
    let slots = this.#trackId.length;
    while (slots > 0 && this.#trackId[slots - 1] === NO_TRACK) slots--;
    return [this.#trackId, this.#joinedAtMs, this.#seenAtMs].map((of) => new Uint8Array(of.slice(0, slots).buffer));
  }

  load(columns: readonly Uint8Array[]): void {
    const [trackId, joinedAtMs, seenAtMs] = columns.map((one) => new Float64Array(Uint8Array.from(one).buffer));
    this.#grow(trackId!.length);
    this.#trackId.set(trackId!);
    this.#joinedAtMs.set(joinedAtMs!);
    this.#seenAtMs.set(seenAtMs!);
  }

  #grow(slots: number): void {
    const grown = (from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(Math.max(1_024, 2 * slots));
      to.set(from);
      return to;
    };
    this.#trackId = grown(this.#trackId);
    this.#joinedAtMs = grown(this.#joinedAtMs);
    this.#seenAtMs = grown(this.#seenAtMs);
    this.#wasTrackId = grown(this.#wasTrackId);
    this.#wasJoinedAtMs = grown(this.#wasJoinedAtMs);
    this.#wasSeenAtMs = grown(this.#wasSeenAtMs);
  }
}

const idAt = (ids: Float64Array, slot: number): number | null => {
  const id = ids[slot] ?? NO_TRACK;
  return id === NO_TRACK ? null : id;
};
