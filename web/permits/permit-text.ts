/** What permits, their people, gases and alarms say. Instants are those of the park (UTC+8). Pure. */
import { parkDay } from '../../core/park-time.ts';
import { FACT_WORDS, type FactWord } from '../../standard/fact-words.ts';
import type { Fact } from '../../standard/permit-rules.ts';
import { WORK_TYPES, type WorkKind, type WorkLevel } from '../../standard/special-work.ts';
import type {
  AlarmPermit,
  GasLatest,
  GasUnit,
  PermitCoverage,
  PermitView,
  PersonMatch,
} from '../../stream/protocol/permits.ts';
import { durationText } from '../app/time-text.ts';
import type { Translate } from '../i18n/i18n.ts';
import { chinaText } from '../registers/china-time.ts';
import { type WorkStatus, workOf } from './permit-states.ts';

export const workText = (t: Translate, workCode: string): string => t(`alarm.workType.${workOf(workCode).code}`);
export const kindText = (t: Translate, kind: WorkKind): string => t(`alarm.workKind.${kind}`);
export const levelText = (t: Translate, level: WorkLevel): string => t(`alarm.workLevel.${level}`);
export const statusText = (t: Translate, status: WorkStatus): string => t(`permit.status.${status}`);

/** Number as printed; a permit without one goes by its id. */
export const numberOf = (permit: Pick<PermitView, 'number' | 'permitId'>): string => permit.number ?? permit.permitId;

const NBSP = '\u00a0';
export const gasUnitText = (t: Translate, unit: GasUnit | null): string => unit ?? t('permit.gas.noUnit');

/** Up to three digits behind the point, none that say nothing. */
export const figure = (value: number): string => String(Number(value.toFixed(3)));

export const gasValueText = (t: Translate, { value, unit }: Pick<GasLatest, 'value' | 'unit'>): string =>
  `${figure(value)}${NBSP}${gasUnitText(t, unit)}`;

/** `19.5 – 21 vol%`, `≤ 0.5 vol%`, or that none is known. */
export function gasLimitText(t: Translate, gas: Pick<GasLatest, 'limitMin' | 'limitMax' | 'unit'>): string {
  const { limitMin, limitMax } = gas;
  const unit = gasUnitText(t, gas.unit);
  if (limitMin !== null && limitMax !== null) return `${figure(limitMin)} – ${figure(limitMax)}${NBSP}${unit}`;
  if (limitMax !== null) return `≤${NBSP}${figure(limitMax)}${NBSP}${unit}`;
  if (limitMin !== null) return `≥${NBSP}${figure(limitMin)}${NBSP}${unit}`;
  return t('permit.gas.noLimit');
}

export const matchText = (t: Translate, match: PersonMatch): string => t(`permit.match.${match}`);

/** Time of day where it is today's, else with its day. */
export function momentText(atMs: number, nowMs: number): string {
  const text = chinaText(atMs);
  return parkDay(atMs) === parkDay(nowMs) ? text.slice(11) : text.slice(5);
}

const minutes = (text: string): string => text.replace(/(\d\d:\d\d):\d\d$/, '$1');

/** To the minute: what was planned and permitted says no more. */
export const minuteText = (atMs: number, nowMs: number): string => minutes(momentText(atMs, nowMs));

/** `08:00 – 16:00`; what is not known is a dash. Empty: neither is. */
export function spanText(fromMs: number | null, toMs: number | null, nowMs: number): string {
  if (fromMs === null && toMs === null) return '';
  const part = (atMs: number | null): string => (atMs === null ? '—' : minuteText(atMs, nowMs));
  return `${part(fromMs)} – ${part(toMs)}`;
}

/** How long it still holds, or how long it is over; empty: nothing says until when, or it is closed. */
export function expiryText(t: Translate, expiresAtMs: number | null, nowMs: number): string {
  if (expiresAtMs === null) return '';
  const time = durationText(t, Math.abs(expiresAtMs - nowMs));
  return t(expiresAtMs >= nowMs ? 'permit.expiresIn' : 'permit.expiredFor', { time });
}

const UNIT_TEXT: Partial<Readonly<Record<Fact['unit'], string>>> = {
  m: 'm',
  'vol%': 'vol%',
  '%LEL': '%LEL',
  ppm: 'ppm',
  'mg/m3': 'mg/m³',
};

/** Value of a fact with its unit, in words where people speak so. */
export function factValueText(t: Translate, value: number | string, unit: Fact['unit'], nowMs: number): string {
  if (typeof value === 'string') return textOf(t, value, unit);
  switch (unit) {
    case 'instant':
      return momentText(value, nowMs);
    case 's':
      return durationText(t, value * 1_000);
    case 'min':
      return t('permit.unit.min', { n: figure(value) });
    case 'h':
      return t('permit.unit.h', { n: figure(value) });
    case 'd':
      return t('permit.unit.d', { n: figure(value) });
    case 'people':
      return t('alarm.people', { n: value });
    default: {
      const sign = UNIT_TEXT[unit];
      return sign === undefined ? figure(value) : `${figure(value)}${NBSP}${sign}`;
    }
  }
}

/** A word that this page does not know is shown by its code. */
function textOf(t: Translate, value: string, unit: Fact['unit']): string {
  if (unit === 'work') return Object.hasOwn(WORK_TYPES, value) ? workText(t, value) : value;
  return unit === 'word' && Object.hasOwn(FACT_WORDS, value) ? t(`alarm.factWord.${value as FactWord}`) : value;
}

/** `98 % · 缺 3 分 20 秒`; 100 % only when nothing is missing. */
export function coverageText(
  t: Translate,
  { workMs, coveredMs }: Pick<PermitCoverage, 'workMs' | 'coveredMs'>,
): string {
  const missingMs = Math.max(0, workMs - coveredMs);
  if (missingMs < 1_000) return `100${NBSP}%`;
  const share = Math.min(99, Math.floor((100 * coveredMs) / workMs));
  return t('permit.recordedShare', { share, time: durationText(t, missingMs) });
}

/** What it is held against, in the unit of the value; empty: nothing. */
export const factLimitText = (t: Translate, { limit, unit }: Fact, nowMs: number): string =>
  limit === null ? '' : t('permit.limit', { limit: factValueText(t, limit, unit, nowMs) });

/** `TS-0817 · 裂解装置 3# 泵区`: second line of an alarm. `site` null: not known here. */
export const permitLineText = (permit: Pick<AlarmPermit, 'number' | 'permitId'>, site: string | null): string =>
  [numberOf(permit), site].filter((part) => part !== null && part !== '').join(' · ');

export const distanceText = (t: Translate, m: number): string =>
  m < 1_000 ? t('card.metres', { m: Math.round(m) }) : t('permit.unit.km', { n: (m / 1_000).toFixed(1) });
