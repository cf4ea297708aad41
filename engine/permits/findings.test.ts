import { describe, expect, it } from 'vitest';
import type { Finding } from '../../alarms/permits/finding.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import {
  aPermit,
  aPermitAlarm,
  aWord,
  PERMIT_COMPANY,
  PERMIT_T0 as T0,
} from '../../stream/protocol/permits.fixture.ts';
import { createArea, createPerson } from '../../test/builders/entries.ts';
import { PermitRun } from '../../test/builders/permit-run.ts';
import { squareAt } from '../../test/builders/plane.ts';

const KEY = `${PERMIT_COMPANY}/t1`;
const HOUR_MS = 3_600_000;
const OFF_DELAY_MS = 10_000;
const BRIEFED = { briefedBy: '赵主任', briefedAtMs: T0 - 60_000 };
const UNBRIEFED = aPermit({ fields: { briefedBy: null, briefedAtMs: null } });

const finding = (more: Partial<Finding> = {}): Finding => ({
  rule: 'intruder',
  about: 'p9',
  onsetAtMs: T0,
  facts: [{ name: 'distanceM', value: 5, unit: 'm', limit: 10 }],
  ...more,
});
const settle = (run: PermitRun, source: string, findings: Finding[], key = KEY): Effect[] => {
  const effects: Effect[] = [];
  run.part.findings.settle(run.engine.park, key, source, findings, effects);
  return effects;
};
const of = (run: PermitRun, rule: string) => run.standing().filter((alarm) => alarm.rule === rule);

