import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onDuty, parseRoster } from '../alarms/settings/roster.ts';
import { SETTING_CHECKS } from '../alarms/settings/topics.ts';
import { nextWeatherChangeMs, weatherAt } from '../alarms/settings/weather.ts';
import { NO_CALENDAR } from '../alarms/shifts.ts';
import type { RuleId } from '../stream/protocol/vocabulary.ts';
import { ruleText } from '../web/alarm/alarm-text.ts';
import { translateIn } from '../web/i18n/i18n.ts';
import { alarmCodes } from './alarm-codes.ts';
import { LEVEL_WORDS, RULE_WORDS } from './alarm-words.ts';
import { areaLimits } from './area-limits.ts';
import { calendar } from './calendar.ts';
import { detectors } from './detectors.ts';
import { companyDuty, parkDuty } from './duty-roster.ts';
import { REGISTERS } from './index.ts';
import { maintenance } from './maintenance.ts';
import { patrols } from './patrols.ts';
import { posts } from './posts.ts';
import type { AnyRegister, SettingRows } from './register.ts';
import { suppressions } from './suppressions.ts';
import { weather } from './weather.ts';

const A = '913100001';
type Rows = SettingRows<never>;
const rowsOf = (register: AnyRegister): Rows => register.kept as Rows;

const shifts = [
  { name: '白班', from: '08:00', to: '20:00', personIds: [] },
  { name: '夜班', from: '20:00', to: '08:00', personIds: ['p2', 'p1'] },
];

/** What may lie in each topic, as somebody wrote it by another way. */
const SETTINGS: readonly (readonly [AnyRegister, string, unknown])[] = [
  [posts, `${A}/p1`, { name: '中控室', areas: [`${A}/a1`], shifts }],
  [
    posts,
    `${A}/p/2`,
    {
      name: '装置外操',
      areas: [`${A}/a1`, '913100002/a/9'],
      number: 2,
      personIds: ['p3'],
      shifts,
      days: 'workdays',
      rotation: { from: '2026-10-01', turns: [['白班'], ['白班', '夜班'], []] },
      toleratedAbsenceS: 0,
      handOverS: 600,
    },
  ],
  [areaLimits, `${A}/a1`, {}],
  [areaLimits, `${A}/a1`, { capacityMax: null, capacityMin: 2, requiredPersonIds: [], dwellLimitS: null }],
  [
    areaLimits,
    `${A}/a1`,
    { requiredPersonIds: ['p1'], stillLimitS: 60, gathering: { watched: false }, restPlace: false },
  ],
  [areaLimits, `${A}/a1`, { capacityMax: 0, gathering: { watched: true, from: 5 }, restPlace: true }],
  [alarmCodes, `${A}/17`, { rule: 'dwell' }],
  [alarmCodes, `${A}/17`, { rule: 'over-capacity', level: 1 }],
  [detectors, `${A}/Q/1`, { name: '1# 罐区', lng: 121.48, lat: 30.8 }],
  [detectors, `${A}/Q1`, { name: '1# 罐区', lng: 121.48, lat: 30.8, radiusM: 80.5, unit: '%LEL' }],
  [maintenance, 'JX-1', { companyCode: A, interfaces: [], fromMs: 1_000, toMs: 2_000, reason: '检修' }],
  [maintenance, 'JX 2', { companyCode: A, interfaces: ['positions'], fromMs: 1_000, toMs: 2_000, reason: 'a\nb' }],
  [suppressions, 's1', { how: 'silence', rules: ['dwell', 'left-post'], fromMs: 0, toMs: 5, reason: '大修' }],
  [
    suppressions,
    's2',
    {
      how: 'by-design',
      areas: [`${A}/a1`, '913100002/a 2'],
      companies: [A],
      persons: [`${A}/p1`],
      fromMs: 7,
      toMs: null,
      weekly: [
        { days: [7, 1], fromMin: 1_320, toMin: 360 },
        { days: [3], fromMin: 0, toMin: 1_440 },
      ],
      reason: '夜间',
    },
  ],
  [patrols, 'r1', { name: '罐区', companyCode: A, points: [{ name: '1#', lng: 121.48, lat: 30.8 }], shifts }],
  [
    patrols,
    'r2',
    {
      name: '罐区',
      companyCode: A,
      points: 'name,lng,lat,radiusM,stayS,zMinM,zMaxM\n1#,121.48,30.8,20,0,4,\n2#,121.49,30.81,,,,9',
      shifts,
      personIds: [`${A}/p1`],
      departments: [`${A}/储运部`, '913100002/外协'],
      days: 'workdays',
    },
  ],
];

