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
};
