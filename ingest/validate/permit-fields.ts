/**
 * Wire fields of work permits: AQ 3064.2-2025 A.1 (tickets) and A.3 (alarms), the interfaces for activities and video as they run
 * elsewhere, and the park's own. `otherNames` are what systems in the field call the same. A ticket says a part of the permit: beside
 * ID and COMPANY_CODE nothing is required, and what is absent was not said.
 */
import { PERMIT_DETAILS, type PermitDetail } from '../../standard/permit-details.ts';
import { PERMIT_RULE_TABLE } from '../../standard/permit-rules.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import { GAS_UNITS, PERMIT_STATUS_BY_CODE } from '../../stream/protocol/permits.ts';
import { LOCAL_ALARM_CODE } from '../../stream/protocol/vocabulary.ts';
import { COMPANY_CODE, DELETED, type Field, may, must, OWN_COMPANY, UPDATE_DATE } from './fields.ts';

const id = { type: 'text', maxLength: 64 } as const;
const name = { type: 'text', maxLength: 128 } as const;
const place = { type: 'text', maxLength: 256 } as const;
const prose = { type: 'prose', maxLength: 1_000 } as const;
const remark = { type: 'prose', maxLength: 200 } as const;
const flag = { type: 'flag' } as const;
const time = { type: 'time' } as const;
const longitude = { type: 'number', min: -180, max: 180 } as const;
const latitude = { type: 'number', min: -90, max: 90 } as const;
const names = { type: 'list', maxLength: 128, maxItems: 200 } as const;
const ids = { type: 'list', maxLength: 64, maxItems: 500 } as const;
const readingValue = { type: 'number', min: -1e6, max: 1e6 } as const;
const objects = <const F extends readonly Field[]>(fields: F, maxItems: number) =>
  ({ type: 'objects', fields, maxItems }) as const;

const also = <F extends Field>(field: F, ...otherNames: string[]) => ({ ...field, otherNames }) as const;

const WORK_CODES = Object.keys(WORK_TYPES).sort();
const WORK = { type: 'code', codes: WORK_CODES } as const;
const workWords = WORK_CODES.map((code) => `${code} ${WORK_TYPES[code]?.words.zh}`).join(', ');
/** The major code stands for all of its kind. */
const WORK_OR_MAJOR_CODES = [...WORK_CODES, ...new Set(WORK_CODES.map((code) => code.slice(0, 1)))].sort();
const STATUS = {
  type: 'code',
  codes: Object.keys(PERMIT_STATUS_BY_CODE).sort() as (keyof typeof PERMIT_STATUS_BY_CODE)[],
} as const;

/** Of A.4, ours left out. */
const A4_CODES = [...new Set(Object.values(PERMIT_RULE_TABLE).map(({ code }) => code as string))]
  .filter((code) => /^\d\d$/.test(code))
  .sort();

/** As meters and systems write them; `%` says nothing: it is vol% here and %LEL there. */
export const GAS_UNIT_BY_CODE = {
  'vol%': 'vol%',
  '%vol': 'vol%',
  'VOL%': 'vol%',
  '%VOL': 'vol%',
  '%LEL': '%LEL',
  'LEL%': '%LEL',
  '%lel': '%LEL',
  ppm: 'ppm',
  PPM: 'ppm',
  'mg/m3': 'mg/m3',
  'mg/m³': 'mg/m3',
  '%': null,
} as const satisfies Readonly<Record<string, (typeof GAS_UNITS)[number] | null>>;

const rowId = may('ID', id, 'Key of the row in the permit; without one a row is told by what it says.');
const gone = may('DELETED', flag, '1: the row is taken back.');
const personId = may('PERSON_ID', id, 'ID of the person in the positioning interface.');

const GAS_FIELDS = [
  rowId,
  also(must('GAS_NAME', name, 'What was measured.'), 'GAS_TYPE'),
  also(must('ANALYSIS_RESULTS', readingValue, 'Result.'), 'GAS_VALUE'),
  also(
    may(
      'RESULTS_UNIT',
      { type: 'code', codes: Object.keys(GAS_UNIT_BY_CODE) as (keyof typeof GAS_UNIT_BY_CODE)[] },
      `Unit: ${GAS_UNITS.join(', ')}; also written ${Object.keys(GAS_UNIT_BY_CODE).join(' ')}, where % says neither.`,
    ),
    'GAS_UNIT',
  ),
  may('LEL', { type: 'number', min: 0, max: 100 }, 'Lower explosive limit of the gas, vol%.'),
  also(may('ANALYST_PART', place, 'Where the sample was taken.'), 'GAS_POINT'),
  may('ANALYST', name, 'Who analysed.'),
  also(must('ANALYST_TIME', time, 'When the sample was taken.'), 'GAS_TIME'),
  gone,
] as const satisfies readonly Field[];

