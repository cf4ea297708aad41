/**
 * Everything that a machine finds wrong with a work permit: one line each, with its code of AQ 3064.2-2025 A.4 (or a local one,
 * `L..`), its clauses, what it is called and what to do. Limits stand in gb30871.ts. Levels are defaults; the setting `rules` may change
 * them. What the judges find (alarms/permits/), what the page explains and what the tests walk through all come from here.
 */
import type { Words } from '../core/words.ts';

export interface PermitRule {
  /** Of AQ 3064.2-2025 A.4; `L` and two digits: local, the standard has none. */
  readonly code: string;
  /** Default level of the alarm: 1 red ... 4 blue. */
  readonly level: 1 | 2 | 3 | 4;
  /** Clauses it rests on, as people cite them; '' : asked for by the park alone. */
  readonly clause: string;
  readonly title: Words;
  /** What to do about it, in the imperative. */
  readonly advice: Words;
}

const rule = (
  code: string,
  level: PermitRule['level'],
  clause: string,
  title: readonly [zh: string, en: string],
  advice: readonly [zh: string, en: string],
): PermitRule => ({
  code,
  level,
  clause,
  title: { zh: title[0], en: title[1] },
  advice: { zh: advice[0], en: advice[1] },
});

const GB = 'GB 30871-2022';
const AQ = 'AQ 3064.2-2025';
const STOP: readonly [string, string] = ['立即停止作业', 'Stop the work'];
const stopAnd = (zh: string, en: string): readonly [string, string] => [`${STOP[0]}，${zh}`, `${STOP[1]}; ${en}`];

