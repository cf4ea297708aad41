import { describe, expect, it } from 'vitest';
import { EDITIONS, type Edition, editionOn, type Limit } from './gb30871.ts';
import { PERMIT_RULE_TABLE, PERMIT_RULES, permitRuleOf } from './permit-rules.ts';
import { GENERAL_WORK_CODE, WORK_TYPES } from './special-work.ts';

/**
 * GB 30871-2022 as read from its text, apart from the table: validity h, notice h, gas (age, pause, each day, record; min), wind, each with
 * its clause; whether it is recorded, what it is upgraded to.
 */
const READ: Readonly<Record<string, readonly string[]>> = {
  '01': [
    '8 h 5.2',
    'gas 30 5.3.2',
    'pause 30 5.3.2',
    'daily 5.3.2',
    'continuous 5.3.2',
    'recorded 5.2.11',
    'wind 5 5.2.15',
    'up 5.1.1',
  ],
  '02': ['8 h 5.2', 'gas 30 5.3.2', 'pause 30 5.3.2', 'daily 5.3.2', 'to 01', 'wind 5 5.2.15', 'up 5.1.1'],
  '03': ['72 h 5.2', 'gas 30 5.3.2', 'pause 60 5.3.2', 'daily 5.3.2', 'to 02', 'wind 5 5.2.15', 'up 5.1.1'],
  '70': ['24 h 6.2', 'gas 30 6.4', 'pause 60 6.4', 'each 120 6.6', 'continuous 6.6'],
  '50': [],
  '21': ['168 h 8.2', 'to 22', 'wind 5 8.2.6', 'bad 8.2.6', 'night 24 表 B.1'],
  '22': ['168 h 8.2', 'to 23', 'wind 5 8.2.6', 'bad 8.2.6', 'night 24 表 B.1'],
  '23': ['168 h 8.2', 'to 24', 'wind 5 8.2.6', 'bad 8.2.6', 'night 24 表 B.1'],
  '24': ['168 h 8.2', 'wind 5 8.2.6', 'bad 8.2.6', 'night 24 表 B.1'],
  '61': ['wind 6 9.2.4', 'bad 9.2.4'],
  '62': ['to 61', 'wind 6 9.2.4', 'bad 9.2.4'],
  '63': ['to 62', 'wind 6 9.2.4', 'bad 9.2.4'],
  '10': [
    '720 h 10.2',
    'as long as fire, confined-space 10.2',
    'notice 360 h 10.2',
    'in Ex: gas 30 10.3',
    'daily AQ 3064.2-2025 5.9.2',
  ],
  '30': [],
  '40': [],
};
/** Table B.1. */
const APPROVERS: Readonly<Record<string, string>> = {
  '01': '主管领导',
  '02': '安全管理部门',
  '03': '所在基层单位',
  '70': '所在基层单位',
  '50': '所在基层单位',
  '21': '所在基层单位',
  '22': '所在单位专业部门',
  '23': '所在单位专业部门',
  '24': '主管厂长或总工程师',
  '61': '主管厂长或总工程师',
  '62': '所在单位专业部门',
  '63': '所在单位专业部门',
  '10': '配送电单位',
  '30': '所在单位专业部门',
  '40': '所在单位专业部门',
};
/** Codes of AQ 3064.2-2025 A.4. */
const A4 = '01 02 03 04 05 10 20 30 31 40 41 42 43 50 51 52 60 61 62 70 80 90'.split(' ');

const said = (name: string, limit: Limit | null, unit = ''): string[] =>
  limit === null ? [] : [`${name}${limit.value}${unit} ${limit.clause}`];

