/** The world of one permit as its judges ask for it (alarms/permits/finding.ts), out of the tables of the park. */

import type {
  HeardBooking,
  HeardCertificate,
  HeardCommitment,
  HeardUnit,
  HeardWorker,
  JudgeContext,
  NearPermit,
  SaidCertificate,
  SaidWorker,
  SuspectDatum,
  Weather,
} from '../../alarms/permits/finding.ts';
import type { RuleSettings } from '../../alarms/rule-settings.ts';
import { nextWeatherChangeMs, weatherAt } from '../../alarms/settings/weather.ts';
import { type Calendar, dateOf, NO_CALENDAR } from '../../alarms/shifts.ts';
import { parkDayNumber } from '../../core/park-time.ts';
import { type Edition, editionOn, type WorkDuty } from '../../standard/gb30871.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { ActivityRecord, CameraState } from '../../stream/protocol/permits.ts';
import type { Park } from '../park.ts';
import { bookingOf, daysOf } from './bookings.ts';
import type { Heard } from './heard/heard.ts';
import type { NewestRecords } from './newest-records.ts';
import type { OnPermit } from './permit-people.ts';
import { distanceM, type KeptPermit, type PermitTable } from './permit-table.ts';
import type { Videos } from './videos.ts';

/** What is the same for all permits at one instant. */
export interface Hour {
  readonly calendar: Calendar;
  readonly weather: readonly Weather[];
  /** When the weather is another; null: nobody says. */
  readonly weatherToMs: number | null;
}

export function hourOf(park: Park): Hour {
  const notices = park.config.get('weather', '') ?? { notices: [] };
  return {
    calendar: park.config.get('calendar', '') ?? NO_CALENDAR,
    weather: weatherAt(notices, park.nowMs),
    weatherToMs: nextWeatherChangeMs(notices, park.nowMs),
  };
}

/** What permits are judged by beside the tables of the park. */
export interface JudgedBy {
  readonly table: PermitTable;
  readonly heard: Heard;
  readonly videos: Videos;
  readonly activities: NewestRecords<ActivityRecord>;
  readonly permitsOfDay: PermitsOfDay;
}

/** Holds on the day on which the permit was issued, or today. */
export const editionOf = ({ fields }: PermitState, nowMs: number): Edition =>
  editionOn(dateOf(parkDayNumber(fields.issuedAtMs ?? nowMs)));

export const dutyOf = (state: PermitState, nowMs: number): WorkDuty | null => {
  const { workCode } = state.fields;
  const { duties } = editionOf(state, nowMs);
  return workCode !== undefined && Object.hasOwn(duties, workCode) ? duties[workCode]! : null;
};

/** Permits so near may be judged by each other, m. */
export function reachM({ nowMs, settings }: Park): number {
  const { stackedM, conflictM, placeErrorM } = settings.permit;
  return Math.max(editionOn(dateOf(parkDayNumber(nowMs))).blindHotWorkM.value, stackedM, conflictM) + 2 * placeErrorM;
}

/** Open permits of a company under a code on a day; asked for by each of them, so kept until one changes. */
export class PermitsOfDay {
  readonly #known = new Map<string, readonly PermitState[]>();

  changed(): void {
    this.#known.clear();
  }

  of(table: PermitTable, companyCode: string, workCode: string, day: number): readonly PermitState[] {
    const key = `${companyCode}/${workCode}/${day}`;
    let found = this.#known.get(key);
    if (found === undefined) {
      found = table
        .ofCode(companyCode, workCode)
        .filter(({ state }) => {
          const days = daysOf(state);
          return days.from <= day && day <= days.to;
        })
        .sort((a, b) => a.state.firstReceivedAtMs - b.state.firstReceivedAtMs || (a.key < b.key ? -1 : 1))
        .map(({ state }) => state);
      this.#known.set(key, found);
    }
    return found;
  }
}

