/**
 * Open-air work in wind or bad weather (local L97; GB 30871-2022 5.2.15, 8.2.6, 9.2.4). Hot work that cannot wait may go on one grade up. Whether
 * a job is in the open A.1 does not say: where nobody does, it is told as a hint, for the operator to look.
 */
import type { Fact } from '../../standard/permit-rules.ts';
import type { Finding, Judge, Weather } from './finding.ts';
import { isGradedUp } from './upgrade.ts';
import { fact, workOf } from './work.ts';

export const judgeWeatherWork: Judge = (permit, { nowMs, duty, edition, weather }) => {
  const { isGoingOn, onSinceMs } = workOf(permit, nowMs);
  const { isOpenAir } = permit.fields;
  if (!isGoingOn || onSinceMs === null || duty === null || weather === null || isOpenAir === false) return [];
  const { windForce, badWeather, upgradeClause } = duty;
  const isWindy = windForce !== null && weather.windForce !== null && weather.windForce >= windForce.value;
  const isBad = badWeather !== null && weather.isBad;
  const mayGoOn = upgradeClause !== null && isGradedUp(permit, duty, edition.duties) === true;
  if ((!isWindy && !isBad) || mayGoOn) return [];
  const isHint = isOpenAir === null || isOpenAir === undefined;
  const finding: Finding = {
    rule: 'weather-work',
    about: '',
    onsetAtMs: Math.min(nowMs, Math.max(weather.sinceMs, onSinceMs)),
    ...(isHint ? { level: 4 as const } : {}),
    facts: [
      ...(isWindy ? windFacts(weather, windForce.value) : []),
      ...(isBad ? [fact('reason', '恶劣天气', 'text')] : []),
      ...(isHint ? [fact('reason', '未报是否露天作业', 'text')] : []),
    ],
  };
  return [finding];
};

const windFacts = ({ windForce }: Weather, limit: number): Fact[] => [fact('wind', windForce ?? 0, 'number', limit)];
