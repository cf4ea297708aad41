/** Where each company stands with each interface; a chosen one that is not live yet shows its joint test's check-list. */
import { createMemo, createSignal, For, Show } from 'solid-js';
import type { InterfacesAnswer } from '../../core/web-api.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { Notices } from '../pages/notices.tsx';
import type { Polled } from '../pages/polled.ts';
import { instantText, interfaceText, STAGE_TEXT, sampleText } from './names.ts';

type One = InterfacesAnswer['interfaces'][number];

const shownOf = (one: One): number => one.checkList.filter((item) => item.shownAtMs !== null).length;

export function InterfacesTab(props: { polled: Polled<InterfacesAnswer> }) {
  const t = useTranslate();
  const [chosen, setChosen] = createSignal<{ companyCode: string; interface: string } | null>(null);
  const all = (): readonly One[] => props.polled.answer()?.interfaces ?? [];
  const names = createMemo(() => [...new Set(all().map((one) => one.interface))]);
  const byCompany = createMemo(() => {
    const companies = new Map<string, One[]>();
    for (const one of all()) companies.set(one.companyCode, [...(companies.get(one.companyCode) ?? []), one]);
    return [...companies.values()];
  });
  const isChosen = (one: One): boolean =>
    chosen()?.companyCode === one.companyCode && chosen()?.interface === one.interface;
  return (
    <section class="interfaces">
      <Notices polled={props.polled} isEmpty={byCompany().length === 0} empty="intake.noCompanies" />
      <Show when={byCompany().length > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('intake.company')}</th>
              <For each={names()}>{(name) => <th>{interfaceText(t, name)}</th>}</For>
            </tr>
          </thead>
          <tbody>
            <For each={byCompany()}>
              {(company) => (
                <>
                  <tr>
                    <td title={company[0]?.companyCode}>{company[0]?.companyName}</td>
                    <For each={company}>
                      {(one) => (
                        <td>
                          <Show
                            when={one.stage !== 'live'}
                            fallback={<span class="stands live">{t(STAGE_TEXT[one.stage])}</span>}
                          >
                            <button
                              type="button"
                              class={`stands ${one.stage}`}
                              aria-pressed={isChosen(one)}
                              onClick={() => setChosen(isChosen(one) ? null : one)}
                            >
                              {t(STAGE_TEXT[one.stage])} {shownOf(one)}/{one.checkList.length}
                            </button>
                          </Show>
                        </td>
                      )}
                    </For>
                  </tr>
                  <Show when={company.find(isChosen)}>
                    {(one) => <CheckList one={one()} columns={names().length + 1} />}
                  </Show>
                </>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}

function CheckList(props: { one: One; columns: number }) {
  const t = useTranslate();
  return (
    <tr class="check-list">
      <td colspan={props.columns}>
        <b>
          {interfaceText(t, props.one.interface)} · {t('intake.checkList')}
        </b>
        <ul class="samples">
          <For each={props.one.checkList}>
            {(item) => (
              <li classList={{ done: item.shownAtMs !== null }}>
                {sampleText(t, item.sample)}
                <small>{item.shownAtMs === null ? t('intake.notShown') : instantText(item.shownAtMs)}</small>
              </li>
            )}
          </For>
        </ul>
      </td>
    </tr>
  );
}
