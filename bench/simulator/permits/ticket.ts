/** Records of one simulated job as its company's system sends them: activity, ticket of A.1 with rows, camera, file. */
import { WORK_TYPES } from '../../../standard/special-work.ts';
import { SPACE_GASES } from './gases.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export type Wire = Readonly<Record<string, unknown>>;

export interface CrewMember {
  /** Index in the park. */
  readonly index: number;
  readonly personId: string;
  readonly name: string;
}

export interface JobFacts {
  readonly id: string;
  readonly number: string;
  readonly activityId: string;
  readonly companyIndex: number;
  readonly companyCode: string;
  readonly companyName: string;
  readonly workCode: string;
  /** Before it was upgraded. */
  readonly baseCode: string;
  readonly site: string;
  readonly lng: number;
  readonly lat: number;
  readonly cameraCode: string;
  /** Corners of the area drawn for it, CGCS2000; null: none is drawn. */
  readonly drawn: readonly (readonly [lng: number, lat: number])[] | null;
  readonly workers: readonly CrewMember[];
  readonly guardian: CrewMember;
  readonly approver: CrewMember;
}

const CONTENT: Readonly<Record<string, string>> = {
  fire: '管线支架焊接',
  'confined-space': '检查井内清淤',
  'blind-plate': '蒸汽伴热线加装盲板',
  height: '照明灯具更换',
  lifting: '阀门吊装就位',
  electricity: '临时照明接电',
  earth: '电缆沟开挖',
  road: '路面修补断路',
  general: '保温修补',
};
const CERTIFICATES: Readonly<Record<string, string>> = {
  fire: '焊接与热切割作业',
  height: '高处作业',
  lifting: '起重机作业',
  electricity: '低压电工作业',
};
const DETAILS: Readonly<Record<string, Wire>> = {
  fire: { FIRE_STYLE: '电焊', FIRE_LOCATION: '管廊支架' },
  'confined-space': { SPACE_NAME: '雨水检查井', SPACE_MEDIUM: '雨水' },
  'blind-plate': { PIPING_NAME: 'LS-102', PIPING_MEDIUM: '蒸汽', PIPING_PRESSURE: '0.8 MPa', PIPING_TEM: '170 ℃' },
  height: { HIGH_HEIGHT: '12 m' },
  lifting: { HOISTING_WEIGHT: '8 t', SUSPENDED_NAME: 'DN300 阀门' },
  electricity: { WORK_VOLTAGE: '380 V', ELECTRICAL_EQUIPMENT: '照明灯具 2 kW' },
  earth: { EARTH_RANGE: '长 6 m，深 1.2 m' },
  road: { BREAK_REASON: '路面修补', INVOLVE_UNIT: '消防救援站' },
};
const MEASURES = ['作业现场已清理，设置警戒', '应急器材已到位', '作业人员已正确佩戴防护用品'];

export const kindOf = (code: string): string => WORK_TYPES[code]?.kind ?? 'general';
/** Whether its conforming permits have gas analyses. */
export const isAnalysed = (code: string): boolean => ['fire', 'confined-space', 'electricity'].includes(kindOf(code));

const head = ({ id, companyCode }: JobFacts, atMs: number): Wire => ({
  ID: id,
  COMPANY_CODE: companyCode,
  UPDATE_DATE: atMs,
});

export const activityOf = (job: JobFacts, atMs: number): Wire => ({
  ID: job.activityId,
  COMPANY_CODE: job.companyCode,
  TICKET_TYPE: job.workCode,
  START_TIME: atMs,
  END_TIME: atMs + 4 * HOUR_MS,
  TICKET_POSITION: job.site,
  JOB_CONTENT: CONTENT[kindOf(job.workCode)],
  SUPERVISOR_NAME: job.guardian.name,
  PERSON_IDS: job.workers.map(({ personId }) => personId),
  WORK_DEPARTMENT: '设备管理部',
  IS_CONTRACTOR_WORK: '0',
  LONGITUDE: job.lng,
  LATITUDE: job.lat,
  DELETED: '0',
  UPDATE_DATE: atMs,
});

/** The first word: everything that is known before anybody signed. */
export const applicationOf = (job: JobFacts, atMs: number): Wire => ({
  ...head(job, atMs),
  COMPANY_NAME: job.companyName,
  TICKET_NUM: job.number,
  JOB_ID: job.activityId,
  TICKET_TYPE: job.workCode,
  BASE_LEVEL: job.baseCode,
  TICKET_STATUS: '0',
  APPLY_UNIT: '生产运行部',
  TICKET_CONTENT: CONTENT[kindOf(job.workCode)],
  TICKET_POSITION: job.site,
  LONGITUDE: job.lng,
  LATITUDE: job.lat,
  ...(job.drawn === null ? {} : { WORK_AREA_ID: areaIdOf(job) }),
  PLAN_START_TIME: atMs,
  PLAN_END_TIME: atMs + 3 * HOUR_MS,
  SUPERVISOR_NAME: job.guardian.name,
  WORKER_NAME: job.workers.map(({ name }) => name).join(','),
  PERSON_IDS: job.workers.map(({ personId }) => personId),
  WORK_DEPARTMENT: '设备管理部',
  IS_CONTRACTOR_WORK: '0',
  TICKET_RESPONS_NAME: job.approver.name,
  MAJOR_PERSON_MOBILE: '13800009999',
  IN_EX_AREA: '0',
  IS_OPEN_AIR: '0',
  IS_CHANGED: '0',
  IS_CANCELLED: '0',
  GUARDIANS: [{ SUPERVISOR_NAME: job.guardian.name, PERSON_ID: job.guardian.personId }],
  WORKERS: job.workers.map(({ name, personId }) => ({ WORKER_NAME: name, PERSON_ID: personId })),
  ...(kindOf(job.workCode) === 'blind-plate' ? { BLIND_ACTION: 'INSERT', BLIND_NUMBER: `MB-${job.id}` } : {}),
  ...DETAILS[kindOf(job.workCode)],
});

