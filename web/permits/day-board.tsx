/** Permits of a day: how many, by kind, level and state, of the park or one company. Each number leads to its list. */

import { For, Show } from 'solid-js';
import { parkDay } from '../../core/park-time.ts';
import type { DayBoard } from '../../stream/protocol/permit-api.ts';
import type { PermitStatus } from '../../stream/protocol/permits.ts';
import type { PageProps } from '../app/pages.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { sumOfStatus, sumsByKind } from './board-sums.ts';
import { CompanyField, DayField, setWord, wordOf } from './board-words.tsx';
import { permitClient } from './permit-client.ts';
import { listHash, type PermitFilter } from './permit-filter.ts';
import { PermitIcon } from './permit-icon.tsx';
import { CODE_OF_KIND, type DayState } from './permit-states.ts';
import { kindText, workText } from './permit-text.ts';

const EVERY_MS = 15_000;

/** Columns of the table: what a permit can be, and the statuses behind each. */
const COLUMNS: readonly { readonly state: DayState; readonly statuses: readonly PermitStatus[] }[] = [
  { state: 'applied', statuses: ['applied', 'issued'] },
  { state: 'working', statuses: ['working', 'paused'] },
  { state: 'finished', statuses: ['accepted'] },
  { state: 'cancelled', statuses: ['void', 'withdrawn'] },
];

export function DayTab(props: PageProps) {
  const t = useTranslate();
  const day = () => wordOf('day') || parkDay(Date.now());
  const company = () => props.session.companyCode ?? wordOf('companyCode');
  const polled = createPolled(
    () => ({ day: day(), companyCode: company() }),
    (asked) => permitClient.day(asked.day, asked.companyCode || null),
    EVERY_MS,
  );
  const link = (change: Partial<PermitFilter>) =>
    listHash({ from: day(), to: day(), companyCode: company(), ...change });
  return (
    <section class="permit-board">
      <div class="board-words">
        <DayField id="permit-day" text={t('permit.dayOf')} value={day()} onPick={(value) => setWord('day', value)} />
        <CompanyField session={props.session} value={company()} onPick={(code) => setWord('companyCode', code)} />
      </div>
      <Notices
        polled={polled}
        isEmpty={polled.answer()?.total === 0 && polled.answer()?.booked === 0}
        empty="permit.none"
      />
      <Show when={polled.answer()}>
        {(board) => (
          <>
            <Figures board={board()} link={link} />
            <KindTable board={board()} link={link} />
          </>
        )}
      </Show>
    </section>
  );
}

type Link = (change: Partial<PermitFilter>) => string;

function Figures(props: { board: DayBoard; link: Link }) {
  const t = useTranslate();
  const figure = (name: string, value: number, change: Partial<PermitFilter> | null, isMain = false) => (
    <p class="figure" classList={{ main: isMain }}>
      <span>{name}</span>
      <Show when={change} fallback={<b>{numberText(value)}</b>}>
        {(filter) => (
          <a href={props.link(filter())}>
            <b>{numberText(value)}</b>
          </a>
        )}
      </Show>
    </p>
  );
  const of = (statuses: readonly PermitStatus[]) => sumOfStatus(props.board.counts, statuses);
  return (
    <div class="figures">
      {figure(t('permit.figure.total'), props.board.total, {}, true)}
      <For each={COLUMNS}>{({ state, statuses }) => figure(t(`permit.day.${state}`), of(statuses), { statuses })}</For>
      {figure(t('permit.status.paused'), of(['paused']), { statuses: ['paused'] })}
      {figure(t('permit.figure.booked'), props.board.booked, null)}
      {figure(t('permit.figure.alarmed'), props.board.alarmed, { alarmed: true })}
      {figure(t('permit.figure.open'), props.board.openAlarms, null)}
    </div>
  );
}

function KindTable(props: { board: DayBoard; link: Link }) {
  const t = useTranslate();
  const sums = () => sumsByKind(props.board.counts);
  const cell = (count: number, change: Partial<PermitFilter>) => (
    <td class="number">
      <Show when={count > 0} fallback={<span class="zero">0</span>}>
        <a href={props.link(change)}>{numberText(count)}</a>
      </Show>
    </td>
  );
  return (
    <table class="kind-table">
      <thead>
        <tr>
          <th>{t('permit.kind')}</th>
          <th class="number">{t('permit.total')}</th>
          <For each={COLUMNS}>{({ state }) => <th class="number">{t(`permit.day.${state}`)}</th>}</For>
          <th>{t('permit.level')}</th>
        </tr>
      </thead>
      <tbody>
        <For each={sums()}>
          {(sum) => {
            const workCodes = () => sum.codes.map(({ workCode }) => workCode);
            return (
              <tr>
                <td class="kind">
                  <PermitIcon workCode={CODE_OF_KIND[sum.kind]} status="working" isPlain />
                  {kindText(t, sum.kind)}
                </td>
                {cell(sum.total, { workCodes: workCodes() })}
                <For each={COLUMNS}>
                  {({ state, statuses }) => cell(sum.byState[state] ?? 0, { workCodes: workCodes(), statuses })}
                </For>
                <td class="codes">
                  <For each={sum.codes}>
                    {({ workCode, count }) => (
                      <a href={props.link({ workCodes: [workCode] })}>
                        {workText(t, workCode)} <b>{numberText(count)}</b>
                      </a>
                    )}
                  </For>
                </td>
              </tr>
            );
          }}
        </For>
      </tbody>
    </table>
  );
}
