/**
 * Permits that were closed and are kept no more: just enough to know, for some days, that they are. A supplier that sends one more part
 * of such a permit does not open it again; a word that says so, newer than the one that closed it, does.
 */
import {
  mergePermit,
  newPermitState,
  type PermitState,
  type StatusAt,
  statusOf,
} from '../../stream/protocol/permit-merge.ts';
import { type PermitRecord, permitKey } from '../../stream/protocol/permits.ts';
import { isOpenPermit } from './permit-table.ts';

const KEPT_MS = 8 * 86_400_000;
const CLOSED_MAX = 200_000;

interface Closed {
  readonly key: string;
  readonly firstReceivedAtMs: number;
  readonly updatedAtMs: number;
  readonly status: StatusAt | null;
  readonly deleted: boolean;
  readonly deletedAtMs: number | null;
  /** Engine time at which it was forgotten. */
  readonly atMs: number;
}

export class ClosedPermits {
  /** Oldest first. */
  readonly #byKey = new Map<string, Closed>();

  put(
    { companyCode, permitId, firstReceivedAtMs, updatedAtMs, statuses, deleted, deletedAtMs }: PermitState,
    nowMs: number,
  ): void {
    const key = permitKey(companyCode, permitId);
    this.#byKey.delete(key);
    const status = statuses.at(-1) ?? null;
    this.#byKey.set(key, { key, firstReceivedAtMs, updatedAtMs, status, deleted, deletedAtMs, atMs: nowMs });
    if (this.#byKey.size > CLOSED_MAX) this.#byKey.delete(this.#byKey.keys().next().value!);
  }

  /** The permit that the word opens again or, unknown here, begins; null: it stays closed. */
  opened(record: PermitRecord, nowMs: number, receivedAtMs: number): PermitState | null {
    const key = permitKey(record.companyCode, record.permitId);
    const closed = this.#byKey.get(key);
    if (closed === undefined) return mergePermit(null, record, receivedAtMs);
    const { firstReceivedAtMs, updatedAtMs, status, deleted, deletedAtMs } = closed;
    const known: PermitState = {
      ...newPermitState(record, firstReceivedAtMs),
      updatedAtMs,
      statuses: status === null ? [] : [status],
      deleted,
      deletedAtMs,
    };
    const next = mergePermit(known, record, receivedAtMs);
    if (!isOpenPermit(statusOf(next), next.deleted)) {
      this.put(next, nowMs);
      return null;
    }
    this.#byKey.delete(key);
    return next;
  }

  tidy(nowMs: number): void {
    for (const [key, { atMs }] of this.#byKey) {
      if (atMs > nowMs - KEPT_MS) break;
      this.#byKey.delete(key);
    }
  }

  save(): readonly unknown[] {
    return [...this.#byKey.values()];
  }

  load(values: readonly unknown[]): void {
    for (const closed of values as Closed[]) this.#byKey.set(closed.key, closed);
  }
}
