/** Permits of a day by company. */

import { For, Show } from 'solid-js';
import { parkDay } from '../../core/park-time.ts';
import type { PermitStatus } from '../../stream/protocol/permits.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { DayField, setWord, wordOf } from './board-words.tsx';
import { permitClient } from './permit-client.ts';
import { listHash, type PermitFilter } from './permit-filter.ts';

const EVERY_MS = 15_000;

export function CompaniesTab() {
  const t = useTranslate();
  const day = () => wordOf('day') || parkDay(Date.now());
  const polled = createPolled(day, (asked) => permitClient.companies(asked), EVERY_MS);
  const rows = () => [...(polled.answer()?.companies ?? [])].sort((a, b) => b.total - a.total);
  const cell = (companyCode: string, count: number, change: Partial<PermitFilter>) => (
    <td class="number">
      <Show when={count > 0} fallback={<span class="zero">0</span>}>
        <a href={listHash({ from: day(), to: day(), companyCode, ...change })}>{numberText(count)}</a>
      </Show>
    </td>
  );
  const of = (...statuses: PermitStatus[]) => ({ statuses });
  return (
    <section class="permit-board">
      <div class="board-words">
        <DayField id="permit-day" text={t('permit.dayOf')} value={day()} onPick={(value) => setWord('day', value)} />
      </div>
      <Notices polled={polled} isEmpty={rows().length === 0} empty="permit.noCompanies" />
      <Show when={rows().length > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('permit.company')}</th>
              <th class="number">{t('permit.total')}</th>
              <th class="number">{t('permit.status.working')}</th>
              <th class="number">{t('permit.status.paused')}</th>
              <th class="number">{t('permit.status.accepted')}</th>
              <th class="number">{t('permit.figure.alarmed')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <td title={row.companyCode}>
                    <a href={`#permits/today?day=${day()}&companyCode=${encodeURIComponent(row.companyCode)}`}>
                      {row.companyName}
                    </a>
                  </td>
                  {cell(row.companyCode, row.total, {})}
                  {cell(row.companyCode, row.working, of('working'))}
                  {cell(row.companyCode, row.paused, of('paused'))}
                  {cell(row.companyCode, row.accepted, of('accepted'))}
                  {cell(row.companyCode, row.alarmed, { alarmed: true })}
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