describe('from findings to alarms', () => {
  it('[PMT-10] one alarm a rule and what it is about, raised at once and kept up to date', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    settle(run, 'test', [finding(), finding({ about: 'p8' })]);
    expect(of(run, 'intruder')).toHaveLength(2);
    const nearer = [{ name: 'distanceM', value: 2, unit: 'm', limit: 10 }] as const;
    const told = settle(run, 'test', [finding({ facts: nearer }), finding({ about: 'p8' })]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ t: 'alarm', alarm: { transition: 'updated', permit: { facts: nearer } } });
    expect(settle(run, 'test', [finding({ facts: nearer }), finding({ about: 'p8' })])).toEqual([]);
  });

  it('[PMT-10] it clears after the off-delay, is continued when it comes back before, and is another one after', () => {
    const run = new PermitRun();
    run.permits(T0, UNBRIEFED);
    const [first] = of(run, 'no-briefing');
    const say = (atMs: number, briefed: boolean) =>
      run.permits(
        atMs,
        aWord({ updatedAtMs: atMs, fields: briefed ? BRIEFED : { briefedBy: null, briefedAtMs: null } }),
      );
    say(T0 + 1_000, true);
    run.ticks(T0 + 5_000);
    say(T0 + 5_000, false);
    run.ticks(T0 + 30_000);
    expect(of(run, 'no-briefing')).toMatchObject([{ alarmId: first!.alarmId, conditionGoneAtMs: null }]);
    say(T0 + 31_000, true);
    run.ticks(T0 + 31_000 + OFF_DELAY_MS + 1_000);
    expect(of(run, 'no-briefing')).toEqual([]);
    say(T0 + 60_000, false);
    const [again] = of(run, 'no-briefing');
    expect(again?.alarmId).not.toBe(first!.alarmId);
    expect(again?.onsetAtMs).toBe(T0 + 60_000);
  });

  it('[PMT-10] two who find the same share one alarm, which goes on until neither finds it', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    settle(run, 'one', [finding()]);
    settle(run, 'two', [finding()]);
    expect(of(run, 'intruder')).toHaveLength(1);
    settle(run, 'one', []);
    run.ticks(T0 + 30_000);
    expect(of(run, 'intruder')).toMatchObject([{ conditionGoneAtMs: null }]);
    settle(run, 'two', []);
    run.ticks(T0 + 45_000);
    expect(of(run, 'intruder')).toEqual([]);
  });

  it('[PMT-10] an alarm that ended with its person is raised again, as another, while it is found', () => {
    const run = new PermitRun();
    run.persons(createPerson({ personId: 'p9', name: '路人' }));
    run.permits(T0, aPermit());
    const person = { companyCode: PERMIT_COMPANY, personId: 'p9', cardNo: null, name: '路人', type: 'staff' } as const;
    settle(run, 'test', [finding({ people: [person] })]);
    const [first] = of(run, 'intruder');
    run.persons(createPerson({ personId: 'p9', deleted: true }));
    expect(of(run, 'intruder')).toEqual([]);
    run.tick(T0 + 1_000);
    settle(run, 'test', [finding({ people: [person] })]);
    const [again] = of(run, 'intruder');
    expect(again).toMatchObject({ person: null, onsetAtMs: T0 + 1_000 });
    expect(again?.alarmId).not.toBe(first?.alarmId);
  });

  it('[PMT-4] deleted, void or withdrawn: its alarms are withdrawn; accepted: they clear', () => {
    for (const change of [{ deleted: true }, { status: 'void' }, { status: 'withdrawn' }] as const) {
      const run = new PermitRun();
      run.permits(T0, UNBRIEFED);
      const told = run.permits(T0 + 1_000, aWord({ updatedAtMs: T0 + 1_000, ...change }));
      expect(told.filter(({ rule }) => rule === 'no-briefing')).toMatchObject([
        { transition: 'ended', reason: 'withdrawn' },
      ]);
      expect(run.standing()).toEqual([]);
    }
    const run = new PermitRun();
    run.permits(T0, UNBRIEFED);
    run.permits(T0 + 1_000, aWord({ updatedAtMs: T0 + 1_000, status: 'accepted' }));
    run.ticks(T0 + 1_000 + OFF_DELAY_MS + 1_000);
    expect(run.standing()).toEqual([]);
    const cleared = [...run.engine.park.alarms.standing.values()].find(({ rule }) => rule === 'no-briefing');
    expect(cleared).toMatchObject({ active: false, endedAtMs: null, reason: 'condition' });
  });

  it('[PMT-11] the park’s own level goes before the judge’s, which goes before the table’s', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    settle(run, 'test', [finding(), finding({ about: 'p8', level: 1 })]);
    expect(of(run, 'intruder').map(({ level }) => level)).toEqual([3, 1]);
    run.setting('rules', '', { levels: { intruder: 2 } });
    settle(run, 'test', [finding(), finding({ about: 'p8', level: 1 })]);
    expect(of(run, 'intruder').map(({ level }) => level)).toEqual([2, 2]);
  });

  it('[PMT-12] says which permit, by what clause, what was seen; is at its place, and about its one person', () => {
    const run = new PermitRun();
    run.persons(createPerson({ personId: 'p9', companyCode: '913100002', name: '路人' }));
    run.permits(T0, aPermit());
    const person = { companyCode: '913100002', personId: 'p9', cardNo: null, name: '路人', type: 'staff' } as const;
    settle(run, 'test', [finding({ people: [person] })]);
    const [alarm] = of(run, 'intruder');
    expect(alarm).toMatchObject({
      subject: KEY,
      companyCodes: [PERMIT_COMPANY, '913100002'],
      person: { personId: 'p9' },
      people: [person],
      place: { lng: 121.48, lat: 30.8, lastKnown: false },
      areaName: '一号装置管廊',
      permit: { companyCode: PERMIT_COMPANY, permitId: 't1', number: 'DH-20261120-001', workCode: '03', code: 'L33' },
    });
    expect(alarm?.permit?.clause).toContain('GB 30871-2022');
    expect(run.engine.park.alarms.ofSlot(alarm!.slot)).toContain(alarm);
  });

  it('[PMT-12] without a place of its own it is in the middle of its area, marked', () => {
    const run = new PermitRun();
    run.areas(createArea({ areaId: 'u', kind: 'PRODUCTION', name: '装置', polygons: squareAt(100, 100, 20) }));
    run.permits(T0, aPermit({ fields: { lng: null, lat: null, areaId: 'u' } }));
    settle(run, 'test', [finding()]);
    const [alarm] = of(run, 'intruder');
    expect(alarm).toMatchObject({ areaName: '装置', areaId: 'u', place: { lastKnown: true } });
  });

  it('[PMT-18] its order names number, kind of work and person, and goes to the permit’s company', () => {
    const run = new PermitRun();
    run.persons(createPerson({ personId: 'p9', companyCode: '913100002', name: '路人' }));
    run.permits(T0, aPermit());
    const person = { companyCode: '913100002', personId: 'p9', cardNo: null, name: '路人', type: 'staff' } as const;
    settle(run, 'test', [finding({ people: [person] })]);
    const order = run.engine.park.docs.values('order').find(({ rule }) => rule === 'intruder');
    expect(order?.title).toEqual({ subject: 'DH-20261120-001 二级动火作业 路人', place: '一号装置管廊' });
    expect(order?.party).toBe(`${PERMIT_COMPANY}/control-room`);
  });
});

