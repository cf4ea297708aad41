/** Score cards of the last day: what each company sends, and how well. Only what is poor is coloured. */
import { For } from 'solid-js';
import type { ScoreCard } from '../../core/reporting-api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { findingText, interfaceText, numberText } from '../intake/names.ts';
import { percentText } from './sender-order.ts';

const POOR_SCORE = 60;

const share = (value: number | null): string => (value === null ? '–' : percentText(value));
const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1000).toFixed(1));

export function ScoreCards(props: { cards: readonly ScoreCard[]; companyName: (code: string) => string }) {
  const t = useTranslate();
  const sorted = () => [...props.cards].sort((a, b) => (a.score ?? 101) - (b.score ?? 101));
  return (
    <table>
      <thead>
        <tr>
          <th>{t('intake.company')}</th>
          <th>{t('intake.interface')}</th>
          <th class="number">{t('scoreCard.score')}</th>
          <th class="number">{t('scoreCard.records')}</th>
          <th class="number">{t('scoreCard.delay')}</th>
          <th class="number">{t('scoreCard.late')}</th>
          <th class="number">{t('scoreCard.ahead')}</th>
          <th class="number">{t('scoreCard.duplicate')}</th>
          <th class="number">{t('scoreCard.refused')}</th>
          <th class="number">{t('scoreCard.implausible')}</th>
          <th class="number">{t('scoreCard.complete')}</th>
          <th class="number">{t('scoreCard.online')}</th>
          <th>{t('scoreCard.problems')}</th>
        </tr>
      </thead>
      <tbody>
        <For each={sorted()}>
          {(card) => (
            <tr classList={{ wrong: card.score !== null && card.score < POOR_SCORE }}>
              <td title={card.companyCode}>{props.companyName(card.companyCode)}</td>
              <td>{interfaceText(t, card.interfaceName)}</td>
              <td class="number">
                <b>{card.score === null ? '–' : card.score.toFixed(0)}</b>
              </td>
              <td class="number">{numberText(card.records)}</td>
              <td class="number">
                {seconds(card.delayP50Ms)} / {seconds(card.delayP95Ms)}
              </td>
              <td class="number">{share(card.lateShare)}</td>
              <td class="number">{share(card.aheadShare)}</td>
              <td class="number">{share(card.duplicateShare)}</td>
              <td class="number">{share(card.refusedShare)}</td>
              <td class="number">{share(card.implausibleShare)}</td>
              <td class="number">{share(card.completeShare)}</td>
              <td class="number">{share(card.onlineRate)}</td>
              <td>
                {[
                  ...Object.entries(card.refusedRequests).map(([code, n]) => `${code} ${n}`),
                  ...card.findings.map((kind) => findingText(t, kind)),
                ].join(t('listComma'))}
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
