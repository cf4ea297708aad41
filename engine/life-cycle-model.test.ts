import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShelveInput } from '../stream/protocol/acts.ts';
import { type AlarmView, isAnnounced } from '../stream/protocol/effects.ts';
import type { ActBody, EntryBodies, EntryKindName } from '../stream/protocol/entry.ts';
import { alarmsOf, at, T0 } from '../test/builders/engine-run.ts';
import {
  createArea,
  createFixBatch,
  createOrigin,
  createPerson,
  EntrySequence,
  type FixInput,
} from '../test/builders/entries.ts';
import { projection, squareAt } from '../test/builders/plane.ts';
import { Engine } from './engine.ts';
import { createPark } from './park.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const COMPANY = createPerson({}).companyCode;
const PEOPLE = ['p1', 'p2'] as const;
type PersonId = (typeof PEOPLE)[number];
type ModelRule = 'sos' | 'out-of-bounds';

const ESCALATE_MS: Readonly<Record<ModelRule, number>> = { sos: 60_000, 'out-of-bounds': 180_000 };
const RECORD_AFTER_MS = 30_000;

/** What a shelf or a suppression takes in. */
interface Scope {
  readonly rule: ModelRule | 'dwell' | null;
  readonly person: PersonId | null;
}

/** One alarm as the state chart has it, in the fewest words. */
interface ModelAlarm {
  readonly rule: ModelRule;
  readonly person: PersonId;
  readonly raisedAtMs: number;
  active: boolean;
  acknowledged: boolean;
  askedAtMs: number;
  recorded: boolean;
  escalations: number;
  shelf: number | null;
  suppressed: boolean;
  isFalse: boolean;
  comments: number;
}

/** The state chart of docs/spec/life-cycle.md once more, knowing nothing of the engine. */
class Model {
  nowMs = T0;
  alarms: ModelAlarm[] = [];
  inside = new Set<PersonId>();
  shelves: { readonly n: number; readonly scope: Scope; readonly untilMs: number }[] = [];
  suppression: { readonly scope: Scope; readonly toMs: number } | null = null;
  announced = 0;

  raise(rule: ModelRule, person: PersonId): void {
    const alarm: ModelAlarm = {
      rule,
      person,
      raisedAtMs: this.nowMs,
      active: true,
      acknowledged: false,
      askedAtMs: this.nowMs,
      recorded: false,
      escalations: 0,
      shelf: null,
      suppressed: false,
      isFalse: false,
      comments: 0,
    };
    alarm.shelf = this.shelfFor(alarm);
    alarm.suppressed = this.isHeld(alarm);
    this.alarms.push(alarm);
    if (alarm.shelf === null && !alarm.suppressed) this.announced++;
  }
  active(rule: ModelRule, person: PersonId): ModelAlarm | undefined {
    return this.alarms.find((alarm) => alarm.active && alarm.rule === rule && alarm.person === person);
  }
  clear(alarm: ModelAlarm): void {
    alarm.active = false;
    this.forgetEnded();
  }
  acknowledge(alarm: ModelAlarm): void {
    alarm.acknowledged = true;
    this.forgetEnded();
  }
  forgetEnded(): void {
    this.alarms = this.alarms.filter((alarm) => alarm.active || !alarm.acknowledged);
  }
  shelve(n: number, scope: Scope, forMs: number): void {
    this.shelves.push({ n, scope, untilMs: this.nowMs + forMs });
    for (const alarm of this.alarms) if (alarm.shelf === null) alarm.shelf = this.shelfFor(alarm);
  }
  endShelf(n: number): void {
    this.shelves = this.shelves.filter((shelf) => shelf.n !== n);
    for (const alarm of this.alarms) {
      if (alarm.shelf !== n) continue;
      alarm.shelf = this.shelfFor(alarm);
      if (alarm.shelf === null) this.askAnew(alarm);
    }
  }
  judgeSuppression(): void {
    for (const alarm of this.alarms) {
      const isHeld = this.isHeld(alarm);
      if (alarm.suppressed && !isHeld) {
        alarm.suppressed = false;
        this.askAnew(alarm);
      } else alarm.suppressed = isHeld;
    }
  }
  tick(): void {
    for (const alarm of this.alarms) {
      if (alarm.rule === 'out-of-bounds' && alarm.active && this.nowMs - alarm.raisedAtMs >= RECORD_AFTER_MS) {
        alarm.recorded = true;
      }
    }
    this.judgeSuppression();
    for (const { n, untilMs } of [...this.shelves]) if (untilMs <= this.nowMs) this.endShelf(n);
    for (const alarm of this.alarms) {
      const isAsking = alarm.active && !alarm.acknowledged && alarm.shelf === null && !alarm.suppressed;
      if (!isAsking || alarm.escalations >= 3) continue;
      if (this.nowMs - alarm.askedAtMs >= ESCALATE_MS[alarm.rule] * (alarm.escalations + 1)) alarm.escalations++;
    }
  }
  askAnew(alarm: ModelAlarm): void {
    if (!alarm.active) return;
    Object.assign(alarm, { acknowledged: false, askedAtMs: this.nowMs, escalations: 0 });
    if (alarm.shelf === null && !alarm.suppressed) this.announced++;
  }
  isHeld(alarm: ModelAlarm): boolean {
    const { suppression } = this;
    return suppression !== null && this.nowMs < suppression.toMs && isIn(suppression.scope, alarm);
  }
  shelfFor(alarm: ModelAlarm): number | null {
    return this.shelves.find(({ scope }) => isIn(scope, alarm))?.n ?? null;
  }
}