describe('alarms of companies’ own systems', () => {
  const record = aPermitAlarm({ code: '70' });
  const RECORD_ID = `permit/${PERMIT_COMPANY}/va1`;
  const sourcesOf = (run: PermitRun) => of(run, 'no-briefing').map(({ sources }) => sources.map(({ by }) => by).sort());

  it('[PMT-15] joins the alarm that stands, and holds it when we find it no more', () => {
    const run = new PermitRun();
    run.permits(T0, UNBRIEFED);
    run.permitAlarms(T0 + 1_000, record);
    expect(sourcesOf(run)).toEqual([['park', 'vendor']]);
    run.permits(T0 + 2_000, aWord({ updatedAtMs: T0 + 2_000, fields: BRIEFED }));
    run.ticks(T0 + 30_000);
    expect(of(run, 'no-briefing')).toMatchObject([{ conditionGoneAtMs: null }]);
    run.permitAlarms(T0 + 31_000, { ...record, endedAtMs: T0 + 31_000, updatedAtMs: T0 + 31_000 });
    run.ticks(T0 + 45_000);
    expect(of(run, 'no-briefing')).toEqual([]);
  });

  it('[PMT-15] one that came before ours is the same alarm, with what we know of it', () => {
    const run = new PermitRun();
    run.permitAlarms(T0, record);
    const [vendors] = of(run, 'no-briefing');
    expect(vendors).toMatchObject({ permit: { number: null, code: '70' }, sources: [{ by: 'vendor' }] });
    run.permits(T0 + 1_000, UNBRIEFED);
    expect(of(run, 'no-briefing')).toMatchObject([
      { alarmId: vendors!.alarmId, permit: { number: 'DH-20261120-001' }, place: { lng: 121.48 } },
    ]);
    expect(sourcesOf(run)).toEqual([['park', 'vendor']]);
    run.permitAlarms(T0 + 2_000, { ...record, endedAtMs: T0 + 2_000, updatedAtMs: T0 + 2_000 });
    run.ticks(T0 + 30_000);
    expect(of(run, 'no-briefing')).toMatchObject([{ conditionGoneAtMs: null }]);
  });

  it('[PMT-16] raises the rule of its code, ends when it says so, is withdrawn with its record; repeats change nothing', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    const raised = run.permitAlarms(T0, aPermitAlarm({ code: '31' }));
    expect(raised).toMatchObject([
      { rule: 'guardian-away', level: 1, sources: [{ by: 'vendor', recordId: RECORD_ID }] },
    ]);
    expect(run.permitAlarms(T0 + 1_000, aPermitAlarm({ code: '31' }))).toEqual([]);
    run.permitAlarms(T0 + 2_000, aPermitAlarm({ code: '31', endedAtMs: T0 + 2_000, updatedAtMs: T0 + 2_000 }));
    run.ticks(T0 + 15_000);
    expect(of(run, 'guardian-away')).toEqual([]);
    const other = aPermitAlarm({ code: '31', alarmId: 'va2' });
    run.permitAlarms(T0 + 20_000, { ...other, raisedAtMs: T0 + 20_000 });
    const ended = run.permitAlarms(T0 + 21_000, { ...other, deleted: true, updatedAtMs: T0 + 21_000 });
    expect(ended).toMatchObject([{ rule: 'guardian-away', transition: 'ended', reason: 'withdrawn' }]);
  });

  it('[PMT-16] what was over long before it was told, and a code that nobody knows, raise nothing', () => {
    const run = new PermitRun();
    run.permits(T0, aPermit());
    const longAgoMs = T0 - 25 * HOUR_MS;
    expect(run.permitAlarms(T0, aPermitAlarm({ raisedAtMs: longAgoMs - HOUR_MS, endedAtMs: longAgoMs }))).toEqual([]);
    expect(run.permitAlarms(T0, aPermitAlarm({ alarmId: 'va2', code: '777' }))).toEqual([]);
    const justOver = aPermitAlarm({ alarmId: 'va3', raisedAtMs: T0 - HOUR_MS, endedAtMs: T0 - 60_000 });
    expect(run.permitAlarms(T0, justOver).map(({ transition }) => transition)).toEqual(['raised', 'returned']);
  });
});
