/** Permits of a year by month and kind. */

import { For, Show } from 'solid-js';
import { parkDay } from '../../core/park-time.ts';
import type { PageProps } from '../app/pages.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { roundTop } from '../pages/chart.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { bars, type MonthSum, sumsByMonth } from './board-sums.ts';
import { CompanyField, setWord, wordOf } from './board-words.tsx';
import { permitClient } from './permit-client.ts';
import { listHash } from './permit-filter.ts';
import { PermitIcon } from './permit-icon.tsx';
import { CODE_OF_KIND, KINDS } from './permit-states.ts';
import { kindText } from './permit-text.ts';

const EVERY_MS = 300_000;
const YEARS = 5;
const BOX = { width: 960, height: 180 };

const pad = (n: number): string => String(n).padStart(2, '0');
const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

export function MonthsTab(props: PageProps) {
  const t = useTranslate();
  const thisYear = Number(parkDay(Date.now()).slice(0, 4));
  const year = () => Number(wordOf('year')) || thisYear;
  const company = () => props.session.companyCode ?? wordOf('companyCode');
  const polled = createPolled(
    () => ({ year: year(), companyCode: company() }),
    (asked) => permitClient.months(asked.year, asked.companyCode || null),
    EVERY_MS,
  );
  const sums = () => sumsByMonth(polled.answer() ?? { months: [] });
  const link = (month: number) =>
    listHash({
      from: `${year()}-${pad(month)}-01`,
      to: `${year()}-${pad(month)}-${pad(lastDay(year(), month))}`,
      companyCode: company(),
    });
  return (
    <section class="permit-board">
      <div class="board-words">
        <div class="field">
          <label for="permit-year">{t('permit.year')}</label>
          <select id="permit-year" value={year()} onChange={(event) => setWord('year', event.currentTarget.value)}>
            <For each={Array.from({ length: YEARS }, (_, n) => thisYear - n)}>
              {(one) => <option value={one}>{one}</option>}
            </For>
          </select>
        </div>
        <CompanyField session={props.session} value={company()} onPick={(code) => setWord('companyCode', code)} />
      </div>
      <Notices polled={polled} isEmpty={sums().every(({ total }) => total === 0)} empty="permit.noMonths" />
      <Show when={sums().some(({ total }) => total > 0)}>
        <MonthChart sums={sums()} year={year()} />
        <table class="kind-table">
          <thead>
            <tr>
              <th>{t('permit.kind')}</th>
              <For each={sums()}>{({ month }) => <th class="number">{t('permit.month', { n: month })}</th>}</For>
              <th class="number">{t('permit.total')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={KINDS}>
              {(kind) => (
                <tr>
                  <td class="kind">
                    <PermitIcon workCode={CODE_OF_KIND[kind]} status="working" isPlain />
                    {kindText(t, kind)}
                  </td>
                  <For each={sums()}>
                    {({ byKind }) => (
                      <td class="number">
                        {byKind[kind] === 0 ? <span class="zero">0</span> : numberText(byKind[kind])}
                      </td>
                    )}
                  </For>
                  <td class="number">
                    <b>{numberText(sums().reduce((sum, { byKind }) => sum + byKind[kind], 0))}</b>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
          <tfoot>
            <tr>
              <td>{t('permit.total')}</td>
              <For each={sums()}>
                {({ month, total }) => (
                  <td class="number">{total === 0 ? '0' : <a href={link(month)}>{numberText(total)}</a>}</td>
                )}
              </For>
              <td class="number">{numberText(sums().reduce((sum, { total }) => sum + total, 0))}</td>
            </tr>
          </tfoot>
        </table>
      </Show>
    </section>
  );
}

function MonthChart(props: { sums: readonly MonthSum[]; year: number }) {
  const t = useTranslate();
  const totals = () => props.sums.map(({ total }) => total);
  const top = () => roundTop(Math.max(0, ...totals()));
  return (
    <figure class="month-chart">
      <svg
        viewBox={`-44 -18 ${BOX.width + 60} ${BOX.height + 44}`}
        role="img"
        aria-label={t('permit.monthsName', { year: props.year })}
      >
        <For each={[0, 0.5, 1]}>
          {(part) => (
            <>
              <line class="grid" x1="0" x2={BOX.width} y1={BOX.height * (1 - part)} y2={BOX.height * (1 - part)} />
              <text x="-8" y={BOX.height * (1 - part) + 4} text-anchor="end">
                {numberText(top() * part)}
              </text>
            </>
          )}
        </For>
        <For each={bars(totals(), top(), BOX)}>
          {(bar, n) => (
            <g>
              <rect x={bar.x} y={bar.y} width={bar.width} height={bar.height} />
              <text x={bar.x + bar.width / 2} y={bar.y - 5} text-anchor="middle">
                {totals()[n()] === 0 ? '' : numberText(totals()[n()] ?? 0)}
              </text>
              <text x={bar.x + bar.width / 2} y={BOX.height + 18} text-anchor="middle">
                {t('permit.month', { n: n() + 1 })}
              </text>
            </g>
          )}
        </For>
      </svg>
    </figure>
  );
}
