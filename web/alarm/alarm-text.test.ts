import { describe, expect, it } from 'vitest';
import type { AlarmSource, AlarmView } from '../../stream/protocol/effects.ts';
import { translateIn } from '../i18n/i18n.ts';
import { mayDo } from './alarm-acts.ts';
import { endsByItself, isEmergency, sortAlarms, soundingLevel } from './alarm-order.ts';
import { countText, ofWhomText, placeText, sourceKind, standingText, whoText } from './alarm-text.ts';
import { createAlarmView } from './alarm-view.fixture.ts';
import { alarmedPlaces } from './alarmed-places.ts';
import { falseShare, levelMix, loadMood } from './load-state.ts';
import { scopeOf } from './shelf-scope.ts';

const t = translateIn('zh-CN');
const NAMES: Readonly<Record<string, string>> = {
  '1': '甲化工有限公司',
  '2': '乙新材料有限公司',
  '3': '丙气体有限公司',
};
const companyName = (code: string): string => NAMES[code] ?? code;
const member = (companyCode: string) => ({
  companyCode,
  personId: 'p',
  cardNo: null,
  name: '某',
  type: 'staff' as const,
});
const crowd = (change: Partial<AlarmView> = {}): AlarmView =>
  createAlarmView({
    rule: 'gathering',
    person: null,
    slot: -1,
    count: 8,
    people: [member('1'), member('2'), member('1'), member('3')],
    latched: true,
    ...change,
  });
const PLACE = { lng: 121, lat: 30, easting: 0, northing: 0, heightM: null, observedAtMs: 0, lastKnown: false };

describe('words of an alarm', () => {
  it('[WEB-21] a gathering says how many and of which companies', () => {
    expect(whoText(t, crowd())).toBe('8 人');
    expect(ofWhomText(t, crowd(), companyName)).toBe('甲化工、乙新材料等 3 家');
  });

  it('[WEB-21] an area says its number and the limit; a sender its company and interface', () => {
    const full = createAlarmView({ rule: 'over-capacity', person: null, areaName: '罐区', count: 12, limit: 10 });
    expect(whoText(t, full)).toBe('罐区');
    expect(countText(t, full)).toBe('12 人 / 限 10 人');
    expect(placeText(t, full)).toBe('');
    expect(countText(t, createAlarmView({ rule: 'post-vacant', count: 0, limit: 2 }))).toBe('0 人 / 需 2 人');
    expect(countText(t, createAlarmView({ rule: 'dwell', count: 1_900, limit: 1_800 }))).toBe('限 30 分 00 秒');
    const silent = createAlarmView({ rule: 'reporting-silent', person: null, subject: '3/positions' });
    expect(whoText(t, silent, companyName)).toBe('丙气体 · 实时定位');
  });

  it('[WEB-21] whether the park, the vendor or both say so', () => {
    const source = (by: AlarmSource['by']) => ({ by }) as AlarmSource;
    expect(sourceKind(crowd())).toBe('park');
    expect(sourceKind(crowd({ sources: [source('vendor')] }))).toBe('vendor');
    expect(sourceKind(crowd({ sources: [source('park'), source('vendor')] }))).toBe('both');
  });

  it('[WEB-22] a latched alarm whose condition went says that it waits for a person, before those that are known', () => {
    const parted = crowd({ alarmId: 'parted', acknowledged: true, conditionGoneAtMs: 1, level: 2 });
    expect(standingText(t, parted)).toBe('人已散开 · 待确认疏散');
    expect(mayDo('operator', parted, 'reset')).toBe(true);
    expect(mayDo('operator', crowd({ acknowledged: true }), 'reset')).toBe(false);
    expect(mayDo('ops', parted, 'reset')).toBe(false);
    const known = createAlarmView({ alarmId: 'known', acknowledged: true, level: 1 });
    expect(sortAlarms([known, parted]).map(({ alarmId }) => alarmId)).toEqual(['parted', 'known']);
  });

  it('[WEB-22] a yellow gathering ends by itself and is drawn dashed; a person’s alarm and a quiet one are no circle', () => {
    const yellow = crowd({ latched: false, level: 3, place: PLACE, radiusM: 12 });
    expect(endsByItself(yellow)).toBe(true);
    expect(endsByItself(crowd())).toBe(false);
    const places = alarmedPlaces([yellow, createAlarmView({ place: PLACE }), { ...yellow, shelfId: 's' }], () => 'x');
    expect(places).toMatchObject([{ isDashed: true, radiusM: 12 }]);
  });

  it('[WEB-15] what is shelved, suppressed or explained by another makes no sound', () => {
    const quiet = [crowd({ shelfId: 's' }), crowd({ suppressedBy: 'k' }), crowd({ under: 'x' })];
    expect(soundingLevel(quiet)).toBeNull();
    expect(soundingLevel([...quiet, crowd({ level: 3 })])).toBe(3);
  });

  it('[WEB-24] contacts show for an SOS and a red gathering that stand', () => {
    expect(isEmergency(createAlarmView())).toBe(true);
    expect(isEmergency(crowd({ level: 1 }))).toBe(true);
    expect(isEmergency(crowd({ level: 2 }))).toBe(false);
    expect(isEmergency(createAlarmView({ active: false }))).toBe(false);
  });
});

describe('shelves and load', () => {
  it('[WEB-19] a shelf names what was chosen of the alarm and nothing else', () => {
    const alarm = createAlarmView({ rule: 'dwell', areaCompanyCode: '1', areaId: 'a', subject: '1/p1' });
    expect(scopeOf(alarm, ['rule', 'area'])).toEqual({ rule: 'dwell', area: '1/a', person: null });
    expect(scopeOf(alarm, ['person'])).toEqual({ rule: null, area: null, person: '1/p1' });
  });

  it('[WEB-29] the load is quiet while it can be borne, and a flood is a flood', () => {
    const load = { in10Min: 2, isFlood: false, oldestUnacknowledgedAtMs: null };
    expect(loadMood(load, 0)).toBe('calm');
    expect(loadMood({ ...load, in10Min: 6 }, 0)).toBe('busy');
    expect(loadMood({ ...load, oldestUnacknowledgedAtMs: 0 }, 600_000)).toBe('busy');
    expect(loadMood({ ...load, isFlood: true }, 0)).toBe('flood');
    expect(falseShare({ falseCount: 0, endedCount: 0 })).toBeNull();
    expect(falseShare({ falseCount: 1, endedCount: 8 })).toBe(13);
    expect(levelMix([1, 1, 2, 4])).toEqual([13, 13, 25, 50]);
  });
});
