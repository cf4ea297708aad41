/** Up to nine pictures beside the map: live, or the recording of a span with a slider by time; of somebody who walks the nearest. */
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js';
import type { VideoAddress } from '../../stream/protocol/permit-api.ts';
import { Icon } from '../app/marks.tsx';
import { exactText, minuteText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { createFollowed } from './follow-cameras.ts';
import { closeVideo, type VideoRequest } from './open-video.ts';
import { Picture, type RecordedSpan } from './picture.tsx';
import { COUNTS, type Count, countFor, PICTURES_MAX } from './shown-cameras.ts';

/** What is looked back on where no span was asked for. */
const LOOK_BACK_MS = 3_600_000;
/** Cameras that follow somebody, at first. */
const FOLLOWING: Count = 4;

export function VideoPanel(props: { request: VideoRequest }) {
  const t = useTranslate();
  const { request } = props;
  const isFollowing = request.follow !== undefined;
  const [count, setCount] = createSignal<Count>(isFollowing ? FOLLOWING : countFor(request.cameraCodes.length));
  const followed =
    request.follow === undefined
      ? null
      : createFollowed(request.follow, count, request.cameraCodes.slice(0, FOLLOWING));
  /** Shown first. */
  const [chosen, setChosen] = createSignal<string | null>(null);
  const codes = createMemo(() => {
    const all = (followed?.() ?? request.cameraCodes).slice(0, PICTURES_MAX);
    const first = all.filter((code) => code === chosen());
    return [...first, ...all.filter((code) => code !== chosen())].slice(0, count());
  });
  const spanNow = (): RecordedSpan => {
    const toMs = request.toMs ?? Date.now();
    return { fromMs: Math.min(request.fromMs ?? toMs - LOOK_BACK_MS, toMs - 1_000), toMs };
  };
  /** null: live. */
  const [span, setSpan] = createSignal<RecordedSpan | null>(request.fromMs === undefined ? null : spanNow());
  const [atMs, setAtMs] = createSignal(span()?.fromMs ?? 0);
  const [seek, setSeek] = createSignal<{ readonly atMs: number } | null>(null);
  /** Of the first picture: what the slider draws. */
  const [spans, setSpans] = createSignal<VideoAddress['spans']>(null);
  createEffect(on(span, (now) => setAtMs(now?.fromMs ?? 0)));

  return (
    <section
      class="video-panel"
      aria-label={t('video.title')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') closeVideo();
      }}
    >
      <header>
        <Icon name="camera" />
        <h2>{request.title}</h2>
        <div class="video-choice">
          <button type="button" class="button small" aria-pressed={span() === null} onClick={() => setSpan(null)}>
            {t('video.live')}
          </button>
          <button type="button" class="button small" aria-pressed={span() !== null} onClick={() => setSpan(spanNow())}>
            {t(request.fromMs === undefined ? 'video.lastHour' : 'video.recording')}
          </button>
        </div>
        <div class="video-choice">
          <For each={COUNTS}>
            {(one) => (
              <button
                type="button"
                class="button small"
                aria-pressed={count() === one}
                title={t('video.pictures', { n: one })}
                onClick={() => setCount(one)}
              >
                {one}
              </button>
            )}
          </For>
        </div>
        <button
          type="button"
          class="button icon-only"
          aria-label={t('video.close')}
          title={`${t('video.close')} (Esc)`}
          onClick={() => closeVideo()}
        >
          <Icon name="close" />
        </button>
      </header>
      <Show when={isFollowing}>
        <p class="hint">{t('video.following')}</p>
      </Show>
      <Show
        when={codes().length > 0}
        fallback={<p class="empty">{t(isFollowing ? 'video.noneNear' : 'video.none')}</p>}
      >
        <div class="video-grid" data-count={Math.min(count(), countFor(codes().length))}>
          <For each={codes()}>
            {(code, i) => (
              <Picture
                code={code}
                span={span()}
                seek={seek()}
                onTime={(now) => {
                  if (i() === 0 && span() !== null) setAtMs(now);
                }}
                onAddress={(address) => {
                  if (i() === 0) setSpans(address.spans);
                }}
                onEnlarge={() => {
                  setChosen(code);
                  setCount(count() === 1 ? countFor(request.cameraCodes.length) : 1);
                }}
              />
            )}
          </For>
        </div>
      </Show>
      <Show when={span()}>
        {(now) => (
          <div class="video-span">
            <time>{minuteText(now().fromMs)}</time>
            <div class="video-slider">
              <For each={spans() ?? []}>
                {(one) => (
                  <i style={{ left: `${shareOf(now(), one.fromMs)}%`, right: `${100 - shareOf(now(), one.toMs)}%` }} />
                )}
              </For>
              <input
                type="range"
                min={now().fromMs}
                max={now().toMs}
                step={1_000}
                value={atMs()}
                aria-label={t('video.moment')}
                aria-valuetext={exactText(atMs())}
                onInput={(event) => {
                  const wanted = Number(event.currentTarget.value);
                  setAtMs(wanted);
                  setSeek({ atMs: wanted });
                }}
              />
            </div>
            <time>{minuteText(now().toMs)}</time>
          </div>
        )}
      </Show>
    </section>
  );
}

const shareOf = ({ fromMs, toMs }: RecordedSpan, atMs: number): number =>
  (100 * Math.min(Math.max(atMs - fromMs, 0), toMs - fromMs)) / (toMs - fromMs);
