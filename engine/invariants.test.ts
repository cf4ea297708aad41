import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsDuty } from '../alarms/out-of-bounds.ts';
import { isParkHeld, isVendorHeld } from '../alarms/vendor-merge.ts';
import { areaKey } from '../stream/protocol/effects.ts';
import type {
  AreaRecord,
  DigestBody,
  HeartbeatRecord,
  PersonAlarmRecord,
  PersonRecord,
} from '../stream/protocol/entry.ts';
import { isSosState, levelFromState } from '../stream/protocol/frame.ts';
import { LivePicture } from '../stream/protocol/live-picture.ts';
import { at, EngineRun, T0 } from '../test/builders/engine-run.ts';
import {
  createArea,
  createHeartbeat,
  createPerson,
  createPersonAlarm,
  type FixInput,
} from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { NOBODY } from './alarm-table.ts';
import { Digests } from './digests.ts';
import { ENGINE_VERSION, type Engine } from './engine.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

/** Squares that overlap, so that one person is at several at once; places on, in and far from them. */
const SQUARES = [squareAt(0, 0, 60), squareAt(40, 0, 60)];
const EASTS = [-200, -6, -2, 1, 5, 30, 50, 70, 104, 300];

const subject = fc.constantFrom(
  { person: 'p1' },
  { person: 'p2' },
  { card: 'C1' },
  { card: 'C2' },
  { person: 'ghost' },
);
const deleted = fc.constantFrom(false, false, false, true);
const date = fc.constantFrom(null, null, 1, 2, 3).map((n) => (n === null ? null : T0 + n * 1000));
const person: fc.Arbitrary<PersonRecord> = fc
  .record({
    personId: fc.constantFrom('p1', 'p2'),
    type: fc.constantFrom('staff' as const, 'visitor' as const),
    cardNo: fc.constantFrom(null, 'C1', 'C2'),
    updatedAtMs: date,
    deleted,
  })
  .map(createPerson);
const area: fc.Arbitrary<AreaRecord> = fc
  .record({
    areaId: fc.constantFrom('a1', 'a2'),
    kind: fc.constantFrom('FORBIDDEN' as const, 'FORBIDDEN' as const, 'POST' as const),
    polygons: fc.constantFrom(...SQUARES),
    allowedTypes: fc.constantFrom([], ['staff' as const]),
    boundPersonIds: fc.constantFrom([], ['p1'], ['p1', 'p2']),
    validToMs: fc.constantFrom(null, null, T0 + 40_000),
    updatedAtMs: date,
    deleted,
  })
  .map(createArea);

const personAlarm: fc.Arbitrary<PersonAlarmRecord> = fc
  .record({
    alarmId: fc.constantFrom('v1', 'v2'),
    personId: fc.constantFrom('p1', 'p2', 'ghost'),
    type: fc.constantFrom('sos' as const, 'sos' as const, 'sos' as const, 'still' as const, 'out-of-bounds' as const),
    areaId: fc.constantFrom(null, 'a1'),
    raisedAtMs: fc.constantFrom(0, 1, 20).map((n) => T0 + n * 2_000),
    endedAtMs: fc.constantFrom(null, null, null, T0 + 60_000),
    deleted,
  })
  .map(createPersonAlarm);
const heartbeat: fc.Arbitrary<HeartbeatRecord> = fc
  .record({ mode: fc.constantFrom('on-change' as const, 'periodic' as const) })
  .map(createHeartbeat);

type Op =
  | {
      readonly op: 'fixes';
      readonly fixes: readonly {
        readonly who: object;
        readonly east: number;
        readonly lateS: number;
        readonly sos: boolean;
        readonly placed: boolean;
      }[];
    }
  /** A batch that came before, once more. */
  | { readonly op: 'repeat'; readonly n: number }
  | { readonly op: 'person'; readonly record: PersonRecord }
  | { readonly op: 'area'; readonly record: AreaRecord }
  | { readonly op: 'personAlarm'; readonly record: PersonAlarmRecord }
  | { readonly op: 'heartbeat'; readonly record: HeartbeatRecord }
  | { readonly op: 'tick'; readonly afterS: number }
  | { readonly op: 'act'; readonly act: 'acknowledge' | 'reset'; readonly n: number };

