/**
 * Video platforms of the companies and of the park, by address alone: a camera's own template of the register of cameras, or the
 * park's. Only what lies on a host of the park's own templates is asked for or played: companies write theirs, and an address that
 * they write is handed on, never opened by the server nor by the page.
 */
import { AppError } from '../../core/errors.ts';
import type { CascadeView, VideoAddress } from '../../stream/protocol/permit-api.ts';
import { filledIn, originOf, protocolOf } from './address.ts';
import type { VideoCamera, VideoPlatform, VideoState } from './video-platform.ts';

export type Templates = Pick<CascadeView, 'template' | 'recordingTemplate'>;

export interface TemplateVideoOptions {
  readonly templates: () => Promise<Templates>;
  /** How long a playlist may take, ms. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 3_000;
const PLAYLIST_BEGINS = '#EXTM3U';

/** Hosts that the park itself named. */
export const cascadeOrigins = ({ template, recordingTemplate }: Templates): string[] => [
  ...new Set([template, recordingTemplate].flatMap((one) => originOf(one) ?? [])),
];

export class TemplateVideo implements VideoPlatform {
  readonly #o: TemplateVideoOptions;

  constructor(options: TemplateVideoOptions) {
    this.#o = options;
  }

  async live(camera: VideoCamera): Promise<VideoAddress> {
    const templates = await this.#o.templates();
    return addressOf(camera, camera.streamUrl ?? templates.template, {}, templates);
  }

  async recording(camera: VideoCamera, fromMs: number, toMs: number): Promise<VideoAddress> {
    const templates = await this.#o.templates();
    return addressOf(camera, templates.recordingTemplate, { from: fromMs, to: toMs }, templates);
  }

  async state(camera: VideoCamera): Promise<VideoState | null> {
    const { url, isPlayable } = await this.live(camera);
    if (!isPlayable) return null;
    return { online: await this.#hasPlaylist(url), recordedToMs: null };
  }

  async record(): Promise<void> {
    // It records by itself (AQ 3064.2: thirty days).
  }

  async #hasPlaylist(url: string): Promise<boolean> {
    const stop = AbortSignal.timeout(this.#o.timeoutMs ?? TIMEOUT_MS);
    try {
      const answer = await fetch(url, { redirect: 'error', signal: stop });
      const reader = answer.body?.getReader();
      let begun = '';
      while (reader !== undefined && begun.length < PLAYLIST_BEGINS.length) {
        const { done, value } = await reader.read();
        if (done) break;
        begun += Buffer.from(value).toString('latin1');
      }
      await reader?.cancel();
      return answer.ok && begun.startsWith(PLAYLIST_BEGINS);
    } catch {
      return false;
    }
  }
}

function addressOf(
  { code, name }: VideoCamera,
  template: string,
  span: { readonly from?: number; readonly to?: number },
  templates: Templates,
): VideoAddress {
  if (template === '') throw new AppError('VIDEO_NO_ADDRESS', { detail: code });
  const url = filledIn(template, { code, ...span });
  const protocol = protocolOf(url);
  const origin = originOf(url);
  const isPlayable = protocol === 'hls' && origin !== null && cascadeOrigins(templates).includes(origin);
  return { cameraCode: code, cameraName: name, protocol, url, isPlayable, spans: null };
}
