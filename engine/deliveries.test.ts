import { describe, expect, it } from 'vitest';
import { actOnAlarm, changeAlarm, escalateAlarm } from '../alarms/life-cycle.ts';
import type { Delivery } from '../stream/protocol/deliveries.ts';
import type { AlarmView, Effect } from '../stream/protocol/effects.ts';
import { createAlarm } from '../test/builders/alarms.ts';
import { EngineRun, T0 } from '../test/builders/engine-run.ts';
import { COMPANY } from '../test/builders/entries.ts';
import { Deliveries } from './deliveries.ts';

const ZHANG = { contactId: 'zhang', name: '张三', channels: ['sms', 'email'] };
const LI = { contactId: 'li', name: '李四', channels: ['webhook'] };

class Run extends EngineRun {
  constructor() {
    super();
    this.tick(T0);
  }
  alarm(next: AlarmView | null): Delivery[] {
    const effects: Effect[] = [];
    this.engine.park.applyAlarm(next, effects);
    return deliveriesOf(effects).filter(({ orderId }) => orderId === null);
  }
  /** About alarms themselves. */
  open(): Delivery[] {
    return this.engine.park.docs.values('delivery').filter(({ orderId }) => orderId === null);
  }
  receipt(deliveryId: string, outcome: 'sent' | 'delivered' | 'failed', detail = ''): Delivery[] {
    return deliveriesOf(this.entry('receipt', { deliveryId, outcome, detail })?.effects ?? []);
  }
}
const deliveriesOf = (effects: readonly Effect[]): Delivery[] =>
  effects.flatMap((effect) => (effect.t === 'doc' && effect.doc === 'delivery' ? [effect.value] : []));
const wayOf = ({ party, recipient, channel, state }: Delivery): string =>
  `${party} ${recipient?.name ?? '-'} ${channel} ${state}`;

const red = (more: Partial<Parameters<typeof createAlarm>[0]> = {}): AlarmView =>
  createAlarm({ raisedAtMs: T0, level: 1, ...more });