const fix = fc.record({
  who: subject,
  east: fc.constantFrom(...EASTS),
  lateS: fc.constantFrom(0, 0, 0, 5),
  sos: fc.constantFrom(false, false, false, false, true),
  placed: fc.constantFrom(true, true, true, false),
});
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('fixes' as const), fixes: fc.array(fix, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('repeat' as const), n: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('person' as const), record: person }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('area' as const), record: area }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('personAlarm' as const), record: personAlarm }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('heartbeat' as const), record: heartbeat }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('tick' as const), afterS: fc.constantFrom(1, 31, 100, 13 * 3600) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('act' as const),
      act: fc.constantFrom('acknowledge' as const, 'reset' as const),
      n: fc.nat(5),
    }),
  },
);

/** Takes the operations and calls `after` behind each. */
function play(run: EngineRun, ops: readonly Op[], after: () => void): void {
  let atMs = T0;
  const sent: FixInput[][] = [];
  for (const each of ops) {
    atMs += 2_000;
    switch (each.op) {
      case 'fixes': {
        const fixes = each.fixes.map(({ who, east, lateS, sos, placed }): FixInput => {
          const base = { ...who, atMs: atMs - lateS * 1_000, accuracyM: 3, sos };
          return placed ? { ...at(east, 30, base.atMs), ...base } : { ...base, sos: true };
        });
        run.fixes(fixes, atMs);
        sent.unshift(fixes);
        break;
      }
      case 'repeat': {
        const again = sent[each.n];
        if (again !== undefined) run.fixes(again, atMs);
        break;
      }
      case 'person':
        run.persons(each.record);
        break;
      case 'area':
        run.areas(each.record);
        break;
      case 'personAlarm':
        run.personAlarms(atMs, each.record);
        break;
      case 'heartbeat':
        run.heartbeats(atMs, each.record);
        break;
      case 'tick':
        atMs += each.afterS * 1_000;
        run.tick(atMs);
        break;
      case 'act': {
        const ids = [...run.engine.park.alarms.standing.keys()];
        const id = ids[each.n % Math.max(1, ids.length)];
        if (id !== undefined) run.act(each.act, id);
        break;
      }
    }
    after();
  }
}

/** Nothing stands that no fix, act or record could end, and nothing says of itself what another part denies. */
function checkWhole({ park }: Engine): void {
  const { alarms, areas, bounds, people, sos } = park;
  const levels = new Map<number, { level: number; sos: boolean }>();
  for (const alarm of alarms.standing.values()) {
    expect(alarm.endedAtMs).toBeNull();
    if (alarm.slot === NOBODY) continue;
    expect(people.views[alarm.slot]).toEqual(alarm.person);
    expect(people.generation[alarm.slot]).toBe(alarm.generation);
    if (!alarm.active) continue;
    const of = levels.get(alarm.slot) ?? { level: 9, sos: false };
    levels.set(alarm.slot, { level: Math.min(of.level, alarm.level), sos: of.sos || alarm.rule === 'sos' });
    if (alarm.rule === 'sos') expect(sos.known(alarm.slot)?.alarmId).toBe(alarm.alarmId);
    else if (!isParkHeld(alarm)) expect(isVendorHeld(alarm)).toBe(true);
    else if (alarm.rule === 'out-of-bounds') {
      const key = areaKey(alarm.areaCompanyCode ?? '', alarm.areaId ?? '');
      const area = areas.byKey.get(key);
      expect(alarms.standing.get(bounds.known(alarm.slot, key)?.alarmId ?? '')?.alarmId).toBe(alarm.alarmId);
      expect(area && alarm.person && boundsDuty(area.record, alarm.person)).toBeTruthy();
    }
  }
  for (let slot = 0; slot < people.slotCount; slot++) {
    const { level, sos: hasSos } = levels.get(slot) ?? { level: 0, sos: false };
    if (people.views[slot] != null) {
      expect([people.level[slot], people.sos[slot]]).toEqual([level, hasSos ? 1 : 0]);
      expect([levelFromState(people.state[slot] ?? 0), isSosState(people.state[slot] ?? 0)]).toEqual([level, hasSos]);
    } else expect(bounds.ofSlot(slot)).toBeUndefined();
    for (const { alarmId } of bounds.ofSlot(slot)?.values() ?? []) {
      if (alarmId !== null) expect(alarms.standing.get(alarmId)?.active).toBe(true);
    }
    const called = sos.known(slot)?.alarmId ?? null;
    if (called !== null) expect(alarms.standing.get(called)?.active).toBe(true);
  }
}

