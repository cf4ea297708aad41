/**
 * Records of which the newest word holds as a whole (activities, cameras of permits, vendors' alarms of permits), by company and id.
 * What is deleted stays known until it is tidied away, so that an older word that comes late does not bring it back.
 */
import { canonicalText } from '../../stream/protocol/permit-merge.ts';

interface Word {
  readonly companyCode: string;
  readonly updatedAtMs: number | null;
}

export interface KeptRecord<R> {
  readonly record: R;
  /** Engine time of its newest word. */
  readonly heardAtMs: number;
}

/** The later word; of one time the one whose text is greater, whoever came first. */
export function isLaterWord<R extends Word>(known: KeptRecord<R>, next: KeptRecord<R>): boolean {
  const knownMs = known.record.updatedAtMs ?? known.heardAtMs;
  const nextMs = next.record.updatedAtMs ?? next.heardAtMs;
  if (knownMs !== nextMs) return nextMs > knownMs;
  return canonicalText(next.record) > canonicalText(known.record);
}

export class NewestRecords<R extends Word> {
  readonly #byCompany = new Map<string, Map<string, KeptRecord<R>>>();
  readonly #idOf: (record: R) => string;
  readonly #isNewer: (known: KeptRecord<R>, next: KeptRecord<R>) => boolean;
  readonly #max: number;

  /** `max`: of one company; beyond it the one heard of longest ago goes. */
  constructor(
    idOf: (record: R) => string,
    max: number,
    isNewer: (known: KeptRecord<R>, next: KeptRecord<R>) => boolean = isLaterWord,
  ) {
    this.#idOf = idOf;
    this.#isNewer = isNewer;
    this.#max = max;
  }

  get(companyCode: string, id: string): R | undefined {
    return this.#byCompany.get(companyCode)?.get(id)?.record;
  }

  of(companyCode: string): R[] {
    return [...(this.#byCompany.get(companyCode)?.values() ?? [])].map(({ record }) => record);
  }

  /** What it replaces, and what went for want of room; null: it says nothing new. */
  take(record: R, nowMs: number): { readonly before: R | undefined; readonly gone: R | undefined } | null {
    const id = this.#idOf(record);
    const known = this.#byCompany.get(record.companyCode) ?? new Map<string, KeptRecord<R>>();
    const before = known.get(id);
    const next = { record, heardAtMs: nowMs };
    if (before !== undefined && !this.#isNewer(before, next)) return null;
    this.#byCompany.set(record.companyCode, known);
    known.delete(id);
    known.set(id, next);
    const gone = known.size > this.#max ? known.values().next().value?.record : undefined;
    if (gone !== undefined) known.delete(this.#idOf(gone));
    return { before: before?.record, gone };
  }

  /** Forgets those that nobody needs; tells which. */
  tidy(isNeeded: (kept: KeptRecord<R>) => boolean): R[] {
    const gone: R[] = [];
    for (const [companyCode, known] of this.#byCompany) {
      for (const [id, kept] of known) {
        if (isNeeded(kept)) continue;
        known.delete(id);
        gone.push(kept.record);
      }
      if (known.size === 0) this.#byCompany.delete(companyCode);
    }
    return gone;
  }

  save(): KeptRecord<R>[] {
    return [...this.#byCompany.values()].flatMap((known) => [...known.values()]);
  }

  load(values: readonly KeptRecord<R>[]): void {
    for (const kept of values) {
      const { companyCode } = kept.record;
      const known = this.#byCompany.get(companyCode) ?? new Map<string, KeptRecord<R>>();
      this.#byCompany.set(companyCode, known.set(this.#idOf(kept.record), kept));
    }
  }
}