const APPROVAL_FIELDS = [
  rowId,
  must('PROCESS_NODES', name, 'Stage: 作业负责人, 审批人 ...'),
  also(must('PROCESS_PERSONNEL', name, 'Who signed.'), 'PERSON_NAME'),
  personId,
  may('PROCESS_OPINION', remark, 'Opinion.'),
  may('PROCESS_TIME', time, 'When; absent: not yet.'),
  gone,
] as const satisfies readonly Field[];

const ON_DUTY = [
  may('START_TIME', time, 'On the job from; absent: from its start.'),
  may('END_TIME', time, 'Until, handed over then; absent: until its end.'),
] as const;

const GUARDIAN_FIELDS = [
  rowId,
  also(must('SUPERVISOR_NAME', name, 'Name.'), 'PERSON_NAME'),
  personId,
  may('CERTI_NUM', name, 'Number of the certificate.'),
  ...ON_DUTY,
  gone,
] as const satisfies readonly Field[];

const WORKER_FIELDS = [
  rowId,
  also(must('WORKER_NAME', name, 'Name.'), 'PERSON_NAME'),
  personId,
  may('SOCIAL_CREDIT_CODE', id, 'Unified social credit code of the unit that the worker is of.'),
  also(may('CERTI_NAME', name, 'Certificate.'), 'WORKER_CERTI_NAME'),
  also(may('CERTI_NUM', name, 'Its number.'), 'WORKER_CERTI_NUM'),
  ...ON_DUTY,
  gone,
] as const satisfies readonly Field[];

const MEASURE_FIELDS = [
  rowId,
  may('SERIAL_NUMBER', { type: 'number', min: 0, max: 10_000, integer: true }, 'Number of the measure on the permit.'),
  must('MEASURES_CONTENT', prose, 'Measure.'),
  may('IS_INVOLVE', flag, 'Whether it applies to this job.'),
  may('CONFIRM_PERSON', name, 'Who confirmed it.'),
  may('CONFIRM_TIME', time, 'When.'),
  gone,
] as const satisfies readonly Field[];

const LINKED_FIELDS = [
  must('TICKET_ID', id, 'ID or number of the other permit.'),
  gone,
] as const satisfies readonly Field[];

const DETAIL_FIELDS = (Object.keys(PERMIT_DETAILS) as PermitDetail[]).map((detail) =>
  may(detail, remark, `${PERMIT_DETAILS[detail].en} (${PERMIT_DETAILS[detail].zh}).`),
);

const UUID = (what: string) => also(must('ID', id, what), 'UUID');
const PERSON_IDS = also(may('PERSON_IDS', ids, 'Workers by ID of the positioning interface.'), 'PERSON_ID');
const CREDIT_CODES = also(
  may('SOCIAL_CREDIT_CODE', ids, 'Unified social credit codes of the working units.'),
  'CREDIT_CODE',
);
const SUPERVISOR_NAME = may('SUPERVISOR_NAME', names, 'Guardians by name.');
const WORKER_NAME = may('WORKER_NAME', names, 'Workers by name.');
const WORK_DEPARTMENT = also(may('WORK_DEPARTMENT', names, 'Working units by name.'), 'WORK_DEPTMENT');
const IS_CONTRACTOR_WORK = may('IS_CONTRACTOR_WORK', flag, 'Contractors do the work.');
const TICKET_RESPONS_NAME = may('TICKET_RESPONS_NAME', name, 'Who is in charge of the job.');
const LONGITUDE = may('LONGITUDE', longitude, 'Of the job, CGCS2000, decimal degrees.');
const LATITUDE = may('LATITUDE', latitude, 'Of the job, CGCS2000, decimal degrees.');