/** Rows of one round of analysis; each comes beside those before. */
export const gasOf = (job: JobFacts, atMs: number): Wire => ({
  ...head(job, atMs),
  GAS: SPACE_GASES.filter(({ inSpacesAlone }) => !inSpacesAlone || kindOf(job.workCode) === 'confined-space').map(
    ({ row }) => ({ ...row, ANALYST: job.approver.name, ANALYST_TIME: atMs }),
  ),
});

/** Briefed, analysed for risks, measures confirmed, certificates named, signed on site. */
export const issueOf = (job: JobFacts, atMs: number): Wire => {
  const certificate = CERTIFICATES[kindOf(job.workCode)];
  return {
    ...head(job, atMs),
    TICKET_STATUS: '1',
    ISSUE_TIME: atMs,
    START_TIME: atMs,
    END_TIME: atMs + 4 * HOUR_MS,
    RISK_IDENTIFICATION: '火灾、触电、物体打击，已逐项制定措施',
    DISCLOSE_PERSON: job.approver.name,
    DISCLOSE_TIME: atMs - 5 * MINUTE_MS,
    MEASURES: MEASURES.map((content, n) => ({
      SERIAL_NUMBER: n + 1,
      MEASURES_CONTENT: content,
      IS_INVOLVE: '1',
      CONFIRM_PERSON: job.approver.name,
      CONFIRM_TIME: atMs - MINUTE_MS,
    })),
    APPROVALS: [
      {
        PROCESS_NODES: '审批人',
        PROCESS_PERSONNEL: job.approver.name,
        PERSON_ID: job.approver.personId,
        PROCESS_OPINION: '同意',
        PROCESS_TIME: atMs,
      },
    ],
    ...(certificate === undefined
      ? {}
      : { WORKER_CERTI_NAME: certificate, WORKER_CERTI_NUM: [`T-${job.workers[0]?.personId.slice(-12)}`] }),
  };
};

export const statusOf = (job: JobFacts, status: string, atMs: number, more: Wire = {}): Wire => ({
  ...head(job, atMs),
  TICKET_STATUS: status,
  ...more,
});

export const videoOf = (job: JobFacts, atMs: number): Wire => ({
  ID: `V-${job.id}`,
  COMPANY_CODE: job.companyCode,
  TICKET_ID: job.id,
  VIDEO_CODE: job.cameraCode,
  DELETED: '0',
  UPDATE_DATE: atMs,
});

const areaIdOf = ({ id }: JobFacts): string => `WA-${id}`;

/** The area drawn for the job: while it lasts, and for two hours should its end be lost. */
export const areaOf = (job: JobFacts, isGone: boolean, atMs: number): Wire => ({
  ID: areaIdOf(job),
  COMPANY_CODE: job.companyCode,
  ZONE_NAME: `${job.site}作业区`,
  ZONE_TYPE: '0',
  AREA_KIND: 'WORK',
  GEO: [...job.drawn!, job.drawn![0]!].map((corner) => corner.join(',')).join(';'),
  VALID_TO: atMs + 2 * HOUR_MS,
  DELETED: isGone ? '1' : '0',
  UPDATE_DATE: atMs,
});

/** General work that goes on for weeks in an area of its own, issued; nobody watches it by the minute. */
export const standingOf = (
  company: { readonly code: string; readonly name: string },
  area: { readonly id: string; readonly name: string },
  atMs: number,
): Wire => ({
  ID: `GW-${area.id}`,
  COMPANY_CODE: company.code,
  COMPANY_NAME: company.name,
  TICKET_NUM: `YB-${area.id}`,
  TICKET_TYPE: '90',
  TICKET_STATUS: '1',
  TICKET_CONTENT: '装置检维修（一般作业）',
  TICKET_POSITION: area.name,
  WORK_AREA_ID: area.id,
  ISSUE_TIME: atMs,
  START_TIME: atMs,
  END_TIME: atMs + 30 * 24 * HOUR_MS,
  WORK_DEPARTMENT: '设备管理部',
  IS_CONTRACTOR_WORK: '0',
  UPDATE_DATE: atMs,
});

const BOUNDARY = 'parksentry-simulator';

/** A briefing as a file of its own for each job. */
export function briefingForm(job: JobFacts): { readonly contentType: string; readonly body: Buffer } {
  const parts = [
    ['name="TICKET_ID"', job.id],
    ['name="KIND"', 'BRIEFING'],
    ['name="FILE"; filename="安全交底.pdf"', `%PDF-1.4\n% ${job.number}\n%%EOF\n`],
  ];
  const text = parts.map(
    ([part, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${part}\r\n\r\n${value}\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    body: Buffer.from(`${text.join('')}--${BOUNDARY}--\r\n`),
  };
}
