/** The newest word of each vendor record, kept as long as a fix that came before may come again, so that repeats stay repeats. */
import { sharesMembers } from '../alarms/vendor-merge.ts';
import type { AlarmPerson } from '../stream/protocol/effects.ts';
import { recordKeyOf, type VendorRecord } from './vendor-record.ts';

/** A record that is over is remembered this long. */
const KEPT_MS = 8 * 86_400_000;
const KEPT_MAX = 100_000;
/**
 * Gatherings of one company that go on at once, and those that began at one instant. Far more than any company has; without an
 * end of them one supplier's records would hold up everybody's alarms.
 */
const GATHERINGS_OPEN_MAX = 100;

export class VendorRecordTable {
  /** By key, oldest word first. */
  readonly #byKey = new Map<string, VendorRecord>();
  /** Keys of those that go on. */
  readonly #open = new Set<string>();
  /** Those of gatherings, by company. */
  readonly #gatherings = new Map<string, Set<string>>();

  get(key: string): VendorRecord | undefined {
    return this.#byKey.get(key);
  }

  /** As they are now, oldest word first. */
  all(): readonly VendorRecord[] {
    return [...this.#byKey.values()];
  }

  /** Keys of those that go on now. */
  openKeys(): readonly string[] {
    return [...this.#open];
  }

  /** As the newest word of all. */
  keep(record: VendorRecord): void {
    this.#byKey.delete(record.key);
    this.#byKey.set(record.key, record);
    this.#open.delete(record.key);
    const isOpen = !record.isOver && !record.deleted && record.rule !== null;
    if (isOpen) this.#open.add(record.key);
    if (record.rule === 'gathering') this.#countGathering(record, isOpen);
  }

  /** It was told again, and nothing new was said. */
  hearAgain(record: VendorRecord, heardAtMs: number): void {
    this.#byKey.set(record.key, { ...record, heardAtMs });
  }

  /**
   * Gatherings come without an id: company, beginning, and at least half of the members tell the same one. null: another one
   * of a company of which as many go on as can.
   */
  gatheringIdOf(companyCode: string, startedAtMs: number, members: readonly AlarmPerson[]): string | null {
    for (let n = 1; n <= GATHERINGS_OPEN_MAX; n++) {
      const recordId = n === 1 ? `${startedAtMs}` : `${startedAtMs}#${n}`;
      const known = this.#byKey.get(recordKeyOf('gathering', companyCode, recordId));
      if (known === undefined) return this.#openGatherings(companyCode) >= GATHERINGS_OPEN_MAX ? null : recordId;
      if (sharesMembers(known.members, members, companyCode)) return recordId;
    }
    return null;
  }

  #openGatherings(companyCode: string): number {
    return this.#gatherings.get(companyCode)?.size ?? 0;
  }

  #countGathering({ key, companyCode }: VendorRecord, isOpen: boolean): void {
    const keys = this.#gatherings.get(companyCode) ?? new Set();
    if (isOpen) this.#gatherings.set(companyCode, keys.add(key));
    else keys.delete(key);
  }

  tidy(nowMs: number): void {
    let surplus = this.#byKey.size - KEPT_MAX;
    for (const [key, { heardAtMs }] of this.#byKey) {
      if (this.#open.has(key)) continue;
      if (heardAtMs >= nowMs - KEPT_MS && surplus <= 0) continue;
      this.#byKey.delete(key);
      surplus--;
    }
  }
}
