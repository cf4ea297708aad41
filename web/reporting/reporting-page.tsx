/** How companies keep their duty to report: who sends now, online rates of day and month, score cards of what they send. */
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { OnlineRate, ReportingAnswer, ReportingSender, ScoreCardsAnswer } from '../../core/reporting-api.ts';
import { request } from '../app/api.ts';
import { durationText } from '../app/time-text.ts';
import { type TextKey, type Translate, useTranslate } from '../i18n/i18n.ts';
import { instantText, interfaceText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled } from '../pages/polled.ts';
import { ScoreCards } from './score-cards.tsx';
import { percentText, sortSenders } from './sender-order.ts';

const EVERY_MS = 10_000;
const CARDS_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const TABS = [
  { name: 'senders', text: 'reporting.senders' },
  { name: 'cards', text: 'reporting.cards' },
] as const;
type Tab = (typeof TABS)[number]['name'];

export function ReportingPage() {
  const [tab, setTab] = createSignal<Tab>('senders');
  const senders = createPolled(
    () => null,
    () => request<ReportingAnswer>('GET', '/api/reporting'),
    EVERY_MS,
  );
  const companyName = (code: string): string =>
    senders.answer()?.senders.find(({ companyCode }) => companyCode === code)?.companyName ?? code;
  return (
    <PageFrame title="reporting.title" tabs={TABS} tab={tab()} onTab={setTab}>
      <Switch>
        <Match when={tab() === 'senders'}>
          <section class="senders">
            <Notices polled={senders} isEmpty={senders.answer()?.senders.length === 0} empty="reporting.none" />
            <Show when={senders.answer()}>{(answer) => <Senders answer={answer()} />}</Show>
          </section>
        </Match>
        <Match when={tab() === 'cards'}>
          <Cards companyName={companyName} />
        </Match>
      </Switch>
    </PageFrame>
  );
}

function Cards(props: { companyName: (code: string) => string }) {
  const [days] = createSignal(1);
  const cards = createPolled(
    days,
    (count) => {
      const toMs = Date.now();
      const span = new URLSearchParams({ from: String(toMs - count * DAY_MS), to: String(toMs) });
      return request<ScoreCardsAnswer>('GET', `/api/reporting/score-cards?${span}`);
    },
    CARDS_EVERY_MS,
  );
  return (
    <section class="cards">
      <Notices polled={cards} isEmpty={cards.answer()?.cards.length === 0} empty="reporting.none" />
      <Show when={(cards.answer()?.cards.length ?? 0) > 0}>
        <ScoreCards cards={cards.answer()?.cards ?? []} companyName={props.companyName} />
      </Show>
    </section>
  );
}

const STATE_TEXT: Readonly<Record<ReportingSender['state'], TextKey>> = {
  unknown: 'reporting.state.unknown',
  online: 'reporting.state.online',
  late: 'reporting.state.late',
  silent: 'reporting.state.silent',
  maintenance: 'reporting.state.maintenance',
};

const rateText = (t: Translate, { rate, countedMinutes }: OnlineRate): string =>
  rate === null ? t('reporting.noRate') : `${percentText(rate)} / ${durationText(t, countedMinutes * 60_000)}`;

function Senders(props: { answer: ReportingAnswer }) {
  const t = useTranslate();
  return (
    <Show when={props.answer.senders.length > 0}>
      <p>{t('reporting.expected', { online: props.answer.online, expected: props.answer.expected })}</p>
      <table>
        <thead>
          <tr>
            <th>{t('intake.company')}</th>
            <th>{t('intake.interface')}</th>
            <th>{t('reporting.stateOf')}</th>
            <th>{t('reporting.since')}</th>
            <th>{t('reporting.heard')}</th>
            <th>{t('reporting.mode')}</th>
            <th class="number">{t('reporting.allowed')}</th>
            <th class="number">{t('reporting.day')}</th>
            <th class="number">{t('reporting.month')}</th>
          </tr>
        </thead>
        <tbody>
          <For each={sortSenders(props.answer.senders)}>
            {(sender) => (
              <tr classList={{ wrong: sender.state === 'silent', over: sender.state === 'maintenance' }}>
                <td title={sender.companyCode}>{sender.companyName}</td>
                <td>{interfaceText(t, sender.interfaceName)}</td>
                <td>
                  <b>{t(STATE_TEXT[sender.state])}</b>
                </td>
                <td>{sender.sinceMs === null ? '' : instantText(sender.sinceMs)}</td>
                <td>{sender.heardAtMs === null ? t('reporting.never') : instantText(sender.heardAtMs)}</td>
                <td>
                  {sender.mode === null
                    ? ''
                    : t(sender.mode === 'periodic' ? 'reporting.periodic' : 'reporting.onChange')}
                </td>
                <td class="number">{sender.allowedS === null ? '' : durationText(t, sender.allowedS * 1000)}</td>
                <td class="number">{rateText(t, sender.day)}</td>
                <td class="number">{rateText(t, sender.month)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Show>
  );
}
