import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { raiseAlarm } from '../alarms/life-cycle.ts';
import { type AlarmView, type Effect, isAnnounced } from '../stream/protocol/effects.ts';
import { ENTRY_KIND, type LogEntry } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import { aPermit } from '../stream/protocol/permits.fixture.ts';
import type { SenderState } from '../stream/protocol/sender-state.ts';
import { alarmsOf, EngineRun, T0 } from '../test/builders/engine-run.ts';
import { createFixBatch, createHeartbeat, createOrigin } from '../test/builders/entries.ts';
import { projection } from '../test/builders/plane.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const OTHER = 'other';
const A = 'company-a';

/** A park that is ticked each second while companies send at their own intervals. */
class Watched {
  readonly run = new EngineRun();
  nowS = 0;

  get nowMs(): number {
    return T0 + this.nowS * 1_000;
  }
  batch(companyCode: string): void {
    const { nowMs } = this;
    const body = createFixBatch([{ atMs: nowMs, lng: 121.48, lat: 30.8 }], { companyCode });
    this.run.entry('fixes', body, nowMs);
  }
  heartbeat(companyCode: string, change: Partial<Parameters<typeof createHeartbeat>[0]> = {}): void {
    const records = [createHeartbeat({ companyCode, ...change })];
    this.run.entry('heartbeats', { origin: createOrigin({ companyCode }), records }, this.nowMs);
  }
  /** Ticks until `toS`; `every`: who sends each so many seconds. */
  until(toS: number, every: Readonly<Record<string, number>> = {}): void {
    for (this.nowS++; this.nowS <= toS; this.nowS++) {
      for (const [company, intervalS] of Object.entries(every)) if (this.nowS % intervalS === 0) this.batch(company);
      this.run.tick(this.nowMs);
    }
    this.nowS = toS;
  }
  alarms(rule = 'reporting-silent'): AlarmView[] {
    return this.run.published.flatMap(({ effects }) =>
      effects.flatMap((effect) => (effect.t === 'alarm' && effect.alarm.rule === rule ? [effect.alarm] : [])),
    );
  }
  /** `subject transition` with the second of engine time. */
  told(): string[] {
    return this.run.published.flatMap(({ atMs, effects }) =>
      effects.flatMap((effect) =>
        effect.t === 'alarm' &&
        effect.alarm.rule === 'reporting-silent' &&
        ['raised', 'cleared'].includes(effect.alarm.transition)
          ? [`${effect.alarm.subject} ${effect.alarm.transition} ${(atMs - T0) / 1_000}`]
          : [],
      ),
    );
  }
  states(companyCode: string, interfaceName = 'positions'): string[] {
    return this.run.published.flatMap(({ effects }) =>
      effects.flatMap((effect) =>
        effect.t === 'doc' && effect.doc === 'sender' && effect.key === `${companyCode}/${interfaceName}`
          ? [effect.value.state]
          : [],
      ),
    );
  }
  state(companyCode: string, interfaceName = 'positions'): SenderState | undefined {
    return this.run.engine.park.docs.get('sender', `${companyCode}/${interfaceName}`);
  }
}