export const ACTIVITY_FIELDS = [
  UUID('Key of the activity at the company; JOB_ID of its permits.'),
  COMPANY_CODE,
  must('TICKET_TYPE', WORK, `Work by detail code of A.2; 90 is local: ${workWords}.`),
  also(must('START_TIME', time, 'Planned start.'), 'PLAN_START_TIME'),
  also(must('END_TIME', time, 'Planned end.'), 'PLAN_END_TIME'),
  must('TICKET_POSITION', place, 'Where.'),
  also(must('JOB_CONTENT', prose, 'What is to be done.'), 'TICKET_CONTENT'),
  SUPERVISOR_NAME,
  WORKER_NAME,
  PERSON_IDS,
  WORK_DEPARTMENT,
  CREDIT_CODES,
  IS_CONTRACTOR_WORK,
  TICKET_RESPONS_NAME,
  LONGITUDE,
  LATITUDE,
  DELETED,
  UPDATE_DATE,
] as const satisfies readonly Field[];

/** What a permit says that it may also say there is none of. */
const CLEARABLE = [
  also(may('TICKET_NUM', id, 'Number as printed.'), 'TICKET_NO'),
  may('BASE_LEVEL', WORK, 'Detail code before it was upgraded (升级管理).'),
  also(may('JOB_ID', id, 'Activity that the permit is part of.'), 'ACTIVITY_ID'),
  may('APPLY_UNIT', name, 'Applying unit.'),
  LONGITUDE,
  LATITUDE,
  also(may('WORK_AREA_ID', id, 'ID of the area in which the job lies.'), 'WORK_AREA_CODE'),
  may('PLAN_START_TIME', time, 'Planned start.'),
  may('PLAN_END_TIME', time, 'Planned end.'),
  may('ISSUE_TIME', time, 'Signed off.'),
  may('START_TIME', time, 'Permitted from.'),
  may('END_TIME', time, 'Permitted until.'),
  may('ACTUAL_START_TIME', time, 'Work began.'),
  may('ACTUAL_END_TIME', time, 'Work ended.'),
  may('CHECKED_TIME', time, 'Accepted on site.'),
  WORK_DEPARTMENT,
  CREDIT_CODES,
  IS_CONTRACTOR_WORK,
  TICKET_RESPONS_NAME,
  may('MAJOR_PERSON_MOBILE', { type: 'text', maxLength: 32 }, 'Phone of who is in charge; sealed on receipt.'),
  SUPERVISOR_NAME,
  WORKER_NAME,
  PERSON_IDS,
  may('WORKER_CERTI_NAME', names, 'Certificates of the workers.'),
  may('WORKER_CERTI_NUM', names, 'Their numbers.'),
  may('IN_EX_AREA', flag, 'In an explosive atmosphere.'),
  may('IN_HAZARD_SOURCE', id, 'Code of the major hazard source at which the job is.'),
  may('IS_OPEN_AIR', flag, 'In the open.'),
  may('RISK_IDENTIFICATION', prose, 'Risk analysis.'),
  may('DISCLOSE_PERSON', name, 'Who briefed the crew.'),
  may('DISCLOSE_TIME', time, 'When.'),
  also(may('CHECKED_PERSON', name, 'Who accepted the work.'), 'CHECK_PERSON'),
  may('IS_CHANGED', flag, 'Changed after it was issued.'),
  may('CHANGED_CAUSE', prose, 'Why.'),
  may('IS_CANCELLED', flag, 'Cancelled.'),
  may('CANCELLED_CAUSE', prose, 'Why.'),
  may('IS_ASSOCIATION', flag, 'The job has other permits beside this.'),
  may(
    'RELATED_TYPES',
    { type: 'codes', codes: WORK_OR_MAJOR_CODES },
    'Other work that the job needs, by detail or major codes of A.2: [02, 7].',
  ),
  may('BLIND_ACTION', { type: 'code', codes: ['BOTH', 'INSERT', 'REMOVE'] }, 'Of a blind plate: INSERT 堵, REMOVE 抽.'),
  also(may('BLIND_NUMBER', id, 'Number of the blind plate.'), 'PLATE_CODE'),
] as const satisfies readonly Field[];

export const CLEARABLE_NAMES = CLEARABLE.map((field) => field.name);

const PERMIT_HEAD = [
  UUID('Key of the permit at the company.'),
  COMPANY_CODE,
  may('COMPANY_NAME', name, 'Name of the company.'),
  may('TICKET_TYPE', WORK, `Work by detail code of A.2; 90 is local: ${workWords}.`),
  may(
    'TICKET_STATUS',
    STATUS,
    '0 not issued, 1 issued, 2 work goes on, 3 accepted, 4 void, 5 withdrawn, 6 paused; holds from UPDATE_DATE on.',
  ),
  may('TICKET_POSITION', place, 'Where.'),
  may('TICKET_CONTENT', prose, 'What is done.'),
] as const satisfies readonly Field[];

