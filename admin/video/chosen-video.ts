/** The platform that the park set (settings topic `video`): asked anew for each call, so a change holds at once. */

import type { CascadeValue } from '../../alarms/settings/video.ts';
import type { VideoAddress } from '../../stream/protocol/permit-api.ts';
import type { VideoCamera, VideoPlatform, VideoState } from './video-platform.ts';

export interface ChosenVideoOptions {
  readonly cascade: () => Promise<CascadeValue>;
  readonly template: VideoPlatform;
  readonly local: VideoPlatform;
}

export class ChosenVideo implements VideoPlatform {
  readonly #o: ChosenVideoOptions;

  constructor(options: ChosenVideoOptions) {
    this.#o = options;
  }

  async live(camera: VideoCamera): Promise<VideoAddress> {
    return (await this.#chosen()).live(camera);
  }
  async recording(camera: VideoCamera, fromMs: number, toMs: number): Promise<VideoAddress> {
    return (await this.#chosen()).recording(camera, fromMs, toMs);
  }
  async state(camera: VideoCamera): Promise<VideoState | null> {
    return (await this.#chosen()).state(camera);
  }
  async record(camera: VideoCamera, untilMs: number): Promise<void> {
    return (await this.#chosen()).record(camera, untilMs);
  }

  async #chosen(): Promise<VideoPlatform> {
    return this.#o[(await this.#o.cascade()).adapter];
  }
}
