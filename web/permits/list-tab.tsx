/** Permits to be looked through and spot-checked: filters that are the address, Excel, paper. */
import { DropdownMenu } from '@kobalte/core/dropdown-menu';
import { createMemo, For, onCleanup, Show } from 'solid-js';
import { WORK_TYPES } from '../../standard/special-work.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import { Icon, LevelMark } from '../app/marks.tsx';
import type { PageProps } from '../app/pages.ts';
import { go, place } from '../app/place.ts';
import { preferences } from '../app/preferences.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { numberText } from '../intake/names.ts';
import { ManyPicker } from '../widgets/picker.tsx';
import { CompanyField, DayField } from './board-words.tsx';
import { permitClient } from './permit-client.ts';
import { askedQuery, filterFrom, listHash, PERMIT_STATUSES, type PermitFilter } from './permit-filter.ts';
import { PermitIcon } from './permit-icon.tsx';
import { PermitPrintHead } from './permit-print-head.tsx';
import { createPermitRows } from './permit-rows-state.ts';
import { numberOf, spanText, statusText, workText } from './permit-text.ts';

const TYPING_MS = 250;
/** Permits are counted up to this. */
const COUNTED = 1_000;

export function ListTab(props: PageProps) {
  const t = useTranslate();
  const filter = createMemo((): PermitFilter => {
    const asked = filterFrom(place().query);
    return props.session.companyCode === null ? asked : { ...asked, companyCode: '' };
  });
  const list = createPermitRows(filter);
  const change = (next: Partial<PermitFilter>): void => go(listHash({ ...filter(), ...next }), { replaces: true });
  let typing: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(typing));
  const typed = (next: Partial<PermitFilter>): void => {
    clearTimeout(typing);
    typing = setTimeout(() => change(next), TYPING_MS);
  };
  const text = (name: 'applicant' | 'unit' | 'site', label: string) => (
    <div class="field">
      <label for={`permit-${name}`}>{label}</label>
      <input
        id={`permit-${name}`}
        type="text"
        value={filter()[name]}
        onInput={(event) => typed({ [name]: event.currentTarget.value.trim() })}
      />
    </div>
  );
  const totalText = (total: number | null): string => {
    if (total === null) return '';
    const key = total > COUNTED ? 'permit.shownOver' : 'permit.shown';
    return t(key, { shown: numberText(list.rows().length), n: numberText(Math.min(total, COUNTED)) });
  };
  const isFiltered = (): boolean => listHash(filter()) !== listHash({});
  const nowMs = Date.now();
  return (
    <section class="permit-board permit-list">
      <PermitPrintHead {...props} title={t('permit.tab.list')} />
      <div class="board-words">
        <div class="field search">
          <label for="permit-search">{t('permit.search')}</label>
          <input
            id="permit-search"
            type="search"
            autocomplete="off"
            placeholder={t('permit.searchIn')}
            value={filter().search}
            onInput={(event) => typed({ search: event.currentTarget.value.trim() })}
          />
        </div>
        <CompanyField
          session={props.session}
          value={filter().companyCode}
          onPick={(companyCode) => change({ companyCode })}
        />
        {text('applicant', t('permit.applicant'))}
        {text('unit', t('permit.units'))}
        {text('site', t('permit.site'))}
        <div class="field">
          <label for="permit-kinds">{t('permit.filterKinds')}</label>
          <ManyPicker
            id="permit-kinds"
            options={Object.keys(WORK_TYPES).map((code) => ({ value: code, text: workText(t, code) }))}
            values={filter().workCodes}
            placeholder={t('permit.anyKind')}
            onPick={(workCodes) => change({ workCodes })}
          />
        </div>
        <div class="field">
          <label for="permit-states">{t('permit.filterStates')}</label>
          <ManyPicker
            id="permit-states"
            options={PERMIT_STATUSES.map((status) => ({ value: status, text: statusText(t, status) }))}
            values={filter().statuses}
            placeholder={t('permit.anyState')}
            onPick={(values) => change({ statuses: PERMIT_STATUSES.filter((status) => values.includes(status)) })}
          />
        </div>
        <DayField id="permit-from" text={t('permit.from')} value={filter().from} onPick={(from) => change({ from })} />
        <DayField id="permit-to" text={t('permit.to')} value={filter().to} onPick={(to) => change({ to })} />
        <label class="check">
          <input
            type="checkbox"
            checked={filter().alarmed}
            onChange={(event) => change({ alarmed: event.currentTarget.checked })}
          />
          <span>{t('permit.onlyAlarmed')}</span>
        </label>
        <Show when={isFiltered()}>
          <button type="button" class="button quiet" onClick={() => go('#permits/list', { replaces: true })}>
            {t('permit.clear')}
          </button>
        </Show>
        <Out filter={filter()} />
      </div>
      <p class="hint" role="status">
        {totalText(list.total())}
      </p>
      <Show when={list.hasFailed()}>
        <p class="form-error" role="alert">
          {t(list.rows().length === 0 ? 'intake.noAnswer' : 'intake.oldAnswer')}{' '}
          <button type="button" class="button small" onClick={list.reload}>
            {t('permit.retry')}
          </button>
        </p>
      </Show>
      <Show
        when={list.rows().length > 0}
        fallback={
          <Show
            when={list.total() === 0}
            fallback={
              <Show when={list.isBusy()}>
                <p class="hint">{t('intake.loading')}</p>
              </Show>
            }
          >
            <p class="empty">
              <strong>{t(isFiltered() ? 'permit.noneFit' : 'permit.none')}</strong>
              <span>{t(isFiltered() ? 'permit.noneFitDetail' : 'permit.noneDetail')}</span>
            </p>
          </Show>
        }
      >
        <table>
          <thead>
            <tr>
              <th>{t('permit.kind')}</th>
              <th>{t('permit.state')}</th>
              <th>{t('permit.number')}</th>
              <th>{t('permit.content')}</th>
              <th>{t('permit.site')}</th>
              <th>{t('permit.company')}</th>
              <th>{t('permit.units')}</th>
              <th>{t('permit.time')}</th>
              <th>{t('permit.alarmCount')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={list.rows()}>
              {(row) => {
                const hash = () =>
                  `#permits/list/${encodeURIComponent(row.companyCode)}/${encodeURIComponent(row.permitId)}`;
                return (
                  <tr class="choice" onClick={() => go(hash())}>
                    <td class="kind">
                      <PermitIcon workCode={row.workCode} status={row.status} alarmLevel={row.worstLevel ?? 0} />
                      {workText(t, row.workCode)}
                    </td>
                    <td>{statusText(t, row.status)}</td>
                    <td>
                      <a href={hash()} onClick={(event) => event.stopPropagation()}>
                        {numberOf(row)}
                      </a>
                    </td>
                    <td class="words">{row.content}</td>
                    <td class="words">{row.site}</td>
                    <td>{row.companyName}</td>
                    <td class="words">{row.units.join(t('listComma'))}</td>
                    <td>{spanText(row.startedAtMs ?? row.validFromMs, row.endedAtMs ?? row.validToMs, nowMs)}</td>
                    <td>
                      <Show when={row.worstLevel}>
                        {(level) => (
                          <span class="job-alarm">
                            <LevelMark level={level() as AlarmLevel} /> {row.alarmCount}
                          </span>
                        )}
                      </Show>
                    </td>
                  </tr>
                );
              }}
            </For>
          </tbody>
        </table>
        <p class="more">
          <Show when={list.hasMore()} fallback={<span class="hint">{t('permit.allShown')}</span>}>
            <button type="button" class="button small" disabled={list.isBusy()} onClick={list.more}>
              {t('permit.more')}
            </button>
          </Show>
        </p>
      </Show>
    </section>
  );
}

/** What is shown, as a file or on paper. */
function Out(props: { filter: PermitFilter }) {
  const t = useTranslate();
  const take = (format: 'xlsx' | 'csv'): void =>
    location.assign(
      permitClient.exportPath(askedQuery(props.filter), format, preferences.language() === 'en' ? 'en' : 'zh'),
    );
  return (
    <DropdownMenu placement="bottom-end" gutter={4}>
      <DropdownMenu.Trigger class="button">
        {t('permit.out')}
        <Icon name="down" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu-list small">
          <DropdownMenu.Item class="menu-item" onSelect={() => take('xlsx')}>
            {t('permit.excel')}
          </DropdownMenu.Item>
          <DropdownMenu.Item class="menu-item" onSelect={() => take('csv')}>
            {t('permit.csv')}
          </DropdownMenu.Item>
          <DropdownMenu.Item class="menu-item" onSelect={() => requestAnimationFrame(() => print())}>
            {t('permit.print')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
