/** Twin of the video platforms: what it says of each camera is what a test put there. */
import { AppError } from '../../core/errors.ts';
import type { VideoAddress } from '../../stream/protocol/permit-api.ts';
import type { VideoCamera, VideoPlatform, VideoState } from './video-platform.ts';

export interface MemoryCamera {
  state: VideoState | null;
  spans: readonly { readonly fromMs: number; readonly toMs: number }[];
}

export class MemoryVideo implements VideoPlatform {
  readonly cameras = new Map<string, MemoryCamera>();
  /** Until when each is to be recorded. */
  readonly recordedUntil = new Map<string, number>();
  /** Thrown at each call. */
  failure: AppError | null = null;

  add(code: string, state: VideoState | null = { online: true, recordedToMs: null }): MemoryCamera {
    const camera: MemoryCamera = { state, spans: [] };
    this.cameras.set(code, camera);
    return camera;
  }

  async live({ code, name }: VideoCamera): Promise<VideoAddress> {
    this.#of(code);
    return {
      cameraCode: code,
      cameraName: name,
      protocol: 'hls',
      url: `/memory/${code}.m3u8`,
      isPlayable: true,
      spans: null,
    };
  }

  async recording({ code, name }: VideoCamera, fromMs: number, toMs: number): Promise<VideoAddress> {
    const spans = this.#of(code).spans.flatMap((span) => {
      const cut = { fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) };
      return cut.toMs > cut.fromMs ? [cut] : [];
    });
    const url = `/memory/${code}.m3u8?from=${fromMs}&to=${toMs}`;
    return { cameraCode: code, cameraName: name, protocol: 'hls', url, isPlayable: true, spans };
  }

  async state({ code }: VideoCamera): Promise<VideoState | null> {
    return this.#of(code).state;
  }

  async record({ code }: VideoCamera, untilMs: number): Promise<void> {
    this.#of(code);
    this.recordedUntil.set(code, Math.max(untilMs, this.recordedUntil.get(code) ?? 0));
  }

  #of(code: string): MemoryCamera {
    if (this.failure !== null) throw this.failure;
    const camera = this.cameras.get(code);
    if (camera === undefined) throw new AppError('VIDEO_NO_ADDRESS', { detail: code });
    return camera;
  }
}
