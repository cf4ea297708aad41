/** SOS in the park: asks the rule (alarms/sos.ts), finds the place, raises. */
import { alarmIdFrom } from '../alarms/alarm-id.ts';
import { effectiveAccuracyM } from '../alarms/evidence.ts';
import { raiseAlarm } from '../alarms/life-cycle.ts';
import { heldSosDue, releaseSos, SOS_LEVEL, SOS_RULE_VERSION, takeSos } from '../alarms/sos.ts';
import type { AlarmPlace, Effect, EvidenceFix } from '../stream/protocol/effects.ts';
import type { FixBatch } from '../stream/protocol/entry.ts';
import type { Park } from './park.ts';
import { lastKnownPlace, placeOfFix, subjectOf } from './places.ts';

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
  if (takeSos(park.settings.sos, memory, batch.observedAtMs[i]!, park.nowMs) !== 'raise') return;
  if (!isPlaced) {
    raiseSos(park, slot, observedAtMs, lastKnownPlace(park, slot), [], effects);
    return;
  }
  const accuracyM = effectiveAccuracyM(batch.accuracyM[i]!, batch.speedMps[i]!);
  const evidence = [{ observedAtMs, lng: batch.lng[i]!, lat: batch.lat[i]!, accuracyM, depthM: null }];
  raiseSos(park, slot, observedAtMs, placeOfFix(park, batch, i, observedAtMs), evidence, effects);
}

/** Calls held back after a reset whose minute is over. */
export function raiseHeldSos(park: Park, effects: Effect[]): void {
  for (const [slot, memory] of park.sos.all()) {
    const heldAtMs = heldSosDue(park.settings.sos, memory, park.nowMs);
    if (heldAtMs === null) continue;
    releaseSos(memory);
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
): void {
  const generation = park.people.generation[slot]!;
  const person = park.people.views[slot]!;
  const alarm = raiseAlarm({
    alarmId: alarmIdFrom('sos', subjectOf(person), '', onsetAtMs),
    rule: 'sos',
    ruleVersion: SOS_RULE_VERSION,
    level: SOS_LEVEL,
    latched: true,
    companyCodes: [person.companyCode],
    slot,
    generation,
    person,
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
  park.alarms.apply(alarm, effects);
}
