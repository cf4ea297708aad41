/**
 * JSON shapes of the permits' routes; conventions as in core/web-api.ts. Company roles see their own company's permits only; the contractor
 * role sees none of this.
 *
 *   GET  /api/permits?...                                 PermitQuery -> PermitListAnswer
 *   GET  /api/permits/:companyCode/:permitId              -> PermitDetail
 *   GET  /api/permits/:companyCode/:permitId/history      -> PermitHistory
 *   GET  /api/permits/:companyCode/:permitId/cameras      -> PermitCameras    (linked, else nearest)
 *   GET  /api/permits/:companyCode/:permitId/attachments/:attachmentId  -> the file, on record
 *   GET  /api/permits/export?...&format=xlsx|csv&lang=zh|en         PermitQuery -> the file, on record
 *   GET  /api/permits/boards/day?day&companyCode          -> DayBoard
 *   GET  /api/permits/boards/months?year&companyCode      -> MonthsBoard
 *   GET  /api/permits/boards/companies?day                -> CompaniesBoard
 *   GET  /api/permits/boards/alarms?from&to&companyCode   -> PermitAlarmsBoard
 *   GET  /api/video/:cameraCode/live                      -> VideoAddress
 *   GET  /api/video/:cameraCode/recording?fromMs&toMs     -> VideoAddress
 *   GET  /api/detectors                                   -> {detectors: PlacedDetector[]}
 *   GET  /api/detectors/near?lng&lat&limit                -> {detectors: NearDetector[]}
 *   GET  /api/video/near?lng&lat&limit                    -> {cameras: NearCamera[]}
 *   GET  /api/video/cascade                               -> CascadeView   (park, ops);  PUT: CascadeChange -> CascadeView (park)
 */
import type { PermitCoverage, PermitFields, PermitList, PermitRows, PermitStatus, PermitView } from './permits.ts';

export interface PermitQuery {
  /** Words in number, content, site, applicant, unit. */
  readonly search?: string;
  readonly companyCode?: string;
  readonly applicant?: string;
  readonly unit?: string;
  readonly site?: string;
  /** Detail codes. */
  readonly workCodes?: readonly string[];
  readonly statuses?: readonly PermitStatus[];
  /** Those whose work (planned, permitted or actual) meets the span. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly alarmed?: boolean;
  readonly limit?: number;
  /** Of the answer before. */
  readonly cursor?: string;
}

export interface PermitRowJson
  extends Pick<
    PermitView,
    | 'companyCode'
    | 'companyName'
    | 'permitId'
    | 'number'
    | 'workCode'
    | 'status'
    | 'content'
    | 'site'
    | 'lng'
    | 'lat'
    | 'validFromMs'
    | 'validToMs'
    | 'startedAtMs'
    | 'endedAtMs'
    | 'acceptedAtMs'
    | 'units'
    | 'responsibleName'
    | 'isContractorWork'
  > {
  readonly applicant: string | null;
  readonly alarmCount: number;
  /** Worst level of its alarms; null: none. */
  readonly worstLevel: number | null;
  readonly updatedAtMs: number;
}
export interface PermitListAnswer {
  /** Work begun last first. */
  readonly permits: readonly PermitRowJson[];
  /** 1,001: more than 1,000. */
  readonly total: number;
  readonly cursor: string | null;
}

export interface PermitAttachmentJson {
  readonly attachmentId: string;
  readonly kind: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly hash: string;
  readonly receivedAtMs: number;
}
export interface PermitAlarmJson {
  readonly alarmId: string;
  /** '' of the company's own system. */
  readonly rule: string;
  readonly code: string;
  /** 0: the company's own system says none. */
  readonly level: number;
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  /** `vendor`: of the company's own system (A.3). */
  readonly by: 'park' | 'vendor';
  /** Handling as the vendor says (ALARM_RESULT), or the order's state. */
  readonly result: string;
}
/** As merged from everything that was said. */
export interface PermitDetail extends PermitRowJson {
  /** Withdrawn by its sender; in no list and no board. */
  readonly deleted: boolean;
  readonly fields: Omit<Partial<PermitFields>, 'responsiblePhoneSealed'>;
  /** `138****1234`; null: none was sent. */
  readonly responsiblePhoneMasked: string | null;
  readonly statuses: readonly { readonly atMs: number; readonly status: PermitStatus }[];
  readonly rows: { readonly [L in PermitList]: readonly PermitRows[L][] };
  readonly attachments: readonly PermitAttachmentJson[];
  readonly cameraCodes: readonly string[];
  /** null: nothing asks for its recording, or it has not begun. */
  readonly coverage: PermitCoverage | null;
  readonly linked: readonly PermitRowJson[];
  readonly alarms: readonly PermitAlarmJson[];
  readonly activity: {
    readonly activityId: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly content: string;
  } | null;
}
export interface PermitHistory {
  /** Newest first: each word that was sent, as it was sent in our names. */
  readonly words: readonly {
    readonly receivedAtMs: number;
    readonly updatedAtMs: number | null;
    readonly by: string;
    readonly said: Readonly<Record<string, unknown>>;
  }[];
}

