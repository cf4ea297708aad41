/**
 * GB 30871 《危险化学品企业特殊作业安全规范》 as data: what each kind and level of special work is held to, with the clause of each number,
 * by edition and the day from which it holds. Judges (alarms/permits/), explanations on the page and the table-driven tests all
 * read it from here; no limit of the standard stands anywhere else. AQ 3064.2-2025 adds how a platform notices a breach.
 */
import type { Words } from '../core/words.ts';
import { type SpecialWorkKind, WORK_TYPES, type WorkLevel } from './special-work.ts';

/** A number of the standard and where it stands. */
export interface Limit {
  readonly value: number;
  readonly clause: string;
}

export interface GasDuty {
  /** `in-ex-area`: in explosive areas only; whether a job is in one, the permit or its area says. */
  readonly when: 'always' | 'in-ex-area';
  /** Sampled at most this long before work begins, min. */
  readonly maxAgeMin: Limit;
  /** An interruption longer than this asks for a new analysis, min; null: the standard names none. */
  readonly afterBreakMin: Limit | null;
  /** Each day of work asks for an analysis of that day. */
  readonly everyDay: Limit | null;
  /** While work goes on, a record at least each so many minutes. */
  readonly recordEveryMin: Limit | null;
  /** Monitored continuously while work goes on: the clause; null: not asked for. */
  readonly continuous: string | null;
}

/** Certificates of special operators that work asks for. */
export const CERTIFICATES = {
  welding: { zh: '焊接与热切割作业', en: 'Welding and thermal cutting' },
  height: { zh: '高处作业', en: 'Work at height' },
  electrician: { zh: '低压电工作业', en: 'Low-voltage electrician' },
  crane: { zh: '起重机作业', en: 'Crane operation' },
} as const satisfies Readonly<Record<string, Words>>;
export type CertificateKind = keyof typeof CERTIFICATES;

/** What one kind and level is held to. */
export interface WorkDuty {
  /** Detail code of AQ 3064.2-2025 A.2. */
  readonly code: string;
  readonly kind: SpecialWorkKind;
  readonly level: WorkLevel;
  /** Longest validity of a permit, h; null: the standard names none, the permit's own end counts. */
  readonly validityH: Limit | null;
  /** Holds as long as the work of these kinds that it serves. */
  readonly asLongAs: { readonly kinds: readonly SpecialWorkKind[]; readonly clause: string } | null;
  /** From here on a special reason is asked for, h. */
  readonly noticeH: Limit | null;
  readonly gas: GasDuty | null;
  /** Table B.1. */
  readonly approver: Words;
  /** The standard obliges recording of the whole work. */
  readonly recorded: Limit | null;
  /** Certificate that its workers hold; null: none is named. */
  readonly certificate: CertificateKind | null;
  /** Code one grade up, as on holidays, rest days, at night; null: already the highest, or not graded so. */
  readonly upgradesTo: string | null;
  /** Holidays, rest days, nights and major events ask for one grade more: the clause; null: the standard asks for none. */
  readonly upgradeClause: string | null;
  /** Code that open-air work at night, by artificial light alone, has to have; null: the standard names none. */
  readonly nightCode: { readonly value: string; readonly clause: string } | null;
  /** Wind force (Beaufort) from which open-air work is forbidden, or to be upgraded. */
  readonly windForce: Limit | null;
  /** Heavy rain, snow and fog forbid open-air work: the clause; null: they do not. */
  readonly badWeather: string | null;
}

/** A distance that other work or stores keep from special work. */
export interface Distance {
  readonly value: number;
  readonly clause: string;
  readonly words: Words;
}

export interface Edition {
  readonly name: string;
  /** First day it holds, yyyy-MM-dd. */
  readonly effectiveFrom: string;
  readonly duties: Readonly<Record<string, WorkDuty>>;
  /** No hot work so near blinding in explosive areas, m. */
  readonly blindHotWorkM: Limit;
  /** Other distances, m: what the page explains; positions tell none of what they keep apart. */
  readonly distancesM: readonly Distance[];
  /** External hot work is sampled within this of the spot, m. */
  readonly sampledWithinM: Limit;
  /** What is kept for how long, d. */
  readonly keptD: { readonly permits: Limit; readonly video: Limit };
  /** Share of a combustible gas allowed, vol%, by its lower explosive limit. */
  readonly combustible: { readonly lelFrom: Limit; readonly highLel: Limit; readonly lowLel: Limit };
  /** Oxygen in a confined space, vol%. */
  readonly oxygen: { readonly min: Limit; readonly max: Limit; readonly maxEnriched: Limit };
}

const at = (value: number, clause: string): Limit => ({ value, clause });
const words = (zh: string, en: string): Words => ({ zh, en });
const distance = (value: number, clause: string, zh: string, en: string): Distance => ({
  value,
  clause,
  words: words(zh, en),
});

const BASE_UNIT = words('所在基层单位', 'The unit of the place');
const DEPARTMENT = words('所在单位专业部门', 'The department in charge');

const hotGas = (breakMin: number): GasDuty => ({
  when: 'always',
  maxAgeMin: at(30, '5.3.2'),
  afterBreakMin: at(breakMin, '5.3.2'),
  everyDay: at(1, '5.3.2'),
  recordEveryMin: null,
  continuous: null,
});

