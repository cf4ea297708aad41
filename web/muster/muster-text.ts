/** Musters in words. Pure. */
import type { Muster, MusterPlace } from '../../stream/protocol/muster.ts';
import { shortCompany } from '../alarm/alarm-text.ts';
import type { Translate } from '../i18n/i18n.ts';

export type CompanyName = (companyCode: string) => string;

/** `甲化工 · 加氢装置`, `甲化工厂区`, `全园`. `areaName`: of an area. */
export function placeText(t: Translate, place: MusterPlace, areaName: string, companyName: CompanyName): string {
  if (place.of === 'park') return t('muster.wholePark');
  if (place.of === 'company') return t('muster.site', { company: shortCompany(companyName(place.companyCode)) });
  const [code = ''] = place.area.split('/', 1);
  return `${shortCompany(companyName(code))} · ${areaName}`;
}

export const musterPlaceText = (t: Translate, muster: Muster, companyName: CompanyName): string =>
  placeText(t, muster.place, muster.areaName, companyName);

/** `3:05`, `1:02:09`: as on a stop-watch. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const pad = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Since the declaration; null: not so. */
export const afterText = (muster: Muster, atMs: number | null): string =>
  atMs === null ? '–' : clockText(atMs - muster.declaredAtMs);
