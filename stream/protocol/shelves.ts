/** Alarms put aside by an operator for a while (ISA-18.2 shelving): the live doc `shelf`. */
import type { ShelfScope } from './acts.ts';
import { type AlarmView, areaKey } from './effects.ts';

/** Whether a scope takes in an alarm. An SOS is in none. */
export const isInScope = (
  { rule, area, person }: ShelfScope,
  alarm: Pick<AlarmView, 'rule' | 'subject' | 'areaCompanyCode' | 'areaId'>,
): boolean =>
  alarm.rule !== 'sos' &&
  (rule === null || alarm.rule === rule) &&
  (area === null || areaOf(alarm) === area) &&
  (person === null || alarm.subject === person);

/** Area key of an alarm, '' of one that is about no area. */
export const areaOf = ({ areaCompanyCode, areaId }: Pick<AlarmView, 'areaCompanyCode' | 'areaId'>): string =>
  areaCompanyCode === null || areaId === null ? '' : areaKey(areaCompanyCode, areaId);

export interface Shelf {
  readonly shelfId: string;
  readonly scope: ShelfScope;
  readonly reason: string;
  readonly by: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** null: it holds. */
  readonly endedAtMs: number | null;
  /** Who ended it before its time; null: nobody did. */
  readonly endedBy: string | null;
}
