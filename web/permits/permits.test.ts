import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../../core/register-api.ts';
import { PERMIT_RULES } from '../../standard/permit-rules.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import { type PermitStatus, permitKey } from '../../stream/protocol/permits.ts';
import { ofWhomText, placeText, ruleText, whoText } from '../alarm/alarm-text.ts';
import { alarmedPlaces } from '../alarm/alarmed-places.ts';
import { isControlRoom, parsePlace } from '../app/place.ts';
import { translateIn } from '../i18n/i18n.ts';
import { valuesFromQuery } from '../registers/drafts.ts';
import { bars, sumOfStatus, sumsByKind, sumsByMonth } from './board-sums.ts';
import { nearDetectors } from './detectors.ts';
import { gasLine, gasScale, gasSeries } from './gas-chart.ts';
import { gasContext } from './gas-context.ts';
import { lookOf, permitIcon } from './icon-parts.ts';
import { alarmsByPermit, EVERY_JOB, fits, jobCounts, jobItems, sceneJobs } from './job-items.ts';
import { personNow, slotOf, slotsOf } from './people-now.ts';
import { askedQuery, filterFrom, filterQuery, listHash, NO_FILTER, PERMIT_STATUSES } from './permit-filter.ts';
import { DAY_STATES, type DayState, KINDS, type WorkStatus } from './permit-states.ts';
import {
  expiryText,
  factLimitText,
  factValueText,
  gasLimitText,
  gasValueText,
  spanText,
  workText,
} from './permit-text.ts';
import { videoOf } from './permit-video.ts';
import { COMPANY, createBookingView, createPermitAlarm, createPermitView, NOW_MS } from './permit-view.fixture.ts';
import { peopleOfRecord } from './record-people.ts';
import { findingHash } from './spot-check.ts';

const t = translateIn('zh-CN');
const NBSP = '\u00a0';
const MINUTE_MS = 60_000;

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

  it('[PWB-7] detectors within reach of the job, the nearest first', () => {
    const row = (code: string, lng: unknown) => ({ values: { code, name: code, place: { lng, lat: 0 } } });
    const rows = [row('far', 400), row('b', 90), row('a', 20), row('lost', null)];
    expect(nearDetectors(rows, (lng) => lng).map(({ code, distanceM }) => `${code} ${distanceM}`)).toEqual([
      'a 20',
      'b 90',
    ]);
    expect(nearDetectors(rows, () => null)).toEqual([]);
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

describe('boards and the list', () => {
  const counts = [
    { workCode: '01', status: 'working', count: 3 },
    { workCode: '02', status: 'paused', count: 1 },
    { workCode: '90', status: 'accepted', count: 2 },
  ] as const;

  it('[PWB-9] counts of a day add up by kind, level and state; the nine kinds are always there', () => {
    const sums = sumsByKind(counts);
    expect(sums.map(({ kind }) => kind)).toEqual(KINDS);
    expect(sums[0]).toEqual({
      kind: 'fire',
      total: 4,
      byState: { working: 4 },
      paused: 1,
      codes: [
        { workCode: '01', count: 3 },
        { workCode: '02', count: 1 },
      ],
    });
    expect(sums.at(-1)).toMatchObject({ kind: 'general', total: 2, byState: { finished: 2 } });
    expect(sumOfStatus(counts, ['working', 'paused'])).toBe(4);
  });

  it('[PWB-9] months add up by kind; a bar is as high as its share, and never too small to see', () => {
    const [january] = sumsByMonth({ months: [{ month: 1, counts: { '01': 2, '02': 3, '30': 1 } }] });
    expect(january).toMatchObject({ month: 1, total: 6, byKind: { fire: 5, earth: 1, road: 0 } });
    const [full, half, least, none] = bars([1_000, 500, 1, 0], 1_000, { width: 400, height: 100 });
    expect([full?.height, half?.height, none?.height]).toEqual([100, 50, 0]);
    expect(least?.height).toBeGreaterThan(1);
    expect((full?.x ?? 0) + (full?.width ?? 0)).toBeLessThan(half?.x ?? 0);
  });

  it('[PWB-10] every filter is in the address and comes back from it', () => {
    const text = fc
      .string({ unit: fc.constantFrom('甲', '3', '#', '%', '&', ' ', ',', '/'), maxLength: 8 })
      .map((s) => s.trim());
    fc.assert(
      fc.property(
        fc.record({
          search: text,
          companyCode: text,
          applicant: text,
          unit: text,
          site: text,
          workCodes: fc.subarray(Object.keys(WORK_TYPES)),
          statuses: fc.subarray([...PERMIT_STATUSES]),
          from: fc.constantFrom('', '2026-11-20'),
          to: fc.constantFrom('', '2026-11-21'),
          alarmed: fc.boolean(),
        }),
        (filter) => {
          expect(filterFrom(filterQuery(filter))).toEqual(filter);
          expect(filterFrom(parsePlace(listHash(filter)).query)).toEqual(filter);
        },
      ),
    );
    expect(filterFrom(new URLSearchParams('workCodes=xx&statuses=none&alarmed=maybe'))).toEqual(NO_FILTER);
  });

  it('[PWB-10] days of the park become instants where the server is asked', () => {
    const asked = askedQuery({ ...NO_FILTER, from: '2026-11-20', to: '2026-11-20', statuses: ['working', 'paused'] });
    expect(Object.fromEntries(asked)).toEqual({
      statuses: 'working,paused',
      fromMs: String(Date.parse('2026-11-20T00:00:00+08:00')),
      toMs: String(Date.parse('2026-11-20T23:59:59.999+08:00')),
    });
  });

  it('[PWB-10] a finding of a spot check starts with what its permit says', () => {
    const { page, parts, query } = parsePlace(
      findingHash({ companyCode: COMPANY, permitId: 't1', number: null }, NOW_MS + 5_000),
    );
    expect([page, ...parts]).toEqual(['registers', 'spot-checks']);
    expect(Object.fromEntries(query)).toEqual({
      do: 'new',
      company: COMPANY,
      'v.number': 'CC-202611201600',
      'v.permitId': 't1',
      'v.permitNumber': 't1',
      'v.checkedAt': String(NOW_MS),
    });
  });

  it('[PWB-10] what an address says of a new row is written in its form, and nothing else', () => {
    const field = (name: string, kind: string) => ({ name, kind }) as FieldDescription;
    const fields = [field('number', 'text'), field('at', 'instant'), field('files', 'files'), field('note', 'lines')];
    const query = new URLSearchParams('v.number=CC-1&v.at=5&v.files=x&v.other=y&number=z');
    expect(valuesFromQuery(fields, query)).toEqual({ number: 'CC-1', at: 5 });
  });

  it('[PWB-10] every code of the standard has its words', () => {
    expect(Object.keys(WORK_TYPES).map((code) => workText(t, code))).toContain('特级动火作业');
    expect(workText(t, 'unknown')).toBe('一般作业');
  });
});