export class PermitContext implements JudgeContext {
  readonly nowMs: number;
  readonly settings: RuleSettings['permit'];
  readonly calendar: Calendar;
  readonly edition: Edition;
  readonly duty: WorkDuty | null;
  readonly inExArea: boolean | null;
  readonly hazardSourceCode: string | null;
  readonly outsideM: number | null;
  readonly suspectDatum: SuspectDatum | null;
  readonly people: readonly OnPermit[];
  readonly weather: readonly Weather[];
  readonly cameraCodes: readonly string[];
  /** Earliest that a judge asked for; null: none did. */
  nextAtMs: number | null;
  readonly #permit: KeptPermit;
  readonly #by: JudgedBy;

  constructor(park: Park, permit: KeptPermit, by: JudgedBy, hour: Hour) {
    this.#permit = permit;
    this.#by = by;
    this.nowMs = park.nowMs;
    this.settings = park.settings.permit;
    this.calendar = hour.calendar;
    this.edition = editionOf(permit.state, park.nowMs);
    this.duty = dutyOf(permit.state, park.nowMs);
    this.inExArea = permit.inExArea;
    this.hazardSourceCode = permit.hazardSourceCode;
    this.outsideM = permit.outsideM;
    this.suspectDatum = permit.suspectDatum;
    this.people = permit.people;
    this.weather = hour.weather;
    this.nextAtMs = hour.weatherToMs;
    this.cameraCodes = by.videos.camerasOf(permit.key);
  }

  get hasActivity(): boolean {
    const { activityId } = this.#permit.state.fields;
    if (activityId == null) return false;
    const activity = this.#by.activities.get(this.#company, activityId);
    return activity !== undefined && !activity.deleted;
  }

  again(atMs: number): void {
    // Never at once again: a judge that asks for what is past would be asked without end.
    const laterMs = Math.max(atMs, this.nowMs + 1);
    if (this.nextAtMs === null || laterMs < this.nextAtMs) this.nextAtMs = laterMs;
  }

  permitBy(reference: string): PermitState | undefined {
    return this.#by.table.byReference(this.#company, reference)?.state;
  }

  near(radiusM: number): readonly NearPermit[] {
    const { place, key } = this.#permit;
    if (place === null) return [];
    return this.#by.table
      .near(place, radiusM)
      .filter((other) => other.key !== key)
      .map((other) => ({
        state: other.state,
        distanceM: distanceM(place, other.place!),
        inExArea: other.inExArea,
      }));
  }

  sameActivity(): readonly PermitState[] {
    const { activityId } = this.#permit.state.fields;
    if (activityId == null) return [];
    return this.#by.table
      .ofActivity(this.#company, activityId)
      .filter(({ key, state }) => key !== this.#permit.key && !state.deleted)
      .map(({ state }) => state);
  }

  unit(creditCode: string): HeardUnit | undefined {
    return this.#by.heard.unit(this.#company, creditCode);
  }
  unitByName(name: string): HeardUnit | undefined {
    return this.#by.heard.unitByName(this.#company, name);
  }
  worker(said: SaidWorker): HeardWorker | undefined {
    return this.#by.heard.worker(this.#company, said, this.nowMs);
  }
  certificate(said: SaidCertificate): HeardCertificate | undefined {
    return this.#by.heard.certificate(this.#company, said);
  }
  commitment(atMs: number): HeardCommitment | null {
    return this.#by.heard.commitment(this.#company, atMs);
  }
  permitsOfDay(code: string, atMs: number): readonly PermitState[] {
    return this.#by.permitsOfDay.of(this.#by.table, this.#company, code, parkDayNumber(atMs));
  }
  booking(): HeardBooking | null {
    return bookingOf(this.#permit.state, this.#by.heard.bookings(this.#company));
  }
  camera(code: string): CameraState | undefined {
    return this.#by.videos.camera(code);
  }

  get #company(): string {
    return this.#permit.state.companyCode;
  }
}