const PERMIT_TAIL = [
  may('GAS_NAME', name, 'Gas analysis of A.1, one at a time; of more, with units and points, tell GAS.'),
  may('GAS_TIME', time, 'When; with GAS_VALUE, else there is no reading.'),
  may('GAS_VALUE', readingValue, 'Result; with GAS_TIME.'),
  may('GAS', objects(GAS_FIELDS, 500), 'Gas analyses.'),
  may('APPROVALS', objects(APPROVAL_FIELDS, 100), 'Signatures.'),
  may('GUARDIANS', objects(GUARDIAN_FIELDS, 100), 'Guardians, with their hand-over.'),
  may('WORKERS', objects(WORKER_FIELDS, 500), 'Workers.'),
  may('MEASURES', objects(MEASURE_FIELDS, 100), 'Safety measures.'),
  may('LINKED', objects(LINKED_FIELDS, 100), 'Linked permits.'),
  may('ASSOCIATION_TICKET', { type: 'list', maxLength: 64, maxItems: 100 }, 'The same as IDs or numbers.'),
  may('CLEARED', { type: 'codes', codes: CLEARABLE_NAMES }, 'Names of fields of which there is nothing (any more).'),
  may('DELETED', flag, '1: the permit is withdrawn as an error.'),
  UPDATE_DATE,
] as const satisfies readonly Field[];

export const PERMIT_FIELDS = [...PERMIT_HEAD, ...CLEARABLE, ...PERMIT_TAIL, ...DETAIL_FIELDS] as const;

const TICKET_ID = also(must('TICKET_ID', id, 'ID of the permit.'), 'WORKORDER_ID');

export const PERMIT_VIDEO_FIELDS = [
  UUID('Key of the link at the company.'),
  COMPANY_CODE,
  TICKET_ID,
  also(
    must(
      'VIDEO_CODE',
      { type: 'text', maxLength: 20, form: { pattern: /^\d{20}$/, words: 'the 20 digits of GB/T 28181' } },
      'Camera that looks at the job: its 20 digits of GB/T 28181.',
    ),
    'CAMERA_CODE',
  ),
  DELETED,
  UPDATE_DATE,
] as const satisfies readonly Field[];

export const PERMIT_ALARM_FIELDS = [
  UUID('Key of the alarm at the company.'),
  TICKET_ID,
  also(must('ALARM_START_TIME', time, 'When it was raised.'), 'ALARM_TIME'),
  must(
    'ALARM_TYPE',
    { type: 'code', codes: A4_CODES, local: LOCAL_ALARM_CODE },
    'Detail code of A.4, or a code of your own that the park was told the meaning of.',
  ),
  may('ALARM_END_TIME', time, 'When it ended; absent: it lasts.'),
  may('ALARM_RESULT', prose, 'How it was handled.'),
  DELETED,
  OWN_COMPANY,
  UPDATE_DATE,
] as const satisfies readonly Field[];

/** As the log names them. */
export const ATTACHMENT_KIND_BY_CODE = {
  TICKET: 'ticket',
  BRIEFING: 'briefing',
  COUNTERSIGN: 'countersign',
  COMMITMENT: 'commitment',
  SITE: 'site',
  OTHER: 'other',
} as const;
export const FILE_BYTES_MAX = 20 * 1024 * 1024;

export const ATTACHMENT_FIELDS = [
  also(may('ID', id, 'Key of the attachment at the company; absent: the permit and the file are its key.'), 'UUID'),
  OWN_COMPANY,
  TICKET_ID,
  also(
    must(
      'KIND',
      { type: 'code', codes: Object.keys(ATTACHMENT_KIND_BY_CODE).sort() as (keyof typeof ATTACHMENT_KIND_BY_CODE)[] },
      'TICKET 作业票, BRIEFING 交底记录, COUNTERSIGN 会签, COMMITMENT 承诺书, SITE 现场照片, OTHER 其他.',
    ),
    'FILE_TYPE',
  ),
  must('FILE', { type: 'file', maxBytes: FILE_BYTES_MAX }, 'The file: PDF, JPEG, PNG or MP4, by what is in it.'),
  may('DELETED', flag, '1: the attachment is withdrawn; FILE is sent with it all the same.'),
  UPDATE_DATE,
] as const satisfies readonly Field[];
