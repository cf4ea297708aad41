/** Alarms by class and level over some days, with the share marked as false. */
import { createSignal, For, Show } from 'solid-js';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { dashboardApi } from './dashboard-api.ts';
import { lastDays, sumByRule } from './day-range.ts';

const EVERY_MS = 60_000;
const SPANS = [1, 7, 30] as const;

export function AlarmsTab() {
  const t = useTranslate();
  const [days, setDays] = createSignal<number>(7);
  const polled = createPolled(
    days,
    (count) => {
      const { from, to } = lastDays(count, Date.now());
      return dashboardApi.alarms(from, to);
    },
    EVERY_MS,
  );
  const sums = () => sumByRule(polled.answer()?.rows ?? []);
  return (
    <section>
      <div class="segments">
        <For each={SPANS}>
          {(count) => (
            <button
              type="button"
              class="button small"
              classList={{ on: days() === count }}
              aria-pressed={days() === count}
              onClick={() => setDays(count)}
            >
              {count === 1 ? t('dashboard.today') : t('dashboard.days', { n: count })}
            </button>
          )}
        </For>
      </div>
      <Notices polled={polled} isEmpty={sums().length === 0} empty="dashboard.noAlarms" />
      <Show when={sums().length > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('dashboard.class')}</th>
              <th class="number">{t('dashboard.raised')}</th>
              <For each={[1, 2, 3, 4] as const}>{(level) => <th class="number">{t(`alarm.level.l${level}`)}</th>}</For>
              <th class="number">{t('load.falseShare')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={sums()}>
              {(sum) => (
                <tr>
                  <td>{ruleText(t, sum.rule as RuleId)}</td>
                  <td class="number">
                    <b>{numberText(sum.raised)}</b>
                  </td>
                  <For each={sum.byLevel}>{(n) => <td class="number">{n === 0 ? '' : numberText(n)}</td>}</For>
                  <td class="number">{sum.marked === 0 ? '' : `${((sum.marked / sum.raised) * 100).toFixed(1)} %`}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
