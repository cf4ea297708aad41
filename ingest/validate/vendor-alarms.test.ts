import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../core/slices.ts';
import { COMPANY, START_MS } from '../../test/ingest-fixture.ts';
import {
  createAreaAlarm,
  createGathering,
  createHeartbeat,
  createPersonAlarm,
  createSensorReport,
} from '../../test/sample-records.ts';
import { walkAreaAlarms, walkPersonAlarms } from './alarms.ts';
import { PERSON_ALARM_FIELDS, SOS_ALARM_FIELDS } from './fields.ts';
import { walkGatherings } from './gatherings.ts';
import { walkHeartbeats } from './heartbeats.ts';
import type { Validated } from './records.ts';
import { walkSensorReports } from './sensors.ts';

const CONTEXT = { companyCode: COMPANY, receivedAtMs: START_MS, sosOnly: false };
type Changes = Record<string, unknown>;
const personAlarm = (changes: Changes) => runToEnd(walkPersonAlarms([createPersonAlarm(changes)], CONTEXT));
const areaAlarm = (changes: Changes) => runToEnd(walkAreaAlarms([createAreaAlarm(changes)], CONTEXT));
const gathering = (changes: Changes) => runToEnd(walkGatherings([createGathering(changes)], CONTEXT));
const heartbeat = (changes: Changes) => runToEnd(walkHeartbeats([createHeartbeat(changes)], CONTEXT));
const sensorReport = (changes: Changes) => runToEnd(walkSensorReports([createSensorReport(changes)], CONTEXT));
const refusalOf = ({ accepted, rejected }: Validated<unknown>): string => {
  expect(accepted.length + rejected.length).toBe(1);
  return rejected.map(({ field, code }) => `${field} ${code}`).join();
};
const RAISED_MS = Date.UTC(2026, 6, 1, 3, 58, 0);

