/** Alarms that were, the newest first, page by page; from each a way to a minute before it in the control room. */
import { createSignal, For, onMount, Show } from 'solid-js';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { ruleText, whoText } from '../alarm/alarm-text.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { durationText, exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { beforeAlarmHref } from '../playback/before-alarm.ts';
import { dashboardApi } from './dashboard-api.ts';

export function HistoryTab() {
  const t = useTranslate();
  const [alarms, setAlarms] = createSignal<readonly AlarmView[]>([]);
  const [cursor, setCursor] = createSignal<string | null>(null);
  const [phase, setPhase] = createSignal<'loading' | 'ready' | 'failed'>('loading');
  const load = async (): Promise<void> => {
    setPhase('loading');
    try {
      const page = await dashboardApi.history(cursor());
      setAlarms([...alarms(), ...(page.alarms as readonly AlarmView[])]);
      setCursor(page.nextCursor);
      setPhase('ready');
    } catch {
      setPhase('failed');
    }
  };
  onMount(() => void load());
  return (
    <section>
      <Show when={alarms().length > 0}>
        <table class="alarm-history">
          <thead>
            <tr>
              <th>{t('dashboard.onset')}</th>
              <th>{t('dashboard.class')}</th>
              <th>{t('dashboard.subject')}</th>
              <th>{t('dashboard.lasted')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            <For each={alarms()}>
              {(alarm) => (
                <tr>
                  <td>{exactText(alarm.onsetAtMs)}</td>
                  <td>
                    <LevelMark level={alarm.level} isDim={alarm.endedAtMs !== null} /> {ruleText(t, alarm.rule)}
                  </td>
                  <td>{whoText(t, alarm)}</td>
                  <td>{alarm.endedAtMs === null ? '' : durationText(t, alarm.endedAtMs - alarm.onsetAtMs)}</td>
                  <td>
                    <a
                      class="button small"
                      href={beforeAlarmHref(alarm.onsetAtMs)}
                      title={t('playback.beforeAlarm')}
                      aria-label={`${t('playback.beforeAlarm')}: ${ruleText(t, alarm.rule)} ${exactText(alarm.onsetAtMs)}`}
                    >
                      <Icon name="past" /> {t('playback.title')}
                    </a>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <Show when={phase() === 'loading'}>
        <p class="hint">{t('intake.loading')}</p>
      </Show>
      <Show when={phase() === 'failed'}>
        <p class="form-error" role="alert">
          {t('intake.noAnswer')}
        </p>
      </Show>
      <Show when={phase() === 'ready' && alarms().length === 0}>
        <p class="empty">{t('dashboard.noAlarms')}</p>
      </Show>
      <Show when={phase() === 'failed' || (phase() === 'ready' && cursor() !== null)}>
        <button type="button" class="button" onClick={() => void load()}>
          {t(phase() === 'failed' ? 'order.askAgain' : 'order.older')}
        </button>
      </Show>
    </section>
  );
}
