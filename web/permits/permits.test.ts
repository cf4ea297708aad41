import { describe, expect, it } from 'vitest';
import { WORK_TYPES } from '../../standard/special-work.ts';
import { type PermitStatus, permitKey } from '../../stream/protocol/permits.ts';
import { lookOf, permitIcon } from './icon-parts.ts';
import { alarmsByPermit, EVERY_JOB, fits, jobCounts, jobItems, sceneJobs } from './job-items.ts';
import { DAY_STATES, type DayState, KINDS, type WorkStatus } from './permit-states.ts';
import { COMPANY, createBookingView, createPermitAlarm, createPermitView } from './permit-view.fixture.ts';

describe('icons of permits', () => {
  const STATUSES: readonly WorkStatus[] = ['booked', 'applied', 'issued', 'working', 'paused', 'accepted', 'void'];
  const names = (status: WorkStatus, level = 0) =>
    permitIcon(lookOf('01', status, level)).parts.map(({ name }) => name);

  it('[PWB-1] the nine kinds are nine pictures, whatever their state', () => {
    for (const status of STATUSES) {
      const drawn = Object.keys(WORK_TYPES).map((code) => JSON.stringify(permitIcon(lookOf(code, status))));
      expect(new Set(drawn).size).toBe(Object.keys(WORK_TYPES).length);
    }
  });

  it('[PWB-1] the frame says how it stands: dashed, solid, two bars, ticked, struck through', () => {
    const frames = STATUSES.map((status) => permitIcon(lookOf('30', status)).className);
    expect(frames).toEqual([
      'permit-icon dashed',
      'permit-icon dashed',
      'permit-icon dashed',
      'permit-icon solid',
      'permit-icon paused',
      'permit-icon done',
      'permit-icon struck',
    ]);
    expect(names('paused')).toContain('badge');
    expect(names('accepted')).toContain('badge');
    expect(names('void')).toContain('strike');
    expect(names('working')).not.toContain('badge');
  });

  it('[PWB-1] the corner says the level as the standard writes it; what has no grade has no corner', () => {
    const corner = (code: string) => permitIcon(lookOf(code, 'working')).texts.map(({ text }) => text);
    expect(['01', '02', '03', '24', '61', '70'].map(corner)).toEqual([['特'], ['1'], ['2'], ['Ⅳ'], ['1'], []]);
  });

  it('[PWB-1] an alarm has its colour, its shape and its number, so colour is never alone', () => {
    const shapes = [1, 2, 3, 4].map((level) => {
      const { className, parts, texts } = permitIcon(lookOf('30', 'working', level));
      expect(className).toContain(`level-${level}`);
      expect(texts.map(({ text }) => text)).toEqual([String(level)]);
      return parts.find(({ name }) => name === 'alarm')?.d;
    });
    expect(new Set(shapes).size).toBe(4);
    expect(names('working')).not.toContain('alarm');
  });
});