describe('a person alarm', () => {
  test('[ING-36] becomes a PersonAlarmRecord, of the credential when it names no company', () => {
    const sent = { ALARM_END_TIME: '20260701115900', DESCRIBE: ' left\nthe area ', UPDATE_TIME: START_MS, DELETED: 1 };
    expect(personAlarm(sent)).toEqual({
      accepted: [
        {
          alarmId: 'PA-1',
          companyCode: COMPANY,
          personId: 'P-1',
          areaId: 'A-1',
          type: 'out-of-bounds',
          raisedAtMs: RAISED_MS,
          endedAtMs: RAISED_MS + 60_000,
          description: 'left the area',
          timeReplaced: false,
          updatedAtMs: START_MS,
          deleted: true,
        },
      ],
      rejected: [],
      aliases: 1,
    });
    expect(personAlarm({ COMPANY_CODE: COMPANY }).accepted).toMatchObject([
      { areaId: 'A-1', endedAtMs: null, description: '' },
    ]);
  });

  test('[VAM-13] a code of the vendor’s own passes in its stated form, of an area alarm too; anything else is refused', () => {
    expect(personAlarm({ ALARM_TYPE: ' ZL-7 ' }).accepted).toMatchObject([{ type: 'local:ZL-7' }]);
    expect(areaAlarm({ ALARM_TYPE: 'crowd_2' }).accepted).toMatchObject([{ type: 'local:crowd_2' }]);
    for (const code of ['constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
      expect(personAlarm({ ALARM_TYPE: code }).accepted).toMatchObject([{ type: `local:${code}` }]);
      expect(areaAlarm({ ALARM_TYPE: code }).accepted).toMatchObject([{ type: `local:${code}` }]);
    }
    for (const code of ['9', 'A', '7A', 'A/B', 'A'.repeat(21)]) {
      expect(refusalOf(personAlarm({ ALARM_TYPE: code }))).toBe('ALARM_TYPE CODE_UNKNOWN');
    }
  });

  test.each([
    ['1', 'out-of-bounds'],
    [2, 'dwell'],
    ['3', 'still'],
    [4, 'absent'],
  ])('[ING-36] of ALARM_TYPE %j is %s', (code, type) => {
    expect(personAlarm({ ALARM_TYPE: code }).accepted).toMatchObject([{ type, timeReplaced: false }]);
  });

  test.each<[string, Changes]>([
    ['ID FIELD_MISSING', { ID: '' }],
    ['PERSON_ID FIELD_TYPE', { PERSON_ID: 7 }],
    ['ALARM_TYPE CODE_UNKNOWN', { ALARM_TYPE: '5' }],
    ['ALARM_TYPE FIELD_MISSING', { ALARM_TYPE: null }],
    ['ALARM_TIME FIELD_MISSING', { ALARM_TIME: undefined }],
    ['ALARM_TIME TIME_FORMAT', { ALARM_TIME: 'noon' }],
    ['ALARM_TIME FIELD_RANGE', { ALARM_TIME: '1980-01-01 00:00:00' }],
    ['ALARM_END_TIME FIELD_RANGE', { ALARM_END_TIME: '2026-07-01 11:57:59' }],
    ['DESCRIBE FIELD_RANGE', { DESCRIBE: 'x'.repeat(1_001) }],
    ['DELETED FIELD_TYPE', { DELETED: '2' }],
    ['COMPANY_CODE COMPANY_MISMATCH', { COMPANY_CODE: '310000009' }],
  ])('[ING-36] is refused as %s for %j', (refusal, changes) => {
    expect(refusalOf(personAlarm(changes))).toBe(refusal);
  });
});

describe('a person alarm that calls for help', () => {
  test('[ING-37] is taken with its own time, place and key', () => {
    expect(personAlarm({ ALARM_TYPE: '0', ZONE_ID: '' }).accepted).toMatchObject([
      { alarmId: 'PA-1', type: 'sos', areaId: null, raisedAtMs: RAISED_MS, timeReplaced: false, deleted: false },
    ]);
  });

  test.each([undefined, null, '', 'now', '2026-02-30 00:00:00', START_MS + 60_001, 5, '1980-01-01 00:00:00'])(
    '[ING-37] with ALARM_TIME %j is taken at the time of receipt, marked',
    (time) => {
      expect(personAlarm({ ALARM_TYPE: 0, ALARM_TIME: time }).accepted).toMatchObject([
        { raisedAtMs: START_MS, timeReplaced: true },
      ]);
    },
  );

  test.each([RAISED_MS - 1, '1990-01-01 00:00:00', '2099-12-31 23:59:59', START_MS + 60_001])(
    '[ING-37] is not over by an ALARM_END_TIME %j, before its start or still to come',
    (end) => {
      expect(personAlarm({ ALARM_TYPE: 0, ALARM_END_TIME: end }).accepted).toMatchObject([{ endedAtMs: null }]);
    },
  );

  test('[ING-37] is over when it says so, also without a time of its own', () => {
    for (const changes of [{}, { ALARM_TIME: null }]) {
      const { accepted } = personAlarm({ ALARM_TYPE: 0, ALARM_END_TIME: RAISED_MS, ...changes });
      expect(accepted).toMatchObject([{ endedAtMs: RAISED_MS }]);
    }
  });

  test.each([310000001, true, ['310000009'], 'x'.repeat(65)])(
    '[ING-37] is of the own company when COMPANY_CODE is %j',
    (code) => {
      const { accepted } = personAlarm({ ALARM_TYPE: 0, COMPANY_CODE: code });
      expect(accepted).toMatchObject([{ companyCode: COMPANY, type: 'sos' }]);
    },
  );

  test('[ING-37] without a key is told by who calls and when, so that a repeat is the same call', () => {
    const [first] = personAlarm({ ALARM_TYPE: '0', ID: null }).accepted;
    expect(first?.alarmId).toBe(`SOS:P-1:${RAISED_MS}`);
    expect(personAlarm({ ALARM_TYPE: '0', ID: ['?'] }).accepted).toEqual([first]);
  });

  test('[ING-37] is taken whatever its values are, but for who calls and whose company it is', () => {
    const values = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(undefined, Number.NaN, 'x'.repeat(2_000)));
    const others = ['ID', 'ZONE_ID', 'ALARM_TIME', 'ALARM_END_TIME', 'DESCRIBE', 'DELETED', 'UPDATE_DATE'];
    fc.assert(
      fc.property(fc.record(Object.fromEntries(others.map((name) => [name, values]))), (changes) => {
        const { accepted } = personAlarm({ ...changes, ALARM_TYPE: '0' });
        expect(accepted).toMatchObject([{ personId: 'P-1', type: 'sos' }]);
        expect(Number.isFinite(accepted[0]?.raisedAtMs)).toBe(true);
      }),
    );
    expect(refusalOf(personAlarm({ ALARM_TYPE: '0', PERSON_ID: ' ' }))).toBe('PERSON_ID FIELD_MISSING');
    expect(refusalOf(personAlarm({ ALARM_TYPE: '0', COMPANY_CODE: '310000009' }))).toBe(
      'COMPANY_CODE COMPANY_MISMATCH',
    );
  });

  test('[ING-37] is taken alone when nothing else can be, and the others are passed over without a word', () => {
    const records = [
      createPersonAlarm(),
      createPersonAlarm({ ID: 'S', ALARM_TYPE: 0 }),
      createPersonAlarm({ ID: null }),
    ];
    expect(runToEnd(walkPersonAlarms(records, { ...CONTEXT, sosOnly: true }))).toMatchObject({
      accepted: [{ alarmId: 'S' }],
      rejected: [],
    });
  });

  test('has the fields of every person alarm, in the same order', () => {
    expect(SOS_ALARM_FIELDS.map((field) => field.name)).toEqual(PERSON_ALARM_FIELDS.map((field) => field.name));
  });
});

