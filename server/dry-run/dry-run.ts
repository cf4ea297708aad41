/**
 * A dry run: two engines over the same stored past, one with the settings of then, one with a setting tried on top, and what
 * each raises. Invariants: nothing is published and nothing kept, so the live park knows nothing of it; the result hangs on what is
 * stored alone; the event loop gets its turn every few milliseconds; it ends within a slice of work when told to.
 */
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import { AppError } from '../../core/errors.ts';
import type { DryRunLine, DryRunSummary } from '../../core/settings-api.ts';
import { Slices, type Steps } from '../../core/slices.ts';
import type { DryRunPerson } from '../../db/dry-run-rows.ts';
import { cellsOf, HOUR_MS } from '../../db/person-cells.kernel.ts';
import { Engine } from '../../engine/engine.ts';
import { Gatherings } from '../../engine/gatherings.ts';
import { createPark } from '../../engine/park.ts';
import { createParts } from '../../engine/parts.ts';
import type { Projection } from '../../geo/projection.ts';
import { type AlarmView, areaKey } from '../../stream/protocol/effects.ts';
import type { AreaRecord, EntryBodies, EntryKindName, LogEntry, PersonRecord } from '../../stream/protocol/entry.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import { ComparedAlarms, type Side } from './compared-alarms.ts';
import { batchesFrom, PastSlice, recordFrom, SECOND_MS, type Words } from './past-fixes.kernel.ts';
import type { PastSource } from './source.ts';

export interface DryRunPlan {
  readonly topic: SettingTopicName;
  readonly key: string;
  readonly value: unknown;
  /** Whole seconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** areaKey(); null: the whole park. */
  readonly areas: readonly string[] | null;
  /** Above it a part of the people stands for all: an hour of somebody who was near an area counts one. */
  readonly maxPersonHours: number;
}

/** Work in one go, ms. */
const SLICE_MS = 10;
/** Fixes read in one go, about; one a second and person is as many as there can be. */
const ROWS_AT_ONCE = 100_000;
const SHORTEST_SLICE_S = 60;
const LONGEST_SLICE_S = 600;
const PROGRESS_EVERY_MS = 250;
/** Round an area, degrees: some 100 m. */
const MARGIN_DEG = 0.001;
/** Of the tried setting: later versions of then pass it by. */
const TRIED_VERSION = 1_000_000_000;

/**
 * Circles among many people are the dearest rule by far, and these topics mostly do not speak of them: then nobody looks for
 * gatherings, in neither run.
 */
const GATHERINGS_UNTOUCHED_BY = { area: true, post: true, calendar: true, rules: true };
const speaksOfGatherings = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ['gathering', 'levels', 'restPlace'].some((name) => name in value);

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ids: readonly number[];
}

/** Something of then beside fixes. */
interface PastEvent {
  readonly atMs: number;
  tell(run: Record<Side, PastEngine>): void;
}

export class DryRun {
  readonly #past: PastSource;
  readonly #projection: Projection;
  readonly #plan: DryRunPlan;
  readonly #signal: AbortSignal;
  readonly #work = new Slices(SLICE_MS);
  readonly #alarms = new ComparedAlarms();
  readonly #people = new Map<number, DryRunPerson>();
  #engines: Record<Side, PastEngine>;
  #events: PastEvent[] = [];
  #cells: ReadonlySet<number> | null = null;
  #share = 1;
  #fixes = 0;

  constructor(past: PastSource, projection: Projection, plan: DryRunPlan, signal: AbortSignal) {
    this.#past = past;
    this.#projection = projection;
    this.#plan = plan;
    this.#signal = signal;
    this.#engines = { now: this.#engine('now', true), tried: this.#engine('tried', true) };
  }

