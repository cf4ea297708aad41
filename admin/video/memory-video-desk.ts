/** A desk of pictures on twins, which a test fills. */
import { AppError } from '../../core/errors.ts';
import type { LocalPictures } from './local-video.ts';
import { MemoryCameras, MemoryPermitLinks } from './memory-cameras.ts';
import { MemoryVideo } from './memory-video.ts';
import { VideoDesk, type VideoDeskOptions } from './video-desk.ts';

/** Files by `camera/name`. */
export class MemoryPictures implements LocalPictures {
  readonly files = new Map<string, Buffer>();

  async livePlaylist(code: string): Promise<string> {
    const text = this.files.get(`${code}/live.m3u8`)?.toString('utf8');
    if (text === undefined) throw new AppError('VIDEO_UNAVAILABLE', { detail: code });
    return text;
  }
  async recordingPlaylist(code: string): Promise<string | null> {
    return this.files.get(`${code}/recording.m3u8`)?.toString('utf8') ?? null;
  }
  async segment(code: string, name: string): Promise<Buffer | null> {
    return name.endsWith('.ts') ? (this.files.get(`${code}/${name}`) ?? null) : null;
  }
}

export class MemoryVideoParts {
  readonly cameras = new MemoryCameras();
  readonly permits = new MemoryPermitLinks();
  readonly platform = new MemoryVideo();
  readonly pictures = new MemoryPictures();
  readonly desk: VideoDesk;

  constructor(parts: Pick<VideoDeskOptions, 'settings' | 'sealer' | 'clock'>) {
    const { cameras, permits, platform, pictures } = this;
    this.desk = new VideoDesk({ cameras, permits, platform, pictures, ...parts });
  }
}