describe('a setting as a row', () => {
  it.each(SETTINGS)(
    '[STR-1] $name %s: shown and kept unchanged it says the same to the engine',
    (register, key, value) => {
      const kept = rowsOf(register);
      const check = SETTING_CHECKS[kept.topic];
      const { companyCode, values } = kept.fromSetting(key, value);
      const back = kept.toSetting(values, companyCode);
      expect(back.key).toBe(key);
      // Lists whose order says nothing come in the order of the row's options.
      expect(sorted(check(back.value, back.key))).toEqual(sorted(check(value, key)));
      expect(kept.fromSetting(back.key, back.value)).toEqual({ companyCode, values });
      expect(register.problem?.(values) ?? null).toBeNull();
      expect(Object.keys(values).sort()).toEqual(Object.keys(register.fields).sort());
    },
  );

  it('[STR-1] any threshold that a row can say comes back as it was said', () => {
    const limit = (most: number) => fc.option(fc.integer({ min: 10, max: most }));
    const values = fc.record({
      area: fc.constantFrom('a1', 'a/2'),
      capacityMax: fc.option(fc.integer({ min: 500, max: 100_000 })),
      capacityMin: fc.option(fc.integer({ min: 1, max: 500 })),
      people: fc.option(fc.constantFrom(['p1'], ['p1', 'p2'])),
      dwellLimitS: limit(604_800),
      stillLimitS: limit(604_800),
      lifted: fc.constant(null),
      gathering: fc.constantFrom('watched', 'ignored'),
      gatheringFrom: fc.integer({ min: 3, max: 100_000 }),
      restPlace: fc.option(fc.boolean()),
    });
    fc.assert(
      fc.property(values, (row) => {
        const kept = rowsOf(areaLimits);
        const { key, value } = kept.toSetting(row as never, A);
        expect(SETTING_CHECKS.area(value, key).ok).toBe(true);
        expect(kept.fromSetting(key, value)).toEqual({ companyCode: A, values: row });
      }),
    );
  });
});