function read({ duties }: Edition, code: string): string[] {
  const duty = duties[code];
  if (duty === undefined) return ['none'];
  const { gas } = duty;
  return [
    ...said('', duty.validityH, ' h'),
    ...(duty.asLongAs === null ? [] : [`as long as ${duty.asLongAs.kinds.join(', ')} ${duty.asLongAs.clause}`]),
    ...said('notice ', duty.noticeH, ' h'),
    ...(gas === null
      ? []
      : [
          ...said(gas.when === 'always' ? 'gas ' : 'in Ex: gas ', gas.maxAgeMin),
          ...said('pause ', gas.afterBreakMin),
          ...(gas.everyDay === null ? [] : [`daily ${gas.everyDay.clause}`]),
          ...said('each ', gas.recordEveryMin),
          ...(gas.continuous === null ? [] : [`continuous ${gas.continuous}`]),
        ]),
    ...(duty.recorded === null ? [] : [`recorded ${duty.recorded.clause}`]),
    ...(duty.upgradesTo === null ? [] : [`to ${duty.upgradesTo}`]),
    ...said('wind ', duty.windForce),
    ...(duty.badWeather === null ? [] : [`bad ${duty.badWeather}`]),
    ...(duty.nightCode === null ? [] : [`night ${duty.nightCode.value} ${duty.nightCode.clause}`]),
    ...(duty.upgradeClause === null ? [] : [`up ${duty.upgradeClause}`]),
  ];
}

describe('GB 30871-2022 as a table', () => {
  const edition = editionOn('2026-11-20');

  it.each(Object.entries(READ))('[GBS-1] %s is held to what its text says', (code, expected) => {
    expect(read(edition, code)).toEqual(expected);
    expect(edition.duties[code]?.approver.zh).toBe(APPROVERS[code]);
  });

  it('[GBS-1] every kind and level of A.2 stands there, and nothing else; general work is held to none of it', () => {
    const special = Object.keys(WORK_TYPES).filter((code) => code !== GENERAL_WORK_CODE);
    expect(Object.keys(edition.duties).sort()).toEqual(special.sort());
    for (const { code, kind, level } of Object.values(edition.duties)) {
      expect(WORK_TYPES[code]).toMatchObject({ code, kind, level });
    }
  });

  it('[GBS-1] limits of gases, distances and what is kept', () => {
    const { combustible, oxygen, blindHotWorkM, distancesM, sampledWithinM, keptD } = edition;
    expect([combustible.lelFrom, combustible.highLel, combustible.lowLel].map(({ value }) => value)).toEqual([
      4, 0.5, 0.2,
    ]);
    expect([oxygen.min, oxygen.max, oxygen.maxEnriched].map(({ value }) => value)).toEqual([19.5, 21, 23.5]);
    expect([blindHotWorkM, sampledWithinM]).toEqual([
      { value: 30, clause: '7.6' },
      { value: 10, clause: '5.3.2' },
    ]);
    expect(distancesM.map(({ value, clause }) => `${value} ${clause}`)).toEqual([
      '30 5.2.9',
      '15 5.2.9',
      '10 5.2.9',
      '10 5.2.9',
      '15 5.2.4',
      '5 5.2.12',
      '10 5.2.12',
      '10 5.2.13',
      '30 5.5',
    ]);
    expect([keptD.permits.value, keptD.video.value]).toEqual([365, 30]);
  });

  it('[GBS-2] the edition is that of the day; before the first one the first', () => {
    expect(EDITIONS.map(({ effectiveFrom }) => effectiveFrom)).toEqual(['2022-10-01']);
    expect(editionOn('2022-10-01').name).toBe('GB 30871-2022');
    expect(editionOn('2020-01-01').name).toBe('GB 30871-2022');
  });
});

describe('what a machine finds wrong', () => {
  const codes = PERMIT_RULES.map((rule) => PERMIT_RULE_TABLE[rule].code);

  it('[GBS-3] has every code of A.4 once, and local ones beside', () => {
    expect(codes.filter((code) => !code.startsWith('L')).sort()).toEqual(A4);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => code.startsWith('L') && !/^L\d\d$/.test(code))).toEqual([]);
  });

  it('[GBS-3] says of each its clause, what it is and what to do, in both languages', () => {
    for (const rule of PERMIT_RULES) {
      const { clause, title, advice, level } = PERMIT_RULE_TABLE[rule];
      expect(clause, rule).not.toBe('');
      expect(
        [title.zh, title.en, advice.zh, advice.en].every((text) => text.length > 3),
        rule,
      ).toBe(true);
      expect([1, 2, 3, 4]).toContain(level);
    }
    expect(permitRuleOf('toString')).toBeUndefined();
  });
});
