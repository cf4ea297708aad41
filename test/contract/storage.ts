/**
 * What every StorePort does: the suite that the memory twin and PostgreSQL both run, over a harness of each
 * (storage-harness.ts).
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noCounts } from '../../db/ledger-counts.ts';
import type { Applied, StoreBatch, StoreClaim, StorePort } from '../../db/store-port.ts';
import type { AlarmView, DocEffect, EffectsAt } from '../../stream/protocol/effects.ts';
import type { LogEntry, RawEntry } from '../../stream/protocol/entry.ts';
import { createAlarmView } from '../builders/alarm-views.ts';
import { COMPANY, createArea, createFixBatch, createOrigin, createPerson, EntrySequence } from '../builders/entries.ts';
import type { StorageHarness } from './storage-harness.ts';

const T0 = Date.UTC(2026, 6, 1, 8, 0, 0);
const MINUTE = 60_000;
const EPOCH = 'epoch-1';
const claimOf = (term: number, epoch = EPOCH): StoreClaim => ({
  term,
  epoch,
  first: { nextSeq: 1, alarmsNextSeq: 1 },
});

export const createAlarm = (change: Partial<AlarmView> = {}): AlarmView =>
  createAlarmView({
    subject: '913100001/p1',
    alarmId: 'alarm-1',
    companyCodes: [COMPANY],
    generation: 1,
    person: {
      personId: 'p1',
      cardNo: null,
      companyCode: COMPANY,
      companyName: '甲化工',
      name: '张三',
      type: 'staff',
      department: '生产部',
      post: '操作工',
    },
    latched: true,
    onsetAtMs: T0,
    raisedAtMs: T0,
    ...change,
  });

export function storageContract(name: string, createHarness: () => Promise<StorageHarness>): void {
  describe(`storage: ${name}`, () => {
    let harness: StorageHarness;
    let store: StorePort;
    let log: EntrySequence;
    let alarmsNextSeq: number;

    beforeEach(async () => {
      harness = await createHarness();
      store = harness.open();
      log = new EntrySequence();
      alarmsNextSeq = 1;
      await store.claim(claimOf(1));
    });
    afterEach(() => harness.close());

    const batch = (entries: LogEntry[], change: Partial<StoreBatch> = {}): StoreBatch => ({
      entries,
      unfit: [],
      effects: [],
      nextSeq: log.seq + 1,
      alarmsNextSeq,
      ...change,
    });
    const apply = (...entries: LogEntry[]): Promise<Applied> => store.apply(batch(entries));
    const fixes = (inputs: Parameters<typeof createFixBatch>[0], receivedAtMs = T0, origin = {}): LogEntry =>
      log.next('fixes', createFixBatch(inputs, origin), receivedAtMs);
    const persons = (...records: Parameters<typeof createPerson>[0][]): LogEntry =>
      log.next(
        'persons',
        { origin: createOrigin({ received: records.length }), records: records.map(createPerson) },
        T0,
      );
    const areas = (...records: Parameters<typeof createArea>[0][]): LogEntry =>
      log.next('areas', { origin: createOrigin({ received: records.length }), records: records.map(createArea) }, T0);
    const effects = (seq: number, ...alarms: AlarmView[]): EffectsAt => ({
      seq,
      atMs: T0,
      effects: alarms.map((alarm) => ({ t: 'alarm', alarm })),
    });
    const at = (seconds: number, place: { lng?: number; lat?: number } = { lng: 121.48, lat: 30.8 }) => ({
      person: 'p1',
      atMs: T0 + seconds * 1000,
      ...place,
    });
    const times = async (): Promise<number[]> =>
      (await harness.positions()).map((row) => (row.observedAtMs - T0) / 1000);

    describe('positions', () => {
      it('[STO-1] keeps a fix as sent, in the units of the table', async () => {
        const applied = await apply(
          fixes(
            [
              {
                person: 'p1',
                lng: 121.4712345,
                lat: 30.8123456,
                atMs: T0,
                heightM: 4.256,
                accuracyM: 2.5,
                source: 'GNSS',
              },
            ],
            T0 + 1500,
          ),
        );
        expect(applied).toMatchObject({ fixes: 1, stored: 1, duplicate: 0 });
        expect(await harness.positions()).toEqual([
          {
            person: 'p1',
            observedAtMs: T0,
            source: 'GNSS',
            lng: 1_214_712_345,
            lat: 308_123_456,
            heightCm: 426,
            delayMs: 1500,
            accuracyDm: 25,
            flags: 0,
          },
        ]);
      });

      it('[STO-1] keeps an SOS without a place, with null coordinates', async () => {
        await apply(fixes([{ person: 'p1', atMs: T0, sos: true }]));
        expect(await harness.positions()).toMatchObject([{ person: 'p1', lng: null, lat: null, flags: 2 + 4 + 256 }]);
      });

      it('[STO-2] stores a fix once, however often and in whatever batch it comes', async () => {
        await apply(fixes([at(0), at(1)]));
        const again = await apply(fixes([at(1), at(0), at(2)]), fixes([at(2), at(2)]));
        expect(again).toMatchObject({ stored: 1, duplicate: 4 });
        expect(await times()).toEqual([0, 1, 2]);
      });

      it('[STO-2] stores a fix once within one batch of its own', async () => {
        expect(await apply(fixes([at(0), at(0), at(0)]))).toMatchObject({ stored: 1, duplicate: 2 });
        expect(await times()).toEqual([0]);
      });

      it('[STO-3] stores late and disordered fixes too', async () => {
        await apply(fixes([at(100)]));
        const late = await apply(fixes([at(50), at(101), at(49), at(50)]));
        expect(late).toMatchObject({ stored: 3, duplicate: 1 });
        expect(await times()).toEqual([49, 50, 100, 101]);
      });

      it('[STO-2] the same millisecond from another source is another fix', async () => {
        const gnss = { ...at(0), source: 'GNSS' };
        const uwb = { ...at(0), source: 'UWB' };
        expect(await apply(fixes([gnss, uwb, at(0)]), fixes([uwb]))).toMatchObject({ stored: 3, duplicate: 1 });
        expect((await harness.positions()).map((row) => row.source)).toEqual(['', 'GNSS', 'UWB']);
      });

      it('[STO-2] keeps the first of two fixes that differ only in place', async () => {
        await apply(fixes([at(5), { ...at(0), lng: 121.1 }, { ...at(0), lng: 121.2 }]));
        expect((await harness.positions())[0]).toMatchObject({ observedAtMs: T0, lng: 1_211_000_000 });
      });

      it('[STO-4] another store finds duplicates that it never saw itself', async () => {
        await apply(fixes([at(0), at(1), at(2)]));
        const second = harness.open();
        expect(await second.claim(claimOf(2))).toMatchObject({ nextSeq: 2, alarmsNextSeq: 1 });
        const applied = await second.apply(batch([fixes([at(1), at(2), at(3)])]));
        expect(applied).toMatchObject({ stored: 1, duplicate: 2 });
        expect(await times()).toEqual([0, 1, 2, 3]);
      });

      it('[STO-3] accepts days far apart', async () => {
        await apply(fixes([at(0), at(-6.9 * 86_400), at(86_400 * 0.6)]));
        expect(await times()).toHaveLength(3);
      });

      it('[STO-12] refuses a batch with a time that no fix can have, and changes nothing', async () => {
        await expect(apply(fixes([at(0)]), fixes([{ ...at(0), person: 'p9', atMs: Number.NaN }]))).rejects.toThrow(
          'observed',
        );
        expect(await harness.positions()).toEqual([]);
        expect(await harness.persons()).toEqual([]);
      });

      it('[STO-14] writes the newest place per person and source at the latest when it closes', async () => {
        await apply(fixes([at(0), at(3), { ...at(1), source: 'UWB' }]));
        await store.close();
        expect(await harness.latest()).toEqual([
          { person: 'p1', source: '', observedAtMs: T0 + 3000 },
          { person: 'p1', source: 'UWB', observedAtMs: T0 + 1000 },
        ]);
      });

      it('[STO-14] a call for help without a place does not take the newest place away, also after a restart', async () => {
        const call = (seconds: number) => ({ person: 'p1', atMs: T0 + seconds * 1000, sos: true });
        await apply(fixes([at(0), call(1)]));
        await store.close();
        const next = harness.open();
        await next.claim(claimOf(2));
        await next.apply(batch([fixes([call(2)]), fixes([call(3), { ...call(4), person: 'p2' }])]));
        await next.close();
        expect(await harness.latest()).toEqual([
          { person: 'p1', source: '', observedAtMs: T0 },
          { person: 'p2', source: '', observedAtMs: T0 + 4000 },
        ]);
        expect(await times()).toEqual([0, 1, 2, 3, 4]);
      });

      it('[STO-14] what a failed transaction said is not written later', async () => {
        await apply(fixes([at(0)]));
        await harness.failNextCommit();
        await expect(apply(fixes([{ ...at(5), lng: 121.9 }]))).rejects.toThrow();
        log.seq--;
        await store.close();
        expect(await harness.latest()).toEqual([{ person: 'p1', source: '', observedAtMs: T0 }]);
      });
    });

    describe('offset and term', () => {
      it('[STO-5] moves the offsets with the rows', async () => {
        await apply(fixes([at(0)]), fixes([at(1)]));
        expect(await harness.open().claim(claimOf(2))).toMatchObject({ nextSeq: 3, alarmsNextSeq: 1 });
      });

      it('[STO-5] a batch that was applied cannot be applied again', async () => {
        const first = batch([fixes([at(0)])]);
        await store.apply(first);
        const other = harness.open();
        await other.claim(claimOf(1));
        await store.apply(batch([fixes([at(1)])]));
        await expect(other.apply(batch([fixes([at(2)])]))).rejects.toMatchObject({ code: 'TERM_LOST' });
        expect(await times()).toEqual([0, 1]);
      });

      it('[STO-6] a store whose term was taken writes nothing more', async () => {
        await apply(fixes([at(0)]));
        await harness.open().claim(claimOf(2));
        await expect(apply(fixes([at(1)]))).rejects.toMatchObject({ code: 'TERM_LOST' });
        await expect(store.claim(claimOf(1))).rejects.toMatchObject({ code: 'TERM_LOST' });
        expect(await times()).toEqual([0]);
        expect((await harness.ledger()).reduce((sum, line) => sum + line.received, 0)).toBe(1);
      });

      it('[STO-5] a crash between rows and commit leaves neither rows nor offset, and nothing in memory', async () => {
        await apply(fixes([at(0)]));
        await harness.failNextCommit();
        const second = batch([persons({ personId: 'p2', cardNo: 'c2' }), fixes([at(1), { card: 'c2', atMs: T0 }])]);
        await expect(store.apply(second)).rejects.toThrow();
        expect(await times()).toEqual([0]);
        expect(await store.claim(claimOf(1))).toMatchObject({ nextSeq: 2, alarmsNextSeq: 1 });
        expect(await store.apply(second)).toMatchObject({ stored: 3, duplicate: 0 });
        expect((await harness.positions()).map((row) => row.person)).toEqual(['p1', 'p1', 'p2']);
      });

      it('[STO-28] goes back where the log gave sequences to other entries, and keeps both histories', async () => {
        await store.apply(batch([fixes([at(0)])], { effects: [effects(1, createAlarm())], alarmsNextSeq: 2 }));
        alarmsNextSeq = 2;
        await store.apply(batch([fixes([at(1)])], { lastReceivedAtMs: T0 + 5 }));
        const next = harness.open();
        expect(await next.claim(claimOf(2))).toEqual({ nextSeq: 3, alarmsNextSeq: 2, lastReceivedAtMs: T0 + 5 });
        await next.moveBack({ nextSeq: 1, alarmsNextSeq: 1 });
        await expect(apply(fixes([at(2)]))).rejects.toMatchObject({ code: 'TERM_LOST' });
        const other = createAlarm({ alarmId: 'alarm-2' });
        log.seq = 0;
        await next.apply(batch([fixes([at(7)])], { effects: [effects(1, other)], alarmsNextSeq: 2 }));
        expect(await times()).toEqual([0, 1, 7]);
        expect((await harness.transitions()).map((row) => row.alarmId).sort()).toEqual(['alarm-1', 'alarm-2']);
        expect((await harness.audits()).map((row) => row.action)).toEqual(['log.tail-lost']);
      });

      it('[STO-28] goes back as often as the log loses its tail, also the same numbers under the same term', async () => {
        for (const alarmId of ['alarm-1', 'alarm-2', 'alarm-3']) {
          const alarm = effects(1, createAlarm({ alarmId }));
          await store.apply(
            batch([fixes([at(log.seq)])], { effects: [alarm], alarmsNextSeq: 2, lastReceivedAtMs: T0 }),
          );
          await store.moveBack({ nextSeq: 1, alarmsNextSeq: 1 });
          log.seq = 0;
        }
        expect((await harness.transitions()).map((row) => row.alarmId).sort()).toEqual([
          'alarm-1',
          'alarm-2',
          'alarm-3',
        ]);
      });

      it('[STO-7] follows a log that began anew, and notes it', async () => {
        await apply(fixes([at(0)]));
        const offsets = await store.claim({ term: 1, epoch: 'epoch-2', first: { nextSeq: 1, alarmsNextSeq: 1 } });
        expect(offsets).toMatchObject({ nextSeq: 1, alarmsNextSeq: 1 });
        expect(await harness.audits()).toMatchObject([{ action: 'log.epoch-changed', subject: 'epoch-2' }]);
      });

      it('[STO-15] tells an offset as flushed once it is, never before it was applied', async () => {
        await apply(fixes([at(0)]));
        let flushed = await store.flushed();
        expect(flushed.nextSeq).toBeLessThanOrEqual(2);
        for (let round = 0; round < 500 && flushed.nextSeq < 2; round++) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          flushed = await store.flushed();
        }
        expect(flushed).toEqual({ nextSeq: 2, alarmsNextSeq: 1 });
      });
    });

    describe('people', () => {
      it('[STO-8] a fix of an unknown person or tag makes an unidentified row, once', async () => {
        await apply(fixes([at(0), { card: 'c7', atMs: T0 }]));
        await apply(fixes([at(1), { card: 'c7', atMs: T0 + 1000 }]));
        expect(await harness.persons()).toEqual([
          { personId: null, cardNo: 'c7', name: '', type: 'unidentified', registered: false, deleted: false },
          { personId: 'p1', cardNo: null, name: '', type: 'unidentified', registered: false, deleted: false },
        ]);
        expect((await harness.positions()).map((row) => row.person)).toEqual(['card:c7', 'card:c7', 'p1', 'p1']);
      });

      it('[STO-8] a persons record describes the row that fixes made', async () => {
        await apply(fixes([at(0)]), persons({ personId: 'p1', name: '李四' }));
        await apply(fixes([at(1)]));
        expect(await harness.persons()).toMatchObject([
          { personId: 'p1', name: '李四', type: 'staff', registered: true },
        ]);
        expect(await times()).toEqual([0, 1]);
      });

      it('[STO-8] a card is its wearer from the record on, in the order of the log', async () => {
        const card = (seconds: number) => ({ card: 'c1', atMs: T0 + seconds * 1000 });
        await apply(
          fixes([card(0)]),
          persons({ personId: 'p1', cardNo: 'c1' }),
          fixes([card(1)]),
          persons({ personId: 'p2', cardNo: 'c1' }),
          fixes([card(2)]),
          persons({ personId: 'p2', cardNo: null, deleted: true }),
          fixes([card(3)]),
        );
        expect((await harness.positions()).map((row) => [row.person, (row.observedAtMs - T0) / 1000])).toEqual([
          ['card:c1', 0],
          ['card:c1', 3],
          ['p1', 1],
          ['p2', 2],
        ]);
      });

      it('[STO-8] two people may swap cards in one batch', async () => {
        await apply(persons({ personId: 'p1', cardNo: 'c1' }, { personId: 'p2', cardNo: 'c2' }));
        await apply(persons({ personId: 'p1', cardNo: 'c2' }, { personId: 'p2', cardNo: 'c1' }));
        expect(await harness.persons()).toMatchObject([
          { personId: 'p1', cardNo: 'c2' },
          { personId: 'p2', cardNo: 'c1' },
        ]);
      });

      it('[STO-8] the same id in two companies is two people', async () => {
        await apply(fixes([at(0)]), fixes([at(0)], T0, { companyCode: '913100002' }));
        expect(await harness.positions()).toHaveLength(2);
      });

      it('[STO-9] older updates are superseded, equal ones duplicates', async () => {
        const applied = await apply(
          persons({ name: 'first', updatedAtMs: T0 }),
          persons({ name: 'older', updatedAtMs: T0 - 1000 }),
          persons({ name: 'again', updatedAtMs: T0 }),
          persons({ name: 'newer', updatedAtMs: T0 + 1000 }),
        );
        expect(applied).toMatchObject({ stored: 2, superseded: 1, duplicate: 1 });
        expect(await harness.persons()).toMatchObject([{ name: 'newer' }]);
      });

      it('[STO-9] without a date the order of arrival decides, and the same content is a duplicate', async () => {
        const applied = await apply(persons({ name: 'one' }, { name: 'two' }), persons({ name: 'two' }));
        expect(applied).toMatchObject({ stored: 2, duplicate: 1 });
        expect(await harness.persons()).toMatchObject([{ name: 'two' }]);
      });

      it('[STO-12] text that PostgreSQL cannot hold is made to fit', async () => {
        await apply(persons({ personId: 'p\u0000', name: 'a\u0000b\uD800' }), fixes([{ person: 'p\u0000', atMs: T0 }]));
        expect(await harness.persons()).toMatchObject([
          { personId: 'p\uFFFD', name: 'a\uFFFDb\uFFFD', registered: true },
        ]);
      });
    });

    describe('areas', () => {
      it('[STO-10] keeps every version that stood', async () => {
        const applied = await apply(
          areas({ name: 'one', updatedAtMs: T0 }, { name: 'two', updatedAtMs: T0 + 1 }),
          areas({ name: 'older', updatedAtMs: T0 - 1 }, { name: 'repeat', updatedAtMs: T0 + 1 }),
        );
        expect(applied).toMatchObject({ stored: 2, superseded: 1, duplicate: 1 });
        await apply(areas({ name: 'gone', updatedAtMs: T0 + 2, deleted: true }));
        expect(await harness.areaVersions('a1')).toEqual({
          versions: ['one', 'two', 'gone'],
          name: 'gone',
          deleted: true,
        });
      });
    });

    describe('alarms and acts', () => {
      it('[STO-11] keeps the newest state of an alarm and each transition', async () => {
        const raised = createAlarm();
        const cleared = createAlarm({ transition: 'cleared', active: false, clearedAtMs: T0 + 5000 });
        await store.apply(batch([], { effects: [effects(1, raised), effects(4, cleared)], alarmsNextSeq: 5 }));
        expect(await harness.alarms()).toEqual([cleared]);
        expect(await harness.transitions()).toEqual([
          { seq: 1, alarmId: 'alarm-1', transition: 'raised' },
          { seq: 4, alarmId: 'alarm-1', transition: 'cleared' },
        ]);
        expect(await harness.open().claim(claimOf(2))).toMatchObject({ nextSeq: 1, alarmsNextSeq: 5 });
      });

      it('[STO-11] two transitions of one entry stand both', async () => {
        const item = effects(1, createAlarm(), createAlarm({ transition: 'acknowledged', acknowledged: true }));
        await store.apply(batch([], { effects: [item], alarmsNextSeq: 2 }));
        expect(await harness.transitions()).toHaveLength(2);
        expect(await harness.alarms()).toMatchObject([{ acknowledged: true }]);
      });

      it('[STO-40] of documents the newest state stands, and every change of the kinds that ask for it', async () => {
        const doc = (kind: 'order' | 'setting' | 'load', key: string, n: number, gone = false) =>
          ({ t: 'doc', doc: kind, key, companyCodes: ['913100001'], value: { n } as never, gone }) as DocEffect;
        const item = (seq: number, ...docs: DocEffect[]): EffectsAt => ({ seq, atMs: T0, effects: docs });
        const items = [
          item(1, doc('order', 'o1', 1), doc('order', 'o2', 1), doc('load', '', 1)),
          item(3, doc('order', 'o1', 2), doc('setting', 'rules:', 1)),
        ];
        await store.apply(batch([], { effects: items, alarmsNextSeq: 4 }));
        await store.apply(batch([], { effects: [item(4, doc('order', 'o1', 3, true))], alarmsNextSeq: 5 }));
        const base = { gone: false, companyCodes: ['913100001'] };
        expect(await harness.docs()).toEqual([
          { ...base, doc: 'order:o1', gone: true, value: { n: 3 }, changes: 3 },
          { ...base, doc: 'order:o2', value: { n: 1 }, changes: 1 },
          { ...base, doc: 'setting:rules:', value: { n: 1 }, changes: 0 },
        ]);
      });

      it('[STO-11] an act has its row and its audit row, once', async () => {
        const act = {
          actId: 'act-1',
          act: 'acknowledge',
          alarmId: 'alarm-1',
          userId: 'u1',
          userName: '值班员',
          companyCode: null,
          comment: 'on my way',
        } as const;
        await apply(log.next('act', act, T0));
        await apply(log.next('act', act, T0 + 1000));
        expect(await harness.acts()).toEqual([{ actId: 'act-1', alarmId: 'alarm-1' }]);
        expect(await harness.audits()).toEqual([
          { action: 'alarm.acknowledge', subject: 'alarm-1', userName: '值班员' },
        ]);
      });
    });

    describe('books', () => {
      it('[STO-13] counts every record by company, interface and minute of receipt', async () => {
        await apply(
          fixes([at(0), at(0)], T0, { received: 5, refused: 3 }),
          fixes([at(1)], T0 + MINUTE),
          persons({ personId: 'p1' }),
        );
        const line = { companyCode: COMPANY, ...noCounts() };
        expect(await harness.ledger()).toEqual([
          { ...line, interface: 'persons', minuteMs: T0, received: 1, stored: 1 },
          { ...line, interface: 'positions', minuteMs: T0, received: 5, refused: 3, stored: 1, duplicate: 1 },
          { ...line, interface: 'positions', minuteMs: T0 + MINUTE, received: 1, stored: 1 },
        ]);
      });

      it('[STO-12] keeps the bytes of an entry that cannot be read, counts it and goes on', async () => {
        const raw: RawEntry = { seq: 1, epoch: EPOCH, kind: 1, receivedAtMs: T0, body: Uint8Array.of(1, 2, 3) };
        log.seq = 1;
        await store.apply(batch([], { unfit: [{ raw, reason: 'unreadable', entry: null }] }));
        await apply(fixes([at(0)]));
        const [kept] = await harness.quarantine();
        expect(kept).toMatchObject({ seq: 1, namedBy: 'store' });
        expect([...(kept?.body ?? [])]).toEqual([1, 2, 3]);
        expect((await harness.ledger()).find((line) => line.interface === 'unreadable')).toMatchObject({
          received: 1,
          quarantined: 1,
        });
      });

      it('[STO-12] counts the records of an entry that can be read but not stored', async () => {
        const entry = fixes([at(0), at(1)], T0, { received: 3, refused: 1 });
        const raw: RawEntry = { seq: 1, epoch: EPOCH, kind: 1, receivedAtMs: T0, body: new Uint8Array() };
        const applied = await store.apply(batch([], { unfit: [{ raw, reason: 'out of range', entry }] }));
        expect(applied.quarantined).toBe(2);
        expect(await harness.ledger()).toMatchObject([
          { interface: 'positions', received: 3, refused: 1, quarantined: 2 },
        ]);
      });

      it('[STO-12] notes an entry that watch passed over', async () => {
        await apply(fixes([at(0)]), log.next('quarantined', { seq: 1, reason: 'threw twice' }, T0));
        expect(await harness.quarantine()).toMatchObject([{ seq: 1, namedBy: 'watch', body: null }]);
      });
    });
  });
}
