/**
 * Open-air work in wind or bad weather (local L97; GB 30871-2022 5.2.15, 8.2.6, 9.2.4). Hot work that cannot wait may go on one grade up. Whether
 * a job is in the open A.1 does not say: where nobody does, it is told as a hint, for the operator to look.
 */
import type { WorkDuty } from '../../standard/gb30871.ts';
import type { Fact } from '../../standard/permit-rules.ts';
import type { Finding, Judge, Weather } from './finding.ts';
import { isGradedUp } from './upgrade.ts';
import { fact, wordFact, workOf } from './work.ts';

export const judgeWeatherWork: Judge = (permit, { nowMs, duty, edition, weather }) => {
  const { isGoingOn, onSinceMs } = workOf(permit, nowMs);
  const { isOpenAir } = permit.fields;
  if (!isGoingOn || onSinceMs === null || duty === null || isOpenAir === false) return [];
  const windy = weather.filter((notice) => isTooWindy(notice, duty));
  const bad = duty.badWeather === null ? [] : weather.filter(({ isBad }) => isBad);
  const mayGoOn = duty.upgradeClause !== null && isGradedUp(permit, duty, edition.duties) === true;
  if (windy.length + bad.length === 0 || mayGoOn) return [];
  const isHint = isOpenAir === null || isOpenAir === undefined;
  const sinceMs = Math.min(...[...windy, ...bad].map((notice) => notice.sinceMs));
  const finding: Finding = {
    rule: 'weather-work',
    about: '',
    onsetAtMs: Math.min(nowMs, Math.max(sinceMs, onSinceMs)),
    ...(isHint ? { level: 4 as const } : {}),
    facts: [
      ...(windy.length > 0 ? [windFact(windy, duty)] : []),
      ...(bad.length > 0 ? [wordFact('reason', 'bad-weather')] : []),
      ...(isHint ? [wordFact('reason', 'open-air-not-said')] : []),
    ],
  };
  return [finding];
};

const isTooWindy = ({ windForce }: Weather, duty: WorkDuty): boolean =>
  windForce !== null && duty.windForce !== null && windForce >= duty.windForce.value;

/** The strongest of them. */
const windFact = (windy: readonly Weather[], duty: WorkDuty): Fact =>
  fact('wind', Math.max(...windy.map(({ windForce }) => windForce ?? 0)), 'number', duty.windForce?.value ?? null);
