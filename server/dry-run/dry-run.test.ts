import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULE_SETTINGS } from '../../alarms/rule-settings.ts';
import type { DryRunAlarm, DryRunLine } from '../../core/settings-api.ts';
import { NULL_INT2, NULL_INT4, type PositionColumns } from '../../db/copy/position-columns.ts';
import type { DryRunPerson } from '../../db/dry-run-rows.ts';
import { cellsOf, HOUR_MS } from '../../db/person-cells.kernel.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { alarmsOf, at, EngineRun } from '../../test/builders/engine-run.ts';
import { COMPANY, createArea, createPerson } from '../../test/builders/entries.ts';
import { projection, squareAt } from '../../test/builders/plane.ts';
import { DryRun, type DryRunPlan } from './dry-run.ts';
import type { PastSetting, PastSource } from './source.ts';

const T0 = Date.UTC(2026, 10, 20, 7, 50);
const AREA = `${COMPANY}/a`;
const area = createArea({ areaId: 'a', kind: 'PRODUCTION', name: '罐区', polygons: squareAt(0, 0, 60) });

interface Stay {
  readonly person: string;
  /** Inside the area in [fromS, toS), else 100 m off. */
  readonly fromS: number;
  readonly toS: number;
}
interface PastFix {
  readonly id: number;
  readonly observedAtMs: number;
  readonly lng: number;
  readonly lat: number;
  readonly delayMs: number;
}

/** A live engine, and what PostgreSQL would have of it. Fixes each 2 s, received `delayMs` later; ids are p<n>. */
class Past implements PastSource {
  readonly live = new EngineRun();
  readonly raised: AlarmView[] = [];
  readonly fixes: PastFix[] = [];
  readonly changes: PastSetting[] = [];
  readonly asked: { ids: readonly number[]; fromMs: number; toMs: number }[] = [];
  readonly #ids = new Set<number>();

  constructor(
    stays: readonly Stay[],
    lengthS: number,
    options: { setting?: unknown; later?: { atS: number; value: unknown }; delayMs?: number } = {},
  ) {
    const { setting = null, later, delayMs = 300 } = options;
    this.live.tick(T0);
    if (setting !== null) this.#change(setting, T0);
    this.live.areas(area);
    for (const { person } of stays) this.live.persons(createPerson({ personId: person }));
    for (let s = 0; s < lengthS; s++) {
      const secondMs = T0 + s * 1_000;
      if (later?.atS === s) this.#change(later.value, secondMs);
      if (s % 2 === 0) {
        const batch = stays.map(({ person, fromS, toS }, i) => {
          // So far from each other that nobody gathers.
          const [east, north] = s >= fromS && s < toS ? [30, 5 + 25 * (i % 3)] : [160, 40 * i];
          const fix = at(east, north, secondMs + i, { person, accuracyM: 1 });
          const id = Number(person.slice(1));
          this.#ids.add(id);
          const [lng, lat] = [Math.round(fix.lng! * 1e7), Math.round(fix.lat! * 1e7)];
          this.fixes.push({ id, observedAtMs: fix.atMs, lng, lat, delayMs: delayMs - i });
          return { ...fix, lng: lng / 1e7, lat: lat / 1e7 };
        });
        this.raised.push(...this.live.fixes(batch, secondMs + delayMs));
      }
      this.raised.push(...this.live.tick(secondMs + 1_000));
    }
  }