describe('reporting watch', () => {
  test('[RPW-2] a periodic sender is online, late after the legal interval, silent later; one alarm names company and interface', () => {
    const park = new Watched();
    park.until(100, { [A]: 1, [OTHER]: 5 });
    park.until(200, { [OTHER]: 5 });
    expect(park.states(A)).toEqual(['online', 'late', 'silent']);
    expect(park.told()).toEqual([`${A}/positions raised 190`]);
    expect(park.alarms()[0]).toMatchObject({
      level: 3,
      slot: -1,
      person: null,
      companyCodes: [A],
      detail: 'positions',
      onsetAtMs: T0 + 100_000,
    });
    expect(park.state(A)).toMatchObject({ state: 'silent', heardAtMs: T0 + 100_000, sinceMs: T0 + 190_000 });
    expect(park.states(OTHER)).toEqual(['online']);
  });

  test('[RPW-3] the pace of a sender is learned: one of 30 s with holes is not silent when it is merely itself', () => {
    const park = new Watched();
    for (let n = 0; n < 40; n++) {
      const pauseS = n % 7 === 3 ? 75 : 31;
      park.until(park.nowS + pauseS, { [OTHER]: 5 });
      park.batch(A);
    }
    const raisedBefore = park.alarms().length;
    for (let n = 0; n < 40; n++) {
      const pauseS = n % 7 === 3 ? 75 : 31;
      park.until(park.nowS + pauseS, { [OTHER]: 5 });
      park.batch(A);
    }
    expect(park.alarms().length).toBe(raisedBefore);
  });

  test('[RPW-3] nobody gets used to a failing sender: at ten legal intervals it is silent whatever its history', () => {
    const park = new Watched();
    for (let pauseS = 30; pauseS < 250; pauseS += 10) {
      park.batch(A);
      park.until(park.nowS + pauseS, { [OTHER]: 5 });
    }
    park.batch(A);
    const from = park.nowS;
    park.until(from + 301, { [OTHER]: 5 });
    expect(park.state(A)?.state).toBe('silent');
  });

  test('[RPW-4] on change: heartbeats at their own interval are enough, and records alone count as heard too', () => {
    const park = new Watched();
    for (let n = 0; n < 30; n++) {
      park.heartbeat(A);
      park.until(park.nowS + 180, { [OTHER]: 5 });
    }
    expect(park.states(A)).toEqual(['online']);
    for (let n = 0; n < 30; n++) {
      park.batch(A);
      park.until(park.nowS + 100, { [OTHER]: 5 });
    }
    expect(park.states(A)).toEqual(['online']);
    park.until(park.nowS + 1_000, { [OTHER]: 5 });
    expect(park.states(A)).toEqual(['online', 'late', 'silent']);
    expect(park.state(A)?.mode).toBe('on-change');
  });

  test('[RPW-4] heartbeats of a periodic sender are no records: it falls silent with its records', () => {
    const park = new Watched();
    for (let n = 0; n < 20; n++) {
      park.heartbeat(A, { mode: 'periodic', intervalS: 5 });
      if (n < 10) park.batch(A);
      park.until(park.nowS + 20, { [OTHER]: 5 });
    }
    expect(park.states(A)).toEqual(['online', 'late', 'silent']);
  });

  test('[VRG-30] records of a register are heard as their own interface, also where the entry was set aside', () => {
    const park = new Watched();
    const records = { origin: createOrigin({ companyCode: A }), register: 'contractor-people', records: [] } as const;
    park.heartbeat(A, { interfaceName: 'contractor-people', mode: 'periodic', intervalS: 600 });
    park.run.entry('records', records, park.nowMs);
    park.until(1_790, { [OTHER]: 5 });
    expect(park.states(A, 'contractor-people')).toEqual(['online', 'late']);
    const entry = { kind: ENTRY_KIND.records, receivedAtMs: park.nowMs, body: encodeBody('records', records) };
    park.run.entry('quarantined', { seq: 1, reason: 'cannot be stored', entry }, park.nowMs);
    park.until(2_500, { [OTHER]: 5 });
    expect(park.alarms()).toEqual([]);
    park.until(3_800, { [OTHER]: 5 });
    expect(park.told()).toEqual([expect.stringMatching(`^${A}/contractor-people raised`)]);
  });

  test('[RPW-5] other interfaces are expected once promised, whatever their names, by the promised interval', () => {
    const park = new Watched();
    park.run.entry('persons', { origin: createOrigin({ companyCode: A }), records: [] }, park.nowMs);
    park.heartbeat(A, { interfaceName: 'permits' });
    park.until(900, { [OTHER]: 5 });
    expect(park.states(A, 'persons')).toEqual([]);
    expect(park.states(A, 'permits')).toEqual(['online', 'late', 'silent']);
    const late = new Watched();
    late.heartbeat(A, { interfaceName: 'sensors', mode: 'periodic', intervalS: 600 });
    late.run.entry('sensorReadings', { origin: createOrigin({ companyCode: A }), records: [] }, late.nowMs);
    late.until(1_790, { [OTHER]: 5 });
    expect(late.alarms()).toEqual([]);
    late.until(1_900, { [OTHER]: 5 });
    expect(late.told()).toEqual([`${A}/sensors raised 1800`]);
  });

  test('[GBP-43] permits come by event: silence without heartbeats says nothing, a permit is a sign of life, heartbeats that stop are told', () => {
    const silent = new Watched();
    const permits = (park: Watched): void => {
      const records = [aPermit({ companyCode: A, updatedAtMs: park.nowMs })];
      park.run.entry('permits', { origin: createOrigin({ companyCode: A }), records }, park.nowMs);
    };
    permits(silent);
    silent.until(7_200, { [OTHER]: 5 });
    expect(silent.states(A, 'permits')).toEqual([]);

    const beating = (): Watched => {
      const one = new Watched();
      for (let minute = 0; minute < 20; minute++) {
        one.heartbeat(A, { interfaceName: 'permits' });
        one.until((minute + 1) * 60, { [OTHER]: 5 });
      }
      return one;
    };
    const [park, spoke] = [beating(), beating()];
    park.until(1_500, { [OTHER]: 5 });
    expect(park.told()).toEqual([expect.stringMatching(`^${A}/permits raised`)]);
    for (let minute = 20; minute < 25; minute++) {
      permits(spoke);
      spoke.until((minute + 1) * 60, { [OTHER]: 5 });
    }
    expect(spoke.told()).toEqual([]);
  });

  test('[RPW-6] who was never heard is unknown: no alarm, neither at the first start nor for a promise alone', () => {
    const park = new Watched();
    park.heartbeat(A, { mode: 'periodic', intervalS: 5 });
    park.until(2_000, { [OTHER]: 5 });
    expect(park.told()).toEqual([]);
    expect(park.state(A)).toBeUndefined();
  });

  test('[RPW-7] one alarm an outage: heard again it clears only after a minute without a break, and the next is another', () => {
    const park = new Watched();
    park.until(60, { [A]: 1, [OTHER]: 5 });
    park.until(200, { [OTHER]: 5 });
    // Comes back for a moment, and again.
    park.batch(A);
    park.until(250, { [OTHER]: 5 });
    park.batch(A);
    park.until(400, { [OTHER]: 5 });
    expect(park.told()).toEqual([`${A}/positions raised 150`]);
    park.until(500, { [A]: 1, [OTHER]: 5 });
    expect(park.told()).toEqual([`${A}/positions raised 150`, `${A}/positions cleared 461`]);
    park.until(800, { [OTHER]: 5 });
    expect(park.told().length).toBe(3);
    expect(new Set(park.alarms().map(({ alarmId }) => alarmId)).size).toBe(2);
  });

  test('[RPW-8] a hole in the log and a declared downtime are our own: nothing is told, and a minute of grace follows', () => {
    const park = new Watched();
    park.until(100, { [A]: 1, [OTHER]: 5 });
    park.nowS = 4_000;
    park.run.entry('downtime', { fromMs: T0 + 100_000, toMs: park.nowMs, reason: 'watch was away' }, park.nowMs);
    park.until(4_140, { [OTHER]: 5 });
    expect(park.told()).toEqual([]);
    park.until(4_160, { [OTHER]: 5 });
    // The grace, then as any other silence.
    expect(park.told()).toEqual([`${A}/positions raised 4150`]);
    const hole = new Watched();
    hole.until(100, { [A]: 1, [OTHER]: 5 });
    hole.nowS = 150;
    hole.until(220, { [A]: 30, [OTHER]: 5 });
    expect(hole.told()).toEqual([]);
  });

  test('[RPW-8] records that came while watch was away are heard at their own time', () => {
    const park = new Watched();
    park.until(100, { [A]: 1, [OTHER]: 5 });
    for (park.nowS = 101; park.nowS < 400; park.nowS += 5) park.batch(OTHER);
    park.until(park.nowS, {});
    park.run.tick(park.nowMs);
    expect(park.told()).toEqual([`${A}/positions raised ${park.nowS}`]);
  });

  test('[RPW-8] an entry that we could not take tells that its sender is alive', () => {
    const park = new Watched();
    park.until(100, { [A]: 1, [OTHER]: 5 });
    for (let n = 0; n < 40; n++) {
      park.until(park.nowS + 10, { [OTHER]: 5 });
      const body = createFixBatch([{ atMs: park.nowMs }], { companyCode: A });
      const entry = { kind: ENTRY_KIND.fixes, receivedAtMs: park.nowMs, body: encodeBody('fixes', body) };
      park.run.entry('quarantined', { seq: 1, reason: 'threw', entry }, park.nowMs);
    }
    expect(park.states(A)).toEqual(['online']);
    for (let n = 0; n < 40; n++) {
      park.until(park.nowS + 10, { [OTHER]: 5 });
      const entry = { kind: ENTRY_KIND.fixes, receivedAtMs: park.nowMs, body: new Uint8Array([1]) };
      park.run.entry('quarantined', { seq: 1, reason: 'cannot be read', entry }, park.nowMs);
    }
    expect(park.told()).toEqual([]);
  });

  test('[RPW-9] when nobody at all is heard there is one alarm about everybody, and a grace when somebody is again', () => {
    const park = new Watched();
    const all = Object.fromEntries(Array.from({ length: 29 }, (_, n) => [`c${n}`, 1 + (n % 30)]));
    park.until(300, all);
    park.until(500, {});
    expect(park.told()).toEqual(['*/* raised 390']);
    expect(park.alarms()[0]).toMatchObject({ companyCodes: [], detail: 'everybody', onsetAtMs: T0 + 300_000 });
    park.until(700, all);
    expect(park.told()).toEqual(['*/* raised 390', '*/* cleared 561']);
    park.until(1_000, { ...all, c3: 2_000 });
    expect(park.told().slice(2)).toEqual(['c3/positions raised 790']);
  });

  test("[RPW-9] a door that was shut for half a minute is nobody's alarm; a single company is told by itself", () => {
    const park = new Watched();
    park.until(300, { [A]: 1, [OTHER]: 5, third: 30 });
    park.until(345, {});
    park.until(900, { [A]: 1, [OTHER]: 5, third: 30 });
    expect(park.told()).toEqual([]);
    const alone = new Watched();
    alone.until(100, { [A]: 1 });
    alone.until(200, {});
    expect(alone.told()).toEqual([`${A}/positions raised 190`]);
  });

  test('[RPW-10] a declared maintenance: no alarm while it lasts, a standing one ends, and after it reports are due again', () => {
    const park = new Watched();
    park.until(100, { [A]: 1, [OTHER]: 5 });
    park.until(200, { [OTHER]: 5 });
    const window = { companyCode: A, interfaces: [], fromMs: T0, toMs: T0 + 500_000, reason: '检修' };
    park.run.setting('maintenance', 'm1', window);
    park.until(480, { [OTHER]: 5 });
    expect(park.told()).toEqual([`${A}/positions raised 190`, `${A}/positions cleared 201`]);
    expect(park.alarms().at(-1)?.reason).toBe('maintenance');
    expect(park.state(A)?.state).toBe('maintenance');
    park.until(600, { [OTHER]: 5 });
    expect(park.told().slice(2)).toEqual([`${A}/positions raised 589`]);
    park.run.setting('maintenance', 'm1', { ...window, interfaces: ['persons'], toMs: T0 + 900_000 });
    park.until(700, { [OTHER]: 5 });
    expect(park.state(A)?.state).toBe('silent');
    park.run.setting('maintenance', 'm1', null);
    expect(park.run.engine.park.config.entries('maintenance')).toEqual([]);
  });

  test('[RPW-11] lost signals of a silent company stand under its alarm, whichever came first, and alone again after it', () => {
    const park = new Watched();
    park.until(100, { [A]: 1, [OTHER]: 5 });
    const lost = (alarmId: string, companyCode: string) => {
      const { engine } = park.run;
      const slot = engine.park.people.slotOf(companyCode, 'p1', false);
      const person = engine.park.people.views[slot]!;
      engine.park.applyAlarm(
        raiseAlarm({
          alarmId,
          rule: 'signal-lost',
          ruleVersion: 1,
          level: 3,
          latched: false,
          companyCodes: [companyCode],
          slot,
          generation: 0,
          person,
          subject: alarmId,
          areaCompanyCode: null,
          areaId: null,
          areaName: null,
          areaVersion: null,
          onsetAtMs: park.nowMs,
          raisedAtMs: park.nowMs,
          place: null,
          evidence: [],
        }),
        effects,
      );
      return () => engine.park.alarms.standing.get(alarmId)?.under;
    };
    const effects: Effect[] = [];
    const told = (alarmId: string) =>
      [{ seq: 0, atMs: park.nowMs, effects }, ...park.run.published].flatMap((item) =>
        alarmsOf(item).flatMap((alarm) =>
          alarm.alarmId === alarmId && isAnnounced(alarm, alarm.askedAtMs!) ? [alarm.transition] : [],
        ),
      );
    const first = lost('first', A);
    const others = lost('others', OTHER);
    park.until(200, { [OTHER]: 5 });
    const second = lost('second', A);
    const silent = park.alarms()[0]?.alarmId;
    expect([first(), second(), others()]).toEqual([silent, silent, null]);
    expect(told('second')).toEqual([]);
    park.until(300, { [A]: 1, [OTHER]: 5 });
    expect([first(), second(), others()]).toEqual([null, null, null]);
    // Whoever is lost still asks from then on, not from when something else explained it.
    expect(told('second')).toEqual(['returned']);
    const cleared = park.alarms().find(({ transition }) => transition === 'cleared')!;
    expect(park.run.engine.park.alarms.standing.get('second')?.askedAtMs).toBe(cleared.clearedAtMs);
  });

  test('[RPW-12] a document goes out when the state changes and not otherwise', () => {
    const park = new Watched();
    park.until(1_000, { [A]: 1, [OTHER]: 30 });
    expect([park.states(A), park.states(OTHER)]).toEqual([['online'], ['online']]);
    const effect = park.run.published.flatMap(({ effects }) => effects).find((one) => one.t === 'doc');
    expect(effect).toMatchObject({ key: `${A}/positions`, companyCodes: [A] });
  });

  test('[RPW-13] restored at any entry it goes on with the same effects and comes to the same state', () => {
    const companies = ['c1', 'c2', 'c3'];
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ t: fc.constant('batch' as const), c: fc.constantFrom(...companies) }) },
      { weight: 3, arbitrary: fc.record({ t: fc.constant('heartbeat' as const), c: fc.constantFrom(...companies) }) },
      { weight: 6, arbitrary: fc.record({ t: fc.constant('wait' as const), s: fc.integer({ min: 1, max: 90 }) }) },
      { weight: 1, arbitrary: fc.record({ t: fc.constant('hole' as const), s: fc.integer({ min: 5, max: 200 }) }) },
      { weight: 1, arbitrary: fc.record({ t: fc.constant('maintenance' as const), c: fc.constantFrom(...companies) }) },
    );
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (steps, cut) => {
          const park = new Watched();
          for (const one of steps) {
            if (one.t === 'batch') park.batch(one.c);
            else if (one.t === 'heartbeat') park.heartbeat(one.c);
            else if (one.t === 'wait') park.until(park.nowS + one.s);
            else if (one.t === 'hole') park.nowS += one.s;
            else {
              const value = { companyCode: one.c, interfaces: [], fromMs: T0, toMs: park.nowMs + 50_000, reason: 'r' };
              park.run.setting('maintenance', one.c, value);
            }
          }
          const { entries } = park.run;
          const at = Math.floor(cut * entries.length);
          const before = new EngineRun();
          for (const entry of entries.slice(0, at)) before.take(entry);
          const loaded = loadSnapshot(saveSnapshot(before.engine, 'e'), projection, 'e');
          if (!loaded.ok) throw new Error(loaded.problem);
          const rest = entries.slice(at);
          const said = (engine: { step: (entry: LogEntry) => unknown }) => rest.map((entry) => engine.step(entry));
          expect(said(loaded.engine)).toEqual(said(before.engine));
          expect(digestOf(loaded.engine)).toBe(digestOf(park.run.engine));
        },
      ),
      { numRuns: 12 },
    );
  });
});
