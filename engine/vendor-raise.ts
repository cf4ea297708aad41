/** The alarm that a vendor's record raises where none stands for its thing. */
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import { isGatheringLatched } from '../alarms/gathering.ts';
import { raiseAlarm } from '../alarms/life-cycle.ts';
import { type AlarmView, areaKey, type Effect } from '../stream/protocol/effects.ts';
import { NOBODY } from './alarm-table.ts';
import type { Park } from './park.ts';
import { lastKnownPlace } from './places.ts';
import { tellPerson } from './tell-person.ts';
import { aboutOf, levelOf, sourceOf, type VendorRecord } from './vendor-record.ts';

const VENDOR_ALARM_RULE_VERSION = 1;

/** Begun at `onsetAtMs`, as grave as the record says; binds whom it names, where nobody is known by that id. */
export function alarmOf(park: Park, record: VendorRecord, onsetAtMs: number, effects: Effect[]): AlarmView {
  const rule = record.rule!;
  const { companyCode, areaId, personId } = record;
  const area = areaId === null ? undefined : park.areas.byKey.get(areaKey(companyCode, areaId));
  const slot = personId === null ? NOBODY : slotOf(park, companyCode, personId, effects);
  const { subject } = aboutOf(record);
  const level = levelOf(record, park);
  return raiseAlarm({
    // Beside those of our own rules; the date tells what is said anew of an alarm that somebody saw to and that ended.
    alarmId: alarmIdFrom(rule, subject, `vendor:${record.recordId}@${record.updatedAtMs}`, onsetAtMs),
    rule,
    ruleVersion: VENDOR_ALARM_RULE_VERSION,
    level,
    latched: rule === 'gathering' && isGatheringLatched(level),
    companyCodes: [companyCode],
    slot,
    generation: slot === NOBODY ? 0 : park.people.generation[slot]!,
    person: slot === NOBODY ? null : park.people.views[slot]!,
    subject,
    areaCompanyCode: areaId === null ? null : companyCode,
    areaId,
    areaName: area?.record.name ?? null,
    areaVersion: area?.version ?? null,
    onsetAtMs,
    raisedAtMs: park.nowMs,
    place: slot === NOBODY ? placeOfMiddle(park, record) : lastKnownPlace(park, slot),
    evidence: [],
    people: record.members,
    count: rule === 'gathering' ? record.count : null,
    sources: [sourceOf(record)],
  });
}

/** NOBODY: the company has as many people whom no record describes as one may have; the alarm is raised all the same. */
function slotOf(park: Park, companyCode: string, personId: string, effects: Effect[]): number {
  const { people } = park;
  const known = people.slotOf(companyCode, personId, false);
  if (known !== -1) return known;
  if (!people.hasRoomForUnidentified(companyCode)) return NOBODY;
  const slot = people.addUnidentified(companyCode, personId, false, park.nowMs);
  tellPerson(park, slot, null, effects);
  return slot;
}

const plane = new Float64Array(2);

function placeOfMiddle(park: Park, { middle, raisedAtMs }: VendorRecord): AlarmView['place'] {
  if (middle === null || !park.projection.project(middle.lng, middle.lat, plane, 0)) return null;
  return {
    ...middle,
    easting: plane[0]!,
    northing: plane[1]!,
    heightM: null,
    observedAtMs: raisedAtMs,
    lastKnown: false,
    gridId: park.projection.parameters.id,
  };
}
