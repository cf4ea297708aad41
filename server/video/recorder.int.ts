/** Pictures made by the real ffmpeg, asked for through the same Redis as a park's. Skipped, visibly, where ffmpeg cannot be had. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { LocalFiles, segmentOf } from '../../admin/video/local-files.ts';
import { LocalVideo } from '../../admin/video/local-video.ts';
import type { VideoCamera } from '../../admin/video/video-platform.ts';
import { MemoryVideoWants, RedisVideoWants, type VideoWants } from '../../admin/video/video-wants.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLogger } from '../../core/logger.ts';
import { keys } from '../../stream/keys.ts';
import { closeRedis, createRedis, type Redis, whenReady } from '../../stream/redis.ts';
import { processesIn } from '../services/process.ts';
import { Recorder, type RecorderOptions } from './recorder.ts';

const CODE = '31011600021320000001';
const SECOND = '31011600021320000002';
const HAS_FFMPEG = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
const SLOW_MS = 60_000;
const camera: VideoCamera = { code: CODE, name: '储罐区 3 号', streamUrl: null };

let redis: Redis;
const park = `test-${randomUUID()}`;
beforeAll(async () => {
  redis = createRedis(inject('redisUrl'), { name: 'recorder-test' });
  await whenReady(redis);
});
afterAll(() => closeRedis(redis));

describe.each([
  ['MemoryVideoWants', () => new MemoryVideoWants()],
  ['RedisVideoWants', () => new RedisVideoWants({ redis, park })],
] as const)('%s', (_name, create: () => VideoWants) => {
  afterEach(() => redis.del(keys.videoWants(park)));

  it('[VID-10] keeps the latest until, recordings first, each camera once, and forgets what is over', async () => {
    const wants = create();
    await wants.want('watch', SECOND, 500);
    await wants.want('watch', CODE, 1_000);
    await wants.want('watch', CODE, 300);
    await wants.want('record', SECOND, 800);
    expect(await wants.wanted(400)).toEqual([
      { code: SECOND, reason: 'record' },
      { code: CODE, reason: 'watch' },
    ]);
    expect(await wants.wanted(800)).toEqual([{ code: CODE, reason: 'watch' }]);
    expect(await wants.wanted(1_000)).toEqual([]);
  });
});

describe('a recorder', () => {
  let files: LocalFiles;
  let wants: MemoryVideoWants;
  let local: LocalVideo;
  let stop: AbortController;
  let running: Promise<void>;
  beforeEach(() => {
    files = new LocalFiles(mkdtempSync(join(tmpdir(), 'park-recorder-')));
    wants = new MemoryVideoWants();
    local = new LocalVideo({ files, wants, clock: systemClock });
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    rmSync(files.folder, { recursive: true });
  });

  const begin = (more: Partial<RecorderOptions> = {}): Recorder => {
    const nameOf = async (code: string): Promise<string | null> => (code.startsWith('3101') ? camera.name : null);
    const options = { files, wants, nameOf, ffmpeg: 'ffmpeg', limit: 2, keptMs: 3_600_000 };
    const recorder = new Recorder({ ...options, clock: systemClock, logger: silentLogger, ...more });
    running = recorder.run(stop.signal);
    return recorder;
  };
  const isReady = async (): Promise<boolean> => (await local.state(camera)).online;
  const ffmpegs = (): number[] => processesIn(files.folderOf(CODE), 'ffmpeg');

  it('[VID-13] without ffmpeg says so, and runs on', async () => {
    begin({ ffmpeg: join(files.folder, 'no-such-program') });
    await vi.waitFor(() => expect(local.live(camera)).rejects.toMatchObject({ code: 'FFMPEG_MISSING' }), SLOW_MS);
    expect(await isReady()).toBe(false);
  });

  it('[VID-16] a program that ends by itself leaves nothing behind, and the others are made', async () => {
    const script = join(files.folder, 'ends-at-once');
    writeFileSync(script, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const recorder = begin({ ffmpeg: script });
    await vi.waitFor(async () => expect(await isReady()).toBe(true), SLOW_MS);
    await local.live(camera);
    await vi.waitFor(() => expect(readdirSync(files.folderOf(CODE))).toContain('name.txt'), SLOW_MS);
    await vi.waitFor(() => expect(recorder.running).toEqual([]), SLOW_MS);
  });

  it('[VID-10] no more at once than may be, recordings first, and a camera that nobody knows is none', async () => {
    const script = join(files.folder, 'stays');
    writeFileSync(script, '#!/bin/sh\n[ "$1" = -version ] && exit 0\nexec sleep 60\n', { mode: 0o755 });
    const recorder = begin({ ffmpeg: script, limit: 1 });
    await wants.want('watch', '99011600021320000001', Date.now() + SLOW_MS);
    await wants.want('watch', CODE, Date.now() + SLOW_MS);
    await vi.waitFor(async () => expect(await isReady()).toBe(true), SLOW_MS);
    await wants.want('record', SECOND, Date.now() + SLOW_MS);
    await vi.waitFor(() => expect(recorder.running).toEqual([SECOND]), SLOW_MS);
  });

  describe.skipIf(!HAS_FFMPEG)('with ffmpeg', () => {
    it(
      '[VID-10][VID-11] a live playlist appears where somebody looks, a span lists its files, and the end ends it',
      async () => {
        begin();
        await vi.waitFor(async () => expect(await isReady()).toBe(true), SLOW_MS);
        const fromMs = Date.now() - 1_000;
        expect(await local.live(camera)).toMatchObject({ protocol: 'hls', isPlayable: true });
        await vi.waitFor(async () => expect(await local.livePlaylist(CODE)).toContain('#EXTINF'), SLOW_MS);
        expect(ffmpegs()).toHaveLength(1);
        expect(readFileSync(join(files.folderOf(CODE), 'name.txt'), 'utf8')).toContain(camera.name);
        const text = await local.livePlaylist(CODE);
        const name = text.split('\n').find((line) => segmentOf(line) !== null) ?? '';
        const bytes = await local.segment(CODE, name);
        // Every packet of a transport stream begins so.
        expect([bytes?.[0], bytes?.[188]]).toEqual([0x47, 0x47]);
        await vi.waitFor(async () => {
          const { spans } = await local.recording(camera, fromMs, Date.now());
          expect(spans?.length).toBe(1);
          expect((spans?.[0]?.toMs ?? 0) - (spans?.[0]?.fromMs ?? 0)).toBeGreaterThanOrEqual(4_000);
        }, SLOW_MS);
        expect(await local.recordingPlaylist(CODE, fromMs, Date.now())).toContain('#EXT-X-ENDLIST');
        stop.abort();
        await running;
        expect(ffmpegs()).toEqual([]);
      },
      2 * SLOW_MS,
    );
  });
});
