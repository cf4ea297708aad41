/** Work of today at the left of the map: the list that a number, a heap or the rail leads to, or the card of the open permit. */
import { createMemo, createSignal, For, Show } from 'solid-js';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { shortCompany } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { EVERY_JOB, fits, type JobFilter, type JobItem } from './job-items.ts';
import { PermitCard } from './permit-card.tsx';
import { PermitIcon } from './permit-icon.tsx';
import { CODE_OF_KIND, DAY_STATES, type DayState, KINDS } from './permit-states.ts';
import { kindText, numberOf, spanText, statusText, workText } from './permit-text.ts';

/** Rows drawn at once; the filter is what finds the others. */
const ROWS = 80;

export function PermitsTab(props: { room: ControlRoomState }) {
  return (
    <div class="panel-body permits">
      <Show when={props.room.permits.open()} keyed fallback={<JobList room={props.room} />}>
        {(open) => <PermitCard room={props.room} open={open} />}
      </Show>
    </div>
  );
}

function JobList(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { permits, companyFilter } = props.room;
  const [rows, setRows] = createSignal(ROWS);
  const filter = (): JobFilter => ({ ...permits.filter(), companyCode: companyFilter() });
  const change = (next: Partial<JobFilter>): void => {
    setRows(ROWS);
    permits.setFilter({ ...permits.filter(), keys: null, ...next });
  };
  const found = createMemo(() => permits.items().filter((item) => fits(item, filter())));
  /** Those with work today. */
  const companies = createMemo(() =>
    [...new Set(permits.items().map(({ companyCode }) => companyCode))]
      .map((code) => ({ code, name: props.room.shown.companyName(code) }))
      .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN')),
  );
  const isFiltered = (): boolean => {
    const { state, kind, isAlarmed, keys } = permits.filter();
    return state !== null || kind !== null || isAlarmed || keys !== null;
  };
  return (
    <>
      <Show when={companies().length > 1}>
        <select
          class="permit-company"
          aria-label={t('permit.chooseCompany')}
          value={companyFilter() ?? ''}
          onChange={(event) => props.room.setCompanyFilter(event.currentTarget.value || null)}
        >
          <option value="">{t('permit.allCompanies')}</option>
          <For each={companies()}>{({ code, name }) => <option value={code}>{name}</option>}</For>
        </select>
      </Show>
      <div class="permit-filters">
        <div class="segments">
          <button
            type="button"
            class="button small"
            aria-pressed={permits.filter().state === null}
            onClick={() => change({ state: null })}
          >
            {t('permit.all')}
          </button>
          <For each={DAY_STATES}>
            {(state: DayState) => (
              <button
                type="button"
                class="button small"
                aria-pressed={permits.filter().state === state}
                onClick={() => change({ state })}
              >
                {t(`permit.day.${state}`)} {permits.counts().byState[state]}
              </button>
            )}
          </For>
          <button
            type="button"
            class="button small"
            aria-pressed={permits.filter().isAlarmed}
            onClick={() => change({ isAlarmed: !permits.filter().isAlarmed })}
          >
            {t('permit.boardAlarmed')} {permits.counts().alarmed}
          </button>
        </div>
        <div class="kinds">
          <For each={KINDS}>
            {(kind) => (
              <button
                type="button"
                aria-pressed={permits.filter().kind === kind}
                title={kindText(t, kind)}
                aria-label={kindText(t, kind)}
                onClick={() => change({ kind: permits.filter().kind === kind ? null : kind })}
              >
                <PermitIcon workCode={CODE_OF_KIND[kind]} status="working" isPlain />
              </button>
            )}
          </For>
        </div>
      </div>
      <p class="hint found-count">
        <Show when={permits.filter().keys} fallback={t('permit.count', { n: found().length })}>
          {(keys) => <>{t('permit.here', { n: keys().length })}</>}
        </Show>
        <Show when={isFiltered()}>
          <button type="button" class="button small" onClick={() => permits.setFilter(EVERY_JOB)}>
            {t('permit.clear')}
          </button>
        </Show>
      </p>
      <Show
        when={found().length > 0}
        fallback={
          <div class="empty">
            <strong>{t(permits.items().length === 0 ? 'permit.none' : 'permit.noneFit')}</strong>
            <span>{t(permits.items().length === 0 ? 'permit.noneDetail' : 'permit.noneFitDetail')}</span>
          </div>
        }
      >
        <ul class="job-rows">
          <For each={found().slice(0, rows())}>{(item) => <JobRow item={item} room={props.room} />}</For>
        </ul>
        <Show when={found().length > rows()}>
          <button type="button" class="button small" onClick={() => setRows(rows() + ROWS)}>
            {t('permit.more')}
          </button>
        </Show>
      </Show>
      <a class="button" href="#permits/list" target="_blank" rel="noopener">
        <Icon name="permits" /> {t('permit.toList')}
      </a>
    </>
  );
}

/** Two lines: what and how it stands; whose and where. A booking has no card. */
function JobRow(props: { item: JobItem; room: ControlRoomState }) {
  const t = useTranslate();
  const { shown, permits } = props.room;
  const lines = () => (
    <>
      <PermitIcon workCode={props.item.workCode} status={props.item.status} alarmLevel={props.item.alarm?.level ?? 0} />
      <span>
        <b>
          {workText(t, props.item.workCode)} <small>{statusText(t, props.item.status)}</small>
        </b>
        <small title={props.item.content}>
          {[shortCompany(shown.companyName(props.item.companyCode)), props.item.site].filter(Boolean).join(' · ')}
        </small>
        <small>
          {[
            props.item.permit === null ? null : numberOf(props.item.permit),
            spanText(props.item.fromMs, props.item.toMs, shown.nowMs()),
          ]
            .filter(Boolean)
            .join(' · ')}
        </small>
      </span>
      <Show when={props.item.alarm}>
        {(alarm) => (
          <span class="job-alarm">
            <LevelMark level={alarm().level as AlarmLevel} isDim={!alarm().isWaiting} />
            <Show when={alarm().count > 1}>
              <small>×{alarm().count}</small>
            </Show>
          </span>
        )}
      </Show>
    </>
  );
  return (
    <li>
      <Show when={props.item.permit} fallback={<div class="job-row">{lines()}</div>}>
        {(permit) => (
          <button type="button" class="job-row" onClick={() => permits.show(permit().companyCode, permit().permitId)}>
            {lines()}
          </button>
        )}
      </Show>
    </li>
  );
}
