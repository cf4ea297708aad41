import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseVideo } from '../../alarms/settings/video.ts';
import { ManualClock } from '../../core/clock.ts';
import { createSealer } from '../../security/gm.ts';
import { describeVideoPlatform } from '../../test/contract/video-platform.ts';
import { filledIn, originOf, protocolOf } from './address.ts';
import { LocalFiles, livePlaylist, recordingPlaylist, SEGMENT_MS, segmentOf, spansOf } from './local-files.ts';
import { LocalVideo, RECORDER_FILE, WATCHED_MS } from './local-video.ts';
import { MemoryVideo } from './memory-video.ts';
import { TemplateVideo } from './template-video.ts';
import { coveredShare, type VideoCamera } from './video-platform.ts';
import { cameraOfTicket, issueTicket, TICKET_MS } from './video-tickets.ts';
import { MemoryVideoWants } from './video-wants.ts';

const CODE = '31011600021320000001';
const NOW_MS = Date.UTC(2026, 10, 21, 8, 30);
const cameraOf = (streamUrl: string | null, code = CODE): VideoCamera => ({ code, name: '储罐区', streamUrl });
const templates = (template = '', recordingTemplate = '') => ({ template, recordingTemplate });
const segment = (runMs: number, number: number) => segmentOf(`${runMs}-${String(number).padStart(6, '0')}.ts`);
const run = (runMs: number, count: number) =>
  Array.from({ length: count }, (_, i) => segment(runMs, i)).flatMap((one) => one ?? []);

describeVideoPlatform('MemoryVideo', async () => {
  const platform = new MemoryVideo();
  const camera = platform.add(CODE);
  camera.spans = [
    { fromMs: NOW_MS - 7_200_000, toMs: NOW_MS - 600_000 },
    { fromMs: NOW_MS, toMs: NOW_MS + 60_000 },
  ];
  return { platform, camera: cameraOf(null), unknown: cameraOf(null, '31011600021320000002'), close: async () => {} };
});

describeVideoPlatform('TemplateVideo', async () => ({
  platform: new TemplateVideo({
    templates: async () => templates('', 'https://video.example/{code}/{from}-{to}.m3u8'),
    timeoutMs: 100,
  }),
  camera: cameraOf('rtsp://video.example/{code}'),
  unknown: cameraOf(null),
  close: async () => {},
}));

describeVideoPlatform('LocalVideo', async () => {
  const local = await createLocal();
  local.write(run(Date.UTC(2026, 10, 21, 8), 3).map(({ name }) => name));
  return { platform: local.video, camera: cameraOf(null), unknown: null, close: async () => local.remove() };
});

