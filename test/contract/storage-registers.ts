/** What every StorePort does with records that vendors send into registers. The harness is that of storage.ts. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchOrigin, LogEntry, RegisterRecord } from '../../stream/protocol/entry.ts';
import type { RegisterInterface } from '../../stream/protocol/vocabulary.ts';
import { COMPANY, createOrigin } from '../builders/entries.ts';
import type { RegisterRowView, StorageHarness } from './storage-harness.ts';
import { StoreRun, T0 } from './store-run.ts';

const UNIT = '91310000MA1FL0000X';

export const unitRecord = (
  values: Readonly<Record<string, unknown>> = {},
  change: Partial<RegisterRecord> = {},
): RegisterRecord => ({
  key: UNIT,
  values: {
    creditCode: UNIT,
    name: '示例检维修有限公司',
    kind: null,
    qualification: null,
    grade: '二级',
    safetyLicence: null,
    safetyLicenceTo: '2027-06-30',
    safetyOrganisation: null,
    performance: null,
    legalPerson: null,
    leader: null,
    safetyLead: null,
    contact: '钱示例',
    phone: { sealed: 'v1.k.1', blind: 'b1' },
    address: null,
    ...values,
  },
  updatedAtMs: null,
  deleted: false,
  ...change,
});

export function recordsEntry(
  run: StoreRun,
  register: RegisterInterface,
  records: readonly RegisterRecord[],
  origin: Partial<BatchOrigin> = {},
): LogEntry {
  const body = { origin: createOrigin({ received: records.length, ...origin }), register, records };
  return run.log.next('records', body, T0);
}

export function storageRegistersContract(name: string, createHarness: () => Promise<StorageHarness>): void {
  describe(`records of registers: ${name}`, () => {
    let harness: StorageHarness;
    let run: StoreRun;
    beforeEach(async () => {
      harness = await createHarness();
      run = await StoreRun.start(harness);
    });
    afterEach(() => harness.close());

    const send = (...records: RegisterRecord[]) => run.apply(recordsEntry(run, 'contractor-units', records));
    const row = async (): Promise<RegisterRowView | undefined> =>
      (await harness.registerRows('contractor-units', [UNIT]))[0];

    it('[VRG-20] the newest record of a key is the row; others are duplicates or superseded, and counted under the interface', async () => {
      const dated = (updatedAtMs: number, grade: string) => unitRecord({ grade }, { updatedAtMs });
      expect(await send(dated(T0, '三级'), dated(T0 + 1, '一级'))).toMatchObject({ stored: 2 });
      expect(await send(dated(T0 - 1, '无'), dated(T0 + 1, '一级'))).toMatchObject({ superseded: 1, duplicate: 1 });
      expect(await row()).toMatchObject({
        companyCode: COMPANY,
        state: 'confirmed',
        version: 1,
        values: { grade: '一级', name: '示例检维修有限公司', safetyLicenceTo: '2027-06-30', documents: null },
      });
      expect(await harness.ledger()).toMatchObject([
        { interface: 'contractor-units', received: 4, stored: 2, superseded: 1, duplicate: 1 },
      ]);
    });

    it('[VRG-21] what is read again after a restart is stored once', async () => {
      const entry = recordsEntry(run, 'contractor-units', [unitRecord({}, { updatedAtMs: T0 })]);
      await harness.failNextCommit();
      await expect(run.apply(entry)).rejects.toThrow();
      expect(await row()).toBeUndefined();
      await run.restart(false);
      expect(await run.apply(entry)).toMatchObject({ stored: 1 });
      const again = recordsEntry(run, 'contractor-units', [unitRecord({}, { updatedAtMs: T0 })]);
      expect(await run.apply(again)).toMatchObject({ duplicate: 1, stored: 0 });
      expect(await row()).toMatchObject({ version: 1 });
    });

    it('[VRG-22] the same sealed number sealed again is no change; another one is', async () => {
      const phone = (sealed: string, blind: string) => unitRecord({ phone: { sealed, blind } });
      await send(phone('v1.k.1', 'b1'));
      expect(await send(phone('v1.k.2', 'b1'))).toMatchObject({ duplicate: 1 });
      expect(await row()).toMatchObject({ version: 1, values: { phone: { sealed: 'v1.k.1', blind: 'b1' } } });
      expect(await send(phone('v1.k.3', 'b2'))).toMatchObject({ stored: 1 });
      expect(await row()).toMatchObject({ version: 2, values: { phone: { sealed: 'v1.k.3', blind: 'b2' } } });
    });

    it('[VRG-24] a row that is withdrawn is gone; sent again it is the same row', async () => {
      await send(unitRecord());
      expect(await send(unitRecord({}, { deleted: true }))).toMatchObject({ stored: 1 });
      expect(await row()).toBeUndefined();
      expect(await send(unitRecord({}, { deleted: true }))).toMatchObject({ duplicate: 1 });
      expect(await send(unitRecord())).toMatchObject({ stored: 1 });
      expect(await row()).toMatchObject({ version: 3, values: { grade: '二级' }, state: 'confirmed' });
      await send(unitRecord({}, { deleted: true }), unitRecord({ grade: '一级' }));
      expect(await row()).toMatchObject({ version: 4, values: { grade: '一级' } });
    });

    it('[VRG-25] of a joint test nothing reaches the register', async () => {
      const entry = recordsEntry(run, 'contractor-units', [unitRecord(), unitRecord({}, { deleted: true })], {
        stage: 'joint',
      });
      expect(await run.apply(entry)).toMatchObject({ stored: 2 });
      expect(await row()).toBeUndefined();
      expect(await harness.vendorRecords()).toMatchObject([
        { interface: 'contractor-units', recordId: UNIT, jointTest: true, deleted: true },
      ]);
      expect((await harness.samples()).map(({ interface: of, sample }) => [of, sample])).toEqual([
        ['contractor-units', 'accepted'],
        ['contractor-units', 'updated'],
        ['contractor-units', 'withdrawn'],
      ]);
    });

    it('[VRG-26] the same dated records in any order, repeated and cut into batches, end in the same row', async () => {
      const historyOf = (key: string): RegisterRecord[] =>
        [0, 1, 2, 3].map((n) =>
          unitRecord(
            {
              creditCode: key,
              grade: ['三级', null, '二级', '一级'][n],
              contact: n % 2 === 0 ? `联系人${n}` : null,
              leader: `负责人${n}`,
            },
            { key, updatedAtMs: T0 + n, deleted: n === 1 },
          ),
        );
      let keys = 0;
      const repeats = fc.array(fc.nat(3), { maxLength: 6 });
      const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
      await fc.assert(
        fc.asyncProperty(repeats, order, fc.nat(10), async (more, all, cut) => {
          const key = `${UNIT}-${++keys}`;
          const history = historyOf(key);
          const sent = [...more, ...all].map((n) => history[n] as RegisterRecord);
          for (const part of [sent.slice(0, cut), sent.slice(cut)]) {
            if (part.length > 0) await send(...part);
          }
          const [ended] = await harness.registerRows('contractor-units', [key]);
          expect(ended?.values).toMatchObject({ grade: '一级', contact: null, leader: '负责人3' });
          expect(ended?.state).toBe('confirmed');
          expect(ended?.fromVendor).not.toContain('contact');
        }),
        { numRuns: 60 },
      );
    });

    it('[VRG-27] keeps rows of every register: a day is a key too', async () => {
      const day = '2026-07-01';
      const values = {
        day,
        units: 9,
        specialWork: [{ work: 'fire-first', places: 2 }],
        hazardSources: ['HS-1'],
        trial: false,
      };
      const record = { key: day, values, updatedAtMs: null, deleted: false };
      await run.apply(recordsEntry(run, 'commitments', [record]));
      const happenedAt = T0 - 5_000;
      const violation = { number: 'V-1', happenedAt, points: 3, description: '未系安全带' };
      await run.apply(recordsEntry(run, 'contractor-violations', [{ ...record, key: 'V-1', values: violation }]));
      expect(await harness.registerRows('commitments', [day])).toMatchObject([{ state: 'published', values }]);
      expect(await harness.registerRows('contractor-violations', ['V-1'])).toMatchObject([
        { state: 'recorded', values: violation },
      ]);
    });

    it('[VRG-29] a record of no register that vendors send is kept aside, not stored', async () => {
      const entry = recordsEntry(run, 'departments' as never, [unitRecord()]);
      await expect(run.apply(entry)).rejects.toThrow('departments');
      await run.restart(false);
      expect(await run.keepAside(entry)).toMatchObject({ quarantined: 1 });
      expect(await harness.quarantine()).toMatchObject([{ seq: entry.seq, records: 1 }]);
    });
  });
}
