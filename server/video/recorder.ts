/**
 * Makes the pictures of admin/video/local-video.ts: one ffmpeg for each camera that is wanted, at most so many at once, those that
 * are to be recorded first. Invariant: no ffmpeg outlives this process (the kernel ends it, Linux) nor the last want by more than a
 * look. Run by the role `video` under its lease, so that no two write into one folder.
 */

import { type ChildProcess, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { type LocalFiles, SEGMENT_MS, segmentPattern } from '../../admin/video/local-files.ts';
import { RECORDER_FILE, type RecorderState } from '../../admin/video/local-video.ts';
import type { VideoWants } from '../../admin/video/video-wants.ts';
import { type Clock, isOver } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { PARK_OFFSET_MS } from '../../core/park-time.ts';
import { pause } from '../../core/pause.ts';
import { endProcess, followChild, spawnServer } from '../services/process.ts';

export interface RecorderOptions {
  readonly files: LocalFiles;
  readonly wants: VideoWants;
  /** Burnt into the picture; null: no such camera, and nothing is made. */
  readonly nameOf: (code: string) => Promise<string | null>;
  /** Program, a name on the PATH or a full path. */
  readonly ffmpeg: string;
  /** At once. */
  readonly limit: number;
  readonly keptMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 1_000;
const TELL_EVERY_MS = 5_000;
const PRUNE_EVERY_MS = 60_000;
/** ffmpeg that is not there, or that ended by itself, is tried again after this. */
const AGAIN_AFTER_MS = 10_000;
const FRAMES_PER_S = 5;
const NAME_FILE = 'name.txt';
/** Its last words, of one line each. */
const LAST_WORDS = 500;
/** What comes in has the processor first. */
const LOW_PRIORITY = 10;

interface Running {
  readonly child: ChildProcess;
  readonly hasEnded: () => boolean;
  words: string;
}

export class Recorder {
  readonly #o: RecorderOptions;
  readonly #running = new Map<string, Running>();
  /** Camera -> when it was last begun. */
  readonly #begunAtMs = new Map<string, number>();
  #problem: RecorderState['problem'] = null;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: RecorderOptions) {
    this.#o = options;
  }

  /** Cameras of which pictures are being made. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Until the signal aborts; then every ffmpeg has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { files, logger } = this.#o;
    mkdirSync(files.folder, { recursive: true });
    try {
      while (!signal.aborted) {
        await this.#look().catch((error: unknown) => logger.warn('recorder-waits', { error }));
        await pause(LOOK_EVERY_MS, signal);
      }
    } finally {
      await Promise.all([...this.#running.keys()].map((code) => this.#end(code)));
      await rm(join(files.folder, RECORDER_FILE), { force: true });
    }
  }

  async #look(): Promise<void> {
    const { wants, clock, files, limit, keptMs, logger } = this.#o;
    const nowMs = clock.nowMs();
    this.#check(nowMs);
    this.#tell(nowMs);
    for (const [code, { hasEnded, words }] of this.#running) {
      if (!hasEnded()) continue;
      this.#running.delete(code);
      logger.warn('ffmpeg-ended', { camera: code, words });
    }
    const wanted = this.#problem === null ? await wants.wanted(nowMs) : [];
    const chosen = this.#choose(wanted).slice(0, limit);
    for (const code of this.#running.keys()) if (!chosen.includes(code)) await this.#end(code);
    for (const code of chosen) if (!this.#running.has(code)) await this.#begin(code, clock.nowMs());
    if (isOver(this.#prunedAtMs, PRUNE_EVERY_MS, nowMs)) {
      this.#prunedAtMs = nowMs;
      await files.prune(nowMs - keptMs);
    }
  }

  /** Recordings first; of those who look, whoever has a picture keeps it. */
  #choose(wanted: Awaited<ReturnType<VideoWants['wanted']>>): string[] {
    const rank = ({ code, reason }: (typeof wanted)[number]): number =>
      reason === 'record' ? 0 : this.#running.has(code) ? 1 : 2;
    return wanted.toSorted((a, b) => rank(a) - rank(b)).map(({ code }) => code);
  }

  #check(nowMs: number): void {
    const isDue = this.#problem !== null && isOver(this.#checkedAtMs, AGAIN_AFTER_MS, nowMs);
    if (Number.isFinite(this.#checkedAtMs) && !isDue) return;
    this.#checkedAtMs = nowMs;
    const answers = spawnSync(this.#o.ffmpeg, ['-version'], { stdio: 'ignore' }).status === 0;
    const problem = answers ? null : 'FFMPEG_MISSING';
    if (problem !== null && this.#problem === null) this.#o.logger.warn('ffmpeg-missing', { program: this.#o.ffmpeg });
    if (problem !== this.#problem) this.#toldAtMs = Number.NEGATIVE_INFINITY;
    this.#problem = problem;
  }

  #tell(nowMs: number): void {
    if (!isOver(this.#toldAtMs, TELL_EVERY_MS, nowMs)) return;
    this.#toldAtMs = nowMs;
    const state: RecorderState = { atMs: nowMs, problem: this.#problem };
    const path = join(this.#o.files.folder, RECORDER_FILE);
    writeFileSync(`${path}.new`, JSON.stringify(state));
    renameSync(`${path}.new`, path);
  }

  async #begin(code: string, nowMs: number): Promise<void> {
    if (!isOver(this.#begunAtMs.get(code) ?? Number.NEGATIVE_INFINITY, AGAIN_AFTER_MS, nowMs)) return;
    const { files, ffmpeg, logger } = this.#o;
    const name = await this.#o.nameOf(code);
    if (name === null) return;
    this.#begunAtMs.set(code, nowMs);
    const folder = files.folderOf(code);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, NAME_FILE), `演示画面 ${name}`);
    const child = spawnServer(ffmpeg, argumentsFor(nowMs), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      signalOnParentDeath: 'SIGKILL',
    });
    const running: Running = { child, hasEnded: followChild(child).hasEnded, words: '' };
    child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      running.words = `${running.words}${words}`.slice(-LAST_WORDS);
    });
    this.#running.set(code, running);
    lowerPriority(child);
    logger.info('pictures-begin', { camera: code, pid: child.pid });
  }

  async #end(code: string): Promise<void> {
    const running = this.#running.get(code);
    if (running === undefined) return;
    const steps = [
      { signal: 'SIGTERM', waitMs: 2_000 },
      { signal: 'SIGKILL', waitMs: 2_000 },
    ] as const;
    if (running.child.pid !== undefined) await endProcess(running.child.pid, steps, running.hasEnded);
    this.#running.delete(code);
    // Wanted again, it begins at once.
    this.#begunAtMs.delete(code);
    this.#o.logger.info('pictures-end', { camera: code });
  }
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, Math.min(LOW_PRIORITY, constants.priority.PRIORITY_LOW));
  } catch {
    // Where the system does not allow it, it runs like the rest.
  }
}

