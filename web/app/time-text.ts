/** Times as words. Durations are relative with the exact moment on hover; everything in the park's own time zone. Pure. */
import { PARK_OFFSET_MS, parkDay, parkTime } from '../../core/park-time.ts';
import type { Translate } from '../i18n/i18n.ts';

/** Two units at most: `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 2 h`. */
export function durationText(t: Translate, ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t('time.seconds', { s: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('time.minutesSeconds', { m: minutes, s: pad(seconds % 60) });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('time.hoursMinutes', { h: hours, m: pad(minutes % 60) });
  return t('time.daysHours', { d: Math.floor(hours / 24), h: hours % 24 });
}

export const agoText = (t: Translate, ms: number): string => t('time.ago', { time: durationText(t, ms) });

/** Age of a frame: tenths under ten seconds, so that a stall is seen as it begins. */
export function frameAgeText(t: Translate, ms: number): string {
  return ms < 10_000 ? t('time.seconds', { s: (ms / 1000).toFixed(1) }) : durationText(t, ms);
}

const pad = (n: number): string => String(n).padStart(2, '0');

/** `2025-11-20 21:04:33` */
export const exactText = parkTime;
export const dateText = (d: Date): string => parkDay(d.getTime());
export const clockText = (d: Date): string => parkTime(d.getTime()).slice(11);
/** 0: Sunday. */
export const weekdayOf = (d: Date): number => new Date(d.getTime() + PARK_OFFSET_MS).getUTCDay();
export const minuteText = (ms: number): string => clockText(new Date(ms)).slice(0, 5);
