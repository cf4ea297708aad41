/**
 * Pictures that this machine makes itself, for demonstrations: a moving test picture with the camera's name and a burnt-in clock, as
 * HLS (RFC 8216). The role `video` makes them where they are wanted (server/video/recorder.ts); here they are asked for and read. Both
 * share a folder, so they run on one machine.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { pause } from '../../core/pause.ts';
import type { VideoAddress } from '../../stream/protocol/permit-api.ts';
import { type LocalFiles, livePlaylist, recordingPlaylist, SEGMENT_MS, spansOf } from './local-files.ts';
import type { VideoCamera, VideoPlatform, VideoState } from './video-platform.ts';
import type { VideoWants } from './video-wants.ts';

/** After the last look pictures go on for so long. */
export const WATCHED_MS = 60_000;
/** What is made now ended at most this long ago. */
const LIVE_WITHIN_MS = 6 * SEGMENT_MS;
/** A process takes a second or two to its first segment, on a busy machine more. */
const FIRST_SEGMENT_MS = 15_000;
const LOOK_EVERY_MS = 200;

/** What the recorder says of itself, in RECORDER_FILE, every few seconds. */
export interface RecorderState {
  readonly atMs: number;
  /** null: it makes pictures. */
  readonly problem: 'FFMPEG_MISSING' | null;
}
export const RECORDER_FILE = 'recorder.json';
const RECORDER_SILENT_MS = 20_000;

export interface LocalVideoOptions {
  readonly files: LocalFiles;
  readonly wants: VideoWants;
  readonly clock: Clock;
}

/** What is sent of it. */
export interface LocalPictures {
  /** Waits for the first segment. Throws VIDEO_UNAVAILABLE, FFMPEG_MISSING. */
  livePlaylist(code: string): Promise<string>;
  /** null: there is nothing of the span. */
  recordingPlaylist(code: string, fromMs: number, toMs: number): Promise<string | null>;
  /** null: there is none of this name. */
  segment(code: string, name: string): Promise<Buffer | null>;
}

/** Its address can lead nowhere (RFC 2606): a camera that is out of order, for demonstrations of that. */
const isOutOfOrder = ({ streamUrl }: VideoCamera): boolean =>
  streamUrl !== null && (URL.parse(streamUrl)?.hostname.toLowerCase().endsWith('.invalid') ?? false);

export const picturesPath = (code: string): string => `/api/video/${code}/pictures`;

export class LocalVideo implements VideoPlatform, LocalPictures {
  readonly #o: LocalVideoOptions;

  constructor(options: LocalVideoOptions) {
    this.#o = options;
  }

  async live(camera: VideoCamera): Promise<VideoAddress> {
    const { code, name } = camera;
    if (isOutOfOrder(camera)) throw new AppError('VIDEO_UNAVAILABLE', { detail: code });
    await this.#requireRecorder();
    await this.#watch(code);
    const url = `${picturesPath(code)}/live.m3u8`;
    return { cameraCode: code, cameraName: name, protocol: 'hls', url, isPlayable: true, spans: null };
  }

  async recording({ code, name }: VideoCamera, fromMs: number, toMs: number): Promise<VideoAddress> {
    const spans = spansOf(await this.#o.files.segments(code), fromMs, toMs);
    const url = `${picturesPath(code)}/recording.m3u8?fromMs=${fromMs}&toMs=${toMs}`;
    return { cameraCode: code, cameraName: name, protocol: 'hls', url, isPlayable: spans.length > 0, spans };
  }

  async state(camera: VideoCamera): Promise<VideoState> {
    const { code } = camera;
    if (isOutOfOrder(camera)) return { online: false, recordedToMs: 0 };
    const newest = (await this.#o.files.segments(code)).at(-1);
    return { online: (await this.#problem()) === null, recordedToMs: newest?.toMs ?? 0 };
  }

  async record(camera: VideoCamera, untilMs: number): Promise<void> {
    if (isOutOfOrder(camera)) return;
    const { code } = camera;
    await this.#o.wants.want('record', code, untilMs);
  }

  async livePlaylist(code: string): Promise<string> {
    const { files, clock } = this.#o;
    await this.#requireRecorder();
    await this.#watch(code);
    const untilMs = performance.now() + FIRST_SEGMENT_MS;
    for (;;) {
      const text = livePlaylist(await files.segments(code), clock.nowMs() - LIVE_WITHIN_MS);
      if (text !== null) return text;
      if (performance.now() >= untilMs) throw new AppError('VIDEO_UNAVAILABLE', { detail: code });
      await pause(LOOK_EVERY_MS);
    }
  }

  async recordingPlaylist(code: string, fromMs: number, toMs: number): Promise<string | null> {
    return recordingPlaylist(await this.#o.files.segments(code), fromMs, toMs);
  }

  segment(code: string, name: string): Promise<Buffer | null> {
    return this.#o.files.read(code, name);
  }

  #watch(code: string): Promise<void> {
    const { wants, clock } = this.#o;
    return wants.want('watch', code, clock.nowMs() + WATCHED_MS);
  }

  async #requireRecorder(): Promise<void> {
    const problem = await this.#problem();
    if (problem !== null) throw new AppError(problem);
  }

  async #problem(): Promise<'FFMPEG_MISSING' | 'VIDEO_UNAVAILABLE' | null> {
    const { files, clock } = this.#o;
    try {
      const said = JSON.parse(await readFile(join(files.folder, RECORDER_FILE), 'utf8')) as RecorderState;
      return clock.nowMs() - said.atMs > RECORDER_SILENT_MS ? 'VIDEO_UNAVAILABLE' : said.problem;
    } catch {
      return 'VIDEO_UNAVAILABLE';
    }
  }
}