describe('an area alarm', () => {
  test.each([
    ['1', 'over-capacity'],
    [2, 'under-capacity'],
    ['3', 'post-empty'],
  ])('[ING-36] of ALARM_TYPE %j becomes an AreaAlarmRecord: %s', (code, type) => {
    expect(areaAlarm({ ALARM_TYPE: code }).accepted).toEqual([
      {
        alarmId: 'AA-1',
        companyCode: COMPANY,
        areaId: 'A-1',
        type,
        raisedAtMs: RAISED_MS,
        endedAtMs: null,
        description: '',
        updatedAtMs: null,
        deleted: false,
      },
    ]);
  });

  test.each<[string, Changes]>([
    ['ALARM_TYPE CODE_UNKNOWN', { ALARM_TYPE: '0' }],
    ['ZONE_ID FIELD_MISSING', { ZONE_ID: null }],
    ['ALARM_END_TIME FIELD_RANGE', { ALARM_END_TIME: 1_000_000_000_000 }],
    ['COMPANY_CODE COMPANY_MISMATCH', { COMPANY_CODE: 'other' }],
  ])('[ING-36] is refused as %s for %j', (refusal, changes) => {
    expect(refusalOf(areaAlarm(changes))).toBe(refusal);
  });
});

describe('a gathering', () => {
  test('[ING-36] becomes a GatheringRecord; a member without both coordinates has no place', () => {
    const members = [
      { name: '周示例', personType: '01', PERSON_ID: 'P-1', x: '121.48', Y: 30.8 },
      { NAME: '吴示例', PERSONTYPE: 2, PERSONID: 'P-2', X: 121.48 },
    ];
    const { accepted, aliases } = gathering({ ALARM_AREA: members, ALARM_LAST_TIME: '12.5' });
    expect(accepted).toEqual([
      {
        companyCode: COMPANY,
        startedAtMs: RAISED_MS,
        members: [
          { personId: 'P-1', name: '周示例', type: 'staff', lng: 121.48, lat: 30.8 },
          { personId: 'P-2', name: '吴示例', type: 'contractor', lng: null, lat: null },
        ],
        lasted: 12.5,
        updatedAtMs: null,
        deleted: false,
      },
    ]);
    expect(aliases).toBe(4);
  });

  const member = { NAME: 'a', PERSONTYPE: '03', PERSONID: 'P-3' };
  test.each<[string, Changes]>([
    ['ALARM_AREA FIELD_MISSING', { ALARM_AREA: null }],
    ['ALARM_AREA FIELD_TYPE', { ALARM_AREA: member }],
    ['ALARM_AREA FIELD_RANGE', { ALARM_AREA: Array(1_001).fill(member) }],
    ['ALARM_AREA[1] FIELD_TYPE', { ALARM_AREA: [member, 'P-3'] }],
    ['ALARM_AREA[3].X FIELD_RANGE', { ALARM_AREA: [member, member, member, { ...member, X: 181, Y: 30 }] }],
    ['ALARM_AREA[0].PERSONTYPE CODE_UNKNOWN', { ALARM_AREA: [{ ...member, PERSONTYPE: '04' }] }],
    ['ALARM_AREA[0].PERSONID FIELD_MISSING', { ALARM_AREA: [{ ...member, PERSONID: ' ' }] }],
    ['TIME_STAMP TIME_FORMAT', { TIME_STAMP: 'noon' }],
    ['COMPANY_CODE FIELD_MISSING', { COMPANY_CODE: null }],
  ])('[ING-36] is refused as %s', (refusal, changes) => {
    expect(refusalOf(gathering(changes))).toBe(refusal);
  });

  test('[ING-7] a bad one leaves its neighbours alone', () => {
    const records = [createGathering(), createGathering({ ALARM_AREA: [{}] }), 5, createGathering()];
    const { accepted, rejected } = runToEnd(walkGatherings(records, CONTEXT));
    expect(accepted).toHaveLength(2);
    expect(rejected).toMatchObject([
      { index: 1, id: '2026-07-01 11:58:00', field: 'ALARM_AREA[0].NAME', code: 'FIELD_MISSING' },
      { index: 2, id: null, field: null, code: 'FIELD_TYPE' },
    ]);
  });
});