async function createLocal() {
  const folder = mkdtempSync(join(tmpdir(), 'park-video-'));
  const files = new LocalFiles(folder);
  const clock = new ManualClock(NOW_MS);
  const wants = new MemoryVideoWants();
  mkdirSync(files.folderOf(CODE), { recursive: true });
  const say = (problem: string | null): void =>
    writeFileSync(join(folder, RECORDER_FILE), JSON.stringify({ atMs: clock.nowMs(), problem }));
  say(null);
  return {
    files,
    clock,
    wants,
    say,
    video: new LocalVideo({ files, wants, clock }),
    write: (names: readonly string[]): void => {
      for (const name of names) writeFileSync(join(files.folderOf(CODE), name), name);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

describe('addresses', () => {
  it('[VID-5] have the code and the span filled in, percent-encoded, and other braces left alone', () => {
    const filled = filledIn('https://v.example/{code}/{x}?a={from}&b={to}', { code: '1 2/3', from: 5, to: 6 });
    expect(filled).toBe('https://v.example/1%202%2F3/{x}?a=5&b=6');
  });

  it.each([
    ['rtsp://h/1', 'rtsp'],
    ['http://h/live/1.flv?x=1', 'http-flv'],
    ['https://h/a.M3U8?token=1', 'hls'],
    ['webrtc://h/live/1', 'webrtc'],
    ['https://h/rtc/whep/1', 'webrtc'],
    ['ws://h/1', 'other'],
  ])('[VID-1] %s is %s', (url, protocol) => {
    expect(protocolOf(url)).toBe(protocol);
  });

  it('[VID-1] only HLS on a host that the park named is for this page; the rest is handed on as it is', async () => {
    const video = new TemplateVideo({ templates: async () => templates('https://v.example:8443/{code}.m3u8') });
    const playable = async (streamUrl: string | null) => (await video.live(cameraOf(streamUrl))).isPlayable;
    expect(await playable(null)).toBe(true);
    expect(await playable('https://other.example/{code}.m3u8')).toBe(false);
    expect(await playable('https://v.example:8443@other.example/{code}.m3u8')).toBe(false);
    expect(await playable('https://v.example:8443/{code}.flv')).toBe(false);
    expect(await playable('rtsp://v.example:8443/{code}')).toBe(false);
    expect(originOf('https://user:secret@v.example/x')).toBeNull();
  });

  it('[VID-5] a camera’s own comes before the park’s, and a recording is the park’s alone', async () => {
    const video = new TemplateVideo({ templates: async () => templates('https://v.example/{code}.m3u8') });
    expect((await video.live(cameraOf('rtsp://own/{code}'))).url).toBe(`rtsp://own/${CODE}`);
    await expect(video.recording(cameraOf('rtsp://own/{code}'), 1, 2)).rejects.toMatchObject({
      code: 'VIDEO_NO_ADDRESS',
    });
  });

  it('[VID-22] of the cascade carry no name and password, and have what is filled in', () => {
    const wrong = (value: object): string | null => {
      const read = parseVideo({ adapter: 'template', ...value });
      return read.ok ? null : read.error;
    };
    expect(wrong({ template: 'https://v.example/{code}.m3u8' })).toBeNull();
    expect(wrong({ template: 'https://user:pass@v.example/{code}.m3u8' })).toContain('without name and password');
    expect(wrong({ template: 'file:///etc/passwd?{code}' })).toContain('address');
    expect(wrong({ template: 'https://v.example/all.m3u8' })).toContain('{code}');
    expect(wrong({ recordingTemplate: 'https://v.example/{code}.m3u8' })).toContain('{from}');
    expect(wrong({ platformCode: '12' })).toContain('twenty digits');
  });
});

describe('state of a platform by template', () => {
  let server: Server;
  let asked: string[];
  let answer: 'playlist' | 'page' | 'redirect' | 'nothing';
  beforeEach(async () => {
    asked = [];
    answer = 'playlist';
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (answer === 'nothing') return;
      if (answer === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end();
      else response.end(answer === 'playlist' ? '#EXTM3U\n' : '<html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('[VID-6] its playlist is asked for, follows nowhere, and what does not come in time is offline', async () => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const video = new TemplateVideo({ templates: async () => templates(`${base}/{code}.m3u8`), timeoutMs: 300 });
    const online = async (): Promise<boolean | undefined> => (await video.state(cameraOf(null)))?.online;
    expect(await online()).toBe(true);
    for (answer of ['page', 'redirect', 'nothing'] as const) expect(await online()).toBe(false);
    expect(asked).not.toContain('/elsewhere');
  });

  it('[VID-6] an address that a company wrote is asked for nothing', async () => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const video = new TemplateVideo({ templates: async () => templates('https://v.example/{code}.m3u8') });
    expect(await video.state(cameraOf(`${base}/{code}.m3u8`))).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('recorded spans', () => {
  const RUN = Date.UTC(2026, 10, 21, 8);

  it('[VID-11] are joined where one file follows the other, and cut to what was asked for', () => {
    const later = RUN + 60_000;
    const segments = [...run(RUN, 10), ...run(later, 5)];
    expect(spansOf(segments, RUN + 1_000, later + 3_000)).toEqual([
      { fromMs: RUN + 1_000, toMs: RUN + 10 * SEGMENT_MS },
      { fromMs: later, toMs: later + 3_000 },
    ]);
    expect(coveredShare(spansOf(segments, RUN, later), RUN, later)).toBeCloseTo(20 / 60);
  });

  it('[VID-11] of any files, a span covers no more than the files and no less', () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 8 })), { maxLength: 6 });
    fc.assert(
      fc.property(runs, fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 1, max: 200_000 }), (begun, at, ms) => {
        const segments = begun
          .flatMap(([second, count]) => run(RUN + second * 1_000, count))
          .sort((a, b) => a.fromMs - b.fromMs);
        const [fromMs, toMs] = [RUN + at, RUN + at + ms];
        const spans = spansOf(segments, fromMs, toMs);
        const isIn = (atMs: number): boolean => segments.some((one) => atMs >= one.fromMs && atMs < one.toMs);
        const inSpan = (atMs: number): boolean => spans.some((one) => atMs >= one.fromMs && atMs < one.toMs);
        for (let atMs = fromMs; atMs < toMs; atMs += 700) if (isIn(atMs)) expect(inSpan(atMs)).toBe(true);
        for (const span of spans) expect(isIn(span.fromMs) && span.toMs > span.fromMs).toBe(true);
      }),
    );
  });

  it('[VID-11] a recording is a whole playlist with times, and a mark where it was interrupted', () => {
    const text = recordingPlaylist([...run(RUN, 2), ...run(RUN + 60_000, 1)], RUN, RUN + 120_000) ?? '';
    expect(text.match(/\.ts$/gm)).toHaveLength(3);
    expect(text).toContain('#EXT-X-PROGRAM-DATE-TIME:2026-11-21T08:00:00.000Z');
    expect(text.match(/DISCONTINUITY/g)).toHaveLength(1);
    expect(text.trimEnd().endsWith('#EXT-X-ENDLIST')).toBe(true);
    expect(recordingPlaylist(run(RUN, 2), RUN + 60_000, RUN + 70_000)).toBeNull();
  });

  it('[VID-10] a live playlist is the end of the newest run, its numbers grow by one, and an old run is none', () => {
    const numberOf = (text: string | null): number => Number(/MEDIA-SEQUENCE:(\d+)/.exec(text ?? '')?.[1]);
    const segments = [...run(RUN - 60_000, 5), ...run(RUN, 20)];
    const text = livePlaylist(segments, RUN);
    expect(text?.match(/\.ts$/gm)).toHaveLength(6);
    expect(text).not.toContain('ENDLIST');
    expect(numberOf(livePlaylist([...segments, ...run(RUN, 21).slice(20)], RUN))).toBe(numberOf(text) + 1);
    expect(livePlaylist(segments, RUN + 3_600_000)).toBeNull();
  });
});

describe('pictures made here', () => {
  let local: Awaited<ReturnType<typeof createLocal>>;
  beforeEach(async () => {
    local = await createLocal();
  });
  afterEach(() => local.remove());

  it('[VID-10] asking for a live picture wants it for a minute, asking for a recording until its end', async () => {
    await local.video.live(cameraOf(null));
    expect(await local.wants.wanted(NOW_MS)).toEqual([{ code: CODE, reason: 'watch' }]);
    expect(await local.wants.wanted(NOW_MS + WATCHED_MS)).toEqual([]);
    await local.video.record(cameraOf(null), NOW_MS + 3_600_000);
    await local.video.live(cameraOf(null));
    expect(await local.wants.wanted(NOW_MS + WATCHED_MS)).toEqual([{ code: CODE, reason: 'record' }]);
  });

  it('[VID-17] a camera whose address can lead nowhere is out of order', async () => {
    const broken = cameraOf('rtsp://video.invalid/{code}');
    await expect(local.video.live(broken)).rejects.toMatchObject({ code: 'VIDEO_UNAVAILABLE' });
    await local.video.record(broken, NOW_MS + 3_600_000);
    expect(await local.wants.wanted(NOW_MS)).toEqual([]);
    expect(await local.video.state(broken)).toEqual({ online: false, recordedToMs: 0 });
    expect(await local.video.state(cameraOf('RTSP://Video.INVALID:554/1'))).toMatchObject({ online: false });
  });

  it.each([
    'rtsp://video.example/{code}',
    'rtsp://video.invalid.example/{code}',
    'rtsp://notinvalid/{code}',
    'rtsp://video.example/x.invalid/{code}',
    'rtsp://user.invalid:pw@video.example/{code}',
    'no address at all .invalid',
  ])('[VID-17] %s is none of those', async (streamUrl) => {
    const fine = cameraOf(streamUrl);
    expect(await local.video.state(fine)).toEqual({ online: true, recordedToMs: 0 });
    await local.video.record(fine, NOW_MS + 3_600_000);
    expect(await local.wants.wanted(NOW_MS)).toEqual([{ code: CODE, reason: 'record' }]);
  });

  it('[VID-13] without ffmpeg, or without whoever makes them, that is said and nothing is shown', async () => {
    local.say('FFMPEG_MISSING');
    await expect(local.video.live(cameraOf(null))).rejects.toMatchObject({ code: 'FFMPEG_MISSING' });
    expect(await local.video.state(cameraOf(null))).toEqual({ online: false, recordedToMs: 0 });
    local.say(null);
    expect(await local.video.state(cameraOf(null))).toEqual({ online: true, recordedToMs: 0 });
    local.clock.advance(60_000);
    await expect(local.video.live(cameraOf(null))).rejects.toMatchObject({ code: 'VIDEO_UNAVAILABLE' });
  });

  it('[VID-12] what is older than is kept goes, and nothing else', async () => {
    const old = run(NOW_MS - 7_200_000, 3).map(({ name }) => name);
    const fresh = run(NOW_MS - 60_000, 3).map(({ name }) => name);
    local.write([...old, ...fresh, 'name.txt']);
    await local.files.prune(NOW_MS - 3_600_000);
    expect((await local.files.segments(CODE)).map(({ name }) => name)).toEqual(fresh);
  });

  it.each([
    ['../../master.key'],
    ['..%2f..%2fmaster.key'],
    ['name.txt'],
    ['1795205000000-000001.ts/../../../master.key'],
    ['1795205000000-000001.ts\0'],
    ['/etc/passwd'],
  ])('[VID-14] no file is opened under the name %s', async (name) => {
    local.write(['name.txt']);
    writeFileSync(join(local.files.folder, 'master.key'), 'secret');
    expect(await local.video.segment(CODE, name)).toBeNull();
    expect(await local.video.segment('..', name)).toBeNull();
  });
});

describe('tickets', () => {
  const sealer = createSealer([Buffer.alloc(32, 3)]);

  it('[VID-15] name one camera, end, and cannot be made up', () => {
    const clock = new ManualClock(NOW_MS);
    const ticket = issueTicket(sealer, clock, CODE);
    expect(ticket).toMatch(/^[\w.-]+$/);
    expect(cameraOfTicket(sealer, clock, ticket)).toBe(CODE);
    expect(cameraOfTicket(createSealer([Buffer.alloc(32, 4)]), clock, ticket)).toBeNull();
    const changed = `${ticket.slice(0, 40)}${ticket[40] === 'A' ? 'B' : 'A'}${ticket.slice(41)}`;
    for (const made of ['', 'v1', changed, sealer.seal(`${CODE}:${NOW_MS * 2}`, 'another context')]) {
      expect(cameraOfTicket(sealer, clock, made)).toBeNull();
    }
    clock.advance(TICKET_MS);
    expect(cameraOfTicket(sealer, clock, ticket)).toBeNull();
  });
});
