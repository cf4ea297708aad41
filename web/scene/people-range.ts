/** Slots from the first to the last that something was done to: what has to be uploaded. */
export class SlotRange {
  /** Empty while to is 0. */
  from = 0;
  to = 0;

  add(slot: number): void {
    if (this.to === 0) {
      this.from = slot;
      this.to = slot + 1;
      return;
    }
    if (slot < this.from) this.from = slot;
    if (slot >= this.to) this.to = slot + 1;
  }

  /** Every slot below `count`. */
  addAll(count: number): void {
    this.from = 0;
    this.to = Math.max(this.to, count);
  }

  clear(): void {
    this.from = 0;
    this.to = 0;
  }

  get isEmpty(): boolean {
    return this.to === 0;
  }
}
