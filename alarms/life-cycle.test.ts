import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../stream/protocol/effects.ts';
import {
  actOnAlarm,
  changeAlarm,
  clearAlarm,
  type RaiseInput,
  raiseAlarm,
  recordAlarm,
  withdrawAlarm,
} from './life-cycle.ts';

const T0 = Date.UTC(2026, 10, 20, 8);
const BY = { userName: '值班员', actId: null, comment: null };
const PERSON = {
  personId: 'p1',
  cardNo: null,
  companyCode: '913100001',
  companyName: '甲化工',
  name: '张三',
  type: 'staff',
  department: '生产部',
  post: '操作工',
} as const;

const createRaise = (change: Partial<RaiseInput> = {}): RaiseInput => ({
  alarmId: 'a',
  subject: '913100001/p1',
  rule: 'sos',
  ruleVersion: 1,
  level: 2,
  latched: false,
  companyCodes: ['913100001'],
  slot: 0,
  generation: 0,
  person: PERSON,
  areaCompanyCode: null,
  areaId: null,
  areaName: null,
  areaVersion: null,
  onsetAtMs: T0,
  raisedAtMs: T0,
  place: null,
  evidence: [],
  ...change,
});

/** What may befall an alarm, by name. */
const EVENTS = {
  clear: (alarm: AlarmView, atMs: number) => clearAlarm(alarm, atMs, 'condition'),
  acknowledge: (alarm: AlarmView, atMs: number) => actOnAlarm(alarm, 'acknowledge', atMs, BY),
  reset: (alarm: AlarmView, atMs: number) => actOnAlarm(alarm, 'reset', atMs, BY),
  record: recordAlarm,
  withdraw: (alarm: AlarmView, atMs: number) => withdrawAlarm(alarm, atMs, 'withdrawn'),
  update: (alarm: AlarmView, atMs: number) => changeAlarm(alarm, atMs, { count: atMs }),
} as const;
type EventName = keyof typeof EVENTS;

/** The rules again, in the fewest words: what the alarm should be after the events so far. */
class Model {
  active = true;
  acknowledged = false;
  recorded = false;
  ended = false;
  readonly latched: boolean;
  constructor(latched: boolean) {
    this.latched = latched;
  }

  /** Returns whether the event changes anything. */
  take(event: EventName): boolean {
    if (this.ended) return false;
    switch (event) {
      case 'clear':
        if (!this.active || this.latched) return false;
        this.active = false;
        break;
      case 'acknowledge':
        if (this.acknowledged) return false;
        this.acknowledged = true;
        break;
      case 'reset':
        if (!this.latched || !this.active || !this.acknowledged) return false;
        this.active = false;
        break;
      case 'record':
        if (!this.active || this.recorded) return false;
        this.recorded = true;
        break;
      case 'withdraw':
        this.active = false;
        this.ended = true;
        return true;
      case 'update':
        return true;
    }
    this.ended = !this.active && this.acknowledged;
    return true;
  }
}

class EventCommand implements fc.Command<Model, { alarm: AlarmView; atMs: number }> {
  readonly #event: EventName;
  constructor(event: EventName) {
    this.#event = event;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, real: { alarm: AlarmView; atMs: number }): void {
    const before = real.alarm;
    real.atMs += 1_000;
    const next = EVENTS[this.#event](before, real.atMs);
    expect(next !== null).toBe(model.take(this.#event));
    if (next === null) return;
    real.alarm = next;
    expect({ active: next.active, acknowledged: next.acknowledged }).toEqual({
      active: model.active,
      acknowledged: model.acknowledged,
    });
    expect(next.endedAtMs).toBe(model.ended ? real.atMs : null);
    expect(next.clearedAtMs === null).toBe(model.active);
    expect(next.acknowledgedAtMs === null).toBe(!model.acknowledged);
    expect(next.recordedAtMs === null).toBe(!model.recorded);
    // What an alarm is never changes, only what became of it.
    for (const field of [
      'alarmId',
      'rule',
      'level',
      'latched',
      'slot',
      'generation',
      'onsetAtMs',
      'raisedAtMs',
    ] as const) {
      expect(next[field]).toBe(before[field]);
    }
    expect(next.evidence).toBe(before.evidence);
    if (next.endedAtMs !== null && !next.acknowledged)
      expect(next).toMatchObject({ transition: 'ended', reason: 'withdrawn' });
  }
  toString(): string {
    return this.#event;
  }
}

describe('life of an alarm', () => {
  it('[ALM-24] whatever comes in whatever order: ended is final, cleared and acknowledged is ended, latched clears by reset alone', () => {
    const commands = fc.commands(
      (Object.keys(EVENTS) as EventName[]).map((event) => fc.constant(new EventCommand(event))),
      { maxCommands: 30 },
    );
    fc.assert(
      fc.property(fc.boolean(), commands, (latched, run) => {
        const setup = () => ({
          model: new Model(latched),
          real: { alarm: raiseAlarm(createRaise({ latched })), atMs: T0 },
        });
        fc.modelRun(setup, run);
      }),
      { numRuns: 300 },
    );
  });

  it('[ALM-3] a latched alarm is not cleared by its condition, and not reset before it was acknowledged', () => {
    const alarm = raiseAlarm(createRaise({ latched: true }));
    expect(clearAlarm(alarm, T0 + 1, 'condition')).toBeNull();
    expect(actOnAlarm(alarm, 'reset', T0 + 1, BY)).toBeNull();
    const seen = actOnAlarm(alarm, 'acknowledge', T0 + 1, BY);
    expect(seen).toMatchObject({ active: true, endedAtMs: null });
    expect(seen && actOnAlarm(seen, 'reset', T0 + 2, BY)).toMatchObject({
      active: false,
      resetBy: '值班员',
      reason: 'reset',
      endedAtMs: T0 + 2,
    });
  });

  it('[ALM-24] an alarm that was cleared unseen stands until somebody acknowledges it', () => {
    const cleared = clearAlarm(raiseAlarm(createRaise()), T0 + 5, 'condition');
    expect(cleared).toMatchObject({ active: false, clearedAtMs: T0 + 5, endedAtMs: null });
    expect(
      cleared && actOnAlarm(cleared, 'acknowledge', T0 + 9, { userName: 'u', actId: 'x', comment: '已核实' }),
    ).toMatchObject({
      clearedAtMs: T0 + 5,
      endedAtMs: T0 + 9,
      acknowledgedBy: 'u',
      comment: '已核实',
    });
  });
});
