/**
 * A dry run: two engines over the same stored past, one with the settings of then, one with a setting tried on top, and what
 * each raises. Invariants: nothing is published and nothing kept, so the live park knows nothing of it; the result hangs on what is
 * stored alone; the event loop gets its turn every few milliseconds; it ends within a slice of work when told to.
 */
import { AppError } from '../../core/errors.ts';
import type { DryRunLine, DryRunSummary } from '../../core/settings-api.ts';
import { Slices, type Steps } from '../../core/slices.ts';
import type { DryRunPerson } from '../../db/dry-run-rows.ts';
import { cellsOf, HOUR_MS } from '../../db/person-cells.kernel.ts';
import type { Projection } from '../../geo/projection.ts';
import { type AlarmView, areaKey } from '../../stream/protocol/effects.ts';
import type { AreaRecord, EntryBodies, EntryKindName, PersonRecord } from '../../stream/protocol/entry.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { ComparedAlarms, type Side } from './compared-alarms.ts';
import { PastEngine } from './past-engine.ts';
import { batchesFrom, PastSlice, recordFrom, SECOND_MS, type Words } from './past-fixes.kernel.ts';
import type { PastSource } from './source.ts';
import { touchedRules } from './touched-rules.ts';

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
const SHORTEST_SLICE_S = 10;
const LONGEST_SLICE_S = 600;
/** Each piece is at most so many times as long as the one before: the first are read in no time, and told. */
const GROWTH = 2;
/** Described to the engines in one go. */
const RECORDS_AT_ONCE = 100;
const PROGRESS_EVERY_MS = 250;
/** Round an area, degrees: some 100 m. */
const MARGIN_DEG = 0.001;
/** Of the tried setting: later versions of then pass it by. */
const TRIED_VERSION = 1_000_000_000;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ids: readonly number[];
}

/** Something of then beside fixes. */
interface PastEvent {
  readonly atMs: number;
  tell(): Steps<void>;
}

const SIDES: readonly Side[] = ['now', 'tried'];

export class DryRun {
  readonly #past: PastSource;
  readonly #projection: Projection;
  readonly #plan: DryRunPlan;
  readonly #signal: AbortSignal;
  readonly #work = new Slices(SLICE_MS);
  readonly #alarms = new ComparedAlarms();
  readonly #people = new Map<number, DryRunPerson>();
  #engines: Readonly<Partial<Record<Side, PastEngine>>> = {};
  #events: PastEvent[] = [];
  #cells: ReadonlySet<number> | null = null;
  #share = 1;
  #fixes = 0;

  constructor(past: PastSource, projection: Projection, plan: DryRunPlan, signal: AbortSignal) {
    this.#past = past;
    this.#projection = projection;
    this.#plan = plan;
    this.#signal = signal;
  }

