/** Positioning dashboard: who is where now, the day so far, alarms by class, months. Asked again by itself. */
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { DashboardNow } from '../../core/dashboard-api.ts';
import { type TextKey, type Translate, useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled } from '../pages/polled.ts';
import { AlarmsTab } from './alarms-tab.tsx';
import { dashboardApi } from './dashboard-api.ts';
import { HistoryTab } from './history-tab.tsx';
import { MonthsTab } from './months-tab.tsx';
import { TrendChart } from './trend-chart.tsx';

const TABS = [
  { name: 'now', text: 'dashboard.now' },
  { name: 'alarms', text: 'dashboard.alarms' },
  { name: 'history', text: 'dashboard.history' },
  { name: 'months', text: 'dashboard.months' },
] as const;
type Tab = (typeof TABS)[number]['name'];
const EVERY_MS = 15_000;

export function DashboardPage() {
  const [tab, setTab] = createSignal<Tab>('now');
  return (
    <PageFrame title="dashboard.title" tabs={TABS} tab={tab()} onTab={setTab}>
      <Switch>
        <Match when={tab() === 'now'}>
          <NowTab />
        </Match>
        <Match when={tab() === 'alarms'}>
          <AlarmsTab />
        </Match>
        <Match when={tab() === 'history'}>
          <HistoryTab />
        </Match>
        <Match when={tab() === 'months'}>
          <MonthsTab />
        </Match>
      </Switch>
    </PageFrame>
  );
}

const TYPES = ['staff', 'contractor', 'visitor', 'unidentified'] as const;

function NowTab() {
  const t = useTranslate();
  const now = createPolled(() => null, dashboardApi.now, EVERY_MS);
  const reporting = createPolled(() => null, dashboardApi.reporting, EVERY_MS);
  const trend = createPolled(() => null, dashboardApi.trend, EVERY_MS);
  return (
    <section class="dashboard">
      <Notices polled={now} isEmpty={now.answer()?.atMs === null} empty="dashboard.noCensus" />
      <Show when={now.answer()}>
        {(answer) => (
          <>
            <div class="figures">
              <Figure name={t('counts.total')} value={answer().online} isMain />
              <For each={answer().types}>
                {(one) => <Figure name={t(`type.${one.type}` as TextKey)} value={one.count} isMain={false} />}
              </For>
              <Show when={reporting.answer()}>
                {(senders) => (
                  <p class="figure">
                    <span>{t('dashboard.senders')}</span>
                    <b>
                      {senders().online} / {senders().expected}
                    </b>
                  </p>
                )}
              </Show>
            </div>
            <Show when={trend.answer()}>{(found) => <TrendChart trend={found()} />}</Show>
            <div class="side-by-side">
              <Companies answer={answer()} />
              <Areas answer={answer()} />
            </div>
          </>
        )}
      </Show>
    </section>
  );
}

function Figure(props: { name: string; value: number; isMain: boolean }) {
  return (
    <p class="figure" classList={{ main: props.isMain }}>
      <span>{props.name}</span>
      <b>{numberText(props.value)}</b>
    </p>
  );
}

function Companies(props: { answer: DashboardNow }) {
  const t = useTranslate();
  return (
    <table class="by-company">
      <thead>
        <tr>
          <th>{t('intake.company')}</th>
          <th class="number">{t('dashboard.people')}</th>
          <For each={TYPES}>{(type) => <th class="number">{t(`type.${type}`)}</th>}</For>
        </tr>
      </thead>
      <tbody>
        <For each={props.answer.companies}>
          {(company) => (
            <tr>
              <td title={company.companyCode}>{company.companyName}</td>
              <td class="number">
                <b>{numberText(company.online)}</b>
              </td>
              <For each={TYPES}>{(type) => <td class="number">{numberText(company.types[type] ?? 0)}</td>}</For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

const kindText = (t: Translate, kind: string | null): string => t(`areaKind.${kind ?? 'other'}` as TextKey);

function Areas(props: { answer: DashboardNow }) {
  const t = useTranslate();
  return (
    <table class="by-area">
      <thead>
        <tr>
          <th>{t('dashboard.area')}</th>
          <th>{t('dashboard.kind')}</th>
          <th class="number">{t('dashboard.people')}</th>
        </tr>
      </thead>
      <tbody>
        <For each={props.answer.areas}>
          {(area) => (
            <tr>
              <td title={area.area}>{area.name}</td>
              <td>{kindText(t, area.kind)}</td>
              <td class="number">
                <b>{numberText(area.count)}</b>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