describe('deliveries', () => {
  it('[DLV-1] a red or orange alarm is told to the duty desk and the control room of each company; a yellow one by its order', () => {
    const run = new Run();
    const told = run.alarm(red({ companyCodes: [COMPANY, '913100002'] }));
    expect(told.map(wayOf)).toEqual([
      'park/duty - page sent',
      `${COMPANY}/control-room - page sent`,
      '913100002/control-room - page sent',
    ]);
    expect(run.alarm(createAlarm({ raisedAtMs: T0, alarmId: 'y', level: 3, subject: 'y' }))).toEqual([]);
    const ofOrder = run.engine.park.docs.values('delivery').filter(({ orderId }) => orderId?.startsWith('y-'));
    expect(ofOrder.map((one) => `${one.text} ${wayOf(one)}`)).toEqual([
      `order-new ${COMPANY}/control-room - page sent`,
    ]);
  });

  it('[DLV-2] the person on duty now is picked, his channels in order, then the page of the party', () => {
    const run = new Run();
    const shift = (name: string, from: string, to: string, personIds: string[]) => ({ name, from, to, personIds });
    const shifts = [shift('白班', '08:00', '20:00', ['zhang']), shift('夜班', '20:00', '08:00', ['li'])];
    run.setting('roster', 'park/duty', { people: [ZHANG, LI], shifts });
    // T0 is 16:00 in the park.
    const [day] = run.alarm(red({ companyCodes: [] }));
    expect(day).toMatchObject({ recipient: { kind: 'contact', id: 'zhang' }, channel: 'sms', state: 'due' });
    expect(day?.next.map(({ channel }) => channel)).toEqual(['email', 'page']);
    run.tick(T0 + 5 * 3_600_000);
    const later = red({ alarmId: 'n', companyCodes: [], subject: 'n', raisedAtMs: T0 + 5 * 3_600_000 });
    expect(run.alarm(later)[0]).toMatchObject({ recipient: { id: 'li' }, channel: 'webhook' });
  });

  it('[DLV-3] what fails goes on at once, what is not delivered in time as well, to the escalation party at last', () => {
    const run = new Run();
    run.setting('roster', `${COMPANY}/control-room`, { people: [ZHANG] });
    run.setting('routing', '', {
      routes: [{ levels: [1], order: 'never', tell: ['company:control-room'] }],
      deliverWithinS: { '1': 60 },
    });
    const [sms] = run.alarm(red()) as [Delivery];
    const afterSms = run.receipt(sms.deliveryId, 'failed', 'no route');
    expect(afterSms.map(wayOf)).toEqual([
      `${COMPANY}/control-room 张三 sms failed`,
      `${COMPANY}/control-room 张三 email due`,
    ]);
    const mail = afterSms[1] as Delivery;
    expect(run.receipt(mail.deliveryId, 'sent')).toMatchObject([{ state: 'sent', expiresAtMs: mail.expiresAtMs }]);
    const seen = [];
    for (const s of [59, 60, 120, 180, 240]) {
      const effects = run.entry('tick', { term: 1 }, T0 + s * 1_000)?.effects ?? [];
      // The alarm itself is handed up meanwhile.
      seen.push(
        deliveriesOf(effects)
          .filter(({ text }) => text === 'alarm')
          .map(wayOf),
      );
    }
    expect(seen).toEqual([
      [],
      [`${COMPANY}/control-room 张三 email expired`, `${COMPANY}/control-room - page sent`],
      [`${COMPANY}/control-room - page expired`, 'park/duty - page sent'],
      ['park/duty - page expired'],
      [],
    ]);
  });

  it('[DLV-4] a receipt that comes twice or too late changes nothing', () => {
    const run = new Run();
    run.setting('roster', 'park/duty', { people: [ZHANG] });
    const [{ deliveryId }] = run.alarm(red({ companyCodes: [] })) as [Delivery];
    expect(run.receipt(deliveryId, 'sent')).toHaveLength(1);
    expect(run.receipt(deliveryId, 'sent')).toEqual([]);
    expect(run.receipt(deliveryId, 'delivered')).toMatchObject([{ state: 'delivered' }]);
    expect(run.receipt(deliveryId, 'failed')).toEqual([]);
    expect(run.receipt('never heard of', 'failed')).toEqual([]);
    expect(run.open()).toEqual([]);
  });

  it('[DLV-5] an acknowledgement is what a page waits for, and spares the other ways', () => {
    const run = new Run();
    run.setting('roster', 'park/duty', { people: [ZHANG] });
    const alarm = red();
    run.alarm(alarm);
    const by = { userName: '值班员', actId: 'a', comment: null };
    expect(run.alarm(actOnAlarm(alarm, 'acknowledge', T0, by)).map(wayOf)).toEqual([
      'park/duty 张三 sms answered',
      `${COMPANY}/control-room - page delivered`,
    ]);
    expect(run.open()).toEqual([]);
  });

  it('[DLV-6] said again when it rises, and to the escalation party when it is handed up', () => {
    const run = new Run();
    const alarm = createAlarm({ raisedAtMs: T0, level: 2 });
    run.alarm(alarm);
    const risen = changeAlarm(alarm, T0, { level: 1 });
    expect(run.alarm(risen).map(({ text, party }) => `${text} ${party}`)).toEqual([
      'alarm-risen park/duty',
      `alarm-risen ${COMPANY}/control-room`,
    ]);
    expect(run.alarm(escalateAlarm(risen as AlarmView)).map(({ text, party }) => `${text} ${party}`)).toEqual([
      'alarm-escalated park/duty',
    ]);
  });

  it('[DLV-7] neither a quiet alarm nor one that another explains is told', () => {
    const run = new Run();
    expect(run.alarm({ ...red(), suppressedBy: 'turnaround' })).toEqual([]);
    expect(run.alarm(red({ alarmId: 'u', under: 'cause' }))).toEqual([]);
  });

  it('[DLV-8] people are told themselves once, whoever acknowledged; then the control room of their company', () => {
    const run = new Run();
    const alarm = red({ rule: 'gathering' });
    run.alarm(alarm);
    const effects: Effect[] = [];
    const announcement = {
      key: 'withdraw alarm-1',
      text: 'withdraw',
      values: { place: '一号罐区' },
      level: 1,
      alarmId: 'alarm-1',
      orderId: null,
      parties: ['park/safety'],
      people: [{ companyCode: COMPANY, personId: 'p1', name: '王五' }],
    } as const;
    const { park } = run.engine;
    park.part(Deliveries).announce(park, announcement, effects);
    park.part(Deliveries).announce(park, announcement, effects);
    const told = deliveriesOf(effects);
    expect(told).toMatchObject([
      { channel: 'sms', recipient: { kind: 'person', id: `${COMPANY}/p1` }, mustReach: true },
      { channel: 'page', party: 'park/safety', mustReach: true },
    ]);
    run.alarm(actOnAlarm(alarm, 'acknowledge', T0, { userName: 'u', actId: 'a', comment: null }));
    expect(run.open().map(wayOf)).toEqual([`${COMPANY}/control-room 王五 sms due`]);
    expect(run.receipt(told[0]!.deliveryId, 'failed').map(wayOf)).toEqual([
      `${COMPANY}/control-room 王五 sms failed`,
      `${COMPANY}/control-room - page sent`,
    ]);
  });

  it('[DLV-9] a roster names known people on known channels, for a party', () => {
    const run = new Run();
    const problemOf = (key: string, value: unknown) =>
      run
        .setting('roster', key, value)
        ?.effects.map((effect) => (effect.t === 'doc' && effect.doc === 'setting' ? effect.value.problem : null))[0];
    expect(problemOf('park/duty', { people: [ZHANG] })).toBeNull();
    expect(problemOf('duty', { people: [ZHANG] })).toContain('key is park/department');
    expect(problemOf('park/duty', { people: [{ ...ZHANG, channels: ['fax'] }] })).toContain('channels is a list of');
    expect(problemOf('park/duty', { people: [ZHANG, ZHANG] })).toContain('twice');
    const shifts = [{ name: '白班', from: '08:00', to: '20:00', personIds: ['nobody'] }];
    expect(problemOf('park/duty', { people: [ZHANG], shifts })).toContain('"nobody"');
  });

  it('[DLV-10] a company sees what goes to its own parties', () => {
    const run = new Run();
    const effects: Effect[] = [];
    run.engine.park.applyAlarm(red(), effects);
    const scopes = effects.flatMap((one) =>
      one.t === 'doc' && one.doc === 'delivery' ? [[one.value.party, one.companyCodes]] : [],
    );
    expect(scopes).toContainEqual(['park/duty', []]);
    expect(scopes).toContainEqual([`${COMPANY}/control-room`, [COMPANY]]);
  });
});
