/**
 * Some minutes of a park of two companies through the real engine and into a store, with the live pictures of the moments: what a
 * playback of the same span is held against.
 */
import { PLAYED_DOCS } from '../../admin/playback/past-docs.ts';
import { FrameBuilder, pictureFrom } from '../../engine/frames.ts';
import type { EffectsAt, PersonView } from '../../stream/protocol/effects.ts';
import type { ActBody, EntryBodies, EntryKindName, LogEntry } from '../../stream/protocol/entry.ts';
import { freshnessFromState } from '../../stream/protocol/frame.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import { aPermit, aWord, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import { COMPANY, createArea, createFixBatch, createOrigin, createPerson, type FixInput } from './entries.ts';
import { PermitRun } from './permit-run.ts';
import { lngLatAt, squareAt } from './plane.ts';

export const OTHER = '913100002';
export const COMPANIES = [COMPANY, OTHER] as const;
export const WORLD_T0 = PERMIT_T0;
/** Of the live pictures that are kept. */
export const MOMENT_MS = 5_000;
const PEOPLE = 6;
/** Heights and floors of an area by what becomes of it; people are at 0 to 11 m. */
const FLOOR_OF: Readonly<Record<number, object>> = {
  1: { zMinM: 0, zMaxM: 6, floorNo: '1F' },
  2: { zMinM: 3, zMaxM: 8, floorNo: '2F' },
  3: { zMinM: null, zMaxM: null, floorNo: '无高程' },
};

/** What happens in a second. `who`: company and person as one number. */
export type Doing =
  | {
      readonly do: 'walk';
      readonly who: number;
      readonly east: number;
      readonly north: number;
      readonly floorNo?: string | undefined;
    }
  | { readonly do: 'sos'; readonly who: number }
  | { readonly do: 'acknowledge' | 'reset' }
  | { readonly do: 'word'; readonly company: number; readonly permit: number; readonly what: number }
  | { readonly do: 'shelve' | 'order' }
  | { readonly do: 'area'; readonly company: number; readonly what: number }
  | { readonly do: 'wait'; readonly seconds: number };

/** Of the moment, by what stays the same whatever the slots: people by subject, alarms by id, documents and areas by key. */
export interface ShownMoment {
  readonly people: Readonly<Record<string, readonly (string | number)[]>>;
  readonly alarms: Readonly<Record<string, unknown>>;
  readonly permits: Readonly<Record<string, unknown>>;
  /** Of PLAYED_DOCS. */
  readonly docs: Readonly<Record<string, unknown>>;
  readonly areas: Readonly<Record<string, unknown>>;
}

const subject = ({ companyCode, personId, cardNo }: PersonView): string =>
  `${companyCode}/${personId ?? `card:${cardNo}`}`;

/** `companyCode` null: of the park. Whoever is offline is left out: a playback has them gone. */
export function shownMoment(picture: LivePicture, companyCode: string | null): ShownMoment {
  const people: Record<string, (string | number)[]> = {};
  for (let slot = 0; slot < picture.slotCount; slot++) {
    const person = picture.personAt(slot);
    if (!picture.isPresent(slot) || person === null) continue;
    if (companyCode !== null && person.companyCode !== companyCode) continue;
    const state = picture.state[slot]!;
    if (freshnessFromState(state) === 'offline') continue;
    const height = picture.heightM[slot]!;
    people[subject(person)] = [
      person.name,
      picture.easting[slot]!,
      picture.northing[slot]!,
      Number.isNaN(height) ? '' : height,
      state,
      picture.floorAt(slot) ?? '',
    ];
  }
  const { alarms, areas, docs = [] } = picture.snapshotFor(companyCode);
  return {
    people,
    // The slot says whose symbol it is: a person who is drawn, or nobody's.
    alarms: Object.fromEntries(alarms.map(({ slot: _, generation: __, ...alarm }) => [alarm.alarmId, alarm])),
    permits: Object.fromEntries(docs.flatMap((doc) => (doc.doc === 'permit' ? [[doc.key, doc.value]] : []))),
    docs: Object.fromEntries(
      docs.flatMap((doc) => (PLAYED_DOCS.includes(doc.doc) ? [[`${doc.doc}:${doc.key}`, doc.value]] : [])),
    ),
    areas: Object.fromEntries(areas.map((area) => [`${area.companyCode}/${area.areaId}`, area])),
  };
}

/** As stored: whole 1e-7 degree. */
const placeAt = (east: number, north: number) => {
  const { lng, lat } = lngLatAt(east, north);
  return { lng: Math.round(lng * 1e7) / 1e7, lat: Math.round(lat * 1e7) / 1e7 };
};

export class PastWorld extends PermitRun {
  readonly items: (EffectsAt | null)[] = [];
  /** Live pictures by the instant. */
  readonly moments = new Map<number, LivePicture>();
  readonly #frames = new FrameBuilder(1_000);
  #atMs = WORLD_T0;
  #words = 0;

