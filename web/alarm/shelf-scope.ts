/** What a shelf may take in, seen from the alarm it is made on. Pure. */
import type { ShelfScope } from '../../stream/protocol/acts.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { alarmAreaKey } from './alarm-order.ts';

export const SHELF_PARTS = ['rule', 'area', 'person'] as const;
export type ShelfPart = (typeof SHELF_PARTS)[number];

/** Choices of how long, minutes; nothing is shelved beyond a shift. */
export const SHELF_SPANS_MIN = [15, 30, 60, 120, 240, 480] as const;

type Alarm = Pick<AlarmView, 'rule' | 'areaId' | 'areaCompanyCode' | 'person' | 'subject'>;

/** By part what it would name; null: the alarm has none such. */
export const shelfParts = (alarm: Alarm): ShelfScope => ({
  rule: alarm.rule,
  area: alarmAreaKey(alarm),
  person: alarm.person === null ? null : alarm.subject,
});

/** An alarm is held when it meets all chosen parts, so fewer parts hold more. */
export function scopeOf(alarm: Alarm, chosen: readonly ShelfPart[]): ShelfScope {
  const parts = shelfParts(alarm);
  return {
    rule: chosen.includes('rule') ? parts.rule : null,
    area: chosen.includes('area') ? parts.area : null,
    person: chosen.includes('person') ? parts.person : null,
  };
}
