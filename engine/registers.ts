/** Person and area records: the registers as vendors send them, newest update wins, withdrawal ends what rests on them. */
import { changeAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import { boundsDuty } from '../alarms/out-of-bounds.ts';
import { areaKey, areaViewFrom, type Effect, type PersonView } from '../stream/protocol/effects.ts';
import type { AreaRecord, AreasBody, PersonRecord, PersonsBody } from '../stream/protocol/entry.ts';
import { isPageDate } from '../stream/protocol/page-records.ts';
import { isSameShape } from './areas-table.ts';
import { forgetPerson, type Park } from './park.ts';
import { Presence } from './presence.ts';
import { tellPerson } from './tell-person.ts';

// --- persons ---------------------------------------------------------------------------------------------------------

export function takePersons(park: Park, body: PersonsBody, effects: Effect[]): void {
  for (const record of body.records) takePerson(park, record, effects);
}

function takePerson(park: Park, record: PersonRecord, effects: Effect[]): void {
  const { people } = park;
  const key = areaKey(record.companyCode, record.personId);
  let slot = people.slotOf(record.companyCode, record.personId, false);
  const recordedMs = slot === -1 ? Number.NaN : people.updatedAtMs[slot]!;
  const withdrawn = people.withdrawn.get(key);
  const knownMs = Number.isNaN(recordedMs) ? (withdrawn?.updatedAtMs ?? null) : recordedMs;
  if (!isNews(knownMs, record.updatedAtMs)) return;
  const isKnown = withdrawn !== undefined || (slot !== -1 && people.views[slot]!.type !== 'unidentified');
  if (knownMs === null && isKnown && isPageDate(record.updatedAtMs)) return;
  if (record.deleted) {
    if (slot !== -1) forgetPerson(park, slot, 'withdrawn', effects);
    people.withdrawn.put(key, { updatedAtMs: record.updatedAtMs, version: 0 });
    return;
  }
  people.withdrawn.delete(key);
  const view: PersonView & { personId: string } = {
    personId: record.personId,
    cardNo: record.cardNo,
    companyCode: record.companyCode,
    companyName: record.companyName,
    name: record.name,
    type: record.type,
    department: record.department,
    post: record.post,
  };
  if (slot === -1) {
    slot = people.addPerson(view, park.nowMs);
    people.updatedAtMs[slot] = record.updatedAtMs ?? Number.NaN;
    if (view.cardNo !== null) linkCard(park, view.companyCode, view.cardNo, slot, effects);
    tellPerson(park, slot, null, effects);
    return;
  }
  people.updatedAtMs[slot] = record.updatedAtMs ?? Number.NaN;
  const before = people.views[slot]!;
  if (sameView(before, view)) return;
  if (before.cardNo !== null && before.cardNo !== view.cardNo) {
    people.unlinkCard(before.companyCode, before.cardNo, slot);
  }
  if (view.cardNo !== null) linkCard(park, view.companyCode, view.cardNo, slot, effects);
  describe(park, slot, view, effects);
  for (const areaKeyOfState of [...(park.bounds.ofSlot(slot)?.keys() ?? [])]) {
    const area = park.areas.byKey.get(areaKeyOfState)?.record;
    if (area !== undefined && boundsDuty(area, before) !== boundsDuty(area, view)) {
      endBounds(park, slot, areaKeyOfState, 'withdrawn', effects);
    }
  }
}

/** Another description of whoever has the slot, told to all and written into the standing alarms. */
function describe(park: Park, slot: number, view: PersonView, effects: Effect[]): void {
  const before = park.people.views[slot]!;
  park.people.setView(slot, view);
  tellPerson(park, slot, before, effects);
  for (const alarm of park.alarms.ofSlot(slot))
    park.applyAlarm(changeAlarm(alarm, park.nowMs, { person: view }), effects);
}

/**
 * Fixes of the card are the person's from here on. Whoever was recorded to wear it wears nothing now. A tag's own slot
 * gets no fix any more, so nothing could clear its alarms: they end, the wearer's begin; an SOS stays until reset.
 */
function linkCard(park: Park, companyCode: string, cardNo: string, slot: number, effects: Effect[]): void {
  const { people, alarms, bounds } = park;
  const before = people.linkCard(companyCode, cardNo, slot);
  const wearer = people.views[before];
  if (before === -1 || before === slot || wearer == null) return;
  if (wearer.personId !== null) {
    describe(park, before, { ...wearer, cardNo: null }, effects);
    return;
  }
  if (!alarms.ofSlot(before).some((alarm) => alarm.latched)) {
    forgetPerson(park, before, 'identified', effects);
    return;
  }
  for (const alarm of alarms.ofSlot(before)) {
    if (!alarm.latched) park.applyAlarm(withdrawAlarm(alarm, park.nowMs, 'identified'), effects);
  }
  bounds.forget(before);
  park.part(Presence).forget(before);
}

/** An older update is superseded, an equal one a repeat; without UPDATE_DATE the order of arrival decides. */
function isNews(knownMs: number | null, updatedAtMs: number | null): boolean {
  return knownMs === null || updatedAtMs === null || updatedAtMs > knownMs;
}

function sameView(a: PersonView, b: PersonView): boolean {
  return (
    a.name === b.name &&
    a.type === b.type &&
    a.cardNo === b.cardNo &&
    a.companyName === b.companyName &&
    a.department === b.department &&
    a.post === b.post
  );
}

// --- areas -----------------------------------------------------------------------------------------------------------

export function takeAreas(park: Park, body: AreasBody, effects: Effect[]): void {
  const { areas } = park;
  for (const record of body.records) {
    if (!areas.isNews(record)) continue;
    if (record.deleted) {
      withdrawArea(park, record, effects);
      continue;
    }
    const key = areaKey(record.companyCode, record.areaId);
    const before = areas.byKey.get(key);
    const area = areas.put(record);
    if (area === null) continue;
    effects.push({ t: 'area', area: areaViewFrom(area) });
    if (before !== undefined) changeArea(park, before.record, record, effects);
    for (const part of park.parts) part.onArea?.(park, key, before, area, effects);
  }
}

function withdrawArea(park: Park, record: AreaRecord, effects: Effect[]): void {
  for (const alarm of park.alarms.ofArea(record.companyCode, record.areaId)) {
    // It only names the area that its people stand in: people are there all the same, and a latched one waits for a person.
    if (alarm.rule === 'gathering') continue;
    park.applyAlarm(withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
  }
  const key = areaKey(record.companyCode, record.areaId);
  const before = park.areas.byKey.get(key);
  park.bounds.forgetArea(key);
  if (!park.areas.remove(record)) return;
  effects.push({ t: 'area-removed', areaId: record.areaId, companyCode: record.companyCode });
  for (const part of park.parts) part.onArea?.(park, key, before, undefined, effects);
}

/**
 * Who is no longer held by the area, or held otherwise, is let go. Evidence gathered at another shape counts no more;
 * alarms raised there stay until a fix clears them.
 */
function changeArea(park: Park, before: AreaRecord, after: AreaRecord, effects: Effect[]): void {
  const key = areaKey(after.companyCode, after.areaId);
  const isOtherShape = !isSameShape(before, after);
  for (const slot of park.bounds.slotsAt(key)) {
    const person = park.people.views[slot]!;
    if (boundsDuty(before, person) !== boundsDuty(after, person)) endBounds(park, slot, key, 'withdrawn', effects);
    else if (isOtherShape && park.bounds.known(slot, key)?.alarmId === null) park.bounds.drop(slot, key);
  }
}

/** The area says nothing to this person any more: the alarm ends, and what was gathered is forgotten. */
function endBounds(park: Park, slot: number, key: string, reason: string, effects: Effect[]): void {
  const alarmId = park.bounds.known(slot, key)?.alarmId ?? null;
  park.bounds.drop(slot, key);
  const alarm = alarmId === null ? undefined : park.alarms.standing.get(alarmId);
  if (alarm !== undefined) park.applyAlarm(withdrawAlarm(alarm, park.nowMs, reason), effects);
}
