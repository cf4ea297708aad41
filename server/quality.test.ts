import { describe, expect, test } from 'vitest';
import type { CoordinateFinding } from '../alarms/coordinate-watch.ts';
import type { HourTally } from '../alarms/score-card.ts';
import { ManualClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { silentLogger } from '../core/logger.ts';
import { shifted } from '../geo/shifted-datums.ts';
import { MemoryLog, MemoryLogStore } from '../stream/memory-log.ts';
import type { AreaRecord } from '../stream/protocol/entry.ts';
import { ENTRY_KIND } from '../stream/protocol/entry.ts';
import { encodeBody } from '../stream/protocol/entry-codec.ts';
import { MemoryOpsAlarms } from '../stream/redis-ops-alarms.ts';
import { COMPANY, createArea, createFixBatch, createOrigin } from '../test/builders/entries.ts';
import { lngLatAt, projection, squareAt } from '../test/builders/plane.ts';
import { JUDGE_EVERY_MS, Quality } from './quality.ts';

const ground = createArea({ areaId: 'ground', kind: 'COMPANY_BOUNDARY', polygons: squareAt(0, 0, 1000) });

class Setup {
  readonly clock = new ManualClock(Date.UTC(2026, 6, 1, 4));
  readonly store = new MemoryLogStore(this.clock);
  readonly log = new MemoryLog(this.store);
  readonly opsAlarms = new MemoryOpsAlarms();
  readonly kept: string[][] = [];
  readonly hours: HourTally[] = [];
  rolls = 0;
  isDatabaseAway = false;
  areas: () => Promise<AreaRecord[]> = async () => [ground];
  refused: { companyCode: string; latitude: number; atMs: number }[] = [];
  readonly quality = new Quality({
    projection,
    home: { lng: 121.48, lat: 30.8 },
    reader: new MemoryLog(this.store),
    opsAlarms: this.opsAlarms,
    readAreas: () => this.areas(),
    refusedLatitudes: async () => this.refused.splice(0),
    keep: async (findings: readonly CoordinateFinding[]) => {
      this.kept.push(findings.map(({ companyCode, kind }) => `${companyCode}/${kind}`));
    },
    addHours: async (tallies) => {
      if (this.isDatabaseAway) throw new AppError('DATABASE_UNAVAILABLE');
      this.hours.push(...tallies);
    },
    rollMinutes: async () => {
      this.rolls++;
    },
    clock: this.clock,
    logger: silentLogger,
    readWaitMs: 1,
  });
  #n = 0;

  /** 40 fixes of GCJ-02 numbers, ten a batch, each followed by a round. */
  async sendShifted(): Promise<void> {
    for (let batch = 0; batch < 4; batch++) {
      const fixes = Array.from({ length: 10 }, (_, p) => {
        const { lng, lat } = lngLatAt(100 + 70 * p, 100 + ((this.#n++ * 61) % 800));
        const [shiftedLng, shiftedLat] = shifted('gcj-02', lng, lat);
        return { person: `p${p}`, lng: shiftedLng, lat: shiftedLat, atMs: this.clock.nowMs() };
      });
      await this.append('fixes', createFixBatch(fixes));
      await this.quality.round();
      this.clock.advance(1_000);
    }
  }

  async append<K extends 'fixes' | 'areas'>(kind: K, body: Parameters<typeof encodeBody<K>>[1]): Promise<void> {
    const receivedAtMs = this.clock.nowMs();
    const dedupId = `${kind}-${receivedAtMs}-${this.#n}`;
    await this.log.append({ kind: ENTRY_KIND[kind], receivedAtMs, body: encodeBody(kind, body), dedupId });
  }

  /** Moves to the next judgement; the tick-like entry saves the read its wait. */
  async judge(): Promise<void> {
    this.clock.advance(JUDGE_EVERY_MS);
    await this.append('fixes', createFixBatch([]));
    await this.quality.round();
  }

  async standing(): Promise<string[]> {
    return (await this.opsAlarms.list()).map(({ code, subject }) => `${code} ${subject}`);
  }
}

describe('the quality role', () => {
  test('[CRD-10] keeps what it finds once a minute, raises an ops alarm for it, and clears it when it holds no more', async () => {
    const setup = new Setup();
    await setup.append('fixes', createFixBatch([]));
    await setup.quality.round();
    await setup.sendShifted();
    expect(setup.kept).toEqual([]);
    await setup.judge();
    expect(setup.kept).toEqual([[`${COMPANY}/gcj-02`]]);
    expect(await setup.standing()).toEqual([`coordinate-finding ${COMPANY}/gcj-02`]);
    setup.clock.advance(20 * 60_000);
    await setup.judge();
    expect(setup.kept.at(-1)).toEqual([]);
    expect(await setup.standing()).toEqual([]);
  });

  test('[CRD-10] learns areas from the log, and from the register as soon as that answers', async () => {
    const fromLog = new Setup();
    fromLog.areas = () => Promise.reject(new AppError('DATABASE_UNAVAILABLE'));
    await fromLog.append('fixes', createFixBatch([]));
    await fromLog.quality.round();
    await fromLog.append('areas', { origin: createOrigin(), records: [ground] });
    await fromLog.sendShifted();
    await fromLog.judge();
    expect(fromLog.kept).toEqual([[`${COMPANY}/gcj-02`]]);

    const late = new Setup();
    late.areas = () => Promise.reject(new AppError('DATABASE_UNAVAILABLE'));
    await late.append('fixes', createFixBatch([]));
    await late.quality.round();
    await late.sendShifted();
    late.areas = async () => [ground];
    await late.judge();
    expect(late.kept).toEqual([[`${COMPANY}/gcj-02`]]);
  });

  test('[CRD-11] goes on where the log goes on: behind a hole, in another epoch, past an entry that is none', async () => {
    const setup = new Setup();
    await setup.append('fixes', createFixBatch([]));
    await setup.quality.round();
    const receivedAtMs = setup.clock.nowMs();
    await setup.log.append({ kind: ENTRY_KIND.fixes, receivedAtMs, body: new Uint8Array([9, 9]), dedupId: 'broken' });
    await setup.quality.round();
    await setup.append('fixes', createFixBatch([]));
    setup.store.trim(setup.store.headSeq + 1);
    await setup.quality.round();
    setup.store.restart('epoch-2');
    await setup.append('fixes', createFixBatch([]));
    await setup.quality.round();
    await setup.sendShifted();
    setup.refused = Array.from({ length: 20 }, () => ({ companyCode: 'c2', latitude: 121.4, atMs: receivedAtMs }));
    await setup.judge();
    expect(setup.kept).toEqual([[`${COMPANY}/gcj-02`, 'c2/swapped']]);
  });

  test('[SCO-5] hours are added once a minute, kept while the database is away, and joint tests are left out', async () => {
    const setup = new Setup();
    await setup.append('fixes', createFixBatch([]));
    await setup.quality.round();
    const fix = () => ({ ...lngLatAt(0, 0), atMs: setup.clock.nowMs() - 200 });
    setup.isDatabaseAway = true;
    setup.clock.advance(1);
    await setup.append('fixes', createFixBatch([fix(), fix()]));
    await expect(setup.judge()).rejects.toThrow(AppError);
    expect(setup.hours).toEqual([]);
    setup.isDatabaseAway = false;
    setup.clock.advance(1);
    await setup.append('fixes', createFixBatch([fix()], { stage: 'joint' }));
    await setup.append('areas', { origin: createOrigin(), records: [ground] });
    setup.clock.advance(1);
    await setup.append('fixes', createFixBatch([fix()]));
    await setup.judge();
    const records = setup.hours.filter((one) => one.interfaceName === 'positions').map((one) => one.records);
    expect(records.reduce((sum, one) => sum + one, 0)).toBe(3);
    expect(setup.rolls).toBe(1);
  });
});
