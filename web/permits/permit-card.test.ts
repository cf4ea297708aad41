import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PERMIT_RULES } from '../../standard/permit-rules.ts';
import { ofWhomText, placeText, ruleText, whoText } from '../alarm/alarm-text.ts';
import { alarmedPlaces } from '../alarm/alarmed-places.ts';
import { isControlRoom, parsePlace } from '../app/place.ts';
import { translateIn } from '../i18n/i18n.ts';
import { readingText } from './detectors.ts';
import { gasLine, gasScale, gasSeries } from './gas-chart.ts';
import { gasContext } from './gas-context.ts';
import { personNow, slotOf, slotsOf } from './people-now.ts';
import {
  coverageText,
  expiryText,
  factLimitText,
  factValueText,
  gasLimitText,
  gasValueText,
  spanText,
} from './permit-text.ts';
import { videoOf } from './permit-video.ts';
import { COMPANY, createPermitAlarm, NOW_MS } from './permit-view.fixture.ts';
import { peopleOfRecord } from './record-people.ts';

const t = translateIn('zh-CN');
const NBSP = '\u00a0';
const MINUTE_MS = 60_000;

describe('alarms of permits', () => {
  it('[PWB-6] say the rule, the work, whose; then number and site', () => {
    const alarm = createPermitAlarm('guardian-away');
    expect(ruleText(t, alarm.rule)).toBe('监护人离岗');
    expect(whoText(t, alarm)).toBe('二级动火作业');
    expect(ofWhomText(t, alarm, () => '甲化工有限公司')).toBe('甲化工');
    expect(placeText(t, alarm)).toBe('DH-001 · 一号装置管廊');
  });

  it('[PWB-6] every rule has words for what it is and what to do, in both languages', () => {
    for (const language of ['zh-CN', 'en'] as const) {
      const say = translateIn(language);
      for (const rule of PERMIT_RULES) {
        expect(ruleText(say, rule)).not.toBe(rule);
        expect(say(`alarm.permitAdvice.${rule}`)).not.toContain('alarm.');
      }
    }
  });

  it('[PWB-6] facts have their unit and the limit in the same unit', () => {
    const value = (v: number | string, unit: Parameters<typeof factValueText>[2]) => factValueText(t, v, unit, NOW_MS);
    expect(value(61.4, 'm')).toBe(`61.4${NBSP}m`);
    expect(value(0.62, 'vol%')).toBe(`0.62${NBSP}vol%`);
    expect(value(35, 'min')).toBe('35 分钟');
    expect(value(95, 's')).toBe('1 分 35 秒');
    expect(value(4, 'people')).toBe('4 人');
    expect(value('丙烯', 'text')).toBe('丙烯');
    expect(value(NOW_MS - MINUTE_MS, 'instant')).toBe('15:59');
    expect(value(NOW_MS - 86_400_000, 'instant')).toBe('11-19 16:00');
    expect(factLimitText(t, { name: 'distanceM', value: 61, unit: 'm', limit: 20 }, NOW_MS)).toBe(`限 20${NBSP}m`);
    expect(factLimitText(t, { name: 'gas', value: 'x', unit: 'text', limit: null }, NOW_MS)).toBe('');
  });

  it('[PWB-6] facts in words speak the language of the page, texts of suppliers their own', () => {
    const inEnglish = (v: string, unit: Parameters<typeof factValueText>[2]) =>
      factValueText(translateIn('en'), v, unit, NOW_MS);
    expect(inEnglish('time-night', 'word')).toBe('Night');
    expect(inEnglish('confined-space', 'word')).toBe('Confined space');
    expect(inEnglish('03', 'work')).toBe('Hot work, second');
    expect(factValueText(t, 'time-night', 'word', NOW_MS)).toBe('夜间');
    expect(inEnglish('进博会', 'text')).toBe('进博会');
    expect([inEnglish('of-tomorrow', 'word'), inEnglish('99', 'work')]).toEqual(['of-tomorrow', '99']);
  });

  it('[PWB-6] only a grave one is written over the scene, once for a permit', () => {
    const place = { lng: 1, lat: 1, easting: 0, northing: 0, heightM: null, observedAtMs: 0, lastKnown: false };
    const alarms = (['guardian-away', 'gas-out-of-limit', 'no-video'] as const).map((rule) =>
      createPermitAlarm(rule, { place }),
    );
    expect(alarmedPlaces(alarms, () => '').map(({ alarmId }) => alarmId)).toEqual(['guardian-away']);
    expect(alarmedPlaces(alarms.slice(2), () => '')).toEqual([]);
  });
});

