/** The report of a conformance run: one object, the same as a printable page in Chinese and English, and every sample as CSV. */
import { anyPlaceCount, LAYOUTS, personCentredCount } from './layouts.ts';
import { NOISE_MODELS } from './noise.ts';
import { type Interval, isWithinLimits, LIMITS, type Rate, ratesOf } from './rates.ts';
import type { Sample, Station } from './stations.ts';

/** Annex A: at least ten minutes. */
const LEAST_S = 600;

export interface RunFacts {
  readonly park: string;
  readonly software: string;
  readonly engineVersion: string;
  readonly ruleVersions: Readonly<Record<string, number>>;
  /** Setting `rules` as it stood; version 0: the defaults. */
  readonly settingsVersion: number;
  readonly settings: unknown;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly seed: number;
  readonly seconds: number;
  readonly everyS: number;
  readonly sampleS: number;
}

export interface CircleCount {
  readonly layout: string;
  readonly personCentred: number;
  readonly anyPlace: number;
  /** Share of samples in which the park counted six or more. */
  readonly alarmedShare: number;
}

export interface Report extends RunFacts {
  readonly limits: typeof LIMITS;
  readonly rates: readonly (Rate & { readonly isJudged: boolean; readonly isWithin: boolean })[];
  readonly circles: readonly CircleCount[];
  /** Every rate that is judged: tags at rest, as Annex A has them. null: shorter than its ten minutes, nothing is judged. */
  readonly isPassed: boolean | null;
}

export function reportOf(facts: RunFacts, stations: readonly Station[], samples: readonly Sample[]): Report {
  const isStill = new Map(NOISE_MODELS.map(({ name, isMoving }) => [name, !isMoving]));
  const rates = ratesOf(stations, samples).map((rate) => ({
    ...rate,
    isJudged: facts.seconds >= LEAST_S && isStill.get(rate.model) === true,
    isWithin: isWithinLimits(rate),
  }));
  const judged = rates.filter(({ isJudged }) => isJudged);
  return {
    ...facts,
    limits: LIMITS,
    rates,
    circles: circlesOf(stations, samples),
    isPassed: judged.length === 0 ? null : judged.every(({ isWithin }) => isWithin),
  };
}

function circlesOf(stations: readonly Station[], samples: readonly Sample[]): CircleCount[] {
  return LAYOUTS.filter(({ test }) => test === 'gathering').map((layout) => {
    const points = Array.from({ length: layout.tags }, (_, tag) => layout.at(tag, 0));
    const ids = new Set(stations.filter((station) => station.layout === layout).map(({ id }) => id));
    const own = samples.filter(({ station }) => ids.has(station));
    return {
      layout: layout.name,
      personCentred: personCentredCount(points, 15),
      anyPlace: anyPlaceCount(points, 15),
      alarmedShare: own.length === 0 ? 0 : own.filter(({ isAlarmed }) => isAlarmed).length / own.length,
    };
  });
}

export const csvOf = (samples: readonly Sample[]): string =>
  [
    'station,at_s,alarm_due,alarmed,verdict',
    ...samples.map(({ station, atS, isAlarmDue, isAlarmed, verdict }) =>
      [station, atS, isAlarmDue ?? '', isAlarmed, verdict].join(','),
    ),
    '',
  ].join('\r\n');

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const spanOf = ([low, high]: Interval): string => `${(100 * low).toFixed(1)} - ${(100 * high).toFixed(1)} %`;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const TEST_NAMES: Readonly<Record<Rate['test'], string>> = {
  gathering: '聚集 Gathering',
  'over-capacity': '超员 Over capacity',
  'out-of-bounds': '越界(出界) Out of bounds',
};

const RESULT: Readonly<Record<string, string>> = {
  true: '合格 passed',
  false: '不合格 not passed',
  null: '时长不足, 不作判定 too short to judge',
};

function verdictOf({ isJudged, isWithin }: Report['rates'][number]): string {
  if (!isJudged) return '仅报告 reported only';
  return isWithin ? '合格 pass' : '不合格 fail';
}