/** With every list of plain values in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(sorted);
    return list.every((one) => typeof one === 'number') ? list.sort((a, b) => (a as number) - (b as number)) : list;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, sorted(one)]));
}

describe('what a row refuses', () => {
  const of = (register: AnyRegister, key: string, value: unknown) =>
    rowsOf(register).fromSetting(key, value).values as object;
  const post = of(posts, `${A}/p1`, SETTINGS[0]?.[2]);
  const limits = of(areaLimits, `${A}/a1`, {});
  const silence = of(suppressions, 's1', SETTINGS.find(([register]) => register === suppressions)?.[2]);
  const window = of(maintenance, 'JX-1', { companyCode: A, interfaces: [], fromMs: 1, toMs: 2, reason: 'x' });
  const festival = {
    name: '国庆节',
    kind: 'holiday',
    from: '2026-10-01',
    to: '2026-10-07',
    fromTime: null,
    toTime: null,
  };
  const duty = { channels: ['sms'], from: 1_000, to: 2_000 };

  it.each<[AnyRegister, object, string]>([
    [posts, { ...post, areas: [] }, 'areas'],
    [posts, { ...post, shifts: [] }, 'shifts'],
    [posts, { ...post, rotationFrom: '2026-10-01' }, 'rotation'],
    [posts, { ...post, rotation: '白班' }, 'rotationFrom'],
    [posts, { ...post, rotationFrom: '2026-10-01', rotation: '白班\n中班' }, 'rotation'],
    [areaLimits, { ...limits, capacityMax: 2, capacityMin: 3 }, 'capacityMin'],
    [areaLimits, { ...limits, dwellLimitS: 60, lifted: ['dwellLimitS'] }, 'lifted'],
    [areaLimits, { ...limits, gatheringFrom: 4 }, 'gathering'],
    [suppressions, { ...silence, to: null }, 'to'],
    [suppressions, { ...silence, to: 0 }, 'to'],
    [suppressions, { ...silence, rules: [] }, 'rules'],
    [suppressions, { ...silence, areas: 'a1' }, 'areas'],
    [suppressions, { ...silence, weekly: [{ days: ['1'], from: '08:00', to: '08:00' }] }, 'weekly'],
    [maintenance, { ...window, to: 1 }, 'to'],
    [maintenance, { ...window, interfaces: 'positions\nnone' }, 'interfaces'],
    [detectors, { place: { lng: 1, lat: 2, heightM: 3 } }, 'place'],
    [calendar, { ...festival, to: '2026-09-30' }, 'to'],
    [calendar, { ...festival, to: '2027-10-02' }, 'to'],
    [calendar, { ...festival, kind: 'night' }, 'fromTime'],
    [calendar, { ...festival, fromTime: '20:00' }, 'fromTime'],
    [parkDuty, { ...duty, to: 1_000 }, 'to'],
    [companyDuty, { ...duty, to: 15 * 86_400_000 + 2_000 }, 'to'],
    [companyDuty, { ...duty, channels: [] }, 'channels'],
  ])('[STR-2] %# at its field', (register, values, field) => {
    expect(register.problem?.(values as never)?.field).toBe(field);
  });
});

describe('rows that make one setting', () => {
  const told = (register: AnyRegister, rows: readonly object[], companyCode: string | null = null) =>
    register.tellsTogether?.(rows.map((values) => ({ values, companyCode })) as never) ?? [];

  it('[PRK-21] a duty that names the person on record tells the same roster, by contact', () => {
    const duty = { name: '甲', contact: 'c1', office: 'safety', channels: ['page'], from: 1_000, to: 2_000 };
    const [named, unnamed] = ['p1', null].map((person) => told(companyDuty, [{ ...duty, person }], A));
    expect(named).toEqual(unnamed);
    expect(named).toMatchObject([{ key: `${A}/safety`, value: { duties: [{ contactId: 'c1', name: '甲' }] } }]);
    expect(companyDuty.fields.person).toMatchObject({ kind: 'reference', register: 'people' });
  });

  const span = (kind: string, from: string, to: string | null = null) => ({ name: from, kind, from, to });

  it('[STR-3] the calendar has every day off and every make-up day, in order, nights and events', () => {
    const rows = [
      span('holiday', '2026-10-01', '2026-10-03'),
      span('rest', '2026-09-30'),
      span('make-up', '2026-10-10'),
      { ...span('night', '2026-01-01'), fromTime: '20:30', toTime: '06:00' },
      span('event', '2026-11-01'),
    ];
    const value = {
      holidays: ['2026-09-30', '2026-10-01', '2026-10-02', '2026-10-03'],
      makeUpDays: ['2026-10-10'],
      restDays: ['2026-09-30'],
      nights: [{ from: '2026-01-01', to: null, fromMinute: 1_230, toMinute: 360 }],
      events: [{ name: '2026-11-01', from: '2026-11-01', to: '2026-11-01' }],
    };
    expect(told(calendar, rows)).toEqual([{ topic: 'calendar', key: '', value }]);
    expect(SETTING_CHECKS.calendar(value, '')).toEqual({ ok: true, value });
    const { holidays, makeUpDays } = value;
    const days = { holidays: holidays.slice(1), makeUpDays };
    expect(told(calendar, [rows[0], rows[2]] as never)).toEqual([{ topic: 'calendar', key: '', value: days }]);
    expect(told(calendar, [])).toEqual([]);
  });

  it('[STR-3] [GBS-30] notices of the weather are one setting; at an instant those count that hold', () => {
    const row = (from: number, to: number | null, windForce: number | null, bad: boolean) => ({
      from,
      to,
      windForce,
      bad,
    });
    const [one] = told(weather, [row(10, 20, 5, false), row(15, null, 7, false), row(12, 14, null, true)]);
    const parsed = SETTING_CHECKS.weather(one?.value, '');
    if (!parsed.ok) throw new Error(parsed.error);
    const at = (ms: number) => weatherAt(parsed.value, ms);
    expect(at(9)).toEqual([]);
    expect(at(10)).toEqual([{ windForce: 5, isBad: false, sinceMs: 10 }]);
    expect(at(13)).toHaveLength(2);
    expect(at(15)).toContainEqual({ windForce: 7, isBad: false, sinceMs: 15 });
    expect(at(20)).toEqual([{ windForce: 7, isBad: false, sinceMs: 15 }]);
    expect([9, 10, 14, 15, 20].map((ms) => nextWeatherChangeMs(parsed.value, ms))).toEqual([10, 12, 15, 20, null]);
    expect(weather.problem?.({ code: '1', from: 1, to: 1, windForce: 1, bad: false, note: null })).toMatchObject({
      field: 'to',
    });
    expect(weather.problem?.({ code: '1', from: 1, to: null, windForce: null, bad: false, note: null })).toMatchObject({
      field: 'windForce',
    });
    expect(told(weather, [])).toEqual([]);
  });

  it('[STR-3] a day that is a holiday and a make-up day is refused', () => {
    const [one] = told(calendar, [span('holiday', '2026-10-01'), span('make-up', '2026-10-01')]);
    expect(SETTING_CHECKS.calendar(one?.value, '')).toMatchObject({ ok: false });
  });

  it('[STR-4] duties of one department are one roster; on duty is whose hours it is, each once', () => {
    const row = (contact: string, from: number, to: number, office = 'control-room') => ({
      contact,
      name: contact,
      channels: ['sms'],
      from,
      to,
      office,
      department: office,
    });
    const rows = [row('zhang', 0, 10), row('li', 5, 15), row('zhang', 8, 20), row('wang', 0, 10, 'duty-leader')];
    const settings = told(companyDuty, rows, A);
    expect(settings.map(({ key }) => key)).toEqual([`${A}/control-room`, `${A}/duty-leader`]);
    const roster = parseRoster(settings[0]?.value, `${A}/control-room`);
    if (!roster.ok) throw new Error(roster.error);
    const at = (ms: number) => onDuty(roster.value, NO_CALENDAR, ms).map(({ contactId }) => contactId);
    expect([at(0), at(5), at(9), at(10), at(19), at(20)]).toEqual([
      ['zhang'],
      ['zhang', 'li'],
      ['zhang', 'li'],
      ['li', 'zhang'],
      ['zhang'],
      [],
    ]);
    expect(told(parkDuty, [row('zhao', 0, 10, 'duty')]).map(({ key }) => key)).toEqual(['park/duty']);
  });
});

describe('declarations', () => {
  it('[STR-5] classes and levels are called as on the page, in both languages', () => {
    for (const language of ['zh-CN', 'en'] as const) {
      const t = translateIn(language);
      const of = (words: { zh: string; en: string }) => (language === 'en' ? words.en : words.zh);
      for (const [rule, words] of Object.entries(RULE_WORDS)) expect(of(words)).toBe(ruleText(t, rule as RuleId));
      for (const level of [1, 2, 3, 4] as const) expect(of(LEVEL_WORDS[level])).toBe(t(`alarm.level.l${level}`));
    }
  });

  it('[STR-6] thresholds are the park’s to set; a company keeps its own duty roster and nothing else here', () => {
    const mine = REGISTERS.filter(({ group }) => group === 'duty' || group === 'alarms');
    const byCompany = mine.filter(({ rights }) => rights.update?.includes('company-admin')).map(({ name }) => name);
    expect(byCompany).toEqual(['company-duty']);
    for (const { rights } of mine) {
      expect(rights.update).toContain('park');
      expect(rights.update).toEqual(rights.create);
      expect(rights.update).toEqual(rights.remove);
      expect(rights.read).toEqual(expect.arrayContaining([...(rights.update ?? [])]));
    }
  });

  it('[STR-7] an area’s limits and a post lead to their dry run', () => {
    expect(areaLimits.links?.({ area: 'a/1' } as never, A)).toMatchObject([
      { href: `#settings/try/area/${A}%2Fa%2F1` },
    ]);
    expect(posts.links?.({ code: 'p1' } as never, A)).toMatchObject([{ href: `#settings/try/post/${A}%2Fp1` }]);
  });
});
