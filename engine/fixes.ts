/**
 * One batch of fixes through the park: who, where, newer than what is known, and what the rules say to it. Fixes of a
 * batch are taken in COLLECT_TIME order; a fix that is not its person's newest from that SOURCE is for the store alone,
 * except that an SOS counts however late.
 */
import { levelOf } from '../alarms/alarm-classes.ts';
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import { effectiveAccuracyM, isOutOfReach } from '../alarms/evidence.ts';
import { clearAlarm, raiseAlarm } from '../alarms/life-cycle.ts';
import { boundsDuty, OUT_OF_BOUNDS_RULE_VERSION, watchBounds } from '../alarms/out-of-bounds.ts';
import { releaseSos } from '../alarms/sos.ts';
import { areaKey, type Effect, subjectOf } from '../stream/protocol/effects.ts';
import { ABSENT_U16, FIX_FLAG, type FixBatch } from '../stream/protocol/entry.ts';
import { type Area, areaDepthM, isValidAt } from './areas-table.ts';
import type { Park } from './park.ts';
import { placeOfFix } from './places.ts';
import { settingVersionsOf } from './rules/alarm-input.ts';
import { takeSosFix } from './sos-alarms.ts';
import { tellPerson } from './tell-person.ts';

/** Source ids: 0 no SOURCE given; 255 shared by everything beyond the first 254 names. */
const NO_SOURCE = 1;
const MAX_SOURCES = 253;

const plane = new Float64Array(2);

/** Returns how many fixes were late, or of a subject too many. */
export function takeFixes(park: Park, batch: FixBatch, receivedAtMs: number, effects: Effect[]): number {
  const slots = slotsOfSubjects(park, batch, effects);
  const order = orderByObserved(batch);
  const sourceIds = sourceIdsOf(park, batch);
  let late = 0;
  for (let n = 0; n < batch.count; n++) {
    const i = order === null ? n : order[n]!;
    const byCard = batch.flags[i]! & FIX_FLAG.byCard;
    const slot = slots[batch.subjectIndex[i]! * 2 + byCard]!;
    if (slot === -1 || !takeFix(park, batch, i, slot, sourceIds, receivedAtMs, effects)) late++;
  }
  return late;
}

function takeFix(
  park: Park,
  batch: FixBatch,
  i: number,
  slot: number,
  sourceIds: Uint8Array,
  receivedAtMs: number,
  effects: Effect[],
): boolean {
  const flags = batch.flags[i]!;
  // A clock ahead of ours counts as receipt time; which fix is newer is still the sender's to say.
  const observedAtMs = Math.min(batch.observedAtMs[i]!, receivedAtMs);
  const isPlaced = (flags & FIX_FLAG.noPlace) === 0 && Number.isFinite(batch.lng[i]!) && Number.isFinite(batch.lat[i]!);
  const sourceIndex = batch.sourceIndex[i]!;
  const sourceId = sourceIndex === ABSENT_U16 ? NO_SOURCE : sourceIds[sourceIndex]!;
  const isNewest = park.people.advanceSource(slot, sourceId, batch.observedAtMs[i]!);
  if (
    isPlaced &&
    isNewest &&
    observedAtMs >= park.people.observedAtMs[slot]! &&
    park.projection.project(batch.lng[i]!, batch.lat[i]!, plane, 0)
  ) {
    park.people.place(
      slot,
      batch.lng[i]!,
      batch.lat[i]!,
      plane[0]!,
      plane[1]!,
      batch.heightM[i]!,
      observedAtMs,
      receivedAtMs,
    );
    park.areas.findNear(plane[0]!, plane[1]!, park.people.heightM[slot]!);
    checkBounds(park, batch, i, slot, observedAtMs, effects);
    for (const part of park.fixParts) part.onFix?.(park, batch, i, slot, observedAtMs, effects);
  }
  if ((flags & FIX_FLAG.sos) !== 0) takeSosFix(park, batch, i, slot, observedAtMs, isPlaced, effects);
  else if (isNewest) {
    const memory = park.sos.known(slot);
    if (memory !== undefined) releaseSos(memory);
  }
  return isNewest;
}

// --- who -------------------------------------------------------------------------------------------------------------

/**
 * Slot of each subject string as a person (even index) and as a card (odd index); -1 where the batch does not use it, and
 * for one of too many unknown subjects, unless it calls for help.
 */
function slotsOfSubjects(park: Park, batch: FixBatch, effects: Effect[]): Int32Array {
  const slots = new Int32Array(batch.strings.length * 2).fill(-1);
  const { people } = park;
  const company = batch.origin.companyCode;
  for (let i = 0; i < batch.count; i++) {
    const byCard = batch.flags[i]! & FIX_FLAG.byCard;
    const subjectIndex = batch.subjectIndex[i]!;
    const at = subjectIndex * 2 + byCard;
    if (slots[at] !== -1) continue;
    const subject = batch.strings[subjectIndex]!;
    let slot = people.slotOf(company, subject, byCard === 1);
    if (slot === -1) {
      const calls = (batch.flags[i]! & FIX_FLAG.sos) !== 0;
      if (!calls && !people.hasRoomForUnidentified(company)) continue;
      slot = people.addUnidentified(company, subject, byCard === 1, park.nowMs);
      tellPerson(park, slot, null, effects);
    }
    slots[at] = slot;
  }
  return slots;
}

function sourceIdsOf(park: Park, batch: FixBatch): Uint8Array {
  const ids = new Uint8Array(batch.strings.length);
  for (let i = 0; i < batch.count; i++) {
    const at = batch.sourceIndex[i]!;
    if (at === ABSENT_U16 || ids[at] !== 0) continue;
    const name = batch.strings[at]!;
    let index = park.sources.indexOf(name);
    if (index === -1 && park.sources.length < MAX_SOURCES) index = park.sources.push(name) - 1;
    ids[at] = index === -1 ? 255 : NO_SOURCE + 1 + index;
  }
  return ids;
}