type Rest = Omit<WorkDuty, 'code' | 'kind' | 'level'>;
const NOTHING: Rest = {
  validityH: null,
  asLongAs: null,
  noticeH: null,
  gas: null,
  approver: BASE_UNIT,
  recorded: null,
  certificate: null,
  upgradesTo: null,
  upgradeClause: null,
  nightCode: null,
  windForce: null,
  badWeather: null,
};
const duty = (code: string, rest: Partial<Rest>): WorkDuty => {
  const { kind, level } = WORK_TYPES[code] as (typeof WORK_TYPES)[string];
  return { ...NOTHING, ...rest, code, kind: kind as SpecialWorkKind, level };
};

const HOT = { certificate: 'welding', windForce: at(5, '5.2.15'), upgradeClause: '5.1.1' } as const;
const UP = {
  validityH: at(7 * 24, '8.2'),
  certificate: 'height',
  nightCode: { value: '24', clause: '表 B.1' },
  windForce: at(5, '8.2.6'),
  badWeather: '8.2.6',
} as const;
const LIFT = { certificate: 'crane', windForce: at(6, '9.2.4'), badWeather: '9.2.4' } as const;

const GB_30871_2022: Edition = {
  name: 'GB 30871-2022',
  effectiveFrom: '2022-10-01',
  duties: Object.fromEntries(
    [
      duty('01', {
        ...HOT,
        validityH: at(8, '5.2'),
        gas: { ...hotGas(30), continuous: '5.3.2' },
        approver: words('主管领导', 'The responsible leader'),
        recorded: at(1, '5.2.11'),
      }),
      duty('02', {
        ...HOT,
        validityH: at(8, '5.2'),
        gas: hotGas(30),
        approver: words('安全管理部门', 'The safety department'),
        upgradesTo: '01',
      }),
      duty('03', { ...HOT, validityH: at(72, '5.2'), gas: hotGas(60), upgradesTo: '02' }),
      duty('70', {
        validityH: at(24, '6.2'),
        gas: {
          when: 'always',
          maxAgeMin: at(30, '6.4'),
          afterBreakMin: at(60, '6.4'),
          everyDay: null,
          recordEveryMin: at(120, '6.6'),
          continuous: '6.6',
        },
      }),
      duty('50', {}),
      duty('21', { ...UP, upgradesTo: '22' }),
      duty('22', { ...UP, approver: DEPARTMENT, upgradesTo: '23' }),
      duty('23', { ...UP, approver: DEPARTMENT, upgradesTo: '24' }),
      duty('24', { ...UP, approver: words('主管厂长或总工程师', 'The plant director or chief engineer') }),
      duty('61', { ...LIFT, approver: words('主管厂长或总工程师', 'The plant director or chief engineer') }),
      duty('62', { ...LIFT, approver: DEPARTMENT, upgradesTo: '61' }),
      duty('63', { ...LIFT, approver: DEPARTMENT, upgradesTo: '62' }),
      duty('10', {
        validityH: at(30 * 24, '10.2'),
        asLongAs: { kinds: ['fire', 'confined-space'], clause: '10.2' },
        noticeH: at(15 * 24, '10.2'),
        gas: {
          when: 'in-ex-area',
          maxAgeMin: at(30, '10.3'),
          afterBreakMin: null,
          everyDay: at(1, 'AQ 3064.2-2025 5.9.2'),
          recordEveryMin: null,
          continuous: null,
        },
        approver: words('配送电单位', 'The unit that supplies the power'),
        certificate: 'electrician',
      }),
      duty('30', { approver: DEPARTMENT }),
      duty('40', { approver: DEPARTMENT }),
    ].map((one) => [one.code, one]),
  ),
  blindHotWorkM: at(30, '7.6'),
  distancesM: [
    distance(30, '5.2.9', '动火期间不排放可燃气体', 'No combustible gas vented during hot work'),
    distance(15, '5.2.9', '动火期间不排放可燃液体', 'No combustible liquid discharged during hot work'),
    distance(
      10,
      '5.2.9',
      '动火期间不清洗、喷漆',
      'No solvent cleaning or painting during hot work, nor above or below it',
    ),
    distance(10, '5.2.9', '动火期间不清扫可燃粉尘', 'No combustible dust swept during hot work'),
    distance(15, '5.2.4', '动火点周围易泄漏设备须隔离', 'Equipment that may leak isolated around hot work'),
    distance(5, '5.2.12', '氧气瓶与乙炔瓶间距', 'Between oxygen and acetylene cylinders'),
    distance(10, '5.2.12', '气瓶与动火点间距', 'Between cylinders and the fire'),
    distance(
      10,
      '5.2.13',
      '电焊机与动火点，超出的按动火点管理',
      'Of a welder from the fire; farther counts as a fire of its own',
    ),
    distance(30, '5.5', '固定动火区与爆炸危险场所', 'Of a fixed hot-work area from explosive areas'),
  ],
  sampledWithinM: at(10, '5.3.2'),
  keptD: { permits: at(365, 'B.3'), video: at(30, 'AQ 3064.2-2025 4.2') },
  combustible: { lelFrom: at(4, '5.3.2'), highLel: at(0.5, '5.3.2'), lowLel: at(0.2, '5.3.2') },
  oxygen: { min: at(19.5, '6.4'), max: at(21, '6.4'), maxEnriched: at(23.5, '6.4、5.3.2') },
};

/** Oldest first. */
export const EDITIONS: readonly Edition[] = [GB_30871_2022];

/** The edition that holds on a day of the park (yyyy-MM-dd); before the first the first. */
export const editionOn = (date: string): Edition =>
  EDITIONS.findLast(({ effectiveFrom }) => effectiveFrom <= date) ?? (EDITIONS[0] as Edition);
