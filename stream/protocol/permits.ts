/**
 * Work permits (作业票) and what belongs to them, as they lie in the log and as screens see them. Suppliers send parts of a permit at
 * any time and in any order (AQ 3064.2-2025 A.1 and the park's own fields): each field, each row of a list and the status keep the
 * update time of the word that said them, and the newest word wins (permit-merge.ts). Fields are CGCS2000 degrees, epoch ms.
 */

import { GAS_UNITS, type GasUnit, type GasVerdict } from '../../standard/gases.ts';
import type { Fact, FactName } from '../../standard/permit-rules.ts';
import type { RecordsBody } from './entry.ts';

/** TICKET_STATUS of A.1, by code: 0 未签发, 1 已签发, 2 作业中, 3 已验收, 4 作废, 5 撤销, 6 暂停. */
export const PERMIT_STATUS_BY_CODE = {
  '0': 'applied',
  '1': 'issued',
  '2': 'working',
  '3': 'accepted',
  '4': 'void',
  '5': 'withdrawn',
  '6': 'paused',
} as const;
export type PermitStatus = (typeof PERMIT_STATUS_BY_CODE)[keyof typeof PERMIT_STATUS_BY_CODE];
/** Neither accepted, void nor withdrawn. */
export const OPEN_PERMIT_STATUSES = [
  'applied',
  'issued',
  'working',
  'paused',
] as const satisfies readonly PermitStatus[];
export const isOpenStatus = (status: PermitStatus): boolean =>
  (OPEN_PERMIT_STATUSES as readonly PermitStatus[]).includes(status);

/** Vendors choose permit ids, so one company's id says nothing about another's. */
export const permitKey = (companyCode: string, permitId: string): string => `${companyCode}/${permitId}`;

/** Fields of a permit but its status. What is absent in a record was not said; null was said: there is none. */
export interface PermitFields {
  /** TICKET_NUM: as printed. */
  readonly number: string | null;
  readonly companyName: string;
  /** TICKET_TYPE: detail code of A.2, or 90 general work. */
  readonly workCode: string;
  /** BASE_LEVEL: detail code before upgrading. */
  readonly baseWorkCode: string | null;
  /** JOB_ID: activity that it is part of. */
  readonly activityId: string | null;
  /** APPLY_UNIT: applying unit. */
  readonly applicant: string | null;
  readonly content: string;
  /** TICKET_POSITION. */
  readonly site: string;
  readonly lng: number | null;
  readonly lat: number | null;
  /** WORK_AREA_ID: area of the positioning interface in which the job lies. */
  readonly areaId: string | null;
  /** PLAN_START_TIME, PLAN_END_TIME. */
  readonly plannedFromMs: number | null;
  readonly plannedToMs: number | null;
  /** ISSUE_TIME: signed off. */
  readonly issuedAtMs: number | null;
  /** START_TIME, END_TIME: permitted. */
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  /** ACTUAL_START_TIME, ACTUAL_END_TIME. */
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** CHECKED_TIME. */
  readonly acceptedAtMs: number | null;
  /** WORK_DEPARTMENT: working units by name. */
  readonly units: readonly string[];
  /** SOCIAL_CREDIT_CODE: working units by code. */
  readonly creditCodes: readonly string[];
  readonly isContractorWork: boolean | null;
  readonly responsibleName: string | null;
  /** MAJOR_PERSON_MOBILE, sealed. */
  readonly responsiblePhoneSealed: string | null;
  /** SUPERVISOR_NAME, WORKER_NAME: by name alone. */
  readonly guardianNames: readonly string[];
  readonly workerNames: readonly string[];
  /** PERSON_IDS: workers by PERSON_ID of the positioning interface. */
  readonly workerIds: readonly string[];
  /** WORKER_CERTI_NAME, WORKER_CERTI_NUM. */
  readonly certificateNames: readonly string[];
  readonly certificateNumbers: readonly string[];
  /** Of each of those numbers its blind index (security/register-secret.ts), in their order: registers of contractors know no more. */
  readonly certificateBlinds: readonly string[];
  readonly inExArea: boolean | null;
  /** IN_HAZARD_SOURCE: HAZARD_SOURCE_CODE that it works at. */
  readonly hazardSourceCode: string | null;
  readonly isOpenAir: boolean | null;
  /** RISK_IDENTIFICATION: text; null: none was done. */
  readonly riskAnalysis: string | null;
  /** DISCLOSE_PERSON, DISCLOSE_TIME: who briefed whom. */
  readonly briefedBy: string | null;
  readonly briefedAtMs: number | null;
  readonly acceptedBy: string | null;
  readonly isChanged: boolean | null;
  readonly changedCause: string | null;
  readonly isCancelled: boolean | null;
  readonly cancelledCause: string | null;
  /** IS_ASSOCIATION: the job has other permits. Which: rows `links`. */
  readonly isLinked: boolean | null;
  /** RELATED_TYPES: detail or major codes of the work the job needs beside this. */
  readonly relatedCodes: readonly string[];
  /** BLIND_ACTION. */
  readonly blindAction: 'insert' | 'remove' | 'both' | null;
  readonly blindNumber: string | null;
  /** HAS_HOT_WORK etc. of the annexes: text by field name (medium, pressure, height, load ...), shown on the card as sent. */
  readonly details: Readonly<Record<string, string>>;
}

