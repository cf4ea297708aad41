/** One camera: its picture, or why there is none and where it can be had. */
import { createEffect, createResource, createSignal, Match, on, onCleanup, Show, Switch } from 'solid-js';
import type { VideoAddress } from '../../stream/protocol/permit-api.ts';
import { ApiError } from '../app/api.ts';
import { exactText } from '../app/time-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { say } from '../widgets/toasts.tsx';
import { type Player, play } from './player.ts';
import { coveredPercent } from './shown-cameras.ts';
import { videoClient } from './video-client.ts';

const AGAIN_AFTER_MS = 10_000;
const CLOCK_MS = 500;

const FAILURES: Readonly<Record<string, TextKey>> = {
  VIDEO_NO_ADDRESS: 'video.noAddress',
  VIDEO_UNAVAILABLE: 'video.unavailable',
  FFMPEG_MISSING: 'video.ffmpegMissing',
  NOT_FOUND: 'video.notFound',
};

export interface RecordedSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export function Picture(props: {
  code: string;
  /** null: live. */
  span: RecordedSpan | null;
  /** Asked for by the slider; a new object each time. */
  seek: { readonly atMs: number } | null;
  onTime: (atMs: number) => void;
  onAddress: (address: VideoAddress) => void;
  onEnlarge: () => void;
}) {
  const t = useTranslate();
  const [address, { refetch }] = createResource(
    () => ({ code: props.code, span: props.span }),
    ({ code, span }) => (span === null ? videoClient.live(code) : videoClient.recording(code, span.fromMs, span.toMs)),
  );
  const known = (): VideoAddress | undefined => (address.error === undefined ? address() : undefined);
  const [failure, setFailure] = createSignal<string | null>(null);
  const [atMs, setAtMs] = createSignal<number | null>(null);
  const why = (): TextKey | null => {
    const error: unknown = address.error;
    if (error !== undefined) return FAILURES[error instanceof ApiError ? error.code : ''] ?? 'video.failed';
    if (failure() !== null) return 'video.failed';
    const found = known();
    return found?.isPlayable === false && found.spans !== null && found.spans.length === 0 ? 'video.nothing' : null;
  };
  const percent = (): number | null => {
    const { span } = props;
    return span === null ? null : coveredPercent(known()?.spans ?? null, span.fromMs, span.toMs);
  };
  let video!: HTMLVideoElement;
  let player: Player | null = null;

  const again = (): void => {
    setFailure(null);
    void refetch();
  };
  // A picture that cannot be had now is asked for again by itself; what is wrong in the register is not.
  createEffect(
    on(why, (text) => {
      if (text !== 'video.unavailable' && text !== 'video.failed') return;
      const timer = setTimeout(again, AGAIN_AFTER_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  createEffect(() => {
    const found = known();
    if (found === undefined) return;
    props.onAddress(found);
    if (!found.isPlayable) return;
    let isOver = false;
    let own: Player | null = null;
    setFailure(null);
    play(video, found.url, found.spans === null, (reason) => {
      if (!isOver) setFailure(reason);
    }).then(
      (made) => {
        if (isOver) made.close();
        else own = player = made;
      },
      (error: unknown) => {
        if (!isOver) setFailure(String(error));
      },
    );
    onCleanup(() => {
      isOver = true;
      own?.close();
      if (player === own) player = null;
    });
  });
  createEffect(
    on(
      () => props.seek,
      (seek) => {
        if (seek !== null) player?.seek(seek.atMs);
      },
      { defer: true },
    ),
  );
  const clock = setInterval(() => {
    const now = player?.atMs() ?? null;
    setAtMs(now);
    if (now !== null) props.onTime(now);
  }, CLOCK_MS);
  onCleanup(() => clearInterval(clock));

  return (
    <figure class="video-picture" data-camera={props.code}>
      <video ref={video} muted playsinline autoplay onDblClick={() => props.onEnlarge()} />
      <Switch>
        <Match when={address.loading}>
          <p class="video-words">{t('video.asking')}</p>
        </Match>
        <Match when={why()}>
          {(text) => (
            <div class="video-words" role="status">
              <p>{t(text())}</p>
              <button type="button" class="button small" onClick={again}>
                {t('retry')}
              </button>
            </div>
          )}
        </Match>
        <Match when={known()?.isPlayable === false && known()}>
          {(found) => <Elsewhere address={found() as VideoAddress} />}
        </Match>
      </Switch>
      <figcaption>
        <b>{known()?.cameraName ?? props.code}</b>
        <Show when={atMs()}>{(now) => <time>{exactText(now())}</time>}</Show>
        <Show when={percent() !== null}>
          <span class="video-share" classList={{ gap: (percent() ?? 100) < 100 }} title={t('video.shareDetail')}>
            {t('video.share', { n: percent() ?? 0 })}
          </span>
        </Show>
      </figcaption>
    </figure>
  );
}

/** This page cannot show it; another program can. */
function Elsewhere(props: { address: VideoAddress }) {
  const t = useTranslate();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.address.url);
      say(t('video.copied'));
    } catch {
      say(t('video.notCopied'));
    }
  };
  return (
    <div class="video-words">
      <p>{t('video.elsewhere', { protocol: props.address.protocol.toUpperCase() })}</p>
      <input
        type="text"
        readonly
        aria-label={t('video.address')}
        value={props.address.url}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="button small" onClick={() => void copy()}>
        {t('video.copy')}
      </button>
    </div>
  );
}
