/**
 * Records of permits for tests: `aPermit()` is a second-grade hot-work permit in progress with everything in order (gas, briefing, risk
 * analysis, measures, guardian, approval on a workday afternoon); what a test is about it changes.
 */
import type { ActivityRecord, PermitAlarmRecord, PermitFields, PermitRecord, PermitVideoRecord } from './permits.ts';

const MINUTE_MS = 60_000;
/** Friday 2026-11-20, 16:00 in the park: a workday. Work began then. */
export const PERMIT_T0 = Date.UTC(2026, 10, 20, 8);
export const PERMIT_COMPANY = '913100001';
export const PERMIT_CAMERA = '31010000001320000001';

const FIELDS: PermitFields = {
  number: 'DH-20261120-001',
  companyName: '甲化工',
  workCode: '03',
  baseWorkCode: '03',
  activityId: null,
  applicant: '生产部',
  content: '管廊支架焊接',
  site: '一号装置管廊',
  lng: 121.48,
  lat: 30.8,
  areaId: null,
  plannedFromMs: PERMIT_T0 - 30 * MINUTE_MS,
  plannedToMs: PERMIT_T0 + 180 * MINUTE_MS,
  issuedAtMs: PERMIT_T0 - 10 * MINUTE_MS,
  validFromMs: PERMIT_T0 - 10 * MINUTE_MS,
  validToMs: PERMIT_T0 + 180 * MINUTE_MS,
  startedAtMs: PERMIT_T0,
  endedAtMs: null,
  acceptedAtMs: null,
  units: ['检修部'],
  creditCodes: [],
  isContractorWork: false,
  responsibleName: '赵主任',
  responsiblePhoneSealed: null,
  guardianNames: ['李监护'],
  workerNames: ['王焊工'],
  workerIds: ['w1'],
  certificateNames: ['焊接与热切割作业'],
  certificateNumbers: ['T310000198001010011'],
  certificateBlinds: ['blind-1'],
  inExArea: false,
  hazardSourceCode: null,
  isOpenAir: true,
  riskAnalysis: '火灾、灼烫，已辨识',
  briefedBy: '赵主任',
  briefedAtMs: PERMIT_T0 - 15 * MINUTE_MS,
  acceptedBy: null,
  isChanged: false,
  changedCause: null,
  isCancelled: false,
  cancelledCause: null,
  isLinked: false,
  relatedCodes: [],
  blindAction: null,
  blindNumber: null,
  details: {},
};

type Change = Partial<Omit<PermitRecord, 'fields' | 'rows'>> & {
  readonly fields?: Partial<PermitFields>;
  /** In place of the lists that it names. */
  readonly rows?: PermitRecord['rows'];
};

/** Conforming; fields and lists of the change go over it. */
export const aPermit = (change: Change = {}): PermitRecord => ({
  permitId: 't1',
  companyCode: PERMIT_COMPANY,
  updatedAtMs: PERMIT_T0,
  status: 'working',
  ...change,
  fields: { ...FIELDS, ...change.fields },
  rows: {
    gas: [
      {
        key: 'g1',
        gas: '甲烷',
        value: 0.05,
        unit: 'vol%',
        lelPct: 5,
        point: '支架下方',
        analyst: '分析员',
        atMs: PERMIT_T0 - 20 * MINUTE_MS,
      },
    ],
    approvals: [
      {
        key: 'a1',
        stage: '审批人',
        personId: 'ap1',
        name: '钱审批',
        opinion: '同意',
        atMs: PERMIT_T0 - 10 * MINUTE_MS,
      },
    ],
    guardians: [
      {
        key: 'gu1',
        personId: 'gu1',
        name: '李监护',
        fromMs: null,
        toMs: null,
        certificateNumber: null,
        certificateBlind: null,
      },
    ],
    measures: [
      {
        key: 'm1',
        content: '清除周围可燃物，配备灭火器',
        isInvolved: true,
        confirmedBy: '李监护',
        atMs: PERMIT_T0 - 12 * MINUTE_MS,
      },
    ],
    ...change.rows,
  },
});

/** One word: what is given, and nothing else. */
export const aWord = (change: Partial<PermitRecord> = {}): PermitRecord => ({
  permitId: 't1',
  companyCode: PERMIT_COMPANY,
  updatedAtMs: PERMIT_T0,
  fields: {},
  rows: {},
  ...change,
});

export const aPermitVideo = (change: Partial<PermitVideoRecord> = {}): PermitVideoRecord => ({
  videoId: 'v1',
  companyCode: PERMIT_COMPANY,
  permitId: 't1',
  cameraCode: PERMIT_CAMERA,
  updatedAtMs: PERMIT_T0,
  deleted: false,
  ...change,
});

export const aPermitAlarm = (change: Partial<PermitAlarmRecord> = {}): PermitAlarmRecord => ({
  alarmId: 'va1',
  companyCode: PERMIT_COMPANY,
  permitId: 't1',
  code: '31',
  raisedAtMs: PERMIT_T0,
  endedAtMs: null,
  result: '',
  updatedAtMs: PERMIT_T0,
  deleted: false,
  ...change,
});

export const anActivity = (change: Partial<ActivityRecord> = {}): ActivityRecord => ({
  activityId: 'j1',
  companyCode: PERMIT_COMPANY,
  workCode: '03',
  fromMs: PERMIT_T0,
  toMs: PERMIT_T0 + 180 * MINUTE_MS,
  site: '一号装置管廊',
  content: '管廊支架焊接',
  guardianNames: ['李监护'],
  workerNames: ['王焊工'],
  workerIds: ['w1'],
  units: ['检修部'],
  creditCodes: [],
  isContractorWork: false,
  responsibleName: '赵主任',
  lng: 121.48,
  lat: 30.8,
  updatedAtMs: PERMIT_T0,
  deleted: false,
  ...change,
});
