/**
 * Gases that are analysed before and during special work, and what a reading of one is held against: combustible gas by its lower
 * explosive limit and oxygen by GB 30871 (gb30871.ts), toxic gas by GBZ 2.1-2019. Meters say %LEL, ppm or mg/m³ where the standard says vol%;
 * suppliers say a unit or none (AQ 3064.2-2025 A.1 has none). Where unit or LEL is not known a reading is judged by each that it may be:
 * where all agree that is the verdict, else it is `unknown`, never silently fine and never an alarm for nothing.
 */
import type { Words } from '../core/words.ts';
import type { Edition } from './gb30871.ts';
import type { WorkKind } from './special-work.ts';

export const GAS_UNITS = ['vol%', '%LEL', 'ppm', 'mg/m3'] as const;
export type GasUnit = (typeof GAS_UNITS)[number];

export interface Gas {
  readonly id: string;
  readonly words: Words;
  /** As suppliers write it, beside its id and words; lower case. */
  readonly aliases: readonly string[];
  /** g/mol; null: of a mixture. */
  readonly molarMass: number | null;
  /** Lower explosive limit in air, vol%; null: does not burn. `any`: combustible gas without more. */
  readonly lelPct: number | 'any' | null;
  /** GBZ 2.1-2019, mg/m³; null: none. */
  readonly toxic: ToxicLimit | null;
}
/** MAC 最高容许浓度, else PC-STEL 短时间接触容许浓度, else PC-TWA 时间加权平均容许浓度: a sample is of a moment. */
export interface ToxicLimit {
  readonly mgM3: number;
  readonly by: 'MAC' | 'PC-STEL' | 'PC-TWA';
}

const gas = (
  id: string,
  zh: string,
  en: string,
  molarMass: number | null,
  lelPct: Gas['lelPct'],
  toxic: readonly [mgM3: number, by: ToxicLimit['by']] | null = null,
  aliases: readonly string[] = [],
): Gas => ({
  id,
  words: { zh, en },
  aliases,
  molarMass,
  lelPct,
  toxic: toxic === null ? null : { mgM3: toxic[0], by: toxic[1] },
});

export const OXYGEN = 'o2';
/** LELs are those of the usual handbooks (GB/T 50493 Annex A among them); one that the supplier sends goes before. */
export const GASES: readonly Gas[] = [
  gas(OXYGEN, '氧气', 'Oxygen', 32.0, null, null, ['氧']),
  gas('combustible', '可燃气体', 'Combustible gas', null, 'any', null, ['可燃', '可燃性气体', '易燃气体', 'lel', 'ex']),
  gas('ch4', '甲烷', 'Methane', 16.04, 5.0, null, ['天然气', 'natural gas']),
  gas('c2h6', '乙烷', 'Ethane', 30.07, 3.0),
  gas('c3h8', '丙烷', 'Propane', 44.1, 2.1),
  gas('c4h10', '丁烷', 'Butane', 58.12, 1.9, null, ['正丁烷', '异丁烷']),
  gas('c2h4', '乙烯', 'Ethylene', 28.05, 2.7),
  gas('c3h6', '丙烯', 'Propylene', 42.08, 2.0),
  gas('c4h6', '丁二烯', 'Butadiene', 54.09, 2.0, [5, 'PC-TWA'], ['1,3-丁二烯']),
  gas('c2h2', '乙炔', 'Acetylene', 26.04, 2.5),
  gas('h2', '氢气', 'Hydrogen', 2.016, 4.0, null, ['氢']),
  gas('co', '一氧化碳', 'Carbon monoxide', 28.01, 12.5, [30, 'PC-STEL']),
  gas('h2s', '硫化氢', 'Hydrogen sulfide', 34.08, 4.0, [10, 'MAC']),
  gas('nh3', '氨气', 'Ammonia', 17.03, 15.0, [30, 'PC-STEL'], ['氨']),
  gas('ch3oh', '甲醇', 'Methanol', 32.04, 6.0, [50, 'PC-STEL']),
  gas('c2h5oh', '乙醇', 'Ethanol', 46.07, 3.3),
  gas('c3h6o', '丙酮', 'Acetone', 58.08, 2.5, [450, 'PC-STEL']),
  gas('c6h6', '苯', 'Benzene', 78.11, 1.2, [10, 'PC-STEL']),
  gas('c7h8', '甲苯', 'Toluene', 92.14, 1.2, [100, 'PC-STEL']),
  gas('c8h10', '二甲苯', 'Xylene', 106.17, 1.1, [100, 'PC-STEL']),
  gas('c8h8', '苯乙烯', 'Styrene', 104.15, 1.1, [100, 'PC-STEL']),
  gas('c2h4o', '环氧乙烷', 'Ethylene oxide', 44.05, 3.0, [2, 'PC-TWA']),
  gas('po', '环氧丙烷', 'Propylene oxide', 58.08, 2.3, [5, 'PC-TWA']),
  gas('vcm', '氯乙烯', 'Vinyl chloride', 62.5, 3.6, [10, 'PC-TWA'], ['c2h3cl']),
  gas('acn', '丙烯腈', 'Acrylonitrile', 53.06, 3.0, [2, 'PC-STEL'], ['c3h3n']),
  gas('hcn', '氰化氢', 'Hydrogen cyanide', 27.03, 5.6, [1, 'MAC']),
  gas('cs2', '二硫化碳', 'Carbon disulfide', 76.14, 1.3, [10, 'PC-STEL']),
  gas('gasoline', '汽油', 'Gasoline', null, 1.4, null, ['汽油蒸气']),
  gas('diesel', '柴油', 'Diesel', null, 0.6),
  gas('cl2', '氯气', 'Chlorine', 70.9, null, [1, 'MAC'], ['氯']),
  gas('hcl', '氯化氢', 'Hydrogen chloride', 36.46, null, [7.5, 'MAC']),
  gas('hf', '氟化氢', 'Hydrogen fluoride', 20.01, null, [2, 'MAC']),
  gas('so2', '二氧化硫', 'Sulfur dioxide', 64.06, null, [10, 'PC-STEL']),
  gas('no2', '二氧化氮', 'Nitrogen dioxide', 46.01, null, [10, 'PC-STEL']),
  gas('cocl2', '光气', 'Phosgene', 98.92, null, [0.5, 'MAC']),
  gas('o3', '臭氧', 'Ozone', 48.0, null, [0.3, 'MAC']),
  gas('co2', '二氧化碳', 'Carbon dioxide', 44.01, null, [18_000, 'PC-STEL']),
];