  /** Ends early, without a last line, when the signal aborts. Throws AppError INPUT_INVALID, DATABASE_UNAVAILABLE. */
  async *lines(): AsyncGenerator<DryRunLine> {
    const { fromMs, toMs } = this.#plan;
    const words = await this.#past.words();
    this.#events = await this.#pastEvents();
    const spans = await this.#spans();
    let toldAtMs = Number.NEGATIVE_INFINITY;
    let slice = this.#sliceOf(spans[0]);
    let reading = this.#read(spans[0], slice);
    for (const [i, span] of spans.entries()) {
      await reading;
      const [next, current] = [spans[i + 1], slice];
      const following = next === undefined ? null : this.#sliceOf(next);
      // While the engines work, the database reads on.
      if (following !== null) {
        slice = following;
        reading = this.#read(next, following);
        reading.catch(() => {});
      }
      current.sort(following);
      await this.#work.run(this.#steps(span, current, words));
      if (this.#signal.aborted) return;
      for (const alarm of this.#alarms.changed()) yield { t: 'alarm', alarm };
      if (performance.now() - toldAtMs < PROGRESS_EVERY_MS) continue;
      toldAtMs = performance.now();
      yield { t: 'progress', done: (span.toMs - fromMs) / (toMs - fromMs), summary: this.#summary(span.toMs) };
    }
    yield { t: 'end', summary: this.#summary(toMs) };
  }

  #engine(side: Side, withGatherings: boolean): PastEngine {
    return new PastEngine(this.#projection, withGatherings, (alarm) => {
      if (this.#isAskedFor(alarm)) this.#alarms.take(side, alarm);
    });
  }

  /** Of the areas looked at; what has a place and no area of its own counts where it is. */
  #isAskedFor({ areaCompanyCode, areaId, place, person }: AlarmView): boolean {
    const { areas } = this.#plan;
    if (areas === null) return true;
    if (areaId !== null) return areas.includes(areaKey(areaCompanyCode ?? '', areaId));
    if (place === null || person !== null) return false;
    return cellsOf(place.lng, place.lat, place.lng, place.lat).some((cell) => this.#cells?.has(cell) === true);
  }

  #summary(toMs: number): DryRunSummary {
    const { fromMs } = this.#plan;
    const people = this.#people.size;
    return { ...this.#alarms.counts(), people, fixes: this.#fixes, fromMs, toMs, share: this.#share };
  }

  // --- what was then ---------------------------------------------------------------------------------------------------

  async #pastEvents(): Promise<PastEvent[]> {
    const { topic, key, value, fromMs, toMs, areas } = this.#plan;
    const history = await this.#past.areas(fromMs, toMs);
    const near = areas === null ? history : this.#near(history, areas);
    const settings = await this.#past.settings(fromMs, toMs);
    const concerned = [
      value,
      ...settings.filter((one) => one.topic === topic && one.key === key).map((one) => one.value),
    ];
    const withGatherings = !(topic in GATHERINGS_UNTOUCHED_BY) || concerned.some(speaksOfGatherings);
    this.#engines = { now: this.#engine('now', withGatherings), tried: this.#engine('tried', withGatherings) };
    const who = { userId: '', userName: '' };
    const tried = { topic, key, version: TRIED_VERSION, value, ...who };
    return [
      // Before anything else, so that it holds from the beginning.
      { atMs: fromMs, tell: ({ tried: engine }: Record<Side, PastEngine>) => engine.take('setting', tried, fromMs) },
      ...settings.map(({ atMs, ...setting }) => ({
        atMs,
        tell: (run: Record<Side, PastEngine>) => tellBoth(run, 'setting', { ...setting, ...who }, atMs),
      })),
      ...near.map(({ atMs, record }) => ({
        atMs: Math.max(atMs, fromMs),
        tell: (run: Record<Side, PastEngine>) =>
          tellBoth(
            run,
            'areas',
            { origin: originOf(record.companyCode, 1), records: [record] },
            Math.max(atMs, fromMs),
          ),
      })),
    ].sort((a, b) => a.atMs - b.atMs);
  }

  /** Areas that were asked for, and those around them, which may have a say in what is raised there. */
  #near<T extends { readonly record: AreaRecord }>(history: readonly T[], areas: readonly string[]): T[] {
    const asked = history.filter(({ record }) => areas.includes(areaKey(record.companyCode, record.areaId)));
    const known = new Set(asked.map(({ record }) => areaKey(record.companyCode, record.areaId)));
    const missing = areas.find((area) => !known.has(area));
    if (missing !== undefined) throw new AppError('INPUT_INVALID', { detail: `there was no area ${missing} then` });
    this.#cells = new Set(asked.flatMap(({ record }) => cellsRound(record)));
    return history.filter(({ record }) => cellsRound(record).some((cell) => this.#cells?.has(cell) === true));
  }

  /** The time to look at, in pieces of as many fixes as are read in one go, with the people who were near. */
  async #spans(): Promise<Span[]> {
    const { fromMs, toMs, maxPersonHours } = this.#plan;
    const [firstHour, lastHour] = [Math.floor(fromMs / HOUR_MS), Math.floor((toMs - 1) / HOUR_MS)];
    const near = await this.#past.peopleNear(firstHour, lastHour, this.#cells === null ? null : [...this.#cells]);
    const personHours = [...near.values()].reduce((sum, ids) => sum + ids.length, 0);
    this.#share = Math.min(1, maxPersonHours / Math.max(1, personHours));
    const spans: Span[] = [];
    for (let hour = firstHour; hour <= lastHour; hour++) {
      const ids = (near.get(hour) ?? []).filter((id) => evenly(id) < this.#share);
      const seconds = Math.floor(ROWS_AT_ONCE / Math.max(1, ids.length));
      const lengthMs = Math.min(LONGEST_SLICE_S, Math.max(SHORTEST_SLICE_S, seconds)) * SECOND_MS;
      const endMs = Math.min(toMs, (hour + 1) * HOUR_MS);
      for (let at = Math.max(fromMs, hour * HOUR_MS); at < endMs; at += lengthMs) {
        spans.push({ fromMs: at, toMs: Math.min(endMs, at + lengthMs), ids });
      }
    }
    return spans;
  }

  #sliceOf(span: Span | undefined): PastSlice {
    return span === undefined ? new PastSlice(0, 0) : new PastSlice(span.fromMs, span.toMs);
  }

  async #read(span: Span | undefined, slice: PastSlice): Promise<void> {
    if (span === undefined || span.ids.length === 0) return;
    const unknown = span.ids.filter((id) => !this.#people.has(id));
    for (const person of await this.#past.people(unknown)) {
      this.#people.set(person.id, person);
      if (person.personId !== null && person.registered)
        this.#introduce({ ...person, personId: person.personId }, span);
    }
    await this.#past.positions(span.ids, span.fromMs, span.toMs, slice.rows);
  }

  #introduce(person: DryRunPerson & { readonly personId: string }, { fromMs }: Span): void {
    const records: PersonRecord[] = [recordFrom(person)];
    const body = { origin: originOf(person.companyCode, 1), records };
    const event = { atMs: fromMs, tell: (run: Record<Side, PastEngine>) => tellBoth(run, 'persons', body, fromMs) };
    const place = this.#events.findIndex(({ atMs }) => atMs > fromMs);
    this.#events.splice(place === -1 ? this.#events.length : place, 0, event);
  }

  // --- stepping -----------------------------------------------------------------------------------------------------------

  *#steps(span: Span, slice: PastSlice, words: Words): Steps<void> {
    for (let s = 0; s < slice.seconds; s++) {
      if (this.#signal.aborted) return;
      const endMs = span.fromMs + (s + 1) * SECOND_MS;
      while (this.#events[0] !== undefined && this.#events[0].atMs < endMs) {
        this.#events.shift()?.tell(this.#engines);
        yield undefined;
      }
      const rows = slice.rowsOf(s);
      this.#fixes += rows.length;
      for (const batch of batchesFrom(slice, rows, this.#people, words)) {
        tellBoth(this.#engines, 'fixes', batch, endMs - 1);
        yield undefined;
      }
      tellBoth(this.#engines, 'tick', { term: 0 }, endMs);
      yield undefined;
    }
  }
}

/** An engine that nobody follows. */
class PastEngine {
  readonly #engine: Engine;
  readonly #onAlarm: (alarm: AlarmView) => void;

  constructor(projection: Projection, withGatherings: boolean, onAlarm: (alarm: AlarmView) => void) {
    const parts = createParts().filter((part) => withGatherings || !(part instanceof Gatherings));
    this.#engine = new Engine(createPark(projection, DEFAULT_RULE_SETTINGS, parts));
    this.#onAlarm = onAlarm;
  }

  take<K extends EntryKindName>(kind: K, body: EntryBodies[K], receivedAtMs: number): void {
    const item = this.#engine.step({ kind, body, receivedAtMs, seq: this.#engine.seq + 1 } as LogEntry);
    for (const effect of item?.effects ?? []) if (effect.t === 'alarm') this.#onAlarm(effect.alarm);
  }
}

function tellBoth<K extends EntryKindName>(
  run: Record<Side, PastEngine>,
  kind: K,
  body: EntryBodies[K],
  atMs: number,
): void {
  run.now.take(kind, body, atMs);
  run.tried.take(kind, body, atMs);
}

const originOf = (companyCode: string, received: number) =>
  ({ batchId: '', appId: '', companyCode, received, refused: 0 }) as const;

function cellsRound({ polygons }: AreaRecord): number[] {
  const points = polygons.flat(2);
  const lngs = points.map(([lng]) => lng);
  const lats = points.map(([, lat]) => lat);
  return cellsOf(
    Math.min(...lngs) - MARGIN_DEG,
    Math.min(...lats) - MARGIN_DEG,
    Math.max(...lngs) + MARGIN_DEG,
    Math.max(...lats) + MARGIN_DEG,
  );
}

/** 0 to 1, evenly spread, always the same for a person. */
const evenly = (id: number): number => (Math.imul(id, 0x9e3779b1) >>> 0) / 2 ** 32;
