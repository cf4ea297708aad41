/**
 * What makes the past unmistakable: a frame round the page in a colour that nothing else has, the words, and the moment in large type;
 * with what comes new live meanwhile.
 */
import { Match, Show, Switch } from 'solid-js';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { ruleText, whoText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { agoText, clockText, dateText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';

export function PlaybackFrame(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { playback, live } = props.room;
  const view = () => playback.view();
  const at = () => new Date(view().atMs);
  const first = () => playback.newAlarms()[0];
  return (
    <Show when={playback.isShown()}>
      <div class="past-frame" aria-hidden="true" />
      <section class="past-banner" aria-label={t('playback.title')}>
        <strong>
          <Icon name="past" /> {t('playback.title')}
        </strong>
        <time datetime={at().toISOString()}>
          <span>{dateText(at())}</span> <b>{clockText(at())}</b>
        </time>
        <span class="past-words" role="status">
          <Switch fallback={t(view().isPlaying ? 'playback.playing' : 'playback.paused', { speed: view().speed })}>
            <Match when={view().problem}>
              {(problem) => t(problem().isFinal ? 'playback.failed' : 'playback.retrying', { reason: problem().code })}
            </Match>
            <Match when={view().waitingForMs}>
              {(wanted) => t('playback.waiting', { at: clockText(new Date(wanted())) })}
            </Match>
            <Match when={view().isAtEnd}>{t('playback.atEnd')}</Match>
          </Switch>
        </span>
        <span class="past-ago">{t('playback.notLive', { ago: agoText(t, live.nowMs() - view().atMs) })}</span>
        <button type="button" class="button small" onClick={() => playback.openBundle(null)}>
          <Icon name="file" /> {t('bundle.open')}
        </button>
        <button type="button" class="button small" onClick={() => props.room.goLive()}>
          {t('timeline.backToLive')} <kbd>L</kbd>
        </button>
      </section>
      <Show when={first()}>
        {(alarm) => (
          <button
            type="button"
            class={`past-news level-${alarm().level}`}
            aria-live="assertive"
            onClick={() => {
              const { alarmId } = alarm();
              props.room.goLive();
              props.room.chooseAlarm(alarmId);
            }}
          >
            <LevelMark level={alarm().level as AlarmLevel} />
            <b>{t('playback.newAlarms', { n: playback.newAlarms().length })}</b>
            <span>
              {ruleText(t, alarm().rule)} · {whoText(t, alarm(), live.companyName)}
            </span>
            <kbd>L</kbd>
          </button>
        )}
      </Show>
    </Show>
  );
}