export { GAS_UNITS, type GasUnit };

/** Rows of a permit's lists. `key`: the row's own id, or what tells it from others of its list. */
export interface GasRow {
  readonly key: string;
  readonly gas: string;
  readonly value: number;
  /** null: the supplier said none (A.1 has no unit). */
  readonly unit: GasUnit | null;
  /** Lower explosive limit as sent, vol%. */
  readonly lelPct: number | null;
  readonly point: string | null;
  readonly analyst: string | null;
  readonly atMs: number;
}
export interface ApprovalRow {
  readonly key: string;
  /** Stage: 作业负责人, 审批人 ... */
  readonly stage: string;
  readonly personId: string | null;
  readonly name: string;
  readonly opinion: string | null;
  readonly atMs: number | null;
}
export interface GuardianRow {
  readonly key: string;
  readonly personId: string | null;
  readonly name: string;
  /** On duty from, until (handed over); null: with the work. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly certificateNumber: string | null;
  readonly certificateBlind: string | null;
}
export interface WorkerRow {
  readonly key: string;
  readonly personId: string | null;
  readonly name: string;
  readonly creditCode: string | null;
  readonly certificateName: string | null;
  readonly certificateNumber: string | null;
  readonly certificateBlind: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}
export interface MeasureRow {
  readonly key: string;
  readonly content: string;
  /** null: not said whether it applies. */
  readonly isInvolved: boolean | null;
  readonly confirmedBy: string | null;
  readonly atMs: number | null;
}
export interface LinkRow {
  readonly key: string;
  /** Permit id or number of the other. */
  readonly permitId: string;
}
export interface PermitRows {
  readonly gas: GasRow;
  readonly approvals: ApprovalRow;
  readonly guardians: GuardianRow;
  readonly workers: WorkerRow;
  readonly measures: MeasureRow;
  readonly links: LinkRow;
}
export type PermitList = keyof PermitRows;
export const PERMIT_LISTS = [
  'gas',
  'approvals',
  'guardians',
  'workers',
  'measures',
  'links',
] as const satisfies readonly PermitList[];
/** A row that is taken back. */
export interface GoneRow {
  readonly key: string;
  readonly gone: true;
}

/** One word on one permit: what it says, and no more. */
export interface PermitRecord {
  readonly permitId: string;
  readonly companyCode: string;
  /** UPDATE_DATE; null: the time of receipt stands in. */
  readonly updatedAtMs: number | null;
  /** DELETED=1; absent: not said. */
  readonly deleted?: boolean;
  readonly status?: PermitStatus;
  readonly fields: Partial<PermitFields>;
  readonly rows: { readonly [L in PermitList]?: readonly (PermitRows[L] | GoneRow)[] };
}