describe('whatever comes', () => {
  it('[ENG-20] every active alarm can end, ids are raised once, and the effects alone give the same picture', () => {
    fc.assert(
      fc.property(fc.array(op, { minLength: 1, maxLength: 40 }), (ops) => {
        const run = new EngineRun();
        play(run, ops, () => checkWhole(run.engine));
        const raised: string[] = [];
        const ended = new Set<string>();
        for (const item of run.published) {
          for (const effect of item.effects) {
            // A call for help that comes again after its alarm was withdrawn is raised again, on purpose.
            if (effect.t !== 'alarm' || effect.alarm.rule === 'sos') continue;
            expect(ended.has(effect.alarm.alarmId)).toBe(false);
            if (effect.alarm.transition === 'raised') raised.push(effect.alarm.alarmId);
            if (effect.alarm.endedAtMs !== null) ended.add(effect.alarm.alarmId);
          }
        }
        expect(new Set(raised).size).toBe(raised.length);
        const picture = new LivePicture();
        picture.applyEffects(run.published);
        const { alarms, people } = run.engine.park;
        expect([...picture.alarms.keys()].sort()).toEqual([...alarms.standing.keys()].sort());
        for (const alarm of alarms.standing.values()) expect(picture.alarms.get(alarm.alarmId)).toEqual(alarm);
        expect([...picture.bindings.keys()].sort()).toEqual(
          run.engine
            .bindings()
            .map(({ slot }) => slot)
            .sort(),
        );
        for (const { slot, person: bound } of run.engine.bindings())
          expect(picture.bindings.get(slot)?.person).toEqual(bound);
        expect([...picture.areas.values()].map((a) => a.version).sort()).toEqual(
          run.engine
            .areaViews()
            .map((a) => a.version)
            .sort(),
        );
        expect(people.slotCount).toBeLessThan(60);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('[ENG-25] runs that restart anywhere, each time from any kept snapshot, come to every digest of an undisturbed run', () => {
    const DIGEST_EVERY = 4;
    const restart = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), isOlder: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(op, { minLength: 8, maxLength: 40 }),
        fc.array(restart, { minLength: 1, maxLength: 4 }),
        (ops, restarts) => {
          const run = new EngineRun();
          play(run, ops, () => {});
          const { entries } = run;
          const whole = new EngineRun();
          const logged = new Map<number, DigestBody>();
          for (const entry of entries) {
            whole.engine.step(entry);
            const digest = digestOf(whole.engine);
            logged.set(entry.seq, { atSeq: entry.seq, engineVersion: ENGINE_VERSION, digest });
          }
          let engine = new EngineRun().engine;
          let kept = [saveSnapshot(engine, 'e')];
          const cuts = restarts.map(({ at: share, isOlder }) => ({ seq: Math.floor(share * entries.length), isOlder }));
          cuts.sort((a, b) => a.seq - b.seq);
          const digests = new Digests(DIGEST_EVERY);
          const takeUpTo = (seq: number): void => {
            while (engine.seq < seq) {
              engine.step(entries[engine.seq]!);
              digests.reached(engine);
              if (digests.isDue(engine.seq)) expect(digests.compare(logged.get(engine.seq)!)).toBeNull();
            }
          };
          for (const { seq, isOlder } of cuts) {
            takeUpTo(Math.floor((engine.seq + seq) / 2));
            kept = [saveSnapshot(engine, 'e'), ...kept].slice(0, 2);
            takeUpTo(seq);
            const loaded = loadSnapshot(kept[isOlder ? 1 : 0]!, projection, 'e');
            if (!loaded.ok) throw new Error(loaded.problem);
            engine = loaded.engine;
          }
          takeUpTo(entries.length);
          expect(digestOf(engine)).toBe(logged.get(entries.length)?.digest);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);

  it('[ENG-11] a snapshot taken anywhere goes on as if undisturbed, through records of all kinds', () => {
    fc.assert(
      fc.property(
        fc.array(op, { minLength: 2, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ops, share) => {
          const run = new EngineRun();
          play(run, ops, () => {});
          const cut = Math.floor(share * run.entries.length);
          const before = new EngineRun();
          for (const entry of run.entries.slice(0, cut)) before.engine.step(entry);
          const loaded = loadSnapshot(saveSnapshot(before.engine, 'e'), projection, 'e');
          if (!loaded.ok) throw new Error(loaded.problem);
          const resumed = run.entries.slice(cut).map((entry) => loaded.engine.step(entry));
          const whole = new EngineRun();
          const items = run.entries.map((entry) => whole.engine.step(entry)).slice(cut);
          expect(JSON.stringify(resumed)).toBe(JSON.stringify(items));
          expect(digestOf(loaded.engine)).toBe(digestOf(whole.engine));
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
