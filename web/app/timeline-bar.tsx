/** Bottom bar: live is a lit state; the last hour with the standing alarms' beginnings, and the chosen person's track. */
import { For, Match, Show, Switch } from 'solid-js';
import { ruleText, whoText } from '../alarm/alarm-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { ControlRoomState } from './control-room-state.ts';
import { exactText, minuteText } from './time-text.ts';

const SPAN_MS = 3_600_000;
const MARK_EVERY_MS = 600_000;
/** Stored positions farther apart than this leave a gap in the band. */
const GAP_MS = 90_000;
const SCRUB_STEP_MS = 1_000;

export function TimelineBar(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const { live } = room;
  /** While a track is open the axis stands still, or the slider would slip under the hand. */
  const toMs = () => room.track()?.toMs ?? live.nowMs();
  const fromMs = () => toMs() - SPAN_MS;
  const percent = (atMs: number): number => ((atMs - fromMs()) / SPAN_MS) * 100;
  const marks = (): number[] => {
    const first = Math.ceil(fromMs() / MARK_EVERY_MS) * MARK_EVERY_MS;
    return Array.from({ length: 7 }, (_, i) => first + i * MARK_EVERY_MS).filter((at) => at <= toMs());
  };
  const recent = () => live.alarms.filter((alarm) => alarm.onsetAtMs >= fromMs() && alarm.onsetAtMs <= toMs());
  const isLive = () => room.scrubAtMs() === null;

  return (
    <footer class="timeline" classList={{ scrubbing: !isLive() }}>
      <button
        type="button"
        class="live-state"
        classList={{ lit: isLive() && live.health() === 'live' }}
        onClick={() => room.goLive()}
        title={t('timeline.backToLive')}
      >
        {t('timeline.live')}
      </button>
      <div class="axis">
        <For each={marks()}>
          {(at) => (
            <span class="tick" style={{ left: `${percent(at)}%` }}>
              {minuteText(at)}
            </span>
          )}
        </For>
        <Show when={room.track()?.track}>
          {(track) => (
            <For each={spans(track().observedAtMs)}>
              {(span) => (
                <span
                  class="band"
                  style={{
                    left: `${Math.max(0, percent(span.fromMs))}%`,
                    width: `${Math.max(0.3, percent(span.toMs) - percent(span.fromMs))}%`,
                  }}
                />
              )}
            </For>
          )}
        </Show>
        <For each={recent()}>
          {(alarm) => (
            <button
              type="button"
              class={`onset level-${alarm.level}${alarm.acknowledged ? ' acknowledged' : ''}`}
              style={{ left: `${percent(alarm.onsetAtMs)}%` }}
              title={`${ruleText(t, alarm.rule)} · ${whoText(t, alarm)} · ${exactText(alarm.onsetAtMs)}`}
              aria-label={`${ruleText(t, alarm.rule)} ${whoText(t, alarm)}`}
              onClick={() => room.chooseAlarm(alarm.alarmId)}
            />
          )}
        </For>
        <Show when={room.track()?.phase === 'ready'}>
          <input
            type="range"
            class="scrub"
            aria-label={t('timeline.scrub')}
            title={t('timeline.scrub')}
            min={fromMs()}
            max={toMs()}
            step={SCRUB_STEP_MS}
            value={room.scrubAtMs() ?? toMs()}
            onInput={(event) => {
              const at = Number(event.currentTarget.value);
              room.setScrubAtMs(at >= toMs() - SCRUB_STEP_MS ? null : at);
            }}
          />
        </Show>
      </div>
      <span class="timeline-note">
        <Switch fallback={t('timeline.lastHour')}>
          <Match when={room.scrubAtMs() !== null}>
            {t('timeline.at', { at: exactText(room.scrubAtMs() ?? 0).slice(11) })}
          </Match>
          <Match when={room.track()?.phase === 'loading'}>{t('timeline.loading')}</Match>
          <Match when={room.track()?.phase === 'empty'}>{t('timeline.trackEmpty')}</Match>
          <Match when={room.track()?.phase === 'failed'}>
            {t('timeline.trackFailed', { reason: room.track()?.reason ?? '' })}
          </Match>
          <Match when={room.track()?.phase === 'ready'}>
            {t('timeline.trackOf', { name: room.track()?.name ?? '' })}
            <small> {t('timeline.points', { n: room.track()?.track?.stored ?? 0 })}</small>
          </Match>
        </Switch>
      </span>
    </footer>
  );
}

/** Runs of positions without a gap. */
function spans(observedAtMs: readonly number[]): { fromMs: number; toMs: number }[] {
  const runs: { fromMs: number; toMs: number }[] = [];
  for (const at of observedAtMs) {
    const last = runs.at(-1);
    if (last !== undefined && at - last.toMs <= GAP_MS) last.toMs = at;
    else runs.push({ fromMs: at, toMs: at });
  }
  return runs;
}
