/**
 * A company's supplier as they are: one lane of positions and one of registers, alarms and calls for help, each sending
 * again, signed anew and maybe another way, what was not answered; some batches twice, some late, some in the wrong order;
 * people who walk where they must not, and tags that change hands. Keeps its own books, which the verdict compares with the
 * park's.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { lngLatAt, squareAt } from '../builders/plane.ts';
import { SeededRandom } from '../fuzz/gateway-network.ts';
import type { BatchAnswer, BodyType, Vendor, VendorRecord } from '../stack/vendor.ts';
import type { VendorFrames } from '../stack/vendor-frames.ts';
import { fixKey, tagKey } from './company-log.ts';
import { REQUESTS } from './schedule.ts';

const PATHS = {
  persons: '/v1/positioning/persons',
  areas: '/v1/positioning/areas',
  positions: '/v1/positioning/positions',
  'person-alarms': '/v1/positioning/person-alarms',
  heartbeats: '/v1/heartbeats',
} as const;
type Interface = keyof typeof PATHS;
export const SUPPLIED = Object.keys(PATHS) as Interface[];

const BODY_TYPES: readonly BodyType[] = ['json', 'msgpack'];
const PEOPLE = 16;
const TAGS = 4;
/** A supplier that hears nothing for so long sends again. */
const ANSWER_LIMIT_MS = 1_000;
const PACE_MS = 35;
const RETRY_MS = 120;
const GIVE_UP_MS = 90_000;
const DAY_MS = 86_400_000;
/** How late a late fix is: held back a moment, a basement, a night, a weekend. */
const LATE_MS = [4_000, 90_000, 8 * 3_600_000, 3 * DAY_MS, 6 * DAY_MS] as const;

export class Supplier {
  readonly vendor: Vendor;
  /** Requests begun, answered or not. */
  requests = 0;
  readonly acknowledged = { batchIds: [] as string[], records: countsOf(), fixKeys: new Set<string>() };
  /** Of every request that was begun. */
  readonly sent = { records: countsOf(), fixKeys: new Set<string>(), untimedSos: 0 };
  readonly #frames: VendorFrames;
  readonly #random: SeededRandom;
  /** Apart from the other, since how often it is asked depends on what broke. */
  readonly #ways: SeededRandom;
  readonly #onRequest: () => void;
  readonly #earlier: VendorRecord[][] = [];
  readonly #inside = new Set<number>();
  readonly #withdrawn = new Set<string>();
  readonly #cards = new Map<string, string>();
  readonly #alarms: VendorRecord[] = [];
  #lastAtMs = 0;

  constructor(vendor: Vendor, frames: VendorFrames, seed: number, onRequest: () => void) {
    this.vendor = vendor;
    this.#frames = frames;
    this.#random = new SeededRandom(seed ^ 0x5eed);
    this.#ways = new SeededRandom(seed ^ 0xbeef);
    this.#onRequest = onRequest;
  }