export function htmlOf(report: Report): string {
  const rows = (cells: readonly (readonly string[])[]): string =>
    cells.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('\n');
  const head = (...names: string[]): string => `<tr>${names.map((name) => `<th>${name}</th>`).join('')}</tr>`;
  const at = (ms: number): string => new Date(ms).toISOString();
  const { rates, circles, seed, everyS, sampleS, seconds } = report;
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>符合性试验报告 Conformance report</title>
<style>body{font:14px/1.5 sans-serif;max-width:60em;margin:2em auto}table{border-collapse:collapse;width:100%;margin:1em 0}
td,th{border:1px solid #999;padding:.3em .6em;text-align:left}pre{white-space:pre-wrap}.sign td{height:3em;width:25%}</style></head><body>
<h1>人员定位报警符合性试验报告<br>Conformance test of positioning alarms</h1>
<p>AQ 3064.3-2025 附录 A (7.3.2, 7.3.3). 结论 Result: <strong>${RESULT[String(report.isPassed)]}</strong></p>
<table>${rows([
    ['园区 Park', report.park],
    ['软件 Software', `${report.software}, engine ${report.engineVersion}`],
    ['规则版本 Rule versions', JSON.stringify(report.ruleVersions)],
    ['参数版本 Settings', `rules v${report.settingsVersion}`],
    ['时间 Time', `${at(report.startedAtMs)} - ${at(report.endedAtMs)}`],
    ['采样 Sampling', `${seconds} s, fix every ${everyS} s, verdict every ${sampleS} s`],
    ['随机种子 Seed', String(seed)],
    ['信号 Signal', 'GNSS 有卫星信号; UWB 无卫星信号'],
    ['限值 Limits', `漏报 miss < ${percent(LIMITS.missRate)}, 误报 false < ${percent(LIMITS.falseRate)}`],
  ])}</table>
<h2>漏报率与误报率 Miss and false rates</h2>
<table>${head('试验 Test', '误差模型 Noise', '漏报 Misses', '漏报率', '95 %', '最差 worst', '误报 False', '误报率', '95 %', '最差 worst', '判定 Verdict')}
${rows(
  rates.map((rate) => [
    TEST_NAMES[rate.test],
    rate.model,
    `${rate.misses} / ${rate.dueSamples}`,
    percent(rate.missRate),
    spanOf(rate.missInterval),
    percent(rate.worstMissRate),
    `${rate.falseAlarms} / ${rate.otherSamples}`,
    percent(rate.falseRate),
    spanOf(rate.falseInterval),
    percent(rate.worstFalseRate),
    verdictOf(rate),
  ]),
)}</table>
<p>静止标签按附录 A 判定; 行走标签仅报告。Tags at rest are judged, as Annex A has them; walking tags are reported.<br>
95 %: 比率的置信区间, 同一分钟内的样本误差相关, 按分钟计数 (Wilson)。最差: 单个测试区域 (有或无卫星信号)。<br>
95 %: where the rate lies; samples of a minute share their errors, so minutes are counted, not samples (Wilson). Worst: of one test area, with or without satellite signal.</p>
<h2>聚集圆内人数 People within 15 m</h2>
<table>${head('布置 Layout', '以人为中心 Round a person', '任意位置 Any place', '系统计六人及以上的样本 Samples counted six')}
${rows(circles.map((one) => [one.layout, String(one.personCentred), String(one.anyPlace), percent(one.alarmedShare)]))}</table>
<h2>布置 Layouts</h2>
<p>聚集: 中心 1 个标签, 半径 12 m 圆上 5 个; 反例: 其中 1 个移至 25 m。电子围栏: 边长 15 m 正方形, 标签位于边界内侧或外侧 3 m; 超员 CAPACITY_MAX 3, 4 个标签在内, 反例 3 个在内、1 个在外; 越界: 绑定标签 1 个。<br>
Gathering: one tag in the centre, five on a circle of 12 m; counter-example: one of them at 25 m. Fences: squares of 15 m, tags 3 m inside or outside the edge;
capacity 3 with four tags inside, as counter-example three inside and one outside; one bound tag for out of bounds. 每个样本的判定见 samples.csv。Every sample's verdict: samples.csv.</p>
<h2>参数 Settings</h2><pre>${escaped(JSON.stringify(report.settings))}</pre>
<h2>签字 Signatures</h2>
<table class="sign">${rows([
    ['试验人 Tested by', '', '日期 Date', ''],
    ['复核人 Checked by', '', '日期 Date', ''],
    ['检测机构 Test body (盖章 seal)', '', '日期 Date', ''],
  ])}</table>
</body></html>
`;
}