describe('work of today', () => {
  const key = permitKey(COMPANY, 't1');
  const noArea = () => null;
  const items = (permits = [createPermitView()], alarms = alarmsByPermit([])) =>
    jobItems(permits, [createBookingView()], alarms, noArea);

  it('[PWB-2] permits and bookings without one are counted by state and by kind, those in alarm apart', () => {
    const statuses: PermitStatus[] = ['applied', 'issued', 'working', 'paused', 'accepted', 'void', 'withdrawn'];
    const permits = statuses.map((status) => createPermitView({ permitId: status, status }));
    const alarmed = alarmsByPermit([
      createPermitAlarm('guardian-away', {
        permit: { ...createPermitAlarm('guardian-away').permit!, permitId: 'working' },
      }),
    ]);
    const counts = jobCounts([
      ...items(permits, alarmed),
      ...jobItems([], [createBookingView({ id: 'b2', isCancelled: true })], alarmed, noArea),
    ]);
    expect(counts).toMatchObject({
      total: 9,
      alarmed: 1,
      paused: 1,
      byState: { booked: 1, applied: 2, working: 2, finished: 1, cancelled: 3 },
    });
    expect(counts.byKind.find(({ kind }) => kind === 'fire')).toEqual({ kind: 'fire', working: 2, total: 7 });
    expect(counts.byKind.map(({ kind }) => kind)).toEqual(KINDS);
  });

  it('[PWB-2] the worst alarm speaks for a permit; shelved ones and those that are over do not', () => {
    const alarms = alarmsByPermit([
      createPermitAlarm('no-video', { acknowledged: false }),
      createPermitAlarm('guardian-away', { acknowledged: true }),
      createPermitAlarm('gas-out-of-limit', { shelfId: 's' }),
      createPermitAlarm('permit-expired', { active: false }),
    ]);
    expect(alarms.get(key)).toEqual({ level: 1, count: 2, isWaiting: false });
  });

  it('[PWB-2] a permit without coordinates stands in the middle of its area; one without either is on no map', () => {
    const nowhere = createPermitView({ lng: null, lat: null, areaId: 'a1' });
    const inArea = jobItems([nowhere], [], alarmsByPermit([]), (area) =>
      area === `${COMPANY}/a1` ? { lng: 121.5, lat: 30.9 } : null,
    );
    expect(inArea[0]?.place).toEqual({ lng: 121.5, lat: 30.9 });
    const [item] = jobItems([nowhere], [], alarmsByPermit([]), noArea);
    expect(item?.place).toBeNull();
  });

  it('[PWB-5] layers choose by kind and state; the chosen permit and those in alarm show whatever they say', () => {
    const all = items([createPermitView(), createPermitView({ permitId: 't2' })], alarmsByPermit([]));
    const drawn = (
      kinds: readonly (typeof KINDS)[number][],
      states: readonly DayState[],
      selectedKey: string | null = null,
    ) =>
      sceneJobs(all, { kinds: new Set(kinds), states: new Set(states), selectedKey, companyCode: null }).map(
        (one) => one.key,
      );
    expect(drawn(KINDS, DAY_STATES)).toHaveLength(3);
    expect(drawn(['height'], DAY_STATES)).toEqual([`booking/${COMPANY}/b1`]);
    expect(drawn(KINDS, ['booked'])).toEqual([`booking/${COMPANY}/b1`]);
    expect(drawn([], [], key)).toEqual([key]);
    const alarmed = items([createPermitView()], alarmsByPermit([createPermitAlarm('guardian-away')]));
    const shown = sceneJobs(alarmed, { kinds: new Set(), states: new Set(), selectedKey: null, companyCode: 'other' });
    expect(shown).toMatchObject([{ key, isWaiting: true, pulses: true }]);
  });

  it('[PWB-5] yellow and blue alarms of permits do not pulse', () => {
    const shown = { kinds: new Set(KINDS), states: new Set(DAY_STATES), selectedKey: null, companyCode: null };
    const alarmed = items([createPermitView()], alarmsByPermit([createPermitAlarm('no-video')]));
    expect(sceneJobs(alarmed, shown).find((one) => one.key === key)?.pulses).toBe(false);
  });

  it('[PWB-5] a list shows those that fit every condition at once', () => {
    const all = items([createPermitView(), createPermitView({ permitId: 't2', status: 'accepted' })]);
    const keys = (change: Partial<typeof EVERY_JOB>) =>
      all.filter((one) => fits(one, { ...EVERY_JOB, ...change })).map((one) => one.key);
    expect(keys({})).toHaveLength(3);
    expect(keys({ kind: 'fire', state: 'finished' })).toEqual([permitKey(COMPANY, 't2')]);
    expect(keys({ isAlarmed: true })).toEqual([]);
    expect(keys({ keys: [key] })).toEqual([key]);
    expect(keys({ companyCode: 'other' })).toEqual([]);
  });

  it('[PWB-5] the list leads with alarms by level, then what goes on, then what is over', () => {
    const permits = (['accepted', 'issued', 'working'] as const).map((status) =>
      createPermitView({ permitId: status, status }),
    );
    const order = items([...permits, createPermitView()], alarmsByPermit([createPermitAlarm('no-video')]));
    expect(order.map((one) => one.permit?.permitId ?? 'booking')).toEqual([
      't1',
      'working',
      'issued',
      'booking',
      'accepted',
    ]);
  });
});