  /** Ends early, without a last line, when the signal aborts. Throws AppError INPUT_INVALID, DATABASE_UNAVAILABLE. */
  async *lines(): AsyncGenerator<DryRunLine> {
    const { fromMs, toMs } = this.#plan;
    const words = await this.#past.words();
    await this.#begin();
    const spans = await this.#spans();
    let toldAtMs = Number.NEGATIVE_INFINITY;
    let slice = this.#sliceOf(spans[0]);
    let reading = this.#read(spans[0], slice);
    for (const [i, span] of spans.entries()) {
      await reading;
      if (this.#signal.aborted) return;
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

  #engine(side: Side, rules: ReadonlySet<RuleId>): PastEngine {
    return new PastEngine(this.#projection, rules, (alarm) => {
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

  async #begin(): Promise<void> {
    const { topic, key, value, fromMs, toMs, areas } = this.#plan;
    const history = await this.#past.areas(fromMs, toMs);
    const near = areas === null ? history : this.#near(history, areas);
    const settings = await this.#past.settings(fromMs, toMs);
    const replaced = settings.filter((one) => one.topic === topic && one.key === key);
    const isFromBeginning = replaced.some(({ atMs }) => atMs <= fromMs);
    const rules = touchedRules(topic, value, [...(isFromBeginning ? [] : [null]), ...replaced.map((one) => one.value)]);
    if (rules.size === 0)
      throw new AppError('INPUT_INVALID', { detail: 'no alarm of positions hangs on this setting' });
    this.#engines = { now: this.#engine('now', rules), tried: this.#engine('tried', rules) };
    const who = { userId: '', userName: '' };
    const tried = { topic, key, version: TRIED_VERSION, value, ...who };
    this.#events = [
      // Before anything else, so that it holds from the beginning.
      { atMs: fromMs, tell: () => this.#tell('setting', tried, fromMs, ['tried']) },
      ...settings.map(({ atMs, ...setting }) => ({
        atMs,
        tell: () => this.#tell('setting', { ...setting, ...who }, atMs),
      })),
      ...near.map(({ atMs, record }) => {
        const body = { origin: originOf(record.companyCode, 1), records: [record] };
        const thenMs = Math.max(atMs, fromMs);
        return { atMs: thenMs, tell: () => this.#tell('areas', body, thenMs) };
      }),
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
    let lengthS = SHORTEST_SLICE_S;
    for (let hour = firstHour; hour <= lastHour; hour++) {
      const ids = (near.get(hour) ?? []).filter((id) => evenly(id) < this.#share);
      const longestS = Math.max(SHORTEST_SLICE_S, Math.floor(ROWS_AT_ONCE / Math.max(1, ids.length)));
      const endMs = Math.min(toMs, (hour + 1) * HOUR_MS);
      for (let at = Math.max(fromMs, hour * HOUR_MS); at < endMs; ) {
        const nextMs = Math.min(endMs, at + Math.min(lengthS, longestS) * SECOND_MS);
        spans.push({ fromMs: at, toMs: nextMs, ids });
        at = nextMs;
        lengthS = Math.min(LONGEST_SLICE_S, GROWTH * lengthS);
      }
    }
    return spans;
  }

  #sliceOf(span: Span | undefined): PastSlice {
    return span === undefined ? new PastSlice(0, 0) : new PastSlice(span.fromMs, span.toMs);
  }

  async #read(span: Span | undefined, slice: PastSlice): Promise<void> {
    if (span === undefined || span.ids.length === 0) return;
    const found = await this.#past.people(span.ids.filter((id) => !this.#people.has(id)));
    for (const person of found) this.#people.set(person.id, person);
    this.#introduce(found, span.fromMs);
    await this.#past.positions(span.ids, span.fromMs, span.toMs, slice.rows);
  }

  /** Before anything later. */
  #introduce(people: readonly DryRunPerson[], fromMs: number): void {
    const byCompany = new Map<string, PersonRecord[]>();
    for (const person of people) {
      const { personId, companyCode } = person;
      if (personId === null || !person.registered) continue;
      const records = byCompany.get(companyCode) ?? [];
      byCompany.set(companyCode, records);
      records.push(recordFrom({ ...person, personId }));
    }
    const events = [...byCompany].flatMap(([companyCode, records]) =>
      Array.from({ length: Math.ceil(records.length / RECORDS_AT_ONCE) }, (_, n): PastEvent => {
        const own = records.slice(n * RECORDS_AT_ONCE, (n + 1) * RECORDS_AT_ONCE);
        const body = { origin: originOf(companyCode, own.length), records: own };
        return { atMs: fromMs, tell: () => this.#tell('persons', body, fromMs) };
      }),
    );
    const place = this.#events.findIndex(({ atMs }) => atMs > fromMs);
    this.#events.splice(place === -1 ? this.#events.length : place, 0, ...events);
  }

  // --- stepping -----------------------------------------------------------------------------------------------------------

  *#steps(span: Span, slice: PastSlice, words: Words): Steps<void> {
    for (let s = 0; s < slice.seconds; s++) {
      if (this.#signal.aborted) return;
      const endMs = span.fromMs + (s + 1) * SECOND_MS;
      for (let next = this.#events[0]; next !== undefined && next.atMs < endMs; next = this.#events[0]) {
        this.#events.shift();
        yield* next.tell();
      }
      const rows = slice.rowsOf(s);
      this.#fixes += rows.length;
      for (const batch of batchesFrom(slice, rows, this.#people, words)) yield* this.#tell('fixes', batch, endMs - 1);
      yield* this.#tell('tick', { term: 0 }, endMs);
    }
  }

  /** May be interrupted between the engines. */
  *#tell<K extends EntryKindName>(kind: K, body: EntryBodies[K], atMs: number, sides = SIDES): Steps<void> {
    for (const side of sides) {
      this.#engines[side]?.take(kind, body, atMs);
      yield undefined;
    }
  }
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