const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s()%]/g, '')
    .replace(/(含量|浓度|体积分数|检测|分析)$/, '');
const BY_NAME: ReadonlyMap<string, Gas> = new Map(
  GASES.flatMap((one) => [one.id, one.words.zh, one.words.en, ...one.aliases].map((name) => [plain(name), one])),
);

/** undefined: no gas that the table has. `CH₄`, `甲烷含量`, `可燃气` are found too. */
export function gasOf(name: string): Gas | undefined {
  const wanted = plain(name);
  return BY_NAME.get(wanted) ?? BY_NAME.get(`${wanted}体`) ?? BY_NAME.get(wanted.replace(/气体?$/, ''));
}

/** Molar volume of an ideal gas at 20 °C and 101.325 kPa, L/mol: ppm × molar mass / this = mg/m³. */
export const MOLAR_VOLUME_L = 24.06;
const PPM_PER_VOL_PCT = 10_000;

export interface GasReading {
  readonly gas: string;
  readonly value: number;
  /** null: the supplier said none. */
  readonly unit: GasUnit | null;
  /** Lower explosive limit as sent, vol%. */
  readonly lelPct: number | null;
}
export interface GasContext {
  readonly kind: WorkKind;
  /** An atmosphere that is rich in oxygen. */
  readonly isEnriched: boolean;
}
const RICH_IN_OXYGEN = /富氧|氧气|oxygen|^o2$/i;
/** By what the space held, as the permit says it. */
export const isRichInOxygen = (medium: string): boolean => RICH_IN_OXYGEN.test(medium);

export type GasVerdict = 'within' | 'out' | 'unknown';
export interface GasLimit {
  readonly verdict: GasVerdict;
  /** In the unit of the reading; null: there is none, or it is not known. */
  readonly min: number | null;
  readonly max: number | null;
  /** What it is held against and where that stands; '' where nothing is. */
  readonly clause: string;
}

interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
  readonly clause: string;
}
const NO_LIMIT: GasLimit = { verdict: 'unknown', min: null, max: null, clause: '' };

/**
 * What the reading is held against and whether it is within. Toxic limits count where people breathe in the space or trench (every kind but
 * hot work and electricity, whose analysis is for fire), and not for %LEL, which measures what burns.
 */
