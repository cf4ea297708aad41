/** Alarms of permits over some days, by rule, and what became of them. */
import { For, Show } from 'solid-js';
import { permitRuleOf } from '../../standard/permit-rules.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import type { PageProps } from '../app/pages.ts';
import { lastDays } from '../dashboard/day-range.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { CompanyField, DayField, setWord, wordOf } from './board-words.tsx';
import { permitClient } from './permit-client.ts';

const EVERY_MS = 60_000;
const DAYS = 7;

export function AlarmsTab(props: PageProps) {
  const t = useTranslate();
  const week = lastDays(DAYS, Date.now());
  const from = () => wordOf('from') || week.from;
  const to = () => wordOf('to') || week.to;
  const company = () => props.session.companyCode ?? wordOf('companyCode');
  const polled = createPolled(
    () => ({ from: from(), to: to(), companyCode: company() }),
    (asked) => permitClient.alarms(asked.from, asked.to, asked.companyCode || null),
    EVERY_MS,
  );
  const rows = () => [...(polled.answer()?.rules ?? [])].sort((a, b) => b.count - a.count);
  const count = (n: number) => (n === 0 ? <span class="zero">0</span> : numberText(n));
  return (
    <section class="permit-board">
      <div class="board-words">
        <DayField id="permit-from" text={t('permit.from')} value={from()} onPick={(value) => setWord('from', value)} />
        <DayField id="permit-to" text={t('permit.to')} value={to()} onPick={(value) => setWord('to', value)} />
        <CompanyField session={props.session} value={company()} onPick={(code) => setWord('companyCode', code)} />
      </div>
      <Notices polled={polled} isEmpty={rows().length === 0} empty="permit.noAlarms" />
      <Show when={rows().length > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('permit.rule')}</th>
              <th>{t('permit.ruleCode')}</th>
              <th class="number">{t('permit.ruleCount')}</th>
              <th class="number">{t('permit.ruleOpen')}</th>
              <th class="number">{t('permit.ruleAcknowledged')}</th>
              <th class="number">{t('permit.ruleClosed')}</th>
              <th class="number">{t('permit.ruleFalse')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <td>{permitRuleOf(row.rule) === undefined ? row.rule : ruleText(t, row.rule as RuleId)}</td>
                  <td>
                    <code>{row.code}</code>
                  </td>
                  <td class="number">
                    <b>{numberText(row.count)}</b>
                  </td>
                  <td class="number">{count(row.open)}</td>
                  <td class="number">{count(row.acknowledged)}</td>
                  <td class="number">{count(row.closed)}</td>
                  <td class="number">{count(row.falseCount)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