  #change(value: unknown, atMs: number): void {
    const version = this.changes.length + 1;
    this.changes.push({ topic: 'area', key: AREA, version, value, atMs });
    const body = { topic: 'area' as const, key: AREA, version, value, userId: 'u', userName: '管理员' };
    this.raised.push(...alarmsOf(this.live.entry('setting', body, atMs)));
  }

  keptInFullFromMs = async () => 0;
  areas = async () => [{ atMs: T0, record: area }];
  settings = async () => this.changes;
  words = async () => ({ sources: new Map<number, string>(), floors: new Map<number, string>() });

  async peopleNear(fromHour: number, toHour: number, cells: readonly number[] | null) {
    const near = new Map<number, number[]>();
    for (const { id, observedAtMs, lng, lat } of this.fixes) {
      const hour = Math.floor(observedAtMs / HOUR_MS);
      const [cell] = cellsOf(lng / 1e7, lat / 1e7, lng / 1e7, lat / 1e7);
      if (hour < fromHour || hour > toHour || (cells !== null && !cells.includes(cell!))) continue;
      near.set(
        hour,
        [...new Set([...(near.get(hour) ?? []), id])].sort((a, b) => a - b),
      );
    }
    return near;
  }

  async people(ids: readonly number[]): Promise<DryRunPerson[]> {
    const { companyName, name, type, department, post } = createPerson();
    const rest = { companyCode: COMPANY, cardNo: null, contractorCode: null, registered: true };
    return ids.map((id) => ({ id, personId: `p${id}`, companyName, name, type, department, post, ...rest }));
  }

  async positions(ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns): Promise<void> {
    this.asked.push({ ids, fromMs, toMs });
    const found = this.fixes.filter(
      ({ id, observedAtMs }) => ids.includes(id) && observedAtMs >= fromMs && observedAtMs < toMs,
    );
    into.reserve(into.count + found.length);
    // In no order, as PostgreSQL gives them.
    for (const { id, observedAtMs, lng, lat, delayMs } of found.reverse()) {
      const i = into.count++;
      into.personId[i] = id;
      into.observedAtMs[i] = observedAtMs;
      into.lng[i] = lng;
      into.lat[i] = lat;
      into.delayMs[i] = delayMs;
      into.accuracyDm[i] = 10;
      into.heightCm[i] = NULL_INT4;
      for (const column of [into.speedCmps, into.headingDeg, into.batteryPct, into.floor]) column[i] = NULL_INT2;
      into.source[i] = 0;
      into.flags[i] = 0;
    }
  }

  /** Of the area, raised by the live engine: rule, person, onset, raised. */
  liveAlarms() {
    const first = new Map(this.raised.filter(({ areaId }) => areaId === 'a').map((alarm) => [alarm.alarmId, alarm]));
    return [...first.values()].map((alarm) => [alarm.rule, alarm.subject, alarm.onsetAtMs, alarm.raisedAtMs]).sort();
  }
}

const planOf = (lengthS: number, change: Partial<DryRunPlan> = {}): DryRunPlan => ({
  topic: 'area',
  key: AREA,
  value: { dwellLimitS: 120 },
  fromMs: T0,
  toMs: T0 + lengthS * 1_000,
  areas: [AREA],
  maxPersonHours: 1_000,
  ...change,
});

async function outcomeOf(past: Past, plan: DryRunPlan, signal = new AbortController().signal) {
  const lines: DryRunLine[] = [];
  for await (const line of new DryRun(past, projection, plan, signal).lines()) lines.push(line);
  const alarms = new Map<string, DryRunAlarm>();
  for (const line of lines) if (line.t === 'alarm') alarms.set(line.alarm.id, line.alarm);
  const last = lines.at(-1);
  return { lines, alarms: [...alarms.values()], summary: last?.t === 'end' ? last.summary : null };
}

const shown = (alarms: readonly DryRunAlarm[], side: 'nowRaisedAtMs' | 'triedRaisedAtMs') =>
  alarms.flatMap((one) => (one[side] === null ? [] : [[one.rule, one.subject, one.onsetAtMs, one[side]]])).sort();

const STAYS: Stay[] = [
  { person: 'p1', fromS: 20, toS: 240 },
  { person: 'p2', fromS: 30, toS: 700 },
  { person: 'p3', fromS: 40, toS: 100 },
];
const LENGTH_S = 1_000;