describe('a permit on its card', () => {
  const person = { companyCode: COMPANY, personId: 'p1' };
  const bindings = new Map([
    [4, { generation: 1, person: { companyCode: COMPANY, personId: 'p1' } }],
    [5, { generation: 1, person: { companyCode: 'other', personId: 'p1' } }],
  ]) as unknown as Parameters<typeof slotsOf>[1];

  it('[PWB-7] people are found by company and id, never by the id alone', () => {
    const slots = slotsOf([person, { companyCode: null, personId: null }], bindings);
    expect(slotOf(person, slots)).toBe(4);
    expect(slotOf({ companyCode: null, personId: null }, slots)).toBeNull();
    expect(slotOf({ companyCode: COMPANY, personId: 'p2' }, slots)).toBeNull();
  });

  it('[PWB-7] where somebody is now: how far from the job, or that he is not on the picture', () => {
    const picture = {
      easting: Float64Array.of(30),
      northing: Float64Array.of(40),
      state: Uint8Array.of(0),
      observedAtMs: Float64Array.of(NOW_MS),
      isPresent: (slot: number) => slot === 0,
    };
    expect(personNow(0, picture, [0, 0])).toMatchObject({ slot: 0, distanceM: 50, isStale: false });
    expect(personNow(0, picture, null).distanceM).toBeNull();
    expect(personNow(1, picture, [0, 0]).slot).toBeNull();
    expect(personNow(null, picture, [0, 0]).slot).toBeNull();
  });

  it('[PWB-7] without the live picture people are those of the record, each once a role', () => {
    const row = { key: 'k', personId: 'w1', name: '王焊工', creditCode: null, certificateName: null };
    const detail = {
      companyCode: COMPANY,
      responsibleName: '赵主任',
      fields: { workerNames: ['王焊工', '李四'], guardianNames: [] },
      rows: { workers: [row], guardians: [{ key: 'g', personId: null, name: '李监护', toMs: NOW_MS }], approvals: [] },
    } as unknown as Parameters<typeof peopleOfRecord>[0];
    expect(peopleOfRecord(detail).map(({ role, name, match, onDuty }) => `${role} ${name} ${match} ${onDuty}`)).toEqual(
      [
        'guardian 李监护 name false',
        'worker 王焊工 id false',
        'worker 李四 name true',
        'responsible 赵主任 name false',
      ],
    );
    expect(peopleOfRecord(null)).toEqual([]);
  });

  it('[PWB-7] how long it still holds, or how long it is over', () => {
    expect(expiryText(t, NOW_MS + 90 * MINUTE_MS, NOW_MS)).toBe('剩余 1 小时 30 分');
    expect(expiryText(t, NOW_MS - MINUTE_MS, NOW_MS)).toBe('已超期 1 分 00 秒');
    expect(expiryText(t, null, NOW_MS)).toBe('');
    expect(spanText(NOW_MS, null, NOW_MS)).toBe('16:00 – —');
    expect(spanText(null, null, NOW_MS)).toBe('');
  });

  it('[PWB-7] how much of the work was recorded: 100 % only when nothing is missing', () => {
    const said = (workMs: number, coveredMs: number) => coverageText(t, { workMs, coveredMs });
    expect(said(60 * MINUTE_MS, 60 * MINUTE_MS)).toBe(`100${NBSP}%`);
    expect(said(60 * MINUTE_MS, 60 * MINUTE_MS - 5_000)).toBe('99 % · 缺 5 秒');
    expect(said(60 * MINUTE_MS, 0)).toBe('0 % · 缺 1 小时 00 分');
    expect(said(0, 0)).toBe(`100${NBSP}%`);
  });

  it('[PWB-7] a detector says what it measures now; an old value its age, none that there is none', () => {
    const newest = { value: 4.25, isSounding: false, atMs: NOW_MS - MINUTE_MS };
    const said = (change: Partial<typeof newest> | null, unit: string | null = '%LEL') =>
      readingText(t, { unit, newest: change === null ? null : { ...newest, ...change } }, NOW_MS);
    expect(said({})).toEqual({ text: `4.25${NBSP}%LEL`, age: '', isSounding: false });
    expect(said({ isSounding: true }, null)).toEqual({ text: '4.25', age: '', isSounding: true });
    expect(said({ atMs: NOW_MS - 2 * MINUTE_MS }).age).toBe('');
    expect(said({ atMs: NOW_MS - 3 * MINUTE_MS }).age).toBe('3 分 00 秒前');
    expect(said(null)).toEqual({ text: '无实时值', age: '', isSounding: false });
  });

  it('[PWB-7] video is of linked cameras, else of the nearest; of a closed job its recording', () => {
    const camera = (code: string) => ({
      code,
      name: '',
      companyCode: COMPANY,
      lng: null,
      lat: null,
      hazardSource: null,
    });
    const cameras = { linked: [], nearest: [{ ...camera('n1'), distanceM: 5 }], fromMs: 1, toMs: 2 };
    expect(videoOf('x', 'working', cameras)).toEqual({ title: 'x', cameraCodes: ['n1'] });
    expect(videoOf('x', 'accepted', { ...cameras, linked: [camera('l1')] } as unknown as typeof cameras)).toEqual({
      title: 'x',
      cameraCodes: ['l1'],
      fromMs: 1,
      toMs: 2,
    });
    expect(videoOf('x', 'working', { ...cameras, nearest: [] })).toBeNull();
  });

  it('[PWB-7] its address leads to the control room', () => {
    const { page, parts } = parsePlace(`#permit/${COMPANY}/a%2Fb`);
    expect(isControlRoom(page)).toBe(true);
    expect(parts).toEqual([COMPANY, 'a/b']);
    expect(isControlRoom('permits')).toBe(false);
  });
});

