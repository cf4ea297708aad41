/** Person and area records: the registers as vendors send them, newest update wins, withdrawal ends what rests on them. */
import { updateAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import { areaKey, type Effect, type PersonView } from '../stream/protocol/effects.ts';
import type { AreasBody, PersonRecord, PersonsBody } from '../stream/protocol/entry.ts';
import { areaViewFrom } from './areas-table.ts';
import { forgetPerson, type Park } from './park.ts';

export function takePersons(park: Park, body: PersonsBody, effects: Effect[]): void {
  for (const record of body.records) takePerson(park, record, effects);
}

function takePerson(park: Park, record: PersonRecord, effects: Effect[]): void {
  const { people } = park;
  let slot = people.slotOf(record.companyCode, record.personId, false);
  if (slot !== -1 && !isNews(people.updatedAtMs[slot] ?? null, record.updatedAtMs)) return;
  if (record.deleted) {
    if (slot !== -1) forgetPerson(park, slot, 'withdrawn', effects);
    return;
  }
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
  if (slot === -1) slot = people.addPerson(view, park.nowMs);
  else {
    const before = people.views[slot]!;
    if (sameView(before, view)) {
      people.updatedAtMs[slot] = record.updatedAtMs;
      return;
    }
    if (before.cardNo !== null && before.cardNo !== view.cardNo) {
      people.unlinkCard(before.companyCode, before.cardNo, slot);
    }
    people.setView(slot, view);
  }
  people.updatedAtMs[slot] = record.updatedAtMs;
  if (view.cardNo !== null) linkCard(park, view, slot, effects);
  effects.push({ t: 'bind', slot, generation: people.generation[slot]!, person: view });
  for (const alarm of park.alarms.ofSlot(slot)) park.alarms.apply(updateAlarm(alarm, { person: view }), effects);
}

/** The tag's own slot, kept while nobody was known to wear it, goes; standing alarms of it stay until dealt with. */
function linkCard(park: Park, view: PersonView, slot: number, effects: Effect[]): void {
  const before = park.people.linkCard(view.companyCode, view.cardNo!, slot);
  if (before === -1 || before === slot) return;
  if (park.people.views[before]?.personId === null && park.alarms.ofSlot(before).length === 0) {
    forgetPerson(park, before, 'identified', effects);
    // forgetPerson drops the card of the slot it frees only while it is still its own.
    park.people.linkCard(view.companyCode, view.cardNo!, slot);
  }
}

export function takeAreas(park: Park, body: AreasBody, effects: Effect[]): void {
  const { areas, alarms, bounds } = park;
  for (const record of body.records) {
    if (!areas.isNews(record)) continue;
    const key = areaKey(record.companyCode, record.areaId);
    if (!record.deleted) {
      const area = areas.put(record);
      if (area === null) continue;
      effects.push({ t: 'area', area: areaViewFrom(area) });
      bounds.forgetUnalarmed(key);
      if (record.kind === 'FORBIDDEN' || record.boundPersonIds.length > 0) continue;
    }
    // Withdrawn, or no longer an area that anybody can be out of: what rests on it ends.
    for (const alarm of alarms.ofArea(record.companyCode, record.areaId)) {
      alarms.apply(withdrawAlarm(alarm, park.nowMs, 'withdrawn'), effects);
    }
    bounds.forgetArea(key);
    if (record.deleted && areas.remove(record.companyCode, record.areaId)) {
      effects.push({ t: 'area-removed', areaId: record.areaId, companyCode: record.companyCode });
    }
  }
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
