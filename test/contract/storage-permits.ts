/** What every StorePort does with work permits and what belongs to them. The harness is that of storage.ts. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { permitRow } from '../../db/permits/permit-row.ts';
import type { AlarmView, EffectsAt } from '../../stream/protocol/effects.ts';
import { mergePermit, type PermitState, statusOf } from '../../stream/protocol/permit-merge.ts';
import { aPermit, aWord, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import type {
  ActivityRecord,
  CameraState,
  PermitAlarmRecord,
  PermitAttachmentRecord,
  PermitRecord,
  PermitVideoRecord,
} from '../../stream/protocol/permits.ts';
import { COMPANY } from '../builders/entries.ts';
import { createAlarm } from './storage.ts';
import type { StorageHarness } from './storage-harness.ts';
import { StoreRun, T0 } from './store-run.ts';

const HOUR_MS = 3_600_000;
const P0 = PERMIT_T0;
const word = (updatedAtMs: number | null, more: Partial<PermitRecord> = {}): PermitRecord =>
  aWord({ updatedAtMs, ...more });
const said = { updatedAtMs: T0, deleted: false, companyCode: COMPANY };
const activity: ActivityRecord = {
  ...said,
  activityId: 'j1',
  workCode: '03',
  fromMs: T0,
  toMs: T0 + HOUR_MS,
  site: '一号装置',
  content: '焊接',
  guardianNames: [],
  workerNames: [],
  workerIds: ['p1'],
  units: [],
  creditCodes: [],
  isContractorWork: null,
  responsibleName: null,
  lng: null,
  lat: null,
};
const video: PermitVideoRecord = { ...said, videoId: 'v1', permitId: 't1', cameraCode: '31011500001320000001' };
const attachment: PermitAttachmentRecord = {
  ...said,
  attachmentId: 'f1',
  permitId: 't1',
  kind: 'ticket',
  fileName: '作业票.pdf',
  mediaType: 'application/pdf',
  bytes: 10,
  hash: 'a'.repeat(64),
};
const ownAlarm: PermitAlarmRecord = {
  ...said,
  alarmId: 'w1',
  permitId: 't1',
  code: '03',
  raisedAtMs: T0,
  endedAtMs: null,
  result: '',
};

/** Words of few times and values, so that they meet; all of one company's two permits. */
const wordsOfPermits = fc.array(
  fc.record({
    permitId: fc.constantFrom('t1', 't2'),
    updatedAtMs: fc.integer({ min: P0, max: P0 + 3 }),
    status: fc.option(fc.constantFrom('applied' as const, 'working' as const, 'accepted' as const), { nil: undefined }),
    deleted: fc.option(fc.boolean(), { nil: undefined }),
    content: fc.option(fc.constantFrom('甲', '乙'), { nil: undefined }),
    workCode: fc.option(fc.constantFrom('03', '70'), { nil: undefined }),
    startedAtMs: fc.option(fc.constantFrom(null, P0, P0 + 40 * 24 * HOUR_MS), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 8 },
);
type Drawn = typeof wordsOfPermits extends fc.Arbitrary<readonly (infer W)[]> ? W : never;
const recordOf = ({ permitId, updatedAtMs, status, deleted, ...fields }: Drawn): PermitRecord =>
  word(updatedAtMs, {
    permitId,
    ...(status === undefined ? {} : { status }),
    ...(deleted === undefined ? {} : { deleted }),
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  });

export function storagePermitsContract(name: string, createHarness: () => Promise<StorageHarness>, runs: number): void {
  describe(`permits: ${name}`, () => {
    let harness: StorageHarness;
    let run: StoreRun;
    beforeEach(async () => {
      harness = await createHarness();
      run = await StoreRun.start(harness);
    });
    afterEach(() => harness.close());

    const send = (...records: PermitRecord[]) => run.apply(run.records('permits', records));
    const permit = async () => {
      const [first] = await harness.permits();
      if (first === undefined) throw new Error('no permit is there');
      return first;
    };
    const lanes = (...alarms: AlarmView[]): { effects: readonly EffectsAt[] } => ({
      effects: [{ seq: run.log.seq, atMs: T0, effects: alarms.map((alarm) => ({ t: 'alarm', alarm })) }],
    });
    const alarmOf = (alarmId: string, change: Partial<AlarmView> = {}): AlarmView =>
      createAlarm({
        alarmId,
        permit: {
          companyCode: COMPANY,
          permitId: 't1',
          number: 'DH-0001',
          workCode: '03',
          code: '01',
          clause: '5.4.3',
          facts: [],
        },
        ...change,
      });

    it('[PST-1] keeps a permit as merged, and the columns that lists read', async () => {
      const record = aPermit();
      expect(await send(record)).toMatchObject({ stored: 1 });
      const { state, row } = await permit();
      expect(state).toEqual(mergePermit(null, record, T0));
      expect(row).toEqual({ ...permitRow(state), words: permitRow(state).words.toLowerCase() });
      expect(row).toMatchObject({ day: '2026-11-20', workAtMs: P0, spanToMs: P0 + 3 * HOUR_MS, status: 'working' });
    });

    it('[PST-2] parts of a permit come in words of their own, and the newest says each', async () => {
      await send(
        word(P0 + 2, { status: 'working', fields: { content: '焊接' } }),
        word(P0 + 1, { status: 'issued', fields: { content: '切割', site: '罐区' } }),
      );
      const { state, row } = await permit();
      expect(row).toMatchObject({ content: '焊接', site: '罐区', status: 'working' });
      expect(state.statuses.map(({ status }) => status)).toEqual(['issued', 'working']);
    });

    it('[PST-2] any order of words, in any entries and stores, comes to the same permits, history and months', async () => {
      /** What became of the words of one company. */
      const outcome = async (companyCode: string) => {
        const own = <T extends { readonly companyCode: string }>(rows: readonly T[]): Omit<T, 'companyCode'>[] =>
          rows.filter((row) => row.companyCode === companyCode).map(({ companyCode: _, ...row }) => row);
        return {
          permits: own(await harness.permits()),
          words: own(await harness.permitWords()),
          months: own(await harness.permitMonths()),
        };
      };
      let runsDone = 0;
      await fc.assert(
        fc.asyncProperty(wordsOfPermits, fc.infiniteStream(fc.nat()), async (drawn, choices) => {
          const records = drawn.map(recordOf);
          const shuffled = [...records];
          for (let i = shuffled.length - 1; i > 0; i--) {
            const other = (choices.next().value as number) % (i + 1);
            [shuffled[i], shuffled[other]] = [shuffled[other]!, shuffled[i]!];
          }
          const [one, another] = [`a${runsDone}`, `b${runsDone}`];
          const from = (companyCode: string, said: readonly PermitRecord[]) =>
            run.apply(run.records('permits', said, { companyCode }));
          await from(one, records);
          for (const record of shuffled) await from(another, [record, record]);
          expect(await outcome(another)).toEqual(await outcome(one));
          runsDone++;
        }),
        { numRuns: runs },
      );
      expect(runsDone).toBe(runs);
    });

    it('[PST-3] a repeated word is a duplicate, whoever sealed its phone when, and the history has it once', async () => {
      const sealed = (ciphertext: string) => aPermit({ fields: { responsiblePhoneSealed: ciphertext } });
      expect(await send(sealed('a'), sealed('b'))).toMatchObject({ stored: 1, duplicate: 1 });
      await run.restart(true);
      expect(await send(sealed('c'))).toMatchObject({ stored: 0, duplicate: 1 });
      expect(await harness.permitWords()).toMatchObject([{ permitId: 't1', appId: 'app', receivedAtMs: T0 }]);
    });

    it('[PST-3] an older word of which newer ones said everything is superseded, and stays in the history', async () => {
      const said = (atMs: number, responsibleName: string) => word(atMs, { fields: { responsibleName } });
      expect(await send(said(P0 + 5, '新'), said(P0, '旧'), said(P0 + 5, '新'))).toMatchObject({
        stored: 1,
        superseded: 1,
        duplicate: 1,
      });
      expect((await permit()).row.responsibleName).toBe('新');
      expect((await harness.permitWords()).map(({ said: { fields } }) => fields.responsibleName)).toEqual(['旧', '新']);
    });

    it('[PST-4] without a date the receipt stands in, and only what says something else is news', async () => {
      const undated = (content: string, atMs: number) =>
        run.records('permits', [word(null, { status: 'issued', fields: { content } })], {}, atMs);
      expect(await run.apply(undated('甲', T0), undated('甲', T0 + 1_000))).toMatchObject({ stored: 1, duplicate: 1 });
      expect(await run.apply(undated('乙', T0 + 2_000), undated('甲', T0 + 3_000))).toMatchObject({ stored: 2 });
      expect((await permit()).row.content).toBe('甲');
      expect(await harness.permitWords()).toHaveLength(3);
    });

    it('[PST-5] months count standing permits by company and code, whatever becomes of them', async () => {
      const months = async () => (await harness.permitMonths()).map((one) => [one.month, one.workCode, one.permits]);
      await send(aPermit(), aPermit({ permitId: 't2' }));
      expect(await months()).toEqual([['2026-11-01', '03', 2]]);
      const later = P0 + 40 * 24 * HOUR_MS;
      await send(
        word(P0 + 1, { fields: { startedAtMs: later, workCode: '02' } }),
        word(P0 + 1, { permitId: 't2', deleted: true }),
      );
      expect(await months()).toEqual([['2026-12-01', '02', 1]]);
      await send(word(P0 + 2, { permitId: 't2', deleted: false }));
      expect(await months()).toEqual([
        ['2026-11-01', '03', 1],
        ['2026-12-01', '02', 1],
      ]);
    });

    it('[PST-6] a permit of a joint test is kept apart with its mark: neither a duplicate nor a month of anything live', async () => {
      const joint = run.records('permits', [aPermit()], { stage: 'joint' });
      expect(await run.apply(joint)).toMatchObject({ stored: 1 });
      expect(await harness.permitMonths()).toEqual([]);
      expect(await send(aPermit())).toMatchObject({ stored: 1, duplicate: 0 });
      expect((await harness.permits()).map(({ jointTest }) => jointTest)).toEqual([false, true]);
      expect((await harness.permitWords()).map(({ jointTest }) => jointTest).sort()).toEqual([false, true]);
    });

    it('[PST-7] counts the alarms of a permit, whichever of the two comes first, but none found false', async () => {
      run.log.seq = 1;
      await run.applyBatch({ ...lanes(alarmOf('x1', { level: 2 })), alarmsNextSeq: 2 });
      await send(aPermit());
      expect((await permit()).alarms).toEqual({ count: 1, open: 1, worst: 2 });
      const note = { by: '王', atMs: T0, text: '误报' };
      const ended = alarmOf('x1', { level: 2, endedAtMs: T0 + 1 });
      await run.applyBatch(lanes(ended, alarmOf('x2', { level: 1 }), alarmOf('x3', { level: 1, falseMark: note })));
      expect((await permit()).alarms).toEqual({ count: 2, open: 1, worst: 1 });
      await run.applyBatch(lanes(alarmOf('x2', { level: 1, falseMark: note })));
      expect((await permit()).alarms).toEqual({ count: 1, open: 0, worst: 2 });
    });

    it('[PST-8] of activities, cameras, files and alarms of a company the newest record stands as a whole', async () => {
      const entries = (change: object) => [
        run.records('activities', [{ ...activity, ...change }]),
        run.records('permitVideos', [{ ...video, ...change }]),
        run.records('permitAttachments', [{ ...attachment, ...change }]),
        run.records('permitAlarms', [{ ...ownAlarm, ...change }]),
      ];
      expect(await run.apply(...entries({}))).toMatchObject({ stored: 4 });
      expect(await run.apply(...entries({}), ...entries({ updatedAtMs: T0 - 1 }))).toMatchObject({
        duplicate: 4,
        superseded: 4,
      });
      expect(await run.apply(...entries({ updatedAtMs: T0 + 1, deleted: true }))).toMatchObject({ stored: 4 });
      const rows = await harness.vendorRecords();
      expect(rows.map((row) => [row.interface, row.recordId, row.deleted])).toEqual([
        ['activities', 'j1', true],
        ['permit-alarms', 'w1', true],
        ['permit-attachments', 'f1', true],
        ['permit-videos', 'v1', true],
      ]);
      expect(rows[0]).toMatchObject({ atMs: T0, endedAtMs: T0 + HOUR_MS, personIds: ['p1'] });
    });

    it('[PST-9] counts them in the ledger under their interfaces, accepted = stored + duplicate + superseded', async () => {
      await run.apply(
        run.records('permits', [aPermit(), aPermit()], { received: 5, refused: 3 }),
        run.records('permitVideos', [video]),
        run.records('permitAttachments', [attachment]),
        run.records('permitAlarms', [ownAlarm]),
        run.records('activities', [activity, { ...activity, updatedAtMs: T0 - 1 }]),
      );
      expect(
        (await harness.ledger()).map((line) => [
          line.interface,
          line.received,
          line.refused,
          line.stored,
          line.duplicate,
          line.superseded,
        ]),
      ).toEqual([
        ['activities', 2, 0, 1, 0, 1],
        ['permit-alarms', 1, 0, 1, 0, 0],
        ['permit-attachments', 1, 0, 1, 0, 0],
        ['permit-videos', 1, 0, 1, 0, 0],
        ['permits', 5, 3, 1, 1, 0],
      ]);
    });

    it('[PST-9] an entry that cannot be stored is kept aside and counted, and put in again it is stored', async () => {
      const entry = run.records('permits', [aPermit()]);
      expect(await run.keepAside(entry)).toMatchObject({ quarantined: 1 });
      const again = { epoch: 'epoch-1', seq: entry.seq, receivedAtMs: T0 };
      const back = run.records('permits', [aPermit()], { again }, T0 + 60_000);
      expect(await run.apply(back)).toMatchObject({ stored: 1 });
      expect((await permit()).row.receivedAtMs).toBe(T0);
      expect(await harness.ledger()).toMatchObject([{ interface: 'permits', received: 1, stored: 1, quarantined: 0 }]);
    });

    it('[PST-9] a crash before the commit leaves nothing, and the same words are news once more', async () => {
      await harness.failNextCommit();
      const entry = run.records('permits', [aPermit()]);
      await expect(run.apply(entry)).rejects.toThrow();
      expect([await harness.permits(), await harness.permitWords(), await harness.permitMonths()]).toEqual([
        [],
        [],
        [],
      ]);
      await run.restart(false);
      expect(await run.apply(entry)).toMatchObject({ stored: 1, duplicate: 0 });
    });

    it('[PST-9] words of a tail that the log lost are repeats when they come again under other sequences', async () => {
      const first = run.records('permits', [aPermit(), word(P0 + 1, { status: 'paused' })]);
      await run.apply(first);
      await run.moveBack(first.seq);
      expect(await send(aPermit(), word(P0 + 1, { status: 'paused' }))).toMatchObject({ stored: 0, duplicate: 2 });
      expect(await harness.permitWords()).toHaveLength(2);
      expect((await harness.permitMonths()).map(({ permits }) => permits)).toEqual([1]);
    });

    it('[PST-10] text that PostgreSQL cannot hold is made to fit', async () => {
      await send(word(P0, { fields: { content: '焊\0接\ud800' }, rows: { links: [{ key: '\0', permitId: 'x\0' }] } }));
      expect((await permit()).row.content).toBe('焊\ufffd接\ufffd');
    });

    it("[PST-11] passes over states of cameras and rows of registers, which are the engine's", async () => {
      const state: CameraState = {
        companyCode: COMPANY,
        cameraCode: '31011500001320000001',
        online: true,
        recordedToMs: null,
        atMs: T0,
      };
      const applied = await run.apply(
        run.log.next('cameras', { states: [state] }, T0),
        run.log.next('heardRows', { register: 'cameras', telling: 1, rows: [], isComplete: true }, T0),
      );
      expect(applied).toMatchObject({ stored: 0, quarantined: 0 });
      expect(await harness.vendorRecords()).toEqual([]);
    });

    it('[PST-2] the state is the one that the engine comes to', async () => {
      const records = [
        aPermit(),
        word(P0 + 5, { rows: { gas: [{ key: 'g1', gone: true }], links: [{ key: 'l1', permitId: 't2' }] } }),
        word(P0 + 4, { status: 'paused', fields: { isChanged: true } }),
      ];
      for (const record of records) await send(record);
      const engine = records.reduce<PermitState | null>((state, one) => mergePermit(state, one, T0), null);
      const { state } = await permit();
      expect(state).toEqual(engine);
      expect(statusOf(state)).toBe('paused');
    });
  });
}
