/**
 * The slider over the axis. Played back: it seeks. With tracks: it moves their marks. Live: where it is let go, playing back begins.
 */
import { createSignal, onCleanup, Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { PlayedSpan } from './playback-player.ts';
import { axisPercent } from './time-axis.ts';

const STEP_MS = 1_000;
/** While the slider is drawn: each seek may ask for a chunk. */
const SEEK_EVERY_MS = 150;

export function TimeSlider(props: { room: ControlRoomState; span: PlayedSpan }) {
  const t = useTranslate();
  const { playback, tracks } = props.room;
  /** Under the hand; null: it follows. */
  const [drawnMs, setDrawnMs] = createSignal<number | null>(null);
  let due: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(due));
  const atMs = (): number => {
    const { atMs: shownMs, waitingForMs } = playback.view();
    const own = playback.isShown() ? (waitingForMs ?? shownMs) : (tracks.scrubAtMs() ?? props.span.toMs);
    return drawnMs() ?? own;
  };
  const draw = (to: number): void => {
    setDrawnMs(to);
    if (playback.isShown()) {
      due ??= setTimeout(() => {
        due = undefined;
        const at = drawnMs();
        if (at !== null) playback.seek(at);
      }, SEEK_EVERY_MS);
    } else if (tracks.isOpen()) tracks.setScrubAtMs(to >= props.span.toMs - STEP_MS ? null : to);
  };
  const release = (to: number): void => {
    clearTimeout(due);
    due = undefined;
    setDrawnMs(null);
    if (playback.isShown()) playback.seek(to);
    else if (!tracks.isOpen() && to < props.span.toMs - STEP_MS) playback.begin({ ...props.span }, to);
  };
  return (
    <>
      <input
        type="range"
        class="scrub"
        aria-label={t('timeline.scrub')}
        aria-valuetext={exactText(atMs())}
        title={t('timeline.scrub')}
        min={props.span.fromMs}
        max={props.span.toMs}
        step={STEP_MS}
        value={atMs()}
        onInput={(event) => draw(Number(event.currentTarget.value))}
        onChange={(event) => release(Number(event.currentTarget.value))}
      />
      <Show when={drawnMs()}>
        {(at) => (
          <span class="drawn-at" style={{ left: `${axisPercent(props.span, at())}%` }}>
            {exactText(at()).slice(11)}
          </span>
        )}
      </Show>
    </>
  );
}
