/** Play, step and speed. */
import { For } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import type { PlaybackRoom } from './playback-room.ts';
import { SPEEDS } from './playback-speed.ts';

export function PlayerControls(props: { playback: PlaybackRoom }) {
  const t = useTranslate();
  const view = () => props.playback.view();
  const playText = () => t(view().isPlaying ? 'playback.pause' : 'playback.play');
  return (
    <div class="player">
      <button
        type="button"
        class="button icon-only"
        title={`${t('playback.stepBack')} (,)`}
        aria-label={t('playback.stepBack')}
        onClick={() => props.playback.step(-1)}
      >
        <Icon name="step-back" />
      </button>
      <button
        type="button"
        class="button icon-only play"
        title={`${playText()} (K)`}
        aria-label={playText()}
        onClick={() => props.playback.toggle()}
      >
        <Icon name={view().isPlaying ? 'pause' : 'play'} />
      </button>
      <button
        type="button"
        class="button icon-only"
        title={`${t('playback.stepOn')} (.)`}
        aria-label={t('playback.stepOn')}
        onClick={() => props.playback.step(1)}
      >
        <Icon name="step-on" />
      </button>
      <fieldset class="speeds" aria-label={t('playback.speed')}>
        <For each={SPEEDS}>
          {(speed) => (
            <button
              type="button"
              classList={{ on: view().speed === speed }}
              aria-pressed={view().speed === speed}
              title={`${t('playback.speed')} ([ ])`}
              onClick={() => props.playback.setSpeed(speed)}
            >
              {speed}×
            </button>
          )}
        </For>
      </fieldset>
    </div>
  );
}
