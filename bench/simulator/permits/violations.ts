/**
 * Every rule of the table that a supplier's data or people can break, and how: what differs from a job with everything in order. Those that
 * take hours or days by the standard are told with times in the past, so that a demonstration sees them at once. What is broken by the
 * park's own data alone is named with the reason.
 */
import type { PermitRuleId } from '../../../standard/permit-rules.ts';
import type { JobFacts, Wire } from './ticket.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const GMT8_MS = 8 * HOUR_MS;

/** What somebody does once the work goes on. */
export type Act = 'guardian-leaves' | 'guardian-silent' | 'approver-elsewhere' | 'stranger-comes' | 'nobody-comes';

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
  /** Another job beside it, m away. */
  readonly beside?: { readonly code: string; readonly offM: number; readonly ticket?: Wire };
  /** When it can be broken at all. */
  readonly when?: (nowMs: number) => boolean;
}

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
  'not-declared': { code: '10', begunMs: 2 * MINUTE_MS, isUndeclared: true },
  'not-booked': {
    code: '61',
    begunMs: 2 * MINUTE_MS,
    hasActivity: false,
    ticket: () => ({ JOB_ID: null }),
  },
};

/** Broken by what the park has or does, not by what suppliers send. */
export const NOT_SCRIPTED: Readonly<Partial<Record<PermitRuleId, string>>> = {
  'gas-near-job': 'a detector of the park’s register sounds',
  'too-many-inside': 'needs a drawn space and a crowd in it',
  'guardian-inside': 'needs a drawn space',
  'holiday-not-upgraded': 'on days of the park’s calendar alone',
  'event-not-upgraded': 'during events of the park’s calendar alone',
  'certificate-expired': 'by certificates in the park’s registers',
  'certificate-mismatch': 'by certificates in the park’s registers',
  'work-without-permit': 'needs a work area that no permit covers',
  'work-conflict': 'crews of two jobs that shut each other out',
  'contractor-not-certified': 'by units in the park’s registers',
  'worker-not-certified': 'by admissions in the park’s registers',
  'video-gap': 'by what the video platform says of cameras',
  'declared-no-permit': 'from noon on, by commitments alone',
  'weather-work': 'by the park’s weather',
};
