import { describe, expect, it } from 'vitest';
import { actOnAlarm, clearAlarm } from '../alarms/life-cycle.ts';
import type { Delivery } from '../stream/protocol/deliveries.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { EngineRun, T0 } from '../test/builders/engine-run.ts';
import { projection } from '../test/builders/plane.ts';
import { EACH_MAX } from './delivery-floods.ts';
import { digestOf, loadSnapshot, saveSnapshot } from './snapshot.ts';

const ROSTER = { people: [{ contactId: 'zhang', name: '张三', channels: ['sms'] }] };

class Flood extends EngineRun {
  readonly alarms = new Map<string, AlarmView>();
  #count = 0;

  constructor() {
    super();
    this.setting('routing', '', { routes: [{ order: 'never', tell: ['park:duty'] }] });
    this.tick(T0);
  }

  get nowMs(): number {
    return this.engine.park.nowMs;
  }

  apply(alarm: AlarmView | null): Delivery[] {
    const effects: Effect[] = [];
    this.engine.park.applyAlarm(alarm, effects);
    if (alarm !== null) this.alarms.set(alarm.alarmId, alarm);
    return deliveriesOf(effects);
  }

  raise(count: number, more: Partial<AlarmView> = {}): Delivery[] {
    return Array.from({ length: count }, () => {
      const id = `f${++this.#count}`;
      return this.apply(
        createAlarm({ level: 2, rule: 'dwell', ...more, alarmId: id, subject: id, raisedAtMs: this.nowMs }),
      );
    }).flat();
  }

  acknowledge(alarmId: string): Delivery[] {
    const by = { userName: '值班员', actId: alarmId, comment: null };
    return this.apply(actOnAlarm(this.alarms.get(alarmId)!, 'acknowledge', this.nowMs, by));
  }

  after(s: number): Delivery[] {
    this.tick(this.nowMs + s * 1_000);
    return deliveriesOf(this.published.at(-1)?.effects ?? []).filter(({ text }) => text === 'together');
  }
}

const deliveriesOf = (effects: readonly Effect[]): Delivery[] =>
  effects.flatMap((effect) => (effect.t === 'doc' && effect.doc === 'delivery' ? [effect.value] : []));
const told = ({ text, values, party, channel, state }: Delivery): string =>
  `${text} ${values['count'] ?? ''} ${party} ${channel} ${state}`;

describe('a flood of words', () => {
  it('[DLV-23] beyond what a party can read one by one, words of a level are said together with their number', () => {
    const run = new Flood();
    expect(run.raise(500)).toHaveLength(EACH_MAX);
    expect(run.after(1).map(told)).toEqual([`together ${500 - EACH_MAX} park/duty page sent`]);
    run.raise(40);
    run.raise(7, { level: 1 });
    expect(run.after(1).map(told)).toEqual(['together 7 park/duty page sent']);
    const begun = (s: number) => run.after(s).flatMap((one) => (one.state === 'sent' ? [told(one)] : []));
    expect(begun(100)).toEqual([]);
    expect(begun(20)).toContain('together 40 park/duty page sent');
  });

  it('[DLV-23] a call for help is told by itself in any flood', () => {
    const run = new Flood();
    run.raise(300);
    expect(run.raise(3, { rule: 'sos', level: 1 }).map(({ text, values }) => `${text} ${values['rule']}`)).toEqual([
      'alarm sos',
      'alarm sos',
      'alarm sos',
    ]);
  });

  it('[DLV-23] when the flood is over each is told by itself again', () => {
    const run = new Flood();
    run.raise(60);
    run.after(1);
    for (const alarmId of [...run.alarms.keys()]) run.acknowledge(alarmId);
    expect(run.engine.park.docs.values('delivery')).toEqual([]);
    expect(run.raise(2).map(({ text }) => text)).toEqual(['alarm', 'alarm']);
  });

  it('[DLV-24] who acknowledges one of many has the page before him; other ways go on until none of the many is left', () => {
    const page = new Flood();
    page.raise(EACH_MAX + 3);
    page.after(1);
    expect(page.acknowledge(`f${EACH_MAX + 1}`).map(told)).toEqual(['together 3 park/duty page delivered']);
    const sms = new Flood();
    sms.setting('roster', 'park/duty', ROSTER);
    sms.raise(EACH_MAX + 2);
    sms.after(1);
    expect(sms.acknowledge(`f${EACH_MAX + 1}`)).toEqual([]);
    expect(sms.acknowledge(`f${EACH_MAX + 2}`).map(told)).toEqual(['together 2 park/duty sms answered']);
  });

  it('[DLV-24] what was seen to, or went, before it was said is not counted', () => {
    const run = new Flood();
    run.raise(EACH_MAX + 5);
    run.acknowledge(`f${EACH_MAX + 1}`);
    const gone = run.alarms.get(`f${EACH_MAX + 2}`)!;
    run.apply(clearAlarm(gone, run.nowMs, 'condition'));
    expect(run.after(1).map(told)).toEqual(['together 3 park/duty page sent']);
  });

  it('[DLV-24] said together it goes on as any word does: the next way, then the escalation party', () => {
    const run = new Flood();
    const party = 'park/fire';
    run.setting('routing', '', { routes: [{ order: 'never', tell: ['park:fire'] }] });
    run.setting('roster', party, ROSTER);
    run.raise(EACH_MAX + 9);
    expect(run.after(1).map(told)).toEqual([`together 9 ${party} sms due`]);
    expect(run.after(120).map(told)).toEqual([`together 9 ${party} sms expired`, `together 9 ${party} page sent`]);
    expect(run.after(120).map(told)).toContain('together 9 park/duty page sent');
  });

  it('[DLV-24] words that nobody of a party heard are no flood at the escalation party either', () => {
    const run = new Flood();
    run.setting('routing', '', { routes: [{ order: 'never', tell: ['park:fire', 'park:safety', 'park:leadership'] }] });
    run.raise(EACH_MAX);
    run.after(1);
    run.after(120);
    const open = run.engine.park.docs.values('delivery').filter(({ party }) => party === 'park/duty');
    expect(open.filter(({ text }) => text === 'alarm')).toHaveLength(EACH_MAX);
    // 40 words about 14 alarms: each counts once, by whichever party it came.
    expect(open.filter(({ text }) => text === 'together').map(told)).toEqual(['together 14 park/duty page sent']);
  });

  it('[DLV-23] [DLV-11] restored in a flood, an engine says the same, byte for byte', () => {
    const run = new Flood();
    run.setting('roster', 'park/duty', ROSTER);
    run.raise(EACH_MAX + 30);
    run.raise(4, { level: 1 });
    run.after(1);
    run.raise(15);
    const loaded = loadSnapshot(saveSnapshot(run.engine, 'e'), projection, 'e');
    if (!loaded.ok) throw new Error(loaded.problem);
    for (const s of [1, 59, 60, 1, 120, 240]) {
      const entry = run.sequence.next('tick', { term: 1 }, run.nowMs + s * 1_000);
      const twin = loaded.engine.step(entry);
      expect(JSON.stringify(twin)).toBe(JSON.stringify(run.take(entry)));
    }
    expect(digestOf(loaded.engine)).toBe(digestOf(run.engine));
  });
});
