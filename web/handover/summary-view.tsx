/** What is handed over: six short tables, the gravest first, fit for the screen and for A4. */
import { For, type JSX, Show } from 'solid-js';
import type { HandoverSummary } from '../../core/handover-api.ts';
import type { OrderState } from '../../stream/protocol/orders.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { ruleText, shortCompany } from '../alarm/alarm-text.ts';
import { LevelMark } from '../app/marks.tsx';
import { durationText, exactText } from '../app/time-text.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { interfaceText } from '../intake/names.ts';
import { partyText, stateText } from '../orders/order-text.ts';
import { workText } from '../permits/permit-text.ts';
import { asRule, handlingText, totalsOf, whoOf } from './handover-text.ts';

export function SummaryView(props: { summary: HandoverSummary }) {
  const t = useTranslate();
  const companyName = (code: string): string => props.summary.companyNames[code] || code;
  const rule = (id: string) => ruleText(t, asRule(id));
  const totals = () => totalsOf(props.summary.alarms);
  const scopeOf = (shelf: HandoverSummary['shelves'][number]): string =>
    [
      shelf.rule === null ? '' : rule(shelf.rule),
      shelf.area === null ? '' : shelf.areaName || shelf.area,
      shelf.person === null ? '' : shelf.personName || shelf.person,
    ]
      .filter((part) => part !== '')
      .join(' · ');
  return (
    <div class="handover-summary">
      <p class="span-line">
        {t('handover.fromTo', { from: exactText(props.summary.fromMs), to: exactText(props.summary.toMs) })}
      </p>
      <Part
        title="handover.standing"
        empty="handover.noStanding"
        count={props.summary.standingCount}
        rows={props.summary.standing}
        head={['handover.level', 'handover.rule', 'handover.who', 'handover.since', 'handover.handling']}
      >
        {(alarm) => (
          <tr>
            <td>
              <LevelMark level={alarm.level as AlarmLevel} isDim={alarm.acknowledgedBy !== null} />
            </td>
            <td>{rule(alarm.rule)}</td>
            <td>{whoOf(t, alarm, companyName)}</td>
            <td class="moment">{exactText(alarm.onsetAtMs)}</td>
            <td>
              {handlingText(t, alarm)}
              <For each={alarm.comments}>
                {(note) => (
                  <p class="note">
                    <b>{note.by}</b> {note.text}
                  </p>
                )}
              </For>
            </td>
          </tr>
        )}
      </Part>
      <Part
        title="handover.orders"
        empty="handover.noOrders"
        count={props.summary.orderCount}
        rows={props.summary.orders}
        head={[
          'handover.level',
          'handover.rule',
          'handover.who',
          'handover.state',
          'handover.party',
          'handover.deadline',
        ]}
      >
        {(order) => (
          <tr classList={{ late: order.deadlineAtMs < props.summary.toMs }}>
            <td>
              <LevelMark level={order.level as AlarmLevel} />
            </td>
            <td>{rule(order.rule)}</td>
            <td>{[order.subject, order.place].filter((part) => part !== '').join(' · ')}</td>
            <td>{stateText(t, order.state as OrderState)}</td>
            <td>{[partyText(t, order.party, companyName), order.assignee].filter(Boolean).join(' · ')}</td>
            <td class="moment">{exactText(order.deadlineAtMs)}</td>
          </tr>
        )}
      </Part>
      <Part
        title="handover.shelves"
        empty="handover.noShelves"
        rows={props.summary.shelves}
        head={['handover.scope', 'handover.reason', 'handover.by', 'handover.until']}
      >
        {(shelf) => (
          <tr>
            <td>{scopeOf(shelf)}</td>
            <td>{shelf.reason}</td>
            <td>{shelf.by}</td>
            <td class="moment">{exactText(shelf.untilMs)}</td>
          </tr>
        )}
      </Part>
      <Part
        title="handover.permits"
        empty="handover.noPermits"
        count={props.summary.permitCount}
        rows={props.summary.permits}
        head={[
          'handover.work',
          'handover.number',
          'handover.company',
          'handover.site',
          'handover.validTo',
          'handover.openAlarms',
        ]}
      >
        {(permit) => (
          <tr>
            <td>{workText(t, permit.workCode)}</td>
            <td>{permit.number ?? permit.permitId}</td>
            <td>{shortCompany(permit.companyName)}</td>
            <td>{permit.site}</td>
            <td class="moment">{permit.validToMs === null ? '–' : exactText(permit.validToMs)}</td>
            <td class="number">{permit.openAlarms === 0 ? '' : permit.openAlarms}</td>
          </tr>
        )}
      </Part>
      <Part
        title="handover.silent"
        empty="handover.noSilent"
        rows={props.summary.silent}
        head={['handover.company', 'handover.interface', 'handover.since']}
      >
        {(one) => (
          <tr>
            <td>{one.companyName || one.companyCode}</td>
            <td>{interfaceText(t, one.interfaceName)}</td>
            <td class="moment">{exactText(one.sinceMs)}</td>
          </tr>
        )}
      </Part>
      <Part
        title="handover.alarms"
        empty="handover.noAlarms"
        count={totals().raised}
        rows={props.summary.alarms}
        head={[
          'handover.level',
          'handover.rule',
          'handover.raised',
          'handover.acknowledged',
          'handover.ended',
          'handover.markedFalse',
          'handover.escalated',
          'handover.meanAck',
        ]}
        total={
          <tr class="total">
            <td />
            <td>{t('handover.total')}</td>
            <td class="number">{totals().raised}</td>
            <td class="number">{totals().acknowledged}</td>
            <td class="number">{totals().ended}</td>
            <td class="number">{totals().markedFalse}</td>
            <td class="number">{totals().escalated}</td>
            <td />
          </tr>
        }
      >
        {(row) => (
          <tr>
            <td>
              <LevelMark level={row.level as AlarmLevel} />
            </td>
            <td>{rule(row.rule)}</td>
            <td class="number">{row.raised}</td>
            <td class="number">{row.acknowledged}</td>
            <td class="number">{row.ended}</td>
            <td class="number">{row.markedFalse}</td>
            <td class="number">{row.escalated}</td>
            <td class="number">{row.acknowledgedAfterMs === null ? '–' : durationText(t, row.acknowledgedAfterMs)}</td>
          </tr>
        )}
      </Part>
    </div>
  );
}

/** A table, or one quiet line where there is nothing. */
function Part<T>(props: {
  title: TextKey;
  empty: TextKey;
  head: readonly TextKey[];
  rows: readonly T[];
  /** How many there are, where the rows are not all of them or count many each. */
  count?: number;
  /** Last row, of sums: the rows then leave nothing out. */
  total?: JSX.Element;
  children: (row: T) => JSX.Element;
}) {
  const t = useTranslate();
  const count = () => props.count ?? props.rows.length;
  return (
    <section>
      <h2>
        {t(props.title)} <small>{count()}</small>
      </h2>
      <Show when={count() > 0} fallback={<p class="nothing">{t(props.empty)}</p>}>
        <table>
          <thead>
            <tr>
              <For each={props.head}>{(key) => <th scope="col">{t(key)}</th>}</For>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>{(row) => props.children(row)}</For>
            {props.total}
          </tbody>
        </table>
        <Show when={props.total === undefined && count() > props.rows.length}>
          <p class="hint">{t('handover.more', { shown: props.rows.length, n: count() })}</p>
        </Show>
      </Show>
    </section>
  );
}