const isIn = ({ rule, person }: Scope, alarm: ModelAlarm): boolean =>
  alarm.rule !== 'sos' && (rule === null || rule === alarm.rule) && (person === null || person === alarm.person);

/** The engine, fed through log entries. */
class Real {
  engine = new Engine(createPark(projection));
  readonly sequence = new EntrySequence();
  announced = 0;

  take<K extends EntryKindName>(kind: K, body: EntryBodies[K], atMs: number): void {
    const item = this.engine.step(this.sequence.next(kind, body as never, atMs));
    const known = alarmsOf(item).filter(({ rule }) => rule === 'sos' || rule === 'out-of-bounds');
    this.announced += known.filter((alarm) => isAnnounced(alarm, item!.atMs)).length;
  }
  fix(person: PersonId, isInside: boolean, atMs: number, more: Partial<FixInput> = {}): void {
    const place = isInside ? at(30, 30, atMs) : at(400, 400, atMs);
    this.take('fixes', createFixBatch([{ ...place, person, accuracyM: 3, ...more }]), atMs);
  }
  act(act: Partial<ActBody>, n: number, atMs: number): void {
    const plain = { alarmId: '', role: 'operator', userId: 'u', userName: '值班员', companyCode: null } as const;
    this.take('act', { ...plain, act: 'comment', actId: `act-${n}`, comment: '原因', ...act }, atMs);
  }
  /** Of the two rules, oldest first. */
  standing(): AlarmView[] {
    return [...this.engine.park.alarms.standing.values()]
      .filter(({ rule }) => rule === 'sos' || rule === 'out-of-bounds')
      .sort((a, b) => a.raisedAtMs - b.raisedAtMs || (a.alarmId < b.alarmId ? -1 : 1));
  }
}

type Op =
  | { readonly op: 'go'; readonly person: PersonId; readonly isInside: boolean }
  | { readonly op: 'call'; readonly person: PersonId }
  | {
      readonly op: 'act';
      readonly act: 'acknowledge' | 'reset' | 'comment' | 'mark-false' | 'unmark-false';
      readonly n: number;
    }
  | { readonly op: 'shelve'; readonly scope: Scope; readonly forMs: number }
  | { readonly op: 'unshelve'; readonly n: number }
  | { readonly op: 'suppress'; readonly scope: Scope; readonly forMs: number | null }
  | { readonly op: 'tick'; readonly afterMs: number }
  | { readonly op: 'restore' };

const person = fc.constantFrom(...PEOPLE);
const scope: fc.Arbitrary<Scope> = fc
  .record({
    rule: fc.constantFrom(null, 'out-of-bounds' as const, 'dwell' as const),
    person: fc.option(person, { nil: null }),
  })
  .filter(({ rule, person: one }) => rule !== null || one !== null);
const forMs = fc.constantFrom(5_000, 60_000, 3_600_000);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('go' as const), person, isInside: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('call' as const), person }) },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('act' as const),
      act: fc.constantFrom(
        'acknowledge' as const,
        'acknowledge' as const,
        'reset' as const,
        'comment' as const,
        'mark-false' as const,
        'unmark-false' as const,
      ),
      n: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('shelve' as const), scope, forMs }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('unshelve' as const), n: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('suppress' as const), scope, forMs: fc.option(forMs, { nil: null }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('tick' as const),
      afterMs: fc.constantFrom(1_000, 30_000, 58_000, 160_000, 178_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ op: 'restore' as const }) },
);

