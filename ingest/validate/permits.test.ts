import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPermitPhone } from '../../security/permit-secret.ts';
import { registerSecretBlind } from '../../security/register-secret.ts';
import { ENTRY_KIND } from '../../stream/protocol/entry.ts';
import { decodeEntry } from '../../stream/protocol/entry-codec.ts';
import { mergePermit, rowsOf, statusOf } from '../../stream/protocol/permit-merge.ts';
import type { PermitRecord } from '../../stream/protocol/permits.ts';
import { blindIndex, COMPANY, START_MS, sealer } from '../../test/ingest-fixture.ts';
import {
  createActivity,
  createPermitAlarm,
  createPermitVideo,
  createTicket,
  SAMPLE_RECORDS,
} from '../../test/sample-records.ts';
import { type CheckedBatch, ROUTES } from '../routes.ts';
import { CLEARABLE_NAMES } from './permit-fields.ts';

const TICKETS = '/v1/permits/tickets';
const MINUTE_MS = 60_000;

const check = async (path: string, records: readonly unknown[]): Promise<CheckedBatch> => {
  const route = ROUTES.find((one) => one.path === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  return route.check(records, { companyCode: COMPANY, receivedAtMs: START_MS, sealer, blindIndex, sosOnly: false });
};

/** As it stands behind the log. */
async function kept(path: string, record: unknown): Promise<Record<string, unknown>> {
  const checked = await check(path, [record]);
  expect(checked.rejected).toEqual([]);
  const body = checked.encode({ batchId: 'b', appId: 'a', companyCode: COMPANY, received: 1, refused: 0 });
  const kind = ROUTES.find((one) => one.path === path)?.entryKind ?? 0;
  const entry = decodeEntry({ epoch: 'e', kind, seq: 1, receivedAtMs: START_MS, body }) as unknown as {
    readonly body: { readonly records: readonly Record<string, unknown>[] };
  };
  return entry.body.records[0] ?? {};
}

const ticket = async (record: Readonly<Record<string, unknown>>): Promise<PermitRecord> =>
  (await kept(TICKETS, { ID: 'TK-1', COMPANY_CODE: COMPANY, ...record })) as unknown as PermitRecord;
const at = (time: string): number => Date.parse(`2026-07-01T${time}+08:00`);

describe('a ticket', () => {
  test('[PIN-2] says what it holds and no more', async () => {
    expect(await ticket({})).toEqual({
      permitId: 'TK-1',
      companyCode: COMPANY,
      updatedAtMs: null,
      fields: {},
      rows: {},
    });
    for (const nothing of [null, '', '  ', undefined]) {
      const silent = await ticket({
        END_TIME: nothing,
        CHECKED_TIME: nothing,
        TICKET_STATUS: nothing,
        SUPERVISOR_NAME: nothing,
        MAJOR_PERSON_MOBILE: nothing,
        DELETED: nothing,
        GAS: nothing,
      });
      expect([silent.fields, silent.rows, silent.status, silent.deleted]).toEqual([{}, {}, undefined, undefined]);
    }
    const part = await ticket({ TICKET_STATUS: '6', UPDATE_DATE: '2026-07-01 11:40:00' });
    expect(part).toMatchObject({ status: 'paused', updatedAtMs: at('11:40:00'), fields: {} });
  });

  test('[PIN-3] CLEARED says that there is nothing; a value beside it wins', async () => {
    const cleared = await ticket({ CLEARED: CLEARABLE_NAMES });
    const values = Object.values(cleared.fields);
    expect(values.every((value) => value === null || (Array.isArray(value) && value.length === 0))).toBe(true);
    expect(values.filter(Array.isArray)).toHaveLength(9);
    expect(Object.keys(cleared.fields)).toHaveLength(CLEARABLE_NAMES.length + 1);
    const both = await ticket({ CLEARED: ['CHECKED_TIME', 'BLIND_NUMBER'], BLIND_NUMBER: 'MB-1' });
    expect(both.fields).toEqual({ acceptedAtMs: null, blindNumber: 'MB-1' });
    const { rejected } = await check(TICKETS, [{ ID: 'TK-1', COMPANY_CODE: COMPANY, CLEARED: ['TICKET_TYPE'] }]);
    expect(rejected).toMatchObject([{ field: 'CLEARED[0]', code: 'CODE_UNKNOWN' }]);
  });

  test('[PIN-4] of A.1 in whole becomes a permit of the log', async () => {
    const { fields, status, deleted } = await ticket(createTicket());
    expect([status, deleted]).toEqual(['working', false]);
    expect(fields).toMatchObject({
      companyName: '海澜示例化工',
      number: 'DH-20260701-001',
      activityId: 'ACT-1',
      workCode: '02',
      site: '储罐区 T-101',
      content: '更换管线',
      lng: 121.48,
      lat: 30.8,
      issuedAtMs: at('11:30:00'),
      validFromMs: at('11:30:00'),
      validToMs: at('17:00:00'),
      guardianNames: ['李示例'],
      workerNames: ['周示例', '吴示例'],
      workerIds: ['P-1', 'P-2'],
      units: ['示例检维修有限公司'],
      creditCodes: ['91310000MA1FL0000X'],
      isContractorWork: true,
      responsibleName: '赵示例',
      isChanged: false,
      isCancelled: false,
      details: { FIRE_STYLE: '电焊' },
    });
    expect(fields).not.toHaveProperty('acceptedAtMs');
  });

  test('[PIN-4] is read under the names of systems in the field', async () => {
    const record = {
      uuid: 'TK-1',
      companyCode: COMPANY,
      ticketNum: 'DH-1',
      jobId: 'ACT-1',
      personId: 'P-1,P-2',
      socialCreditCode: '91310000MA1FL0000X',
      ticketType: 2,
      workAreaCode: 'A-1',
      workDeptment: '示例检维修有限公司',
      planStartTime: '20260701113000',
      associationTicket: 'TK-2',
    };
    const { fields, rows } = (await kept(TICKETS, record)) as unknown as PermitRecord;
    expect(fields).toEqual({
      number: 'DH-1',
      activityId: 'ACT-1',
      workerIds: ['P-1', 'P-2'],
      creditCodes: ['91310000MA1FL0000X'],
      workCode: '02',
      areaId: 'A-1',
      units: ['示例检维修有限公司'],
      plannedFromMs: at('11:30:00'),
    });
    expect(rows.links).toEqual([{ key: 'TK-2', permitId: 'TK-2' }]);
    expect((await check(TICKETS, [record])).aliases).toBe(Object.keys(record).length);
  });

  test.each([
    ['周示例,吴示例', ['周示例', '吴示例']],
    ['周示例，吴示例、郑示例', ['周示例', '吴示例', '郑示例']],
    [' 周示例 ,, 吴示例,', ['周示例', '吴示例']],
    [',', []],
    [[], []],
    [['周,示例'], ['周,示例']],
  ])('[PIN-5] %j names %j', async (sent, names) => {
    expect((await ticket({ WORKER_NAME: sent })).fields.workerNames).toEqual(names);
  });

  test('[PIN-5] too many or too long names are refused', async () => {
    for (const WORKER_NAME of [`${'甲,'.repeat(200)}乙`, Array(201).fill('甲'), `甲,${'乙'.repeat(129)}`, 7]) {
      const { rejected } = await check(TICKETS, [createTicket({ WORKER_NAME })]);
      expect(rejected[0]?.field).toMatch(/^WORKER_NAME/);
    }
  });

  test('[PIN-6] the gas analysis of A.1 is one more, told by time and gas', async () => {
    const first = await ticket({ GAS_NAME: '氧气', GAS_TIME: '2026-07-01 11:20:00', GAS_VALUE: '20.9' });
    expect(first.rows.gas).toEqual([
      {
        key: `a1:${at('11:20:00')}:氧气`,
        gas: '氧气',
        value: 20.9,
        unit: null,
        lelPct: null,
        point: null,
        analyst: null,
        atMs: at('11:20:00'),
      },
    ]);
    const second = await ticket({ GAS_NAME: '可燃气体', GAS_TIME: '2026-07-01 11:20:00', GAS_VALUE: 0 });
    const both = mergePermit(mergePermit(null, first, START_MS), second, START_MS);
    expect(rowsOf(both, 'gas').map(({ gas }) => gas)).toEqual(['可燃气体', '氧气']);
    expect((await ticket({ GAS_TIME: '2026-07-01 11:20:00' })).rows).toEqual({});
    expect((await ticket({ GAS_NAME: '氧气', GAS_VALUE: 20.9 })).rows).toEqual({});
  });

  test.each([
    ['%LEL', '%LEL'],
    ['LEL%', '%LEL'],
    ['%VOL', 'vol%'],
    ['PPM', 'ppm'],
    ['mg/m³', 'mg/m3'],
    ['%', null],
    ['', null],
  ])('[PIN-6] the unit %j is %j', async (RESULTS_UNIT, unit) => {
    const GAS = [{ GAS_NAME: '甲烷', ANALYSIS_RESULTS: 2, RESULTS_UNIT, ANALYST_TIME: '2026-07-01 11:20:00' }];
    expect((await ticket({ GAS })).rows.gas).toMatchObject([{ gas: '甲烷', value: 2, unit }]);
  });

  test('[PIN-7] rows are told by ID, else by what they say, and taken back by DELETED', async () => {
    const time = '2026-07-01 11:20:00';
    const { rows } = await ticket({
      GAS: [
        { ID: 'GA-1', GAS_NAME: 'H2S', ANALYSIS_RESULTS: 1, ANALYST_TIME: time },
        { GAS_TYPE: 'H2S', GAS_VALUE: 1, GAS_TIME: time, GAS_POINT: '罐顶' },
      ],
      APPROVALS: [{ PROCESS_NODES: '审批人', PROCESS_PERSONNEL: '赵示例', PROCESS_TIME: time }],
      GUARDIANS: [
        { SUPERVISOR_NAME: '李示例', PERSON_ID: 'P-3', END_TIME: time },
        { SUPERVISOR_NAME: '王示例', START_TIME: time },
      ],
      WORKERS: [{ WORKER_NAME: '周示例', PERSON_ID: 'P-1', DELETED: '1' }],
      MEASURES: [
        { SERIAL_NUMBER: 1, MEASURES_CONTENT: '清理', IS_INVOLVE: '1', CONFIRM_PERSON: '赵示例' },
        { MEASURES_CONTENT: '隔离' },
      ],
      LINKED: [{ TICKET_ID: 'TK-2' }, { TICKET_ID: 'TK-3', DELETED: true }],
    });
    expect(rows.gas?.map(({ key }) => key)).toEqual(['GA-1', `${at('11:20:00')}:H2S:罐顶`]);
    expect(rows.approvals?.map(({ key }) => key)).toEqual(['审批人:赵示例']);
    expect(rows.guardians).toMatchObject([
      { key: 'P-3:', fromMs: null, toMs: at('11:20:00') },
      { key: `王示例:${at('11:20:00')}`, toMs: null },
    ]);
    expect(rows.workers).toEqual([{ key: 'P-1:', gone: true }]);
    expect(rows.measures).toMatchObject([
      { key: '#1', isInvolved: true, confirmedBy: '赵示例' },
      { key: '隔离', isInvolved: null, confirmedBy: null },
    ]);
    expect(rows.links).toEqual([
      { key: 'TK-2', permitId: 'TK-2' },
      { key: 'TK-3', gone: true },
    ]);
  });

  test('[PIN-8] the phone is sealed for its permit alone; certificates have the blind index of registers', async () => {
    const { fields, rows } = await ticket(createTicket());
    const sealed = fields.responsiblePhoneSealed ?? '';
    expect(sealed).not.toContain('13800000003');
    expect(openPermitPhone(sealer, COMPANY, 'TK-1', sealed)).toBe('13800000003');
    expect(() => openPermitPhone(sealer, COMPANY, 'TK-2', sealed)).toThrow(/another context/);
    const blind = registerSecretBlind(blindIndex, 'certificate', 'T31010119900101123X');
    expect(fields.certificateBlinds).toEqual([blind]);
    expect(rows.workers).toMatchObject([{ certificateBlind: blind }]);
  });

  test('[PIN-9] an UPDATE_DATE ahead of receipt counts as receipt', async () => {
    for (const [ahead, counts] of [
      [60_000, START_MS + 60_000],
      [60_001, START_MS],
      [365 * 86_400_000, START_MS],
      [-365 * 86_400_000, START_MS - 365 * 86_400_000],
    ] as const) {
      expect((await ticket({ UPDATE_DATE: START_MS + ahead })).updatedAtMs).toBe(counts);
    }
  });

  test('[PIN-10] behind the log it is what was sent, and merged it says so', async () => {
    const record = await ticket(createTicket());
    const state = mergePermit(null, record, START_MS);
    expect(statusOf(state)).toBe('working');
    expect(state.fields).toEqual(record.fields);
    expect(rowsOf(state, 'measures')).toEqual(record.rows.measures);
    const later = await ticket({ TICKET_STATUS: '3', CHECKED_TIME: START_MS, UPDATE_DATE: START_MS });
    const accepted = mergePermit(state, later, START_MS + MINUTE_MS);
    expect([statusOf(accepted), accepted.fields.acceptedAtMs, accepted.fields.content]).toEqual([
      'accepted',
      START_MS,
      '更换管线',
    ]);
  });

  test.each([
    ['TICKET_TYPE', '99', 'TICKET_TYPE', 'CODE_UNKNOWN'],
    ['TICKET_TYPE', 'constructor', 'TICKET_TYPE', 'CODE_UNKNOWN'],
    ['TICKET_STATUS', '7', 'TICKET_STATUS', 'CODE_UNKNOWN'],
    ['LONGITUDE', 'NaN', 'LONGITUDE', 'FIELD_RANGE'],
    ['LATITUDE', 121.48, 'LATITUDE', 'FIELD_RANGE'],
    ['GAS_VALUE', 'Infinity', 'GAS_VALUE', 'FIELD_RANGE'],
    ['START_TIME', '2026-02-30 12:00:00', 'START_TIME', 'TIME_FORMAT'],
    ['COMPANY_CODE', '310000009', 'COMPANY_CODE', 'COMPANY_MISMATCH'],
    ['ID', '', 'ID', 'FIELD_MISSING'],
    ['TICKET_CONTENT', 'x'.repeat(1_001), 'TICKET_CONTENT', 'FIELD_RANGE'],
    ['MAJOR_PERSON_MOBILE', 'x'.repeat(33), 'MAJOR_PERSON_MOBILE', 'FIELD_RANGE'],
    ['GAS', {}, 'GAS', 'FIELD_TYPE'],
    ['GAS', Array(501).fill({}), 'GAS', 'FIELD_RANGE'],
    ['GAS', [{ GAS_NAME: 'H2S', ANALYSIS_RESULTS: 1 }], 'GAS[0].ANALYST_TIME', 'FIELD_MISSING'],
    [
      'GAS',
      [{ GAS_NAME: 'H2S', ANALYSIS_RESULTS: 1, ANALYST_TIME: START_MS, RESULTS_UNIT: 'bar' }],
      'GAS[0].RESULTS_UNIT',
      'CODE_UNKNOWN',
    ],
    ['APPROVALS', [null], 'APPROVALS[0]', 'FIELD_TYPE'],
    ['GUARDIANS', [{}], 'GUARDIANS[0].SUPERVISOR_NAME', 'FIELD_MISSING'],
    ['WORKERS', [{ WORKER_NAME: { a: 1 } }], 'WORKERS[0].WORKER_NAME', 'FIELD_TYPE'],
    ['RELATED_TYPES', ['02', '99'], 'RELATED_TYPES[1]', 'CODE_UNKNOWN'],
    ['BLIND_ACTION', 'TURN', 'BLIND_ACTION', 'CODE_UNKNOWN'],
    ['DELETED', 2, 'DELETED', 'FIELD_TYPE'],
  ])('[PIN-11] %s %j is refused at %s as %s', async (name, value, field, code) => {
    const { rejected, accepted } = await check(TICKETS, [createTicket({ [name]: value }), createTicket()]);
    expect([accepted, rejected]).toMatchObject([1, [{ index: 0, field, code }]]);
  });

  test('[PIN-11] an end before its start and a place at 0, 0 are taken', async () => {
    const { fields } = await ticket({ START_TIME: START_MS, END_TIME: START_MS - 1, LONGITUDE: 0, LATITUDE: 0 });
    expect(fields).toEqual({ validFromMs: START_MS, validToMs: START_MS - 1, lng: 0, lat: 0 });
  });
});

describe('what is sent around permits', () => {
  test('[PIN-1] an activity, a camera and an alarm come to the log as sent', async () => {
    expect(await kept('/v1/permits/activities', createActivity())).toMatchObject({
      activityId: 'ACT-1',
      workCode: '02',
      fromMs: at('13:00:00'),
      toMs: at('17:00:00'),
      content: '更换管线',
      guardianNames: ['李示例'],
      workerIds: ['P-1', 'P-2'],
      isContractorWork: true,
      deleted: false,
    });
    expect(await kept('/v1/permits/videos', createPermitVideo({ workorderId: 'x', videoCode: 'y' }))).toEqual({
      videoId: 'VL-1',
      companyCode: COMPANY,
      permitId: 'TK-1',
      cameraCode: '31010000001320000001',
      updatedAtMs: null,
      deleted: false,
    });
    expect(await kept('/v1/permits/alarms', createPermitAlarm({ ALARM_TYPE: 31 }))).toMatchObject({
      alarmId: 'PMA-1',
      companyCode: COMPANY,
      permitId: 'TK-1',
      code: '31',
      raisedAtMs: at('11:58:00'),
      endedAtMs: null,
      result: '',
    });
  });

  test.each([
    ['/v1/permits/videos', createPermitVideo({ VIDEO_CODE: '3101000000132000000' }), 'VIDEO_CODE', 'FIELD_RANGE'],
    ['/v1/permits/videos', createPermitVideo({ VIDEO_CODE: '3101000000132000000x' }), 'VIDEO_CODE', 'FIELD_RANGE'],
    ['/v1/permits/videos', createPermitVideo({ TICKET_ID: '' }), 'TICKET_ID', 'FIELD_MISSING'],
    ['/v1/permits/alarms', createPermitAlarm({ ALARM_TYPE: '99' }), 'ALARM_TYPE', 'CODE_UNKNOWN'],
    [
      '/v1/permits/alarms',
      createPermitAlarm({ ALARM_END_TIME: '2026-07-01 11:57:59' }),
      'ALARM_END_TIME',
      'FIELD_RANGE',
    ],
    ['/v1/permits/activities', createActivity({ TICKET_TYPE: '' }), 'TICKET_TYPE', 'FIELD_MISSING'],
  ])('[PIN-11] %s refuses %j at %s as %s', async (path, record, field, code) => {
    expect((await check(path, [record])).rejected).toMatchObject([{ field, code }]);
  });
});

const numbersIn = (value: unknown): number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

test('[PIN-10] nothing throws, whatever it is, and every record is accounted for', async () => {
  const paths = ['/v1/permits/tickets', '/v1/permits/activities', '/v1/permits/videos', '/v1/permits/alarms'];
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, '1e5', '，、,', [[]], [{ ID: {} }], '\u0000', '\ud800'),
    fc.constantFrom(...Object.values(SAMPLE_RECORDS).flatMap((record) => Object.values(record))),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.infiniteStream(odd),
      fc.infiniteStream(fc.boolean()),
      async (path, values, isChanged) => {
        const names = ROUTES.find((route) => route.path === path)?.fields.map(({ name }) => name) ?? [];
        const record = {
          ...SAMPLE_RECORDS[path],
          ...Object.fromEntries(
            names
              .filter(() => isChanged.next().value && isChanged.next().value && isChanged.next().value)
              .map((name) => [name, values.next().value]),
          ),
        };
        const checked = await check(path, [record, null, SAMPLE_RECORDS[path]]);
        expect(checked.accepted + checked.rejected.length).toBe(3);
        const body = checked.encode({ batchId: 'b', appId: 'a', companyCode: COMPANY, received: 3, refused: 1 });
        const kind = ROUTES.find((route) => route.path === path)?.entryKind ?? ENTRY_KIND.permits;
        const entry = decodeEntry({ epoch: 'e', kind, seq: 1, receivedAtMs: START_MS, body });
        expect((entry.body as unknown as { readonly records: readonly unknown[] }).records).toHaveLength(
          checked.accepted,
        );
        expect(numbersIn(entry.body).every(Number.isFinite)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