describe('dry run', () => {
  it('[DRY-1] raises what the live engine raised, at the same times, over hours and slices', async () => {
    const past = new Past(STAYS, LENGTH_S, { setting: { dwellLimitS: 120 } });
    expect(past.liveAlarms().filter(([rule]) => rule === 'dwell')).toHaveLength(2);
    const { alarms, summary } = await outcomeOf(past, planOf(LENGTH_S));
    expect(shown(alarms, 'nowRaisedAtMs')).toEqual(past.liveAlarms());
    expect(shown(alarms, 'triedRaisedAtMs')).toEqual(past.liveAlarms());
    expect(summary).toMatchObject({ added: 0, dropped: 0, people: 3, fixes: 1_500, share: 1 });
  });

  it('[DRY-1] also for whatever stays and limits', async () => {
    const stay = fc
      .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 300 }))
      .map(([fromS, forS]) => ({ fromS, toS: fromS + forS }));
    const value = fc.record(
      {
        dwellLimitS: fc.integer({ min: 20, max: 200 }),
        capacityMax: fc.integer({ min: 0, max: 1 }),
        capacityMin: fc.integer({ min: 1, max: 3 }),
        stillLimitS: fc.integer({ min: 10, max: 100 }),
      },
      { requiredKeys: [] },
    );
    const inputs = fc.record({
      stays: fc.array(stay, { minLength: 1, maxLength: 3 }),
      value: value.filter(({ capacityMax = 9, capacityMin = 1 }) => capacityMin <= capacityMax),
      // A fix from the future is another matter: the engine takes it for one of its receipt, which a dry run knows by the second.
      delayMs: fc.integer({ min: 10, max: 990 }),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async ({ stays, value, delayMs }) => {
        const people = stays.map((one, i) => ({ ...one, person: `p${i + 1}` }));
        const past = new Past(people, 500, { setting: value, delayMs });
        if (Object.keys(value).length === 0) return;
        const { alarms } = await outcomeOf(past, planOf(500, { value }));
        expect(shown(alarms, 'nowRaisedAtMs')).toEqual(past.liveAlarms());
        expect(shown(alarms, 'triedRaisedAtMs')).toEqual(past.liveAlarms());
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('[DRY-2] a longer limit drops the shorter stay and raises the longer one later', async () => {
    const past = new Past(STAYS, LENGTH_S, { setting: { dwellLimitS: 120 } });
    const { alarms, summary } = await outcomeOf(past, planOf(LENGTH_S, { value: { dwellLimitS: 300 } }));
    const dwell = alarms.filter(({ rule }) => rule === 'dwell');
    expect(
      dwell.map(({ subject, nowRaisedAtMs, triedRaisedAtMs }) => [
        subject,
        nowRaisedAtMs !== null,
        triedRaisedAtMs === null || nowRaisedAtMs === null ? null : triedRaisedAtMs - nowRaisedAtMs,
      ]),
    ).toEqual([
      [`${COMPANY}/p1`, true, null],
      [`${COMPANY}/p2`, true, 180_000],
    ]);
    expect(summary).toMatchObject({ added: 0, dropped: 1, same: 1 });
  });

  it('[DRY-2] a limit where there was none adds; withdrawing it drops all', async () => {
    const without = await outcomeOf(new Past(STAYS, LENGTH_S), planOf(LENGTH_S));
    expect(without.summary).toMatchObject({ added: 2, dropped: 0, same: 0 });
    const past = new Past(STAYS, LENGTH_S, { setting: { dwellLimitS: 120 } });
    const withdrawn = await outcomeOf(past, planOf(LENGTH_S, { value: null }));
    expect(withdrawn.summary).toMatchObject({ added: 0, dropped: 2, same: 0 });
  });

  it('[DRY-3] a setting that came in the time looked at holds from then on in one run, the tried one all the time', async () => {
    const past = new Past(STAYS, LENGTH_S, {
      setting: { dwellLimitS: 500 },
      later: { atS: 400, value: { dwellLimitS: 120 } },
    });
    const { alarms } = await outcomeOf(past, planOf(LENGTH_S));
    expect(shown(alarms, 'nowRaisedAtMs')).toEqual(past.liveAlarms());
    const p2 = alarms.find(({ subject }) => subject.endsWith('p2'));
    expect((p2?.nowRaisedAtMs ?? 0) - (p2?.triedRaisedAtMs ?? 0)).toBeGreaterThan(200_000);
  });

  it('[DRY-4] asks for nobody who was far off, and for nobody in an hour in which he was', async () => {
    const past = new Past(STAYS, LENGTH_S);
    past.fixes.push(
      ...past.fixes.slice(0, 3).map((fix) => ({ ...fix, id: 9, lng: fix.lng + 500_000 })),
      ...past.fixes.slice(-3).map((fix) => ({ ...fix, id: 8 })),
    );
    await outcomeOf(past, planOf(LENGTH_S));
    const eight = Math.floor((T0 + HOUR_MS) / HOUR_MS) * HOUR_MS;
    expect(past.asked.flatMap(({ ids }) => ids)).not.toContain(9);
    expect(past.asked.filter(({ fromMs }) => fromMs < eight).flatMap(({ ids }) => ids)).not.toContain(8);
    expect(past.asked.filter(({ fromMs }) => fromMs >= eight).every(({ ids }) => ids.includes(8))).toBe(true);
  });

  it('[DRY-5] above the bound an even part of the people is looked at, and the share is said', async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ person: `p${i + 1}`, fromS: 0, toS: 60 }));
    const { summary } = await outcomeOf(new Past(many, 60), planOf(60, { maxPersonHours: 10 }));
    expect(summary?.share).toBe(0.25);
    expect(summary?.people).toBeGreaterThan(0);
    expect(summary?.people).toBeLessThan(20);
  });

  it('[DRY-6] ends within a slice when told to, without a last line, and reads no further', async () => {
    const past = new Past(STAYS, LENGTH_S);
    const stop = new AbortController();
    const lines: DryRunLine[] = [];
    for await (const line of new DryRun(past, projection, planOf(LENGTH_S), stop.signal).lines()) {
      lines.push(line);
      stop.abort();
    }
    expect(lines.every(({ t }) => t !== 'end')).toBe(true);
    expect(past.asked.length).toBeLessThanOrEqual(2);
  });

  it('[DRY-10] looks for gatherings when the tried setting speaks of them, and only then', async () => {
    // The first, fourth and seventh stand together.
    const together = Array.from({ length: 7 }, (_, i) => ({
      person: `p${i + 1}`,
      fromS: 20,
      toS: i % 3 === 0 ? 300 : 21,
    }));
    const past = new Past(together, 400, { setting: { dwellLimitS: 200 } });
    expect(past.raised.some(({ rule }) => rule === 'gathering')).toBe(true);
    const rulesOf = async (value: unknown) =>
      new Set((await outcomeOf(past, planOf(400, { value }))).alarms.map(({ rule }) => rule));
    expect(await rulesOf({ dwellLimitS: 120 })).toEqual(new Set(['dwell']));
    const watched = { dwellLimitS: 200, gathering: { watched: true, from: 3 } };
    expect(await rulesOf(watched)).toEqual(new Set(['gathering']));
  });

  it('[DRY-10] has the parts that each rule needs, whatever section of the rules is tried', async () => {
    const past = new Past(STAYS, 200, {
      setting: { dwellLimitS: 30, stillLimitS: 20, capacityMin: 1, capacityMax: 1 },
    });
    const { levels: _levels, ...sections } = DEFAULT_RULE_SETTINGS;
    const known = Object.keys(sections).filter((name) => !['reporting', 'vendorAlarms', 'permit'].includes(name));
    for (const section of known) {
      const { summary } = await outcomeOf(past, planOf(200, { topic: 'rules', key: '', value: { [section]: {} } }));
      expect(summary).toMatchObject({ added: 0, dropped: 0 });
    }
  });

  it('[DRY-10] refuses what no alarm of positions hangs on', async () => {
    const past = new Past(STAYS, 10);
    for (const plan of [
      planOf(10, { topic: 'routing', key: '', value: {} }),
      planOf(10, { topic: 'rules', key: '', value: { reporting: {} } }),
      planOf(10, { topic: 'rules', key: '', value: { permit: {} } }),
    ]) {
      await expect(outcomeOf(past, plan)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    }
  });

  it('[DRY-11] tells how it stands after ten seconds of the past, and an alarm before later hours are read', async () => {
    const past = new Past([{ person: 'p1', fromS: 20, toS: 900 }], 2_000);
    const readToS: Record<string, number> = {};
    for await (const { t } of new DryRun(past, projection, planOf(2_000), new AbortController().signal).lines()) {
      readToS[t] ??= (Math.max(...past.asked.map(({ toMs }) => toMs)) - T0) / 1_000;
    }
    // What comes next is read meanwhile.
    expect(readToS['progress']).toBe(30);
    expect(readToS['alarm']).toBeLessThan(700);
    expect(readToS['end']).toBe(2_000);
  });

  it('[DRY-8] an area that was not there then is refused', async () => {
    const plan = planOf(LENGTH_S, { areas: [`${COMPANY}/elsewhere`] });
    await expect(outcomeOf(new Past(STAYS, 10), plan)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
