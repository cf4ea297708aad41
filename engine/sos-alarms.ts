/** SOS in the park, called by a tag or told by a vendor's record: asks the rule (alarms/sos.ts), finds the place, raises. */
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import { effectiveAccuracyM } from '../alarms/evidence.ts';
import { changeAlarm, conditionBack, raiseAlarm, withdrawAlarm } from '../alarms/life-cycle.ts';
import {
  endSosRecord,
  heldSosDue,
  SOS_LEVEL,
  SOS_RULE_VERSION,
  type SosMemory,
  type SosVerdict,
  takeEndedSosRecord,
  takeHeldSos,
  takeSos,
  takeSosRecord,
  withdrawSos,
} from '../alarms/sos.ts';
import {
  type AlarmPlace,
  type AlarmView,
  type Effect,
  type EvidenceFix,
  subjectOf,
} from '../stream/protocol/effects.ts';
import type { FixBatch, PersonAlarmRecord, PersonAlarmsBody } from '../stream/protocol/entry.ts';
import type { Park } from './park.ts';
import { lastKnownPlace, placeOfFix } from './places.ts';
import { tellPerson } from './tell-person.ts';

/** One fix with SOS. `observedAtMs`: the time of it that counts; the record is known again by its time as sent. */
export function takeSosFix(
  park: Park,
  batch: FixBatch,
  i: number,
  slot: number,
  observedAtMs: number,
  isPlaced: boolean,
  effects: Effect[],
): void {
  const memory = park.sos.memoryOf(slot, park.people.generation[slot]!);
  const verdict = takeSos(park.settings.sos, memory, batch.observedAtMs[i]!, park.nowMs);
  if (!isToRaise(park, verdict, memory, effects)) return;
  if (!isPlaced) {
    raiseSos(park, slot, observedAtMs, lastKnownPlace(park, slot), [], effects);
    return;
  }
  const accuracyM = effectiveAccuracyM(batch.accuracyM[i]!, batch.speedMps[i]!);
  const evidence = [{ observedAtMs, lng: batch.lng[i]!, lat: batch.lat[i]!, accuracyM, depthM: null }];
  raiseSos(park, slot, observedAtMs, placeOfFix(park, batch, i, observedAtMs), evidence, effects);
}

/**
 * Vendor's alarms of people (AQ 3064.3 B.3). Of these the SOS; the other types join the alarms of our own rules
 * (vendor-alarms.ts).
 */
export function takePersonAlarms(park: Park, body: PersonAlarmsBody, receivedAtMs: number, effects: Effect[]): void {
  for (const record of body.records) {
    if (record.type !== 'sos') continue;
    if (record.deleted) deleteSos(park, record, effects);
    else if (record.endedAtMs !== null) endSos(park, record, record.endedAtMs, receivedAtMs, effects);
    else takeSosCall(park, record, receivedAtMs, effects);
  }
}

function takeSosCall(park: Park, record: PersonAlarmRecord, receivedAtMs: number, effects: Effect[]): void {
  const slot = slotOfCaller(park, record, effects);
  const memory = park.sos.memoryOf(slot, park.people.generation[slot]!);
  const verdict = takeSosRecord(park.settings.sos, memory, record, park.nowMs);
  if (!isToRaise(park, verdict, memory, effects)) return;
  raiseSos(park, slot, Math.min(record.raisedAtMs, receivedAtMs), lastKnownPlace(park, slot), [], effects);
}

/** What was called feeds the standing alarm: if that was thought to be over, it is not. */
function isToRaise(park: Park, verdict: SosVerdict, memory: SosMemory, effects: Effect[]): boolean {
  const standing = verdict === 'feed' ? park.alarms.standing.get(memory.alarmId ?? '') : undefined;
  if (standing !== undefined) park.applyAlarm(conditionBack(standing, park.nowMs), effects);
  return verdict === 'raise';
}

function slotOfCaller(park: Park, { companyCode, personId }: PersonAlarmRecord, effects: Effect[]): number {
  const known = park.people.slotOf(companyCode, personId, false);
  if (known !== -1) return known;
  const slot = park.people.addUnidentified(companyCode, personId, false, park.nowMs);
  tellPerson(park, slot, null, effects);
  return slot;
}

/** A call that was answered before we heard of it is seen here too: raised, with its end, until somebody resets it. */
function endSos(
  park: Park,
  record: PersonAlarmRecord,
  endedAtMs: number,
  receivedAtMs: number,
  effects: Effect[],
): void {
  const isLongAgo = park.nowMs - endedAtMs > park.settings.sos.endedMs;
  if (isLongAgo && park.people.slotOf(record.companyCode, record.personId, false) === -1) return;
  const slot = slotOfCaller(park, record, effects);
  const memory = park.sos.memoryOf(slot, park.people.generation[slot]!);
  if (takeEndedSosRecord(park.settings.sos, memory, { ...record, endedAtMs }, park.nowMs) !== 'raise') return;
  const onsetAtMs = Math.min(record.raisedAtMs, receivedAtMs);
  const over = { conditionGoneAtMs: Math.min(endedAtMs, park.nowMs), why: 'over-at-vendor' };
  raiseSos(park, slot, onsetAtMs, lastKnownPlace(park, slot), [], effects, over);
}

function deleteSos(park: Park, record: PersonAlarmRecord, effects: Effect[]): void {
  const slot = park.people.slotOf(record.companyCode, record.personId, false);
  if (slot === -1) return;
  const memory = park.sos.memoryOf(slot, park.people.generation[slot]!);
  if (endSosRecord(memory, record, true) === 'none') return;
  const standing = park.alarms.standing.get(memory.alarmId ?? '');
  withdrawSos(memory);
  if (standing !== undefined) park.applyAlarm(withdrawAlarm(standing, park.nowMs, 'withdrawn'), effects);
}

/** Calls held back after a reset whose minute is over. */
export function raiseHeldSos(park: Park, effects: Effect[]): void {
  for (const [slot, memory] of park.sos.all()) {
    const heldAtMs = heldSosDue(park.settings.sos, memory, park.nowMs);
    if (heldAtMs === null) continue;
    takeHeldSos(memory);
    raiseSos(park, slot, Math.min(heldAtMs, park.nowMs), lastKnownPlace(park, slot), [], effects);
  }
}

function raiseSos(
  park: Park,
  slot: number,
  onsetAtMs: number,
  place: AlarmPlace | null,
  evidence: readonly EvidenceFix[],
  effects: Effect[],
  over: Partial<Pick<AlarmView, 'conditionGoneAtMs' | 'why'>> = {},
): void {
  const generation = park.people.generation[slot]!;
  const person = park.people.views[slot]!;
  const alarm = raiseAlarm({
    ...over,
    alarmId: alarmIdFrom('sos', subjectOf(person), '', onsetAtMs),
    rule: 'sos',
    ruleVersion: SOS_RULE_VERSION,
    level: SOS_LEVEL,
    latched: true,
    companyCodes: [person.companyCode],
    slot,
    generation,
    person,
    subject: subjectOf(person),
    areaCompanyCode: null,
    areaId: null,
    areaName: null,
    areaVersion: null,
    onsetAtMs,
    raisedAtMs: park.nowMs,
    place,
    evidence,
  });
  park.sos.memoryOf(slot, generation).alarmId = alarm.alarmId;
  // A tag that was somebody's and is nobody's again has another slot: its call, sent again, is the one that stands.
  const standing = park.alarms.standing.get(alarm.alarmId);
  const moved = standing && changeAlarm(standing, park.nowMs, { slot, generation, person });
  park.applyAlarm(moved === undefined ? alarm : moved, effects);
}
