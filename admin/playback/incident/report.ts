/** The printable page of an incident bundle: one file, no script, nothing fetched; whatever came from outside is escaped. */
import { parkTime } from '../../../core/park-time.ts';
import type { Words } from '../../../core/words.ts';
import { LEVEL_WORDS, RULE_WORDS } from '../../../registers/alarm-words.ts';
import type { AlarmView } from '../../../stream/protocol/effects.ts';
import type { Language } from '../../register/cells/cells.ts';
import type { IncidentFacts } from './facts.ts';

export interface ReportHead {
  readonly park: Words;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
}

/** Of each person, in plane metres, a point a few seconds; and when the person was met first and last. */
export interface SketchLine {
  readonly easting: readonly number[];
  readonly northing: readonly number[];
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

const ROWS_MAX = 2_000;
const SKETCH_PX = 640;

const TEXTS = {
  zh: {
    title: '事件取证',
    span: '时段',
    madeBy: '导出人',
    madeAt: '导出时间',
    reason: '事由',
    alarms: '报警',
    transitions: '报警经过',
    people: '涉及人员',
    permits: '作业票',
    areas: '区域（当时版本）',
    sketch: '轨迹示意',
    rule: '类型',
    level: '等级',
    who: '人员/区域',
    onset: '开始',
    ended: '结束',
    acknowledged: '确认',
    at: '时间',
    what: '变化',
    by: '操作人',
    why: '说明',
    name: '姓名',
    company: '企业',
    kind: '类别',
    first: '首次定位',
    last: '末次定位',
    number: '编号',
    status: '状态',
    content: '内容',
    site: '地点',
    asOf: '截至',
    version: '版本',
    none: '无',
    stands: '未结束',
    more: '其余见数据文件',
    note: '轨迹为入库定位，时间为北京时间；人员姓名、企业以导出时的登记信息为准。含个人信息，仅限所述事由使用。',
  },
  en: {
    title: 'Incident',
    span: 'Span',
    madeBy: 'Made by',
    madeAt: 'Made at',
    reason: 'Reason',
    alarms: 'Alarms',
    transitions: 'What became of them',
    people: 'People',
    permits: 'Work permits',
    areas: 'Areas in their versions of then',
    sketch: 'Tracks',
    rule: 'Rule',
    level: 'Level',
    who: 'Person or area',
    onset: 'Began',
    ended: 'Ended',
    acknowledged: 'Acknowledged',
    at: 'At',
    what: 'Change',
    by: 'By',
    why: 'Why',
    name: 'Name',
    company: 'Company',
    kind: 'Kind',
    first: 'First seen',
    last: 'Last seen',
    number: 'Number',
    status: 'Status',
    content: 'Content',
    site: 'Place',
    asOf: 'As of',
    version: 'Version',
    none: 'none',
    stands: 'stands',
    more: 'the rest is in the data files',
    note: 'Tracks are stored positions; times are UTC+8; names and companies are those of the register when this was made. Personal information: for the reason given alone.',
  },
} as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
const time = (atMs: number | null): string => (atMs === null ? '' : parkTime(atMs));

type Cells = readonly (string | number | null)[];

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:24px;color:#111}h1{font-size:22px}h2{font-size:16px;margin:24px 0 8px;break-after:avoid}
table{border-collapse:collapse;width:100%;font-size:12px}th,td{border:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top}
tr{break-inside:avoid}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dt{color:#555}svg{border:1px solid #999;max-width:100%}
footer{margin-top:24px;color:#555;font-size:12px}@page{margin:15mm}`;

/** `lines` by place in `facts.people`. */
export function* reportHtml(
  facts: IncidentFacts,
  head: ReportHead,
  lines: readonly SketchLine[],
  language: Language,
): Generator<string> {
  const t = TEXTS[language];
  const rule = ({ rule: id }: AlarmView): string => RULE_WORDS[id][language];
  const subject = ({ person, areaName }: AlarmView): string => person?.name ?? areaName ?? '';
  const title = `${head.park[language]} · ${t.title}${facts.alarm === null ? '' : ` · ${rule(facts.alarm)} ${subject(facts.alarm)}`}`;
  yield `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">`;
  yield `<title>${escaped(title)}</title><style>${STYLE}</style></head><body><h1>${escaped(title)}</h1><dl>`;
  const about: Cells[] = [
    [t.span, `${time(facts.fromMs)} – ${time(facts.toMs)}`],
    [t.reason, head.reason],
    [t.madeBy, head.by],
    [t.madeAt, time(head.atMs)],
  ];
  for (const [name, value] of about) yield `<dt>${escaped(String(name))}</dt><dd>${escaped(String(value))}</dd>`;
  yield '</dl>';
  const section = (name: string, columns: readonly string[], rows: readonly Cells[]): string => {
    const body = rows
      .slice(0, ROWS_MAX)
      .map((row) => `<tr>${row.map((cell) => `<td>${escaped(String(cell ?? ''))}</td>`).join('')}</tr>`)
      .join('');
    const more = rows.length > ROWS_MAX ? `<p>${escaped(t.more)}</p>` : '';
    const table =
      rows.length === 0
        ? `<p>${escaped(t.none)}</p>`
        : `<table><thead><tr>${columns.map((one) => `<th>${escaped(one)}</th>`).join('')}</tr></thead><tbody>${body}</tbody></table>`;
    return `<h2>${escaped(name)}</h2>${table}${more}`;
  };
  yield section(
    t.alarms,
    [t.rule, t.level, t.who, t.onset, t.acknowledged, t.ended],
    facts.alarms.map((alarm) => [
      rule(alarm),
      LEVEL_WORDS[alarm.level][language],
      subject(alarm),
      time(alarm.onsetAtMs),
      [time(alarm.acknowledgedAtMs), alarm.acknowledgedBy ?? ''].join(' '),
      alarm.endedAtMs === null ? t.stands : time(alarm.endedAtMs),
    ]),
  );
  yield section(
    t.transitions,
    [t.at, t.rule, t.who, t.what, t.by, t.why],
    facts.transitions.map(({ atMs, alarm }) => [
      time(atMs),
      rule(alarm),
      subject(alarm),
      alarm.transition,
      alarm.actedBy,
      [alarm.why ?? '', alarm.comment ?? ''].filter((one) => one !== '').join(' · '),
    ]),
  );
  yield `<h2>${escaped(t.sketch)}</h2>${sketch(facts, lines)}`;
  yield section(
    t.people,
    [t.name, t.company, t.kind, t.first, t.last],
    facts.people.map(({ view }, n) => [
      view.name || (view.personId ?? view.cardNo),
      view.companyName || view.companyCode,
      view.type,
      time(lines[n]?.firstMs ?? null),
      time(lines[n]?.lastMs ?? null),
    ]),
  );
  yield section(
    t.permits,
    [t.asOf, t.number, t.status, t.content, t.site, t.people],
    facts.permits.map(({ atMs, permit }) => [
      time(atMs),
      permit.number ?? permit.permitId,
      permit.status,
      permit.content,
      permit.site,
      permit.people.map(({ name }) => name).join(' '),
    ]),
  );
  yield section(
    t.areas,
    [t.name, t.company, t.version, t.at],
    facts.areas.map(({ atMs, version, record }) => [record.name, record.companyCode, version, time(atMs)]),
  );
  yield `<footer>${escaped(t.note)}<br>${escaped(`${head.by} · ${time(head.atMs)}`)}</footer></body></html>\n`;
}

function sketch({ circle }: IncidentFacts, lines: readonly SketchLine[]): string {
  const east = lines.flatMap(({ easting }) => easting);
  const north = lines.flatMap(({ northing }) => northing);
  if (circle !== null) {
    east.push(circle.easting - circle.radiusM, circle.easting + circle.radiusM);
    north.push(circle.northing - circle.radiusM, circle.northing + circle.radiusM);
  }
  if (east.length === 0) return '<p>–</p>';
  const [west, south] = [east, north].map((values) => values.reduce((least, one) => Math.min(least, one)));
  const [right, top] = [east, north].map((values) => values.reduce((most, one) => Math.max(most, one)));
  const sideM = Math.max(1, (right ?? 0) - (west ?? 0), (top ?? 0) - (south ?? 0));
  const x = (easting: number): string => (((easting - (west ?? 0)) / sideM) * SKETCH_PX).toFixed(1);
  const y = (northing: number): string => ((1 - (northing - (south ?? 0)) / sideM) * SKETCH_PX).toFixed(1);
  const paths = lines
    .filter(({ easting }) => easting.length > 0)
    .map(({ easting, northing }, n) => {
      const points = easting.map((one, k) => `${x(one)},${y(northing[k] ?? 0)}`).join(' ');
      return `<polyline points="${points}" fill="none" stroke="hsl(${(n * 47) % 360} 60% 40%)" stroke-width="1.5"/>`;
    });
  const ring =
    circle === null
      ? ''
      : `<circle cx="${x(circle.easting)}" cy="${y(circle.northing)}" r="${((circle.radiusM / sideM) * SKETCH_PX).toFixed(1)}" fill="none" stroke="#c00" stroke-dasharray="6 4"/>`;
  const size = `viewBox="-8 -8 ${SKETCH_PX + 16} ${SKETCH_PX + 16}" width="${SKETCH_PX}" height="${SKETCH_PX}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${ring}${paths.join('')}</svg>`;
}