  /** Resolves when everything has been answered. */
  async run(): Promise<void> {
    await this.#send('persons', this.#everybody());
    await this.#send('areas', [this.#forbidden(0)]);
    let isOver = false;
    const positions = async (): Promise<void> => {
      while (this.requests < REQUESTS) {
        for (const batch of this.#positionBatches()) await this.#send('positions', batch);
      }
      isOver = true;
    };
    const registers = async (): Promise<void> => {
      while (!isOver) {
        await this.#change();
        await pause(PACE_MS * 3);
      }
    };
    await Promise.all([positions(), registers()]);
  }

  /** One batch mostly; two where one was held back. */
  #positionBatches(): VendorRecord[][] {
    const random = this.#random;
    const batch = Array.from({ length: PEOPLE + TAGS }, (_, k) => this.#walk(k));
    this.#earlier.push(batch);
    if (random.chance(0.12)) return [random.pick(this.#earlier)];
    if (random.chance(0.12)) return [this.#lateOnes()];
    // The same record twice in one request.
    if (random.chance(0.1)) return [[...batch, ...batch.slice(0, 3)]];
    // The later ones first.
    if (random.chance(0.1)) return [Array.from({ length: PEOPLE }, (_, k) => this.#walk(k)), batch];
    if (random.chance(0.1)) return [[...batch, this.#fix('p1', 0, 0, this.#now(), { LATITUDE: 200 })]];
    if (random.chance(0.1)) return [[...batch, this.#fix(`stranger${random.below(5)}`, 300, 300, this.#now())]];
    return [batch];
  }

  #walk(k: number): VendorRecord {
    const random = this.#random;
    if (random.chance(0.03)) {
      if (!this.#inside.delete(k)) this.#inside.add(k);
    }
    const [east, north] = this.#inside.has(k)
      ? [20 + k, 20 + random.below(20)]
      : [400 + 10 * k, 400 + random.below(20)];
    // Behind the people come the tags, whoever wears them.
    const whose = k < PEOPLE ? {} : { PERSON_ID: undefined, CARD_NO: `C${k - PEOPLE}` };
    return this.#fix(`p${k}`, east, north, this.#now(), { SOURCE: 'UWB', ACCURACY: 1, ...whose });
  }

  #lateOnes(): VendorRecord[] {
    const random = this.#random;
    const lateMs = random.pick(LATE_MS);
    return Array.from({ length: 8 }, () => {
      const source = random.pick(['GNSS', 'UWB', '']);
      const atMs = this.#now() - lateMs - random.below(2_000);
      return this.#fix(`p${random.below(PEOPLE)}`, 400, 400, atMs, source === '' ? {} : { SOURCE: source });
    });
  }

  async #change(): Promise<void> {
    const random = this.#random;
    const personId = `p${random.below(PEOPLE)}`;
    switch (random.below(12)) {
      case 0:
        return this.#send('areas', [this.#forbidden(random.below(15))]);
      case 1:
        return this.#send('areas', [{ ...this.#forbidden(0), DELETED: random.pick(['0', '1']) }]);
      case 2:
        return this.#toggle(personId);
      case 3:
        return this.#send('persons', [this.#person(personId, { PERSON_NAME: `改名${random.below(100)}` })]);
      case 4:
      case 5:
        return this.#handOver(personId);
      case 6:
        return this.#send('heartbeats', [this.#heartbeat()]);
      case 7:
      case 8:
        return this.#send('person-alarms', [this.#alarm(personId)]);
      case 9:
        return this.#send('positions', [this.#sos(personId, random.chance(0.5) ? {} : this.#someTag())]);
      case 10:
        return this.#send('positions', [this.#sos(personId, { LONGITUDE: undefined, LATITUDE: undefined })]);
      default:
        return this.#send('positions', [
          this.#sos(personId, { LONGITUDE: undefined, LATITUDE: undefined, COLLECT_TIME: undefined }),
        ]);
    }
  }

  #someTag(): VendorRecord {
    return { PERSON_ID: undefined, CARD_NO: `C${this.#random.below(TAGS)}` };
  }

  /** A card goes to somebody, or is given back. */
  #handOver(personId: string): Promise<void> {
    const isReturned = this.#cards.delete(personId);
    if (!isReturned) this.#cards.set(personId, `C${this.#random.below(TAGS)}`);
    return this.#send('persons', [this.#person(personId)]);
  }

  #toggle(personId: string): Promise<void> {
    const isBack = this.#withdrawn.delete(personId);
    if (!isBack) this.#withdrawn.add(personId);
    return this.#send('persons', [this.#person(personId, { DELETED: isBack ? '0' : '1' })]);
  }

  #person(personId: string, change: VendorRecord = {}): VendorRecord {
    return this.vendor.person(personId, { CARD_NO: this.#cards.get(personId), ...change });
  }

  /** One that the vendor raises: a new one, or a newer word of an earlier one. */
  #alarm(personId: string): VendorRecord {
    const random = this.#random;
    const earlier = random.chance(0.5) ? this.#alarms[random.below(this.#alarms.length)] : undefined;
    if (earlier !== undefined) {
      return random.chance(0.5) ? { ...earlier, DELETED: '1' } : { ...earlier, ALARM_END_TIME: this.#now() };
    }
    const alarm = {
      ID: `a${this.#alarms.length}`,
      COMPANY_CODE: this.vendor.credential.companyCode,
      PERSON_ID: personId,
      ALARM_TYPE: random.pick(['0', '0', '1', '3']),
      ALARM_TIME: this.#now(),
      DELETED: '0',
    };
    const sent = alarm.ALARM_TYPE === '0' && random.chance(0.3) ? { ...alarm, ALARM_TIME: undefined } : alarm;
    this.#alarms.push(sent);
    return sent;
  }

  #heartbeat(): VendorRecord {
    const { companyCode } = this.vendor.credential;
    const said = { COMPANY_CODE: companyCode, INTERFACE: this.#random.pick(['positions', 'persons']) };
    return this.#random.chance(0.5)
      ? { ...said, MODE: 'ON_CHANGE' }
      : { ...said, MODE: 'PERIODIC', INTERVAL_S: 30 + this.#random.below(60) };
  }

  #everybody(): VendorRecord[] {
    return Array.from({ length: PEOPLE }, (_, k) => this.vendor.person(`p${k}`));
  }

  #forbidden(shiftM: number): VendorRecord {
    const ring = squareAt(shiftM, 0, 60)[0]?.[0] ?? [];
    return {
      ID: 'forbidden',
      COMPANY_CODE: this.vendor.credential.companyCode,
      ZONE_NAME: `变电所${shiftM}`,
      ZONE_TYPE: '1',
      AREA_KIND: 'FORBIDDEN',
      CAPACITY_MAX: 2,
      CAPACITY_MIN: 1,
      DWELL_LIMIT_S: 2,
      STILL_LIMIT_S: 3,
      GEO: `POLYGON((${ring.map(([lng, lat]) => `${lng} ${lat}`).join(',')}))`,
      DELETED: '0',
    };
  }

  #fix(personId: string, east: number, north: number, atMs: number, change: VendorRecord = {}): VendorRecord {
    const { lng, lat } = lngLatAt(east, north);
    return this.vendor.position(personId, lng, lat, atMs, change);
  }

  #sos(personId: string, change: VendorRecord): VendorRecord {
    return this.#fix(personId, 500, 500, this.#now(), { SOS: true, SOURCE: 'SOS', ...change });
  }

  /** Never the same twice. */
  #now(): number {
    this.#lastAtMs = Math.max(this.#lastAtMs + 1, Date.now());
    return this.#lastAtMs;
  }