export function limitOf(reading: GasReading, edition: Edition, context: GasContext): GasLimit {
  const known = gasOf(reading.gas);
  const isCombustible = reading.unit === '%LEL' || reading.lelPct !== null;
  const one = known ?? (isCombustible ? gasOf('combustible') : undefined);
  if (one === undefined || !Number.isFinite(reading.value)) return NO_LIMIT;
  const units = reading.unit === null ? unitsOf(one) : [reading.unit];
  const possible = units.flatMap((unit) =>
    lelsOf(one, reading).map((lel) => boundsIn(unit, lel, one, edition, context)),
  );
  const verdicts = new Set(possible.map((bounds) => verdictOf(reading.value, bounds)));
  const [verdict] = verdicts;
  const [first] = possible;
  if (first === undefined || first === null || verdict === undefined) return NO_LIMIT;
  const isOne = possible.length === 1;
  return {
    verdict: verdicts.size === 1 ? verdict : 'unknown',
    min: isOne ? first.min : null,
    max: isOne ? first.max : null,
    clause: first.clause,
  };
}

const verdictOf = (value: number, bounds: Bounds | null): GasVerdict => {
  if (bounds === null) return 'unknown';
  const isOut = (bounds.min !== null && value < bounds.min) || (bounds.max !== null && value > bounds.max);
  return isOut ? 'out' : 'within';
};

/** In which a reading without a unit may be. */
function unitsOf({ id, toxic }: Gas): readonly GasUnit[] {
  if (id === OXYGEN) return ['vol%'];
  return toxic === null ? ['vol%', '%LEL', 'ppm'] : GAS_UNITS;
}

const KNOWN_LELS = GASES.flatMap(({ lelPct }) => (typeof lelPct === 'number' ? [lelPct] : []));

function lelsOf({ lelPct }: Gas, sent: GasReading): readonly (number | null)[] {
  if (lelPct === null) return [null];
  if (sent.lelPct !== null && sent.lelPct > 0) return [sent.lelPct];
  return lelPct === 'any' ? KNOWN_LELS : [lelPct];
}

/** null: nothing that is known holds in this unit. */
function boundsIn(
  unit: GasUnit,
  lelPct: number | null,
  one: Gas,
  edition: Edition,
  context: GasContext,
): Bounds | null {
  if (one.id === OXYGEN) return unit === 'vol%' ? oxygenBounds(edition, context) : null;
  const limits = [
    ...(lelPct === null ? [] : [combustibleMax(unit, lelPct, one, edition)]),
    ...(one.toxic === null || !countsToxic(context) ? [] : [toxicMax(unit, one, one.toxic)]),
  ].filter((limit) => limit !== null);
  const [first, second] = limits;
  if (first === undefined) return null;
  const lower = second !== undefined && second.value < first.value ? second : first;
  return { min: null, max: lower.value, clause: lower.clause };
}

const countsToxic = ({ kind }: GasContext): boolean => kind !== 'fire' && kind !== 'electricity';

function oxygenBounds({ oxygen }: Edition, { kind, isEnriched }: GasContext): Bounds {
  const isSpace = kind === 'confined-space';
  const { value, clause } = isSpace && !isEnriched ? oxygen.max : oxygen.maxEnriched;
  return { min: oxygen.min.value, max: value, clause };
}

interface Max {
  readonly value: number;
  readonly clause: string;
}

function combustibleMax(unit: GasUnit, lelPct: number, one: Gas, { combustible }: Edition): Max | null {
  const { value, clause } = lelPct >= combustible.lelFrom.value ? combustible.highLel : combustible.lowLel;
  if (unit === 'vol%') return { value, clause };
  // value / lelPct first: 0.5 of 5 vol% is 10 %LEL, to the digit.
  if (unit === '%LEL') return { value: (value * 100) / lelPct, clause };
  const ppm = value * PPM_PER_VOL_PCT;
  if (unit === 'ppm') return { value: ppm, clause };
  return one.molarMass === null ? null : { value: (ppm * one.molarMass) / MOLAR_VOLUME_L, clause };
}

function toxicMax(unit: GasUnit, { molarMass }: Gas, { mgM3, by }: ToxicLimit): Max | null {
  const clause = `GBZ 2.1-2019 ${by}`;
  if (unit === 'mg/m3') return { value: mgM3, clause };
  if (unit === '%LEL' || molarMass === null) return null;
  const ppm = (mgM3 * MOLAR_VOLUME_L) / molarMass;
  return { value: unit === 'ppm' ? ppm : ppm / PPM_PER_VOL_PCT, clause };
}
