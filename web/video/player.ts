/** A picture in a video element: HLS by hls.js, in a chunk of its own that loads with the first picture, else by the browser itself. */

export interface Player {
  /** When what is shown was taken, epoch ms; null: not known yet. */
  atMs(): number | null;
  /** Shows what was taken then, or the nearest there is. */
  seek(atMs: number): void;
  close(): void;
}

/** `onFailed`: there will be no more pictures of this address. Rejects when nothing here plays HLS. */
export async function play(
  video: HTMLVideoElement,
  url: string,
  isLive: boolean,
  onFailed: (why: string) => void,
): Promise<Player> {
  const { default: Hls } = await import('hls.js/light');
  if (!Hls.isSupported()) return playNatively(video, url, onFailed);
  const hls = new Hls({
    // Nine small pictures need no nine workers.
    enableWorker: false,
    liveSyncDurationCount: 2,
    maxBufferLength: 20,
    backBufferLength: isLive ? 10 : 60,
    manifestLoadPolicy: {
      default: {
        // A picture that has just been asked for takes some seconds to its first file.
        maxTimeToFirstByteMs: 20_000,
        maxLoadTimeMs: 25_000,
        timeoutRetry: { maxNumRetry: 1, retryDelayMs: 1_000, maxRetryDelayMs: 1_000 },
        errorRetry: { maxNumRetry: 1, retryDelayMs: 1_000, maxRetryDelayMs: 1_000 },
      },
    },
  });
  hls.on(Hls.Events.ERROR, (_event, { fatal, type, details }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else onFailed(details);
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  void start(video);
  return {
    atMs: () => hls.playingDate?.getTime() ?? null,
    seek(atMs) {
      const fragments = hls.levels[0]?.details?.fragments ?? [];
      const later = fragments.find(({ programDateTime, duration }) => (programDateTime ?? 0) + duration * 1_000 > atMs);
      const fragment = later ?? fragments.at(-1);
      if (fragment === undefined) return;
      const withinS = (atMs - (fragment.programDateTime ?? atMs)) / 1_000;
      video.currentTime = fragment.start + Math.min(Math.max(withinS, 0), fragment.duration);
    },
    close: () => hls.destroy(),
  };
}

/** Of the date at which a recording begins, where the browser knows it (Safari). */
interface DatedVideo extends HTMLVideoElement {
  getStartDate?(): Date;
}

function playNatively(video: DatedVideo, url: string, onFailed: (why: string) => void): Player {
  if (video.canPlayType('application/vnd.apple.mpegurl') === '') throw new Error('this browser plays no HLS');
  const failed = (): void => onFailed('native');
  video.addEventListener('error', failed);
  video.src = url;
  void start(video);
  const startMs = (): number => video.getStartDate?.().getTime() ?? Number.NaN;
  return {
    atMs: () => (Number.isNaN(startMs()) ? null : startMs() + video.currentTime * 1_000),
    seek(atMs) {
      if (!Number.isNaN(startMs())) video.currentTime = Math.max(0, (atMs - startMs()) / 1_000);
    },
    close() {
      video.removeEventListener('error', failed);
      video.removeAttribute('src');
      video.load();
    },
  };
}

/** Muted pictures begin by themselves; a browser that forbids even that shows its own button. */
const start = (video: HTMLVideoElement): Promise<void> => video.play().catch(() => undefined);
