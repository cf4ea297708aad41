import { pack } from 'msgpackr';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryCameras } from '../../admin/video/memory-cameras.ts';
import { MemoryVideo } from '../../admin/video/memory-video.ts';
import { ManualClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { silentLogger } from '../../core/logger.ts';
import type { DocEffect, EffectsAt } from '../../stream/protocol/effects.ts';
import type { CameraState, PermitView } from '../../stream/protocol/permits.ts';
import { FollowedDocs } from '../followed-docs.ts';
import { CameraWatch } from './camera-watch.ts';

const T0 = Date.UTC(2026, 10, 21, 8);
const COMPANY = '900000001';
const CODE = '31011600021320000001';
const SECOND = '31011600021320000002';

const permitOf = (more: Partial<PermitView>): PermitView =>
  ({
    startedAtMs: T0,
    companyCode: COMPANY,
    permitId: 'p1',
    workCode: '01',
    status: 'working',
    hazardSourceCode: 'h1',
    cameraCodes: [CODE],
    ...more,
  }) as PermitView;

describe('cameras of jobs under way', () => {
  let clock: ManualClock;
  let cameras: MemoryCameras;
  let platform: MemoryVideo;
  let permits: PermitView[];
  let said: CameraState[][];
  let watch: CameraWatch;
  beforeEach(() => {
    clock = new ManualClock(T0);
    cameras = new MemoryCameras();
    platform = new MemoryVideo();
    cameras.add({ code: CODE, companyCode: COMPANY });
    platform.add(CODE, { online: true, recordedToMs: T0 });
    permits = [permitOf({})];
    said = [];
    watch = new CameraWatch({
      permits: async () => permits,
      cameras,
      platform,
      append: async (states) => void said.push([...states]),
      clock,
      logger: silentLogger,
    });
  });

  /** Looks each five seconds for so long; the recording keeps up, or stands still. */
  const pass = async (ms: number, isRecording = true): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += 5_000) {
      clock.advance(5_000);
      const camera = platform.cameras.get(CODE);
      if (isRecording && camera?.state != null) camera.state = { ...camera.state, recordedToMs: clock.nowMs() };
      await watch.look();
    }
  };

  it('[VID-40] what a platform says comes into the log when it changes, and each ten minutes', async () => {
    await watch.look();
    expect(said).toEqual([[{ companyCode: COMPANY, cameraCode: CODE, online: true, recordedToMs: T0, atMs: T0 }]]);
    await pass(595_000);
    expect(said).toHaveLength(1);
    await pass(5_000);
    expect(said).toHaveLength(2);
    platform.failure = new AppError('VIDEO_UNAVAILABLE');
    await pass(10_000);
    expect(said.slice(2)).toMatchObject([[{ online: false, recordedToMs: null }]]);
    platform.failure = null;
    await pass(5_000);
    expect(said.at(-1)).toMatchObject([{ online: true }]);
  });

  it('[VID-41] a recording that stops is said within twenty seconds and each fifteen, and when it goes on', async () => {
    await watch.look();
    await pass(20_000, false);
    const behind = said[1]?.[0];
    expect(behind).toMatchObject({ recordedToMs: T0, atMs: T0 + 20_000 });
    await pass(60_000, false);
    expect(said).toHaveLength(6);
    await pass(5_000);
    expect(said.at(-1)).toMatchObject([{ recordedToMs: T0 + 85_000 }]);
    await pass(60_000);
    expect(said).toHaveLength(7);
  });

  it('[VID-42] special-grade hot work, and any at a major hazard source, is recorded until it ends; other work is not', async () => {
    await pass(600_000);
    expect(platform.recordedUntil.get(CODE)).toBe(clock.nowMs() + 60_000);
    permits = [permitOf({ workCode: '70' }), permitOf({ permitId: 'p2', workCode: '03', hazardSourceCode: null })];
    platform.recordedUntil.clear();
    await pass(60_000);
    expect(platform.recordedUntil.size).toBe(0);
    expect(said.at(-1)).toMatchObject([{ recordedToMs: null }]);
    for (const more of [
      { status: 'paused', workCode: '03' },
      { workCode: '01', hazardSourceCode: null },
    ] as const) {
      permits = [permitOf(more)];
      platform.recordedUntil.clear();
      await pass(5_000);
      expect(platform.recordedUntil.size).toBe(1);
    }
  });

  it('[VID-42] without a linked camera those of the hazard source record it', async () => {
    cameras.hazardSources.add(`${COMPANY}/h1`);
    cameras.add({ code: SECOND, companyCode: COMPANY, hazardSource: 'h1' });
    platform.add(SECOND);
    permits = [permitOf({ cameraCodes: [] })];
    await watch.look();
    expect([...platform.recordedUntil.keys()]).toEqual([SECOND]);
  });

  it('[VID-43] a recording that was just asked for is no interrupted one', async () => {
    platform.cameras.set(CODE, { state: { online: true, recordedToMs: T0 - 3_600_000 }, spans: [] });
    await watch.look();
    await pass(15_000, false);
    expect(said).toMatchObject([[{ recordedToMs: null }]]);
    await pass(5_000, false);
    expect(said.at(-1)).toMatchObject([{ recordedToMs: T0 - 3_600_000 }]);
  });

  it('[VID-40] a camera of no job, and one of which nobody says anything, are not spoken of', async () => {
    for (const status of ['applied', 'issued', 'accepted', 'void'] as const) {
      permits = [permitOf({ status })];
      await watch.look();
    }
    permits = [permitOf({ cameraCodes: [SECOND] })];
    await watch.look();
    cameras.add({ code: SECOND, companyCode: COMPANY });
    await watch.look();
    platform.add(SECOND, null);
    await watch.look();
    expect(said).toEqual([]);
  });

  it('[VID-44] a park without its database or Redis says nothing of cameras: they are not offline', async () => {
    await watch.look();
    platform.failure = new AppError('DATABASE_UNAVAILABLE');
    await expect(watch.look()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    platform.failure = null;
    await pass(5_000);
    expect(said).toHaveLength(1);
  });

  describe('[VID-40] the jobs are those that the engine tells of', () => {
    const docOf = (permitId: string, gone = false): DocEffect => ({
      t: 'doc',
      doc: 'permit',
      key: permitId,
      companyCodes: [],
      gone,
      value: permitOf({ permitId }),
    });
    const live = (alarmsSeq: number, items: EffectsAt[]) => {
      const told = { head: 'e1', picture: null as Uint8Array | null, firstSeq: 1, pictures: 0 };
      const permits = new FollowedDocs(
        {
          laneHead: async () => ({ epoch: told.head, firstSeq: told.firstSeq, seq: items.at(-1)?.seq ?? alarmsSeq }),
          picture: async () => {
            told.pictures += 1;
            return told.picture;
          },
          read: async (nextSeq) => {
            if (nextSeq < told.firstSeq) throw new AppError('LOG_GAP', { detail: 'trimmed' });
            return { effects: items.filter(({ seq }) => seq >= nextSeq).slice(0, 1), frames: [] };
          },
        },
        'permit',
      );
      const ids = async (): Promise<string[]> => (await permits.all()).map(({ permitId }) => permitId);
      return { told, ids };
    };

    it('none before its first picture, then those of the picture and all that was told since', async () => {
      const items: EffectsAt[] = [];
      const { told, ids } = live(3, items);
      expect(await ids()).toEqual([]);
      told.picture = pack({ epoch: 'e1', alarmsSeq: 3, docs: [docOf('a'), docOf('gone', true)] });
      expect(await ids()).toEqual(['a']);
      items.push(
        { seq: 4, atMs: 1, effects: [docOf('b')] },
        { seq: 6, atMs: 2, effects: [docOf('a', true), docOf('c')] },
      );
      expect(await ids()).toEqual(['b', 'c']);
      expect(told.pictures).toBe(2);
    });

    it('behind a gap all begins anew from a picture', async () => {
      const { told, ids } = live(3, []);
      told.picture = pack({ epoch: 'e1', alarmsSeq: 3, docs: [docOf('a')] });
      expect(await ids()).toEqual(['a']);
      told.firstSeq = 9;
      told.picture = pack({ epoch: 'e1', alarmsSeq: 9, docs: [docOf('z')] });
      await ids();
      expect(await ids()).toEqual(['z']);
    });
  });
});
