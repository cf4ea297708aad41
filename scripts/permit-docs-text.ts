/** The page of all permit rules and of the standard's table for people. */
import { GASES } from '../standard/gases.ts';
import { CERTIFICATES, EDITIONS, type Edition, type GasDuty, type Limit, type WorkDuty } from '../standard/gb30871.ts';
import { PERMIT_RULE_TABLE, type PermitRule } from '../standard/permit-rules.ts';
import { WORK_KINDS, WORK_TYPES } from '../standard/special-work.ts';

const LEVELS = { 1: '红 red', 2: '橙 orange', 3: '黄 yellow', 4: '蓝 blue' } as const;

export function permitAlarmsText(): string {
  const rules = Object.entries<PermitRule>(PERMIT_RULE_TABLE).map(([id, { code, level, clause, title, advice }]) =>
    row(code, `\`${id}\``, `${title.zh}<br>${title.en}`, LEVELS[level], clause, `${advice.zh}<br>${advice.en}`),
  );
  return [
    '# Alarms of work permits 作业许可报警',
    '',
    '<!-- Made by scripts/generate-permit-docs.ts from standard/; do not edit. -->',
    '',
    'Codes are those of AQ 3064.2-2025 A.4; `L` and two digits are local, where the standard has none. Levels are defaults: the setting `rules` changes them. How each is decided, and what is read into data that',
    'suppliers leave open: [spec/permit-standard.md](spec/permit-standard.md), [spec/permit-people.md](spec/permit-people.md), [spec/permit-on-site.md](spec/permit-on-site.md).',
    '',
    row('code', 'rule', 'what', 'level', 'clause', 'what to do'),
    row('---', '---', '---', '---', '---', '---'),
    ...rules,
    ...EDITIONS.flatMap(editionText),
    '',
  ].join('\n');
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function editionText(edition: Edition): string[] {
  const { name, effectiveFrom, duties, combustible, oxygen, blindHotWorkM, distancesM, keptD } = edition;
  const asPct = ({ value, clause }: Limit): string => `${value} vol%（${clause}）`;
  const codes = Object.keys(duties).sort();
  return [
    '',
    `## ${name}, from ${effectiveFrom}`,
    '',
    row(
      'code',
      'work',
      'validity',
      'gas analysis',
      'approver',
      'wind, weather',
      'one grade up',
      'certificate',
      'recorded',
    ),
    row(...Array.from({ length: 9 }, () => '---')),
    ...codes.map((code) => dutyText(duties[code] as WorkDuty)),
    '',
    `- 可燃气体 combustible gas: LEL ≥ ${combustible.lelFrom.value} % → ≤ ${asPct(combustible.highLel)}, else ≤ ${asPct(combustible.lowLel)}`,
    `- 氧 oxygen: ${oxygen.min.value} – ${oxygen.max.value} %（${oxygen.max.clause}）, 富氧环境 enriched ≤ ${asPct(oxygen.maxEnriched)}`,
    `- 盲板抽堵与动火 blinding and hot work: ≥ ${blindHotWorkM.value} m（${blindHotWorkM.clause}）`,
    ...distancesM.map(({ value, clause, words }) => `- ${words.zh}: ${value} m（${clause}）; ${words.en}`),
    `- 保存 kept: 作业票 permits ≥ ${keptD.permits.value} d（${keptD.permits.clause}）, 视频 video ≥ ${keptD.video.value} d（${keptD.video.clause}）`,
    '',
    '### Gases',
    '',
    'Lower explosive limits are those of the usual handbooks; one that the supplier sends goes before. Toxic limits: GBZ 2.1-2019.',
    '',
    row('gas', 'LEL vol%', 'g/mol', 'mg/m³'),
    row('---', '---', '---', '---'),
    ...GASES.map(({ words, lelPct, molarMass, toxic }) =>
      row(
        `${words.zh} ${words.en}`,
        lelPct === 'any' ? '按报送 as sent' : `${lelPct ?? '–'}`,
        `${molarMass ?? '–'}`,
        toxic === null ? '–' : `${toxic.mgM3} ${toxic.by}`,
      ),
    ),
  ];
}

function dutyText(duty: WorkDuty): string {
  const { code, validityH, noticeH, gas, approver, windForce, badWeather, upgradesTo, upgradeClause, nightCode } = duty;
  const up = [
    ...(upgradeClause === null
      ? []
      : [`${upgradesTo === null ? '最高级 highest' : `→ ${upgradesTo}`}（${upgradeClause}）`]),
    ...(nightCode === null ? [] : [`夜间 at night: ${nightCode.value}（${nightCode.clause}）`]),
  ];
  const weather = [
    ...(windForce === null ? [] : [`< ${windForce.value} 级 Bft（${windForce.clause}）`]),
    ...(badWeather === null ? [] : [`恶劣天气停止 stops in bad weather（${badWeather}）`]),
  ];
  return row(
    code,
    `${WORK_TYPES[code]?.words.zh}<br>${WORK_TYPES[code]?.words.en}`,
    [limitText('≤', validityH, 'h'), limitText('提示 notice', noticeH, 'h'), asLongText(duty)]
      .filter((text) => text !== '')
      .join('<br>') || '–',
    gas === null ? '–' : gasText(gas),
    `${approver.zh}<br>${approver.en}`,
    weather.join('<br>') || '–',
    up.join('<br>') || '–',
    duty.certificate === null ? '–' : `${CERTIFICATES[duty.certificate].zh}<br>${CERTIFICATES[duty.certificate].en}`,
    duty.recorded === null ? '–' : `全程 throughout（${duty.recorded.clause}）`,
  );
}

const asLongText = ({ asLongAs }: WorkDuty): string =>
  asLongAs === null
    ? ''
    : `与所服务作业一致 as long as the work it serves: ${asLongAs.kinds.map((kind) => WORK_KINDS[kind].zh).join('、')}（${asLongAs.clause}）`;

const limitText = (before: string, limit: Limit | null, unit: string): string =>
  limit === null ? '' : `${before} ${limit.value} ${unit}（${limit.clause}）`;

const gasText = ({ when, maxAgeMin, afterBreakMin, everyDay, recordEveryMin, continuous }: GasDuty): string =>
  [
    when === 'always' ? '' : '爆炸危险区域 in explosive areas',
    limitText('≤', maxAgeMin, 'min'),
    limitText('中断 pause ≤', afterBreakMin, 'min'),
    everyDay === null ? '' : `每日 daily（${everyDay.clause}）`,
    limitText('记录 record each', recordEveryMin, 'min'),
    continuous === null ? '' : `连续监测 continuous（${continuous}）`,
  ]
    .filter((text) => text !== '')
    .join('<br>');