/** Run in the camera's folder. The name comes from a file, so that nothing in it is taken for a filter. */
function argumentsFor(runMs: number): string[] {
  const text = (what: string, at: string): string =>
    `drawtext=font='Noto Sans CJK SC':${what}:fontsize=26:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=6:${at}`;
  const clock = `text='%{pts\\:gmtime\\:${Math.floor((runMs + PARK_OFFSET_MS) / 1000)}}'`;
  const picture = [
    `testsrc=size=640x360:rate=${FRAMES_PER_S}`,
    'hue=s=0.25',
    text(`textfile=${NAME_FILE}:expansion=none`, 'x=16:y=16'),
    text(clock, 'x=16:y=h-48'),
  ].join(',');
  const keyframes = String((FRAMES_PER_S * SEGMENT_MS) / 1000);
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-re', '-f', 'lavfi', '-i', picture, '-an'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-crf', '34'],
    ...['-g', keyframes, '-keyint_min', keyframes, '-sc_threshold', '0', '-threads', '1'],
    // Its own playlist is not used: the names of the files say all there is to know.
    ...['-f', 'hls', '-hls_time', String(SEGMENT_MS / 1000), '-hls_list_size', '2', '-hls_flags', 'temp_file'],
    ...['-hls_segment_filename', segmentPattern(runMs), 'run.m3u8'],
  ];
}