/** Indices by COLLECT_TIME, equal times in the order sent; null when the batch is in order already (the rule). */
function orderByObserved(batch: FixBatch): Uint32Array | null {
  const at = batch.observedAtMs;
  let isOrdered = true;
  for (let i = 1; i < batch.count && isOrdered; i++) isOrdered = at[i - 1]! <= at[i]!;
  if (isOrdered) return null;
  const order = Uint32Array.from({ length: batch.count }, (_, i) => i);
  return order.sort((a, b) => at[a]! - at[b]! || a - b);
}

// --- out of bounds ---------------------------------------------------------------------------------------------------

function checkBounds(
  park: Park,
  batch: FixBatch,
  i: number,
  slot: number,
  observedAtMs: number,
  effects: Effect[],
): void {
  const { people, areas, bounds } = park;
  const person = people.views[slot]!;
  const easting = people.easting[slot]!;
  const northing = people.northing[slot]!;
  const heightM = people.heightM[slot]!;
  const states = bounds.ofSlot(slot);
  if (areas.nearCount === 0 && states === undefined && person.personId === null) return;

  for (let n = 0; n < areas.nearCount; n++) {
    const area = areas.near[n]!;
    if (boundsDuty(area.record, person) !== 'stay-out' || !isValidAt(area.record, park.nowMs)) continue;
    judge(park, batch, i, slot, area, areas.nearDepthM[n]!, observedAtMs, effects);
  }
  if (states !== undefined) leaveFarAreas(park, batch, i, slot, observedAtMs, effects);
  if (person.personId === null) return;
  for (const area of areas.bindingFor(person.companyCode, person.personId)) {
    if (!isValidAt(area.record, park.nowMs)) continue;
    const depthM = -areaDepthM(area, easting, northing, heightM);
    judge(park, batch, i, slot, area, depthM, observedAtMs, effects);
  }
}

/** Forbidden areas that the person was at, and is now too far from to be a candidate. */
function leaveFarAreas(
  park: Park,
  batch: FixBatch,
  i: number,
  slot: number,
  observedAtMs: number,
  effects: Effect[],
): void {
  const { people, areas, bounds } = park;
  for (const key of [...(bounds.ofSlot(slot)?.keys() ?? [])]) {
    const area = areas.byKey.get(key);
    if (area === undefined || boundsDuty(area.record, people.views[slot]!) !== 'stay-out') continue;
    let isNear = false;
    for (let n = 0; n < areas.nearCount && !isNear; n++) isNear = areas.near[n] === area;
    if (isNear) continue;
    const depthM = areaDepthM(area, people.easting[slot]!, people.northing[slot]!, people.heightM[slot]!);
    judge(park, batch, i, slot, area, depthM, observedAtMs, effects);
  }
}

function judge(
  park: Park,
  batch: FixBatch,
  i: number,
  slot: number,
  area: Area,
  depthM: number,
  observedAtMs: number,
  effects: Effect[],
): void {
  const key = areaKey(area.record.companyCode, area.record.areaId);
  const settings = park.settings.outOfBounds;
  const accuracyM = effectiveAccuracyM(batch.accuracyM[i]!, batch.speedMps[i]!);
  if (isOutOfReach(settings, depthM, accuracyM) && (park.bounds.known(slot, key)?.alarmId ?? null) === null) {
    park.bounds.drop(slot, key);
    return;
  }
  const state = park.bounds.stateOf(slot, key);
  const fix = { observedAtMs, lng: batch.lng[i]!, lat: batch.lat[i]!, accuracyM, depthM };
  const verdict = watchBounds(settings, state, fix);
  if (verdict.type === 'raise') {
    const alarm = outOfBoundsAlarm(park, batch, i, slot, area, verdict.onsetAtMs, observedAtMs);
    if (park.applyAlarm(alarm, effects)) state.alarmId = alarm.alarmId;
    // Fixes that came before raise nothing twice; whoever is there now gathers evidence of its own.
    else park.bounds.drop(slot, key);
  } else if (verdict.type === 'clear') {
    const standing = state.alarmId === null ? undefined : park.alarms.standing.get(state.alarmId);
    state.alarmId = null;
    if (standing !== undefined) park.applyAlarm(clearAlarm(standing, park.nowMs, 'condition'), effects);
  }
}

function outOfBoundsAlarm(
  park: Park,
  batch: FixBatch,
  i: number,
  slot: number,
  area: Area,
  onsetAtMs: number,
  observedAtMs: number,
) {
  const person = park.people.views[slot]!;
  const key = areaKey(area.record.companyCode, area.record.areaId);
  return raiseAlarm({
    alarmId: alarmIdFrom('out-of-bounds', subjectOf(person), key, onsetAtMs),
    rule: 'out-of-bounds',
    ruleVersion: OUT_OF_BOUNDS_RULE_VERSION,
    level: levelOf('out-of-bounds', park.settings),
    latched: false,
    companyCodes: [...new Set([person.companyCode, area.record.companyCode])],
    slot,
    generation: park.people.generation[slot]!,
    person,
    subject: subjectOf(person),
    areaCompanyCode: area.record.companyCode,
    areaId: area.record.areaId,
    areaName: area.record.name,
    areaVersion: area.version,
    onsetAtMs,
    raisedAtMs: park.nowMs,
    place: placeOfFix(park, batch, i, observedAtMs),
    evidence: park.bounds.stateOf(slot, key).evidence.samples.map((sample) => ({ ...sample })),
    settingVersions: settingVersionsOf(park, [['rules', '']]),
  });
}
