/** What is offered for an order by hand. Pure. */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { clockText, dateText } from '../app/time-text.ts';

export const ORDER_SPANS_MIN = [30, 120, 480, 1_440, 4_320] as const;

/** As long as the deadlines of reporting without a setting (alarms/settings/routing.ts). */
export const usualSpanMin = (level: AlarmLevel): number => [120, 480, 1_440, 4_320][level - 1] as number;

/** Those of each company concerned, then the park's. Never empty. */
export const partiesOf = ({ companyCodes }: Pick<AlarmView, 'companyCodes'>): string[] => [
  ...companyCodes.flatMap((code) => [`${code}/safety`, `${code}/control-room`]),
  'park/duty',
  'park/safety',
];

/** By name: not everybody who does something has an account. null: nobody was named. */
export function assigneeOf(
  written: string,
  session: { readonly userId: string; readonly name: string },
): { readonly userId: string; readonly name: string } | null {
  const name = written.trim();
  return name === '' ? null : { userId: name === session.name ? session.userId : name, name };
}

/** `14:30`, of another day with the day. */
export function dueText(atMs: number, nowMs: number): string {
  const [at, now] = [new Date(atMs), new Date(nowMs)];
  const time = clockText(at).slice(0, 5);
  return dateText(at) === dateText(now) ? time : `${dateText(at).slice(5)} ${time}`;
}
