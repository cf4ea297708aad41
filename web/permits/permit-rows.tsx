/** The lists of a permit's full record: approvals, measures, linked permits, attachments, alarms, and what was said when. */
import { createResource, createSignal, For, type JSX, Show } from 'solid-js';
import { permitRuleOf } from '../../standard/permit-rules.ts';
import { ORDER_STATES, type OrderState } from '../../stream/protocol/orders.ts';
import type { PermitAlarmJson, PermitDetail } from '../../stream/protocol/permit-api.ts';
import type { AlarmLevel, RuleId } from '../../stream/protocol/vocabulary.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import { LevelMark } from '../app/marks.tsx';
import { type TextKey, type Translate, useTranslate } from '../i18n/i18n.ts';
import { stateText } from '../orders/order-text.ts';
import { permitClient } from './permit-client.ts';
import { PermitIcon } from './permit-icon.tsx';
import { momentText, numberOf, statusText, workText } from './permit-text.ts';

interface Lists {
  readonly detail: PermitDetail;
  readonly nowMs: number;
}

function Section(props: { title: TextKey; count: number; none: TextKey; children: JSX.Element }) {
  const t = useTranslate();
  return (
    <section class="permit-section">
      <h3>
        {t(props.title)} <Show when={props.count > 0}>{props.count}</Show>
      </h3>
      <Show when={props.count > 0} fallback={<p class="hint">{t(props.none)}</p>}>
        {props.children}
      </Show>
    </section>
  );
}

export function PermitLists(props: Lists & { onOpen: (companyCode: string, permitId: string) => void }) {
  return (
    <>
      <Alarms detail={props.detail} nowMs={props.nowMs} />
      <Approvals detail={props.detail} nowMs={props.nowMs} />
      <Measures detail={props.detail} nowMs={props.nowMs} />
      <Linked detail={props.detail} nowMs={props.nowMs} onOpen={props.onOpen} />
      <Attachments detail={props.detail} nowMs={props.nowMs} />
      <History detail={props.detail} nowMs={props.nowMs} />
    </>
  );
}

/** How it was seen to: the state of our order, or what the company's own system says. */
const resultText = (t: Translate, { by, result }: PermitAlarmJson): string =>
  by === 'park' && (ORDER_STATES as readonly string[]).includes(result) ? stateText(t, result as OrderState) : result;

function Alarms(props: Lists) {
  const t = useTranslate();
  return (
    <Section title="permit.alarms" count={props.detail.alarms.length} none="permit.alarmsNone">
      <ul class="lines">
        <For each={props.detail.alarms}>
          {(alarm) => (
            <li>
              <LevelMark level={alarm.level as AlarmLevel} isDim={!alarm.active} />
              <span>
                <b>{permitRuleOf(alarm.rule) === undefined ? alarm.rule : ruleText(t, alarm.rule as RuleId)}</b>{' '}
                <code>{alarm.code}</code>
                <small>
                  {[
                    momentText(alarm.raisedAtMs, props.nowMs),
                    t(alarm.active ? 'permit.alarmOpen' : 'permit.alarmOver'),
                    alarm.acknowledged ? t('permit.acknowledged') : '',
                    alarm.by === 'vendor' ? t('permit.alarmBy.vendor') : '',
                    resultText(t, alarm),
                  ]
                    .filter((part) => part !== '')
                    .join(' · ')}
                </small>
              </span>
            </li>
          )}
        </For>
      </ul>
    </Section>
  );
}

function Approvals(props: Lists) {
  const rows = () => props.detail.rows.approvals;
  return (
    <Section title="permit.approvals" count={rows().length} none="permit.approvalsNone">
      <ul class="lines">
        <For each={rows()}>
          {(row) => (
            <li>
              <span>
                <b>{row.name}</b> {row.stage} <Show when={row.opinion}>{(opinion) => <>“{opinion()}”</>}</Show>
                <small>{row.atMs === null ? '' : momentText(row.atMs, props.nowMs)}</small>
              </span>
            </li>
          )}
        </For>
      </ul>
    </Section>
  );
}

function Measures(props: Lists) {
  const t = useTranslate();
  const rows = () => props.detail.rows.measures;
  const stand = (row: PermitDetail['rows']['measures'][number]): string => {
    if (row.isInvolved === false) return t('permit.measureNotInvolved');
    if (row.confirmedBy === null) return t('permit.measureOpen');
    const at = row.atMs === null ? '' : ` ${momentText(row.atMs, props.nowMs)}`;
    return t('permit.measureConfirmed', { name: row.confirmedBy }) + at;
  };
  return (
    <Section title="permit.measures" count={rows().length} none="permit.measuresNone">
      <ol class="lines">
        <For each={rows()}>
          {(row) => (
            <li classList={{ doubt: row.isInvolved !== false && row.confirmedBy === null }}>
              <span>
                {row.content}
                <small>{stand(row)}</small>
              </span>
            </li>
          )}
        </For>
      </ol>
    </Section>
  );
}