/** Activity (作业活动, facts of the plan): the newest record wins as a whole. */
export interface ActivityRecord {
  readonly activityId: string;
  readonly companyCode: string;
  readonly workCode: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly site: string;
  readonly content: string;
  readonly guardianNames: readonly string[];
  readonly workerNames: readonly string[];
  readonly workerIds: readonly string[];
  readonly units: readonly string[];
  readonly creditCodes: readonly string[];
  readonly isContractorWork: boolean | null;
  readonly responsibleName: string | null;
  readonly lng: number | null;
  readonly lat: number | null;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** Which camera looks at the job. */
export interface PermitVideoRecord {
  readonly videoId: string;
  readonly companyCode: string;
  readonly permitId: string;
  /** Twenty digits of GB/T 28181. */
  readonly cameraCode: string;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** A file of a permit; its bytes lie under `hash` in the file store before the entry is in the log. */
export interface PermitAttachmentRecord {
  readonly attachmentId: string;
  readonly companyCode: string;
  readonly permitId: string;
  /** As sent: ticket, briefing, countersign, commitment, site, other. */
  readonly kind: string;
  readonly fileName: string;
  /** By content, never by name: pdf, jpg, png, mp4. */
  readonly mediaType: 'application/pdf' | 'image/jpeg' | 'image/png' | 'video/mp4';
  readonly bytes: number;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** AQ 3064.2 A.3: an alarm of the company's own system. */
export interface PermitAlarmRecord {
  readonly alarmId: string;
  readonly companyCode: string;
  readonly permitId: string;
  /** A.4 code, or a vendor's own. */
  readonly code: string;
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly result: string;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** By which an alarm names such a record among its sources; ids are a vendor's own, and other interfaces have theirs. */
export const permitAlarmSourceId = (companyCode: string, alarmId: string): string => `permit/${companyCode}/${alarmId}`;

/** What the park's video role saw of a camera; appended when it changed, and each 10 minutes. */
export interface CameraState {
  readonly companyCode: string;
  readonly cameraCode: string;
  readonly online: boolean;
  /**
   * Newest instant recorded, 0: nothing is; null: the platform does not say. Measured against `atMs`, never against the clock: while a recording
   * keeps up nothing new is said for ten minutes, and one that falls behind is said within 20 s and every 15 s from then on.
   */
  readonly recordedToMs: number | null;
  readonly atMs: number;
}
export interface CamerasBody {
  readonly states: readonly CameraState[];
}

/** A row of a register that rules go by, as it stands in its table: fields that the register declares `heard`. */
export interface HeardRow {
  /** '' : of the park itself. */
  readonly companyCode: string;
  readonly rowId: string;
  readonly key: string;
  readonly version: number;
  readonly state: string | null;
  readonly createdAtMs: number;
  /** By field; of sealed ones the blind index alone. null: the row is gone. */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/**
 * Rows of one register, told by the role relay. The word that is last in the log holds: there is one who tells, and he reads the rows
 * anew each time.
 */
export interface HeardRowsBody {
  readonly register: string;
  /** Which telling in full these belong to, with what changed since: when it began, epoch ms. */
  readonly telling: number;
  /** Everything that stands has been told: rows of other tellings are gone. */
  readonly isComplete: boolean;
  readonly rows: readonly HeardRow[];
}

export type ActivitiesBody = RecordsBody<ActivityRecord>;
export type PermitsBody = RecordsBody<PermitRecord>;
export type PermitVideosBody = RecordsBody<PermitVideoRecord>;
export type PermitAttachmentsBody = RecordsBody<PermitAttachmentRecord>;
export type PermitAlarmsBody = RecordsBody<PermitAlarmRecord>;

// --- what screens see ------------------------------------------------------------------------------------------------

/** How somebody on a permit was found among the people of the park. `name`: by company and name, weaker; `none`: not found. */
export type PersonMatch = 'id' | 'name' | 'ambiguous' | 'none';

export interface PermitPerson {
  readonly role: 'worker' | 'guardian' | 'approver' | 'responsible';
  readonly name: string;
  /** Of the positioning interface; null: not found. */
  readonly companyCode: string | null;
  readonly personId: string | null;
  readonly match: PersonMatch;
  /** Of a guardian: on duty now. */
  readonly onDuty: boolean;
}

export interface GasLatest {
  readonly gas: string;
  readonly value: number;
  readonly unit: GasUnit | null;
  readonly atMs: number;
  /** In the unit of the value; null: none is known. */
  readonly limitMin: number | null;
  readonly limitMax: number | null;
  /** `unknown`: unit or lower explosive limit is not known, and neither verdict holds whatever they are. */
  readonly verdict: GasVerdict;
}

/** Live doc `permit`, key permitKey(): on the map from its first word until the end of the day on which it was closed. */
export interface PermitView {
  readonly companyCode: string;
  readonly companyName: string;
  readonly permitId: string;
  readonly number: string | null;
  readonly workCode: string;
  readonly status: PermitStatus;
  readonly statusSinceMs: number;
  readonly content: string;
  readonly site: string;
  /** CGCS2000, degrees; null: the permit says none. */
  readonly lng: number | null;
  readonly lat: number | null;
  readonly areaId: string | null;
  /** Radius of the job's own circle and of its guardian's, m. */
  readonly radiusM: number;
  readonly guardianRadiusM: number;
  readonly plannedFromMs: number | null;
  readonly plannedToMs: number | null;
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  /** Until when it holds by the standard and by its own end; null: nothing says. */
  readonly expiresAtMs: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly acceptedAtMs: number | null;
  readonly units: readonly string[];
  readonly isContractorWork: boolean | null;
  readonly responsibleName: string | null;
  readonly people: readonly PermitPerson[];
  readonly gas: readonly GasLatest[];
  /** null: not known, and said so. */
  readonly inExArea: boolean | null;
  readonly hazardSourceCode: string | null;
  readonly cameraCodes: readonly string[];
  readonly updatedAtMs: number;
}

/** Live doc `coverage`, key permitKey(): of a job that is to be recorded throughout, how much of its work is known to be. */
export interface PermitCoverage {
  readonly companyCode: string;
  readonly permitId: string;
  readonly cameraCodes: readonly string[];
  /** Begin of the work, and its end; null: it goes on. */
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Of the work without its pauses. */
  readonly workMs: number;
  readonly coveredMs: number;
  /** Reckoned up to here. */
  readonly atMs: number;
}

/** Live doc `booking`, key `booking/<company>/<number>` or `activity/<company>/<id>`: work of today that has no permit yet. */
export interface BookingView {
  readonly from: 'booking' | 'activity';
  readonly companyCode: string;
  readonly id: string;
  readonly workCode: string;
  readonly content: string;
  readonly site: string;
  readonly lng: number | null;
  readonly lat: number | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly units: readonly string[];
  readonly isCancelled: boolean;
}

/** What an alarm of a permit is about and what was observed; `AlarmView.permit`. */
export interface AlarmPermit {
  readonly companyCode: string;
  /** '': of no permit (people at work without one). */
  readonly permitId: string;
  readonly number: string | null;
  readonly workCode: string;
  /** A.4 code, or a local one. */
  readonly code: string;
  readonly clause: string;
  readonly facts: readonly Fact[];
}
export type { Fact, FactName };