export const PERMIT_RULE_TABLE = {
  // gas analysis
  'gas-missing': rule(
    '01',
    2,
    `${AQ} 5.4.3；${GB} 5.3.1、6.4`,
    ['作业前未做气体分析', 'No gas analysis before work'],
    stopAnd('做气体分析，合格后方可作业', 'analyse the gas before going on'),
  ),
  'gas-stale': rule(
    '02',
    2,
    `${AQ} 5.4.3；${GB} 5.3.2、6.4`,
    ['气体分析距作业开始超时', 'Gas analysis too old at the start'],
    stopAnd('重新做气体分析，合格后方可恢复', 'analyse the gas again before going on'),
  ),
  'gas-after-break': rule(
    '03',
    2,
    `${AQ} 5.9.1；${GB} 5.3.2、6.4`,
    ['中断后恢复作业前未做气体分析', 'No gas analysis after an interruption'],
    stopAnd('重新做气体分析，合格后方可恢复', 'analyse the gas again before going on'),
  ),
  'gas-daily': rule(
    '04',
    2,
    `${AQ} 5.9.2；${GB} 5.3.2`,
    ['跨日作业当日未做气体分析', 'No gas analysis on a further day'],
    stopAnd('做当日气体分析，合格后方可作业', 'analyse the gas of the day before going on'),
  ),
  'gas-record-overdue': rule(
    '05',
    2,
    `${AQ} 5.9.4；${GB} 6.6`,
    ['受限空间气体监测记录超时', 'Gas record of a confined space overdue'],
    ['立即补测并记录，超限立即撤离', 'Measure and record at once; leave if out of limit'],
  ),
  'gas-out-of-limit': rule(
    'L01',
    1,
    `${AQ} 5.9.3；${GB} 5.3.2、6.4`,
    ['气体分析结果超限', 'Gas out of limit'],
    ['停止作业、撤离人员，查明原因并重新分析', 'Stop, withdraw the people, find the cause, analyse again'],
  ),
  'gas-near-job': rule(
    'L02',
    1,
    `AQ 3064.3-2025 5.2.3；${GB} 4.13`,
    ['作业点附近气体报警', 'Gas alarm near the job'],
    ['通知作业人员立即停止作业并沿上风向撤离', 'Tell the crew to stop and leave upwind at once'],
  ),
  // time
  'permit-expired': rule(
    '10',
    2,
    `${AQ} 5.9.5；${GB} 4.16`,
    ['作业票超时', 'Permit expired'],
    stopAnd('需继续作业的重新办票', 'have a new permit issued to go on'),
  ),
  'validity-too-long': rule(
    'L10',
    3,
    `${GB} 4.16、5.2、6.2、10.2`,
    ['作业票有效期超过规定', 'Validity longer than allowed'],
    ['要求企业按规定期限重新办票', 'Have a permit of the allowed length issued'],
  ),
  'validity-notice': rule(
    'L11',
    4,
    `${GB} 10.2`,
    ['临时用电超过 15 天', 'Temporary electricity beyond 15 days'],
    ['核实是否属于特殊情况，最长不得超过 30 天', 'Check the special reason; 30 days at most'],
  ),
  'not-accepted': rule(
    'L12',
    4,
    `${AQ} 5.7；${GB} 4.15`,
    ['作业结束未验收', 'Finished and not accepted'],
    ['督促企业到现场验收并关闭作业票', 'Have the site accepted and the permit closed'],
  ),
  'approval-overdue': rule(
    'L13',
    4,
    `${AQ} 5.9.9`,
    ['作业票待审批超时', 'Permit waits too long for approval'],
    ['督促审批人到现场审批', 'Have the approver go to the site'],
  ),
  'changed-after-issue': rule(
    'L14',
    2,
    `${AQ} 5.8；${GB} 4.16、4.18`,
    ['签发后变更作业内容或地点', 'Content or place changed after issue'],
    stopAnd('重新办理作业票', 'have a new permit issued'),
  ),
  // blind plates
  'blind-both-ways': rule(
    '20',
    2,
    `${AQ} 5.4.4；${GB} 7.2`,
    ['同一作业票抽、堵盲板', 'One permit to insert and to remove a blind'],
    ['分别办理作业票', 'Have one permit issued for each action'],
  ),
  // people
  'approver-away': rule(
    '30',
    2,
    `${AQ} 5.5.2、5.9.6；${GB} 4.11`,
    ['审批人未到现场', 'Approver not on site'],
    ['要求审批人到现场重新确认', 'Have the approver confirm on site'],
  ),
  'guardian-away': rule(
    '31',
    1,
    `${AQ} 5.9.6；${GB} 4.10`,
    ['监护人离岗', 'Guardian away'],
    stopAnd('监护人返回或办理交接后方可恢复', 'go on when the guardian is back or relieved'),
  ),
  'guardian-silent': rule(
    'L31',
    3,
    `${AQ} 5.9.6；AQ 3064.3-2025 8.2`,
    ['监护人定位失联', 'Guardian’s tag silent'],
    ['电话或视频核实监护人是否在岗', 'Check by phone or camera whether the guardian is there'],
  ),
  'nobody-on-site': rule(
    'L32',
    4,
    `${AQ} 7.2`,
    ['作业中现场无人', 'In progress and nobody on site'],
    ['核实作业是否已结束，已结束的及时关闭', 'Check whether the work is over; close it if so'],
  ),
  intruder: rule(
    'L33',
    3,
    `${GB} 4.10、9.2.12`,
    ['无关人员进入作业区', 'Intruder in the job’s area'],
    ['通知监护人清退无关人员', 'Have the guardian send the person away'],
  ),
  'too-many-inside': rule(
    'L34',
    4,
    `${AQ} 5.6；${GB} 6.8`,
    ['受限空间人数多于作业票', 'More people in the space than on the permit'],
    ['核对进出登记', 'Check the register of entries'],
  ),
  'guardian-inside': rule(
    'L35',
    3,
    `${GB} 6.8`,
    ['监护人进入受限空间', 'Guardian inside the space'],
    ['监护人退出，空间外监护', 'Have the guardian stay outside'],
  ),
  'not-identifiable': rule(
    'L82',
    3,
    `${AQ} 7.2`,
    ['作业人员或单位无法核实', 'Crew or unit not identifiable'],
    ['要求企业补报人员编号或信用代码', 'Have the company send the person’s id or the credit code'],
  ),
  // upgrading
  'holiday-not-upgraded': rule(
    '40',
    2,
    `${AQ} 5.8、A.4；${GB} 5.1.1`,
    ['节假日动火未升级', 'Hot work on a holiday not upgraded'],
    stopAnd('升级审批后方可作业', 'go on after approval one level up'),
  ),
  'rest-day-not-upgraded': rule(
    '41',
    2,
    `${AQ} 5.8、A.4；${GB} 5.1.1`,
    ['公休日动火未升级', 'Hot work on a rest day not upgraded'],
    stopAnd('升级审批后方可作业', 'go on after approval one level up'),
  ),
  'night-not-upgraded': rule(
    '42',
    2,
    `${AQ} 5.8、A.4；${GB} 5.1.1`,
    ['夜间动火未升级', 'Hot work at night not upgraded'],
    stopAnd('升级审批后方可作业', 'go on after approval one level up'),
  ),
  'event-not-upgraded': rule(
    '43',
    2,
    `${AQ} 5.8、A.4；${GB} 5.1.1`,
    ['重大活动期间动火未升级', 'Hot work during a major event not upgraded'],
    stopAnd('升级审批后方可作业', 'go on after approval one level up'),
  ),
  'night-work': rule(
    'L42',
    4,
    `${AQ} 5.10.8；${GB} B.1`,
    ['夜间作业未升级', 'Work at night not upgraded'],
    ['核实夜间作业必要性和升级措施', 'Check why it goes on at night, and its measures'],
  ),
  // certificates
  'certificate-missing': rule(
    '50',
    2,
    `${AQ} 5.9.7；${GB} 4.9`,
    ['特种作业证缺失', 'Certificate missing'],
    stopAnd('更换持证人员', 'put certified people to work'),
  ),
  'certificate-expired': rule(
    '51',
    2,
    `${AQ} 5.9.7；${GB} 4.9`,
    ['特种作业证过期', 'Certificate expired'],
    stopAnd('更换持证人员', 'put certified people to work'),
  ),
  'certificate-mismatch': rule(
    '52',
    2,
    `${AQ} 5.9.7；${GB} 4.9`,
    ['人证不符', 'Certificate is another’s'],
    stopAnd('核实持证人员身份', 'check who holds the certificate'),
  ),
  // permits of one job
  'work-without-permit': rule(
    '60',
    3,
    `${AQ} 5.9.8、A.4；${GB} 4.6`,
    ['作业区有人无票', 'People in a work area without a permit'],
    ['核实是否无票作业', 'Check whether work is done without a permit'],
  ),
  'linked-missing': rule(
    '61',
    3,
    `${AQ} 5.9.8；${GB} 4.6`,
    ['关联作业票未办全', 'Related permits incomplete'],
    stopAnd('补办相关作业票后方可作业', 'have the other permits issued before going on'),
  ),
  'not-linked': rule(
    '62',
    4,
    `${AQ} 5.9.8；${GB} 4.6`,
    ['关联作业票未关联', 'Related permits not linked'],
    ['要求企业补充关联', 'Have the company link them'],
  ),
  // papers
  'no-briefing': rule(
    '70',
    3,
    `${AQ} A.4；${GB} 4.4`,
    ['未做安全交底', 'No briefing'],
    stopAnd('完成安全交底后方可作业', 'brief the crew before going on'),
  ),
  'no-risk-analysis': rule(
    '80',
    3,
    `${AQ} 5.4.5；${GB} 4.2`,
    ['未做风险分析', 'No risk analysis'],
    stopAnd('完成风险辨识后方可作业', 'analyse the risks before going on'),
  ),
  'measures-unconfirmed': rule(
    '90',
    3,
    `${AQ} 5.4.5；${GB} 4.2`,
    ['安全措施未确认', 'Measures not confirmed'],
    stopAnd('逐条确认安全措施后方可作业', 'confirm each measure before going on'),
  ),
  // distances
  'blind-near-hot-work': rule(
    'L60',
    2,
    `${GB} 7.6`,
    ['盲板抽堵 30 米内动火', 'Hot work within 30 m of blinding'],
    stopAnd('动火与盲板抽堵错开', 'do one after the other'),
  ),
  'stacked-jobs': rule(
    'L61',
    4,
    `${GB} 8.2.8、4.6`,
    ['交叉作业', 'Jobs on top of each other'],
    ['核实隔离和防护措施', 'Check separation and protection'],
  ),
  'work-conflict': rule(
    'L62',
    3,
    `${GB} 5.2.9、8.2.8`,
    ['现场观察到同时作业冲突', 'Crews of conflicting jobs seen together'],
    ['协调错时作业', 'Have them work one after the other'],
  ),
  // place
  'outside-boundary': rule(
    'L70',
    3,
    `${AQ} A.1`,
    ['作业位置在企业边界外', 'Permit outside its company'],
    ['核实作业位置', 'Check where the work is'],
  ),
  'suspect-coordinates': rule(
    'L71',
    4,
    `${AQ} A.1`,
    ['作业坐标疑似坐标系错误', 'Coordinate system of the permit in doubt'],
    ['要求供应商改正坐标系', 'Have the supplier mend its coordinates'],
  ),
  // contractors
  'contractor-not-certified': rule(
    'L80',
    2,
    `${AQ} 7.2；T/CCSAS 014-2022`,
    ['承包商未经认证', 'Contractor not certified'],
    stopAnd('核实承包商资质', 'check the contractor’s admission'),
  ),
  'worker-not-certified': rule(
    'L81',
    2,
    `${AQ} 7.2；T/CCSAS 014-2022`,
    ['承包商人员未经认证', 'Contractor’s worker not certified'],
    stopAnd('清退未经认证人员', 'send the person away'),
  ),
  // video
  'no-video': rule(
    'L90',
    4,
    `${GB} 5.2.11；${AQ} 5.6、6.4.3`,
    ['未关联视频', 'No linked video'],
    ['要求企业关联现场视频', 'Have a camera on site linked'],
  ),
  'video-gap': rule(
    'L91',
    2,
    `${GB} 5.2.11；${AQ} 4.2`,
    ['作业视频中断', 'Video of the job interrupted'],
    ['恢复视频，动火作业期间不得中断', 'Restore the video; hot work is recorded throughout'],
  ),
  // declarations
  'not-declared': rule(
    'L95',
    3,
    '应急〔2018〕74号',
    ['未在安全承诺中报备', 'Not in the day’s commitment'],
    ['督促企业更正当日安全承诺', 'Have the day’s commitment corrected'],
  ),
  'not-booked': rule(
    'L96',
    4,
    `${AQ} 5.3.1、6.1`,
    ['未预约报备', 'Not booked'],
    ['核实是否应急作业', 'Check whether it is urgent work'],
  ),
  'declared-no-permit': rule(
    'L98',
    4,
    `${AQ} 8.2`,
    ['已承诺未见作业票', 'Declared and no permit seen'],
    ['核实作业票上报是否中断', 'Check whether permits still reach the park'],
  ),
  // weather
  'weather-work': rule(
    'L97',
    2,
    `${GB} 5.2.15、8.2.6、9.2.4`,
    ['恶劣天气露天作业', 'Open-air work in bad weather'],
    stopAnd('天气好转后再作业', 'wait for better weather'),
  ),
} as const satisfies Readonly<Record<string, PermitRule>>;

