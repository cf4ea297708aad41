/**
 * What every StorePort does with what vendors send besides positions, people and areas, and with joint tests. The harness
 * is that of storage.ts.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  AreaAlarmRecord,
  GatheringRecord,
  HeartbeatRecord,
  PersonAlarmRecord,
  SensorReport,
} from '../../stream/protocol/entry.ts';
import { FIX_FLAG } from '../../stream/protocol/entry.ts';
import { COMPANY, createArea, createPerson } from '../builders/entries.ts';
import type { StorageHarness } from './storage-harness.ts';
import { StoreRun, T0 } from './store-run.ts';

const personAlarm = (change: Partial<PersonAlarmRecord> = {}): PersonAlarmRecord => ({
  alarmId: 'v1',
  companyCode: COMPANY,
  personId: 'p1',
  areaId: 'a1',
  type: 'dwell',
  raisedAtMs: T0,
  endedAtMs: null,
  description: '超时',
  timeReplaced: false,
  updatedAtMs: null,
  deleted: false,
  ...change,
});
const areaAlarm = (change: Partial<AreaAlarmRecord> = {}): AreaAlarmRecord => ({
  alarmId: 'v1',
  companyCode: COMPANY,
  areaId: 'a1',
  type: 'over-capacity',
  raisedAtMs: T0,
  endedAtMs: null,
  description: '',
  updatedAtMs: null,
  deleted: false,
  ...change,
});
const gathering = (personIds: string[], change: Partial<GatheringRecord> = {}): GatheringRecord => ({
  companyCode: COMPANY,
  startedAtMs: T0,
  members: personIds.map((personId) => ({ personId, name: personId, type: 'staff', lng: 121.48, lat: 30.8 })),
  lasted: 30,
  updatedAtMs: null,
  deleted: false,
  ...change,
});
const heartbeat = (change: Partial<HeartbeatRecord> = {}): HeartbeatRecord => ({
  companyCode: COMPANY,
  interfaceName: 'positions',
  mode: 'periodic',
  intervalS: 5,
  ...change,
});
const report = (change: Partial<SensorReport> = {}): SensorReport => ({
  companyCode: COMPANY,
  identifier: 'GAS',
  dataId: 'd1',
  gatewayId: 'g1',
  collectedAtMs: T0,
  connected: true,
  reportType: 'report',
  readings: [{ pointId: 'q1', value: 4.2, alarmType: null, alarmAtMs: null, alarmEndAtMs: null }],
  ...change,
});

export function storageVendorContract(name: string, createHarness: () => Promise<StorageHarness>): void {
  describe(`vendor records: ${name}`, () => {
    let harness: StorageHarness;
    let run: StoreRun;
    beforeEach(async () => {
      harness = await createHarness();
      run = await StoreRun.start(harness);
    });
    afterEach(() => harness.close());

    it('[STO-30] of an alarm of the vendor the newest record stands, by the rules of registers', async () => {
      const sent = (...records: PersonAlarmRecord[]) => run.apply(run.records('personAlarms', records));
      const dated = (updatedAtMs: number, change = {}) => personAlarm({ updatedAtMs, ...change });
      expect(await sent(dated(T0), dated(T0 + 1, { endedAtMs: T0 + 5000 }))).toMatchObject({ stored: 2 });
      expect(await sent(dated(T0 - 1), dated(T0 + 1))).toMatchObject({ superseded: 1, duplicate: 1, stored: 0 });
      const standing = { interface: 'person-alarms', recordId: 'v1', jointTest: false, atMs: T0, personIds: ['p1'] };
      expect(await harness.vendorRecords()).toMatchObject([
        {
          ...standing,
          areaId: 'a1',
          endedAtMs: T0 + 5000,
          deleted: false,
          body: { description: '超时', type: 'dwell' },
        },
      ]);
      expect(await sent(dated(T0 + 2, { deleted: true }))).toMatchObject({ stored: 1 });
      expect(await harness.vendorRecords()).toMatchObject([{ ...standing, deleted: true }]);
    });

    it('[STO-30] without a date the same content is a duplicate, also of an SOS that took its receipt for its time', async () => {
      const sos = (raisedAtMs: number) => personAlarm({ type: 'sos', timeReplaced: true, raisedAtMs });
      expect(await run.apply(run.records('personAlarms', [sos(T0), sos(T0 + 7)]))).toMatchObject({
        stored: 1,
        duplicate: 1,
      });
      expect(await run.apply(run.records('areaAlarms', [areaAlarm(), areaAlarm()]))).toMatchObject({
        stored: 1,
        duplicate: 1,
      });
      expect((await harness.vendorRecords()).map((row) => [row.interface, row.recordId])).toEqual([
        ['area-alarms', 'v1'],
        ['person-alarms', 'v1'],
      ]);
    });

    it('[STO-31] records of one start with a common member speak of one gathering', async () => {
      await run.apply(run.records('gatherings', [gathering(['p1', 'p2']), gathering(['p7', 'p8', 'p9'])]));
      await run.apply(
        run.records('gatherings', [gathering(['p2', 'p3']), gathering(['p1'], { startedAtMs: T0 + 1000 })]),
      );
      // Members come and go: p3 was not there at first.
      expect(await run.apply(run.records('gatherings', [gathering(['p3', 'p4', 'p7'], { lasted: 60 })]))).toMatchObject(
        {
          stored: 1,
        },
      );
      expect((await harness.vendorRecords()).map((row) => [row.recordId, row.personIds])).toEqual([
        [`${T0}/1`, ['p3', 'p4', 'p7']],
        [`${T0}/2`, ['p7', 'p8', 'p9']],
        [`${T0 + 1000}/1`, ['p1']],
      ]);
    });

    it('[STO-31] a gathering sent again is a duplicate, and can be withdrawn without naming anybody', async () => {
      await run.apply(run.records('gatherings', [gathering(['p1', 'p2'])]));
      expect(await run.apply(run.records('gatherings', [gathering(['p1', 'p2'])]))).toMatchObject({
        duplicate: 1,
        stored: 0,
      });
      await run.apply(run.records('gatherings', [gathering([], { deleted: true })]));
      expect(await harness.vendorRecords()).toMatchObject([{ recordId: `${T0}/1`, deleted: true }]);
    });

    it('[STO-32] keeps the newest heartbeat of each interface', async () => {
      await run.apply(
        run.records('heartbeats', [heartbeat(), heartbeat({ interfaceName: 'areas', mode: 'on-change' })]),
      );
      const again = run.records('heartbeats', [heartbeat({ intervalS: 2 })], {}, T0 + 30_000);
      expect(await run.apply(again)).toMatchObject({ stored: 1 });
      const line = { companyCode: COMPANY, jointTest: false };
      expect((await harness.heartbeats()).sort((a, b) => (a.interface < b.interface ? -1 : 1))).toMatchObject([
        { ...line, interface: 'areas', mode: 'on-change', receivedAtMs: T0 },
        { ...line, interface: 'positions', mode: 'periodic', intervalS: 2, receivedAtMs: T0 + 30_000 },
      ]);
    });

    it('[STO-33] stores a sensor report once, by gateway, data id and time; the first stands', async () => {
      const other = report({ readings: [] });
      expect(await run.apply(run.records('sensorReadings', [report(), other]))).toMatchObject({
        stored: 1,
        duplicate: 1,
      });
      const later = report({ collectedAtMs: T0 + 1000 });
      const elsewhere = report({ gatewayId: 'g2' });
      expect(await run.apply(run.records('sensorReadings', [other, later, elsewhere]))).toMatchObject({
        stored: 2,
        duplicate: 1,
      });
      expect((await harness.sensorReports())[0]).toMatchObject({
        dataId: 'd1',
        collectedAtMs: T0,
        readings: report().readings,
      });
      expect(await harness.sensorReports()).toHaveLength(3);
    });

    it('[STO-42] of each point the value measured last is kept, in whatever order reports come; joint tests apart', async () => {
      const at = (n: number, value: number, change: Partial<SensorReport> = {}, reading = {}) =>
        report({
          dataId: `d${n}`,
          collectedAtMs: T0 + n * 1_000,
          readings: [{ pointId: 'q1', value, alarmType: null, alarmAtMs: null, alarmEndAtMs: null, ...reading }],
          ...change,
        });
      const newest = { companyCode: COMPANY, pointId: 'q1' };
      await run.apply(run.records('sensorReadings', [at(2, 2), at(1, 1)]));
      expect(await harness.newestReadings()).toEqual([{ ...newest, value: 2, isSounding: false, atMs: T0 + 2_000 }]);
      // Too late, from a gateway that reaches nothing, sent again with another value, of a joint test.
      await run.apply(
        run.records('sensorReadings', [at(0, 9), at(7, 9, { connected: false }), at(2, 9)]),
        run.records('sensorReadings', [at(8, 9)], { stage: 'joint' }),
      );
      expect(await harness.newestReadings()).toMatchObject([{ value: 2 }]);
      const alarm = { alarmType: 'high', alarmAtMs: T0 };
      const other = { ...at(4, 7).readings[0]!, pointId: 'q/2' };
      await run.apply(
        run.records('sensorReadings', [at(3, 3, {}, alarm), at(4, 7, { gatewayId: 'g2', readings: [other] })]),
      );
      expect(await harness.newestReadings()).toEqual([
        { ...newest, pointId: 'q/2', value: 7, isSounding: false, atMs: T0 + 4_000 },
        { ...newest, value: 3, isSounding: true, atMs: T0 + 3_000 },
      ]);
      await run.apply(run.records('sensorReadings', [at(5, 3, {}, { ...alarm, alarmEndAtMs: T0 + 5_000 })]));
      expect((await harness.newestReadings())[1]).toMatchObject({ isSounding: false });
    });

    it('[STO-13] counts them in the ledger under their interfaces', async () => {
      await run.apply(
        run.records('gatherings', [gathering(['p1'])], { received: 3, refused: 2 }),
        run.records('personAlarms', [personAlarm()]),
        run.records('areaAlarms', [areaAlarm()]),
        run.records('heartbeats', [heartbeat()]),
        run.records('sensorReadings', [report()]),
      );
      expect(
        (await harness.ledger()).map((line) => [line.interface, line.received, line.refused, line.stored]),
      ).toEqual([
        ['area-alarms', 1, 0, 1],
        ['gatherings', 3, 2, 1],
        ['heartbeats', 1, 0, 1],
        ['person-alarms', 1, 0, 1],
        ['sensors', 1, 0, 1],
      ]);
    });

    const joint = { stage: 'joint' } as const;
    const at = (seconds: number) => ({ person: 'p1', lng: 121.48, lat: 30.8, atMs: T0 + seconds * 1000 });

    it('[STO-34] fixes of a joint test are stored, marked, and nobody live: neither duplicates nor newest places', async () => {
      await run.apply(run.fixes([at(0), { card: 'c1', atMs: T0 }], joint));
      expect(await run.apply(run.fixes([at(0)]), run.fixes([at(1), at(0)], joint))).toMatchObject({
        stored: 2,
        duplicate: 1,
      });
      expect((await harness.positions()).map((row) => [row.person, row.flags & FIX_FLAG.jointTest])).toEqual([
        ['joint:card:c1', FIX_FLAG.jointTest],
        ['joint:p1', FIX_FLAG.jointTest],
        ['joint:p1', FIX_FLAG.jointTest],
        ['p1', 0],
      ]);
      await run.restart(true);
      expect(await run.apply(run.fixes([at(1)], joint), run.fixes([at(1)]))).toMatchObject({ stored: 1, duplicate: 1 });
      expect(await harness.persons()).toMatchObject([{ personId: 'p1', registered: false }]);
    });

    it('[STO-34] people and areas of a joint test reach no register', async () => {
      await run.apply(
        run.records('persons', [createPerson({ personId: 'p1', cardNo: 'c1', name: '试' })], joint),
        run.records('areas', [createArea({ areaId: 'a1', name: '试' })], joint),
        run.records('personAlarms', [personAlarm()], joint),
        run.records('heartbeats', [heartbeat()], joint),
        run.fixes([{ card: 'c1', atMs: T0 }]),
      );
      expect(await harness.persons()).toMatchObject([{ personId: null, cardNo: 'c1', registered: false }]);
      expect(await harness.areaVersions('a1')).toEqual({ versions: [], name: null, deleted: null });
      expect((await harness.vendorRecords()).map((row) => [row.interface, row.recordId, row.jointTest])).toEqual([
        ['areas', 'a1', true],
        ['person-alarms', 'v1', true],
        ['persons', 'p1', true],
      ]);
      expect(await harness.heartbeats()).toMatchObject([{ jointTest: true }]);
      const again = run.records('persons', [createPerson({ personId: 'p1', cardNo: 'c1', name: '试' })], joint);
      expect(await run.apply(again)).toMatchObject({ duplicate: 1 });
    });

    it('[STO-35] notes what a joint test has shown, once, and nothing of other stages', async () => {
      const shown = async () =>
        (await harness.samples())
          .filter(({ sample }) => ['accepted', 'late', 'duplicate', 'updated'].includes(sample))
          .map(({ interface: of, sample, batchId, firstAtMs }) => [of, sample, batchId, firstAtMs - T0]);
      await run.apply(run.fixes([at(5)], { ...joint, batchId: 'b1' }));
      expect(await shown()).toEqual([['positions', 'accepted', 'b1', 0]]);
      await run.apply(run.fixes([at(1)], { ...joint, batchId: 'b2' }, T0 + 9_000), run.fixes([at(5), at(6)]));
      await run.apply(run.fixes([at(1), at(7)], { ...joint, batchId: 'b3' }, T0 + 10_000), run.fixes([at(6), at(0)]));
      await run.apply(run.fixes([at(7), at(2)], { ...joint, batchId: 'b4' }, T0 + 11_000));
      const persons = (name: string, stage: 'joint' | 'trial') =>
        run.records('persons', [createPerson({ personId: 'p1', name })], { stage, batchId: name });
      await run.apply(persons('甲', 'joint'), persons('乙', 'joint'), persons('丙', 'joint'), persons('丙', 'trial'));
      expect(await shown()).toEqual([
        ['persons', 'accepted', '甲', 0],
        ['persons', 'updated', '乙', 0],
        ['positions', 'accepted', 'b1', 0],
        ['positions', 'duplicate', 'b3', 10_000],
        ['positions', 'late', 'b2', 9_000],
      ]);
    });

    it("[STO-37] a tag's positions from before belong to the first who is said to wear it, and to nobody later", async () => {
      const card = (seconds: number) => run.fixes([{ card: 'c1', lng: 121.48, lat: 30.8, atMs: T0 + seconds * 1000 }]);
      await run.apply(card(0));
      expect(await harness.aliases()).toEqual([]);
      const said = T0 + 60_000;
      await run.apply(run.records('persons', [createPerson({ personId: 'p1', cardNo: 'c1' })], {}, said));
      expect(await harness.aliases()).toEqual([{ person: 'p1', tag: 'c1', untilMs: said }]);
      await run.restart(false);
      await run.apply(
        run.records('persons', [createPerson({ personId: 'p1', cardNo: null, deleted: true })], {}, said + 1),
        card(70),
        run.records('persons', [createPerson({ personId: 'p2', cardNo: 'c1' })], {}, said + 2),
      );
      expect(await harness.aliases()).toEqual([{ person: 'p1', tag: 'c1', untilMs: said }]);
    });
  });
}
