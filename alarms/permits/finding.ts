/**
 * What judges of permits are given, and what they say. A judge is a pure function over one permit: it says everything that is wrong now,
 * and by `again` when it is to be asked once more though nothing new was said. Who asks (engine/permits/) raises an alarm for what is
 * found, keeps it while it is found, and ends it when it is found no more; so a judge has no memory.
 */
import type { Edition, WorkDuty } from '../../standard/gb30871.ts';
import type { Fact, PermitRuleId } from '../../standard/permit-rules.ts';
import type { AlarmPerson } from '../../stream/protocol/effects.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { CameraState, PermitPerson } from '../../stream/protocol/permits.ts';
import type { AlarmLevel, PersonType } from '../../stream/protocol/vocabulary.ts';
import type { RuleSettings } from '../rule-settings.ts';
import type { Calendar } from '../shifts.ts';

export interface Finding {
  readonly rule: PermitRuleId;
  /** What it is about beside the permit: a person, a row, another permit; '': the permit as a whole. Of one rule each stands once. */
  readonly about: string;
  /** Event time at which it began; the same as long as the same is found. */
  readonly onsetAtMs: number;
  /** Where it differs from the rule's own. */
  readonly level?: AlarmLevel;
  readonly facts: readonly Fact[];
  readonly people?: readonly AlarmPerson[];
}

/** A contractor unit as the register has it, at the permit's company. */
export interface HeardUnit {
  readonly creditCode: string;
  readonly name: string;
  /** Filed with the park: it may work. */
  readonly isFiled: boolean;
  /** Of the register: applied, confirmed, filed, disabled, blacklisted. */
  readonly state: string;
  /** First instant at which its licence or qualification is over; null: nothing says. */
  readonly validToMs: number | null;
  readonly isBlacklisted: boolean;
}

/** Somebody on a permit: as it says him, and whom of the park's people that is. */
export interface JudgedPerson extends PermitPerson {
  readonly saidName: string;
  readonly saidId: string | null;
  /** As the positioning interface describes him; null: not found there. */
  readonly type: PersonType | null;
}
export type SaidWorker = Pick<JudgedPerson, 'companyCode' | 'personId' | 'name' | 'saidName' | 'saidId'>;

/**
 * A certificate as a permit names it. Numbers of special operators are ID numbers behind a letter: registers keep their blind
 * index, and one number may stand for several certificates, told apart by name.
 */
export interface SaidCertificate {
  readonly name: string;
  readonly number: string;
  /** null: an entry of an older version. */
  readonly blind: string | null;
}

/** A contractor's worker and his admission at the permit's company. */
export interface HeardWorker {
  readonly name: string;
  readonly number: string;
  /** Credit code of his unit. */
  readonly creditCode: string;
  /** An admission certified by the park holds at the instant asked for. */
  readonly isCertified: boolean;
  /** Of the best admission at this company (certified, expired, confirmed, applied, disabled); `none`: he has none here. */
  readonly state: string;
  /** Of that admission: its first instant, and the first after it. */
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  /** At any company: the park alone puts people on it. */
  readonly isBlacklisted: boolean;
  /** Other companies at which an admission of his holds, by code. */
  readonly admittedAt: readonly string[];
}

export interface HeardCertificate {
  /** As named by the permit that asked. */
  readonly number: string;
  /** What it is for, as the register says it. */
  readonly kind: string;
  /** '': the register names a unit and nobody. */
  readonly holderName: string;
  /** Of the positioning interface, where the register names it. */
  readonly holderPersonId: string | null;
  /** First instant at which it is over, or its review overdue; null: nothing says. */
  readonly validToMs: number | null;
  /** Somebody checked it: it is another's, or there is no such certificate. */
  readonly isRefuted: boolean;
}

/** The day's safety commitment of a company. */
export interface HeardCommitment {
  /** yyyy-MM-dd */
  readonly day: string;
  /** Places by detail code of A.2. */
  readonly places: Readonly<Record<string, number>>;
}

export interface HeardBooking {
  readonly number: string;
  readonly workCode: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly site: string;
  readonly content: string;
  /** CGCS2000, degrees; null: none is said. */
  readonly lng: number | null;
  readonly lat: number | null;
  /** Working unit by name, and its credit code where a contractor does the work. */
  readonly unit: string;
  readonly creditCode: string | null;
  readonly bookedAtMs: number;
  readonly isUrgent: boolean;
  /** booked, filed, returned, cancelled. */
  readonly state: string;
}

/** Another permit beside the one that is judged. */
export interface NearPermit {
  readonly state: PermitState;
  /** In the plane, m. */
  readonly distanceM: number;
  /** As JudgeContext has it of the permit that is judged. */
  readonly inExArea: boolean | null;
}

/** One notice of the weather that holds now (setting `weather`). */
export interface Weather {
  readonly windForce: number | null;
  /** Heavy rain, snow, fog. */
  readonly isBad: boolean;
  readonly sinceMs: number;
}

/** What brings a place inside: a shifted system undone, its numbers swapped; or one of them is 0. */
export type SuspectDatum = 'gcj02' | 'bd09' | 'swapped' | 'zero';

export interface JudgeContext {
  /** Engine time. */
  readonly nowMs: number;
  readonly settings: RuleSettings['permit'];
  readonly calendar: Calendar;
  /** Holds on the day on which the permit was issued, or today. */
  readonly edition: Edition;
  /** null: general work, or a code that the edition does not have. */
  readonly duty: WorkDuty | null;
  /** Said by the permit, else by the area it lies in; null: nobody says. */
  readonly inExArea: boolean | null;
  readonly hazardSourceCode: string | null;
  /** How far outside the boundary of its company the job lies, m; 0 or less: inside; null: no boundary, or no place. */
  readonly outsideM: number | null;
  /** null: nothing known. */
  readonly suspectDatum: SuspectDatum | null;
  /** Everybody on it, matched with the people of the park. */
  readonly people: readonly JudgedPerson[];
  /** Notices that hold now; none: nobody says. */
  readonly weather: readonly Weather[];
  /** Ask once more at this engine time at the latest. */
  again(atMs: number): void;
  /** Of the same company, by id or printed number. */
  permitBy(reference: string): PermitState | undefined;
  /** Other open permits of any company whose places lie within so many metres. */
  near(radiusM: number): readonly NearPermit[];
  /** Other permits of the same activity (JOB_ID). */
  sameActivity(): readonly PermitState[];
  /** undefined: the register of the company does not have it. */
  unit(creditCode: string): HeardUnit | undefined;
  unitByName(name: string): HeardUnit | undefined;
  worker(said: SaidWorker): HeardWorker | undefined;
  certificate(said: SaidCertificate): HeardCertificate | undefined;
  /** Of the park's day that holds the instant; null: none was published. */
  commitment(atMs: number): HeardCommitment | null;
  /** Open permits of the company under a detail code on the day of the instant, this one among them, in order of their first word. */
  permitsOfDay(code: string, atMs: number): readonly PermitState[];
  booking(): HeardBooking | null;
  /** The activity that the permit names (JOB_ID) was reported. */
  readonly hasActivity: boolean;
  /** Codes of cameras linked to it. */
  readonly cameraCodes: readonly string[];
  camera(code: string): CameraState | undefined;
}

/** Everything of its family that is wrong with the permit now. */
export type Judge = (permit: PermitState, context: JudgeContext) => readonly Finding[];