function Linked(props: Lists & { onOpen: (companyCode: string, permitId: string) => void }) {
  const t = useTranslate();
  /** Named and never received. */
  const unknown = () =>
    props.detail.rows.links.filter(
      ({ permitId }) => !props.detail.linked.some((other) => other.permitId === permitId || other.number === permitId),
    );
  const related = () => props.detail.fields.relatedCodes ?? [];
  return (
    <Section
      title="permit.linked"
      count={props.detail.linked.length + unknown().length + related().length}
      none="permit.linkedNone"
    >
      <Show when={related().length > 0}>
        <p class="hint">
          {t('permit.relatedWork')}{' '}
          {related()
            .map((code) => workText(t, code))
            .join(t('listComma'))}
        </p>
      </Show>
      <ul class="lines">
        <For each={props.detail.linked}>
          {(other) => (
            <li>
              <button type="button" class="job-row" onClick={() => props.onOpen(other.companyCode, other.permitId)}>
                <PermitIcon workCode={other.workCode} status={other.status} alarmLevel={other.worstLevel ?? 0} />
                <span>
                  <b>
                    {workText(t, other.workCode)} <small>{statusText(t, other.status)}</small>
                  </b>
                  <small>{[numberOf(other), other.site].filter(Boolean).join(' · ')}</small>
                </span>
              </button>
            </li>
          )}
        </For>
        <For each={unknown()}>
          {({ permitId }) => (
            <li class="doubt">
              <span>
                <code>{permitId}</code> <small>{t('permit.linkedUnknown')}</small>
              </span>
            </li>
          )}
        </For>
      </ul>
    </Section>
  );
}

const ATTACHMENT_KINDS: Readonly<Record<string, TextKey>> = {
  ticket: 'permit.attachment.ticket',
  briefing: 'permit.attachment.briefing',
  countersign: 'permit.attachment.countersign',
  commitment: 'permit.attachment.commitment',
  site: 'permit.attachment.site',
  other: 'permit.attachment.other',
};
const attachmentText = (t: Translate, kind: string): string => {
  const key = ATTACHMENT_KINDS[kind];
  return key === undefined ? kind : t(key);
};

function Attachments(props: Lists) {
  const t = useTranslate();
  return (
    <Section title="permit.attachments" count={props.detail.attachments.length} none="permit.attachmentsNone">
      <ul class="lines">
        <For each={props.detail.attachments}>
          {(file) => (
            <li>
              <a
                href={permitClient.attachmentPath(props.detail.companyCode, props.detail.permitId, file.attachmentId)}
                target="_blank"
                rel="noopener"
              >
                {attachmentText(t, file.kind)} · {file.fileName}{' '}
                <small>{t('order.kilobytes', { n: Math.ceil(file.bytes / 1024) })}</small>
              </a>
            </li>
          )}
        </For>
      </ul>
    </Section>
  );
}

/** Each word as it was sent, asked for when somebody wants it. */
function History(props: Lists) {
  const t = useTranslate();
  const [isOpen, setOpen] = createSignal(false);
  const [history] = createResource(
    () => (isOpen() ? props.detail.updatedAtMs : null),
    () => permitClient.history(props.detail.companyCode, props.detail.permitId),
  );
  const words = () => (history.error === undefined ? (history.latest?.words ?? []) : []);
  return (
    <section class="permit-section">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('permit.history')}</summary>
        <Show when={history.error !== undefined}>
          <p class="form-error">{t('intake.noAnswer')}</p>
        </Show>
        <Show when={!history.loading && words().length === 0 && history.error === undefined}>
          <p class="hint">{t('permit.historyNone')}</p>
        </Show>
        <ol class="lines history">
          <For each={words()}>
            {(word) => (
              <li>
                <span>
                  <b>{momentText(word.updatedAtMs ?? word.receivedAtMs, props.nowMs)}</b>{' '}
                  <small>{t('permit.historyBy', { by: word.by })}</small>
                  <code>{JSON.stringify(word.said)}</code>
                </span>
              </li>
            )}
          </For>
        </ol>
      </details>
    </section>
  );
}
