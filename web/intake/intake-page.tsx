/**
 * Intake: what the companies' suppliers send and what became of it. Ledger, stages and check-lists, refusals, findings
 * about coordinates, ops alarms. Opened beside the control room, never in its place: nobody leaves the alarms for a table.
 */
import { createMemo, createSignal, Match, Switch } from 'solid-js';
import type { PageProps } from '../app/pages.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled } from '../pages/polled.ts';
import { FindingsTab } from './findings-tab.tsx';
import { intakeApi } from './intake-api.ts';
import { InterfacesTab } from './interfaces-tab.tsx';
import { LedgerTab } from './ledger-tab.tsx';
import { OpsTab } from './ops-tab.tsx';
import { RefusalsTab } from './refusals-tab.tsx';

const TABS = ['ledger', 'interfaces', 'refusals', 'findings', 'ops'] as const;
type Tab = (typeof TABS)[number];
const TAB_NAMES: Readonly<Record<Tab, TextKey>> = {
  ledger: 'intake.ledger',
  interfaces: 'intake.interfaces',
  refusals: 'intake.refusals',
  findings: 'intake.findings',
  ops: 'intake.ops',
};
const OPS_EVERY_MS = 15_000;

export function IntakePage(props: PageProps) {
  const t = useTranslate();
  const [tab, setTab] = createSignal<Tab>('ledger');
  const ops = createPolled(() => null, intakeApi.opsAlarms, OPS_EVERY_MS);
  const interfaces = createPolled(() => null, intakeApi.interfaces, OPS_EVERY_MS);
  const companies = createMemo(() => {
    const names = new Map<string, string>();
    for (const one of interfaces.answer()?.interfaces ?? []) names.set(one.companyCode, one.companyName);
    return names;
  });
  const nameOf = (companyCode: string): string =>
    companyCode === '' ? t('intake.unknownApp') : (companies().get(companyCode) ?? companyCode);
  const seesRefusals = (): boolean => props.session.role !== 'ops';
  const tabs = () =>
    TABS.filter((name) => name !== 'refusals' || seesRefusals()).map((name) => ({
      name,
      text: TAB_NAMES[name],
      badge: name === 'ops' ? (ops.answer()?.alarms.length ?? 0) : 0,
    }));

  return (
    <PageFrame title="intake.title" tabs={tabs()} tab={tab()} onTab={setTab}>
      <Switch>
        <Match when={tab() === 'ledger'}>
          <LedgerTab nameOf={nameOf} />
        </Match>
        <Match when={tab() === 'interfaces'}>
          <InterfacesTab polled={interfaces} />
        </Match>
        <Match when={tab() === 'refusals'}>
          <RefusalsTab companies={companies()} nameOf={nameOf} isWholePark={props.session.companyCode === null} />
        </Match>
        <Match when={tab() === 'findings'}>
          <FindingsTab nameOf={nameOf} />
        </Match>
        <Match when={tab() === 'ops'}>
          <OpsTab polled={ops} nameOf={nameOf} />
        </Match>
      </Switch>
    </PageFrame>
  );
}