/** One operation on both. `n` counts operations and names what they make. */
function take(model: Model, real: Real, each: Op, n: number): void {
  model.nowMs += each.op === 'tick' ? each.afterMs : 2_000;
  const { nowMs } = model;
  switch (each.op) {
    case 'go': {
      const alarm = model.active('out-of-bounds', each.person);
      if (each.isInside) {
        model.inside.add(each.person);
        if (alarm === undefined) model.raise('out-of-bounds', each.person);
      } else {
        model.inside.delete(each.person);
        if (alarm !== undefined) model.clear(alarm);
      }
      real.fix(each.person, each.isInside, nowMs);
      break;
    }
    case 'call': {
      if (model.active('sos', each.person) === undefined) model.raise('sos', each.person);
      // Seen released before, so that each call is one.
      const isInside = model.inside.has(each.person);
      real.fix(each.person, isInside, nowMs - 500);
      real.fix(each.person, isInside, nowMs, { sos: true });
      break;
    }
    case 'act': {
      const alarm = model.alarms[each.n];
      const view = real.standing()[each.n];
      if (alarm !== undefined) actOn(model, alarm, each.act);
      real.act({ act: each.act, alarmId: view?.alarmId ?? 'none' }, n, nowMs);
      break;
    }
    case 'shelve': {
      model.shelve(n, each.scope, each.forMs);
      const input: ShelveInput = {
        scope: { ...each.scope, area: null, person: each.scope.person && `${COMPANY}/${each.scope.person}` },
        untilMs: nowMs + each.forMs,
      };
      real.act({ act: 'shelve', input }, n, nowMs);
      break;
    }
    case 'unshelve': {
      const shelf = model.shelves[each.n];
      if (shelf !== undefined) model.endShelf(shelf.n);
      real.act({ act: 'unshelve', input: { shelfId: `act-${shelf?.n ?? 'none'}` } }, n, nowMs);
      break;
    }
    case 'suppress': {
      model.suppression = each.forMs === null ? null : { scope: each.scope, toMs: nowMs + each.forMs };
      model.judgeSuppression();
      const value = each.forMs === null ? null : suppressionOf(each.scope, nowMs + each.forMs);
      const setting = { topic: 'suppression', key: 's', version: n + 1, value } as const;
      real.take('setting', { ...setting, userId: 'u', userName: '管理员' }, nowMs);
      break;
    }
    case 'tick':
      model.tick();
      real.take('tick', { term: 1 }, nowMs);
      break;
    case 'restore': {
      const digest = digestOf(real.engine);
      const loaded = loadSnapshot(saveSnapshot(real.engine, 'e'), projection, 'e');
      if (!loaded.ok) throw new Error(loaded.problem);
      expect(digestOf(loaded.engine)).toBe(digest);
      real.engine = loaded.engine;
      break;
    }
  }
}

function actOn(model: Model, alarm: ModelAlarm, act: Extract<Op, { op: 'act' }>['act']): void {
  switch (act) {
    case 'acknowledge':
      if (!alarm.acknowledged) model.acknowledge(alarm);
      break;
    case 'reset':
      if (alarm.rule === 'sos' && alarm.active && alarm.acknowledged) model.clear(alarm);
      break;
    case 'comment':
      alarm.comments++;
      break;
    case 'mark-false':
      alarm.isFalse = true;
      break;
    case 'unmark-false':
      alarm.isFalse = false;
      break;
  }
}

const suppressionOf = ({ rule, person: one }: Scope, toMs: number) => ({
  how: 'silence',
  rules: rule === null ? [] : [rule],
  persons: one === null ? [] : [`${COMPANY}/${one}`],
  fromMs: 0,
  toMs,
  reason: '大修',
});

const shown = (alarm: AlarmView) => ({
  rule: alarm.rule,
  person: alarm.person?.personId,
  raisedAtMs: alarm.raisedAtMs,
  active: alarm.active,
  acknowledged: alarm.acknowledged,
  askedAtMs: alarm.askedAtMs,
  recorded: alarm.recordedAtMs !== null,
  escalations: alarm.escalations,
  shelf: alarm.shelfId === null ? null : Number(alarm.shelfId.slice('act-'.length)),
  suppressed: alarm.suppressedBy !== null,
  isFalse: alarm.falseMark !== null,
  comments: alarm.comments.length,
});

describe('the life-cycle through the log', () => {
  it('[LIF-6] whatever people, operators and time do, the engine has the alarms of the state chart and announces as often', () => {
    fc.assert(
      fc.property(fc.array(op, { minLength: 10, maxLength: 60, size: 'max' }), (ops) => {
        const model = new Model();
        const real = new Real();
        const records = PEOPLE.map((personId) => createPerson({ personId }));
        real.take('persons', { origin: createOrigin(), records }, T0);
        const area = createArea({ areaId: 'a1', kind: 'FORBIDDEN', polygons: squareAt(0, 0, 60) });
        real.take('areas', { origin: createOrigin(), records: [area] }, T0);
        ops.forEach((each, n) => {
          take(model, real, each, n);
          expect(real.standing().map(shown)).toEqual(model.alarms);
          expect(real.announced).toBe(model.announced);
        });
      }),
      { numRuns: 60 },
    );
  }, 30_000);
});