describe('gas on the card', () => {
  const row = (value: number, minute: number, change = {}) => ({
    key: String(minute),
    gas: '可燃气体',
    value,
    unit: 'vol%' as const,
    lelPct: 5,
    point: null,
    analyst: null,
    atMs: NOW_MS + minute * MINUTE_MS,
    ...change,
  });
  const context = gasContext('03', {});
  const BOX = { width: 100, height: 100 };

  it('[PWB-8] a curve for each gas and unit, by time, held against the standard', () => {
    const series = gasSeries([row(0.6, 10), row(0.1, 0), row(3, 5, { unit: '%LEL' })], context);
    expect(series.map(({ unit, points }) => `${unit} ${points.length}`)).toEqual(['vol% 2', '%LEL 1']);
    expect(series[0]?.points.map(({ value, verdict }) => `${value} ${verdict}`)).toEqual(['0.1 within', '0.6 out']);
    expect(series[0]).toMatchObject({ limitMin: null, limitMax: 0.5 });
  });

  it('[PWB-8] without a unit the result says so and is not called fine', () => {
    const [series] = gasSeries([row(0.6, 0, { unit: null, lelPct: null })], context);
    expect(series?.points[0]?.verdict).toBe('unknown');
    expect(gasValueText(t, { value: 0.6, unit: null })).toBe(`0.6${NBSP}单位未报`);
    expect(gasLimitText(t, { limitMin: null, limitMax: null, unit: null })).toBe('限值未知');
    expect(gasLimitText(t, { limitMin: 19.5, limitMax: 21, unit: 'vol%' })).toBe(`19.5 – 21${NBSP}vol%`);
    expect(gasLimitText(t, { limitMin: null, limitMax: 0.5, unit: 'vol%' })).toBe(`≤${NBSP}0.5${NBSP}vol%`);
  });

  it('[PWB-8] the scale holds every result and limit, within the box', () => {
    const anyRows = fc.array(fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.nat(600)), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(anyRows, fc.constantFrom('可燃气体', '氧气', '硫化氢'), (values, gas) => {
        for (const series of gasSeries(
          values.map(([value, at]) => row(value, at, { gas })),
          context,
        )) {
          const scale = gasScale(series, BOX);
          const limits = [series.limitMin, series.limitMax].filter((limit) => limit !== null);
          for (const value of [...series.points.map((point) => point.value), ...limits]) {
            expect(scale.y(value)).toBeGreaterThanOrEqual(-1e-6);
            expect(scale.y(value)).toBeLessThanOrEqual(100 + 1e-6);
          }
          for (const { atMs } of series.points) {
            expect(scale.x(atMs)).toBeGreaterThanOrEqual(-1e-6);
            expect(scale.x(atMs)).toBeLessThanOrEqual(100 + 1e-6);
          }
          expect(gasLine(series, scale)).not.toContain('NaN');
        }
      }),
    );
  });
});