export type PermitRuleId = keyof typeof PERMIT_RULE_TABLE;
export const PERMIT_RULES = Object.keys(PERMIT_RULE_TABLE) as PermitRuleId[];

export const permitRuleOf = (rule: string): PermitRule | undefined =>
  Object.hasOwn(PERMIT_RULE_TABLE, rule) ? PERMIT_RULE_TABLE[rule as PermitRuleId] : undefined;

/**
 * What an alarm of a permit observed, by name: the page shows each with its words and unit. `limit` beside a value is what it is
 * held against.
 */
export const FACT_NAMES = {
  gasAt: { zh: '气体分析时间', en: 'Gas analysed at' },
  startedAt: { zh: '作业开始', en: 'Started' },
  pausedAt: { zh: '暂停', en: 'Paused' },
  resumedAt: { zh: '恢复', en: 'Resumed' },
  expiredAt: { zh: '有效期至', en: 'Valid until' },
  issuedAt: { zh: '签发时间', en: 'Issued' },
  appliedAt: { zh: '申请时间', en: 'Applied for' },
  dueAt: { zh: '应于', en: 'Due' },
  at: { zh: '时间', en: 'At' },
  ageMin: { zh: '间隔', en: 'Gap' },
  hours: { zh: '时长', en: 'Length' },
  gas: { zh: '气体', en: 'Gas' },
  value: { zh: '结果', en: 'Result' },
  point: { zh: '取样点', en: 'Sampled at' },
  distanceM: { zh: '距离', en: 'Distance' },
  person: { zh: '人员', en: 'Person' },
  unit: { zh: '单位', en: 'Unit' },
  certificate: { zh: '证书', en: 'Certificate' },
  validTo: { zh: '证书有效期至', en: 'Certificate valid until' },
  permit: { zh: '作业票', en: 'Permit' },
  missing: { zh: '缺少', en: 'Missing' },
  level: { zh: '级别', en: 'Level' },
  baseLevel: { zh: '原级别', en: 'Level before' },
  people: { zh: '人数', en: 'People' },
  count: { zh: '数量', en: 'Number' },
  window: { zh: '时段', en: 'Period' },
  camera: { zh: '摄像机', en: 'Camera' },
  detector: { zh: '探测器', en: 'Detector' },
  change: { zh: '变更', en: 'Change' },
  wind: { zh: '风力', en: 'Wind' },
  reason: { zh: '原因', en: 'Reason' },
  datum: { zh: '坐标系', en: 'Datum' },
  hazardSource: { zh: '重大危险源', en: 'Hazard source' },
} as const satisfies Readonly<Record<string, Words>>;
export type FactName = keyof typeof FACT_NAMES;

/**
 * Of a fact's value: instants are epoch ms; `word` is one of FACT_WORDS (fact-words.ts), `work` a detail code of A.2; `text` is shown as it
 * is.
 */
export type FactUnit =
  | 'instant'
  | 'min'
  | 'h'
  | 'd'
  | 'm'
  | 'people'
  | 's'
  | 'vol%'
  | '%LEL'
  | 'ppm'
  | 'mg/m3'
  | 'number'
  | 'word'
  | 'work'
  | 'text';

export interface Fact {
  readonly name: FactName;
  readonly value: number | string;
  readonly unit: FactUnit;
  /** What it is held against; null: nothing. */
  readonly limit: number | null;
}