  constructor() {
    super();
    for (const companyCode of COMPANIES) {
      const people = Array.from({ length: PEOPLE }, (_, n) =>
        createPerson({
          personId: `p${n}`,
          companyCode,
          name: `人${n}`,
          cardNo: `c${n}`,
          type: n % 2 === 0 ? 'staff' : 'contractor',
        }),
      );
      this.#say('persons', people, companyCode);
      this.#say('areas', [createArea({ companyCode, polygons: squareAt(0, 0, 40) })], companyCode);
    }
    this.#keep();
  }

  override take(entry: LogEntry): EffectsAt | null {
    const item = super.take(entry);
    this.items.push(item);
    return item;
  }

  get toMs(): number {
    return this.#atMs;
  }

  /** Takes the world on by one second, or as many as are waited. */
  second(doings: readonly Doing[]): void {
    this.#atMs += 1_000;
    for (const doing of doings) this.#do(doing);
    this.#tick();
  }

  #tick(): void {
    this.tick(this.#atMs);
    if ((this.#atMs - WORLD_T0) % MOMENT_MS === 0) this.#keep();
  }

  #keep(): void {
    if (this.engine.park.nowMs < this.#atMs) this.tick(this.#atMs);
    const picture = new LivePicture();
    const at = { epoch: 'e', term: 1, atMs: this.#atMs, liveId: '0-0' };
    picture.load(structuredClone(pictureFrom(this.engine, this.#frames, at)));
    this.moments.set(this.#atMs, picture);
  }

  #do(doing: Doing): void {
    const companyCode = 'company' in doing ? COMPANIES[doing.company]! : COMPANY;
    switch (doing.do) {
      case 'walk':
        this.#fix(doing.who, {
          ...placeAt(doing.east, doing.north),
          ...(doing.floorNo !== undefined && { floorNo: doing.floorNo }),
        });
        break;
      case 'sos':
        this.#fix(doing.who, { ...placeAt(doing.who * 9, 5), sos: true });
        break;
      case 'acknowledge':
      case 'reset': {
        const [alarm] = [...this.engine.park.alarms.standing.values()];
        if (alarm !== undefined) this.#act(doing.do, alarm.alarmId);
        break;
      }
      case 'shelve': {
        const input = { scope: { rule: 'out-of-bounds', area: null, person: null }, untilMs: this.#atMs + 600_000 };
        this.#act('shelve', '', input);
        break;
      }
      case 'order': {
        const [order] = this.engine.park.docs.values('order');
        const [alarm] = [...this.engine.park.alarms.standing.values()];
        if (order !== undefined) this.#act('order', '', { orderId: order.orderId, step: 'accept' });
        else if (alarm !== undefined) {
          const input = { party: 'park/duty', deadlineAtMs: this.#atMs + 600_000 };
          this.#act('order-create', alarm.alarmId, input);
        }
        break;
      }
      case 'word':
        this.#word(companyCode, `t${doing.permit}`, doing.what);
        break;
      case 'area': {
        const change =
          doing.what === 0
            ? { deleted: true }
            : { name: `区${doing.what}`, polygons: squareAt(doing.what * 10, 0, 30), ...FLOOR_OF[doing.what] };
        this.#say('areas', [createArea({ companyCode, ...change })], companyCode);
        break;
      }
      case 'wait':
        for (let second = 1; second < doing.seconds; second++) {
          this.#tick();
          this.#atMs += 1_000;
        }
    }
  }

  #fix(who: number, fix: Omit<FixInput, 'atMs'>): void {
    const companyCode = COMPANIES[who % 2]!;
    const n = Math.floor(who / 2);
    // One of them is known by a card that nobody is said to wear.
    const subjectOfFix = n === PEOPLE - 1 ? { card: 'unknown' } : { person: `p${n}` };
    const input = { ...fix, ...subjectOfFix, atMs: this.#atMs, heightM: who, accuracyM: 1 };
    this.entry('fixes', createFixBatch([input], { companyCode }), this.#atMs);
  }

  #act(act: ActBody['act'], alarmId: string, input?: unknown): void {
    const actId = `${act}-${this.entries.length}`;
    const by = { userId: 'u', userName: '值班员', role: 'park', companyCode: null, comment: '现场处理' };
    this.entry('act', { actId, act, alarmId, ...by, ...(input !== undefined && { input }) } as ActBody, this.#atMs);
  }

  #word(companyCode: string, permitId: string, what: number): void {
    const updatedAtMs = WORLD_T0 + ++this.#words * 1_000;
    const name = { companyCode, permitId, updatedAtMs };
    const said = [
      aPermit(name),
      aWord({ ...name, status: 'paused' }),
      aWord({ ...name, fields: { content: `焊接${this.#words}` } }),
      aWord({ ...name, updatedAtMs: updatedAtMs - 2_500, fields: { site: `管廊${this.#words}` } }),
      aWord({ ...name, status: 'accepted', fields: { endedAtMs: this.#atMs } }),
      aWord({ ...name, deleted: true }),
    ][what]!;
    this.#say('permits', [said], companyCode);
  }

  #say<K extends EntryKindName>(kind: K, records: readonly unknown[], companyCode: string): void {
    const body = { origin: createOrigin({ companyCode, received: records.length }), records };
    this.entry(kind, body as unknown as EntryBodies[K], this.#atMs);
  }
}
