/**
 * Where pictures of cameras come from, as the park asks for them. Adapters: template-video.ts (addresses of the companies' video
 * platforms), local-video.ts (pictures made on this machine, for demonstrations), chosen-video.ts (whichever of the two the park
 * set); the twin is memory-video.ts. All run test/contract/video-platform.ts.
 */
import type { VideoAddress } from '../../stream/protocol/permit-api.ts';

/** What a platform has to know of a camera. */
export interface VideoCamera {
  /** Twenty digits of GB/T 28181. */
  readonly code: string;
  readonly name: string;
  /** Template of its own in the register of cameras; null: none. */
  readonly streamUrl: string | null;
}

export interface VideoState {
  readonly online: boolean;
  /** Newest instant of which there is a recording, 0: there is none; null: the platform does not say. */
  readonly recordedToMs: number | null;
}

/**
 * Every method throws AppError VIDEO_NO_ADDRESS (nothing says where the camera's pictures are), VIDEO_UNAVAILABLE (not now) or
 * FFMPEG_MISSING.
 */
export interface VideoPlatform {
  /** Calling it is a sign that somebody is about to look. */
  live(camera: VideoCamera): Promise<VideoAddress>;
  /** Of [fromMs, toMs). `spans`: what there is of it, in order, none touching the next; null: the platform does not say. */
  recording(camera: VideoCamera, fromMs: number, toMs: number): Promise<VideoAddress>;
  /** null: the platform does not say. */
  state(camera: VideoCamera): Promise<VideoState | null>;
  /** It is to be recorded until then, whoever looks. Platforms that record by themselves take no notice. */
  record(camera: VideoCamera, untilMs: number): Promise<void>;
}

type Span = NonNullable<VideoAddress['spans']>[number];

/** Share of [fromMs, toMs) that the spans cover, 0 to 1. */
export function coveredShare(spans: readonly Span[], fromMs: number, toMs: number): number {
  if (toMs <= fromMs) return 0;
  const coveredMs = spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs)),
    0,
  );
  return coveredMs / (toMs - fromMs);
}
