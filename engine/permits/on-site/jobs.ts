/** Jobs in progress, and who is on which open permit; kept in step with the table of permits, once a tick. */
import { NOBODY } from '../../alarm-table.ts';
import type { Park } from '../../park.ts';
import type { KeptPermit, PermitTable } from '../permit-table.ts';
import { drawnAreaOf, type Job, jobOf } from './job.ts';

export class Jobs {
  /** In order of their keys. */
  all: readonly Job[] = [];
  readonly byKey = new Map<string, Job>();
  /** Counts up with each change of them. */
  version = 0;
  readonly #permits = new Map<string, KeptPermit>();
  readonly #ofSlot = new Map<number, KeptPermit[]>();

  /** Open permits that somebody is on. */
  permitsOf(slot: number): readonly KeptPermit[] {
    return this.#ofSlot.get(slot) ?? NONE;
  }

  /** Each is made anew at the next time: radii may be others. */
  forget(): void {
    this.#permits.clear();
    this.#ofSlot.clear();
    this.byKey.clear();
    this.all = [];
  }

  /** Jobs that came, changed or went since the last time, by their keys: what each was before. */
  follow(park: Park, table: PermitTable): ReadonlyMap<string, Job | undefined> {
    const changed = new Map<string, Job | undefined>();
    const open = new Set<string>();
    for (const permit of table.all()) {
      if (!permit.isOpen) continue;
      open.add(permit.key);
      const before = this.#permits.get(permit.key);
      if (before !== permit) this.#index(permit, before);
      const area = permit.isGoingOn ? drawnAreaOf(park, permit) : null;
      const job = this.byKey.get(permit.key);
      const isSame = before === permit && (job?.area ?? null) === area;
      if (isSame && (job !== undefined || !permit.isGoingOn || permit.jobPlace === null)) continue;
      const next = permit.isGoingOn ? jobOf(permit, area) : null;
      if (next !== null) this.byKey.set(permit.key, next);
      if (next !== null || this.byKey.delete(permit.key)) changed.set(permit.key, job);
    }
    for (const [key, permit] of this.#permits) {
      if (open.has(key)) continue;
      this.#unindex(permit);
      this.#permits.delete(key);
    }
    for (const [key, job] of this.byKey) {
      if (open.has(key)) continue;
      this.byKey.delete(key);
      changed.set(key, job);
    }
    if (changed.size > 0) {
      this.all = [...this.byKey.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
      this.version++;
    }
    return changed;
  }

  #index(permit: KeptPermit, before: KeptPermit | undefined): void {
    if (before !== undefined) this.#unindex(before);
    this.#permits.set(permit.key, permit);
    for (const slot of slotsOf(permit)) {
      const known = this.#ofSlot.get(slot);
      if (known === undefined) this.#ofSlot.set(slot, [permit]);
      else known.push(permit);
    }
  }

  #unindex(permit: KeptPermit): void {
    for (const slot of slotsOf(permit)) {
      const rest = this.permitsOf(slot).filter((one) => one !== permit);
      if (rest.length === 0) this.#ofSlot.delete(slot);
      else this.#ofSlot.set(slot, rest);
    }
  }
}

const NONE: readonly KeptPermit[] = [];

const slotsOf = ({ people }: KeptPermit): Set<number> =>
  new Set(people.flatMap(({ slot }) => (slot === NOBODY ? [] : [slot])));
