/** Bottom bar: live is a lit state; else what is played back, how fast and where on its axis. Tracks share the slider. */

import { createMemo, For, Match, Show, Switch } from 'solid-js';
import { PARK_OFFSET_MS } from '../../core/park-time.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { ruleText, whoText } from '../alarm/alarm-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { PlayerControls } from '../playback/player-controls.tsx';
import { type AxisMark, axisPercent, axisTicks, inDrawingOrder, runsOf } from '../playback/time-axis.ts';
import { TimeSlider } from '../playback/time-slider.tsx';
import type { ControlRoomState } from './control-room-state.ts';
import { Icon } from './marks.tsx';
import { exactText, minuteText } from './time-text.ts';

const HOUR_MS = 3_600_000;

interface NamedMark extends AxisMark {
  readonly title: string;
  readonly isDim: boolean;
}

export function TimelineBar(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const { live, playback, tracks } = room;
  /** While a track is open the axis stands still, or the slider would slip under the hand. */
  const span = createMemo(() => {
    const open = playback.span() ?? tracks.span();
    if (open !== null) return open;
    const toMs = live.nowMs();
    return { fromMs: toMs - HOUR_MS, toMs };
  });
  const percent = (atMs: number): number => axisPercent(span(), atMs);
  const isLive = () => !playback.isShown() && tracks.scrubAtMs() === null;
  const standing = (): NamedMark[] =>
    live.alarms
      .filter(({ onsetAtMs }) => onsetAtMs >= span().fromMs && onsetAtMs <= span().toMs)
      .map((alarm) => ({
        alarmId: alarm.alarmId,
        level: alarm.level,
        atMs: alarm.onsetAtMs,
        endedAtMs: null,
        title: `${ruleText(t, alarm.rule)} · ${whoText(t, alarm)} · ${exactText(alarm.onsetAtMs)}`,
        isDim: alarm.acknowledged,
      }));
  const played = (): NamedMark[] =>
    playback.marks().map((mark) => ({
      alarmId: mark.alarmId,
      level: mark.level,
      atMs: Math.max(span().fromMs, mark.onsetAtMs),
      endedAtMs: mark.endedAtMs,
      title: [t(`rule.${mark.rule}` as TextKey), mark.who, exactText(mark.onsetAtMs)].filter(Boolean).join(' · '),
      isDim: false,
    }));
  const marks = createMemo(() => inDrawingOrder(playback.isShown() ? played() : standing()));
  const pressMark = (mark: NamedMark): void => {
    if (playback.isShown()) playback.seek(mark.atMs);
    room.chooseAlarm(mark.alarmId);
  };
  const stored = () => {
    const floorMs = playback.floorMs();
    return playback.isShown() && floorMs !== null && floorMs > span().fromMs ? percent(floorMs) : 0;
  };

  return (
    <section class="timeline" classList={{ past: !isLive() }} aria-label={t('timeline.title')}>
      <button
        type="button"
        class="live-state"
        classList={{ lit: isLive() && live.health() === 'live' }}
        onClick={() => room.goLive()}
        title={`${t('timeline.backToLive')} (L)`}
      >
        {t('timeline.live')}
      </button>
      <Show when={playback.isShown()}>
        <PlayerControls playback={playback} />
      </Show>
      <div class="axis">
        <For each={axisTicks(span(), PARK_OFFSET_MS)}>
          {(at) => (
            <span class="tick" style={{ left: `${percent(at)}%` }}>
              {minuteText(at)}
            </span>
          )}
        </For>
        <Show when={stored() > 0}>
          <span class="not-stored" style={{ width: `${stored()}%` }} title={t('timeline.notStored')} />
        </Show>
        <For each={tracks.tracks()}>
          {(one, i) => (
            <For each={runsOf(one.track?.observedAtMs ?? [])}>
              {(run) => (
                <span
                  class="band"
                  style={{
                    left: `${percent(run.fromMs)}%`,
                    width: `${Math.max(0.3, percent(run.toMs) - percent(run.fromMs))}%`,
                    'margin-top': `${i() * 3}px`,
                  }}
                />
              )}
            </For>
          )}
        </For>
        <Show when={playback.isShown() && playback.view().waitingForMs === null}>
          <span class="gone" style={{ width: `${percent(playback.view().atMs)}%` }} />
        </Show>
        <TimeSlider room={room} span={span()} />
        <For each={marks()}>
          {(mark) => (
            <>
              <Show when={playback.isShown()}>
                <span
                  class={`lasting level-${mark.level as AlarmLevel}`}
                  style={{
                    left: `${percent(mark.atMs)}%`,
                    width: `${percent(mark.endedAtMs ?? span().toMs) - percent(mark.atMs)}%`,
                  }}
                />
              </Show>
              <button
                type="button"
                class={`onset level-${mark.level as AlarmLevel}${mark.isDim ? ' acknowledged' : ''}`}
                style={{ left: `${percent(mark.atMs)}%` }}
                title={mark.title}
                aria-label={mark.title}
                onClick={() => pressMark(mark)}
              />
            </>
          )}
        </For>
      </div>
      <span class="timeline-note" role="status">
        <Switch>
          <Match when={playback.problem()}>
            {(code) => (
              <span class="problem">
                {t('playback.failed', { reason: code() })}
                <button type="button" class="button small" onClick={() => playback.forgetProblem()}>
                  {t('scene.dismiss')}
                </button>
              </span>
            )}
          </Match>
          <Match when={playback.phase() === 'opening'}>{t('playback.opening')}</Match>
          <Match when={tracks.scrubAtMs()}>{(at) => t('timeline.at', { at: exactText(at()).slice(11) })}</Match>
        </Switch>
        <button type="button" class="button small" onClick={() => playback.setPickerOpen(true)}>
          <Icon name="past" /> {t('playback.pick')}
        </button>
      </span>
    </section>
  );
}
