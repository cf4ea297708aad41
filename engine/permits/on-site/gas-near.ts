/**
 * 作业点附近气体报警: a fixed detector sounds and its radius reaches a job in progress (AQ 3064.3-2025 5.2.3, GB 30871-2022 4.13). The alarm
 * is the permit's; its people, and whoever is in its area, are told to leave, each once for each time that the detector sounds, who
 * comes later too.
 */
import type { Finding } from '../../../alarms/permits/finding.ts';
import type { AlarmView, Effect } from '../../../stream/protocol/effects.ts';
import { Deliveries } from '../../deliveries.ts';
import { GasAlarms, type PlacedSounding } from '../../gas-alarms.ts';
import type { Park } from '../../park.ts';
import { Presence } from '../../presence.ts';
import { areaKeyOf, type Job } from './job.ts';
import type { OnSiteRule, Report } from './report.ts';
import { alarmPersonOf, metres, newestM } from './sight.ts';

const RULE = 'gas-near-job';

export class GasNear implements OnSiteRule {
  #sounding: readonly PlacedSounding[] = [];
  /** Whom an alarm told already, by its id: nobody is asked about twice a second. */
  readonly #told = new Map<string, string>();

  begin(park: Park): void {
    this.#sounding = park.part(GasAlarms).placed(park);
    if (this.#sounding.length === 0) this.#told.clear();
  }

  judge(park: Park, report: Report): void {
    const { job } = report;
    for (const { key, sinceMs, detector, easting, northing } of this.#sounding) {
      const toEdgeM = Math.max(0, -job.depthM(easting, northing, Number.NaN));
      if (toEdgeM > detector.radiusM) continue;
      const onsetAtMs = Math.max(sinceMs, Math.min(job.sinceMs, park.nowMs));
      const people = job.crew.map((slot) => alarmPersonOf(park, slot));
      report.say({
        rule: RULE,
        about: key,
        onsetAtMs,
        facts: [
          { name: 'detector', value: detector.name, unit: 'text', limit: null },
          { name: 'distanceM', value: metres(toEdgeM), unit: 'm', limit: detector.radiusM },
          { name: 'at', value: sinceMs, unit: 'instant', limit: null },
        ],
        people,
      });
    }
  }

  /** After its alarms stand. */
  tell(park: Park, job: Job, found: readonly Finding[], effects: Effect[]): void {
    if (!found.some(({ rule }) => rule === RULE)) return;
    const slots = peopleAt(park, job);
    for (const alarm of park.alarms.ofRule(RULE)) {
      if (alarm.subject !== job.key || !alarm.active || alarm.conditionGoneAtMs !== null) continue;
      const who = slots.join();
      if (this.#told.get(alarm.alarmId) === who) continue;
      this.#told.set(alarm.alarmId, who);
      announce(park, job, alarm, slots, effects);
    }
  }
}

function announce(park: Park, job: Job, alarm: AlarmView, slots: readonly number[], effects: Effect[]): void {
  const people = slots.map((slot) => alarmPersonOf(park, slot));
  const companies = new Set([job.permit.state.companyCode, ...people.map(({ companyCode }) => companyCode)]);
  const detector = alarm.permit?.facts.find(({ name }) => name === 'detector')?.value ?? '';
  park.part(Deliveries).announce(
    park,
    {
      key: `withdraw ${alarm.alarmId}`,
      text: 'withdraw',
      values: { place: job.permit.state.fields.site ?? '', detector, count: people.length },
      level: 1,
      alarmId: alarm.alarmId,
      orderId: null,
      parties: [...companies].map((companyCode) => `${companyCode}/control-room`).sort(),
      people,
    },
    effects,
  );
}

/** Its crew wherever they are, and everybody in its area. */
function peopleAt(park: Park, job: Job): number[] {
  const slots = new Set(job.crew);
  const presence = park.part(Presence);
  if (job.area !== null) for (const slot of presence.insideOf(areaKeyOf(job.area))) slots.add(slot);
  else {
    for (let slot = 0; slot < park.people.slotCount; slot++) {
      if (presence.isFresh(park, slot) && newestM(park, slot, job.depthM) >= 0) slots.add(slot);
    }
  }
  return [...slots].sort((one, other) => one - other);
}
