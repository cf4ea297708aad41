/** The last months: people online, alarms, false ones. */
import { For, Show } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { dashboardApi } from './dashboard-api.ts';

const EVERY_MS = 300_000;

const orDash = (n: number | null): string => (n === null ? '–' : numberText(Math.round(n)));

export function MonthsTab() {
  const t = useTranslate();
  const polled = createPolled(() => null, dashboardApi.months, EVERY_MS);
  return (
    <section>
      <Notices polled={polled} isEmpty={polled.answer()?.months.length === 0} empty="dashboard.noCensus" />
      <Show when={(polled.answer()?.months.length ?? 0) > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('dashboard.month')}</th>
              <th class="number">{t('dashboard.onlineMean')}</th>
              <th class="number">{t('dashboard.onlineMax')}</th>
              <th class="number">{t('dashboard.raised')}</th>
              <th class="number">{t('alarm.markedFalse')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={polled.answer()?.months}>
              {(month) => (
                <tr>
                  <td>{month.month}</td>
                  <td class="number">{orDash(month.onlineMean)}</td>
                  <td class="number">{orDash(month.onlineMax)}</td>
                  <td class="number">{numberText(month.alarms)}</td>
                  <td class="number">{numberText(month.marked)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
