/** The ledger: what was received and what became of it, by company and interface; a chosen row shows its minutes. */
import { createMemo, createSignal, For, Show } from 'solid-js';
import type { LedgerAnswer, LedgerFigures } from '../../core/web-api.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { intakeApi } from './intake-api.ts';
import { instantText, interfaceText, numberText } from './names.ts';

const HOUR_MS = 3_600_000;
const SPANS = [
  { key: 'intake.hour', ms: HOUR_MS },
  { key: 'intake.day', ms: 24 * HOUR_MS },
  { key: 'intake.week', ms: 168 * HOUR_MS },
] as const satisfies readonly { key: TextKey; ms: number }[];
const EVERY_MS = 15_000;
/** Minutes of every company together are many: they are asked for with a row, and with the shortest span. */
const MINUTE_MS = 60_000;

type Column = keyof LedgerFigures | 'pending';
/** The first is the sum of those up to `stored` and `pending`; the last three stand apart. */
const COLUMNS: readonly { readonly of: Column; readonly key: TextKey; readonly isApart?: true }[] = [
  { of: 'received', key: 'ledger.received' },
  { of: 'refused', key: 'ledger.refused' },
  { of: 'duplicate', key: 'ledger.duplicate' },
  { of: 'superseded', key: 'ledger.superseded' },
  { of: 'quarantined', key: 'ledger.quarantined' },
  { of: 'stored', key: 'ledger.stored' },
  { of: 'pending', key: 'ledger.pending' },
  { of: 'acknowledged', key: 'ledger.acknowledged', isApart: true },
  { of: 'unanswered', key: 'ledger.unanswered', isApart: true },
  { of: 'refusedRequests', key: 'ledger.refusedRequests', isApart: true },
];

type Sum = LedgerAnswer['sums'][number];
interface Chosen {
  readonly companyCode: string;
  readonly interface: string;
}

export function LedgerTab(props: { nameOf: (companyCode: string) => string }) {
  const t = useTranslate();
  const [spanMs, setSpanMs] = createSignal<number>(HOUR_MS);
  const [chosen, setChosen] = createSignal<Chosen | null>(null);
  const sums = createPolled(
    spanMs,
    (ms) => {
      const toMs = Date.now() + MINUTE_MS;
      return intakeApi.ledger({ fromMs: toMs - MINUTE_MS - ms, toMs });
    },
    EVERY_MS,
  );
  const minutes = createPolled(
    createMemo(() => ({ chosen: chosen(), ms: spanMs() })),
    async ({ chosen: row, ms }) => {
      if (row === null) return null;
      const toMs = Date.now() + MINUTE_MS;
      const question = { fromMs: toMs - MINUTE_MS - ms, toMs, company: row.companyCode, interface: row.interface };
      return intakeApi.ledger(question);
    },
    EVERY_MS,
  );
  const isChosen = (sum: Sum): boolean =>
    chosen()?.companyCode === sum.companyCode && chosen()?.interface === sum.interface;
  /** With a row chosen the others make room for its minutes. */
  const shown = (): readonly Sum[] => {
    const all = sums.answer()?.sums ?? [];
    const mine = all.filter(isChosen);
    return mine.length > 0 ? mine : all;
  };
  const choose = (sum: Sum): void => {
    setChosen(isChosen(sum) ? null : { companyCode: sum.companyCode, interface: sum.interface });
  };
  const total = (of: Column): number | null => {
    const values = (sums.answer()?.sums ?? []).map((sum) => sum[of]);
    return values.includes(null) ? null : values.reduce<number>((all, value) => all + (value ?? 0), 0);
  };

  return (
    <section class="ledger">
      <div class="table-head">
        <p class="hint">{t('ledger.equation')}</p>
        <fieldset class="segments" aria-label={t('intake.span')}>
          <For each={SPANS}>
            {(span) => (
              <button
                type="button"
                class="button small"
                classList={{ on: spanMs() === span.ms }}
                aria-pressed={spanMs() === span.ms}
                onClick={() => setSpanMs(span.ms)}
              >
                {t(span.key)}
              </button>
            )}
          </For>
        </fieldset>
      </div>
      <Notices polled={sums} isEmpty={sums.answer()?.sums.length === 0} empty="ledger.none" />
      <Show when={(sums.answer()?.sums.length ?? 0) > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('intake.company')}</th>
              <th>{t('intake.interface')}</th>
              <Headings />
              <th>{t('ledger.balance')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={shown()}>
              {(sum) => (
                <tr
                  class="choice"
                  classList={{ chosen: isChosen(sum), wrong: !sum.balanced }}
                  tabindex="0"
                  onClick={() => choose(sum)}
                  onKeyDown={(event) => event.key === 'Enter' && choose(sum)}
                >
                  <td title={sum.companyCode}>
                    {isChosen(sum) ? '‹ ' : ''}
                    {props.nameOf(sum.companyCode)}
                  </td>
                  <td>{interfaceText(t, sum.interface)}</td>
                  <Figures of={(column) => sum[column]} />
                  <td>{t(sum.balanced ? 'ledger.balanced' : 'ledger.unbalanced')}</td>
                </tr>
              )}
            </For>
          </tbody>
          <Show when={chosen() === null}>
            <tfoot>
              <tr>
                <td colspan="2">{t('ledger.total')}</td>
                <Figures of={total} />
                <td />
              </tr>
            </tfoot>
          </Show>
        </table>
      </Show>
      <Show when={chosen()}>
        {(row) => (
          <div class="minutes">
            <h2>
              {props.nameOf(row().companyCode)} · {interfaceText(t, row().interface)} · {t('ledger.byMinute')}
            </h2>
            <Notices polled={minutes} isEmpty={minutes.answer()?.minutes.length === 0} empty="ledger.none" />
            <For each={minutes.answer()?.refusals}>
              {(refusal) => (
                <p class="hint">{t('ledger.refusedAs', { code: refusal.code, n: numberText(refusal.requests) })}</p>
              )}
            </For>
            <table>
              <thead>
                <tr>
                  <th>{t('ledger.minute')}</th>
                  <Headings withoutPending />
                  <th>{t('ledger.balance')}</th>
                </tr>
              </thead>
              <tbody>
                <For each={minutes.answer()?.minutes.toReversed()}>
                  {(line) => (
                    <tr classList={{ wrong: !line.balanced }}>
                      <td>{instantText(line.minuteMs, false)}</td>
                      <Figures of={(column) => (column === 'pending' ? 0 : line[column])} withoutPending />
                      <td>{t(line.balanced ? 'ledger.balanced' : 'ledger.unbalanced')}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
        )}
      </Show>
    </section>
  );
}

const shownColumns = (withoutPending: boolean | undefined) =>
  COLUMNS.filter((column) => withoutPending !== true || column.of !== 'pending');

function Headings(props: { withoutPending?: boolean }) {
  const t = useTranslate();
  return (
    <For each={shownColumns(props.withoutPending)}>
      {(column) => (
        <th class="number" classList={{ apart: column.isApart === true }}>
          {t(column.key)}
        </th>
      )}
    </For>
  );
}

/** Nothing stands where nothing was counted: what is there catches the eye. */
function Figures(props: { of: (column: Column) => number | null; withoutPending?: boolean }) {
  const t = useTranslate();
  const text = (value: number | null): string =>
    value === null ? t('ledger.unknown') : value === 0 ? '' : numberText(value);
  return (
    <For each={shownColumns(props.withoutPending)}>
      {(column) => (
        <td class="number" classList={{ apart: column.isApart === true }}>
          {text(props.of(column.of))}
        </td>
      )}
    </For>
  );
}
