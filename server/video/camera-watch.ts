/**
 * Looks at the cameras of jobs under way: what their platform says of each comes into the log, where the rules hear of it, and
 * special-grade hot work and hot work at a major hazard source are recorded from beginning to end (GB 30871 5.2.11, A2.20). Run by the
 * role `video`.
 */
import type { CameraBook, CameraRow } from '../../admin/video/cameras.ts';
import type { VideoPlatform, VideoState } from '../../admin/video/video-platform.ts';
import { type Clock, isOver } from '../../core/clock.ts';
import { AppError, type ErrorCode } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { pause } from '../../core/pause.ts';
import type { CameraState, PermitView } from '../../stream/protocol/permits.ts';
import { isRecordedThroughout, isUnderWay } from './live-permits.ts';

export interface CameraWatchOptions {
  readonly permits: () => Promise<readonly PermitView[]>;
  readonly cameras: CameraBook;
  readonly platform: VideoPlatform;
  readonly append: (states: readonly CameraState[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 5_000;
/** What did not change is said again. */
const SAY_EVERY_MS = 600_000;
/** A recording further back than this has stopped. */
const BEHIND_MS = 15_000;
const SAY_BEHIND_EVERY_MS = 15_000;
/** Until the first picture of a recording that was just asked for. */
const BEGINS_WITHIN_MS = 20_000;
/** So much longer than a look that none is missed. */
const RECORD_AHEAD_MS = 60_000;

const OF_THE_PLATFORM: readonly ErrorCode[] = ['VIDEO_UNAVAILABLE', 'FFMPEG_MISSING'];

interface Watched {
  readonly camera: CameraRow;
  readonly isRecorded: boolean;
}

export class CameraWatch {
  readonly #o: CameraWatchOptions;
  readonly #said = new Map<string, CameraState>();
  /** Camera -> since when it is to be recorded. */
  readonly #recordedSinceMs = new Map<string, number>();

  constructor(options: CameraWatchOptions) {
    this.#o = options;
  }

  /** Until the signal aborts. What cannot be asked now is asked at the next look. Rejects when its term is over. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        if (error instanceof AppError && error.code === 'TERM_LOST') throw error;
        this.#o.logger.warn('camera-watch-waits', { error });
      }
      await pause(LOOK_EVERY_MS, signal);
    }
  }

  async look(): Promise<void> {
    const watched = await this.#watched();
    const nowMs = this.#o.clock.nowMs();
    for (const known of [...this.#said.keys()]) if (!watched.has(known)) this.#said.delete(known);
    for (const known of [...this.#recordedSinceMs.keys()]) {
      if (watched.get(known)?.isRecorded !== true) this.#recordedSinceMs.delete(known);
    }
    const states = await Promise.all([...watched.values()].map((one) => this.#stateOf(one, nowMs)));
    const news = states.flatMap((state) => (state !== null && this.#isNews(state) ? [state] : []));
    if (news.length === 0) return;
    await this.#o.append(news);
    for (const state of news) this.#said.set(keyOf(state), state);
  }

  /** Of all jobs under way, each once; to be recorded when one of them asks for it. */
  async #watched(): Promise<Map<string, Watched>> {
    const watched = new Map<string, Watched>();
    const nowMs = this.#o.clock.nowMs();
    for (const permit of (await this.#o.permits()).filter(isUnderWay)) {
      const isRecorded = isRecordedThroughout(permit, nowMs);
      for (const camera of await this.#camerasOf(permit, isRecorded)) {
        const key = keyOf({ companyCode: camera.companyCode, cameraCode: camera.code });
        watched.set(key, { camera, isRecorded: isRecorded || watched.get(key)?.isRecorded === true });
      }
    }
    return watched;
  }

  /** Linked ones; to hot work at a hazard source without any, those that watch the hazard source. */
  async #camerasOf(
    { companyCode, cameraCodes, hazardSourceCode }: PermitView,
    isRecorded: boolean,
  ): Promise<CameraRow[]> {
    const { cameras } = this.#o;
    if (cameraCodes.length > 0) {
      const found = await cameras.byCodes(cameraCodes);
      return cameraCodes.flatMap((code) => {
        const rows = found.filter((row) => row.code === code);
        return rows.find((row) => row.companyCode === companyCode) ?? rows[0] ?? [];
      });
    }
    if (!isRecorded || hazardSourceCode === null) return [];
    return (await cameras.ofHazardSource(companyCode, hazardSourceCode)) ?? [];
  }

  async #stateOf({ camera, isRecorded }: Watched, nowMs: number): Promise<CameraState | null> {
    const { platform, logger } = this.#o;
    const { companyCode, code: cameraCode } = camera;
    const key = keyOf({ companyCode, cameraCode });
    if (isRecorded && !this.#recordedSinceMs.has(key)) this.#recordedSinceMs.set(key, nowMs);
    let state: VideoState | null;
    try {
      if (isRecorded) await platform.record(camera, nowMs + RECORD_AHEAD_MS);
      state = await platform.state(camera);
    } catch (error) {
      // Without an address nothing is known of it; with one that does not answer it is not to be had. What else fails is ours,
      // and says nothing of the camera.
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'VIDEO_NO_ADDRESS') return null;
      if (!OF_THE_PLATFORM.includes(error.code)) throw error;
      logger.debug('camera-unavailable', { camera: cameraCode, error });
      state = { online: false, recordedToMs: null };
    }
    if (state === null) return null;
    const recordedToMs = isRecorded ? this.#recordedTo(key, state.recordedToMs, nowMs) : null;
    return { companyCode, cameraCode, online: state.online, recordedToMs, atMs: nowMs };
  }

  /** A recording that has only been asked for is no broken one. */
  #recordedTo(key: string, recordedToMs: number | null, nowMs: number): number | null {
    const isBeginning = !isOver(this.#recordedSinceMs.get(key) ?? nowMs, BEGINS_WITHIN_MS, nowMs);
    return recordedToMs !== null && nowMs - recordedToMs > BEHIND_MS && isBeginning ? null : recordedToMs;
  }

  #isNews(state: CameraState): boolean {
    const said = this.#said.get(keyOf(state));
    if (said === undefined || said.online !== state.online) return true;
    if ((said.recordedToMs === null) !== (state.recordedToMs === null)) return true;
    if (isBehind(said) !== isBehind(state)) return true;
    return isOver(said.atMs, isBehind(state) ? SAY_BEHIND_EVERY_MS : SAY_EVERY_MS, state.atMs);
  }
}

const keyOf = ({ companyCode, cameraCode }: Pick<CameraState, 'companyCode' | 'cameraCode'>): string =>
  `${companyCode}/${cameraCode}`;

const isBehind = ({ recordedToMs, atMs }: CameraState): boolean =>
  recordedToMs !== null && atMs - recordedToMs > BEHIND_MS;
