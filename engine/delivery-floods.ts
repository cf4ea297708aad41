/**
 * Words for a party that has so many before it already that one more by itself would only bury the others: gathered by level, and
 * said together with their number. Knows what is open, by what it is about and by party; which words wait to be said
 * together, and which were. Calls for help and what is said to people are never gathered (deliveries.ts).
 */
import type { Delivery } from '../stream/protocol/deliveries.ts';
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';

/** So many deliveries may be open for a party one by one. */
export const EACH_MAX = 20;

/** Words of one level for one party. `waiting`, `said`: what they are about, oldest first. */
export interface Flood {
  readonly party: string;
  readonly level: AlarmLevel;
  readonly waiting: Set<string>;
  /** In what is open of it now. */
  readonly said: Set<string>;
  firstAtMs: number;
  saidAtMs: number;
}
type Saved = [party: string, level: AlarmLevel, waiting: string[], said: string[], firstAtMs: number, saidAtMs: number];

/** What a delivery or a word is about: the order, where there is one, or the alarm. */
export const matterKey = ({ alarmId, orderId }: Pick<Delivery, 'alarmId' | 'orderId'>): string =>
  orderId === null ? `alarm ${alarmId}` : `order ${orderId}`;

export const isTogether = ({ text }: Pick<Delivery, 'text'>): boolean => text === 'together';

export class DeliveryFloods {
  /** By party and level, in the order in which they began. */
  readonly #floods = new Map<string, Flood>();
  /** Ids of open deliveries by what they are about, in the order in which they came. */
  readonly #openOf = new Map<string, Set<string>>();
  /** Open ones by party, those said together left out. */
  readonly #countOf = new Map<string, number>();

  isFull(party: string): boolean {
    return (this.#countOf.get(party) ?? 0) >= EACH_MAX;
  }

  gather(party: string, level: AlarmLevel, matter: string, atMs: number): void {
    const key = keyOf(party, level);
    let flood = this.#floods.get(key);
    if (flood === undefined) {
      flood = { party, level, waiting: new Set(), said: new Set(), firstAtMs: atMs, saidAtMs: 0 };
      this.#floods.set(key, flood);
    }
    if (flood.waiting.size === 0) flood.firstAtMs = atMs;
    flood.waiting.add(matter);
  }

  /** Floods whose words may be said: none was within the time that a word of the level has. */
  due(nowMs: number, limitMs: (level: AlarmLevel) => number): Flood[] {
    return [...this.#floods.values()].filter(
      ({ waiting, saidAtMs, level }) => waiting.size > 0 && nowMs - saidAtMs >= limitMs(level),
    );
  }

  /** What waited is said now; returns how much it was. */
  say(flood: Flood, atMs: number): number {
    const count = flood.waiting.size;
    for (const matter of flood.waiting) flood.said.add(matter);
    flood.waiting.clear();
    flood.saidAtMs = atMs;
    return count;
  }

  /** Nobody need be told of it any more. Floods that spoke of it, and whether of nothing else by now. */
  answered(matter: string): { readonly open: readonly string[]; readonly isAll: boolean }[] {
    const spoke: { open: readonly string[]; isAll: boolean }[] = [];
    for (const [key, flood] of this.#floods) {
      flood.waiting.delete(matter);
      if (flood.said.delete(matter)) spoke.push({ open: this.openOf(key), isAll: flood.said.size === 0 });
    }
    return spoke;
  }

  /** Ids of the deliveries that are open about it. */
  openOf(matter: string): string[] {
    return [...(this.#openOf.get(matter) ?? [])];
  }

  opened(delivery: Delivery): void {
    const matter = openKey(delivery);
    const open = this.#openOf.get(matter);
    if (open === undefined) this.#openOf.set(matter, new Set([delivery.deliveryId]));
    else open.add(delivery.deliveryId);
    this.#countOpen(delivery, 1);
  }

  ended(delivery: Delivery): void {
    const matter = openKey(delivery);
    const open = this.#openOf.get(matter);
    open?.delete(delivery.deliveryId);
    if (open?.size === 0) this.#openOf.delete(matter);
    this.#countOpen(delivery, -1);
  }

  /** What was said and is over is forgotten; so is a flood of which nothing is left. */
  tidy(nowMs: number, limitMs: (level: AlarmLevel) => number): void {
    for (const [key, { level, waiting, said, saidAtMs }] of this.#floods) {
      if (this.#openOf.has(key)) continue;
      said.clear();
      if (waiting.size === 0 && nowMs - saidAtMs >= limitMs(level)) this.#floods.delete(key);
    }
  }

  save(): Saved[] {
    return [...this.#floods.values()].map(({ party, level, waiting, said, firstAtMs, saidAtMs }) => [
      party,
      level,
      [...waiting],
      [...said],
      firstAtMs,
      saidAtMs,
    ]);
  }

  load(floods: readonly unknown[], open: readonly Delivery[]): void {
    for (const [party, level, waiting, said, firstAtMs, saidAtMs] of floods as Saved[]) {
      const flood = { party, level, waiting: new Set(waiting), said: new Set(said), firstAtMs, saidAtMs };
      this.#floods.set(keyOf(party, level), flood);
    }
    for (const delivery of open) this.opened(delivery);
  }

  #countOpen(delivery: Delivery, by: 1 | -1): void {
    if (isTogether(delivery)) return;
    const count = (this.#countOf.get(delivery.party) ?? 0) + by;
    if (count === 0) this.#countOf.delete(delivery.party);
    else this.#countOf.set(delivery.party, count);
  }
}

const keyOf = (party: string, level: AlarmLevel): string => `${party} ${level}`;

/** Said together it is about a flood, whoever hears it by now. */
const openKey = (delivery: Delivery): string =>
  isTogether(delivery)
    ? keyOf(String(delivery.values['party']), delivery.values['level'] as AlarmLevel)
    : matterKey(delivery);
