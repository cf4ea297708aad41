/** Records of every route of the vendor interface that hold; the ones of people, areas and positions are in ingest-fixture.ts. */
import { AREAS, COMPANY, createArea, createPerson, createPosition, PERSONS, POSITIONS } from './ingest-fixture.ts';

export const createGathering = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  COMPANY_CODE: COMPANY,
  TIME_STAMP: '2026-07-01 11:58:00',
  ALARM_AREA: [
    { NAME: '周示例', PERSONTYPE: '01', PERSONID: 'P-1', X: 121.48, Y: 30.8 },
    { NAME: '吴示例', PERSONTYPE: '02', PERSONID: 'P-2', X: 121.4801, Y: 30.8001 },
  ],
  ALARM_LAST_TIME: 120,
  DELETED: '0',
  ...changes,
});

export const createPersonAlarm = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'PA-1',
  PERSON_ID: 'P-1',
  ZONE_ID: 'A-1',
  ALARM_TYPE: '1',
  ALARM_TIME: '2026-07-01 11:58:00',
  DELETED: '0',
  ...changes,
});

export const createAreaAlarm = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'AA-1',
  ZONE_ID: 'A-1',
  ALARM_TYPE: '1',
  ALARM_TIME: '2026-07-01 11:58:00',
  DELETED: '0',
  ...changes,
});

export const createHeartbeat = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  COMPANY_CODE: COMPANY,
  INTERFACE: 'positions',
  MODE: 'PERIODIC',
  INTERVAL_S: 60,
  ...changes,
});

export const createSensorReport = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  IDENTIFIER: 'GDS',
  DATA_ID: 'D-1',
  COMPANY_CODE: COMPANY,
  GATEWAY_ID: 'G-1',
  COLLECT_TIME: '2026-07-01 11:59:59',
  REPORT_TYPE: 'CYCLE',
  DATASET: [{ QUOTAID: 'Q-1', VALUE: 12.5 }],
  ...changes,
});

export const createContractorUnit = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  COMPANY_CODE: COMPANY,
  CREDIT_CODE: '91310000MA1FL0000X',
  UNIT_NAME: '示例检维修有限公司',
  UNIT_KIND: 'MAINTENANCE',
  GRADE: '二级',
  SAFETY_LICENCE_TO: '2027-06-30',
  CONTACT: '钱示例',
  CONTACT_PHONE: '138 0000 0000',
  DELETED: '0',
  ...changes,
});

export const createContractorPerson = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  COMPANY_CODE: COMPANY,
  ID: 'CP-1',
  PERSON_NAME: '孙示例',
  CREDIT_CODE: '91310000MA1FL0000X',
  IDENTIFY_NUM: '31010119900101123X',
  MOBILE_NUMBER: '13800000001',
  PERSON_DUTY: 'SPECIAL_OPERATION',
  POSITION_NAME: '焊工',
  LOCATED_ID: 'P-2',
  DELETED: '0',
  ...changes,
});

export const createCommitment = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  COMPANY_CODE: COMPANY,
  COMMIT_DATE: '2026-07-01',
  UNITS_TOTAL: 10,
  UNITS_RUNNING: 6,
  UNITS_STOPPED: 3,
  UNITS_REPAIR: 1,
  IS_TRIAL: '0',
  IS_START_STOP: '0',
  HAS_CONTRACTOR: '1',
  SPECIAL_WORKS: [
    { WORK_TYPE: '02', COUNT: 2 },
    { WORK_TYPE: '70', COUNT: 1 },
  ],
  HAZARD_SOURCES: ['HS-1'],
  HAZARD_SOURCES_SAFE: '1',
  RISK_GRADE: 'BLUE',
  COMMITMENT: '今日各装置安全运行，各项安全风险得到有效管控。',
  SIGNED_BY: '李示例',
  DELETED: '0',
  ...changes,
});

export const createActivity = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'ACT-1',
  COMPANY_CODE: COMPANY,
  TICKET_TYPE: '02',
  START_TIME: '2026-07-01 13:00:00',
  END_TIME: '2026-07-01 17:00:00',
  TICKET_POSITION: '储罐区 T-101',
  JOB_CONTENT: '更换管线',
  SUPERVISOR_NAME: '李示例',
  WORKER_NAME: '周示例,吴示例',
  PERSON_IDS: ['P-1', 'P-2'],
  WORK_DEPARTMENT: '示例检维修有限公司',
  SOCIAL_CREDIT_CODE: '91310000MA1FL0000X',
  IS_CONTRACTOR_WORK: '1',
  TICKET_RESPONS_NAME: '赵示例',
  DELETED: '0',
  UPDATE_DATE: '2026-07-01 11:00:00',
  ...changes,
});