/** Totals by detail code and status; today's by what is known, other days by what was. */
export interface DayBoard {
  readonly day: string;
  readonly total: number;
  readonly counts: readonly { readonly workCode: string; readonly status: PermitStatus; readonly count: number }[];
  readonly booked: number;
  readonly alarmed: number;
  readonly openAlarms: number;
}
export interface MonthsBoard {
  readonly year: number;
  /** Twelve, by detail code. */
  readonly months: readonly { readonly month: number; readonly counts: Readonly<Record<string, number>> }[];
}
export interface CompaniesBoard {
  readonly day: string;
  readonly companies: readonly {
    readonly companyCode: string;
    readonly companyName: string;
    readonly total: number;
    readonly working: number;
    readonly paused: number;
    readonly accepted: number;
    readonly alarmed: number;
  }[];
}
export interface PermitAlarmsBoard {
  readonly rules: readonly {
    readonly rule: string;
    readonly code: string;
    readonly count: number;
    readonly open: number;
    readonly acknowledged: number;
    readonly closed: number;
    readonly falseCount: number;
  }[];
}

export interface CameraJson {
  readonly code: string;
  readonly name: string;
  readonly companyCode: string;
  readonly lng: number | null;
  readonly lat: number | null;
  readonly hazardSource: string | null;
}
export interface NearCamera extends CameraJson {
  readonly distanceM: number;
}
export interface PermitCameras {
  readonly linked: readonly CameraJson[];
  /** Where none is linked: nearest first. */
  readonly nearest: readonly NearCamera[];
  /** Span of the job so far, for its recording. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** What lies farther from a job says little about its air, m. */
export const DETECTORS_NEAR_M = 150;
/** A fixed gas detector of the register, with the newest value of its point. */
export interface Detector {
  readonly companyCode: string;
  /** QUOTAID of its point. */
  readonly code: string;
  readonly name: string;
  /** Of its values, as the register says; null: it does not. */
  readonly unit: string | null;
  /** null: none was ever received. */
  readonly newest: { readonly value: number; readonly isSounding: boolean; readonly atMs: number } | null;
}

export interface NearDetector extends Detector {
  readonly distanceM: number;
}

/** CGCS2000, degrees. */
export interface PlacedDetector extends Detector {
  readonly lng: number;
  readonly lat: number;
}

/** Where a picture can be had. `isPlayable` false: the page says so and shows the address. */
export interface VideoAddress {
  readonly cameraCode: string;
  readonly cameraName: string;
  readonly protocol: 'hls' | 'http-flv' | 'webrtc' | 'rtsp' | 'other';
  readonly url: string;
  readonly isPlayable: boolean;
  /** Of a recording: what of the span there is; null: live. */
  readonly spans: readonly { readonly fromMs: number; readonly toMs: number }[] | null;
}
export interface CascadeView {
  /** `local`: pictures made on this machine, for demonstrations; `template`: addresses by template of the register of cameras. */
  readonly adapter: 'local' | 'template';
  readonly template: string;
  readonly recordingTemplate: string;
  /** Of the GB/T 28181 platform above, for the handover. */
  readonly platformCode: string;
  readonly version: number;
}
export interface CascadeChange extends Omit<CascadeView, 'version'> {
  /** The version that was shown when the change was made; 0: none was set. */
  readonly expectedVersion: number;
  /** Why; on record. */
  readonly reason: string;
}