describe('a heartbeat', () => {
  test('[ING-36] says how its sender sends', () => {
    expect(heartbeat({}).accepted).toEqual([
      { companyCode: COMPANY, interfaceName: 'positions', mode: 'periodic', intervalS: 60 },
    ]);
    expect(heartbeat({ INTERFACE: 'person-alarms', MODE: 'ON_CHANGE' }).accepted).toMatchObject([
      { interfaceName: 'person-alarms', mode: 'on-change', intervalS: null },
    ]);
  });

  test.each<[string, Changes]>([
    ['INTERFACE CODE_UNKNOWN', { INTERFACE: 'no-such-interface' }],
    ['INTERFACE CODE_UNKNOWN', { INTERFACE: 'heartbeats' }],
    ['MODE CODE_UNKNOWN', { MODE: 'SOMETIMES' }],
    ['INTERVAL_S FIELD_MISSING', { INTERVAL_S: '' }],
    ['INTERVAL_S FIELD_RANGE', { INTERVAL_S: 0 }],
  ])('[ING-36] is refused as %s for %j', (refusal, changes) => {
    expect(refusalOf(heartbeat(changes))).toBe(refusal);
  });
});

describe('a sensor packet', () => {
  test('[ING-36] becomes a SensorReport', () => {
    const readings = [
      { QUOTAID: 'Q-1', VALUE: '12.5' },
      { QUOTAID: 'Q-2', VALUE: -3, ALARM_TYPE: 'H', ALARM_TIME: START_MS, alarmEndTime: '2026-07-01T12:01:00+08:00' },
    ];
    expect(sensorReport({ DATASET: readings, IS_CONNECT_DATASOURCE: 'true' }).accepted).toEqual([
      {
        companyCode: COMPANY,
        identifier: 'GDS',
        dataId: 'D-1',
        gatewayId: 'G-1',
        collectedAtMs: START_MS - 1_000,
        connected: true,
        reportType: 'CYCLE',
        readings: [
          { pointId: 'Q-1', value: 12.5, alarmType: null, alarmAtMs: null, alarmEndAtMs: null },
          { pointId: 'Q-2', value: -3, alarmType: 'H', alarmAtMs: START_MS, alarmEndAtMs: START_MS + 60_000 },
        ],
      },
    ]);
    expect(sensorReport({ DATASET: [] }).accepted).toMatchObject([{ connected: null, readings: [] }]);
  });

  test.each<[string, Changes]>([
    ['COLLECT_TIME TIME_OUT_OF_RANGE', { COLLECT_TIME: START_MS + 60_001 }],
    ['COLLECT_TIME TIME_OUT_OF_RANGE', { COLLECT_TIME: START_MS - 7 * 86_400_000 - 1 }],
    ['COLLECT_TIME TIME_FORMAT', { COLLECT_TIME: 'noon' }],
    ['DATASET[0].VALUE FIELD_RANGE', { DATASET: [{ QUOTAID: 'Q', VALUE: 'NaN' }] }],
    ['DATASET[1].VALUE FIELD_MISSING', { DATASET: [{ QUOTAID: 'Q', VALUE: 1 }, { QUOTAID: 'Q' }] }],
    ['DATASET[0].ALARM_TIME TIME_FORMAT', { DATASET: [{ QUOTAID: 'Q', VALUE: 1, ALARM_TIME: '5' }] }],
  ])('[ING-36] is refused as %s', (refusal, changes) => {
    expect(refusalOf(sensorReport(changes))).toBe(refusal);
  });
});