/** A whole ticket of A.1 with the rows that the park asks for beside. */
export const createTicket = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'TK-1',
  COMPANY_CODE: COMPANY,
  COMPANY_NAME: '海澜示例化工',
  TICKET_NUM: 'DH-20260701-001',
  JOB_ID: 'ACT-1',
  TICKET_TYPE: '02',
  TICKET_STATUS: '2',
  TICKET_POSITION: '储罐区 T-101',
  TICKET_CONTENT: '更换管线',
  LONGITUDE: 121.48,
  LATITUDE: 30.8,
  ISSUE_TIME: '2026-07-01 11:30:00',
  START_TIME: '2026-07-01 11:30:00',
  END_TIME: '2026-07-01 17:00:00',
  CHECKED_TIME: '',
  SUPERVISOR_NAME: '李示例',
  WORKER_NAME: '周示例,吴示例',
  PERSON_IDS: ['P-1', 'P-2'],
  WORKER_CERTI_NAME: '焊接与热切割作业',
  WORKER_CERTI_NUM: 'T31010119900101123X',
  WORK_DEPARTMENT: '示例检维修有限公司',
  SOCIAL_CREDIT_CODE: '91310000MA1FL0000X',
  IS_CONTRACTOR_WORK: '1',
  TICKET_RESPONS_NAME: '赵示例',
  MAJOR_PERSON_MOBILE: '13800000003',
  IS_CHANGED: '0',
  IS_CANCELLED: '0',
  GAS_NAME: '可燃气体',
  GAS_TIME: '2026-07-01 11:20:00',
  GAS_VALUE: 0.1,
  GAS: [
    {
      ID: 'GA-1',
      GAS_NAME: '可燃气体',
      ANALYSIS_RESULTS: 2,
      RESULTS_UNIT: '%LEL',
      LEL: 5,
      ANALYST_PART: '罐顶',
      ANALYST: '陈示例',
      ANALYST_TIME: '2026-07-01 11:20:00',
    },
  ],
  APPROVALS: [
    { PROCESS_NODES: '审批人', PROCESS_PERSONNEL: '赵示例', PERSON_ID: 'P-9', PROCESS_TIME: '2026-07-01 11:30:00' },
  ],
  GUARDIANS: [{ SUPERVISOR_NAME: '李示例', PERSON_ID: 'P-3', CERTI_NUM: 'JH-1' }],
  WORKERS: [{ WORKER_NAME: '周示例', PERSON_ID: 'P-1', CERTI_NUM: 'T31010119900101123X' }],
  MEASURES: [
    {
      SERIAL_NUMBER: 1,
      MEASURES_CONTENT: '动火设备内部构件清理干净，蒸汽吹扫或水洗合格',
      IS_INVOLVE: '1',
      CONFIRM_PERSON: '赵示例',
    },
  ],
  LINKED: [{ TICKET_ID: 'TK-2' }],
  FIRE_STYLE: '电焊',
  DELETED: '0',
  UPDATE_DATE: '2026-07-01 11:35:00',
  ...changes,
});

export const createPermitVideo = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'VL-1',
  COMPANY_CODE: COMPANY,
  TICKET_ID: 'TK-1',
  VIDEO_CODE: '31010000001320000001',
  DELETED: '0',
  ...changes,
});

export const createPermitAlarm = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: 'PMA-1',
  TICKET_ID: 'TK-1',
  ALARM_START_TIME: '2026-07-01 11:58:00',
  ALARM_TYPE: '31',
  DELETED: '0',
  ...changes,
});

/** A record of each route that holds, by path. */
export const SAMPLE_RECORDS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  [PERSONS]: createPerson(),
  [AREAS]: createArea(),
  [POSITIONS]: createPosition(),
  '/v1/positioning/gatherings': createGathering(),
  '/v1/positioning/person-alarms': createPersonAlarm(),
  '/v1/positioning/area-alarms': createAreaAlarm(),
  '/v1/heartbeats': createHeartbeat(),
  '/v1/sensors/readings': createSensorReport(),
  '/v1/contractors/units': createContractorUnit(),
  '/v1/contractors/people': createContractorPerson(),
  '/v1/contractors/vehicles': {
    COMPANY_CODE: COMPANY,
    PLATE_NO: '沪A12345',
    CREDIT_CODE: '91310000MA1FL0000X',
    VEHICLE_KIND: 'CRANE',
    DRIVER_NAME: '郑示例',
    DRIVER_PHONE: '13800000002',
    INSURED_TO: '2027-01-31',
    DELETED: '0',
  },
  '/v1/contractors/qualifications': {
    COMPANY_CODE: COMPANY,
    ID: 'Q-1',
    CREDIT_CODE: '91310000MA1FL0000X',
    PERSON_ID: 'CP-1',
    CERTIFICATE_KIND: 'SPECIAL_OPERATION',
    CERTIFICATE_NO: 'T31010119900101123X',
    CATEGORY: '焊接与热切割作业',
    VALID_FROM: '2024-07-01',
    VALID_TO: '2030-06-30',
    REVIEW_DUE: '2027-06-30',
    DELETED: '0',
  },
  '/v1/contractors/trainings': {
    COMPANY_CODE: COMPANY,
    ID: 'T-1',
    CREDIT_CODE: '91310000MA1FL0000X',
    PERSON_ID: 'CP-1',
    TRAINING_KIND: 'ENTRY',
    TOPICS: ['RULES', 'HAZARDS', 'EMERGENCY'],
    TRAINING_DATE: '2026-06-30',
    HOURS: 4,
    SCORE: 92.5,
    RESULT: 'PASSED',
    DELETED: '0',
  },
  '/v1/contractors/violations': {
    COMPANY_CODE: COMPANY,
    ID: 'V-1',
    CREDIT_CODE: '91310000MA1FL0000X',
    PERSON_ID: 'CP-1',
    VIOLATION_TIME: '2026-07-01 10:20:00',
    VIOLATION_KIND: 'PROTECTION',
    DESCRIBE: '高处作业未系安全带',
    POINTS: 3,
    DELETED: '0',
  },
  '/v1/commitments': createCommitment(),
  '/v1/permits/activities': createActivity(),
  '/v1/permits/tickets': createTicket(),
  '/v1/permits/videos': createPermitVideo(),
  '/v1/permits/alarms': createPermitAlarm(),
};
