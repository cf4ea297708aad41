/**
 * Every rule of the table that a supplier's data or people can break, and how: what differs from a job with everything in order. Those that
 * take hours or days by the standard are told with times in the past, so that a demonstration sees them at once. What is broken by the
 * park's own calendar and weather alone is named with the reason.
 */

import type { PermitRuleId } from '../../../standard/permit-rules.ts';
import { demoUnit, demoWorker } from '../../park/contractors.ts';
import type { JobFacts, Wire } from './ticket.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const GMT8_MS = 8 * HOUR_MS;

/** What somebody does once the work goes on. */
export type Act =
  | 'guardian-leaves'
  | 'guardian-silent'
  | 'guardian-enters'
  | 'approver-elsewhere'
  | 'approver-enters'
  | 'stranger-comes'
  | 'nobody-comes'
  | 'gas-sounds';

export interface Violation {
  readonly code: string;
  /** How long ago it was issued, and work began; absent: the job is lived through, with its crew there. */
  readonly begunMs?: number;
  /** On top of what a permit in order says at its issue. */
  readonly ticket?: (job: JobFacts, nowMs: number) => Wire;
  /** Statuses after the beginning, as words of their own. */
  readonly statuses?: readonly (readonly [agoMs: number, status: string, more?: Wire])[];
  /** Analyses, by how long ago; absent: one at the issue. */
  readonly gasAgoMs?: readonly number[];
  readonly hasVideo?: false;
  /** Not in the day's commitment. */
  readonly isUndeclared?: true;
  /** Without an activity, and so without a booking. */
  readonly hasActivity?: false;
  readonly act?: Act;
  /** Another job beside it, m away, with the same crew; of one activity with it: told once work begins, and one of its workers is the other's. */
  readonly beside?: {
    readonly code: string;
    readonly offM: number;
    readonly ticket?: Wire;
    readonly isOneActivity?: true;
  };
  /** An area is drawn round it; guardian and approver stand outside. */
  readonly isDrawn?: true;
  /** The crew works without any. */
  readonly hasTicket?: false;
  /** Work of whatever kind is declared, and nobody comes and nothing is sent. */
  readonly isOnlyDeclared?: true;
  /** Whose certificate the permit names, as persons tell it. */
  readonly certificate?: 'expired' | 'of-another';
  /** Its camera is out of order. */
  readonly hasPicture?: false;
  /** Of the work, s; absent: five minutes. */
  readonly lastsS?: number;
  /** When it can be broken at all. */
  readonly when?: (nowMs: number) => boolean;
}

/** A number of its own for each job, so that nobody else's permit names it. */
export const certificateOf = ({ id }: JobFacts): string => `T-${id}`;
/** Each in turn. */
const turn = <T>({ id }: JobFacts, of: readonly T[]): T => of[Number(id.split('-').at(-1)) % of.length]!;

const contractorWork = (creditCode: string): Wire => ({ IS_CONTRACTOR_WORK: '1', SOCIAL_CREDIT_CODE: [creditCode] });
const badUnit = (job: JobFacts): Wire =>
  contractorWork(
    demoUnit(job.companyIndex, turn(job, ['papers-expired', 'not-filed', 'blacklisted'] as const)).creditCode,
  );
/** One more than the crew that is there: he wears no tag. */
const badWorker = (job: JobFacts): Wire => {
  const standing = turn(job, ['expired', 'blacklisted', 'not-certified', 'disabled'] as const);
  const { name, number, unit } = demoWorker(job.companyIndex, standing);
  const rows = [...job.workers, { name, personId: number }];
  return {
    ...contractorWork(unit),
    WORKER_NAME: rows.map((one) => one.name).join(','),
    PERSON_IDS: rows.map(({ personId }) => personId),
    WORKERS: rows.map(({ name: WORKER_NAME, personId: PERSON_ID }) => ({ WORKER_NAME, PERSON_ID })),
  };
};

const isAfternoon = (nowMs: number): boolean => hourOf(nowMs) >= 12;
const hourOf = (nowMs: number): number => new Date(nowMs + GMT8_MS).getUTCHours();
const dayOfWeek = (nowMs: number): number => new Date(nowMs + GMT8_MS).getUTCDay();
export const isNight = (nowMs: number): boolean => hourOf(nowMs) >= 20 || hourOf(nowMs) < 6;
export const isRestDay = (nowMs: number): boolean => dayOfWeek(nowMs) === 0 || dayOfWeek(nowMs) === 6;

