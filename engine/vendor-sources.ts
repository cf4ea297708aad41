/** What vendors' words make of an alarm that they are sources of: who gathers, how many, how grave it is. */
import { isGatheringLatched } from '../alarms/gathering.ts';
import { isParkHeld, withVendorSource } from '../alarms/vendor-merge.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { Park } from './park.ts';
import { levelOf, sourceOf, type VendorRecord } from './vendor-record.ts';
import type { VendorRecordTable } from './vendor-record-table.ts';

/** Of a gathering that a vendor counts higher than we do, the level stays the vendor's. */
export function heldUp(park: Park, records: VendorRecordTable, next: AlarmView): AlarmView {
  let { level } = next;
  for (const source of next.sources) {
    const record = source.by === 'vendor' && source.endedAtMs === null ? records.get(source.recordId) : undefined;
    if (record !== undefined && levelOf(record, park) < level) level = levelOf(record, park);
  }
  return level === next.level ? next : { ...next, level };
}

/** Our rule counts fewer than a vendor: the alarm stays as grave as it is. */
export function lowered(park: Park, records: VendorRecordTable, before: AlarmView, next: AlarmView): AlarmView | null {
  const held = heldUp(park, records, next);
  if (held.level !== before.level) return held;
  return isSameCount(before, held) ? null : { ...held, transition: 'updated', why: null };
}

/** Sources changed: a gathering is as grave as the gravest of them says. */
export function levelled(park: Park, records: VendorRecordTable, next: AlarmView): AlarmView {
  const held = next.rule === 'gathering' ? heldUp(park, records, next) : next;
  return held.level === next.level
    ? next
    : { ...held, latched: held.latched || isGatheringLatched(held.level), transition: 'level' };
}

/** The alarm with what the record says of it; who gathers is the vendor's to say as long as our rule sees nobody. */
export function counted(alarm: AlarmView, record: VendorRecord): AlarmView | null {
  const next = withVendorSource(alarm, sourceOf(record));
  if (record.rule !== 'gathering' || alarm.sources.length === 0 || isParkHeld(alarm)) return next;
  const told = { ...(next ?? alarm), people: record.members, count: record.count };
  return next === null && isSameCount(alarm, told) ? null : { ...told, transition: 'updated', why: 'source' };
}

const isSameCount = (one: AlarmView, other: AlarmView): boolean =>
  JSON.stringify([one.people, one.count, one.place, one.radiusM]) ===
  JSON.stringify([other.people, other.count, other.place, other.radiusM]);
