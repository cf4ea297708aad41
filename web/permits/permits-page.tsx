/** Work permits beside the map: boards of the day and the year, alarms, spot checks, one permit, the standard. What is shown is what the address says. */
import '../style/permits-page.css';
import '../style/print.css';
import { createMemo, Match, Show, Switch } from 'solid-js';
import type { PageProps } from '../app/pages.ts';
import { go, place } from '../app/place.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { AlarmsTab } from './alarms-board.tsx';
import { CompaniesTab } from './companies-board.tsx';
import { DayTab } from './day-board.tsx';
import { ListTab } from './list-tab.tsx';
import { MonthsTab } from './months-board.tsx';
import { PermitPage } from './permit-page.tsx';
import { StandardTab } from './standard-tab.tsx';

const TABS = [
  { name: 'today', text: 'permit.tab.today' },
  { name: 'months', text: 'permit.tab.months' },
  { name: 'companies', text: 'permit.tab.companies' },
  { name: 'alarms', text: 'permit.tab.alarms' },
  { name: 'list', text: 'permit.tab.list' },
  { name: 'standard', text: 'permit.tab.standard' },
] as const;
type Tab = (typeof TABS)[number]['name'];

export function PermitsPage(props: PageProps) {
  const isPark = (): boolean => props.session.companyCode === null;
  const tabs = () => TABS.filter(({ name }) => name !== 'companies' || isPark());
  const tab = createMemo((): Tab => tabs().find(({ name }) => name === place().parts[0])?.name ?? 'today');
  /** `list/<company>/<id>`: one permit. */
  const opened = createMemo(
    () => {
      const [, companyCode, permitId] = place().parts;
      return tab() === 'list' && companyCode !== undefined && permitId !== undefined ? { companyCode, permitId } : null;
    },
    null,
    { equals: (a, b) => a?.companyCode === b?.companyCode && a?.permitId === b?.permitId },
  );
  return (
    <PageFrame title="permit.title" tabs={tabs()} tab={tab()} onTab={(name) => go(`#permits/${name}`)}>
      <Switch>
        <Match when={tab() === 'today'}>
          <DayTab {...props} />
        </Match>
        <Match when={tab() === 'months'}>
          <MonthsTab {...props} />
        </Match>
        <Match when={tab() === 'companies'}>
          <CompaniesTab />
        </Match>
        <Match when={tab() === 'alarms'}>
          <AlarmsTab {...props} />
        </Match>
        <Match when={tab() === 'list'}>
          <Show when={opened()} keyed fallback={<ListTab {...props} />}>
            {(one) => <PermitPage {...props} companyCode={one.companyCode} permitId={one.permitId} />}
          </Show>
        </Match>
        <Match when={tab() === 'standard'}>
          <StandardTab />
        </Match>
      </Switch>
    </PageFrame>
  );
}