export const VIOLATIONS: Readonly<Partial<Record<PermitRuleId, Violation>>> = {
  'gas-missing': { code: '02', begunMs: 2 * MINUTE_MS, gasAgoMs: [] },
  'gas-stale': { code: '02', begunMs: 2 * MINUTE_MS, gasAgoMs: [50 * MINUTE_MS] },
  'gas-after-break': {
    code: '02',
    begunMs: 80 * MINUTE_MS,
    gasAgoMs: [85 * MINUTE_MS],
    statuses: [
      [60 * MINUTE_MS, '6'],
      [2 * MINUTE_MS, '2'],
    ],
  },
  'gas-daily': {
    code: '03',
    begunMs: 26 * HOUR_MS,
    gasAgoMs: [26 * HOUR_MS + 10 * MINUTE_MS],
    ticket: (_job, nowMs) => ({ END_TIME: nowMs + 40 * HOUR_MS }),
  },
  'gas-record-overdue': { code: '70', begunMs: 3 * HOUR_MS, gasAgoMs: [3 * HOUR_MS + 10 * MINUTE_MS] },
  'gas-out-of-limit': {
    code: '03',
    begunMs: 2 * MINUTE_MS,
    ticket: (_job, nowMs) => ({
      GAS: [
        {
          GAS_NAME: '可燃气体',
          ANALYSIS_RESULTS: 18,
          RESULTS_UNIT: '%LEL',
          LEL: 5,
          ANALYST_PART: '作业点',
          ANALYST_TIME: nowMs - MINUTE_MS,
        },
      ],
    }),
  },
  'permit-expired': {
    code: '70',
    begunMs: HOUR_MS,
    gasAgoMs: [HOUR_MS + MINUTE_MS, 10 * MINUTE_MS],
    ticket: (_job, nowMs) => ({ END_TIME: nowMs - 5 * MINUTE_MS }),
  },
  'validity-too-long': {
    code: '02',
    begunMs: 2 * MINUTE_MS,
    ticket: (_job, nowMs) => ({ END_TIME: nowMs + 12 * HOUR_MS }),
  },
  'validity-notice': {
    code: '10',
    begunMs: 16 * DAY_MS,
    ticket: (_job, nowMs) => ({ END_TIME: nowMs + 5 * DAY_MS }),
  },
  'not-accepted': {
    code: '30',
    begunMs: 4 * HOUR_MS,
    ticket: (_job, nowMs) => ({ END_TIME: nowMs + HOUR_MS, ACTUAL_END_TIME: nowMs - 3 * HOUR_MS }),
  },
  'approval-overdue': {
    code: '40',
    begunMs: 3 * HOUR_MS,
    // Applied for and never issued: what an issue would say is left out.
    ticket: (_job, nowMs) => ({
      TICKET_STATUS: '0',
      ISSUE_TIME: null,
      APPROVALS: null,
      ACTUAL_START_TIME: null,
      PLAN_START_TIME: nowMs - 3 * HOUR_MS,
      PLAN_END_TIME: nowMs + 3 * HOUR_MS,
    }),
  },
  'changed-after-issue': {
    code: '30',
    begunMs: 20 * MINUTE_MS,
    statuses: [
      [
        2 * MINUTE_MS,
        '2',
        { IS_CHANGED: '1', CHANGED_CAUSE: '增加开挖长度', TICKET_CONTENT: '电缆沟开挖并增设工作井' },
      ],
    ],
  },
  'blind-both-ways': { code: '50', begunMs: 2 * MINUTE_MS, ticket: () => ({ BLIND_ACTION: 'BOTH' }) },
  'approver-away': { code: '63', act: 'approver-elsewhere' },
  'guardian-away': { code: '01', act: 'guardian-leaves' },
  'guardian-silent': { code: '30', act: 'guardian-silent' },
  'nobody-on-site': { code: '40', begunMs: 25 * MINUTE_MS, act: 'nobody-comes' },
  intruder: { code: '61', act: 'stranger-comes' },
  'not-identifiable': {
    code: '23',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ WORKER_NAME: '临时工甲', PERSON_IDS: [], WORKERS: null }),
  },
  'guardian-inside': { code: '70', isDrawn: true, act: 'guardian-enters' },
  'too-many-inside': { code: '70', isDrawn: true, act: 'approver-enters' },
  'gas-near-job': { code: '30', act: 'gas-sounds' },
  'work-conflict': { code: '02', beside: { code: '50', offM: 5, isOneActivity: true } },
  // Ten minutes, and the way there of the last.
  'work-without-permit': { code: '30', isDrawn: true, hasTicket: false, lastsS: 720 },
  'contractor-not-certified': { code: '40', ticket: badUnit },
  'worker-not-certified': { code: '40', ticket: badWorker },
  'rest-day-not-upgraded': {
    code: '03',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ BASE_LEVEL: '03' }),
    when: (nowMs) => isRestDay(nowMs),
  },
  'night-not-upgraded': {
    code: '03',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ BASE_LEVEL: '03' }),
    when: (nowMs) => isNight(nowMs) && !isRestDay(nowMs),
  },
  'night-work': { code: '30', begunMs: 2 * MINUTE_MS, when: isNight },
  'certificate-missing': {
    code: '02',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ WORKER_CERTI_NAME: null, WORKER_CERTI_NUM: null }),
  },
  'certificate-expired': {
    code: '02',
    certificate: 'expired',
    ticket: (job) => ({ WORKER_CERTI_NUM: [certificateOf(job)] }),
  },
  'certificate-mismatch': {
    code: '02',
    certificate: 'of-another',
    ticket: (job) => ({ WORKER_CERTI_NUM: [certificateOf(job)] }),
  },
  'linked-missing': { code: '02', begunMs: 2 * MINUTE_MS, ticket: () => ({ RELATED_TYPES: ['70'] }) },
  'not-linked': {
    code: '62',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ IS_ASSOCIATION: '1', JOB_ID: null }),
  },
  'no-briefing': {
    code: '21',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ DISCLOSE_PERSON: null, DISCLOSE_TIME: null, CLEARED: ['DISCLOSE_PERSON', 'DISCLOSE_TIME'] }),
  },
  'no-risk-analysis': {
    code: '22',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ RISK_IDENTIFICATION: null, CLEARED: ['RISK_IDENTIFICATION'] }),
  },
  'measures-unconfirmed': {
    code: '24',
    begunMs: 2 * MINUTE_MS,
    ticket: () => ({ MEASURES: [{ SERIAL_NUMBER: 1, MEASURES_CONTENT: '系挂安全带', IS_INVOLVE: '1' }] }),
  },
  'blind-near-hot-work': {
    code: '02',
    begunMs: 2 * MINUTE_MS,
    beside: { code: '50', offM: 18, ticket: { IN_EX_AREA: '1' } },
  },
  'stacked-jobs': { code: '24', begunMs: 2 * MINUTE_MS, beside: { code: '30', offM: 5 } },
  'outside-boundary': {
    code: '40',
    begunMs: 2 * MINUTE_MS,
    ticket: ({ lng, lat }) => ({ LONGITUDE: lng + 0.09, LATITUDE: lat - 0.05 }),
  },
  'suspect-coordinates': { code: '40', begunMs: 2 * MINUTE_MS, ticket: () => ({ LONGITUDE: 0, LATITUDE: 0 }) },
  'no-video': { code: '01', begunMs: 15 * MINUTE_MS, hasVideo: false },
  'video-gap': { code: '01', hasPicture: false },
  'declared-no-permit': { code: '', isOnlyDeclared: true, when: isAfternoon },
  'not-declared': { code: '10', begunMs: 2 * MINUTE_MS, isUndeclared: true },
  'not-booked': {
    code: '61',
    begunMs: 2 * MINUTE_MS,
    hasActivity: false,
    ticket: () => ({ JOB_ID: null }),
  },
};

/** Broken by what the park alone says: the demonstration would have to be under it altogether. */
export const NOT_SCRIPTED: Readonly<Partial<Record<PermitRuleId, string>>> = {
  'holiday-not-upgraded': 'on days of the park’s calendar',
  'event-not-upgraded': 'during events of the park’s calendar',
  'weather-work': 'in weather that the park notes',
};
