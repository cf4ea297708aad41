/** Whose tracks are shown, and which line and number is whose. */
import { For, Match, Show, Switch } from 'solid-js';
import { personText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { minuteText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { strokesOf, TRACK_DASHES } from '../scene/track-marks.ts';

/** Of a sample that is two dashes long. */
const UNIT_PX = 1.5;

export function TrackList(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { tracks } = props.room;
  const spanText = (): string => {
    const span = tracks.span();
    return span === null ? '' : `${minuteText(span.fromMs)} – ${minuteText(span.toMs)}`;
  };
  return (
    <Show when={tracks.isOpen()}>
      <section class="past-card tracks" aria-label={t('tracks.title')}>
        <header>
          <h2>{t('tracks.title')}</h2>
          <small>{spanText()}</small>
          <button type="button" class="button small quiet" onClick={() => tracks.clear()}>
            {t('tracks.clear')}
          </button>
        </header>
        <ul>
          <For each={tracks.tracks()}>
            {(one) => (
              <li>
                <span class="track-number">{one.place + 1}</span>
                <svg class="track-line" viewBox="0 0 48 4" aria-hidden="true">
                  <path
                    d="M0 2h48"
                    stroke-dasharray={strokesOf(TRACK_DASHES[one.place] ?? 0xffff)
                      .map((length) => length * UNIT_PX)
                      .join(' ')}
                  />
                </svg>
                <span class="track-name">{personText(t, one.person)}</span>
                <small>
                  <Switch>
                    <Match when={one.phase === 'loading'}>{t('tracks.loading')}</Match>
                    <Match when={one.phase === 'empty'}>{t('tracks.empty')}</Match>
                    <Match when={one.phase === 'failed'}>{t('tracks.failed', { reason: one.problem ?? '' })}</Match>
                    <Match when={one.track}>{(track) => t('tracks.points', { n: track().stored })}</Match>
                  </Switch>
                </small>
                <button
                  type="button"
                  class="button icon-only small"
                  title={t('tracks.remove')}
                  aria-label={`${t('tracks.remove')} ${one.person.name}`}
                  onClick={() => tracks.remove(one.key)}
                >
                  <Icon name="close" />
                </button>
              </li>
            )}
          </For>
        </ul>
        <p class="hint">{t('tracks.hint')}</p>
      </section>
    </Show>
  );
}
