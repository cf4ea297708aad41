/**
 * What is remembered of persons and areas that a record withdrew: the UPDATE_DATE of that record, so that an older one
 * that comes later does not bring them back, and an area's version, so that the next one counts on. Bounded: beyond the
 * limit the one withdrawn longest ago is forgotten. Plain data in snapshots.
 */
export interface WithdrawnRecord {
  readonly updatedAtMs: number | null;
  /** 0 for persons. */
  readonly version: number;
}

/** [key, updatedAtMs, version], oldest first. */
export type WithdrawnData = [string, number | null, number][];

/** Some years of a large park's contractors; 5 MB. */
export const WITHDRAWN_LIMIT = 50_000;

export class WithdrawnRecords {
  readonly #byKey = new Map<string, WithdrawnRecord>();

  get(key: string): WithdrawnRecord | undefined {
    return this.#byKey.get(key);
  }

  put(key: string, record: WithdrawnRecord): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, record);
    if (this.#byKey.size <= WITHDRAWN_LIMIT) return;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      return;
    }
  }

  /** It is there again. */
  delete(key: string): void {
    this.#byKey.delete(key);
  }

  save(): WithdrawnData {
    return [...this.#byKey].map(([key, { updatedAtMs, version }]) => [key, updatedAtMs, version]);
  }

  load(data: WithdrawnData): void {
    for (const [key, updatedAtMs, version] of data) this.#byKey.set(key, { updatedAtMs, version });
  }
}