  /** Sends until it is answered 200. */
  async #send(kind: Interface, records: readonly VendorRecord[]): Promise<void> {
    const givesUpAtMs = Date.now() + GIVE_UP_MS;
    const keys = kind === 'positions' ? keysOf(records) : [];
    while (Date.now() < givesUpAtMs) {
      this.requests++;
      this.sent.records[kind] += records.length;
      for (const key of keys) this.sent.fixKeys.add(key);
      this.sent.untimedSos += records.filter(isUntimedSos).length;
      this.#onRequest();
      const answer = await this.#ask(kind, records);
      if (answer !== null) {
        const refused = new Set(answer.rejected.map((refusal) => refusal.index));
        this.acknowledged.records[kind] += answer.accepted;
        if (answer.accepted > 0) this.acknowledged.batchIds.push(answer.batch_id);
        if (kind === 'positions') {
          for (const key of keysOf(records.filter((_, n) => !refused.has(n)))) this.acknowledged.fixKeys.add(key);
        }
        await pause(PACE_MS);
        return;
      }
      await pause(RETRY_MS);
    }
    throw new Error(`the front door did not answer ${kind} for ${GIVE_UP_MS / 1000} s`);
  }

  /** null: no answer, or one that says to send again. Throws what a supplier could not mend by sending again. */
  async #ask(kind: Interface, records: readonly VendorRecord[]): Promise<BatchAnswer | null> {
    const type = this.#ways.pick(BODY_TYPES);
    if (kind === 'positions' && this.#ways.chance(0.4)) {
      const answer = await this.#frames.send(records, type, ANSWER_LIMIT_MS);
      return answer === null || 'error' in answer ? null : answer;
    }
    let response: Response;
    let text: string;
    try {
      response = await this.vendor.post(PATHS[kind], records, AbortSignal.timeout(ANSWER_LIMIT_MS), type);
      text = await response.text();
    } catch {
      return null;
    }
    if (response.status === 200) return JSON.parse(text) as BatchAnswer;
    if (response.status < 429) throw new Error(`${kind} refused: ${response.status} ${text}`);
    return null;
  }
}

const countsOf = (): Record<Interface, number> => ({
  persons: 0,
  areas: 0,
  positions: 0,
  'person-alarms': 0,
  heartbeats: 0,
});

const isUntimedSos = (record: VendorRecord): boolean => record['SOS'] === true && record['COLLECT_TIME'] === undefined;

const subjectOf = (record: VendorRecord): string =>
  record['PERSON_ID'] === undefined ? tagKey(String(record['CARD_NO'])) : String(record['PERSON_ID']);

const keysOf = (records: readonly VendorRecord[]): string[] =>
  records
    .filter((record) => !isUntimedSos(record))
    .map((r) => fixKey(subjectOf(r), Number(r['COLLECT_TIME']), String(r['SOURCE'] ?? '')));
