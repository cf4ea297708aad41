/** List of a register: search, filters, columns, Excel; what is shown is what the address says. */
import { DropdownMenu } from '@kobalte/core/dropdown-menu';
import { createSignal, Match, onCleanup, Show, Switch } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { Icon } from '../app/marks.tsx';
import { PHONE_LAYOUT } from '../app/phone-layout.ts';
import { go } from '../app/place.ts';
import { preferences } from '../app/preferences.ts';
import { numberText } from '../intake/names.ts';
import { onNotice } from '../notices/notices.tsx';
import { ColumnChooser } from './column-chooser.tsx';
import { shownColumns } from './columns.ts';
import { FilterBar } from './filter-bar.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { ListCards } from './list-cards.tsx';
import { isFiltered, placeOf, sortOf, sortWord, unfiltered, withWord } from './list-place.ts';
import { createListRows } from './list-rows.ts';
import { ListTable } from './list-table.tsx';
import { usePageKeys } from './page-keys.ts';
import { PrintHead } from './print-head.tsx';
import { problemText } from './problem-text.ts';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

const PHONE = matchMedia(PHONE_LAYOUT);
const TYPING_MS = 250;
/** Rows are counted up to this. */
const COUNTED = 1_000;

/** The row that was opened last: coming back, the list stands there. */
let lastOpenedId: string | null = null;

export function ListPage() {
  const register = useRegister();
  const { description, query, session, t, words } = register;
  const list = createListRows(() => description.name, query);
  onNotice(description.name, () => list.refresh());
  const [isPhone, setPhone] = createSignal(PHONE.matches);
  const followWidth = (): void => void setPhone(PHONE.matches);
  PHONE.addEventListener('change', followWidth);
  onCleanup(() => PHONE.removeEventListener('change', followWidth));

  const [chosenColumns, setChosenColumns] = createSignal(preferences.columns(session.userId, description.name));
  const columns = () => shownColumns(description, chosenColumns());
  const [chosenId, setChosenId] = createSignal(lastOpenedId);
  const [areKeysOpen, setKeysOpen] = createSignal(false);
  const [areFiltersOpen, setFiltersOpen] = createSignal(false);
  let search: HTMLInputElement | undefined;

  const goList = (next: URLSearchParams): void =>
    go(placeOf(description.name, { is: 'list' }, next), { replaces: true });
  const setWord = (name: string, value: string): void => goList(withWord(query(), name, value));
  let typing: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(typing));
  const typed = (words: string): void => {
    clearTimeout(typing);
    typing = setTimeout(() => setWord('q', words.trim()), TYPING_MS);
  };
  const open = (row: RegisterRow, edits = false): void => {
    lastOpenedId = row.id;
    register.goTo({ is: 'record', id: row.id, tab: 'data', edits });
  };
  const chosen = (): RegisterRow | undefined => list.rows().find(({ id }) => id === chosenId());
  const step = (by: 1 | -1): void => {
    const at = list.rows().findIndex(({ id }) => id === chosenId());
    const next = list.rows()[at < 0 ? 0 : Math.max(0, at + by)] ?? list.rows().at(-1);
    setChosenId(next?.id ?? null);
    if (at + by >= list.rows().length - 1) list.more();
  };
  usePageKeys(() => ({
    '/': () => search?.focus(),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => {
      const row = chosen();
      if (row === undefined) return false;
      open(row);
      return true;
    },
    e: () => {
      const row = chosen();
      if (row?.may.update !== true) return false;
      open(row, true);
      return true;
    },
    n: () => {
      if (!description.may.create) return false;
      register.goTo({ is: 'new' });
      return true;
    },
    '?': () => void setKeysOpen(true),
  }));

  const hasFilters = description.filters.length > 0 || description.states.length > 0 || description.choosesCompany;
  return (
    <div class="register list-page" classList={{ comfortable: preferences.isComfortable() }}>
      <PrintHead title={words(description.title)} />
      <header class="register-head">
        <h1>{words(description.title)}</h1>
        <span class="hint count" role="status">
          <Show when={list.count() !== null}>
            {(list.count() ?? 0) > COUNTED
              ? t('list.countOver', { n: numberText(COUNTED) })
              : t('list.count', { n: numberText(list.count() ?? 0) })}
          </Show>
        </span>
        <div class="register-tools">
          <ColumnChooser
            columns={columns()}
            onChoose={(next) => {
              preferences.setColumns(session.userId, description.name, next);
              setChosenColumns(next);
            }}
          />
          <button
            type="button"
            class="button quiet desk"
            aria-pressed={preferences.isComfortable()}
            onClick={() => preferences.setComfortable(!preferences.isComfortable())}
          >
            {t(preferences.isComfortable() ? 'list.dense' : 'list.comfortable')}
          </button>
          <OutMenu />
          <Show when={description.may.import}>
            <button type="button" class="button" onClick={() => register.goTo({ is: 'import' })}>
              {t('list.import')}
            </button>
          </Show>
          <Show when={description.may.create}>
            <button type="button" class="button primary" onClick={() => register.goTo({ is: 'new' })}>
              <Icon name="plus" />
              {t('list.create')}
            </button>
          </Show>
        </div>
      </header>
      <div class="filters" classList={{ open: areFiltersOpen() }}>
        <Show when={description.searches}>
          <div class="field search">
            <label for="list-search">{t('list.search')}</label>
            <input
              id="list-search"
              ref={search}
              type="search"
              autocomplete="off"
              value={query().get('q') ?? ''}
              placeholder={t('list.searchIn', { title: words(description.title) })}
              onInput={(event) => typed(event.currentTarget.value)}
            />
          </div>
        </Show>
        <Show when={hasFilters}>
          <button
            type="button"
            class="button phone-only"
            aria-expanded={areFiltersOpen()}
            onClick={() => setFiltersOpen(!areFiltersOpen())}
          >
            <Icon name="filter" />
            {t('list.filters')}
          </button>
          <FilterBar onWord={setWord} />
        </Show>
        <Show when={isFiltered(query())}>
          <button type="button" class="button quiet clear" onClick={() => goList(unfiltered(query()))}>
            {t('list.clear')}
          </button>
        </Show>
      </div>
      <Show when={list.problem()}>
        {(reason) => (
          <p class="form-error" role="alert">
            {problemText(t, reason())}
            <button type="button" class="button small" onClick={() => list.reload()}>
              {t('register.retry')}
            </button>
          </p>
        )}
      </Show>
      <div class="rows" aria-busy={list.isBusy()}>
        <Switch>
          <Match when={list.rows().length > 0 && isPhone()}>
            <ListCards rows={list.rows()} columns={columns()} />
          </Match>
          <Match when={list.rows().length > 0}>
            <ListTable
              rows={list.rows()}
              columns={columns()}
              sort={sortOf(query(), description)}
              chosenId={chosenId()}
              onSort={(field) => setWord('sort', sortWord(sortOf(query(), description), field))}
              onOpen={open}
            />
          </Match>
          <Match when={list.isBusy()}>
            <p class="hint">{t('register.loading')}</p>
          </Match>
          <Match when={list.problem() === null && isFiltered(query())}>
            <p class="empty">
              <strong>{t('list.noneFit')}</strong>
              {t('list.noneFitDetail')}
            </p>
          </Match>
          <Match when={list.problem() === null}>
            <div class="empty">
              <strong>{t('list.noneYet')}</strong>
              <p>{words(description.about)}</p>
            </div>
          </Match>
        </Switch>
        <Show when={list.hasMore()}>
          <More isBusy={list.isBusy()} shown={list.rows().length} onMore={() => list.more()} />
        </Show>
      </div>
      <Show when={areKeysOpen()}>
        <KeysDialog onClose={() => setKeysOpen(false)} />
      </Show>
    </div>
  );
}

/** More rows come as the end of the list comes near; the button is for those who do not scroll. */
function More(props: { isBusy: boolean; shown: number; onMore: () => void }) {
  const { t } = useRegister();
  const watcher = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) props.onMore();
    },
    { rootMargin: '400px' },
  );
  onCleanup(() => watcher.disconnect());
  return (
    <p class="more" ref={(element) => watcher.observe(element)}>
      <span class="hint">{t('list.shown', { n: numberText(props.shown) })}</span>
      <button type="button" class="button small" disabled={props.isBusy} onClick={() => props.onMore()}>
        {t(props.isBusy ? 'register.loading' : 'list.more')}
      </button>
    </p>
  );
}

/** What is shown, as a file or on paper. */
function OutMenu() {
  const { description, query, t } = useRegister();
  const take = (format: 'xlsx' | 'csv'): void =>
    location.assign(registerClient.exportPath(description.name, query(), format));
  return (
    <DropdownMenu placement="bottom-end" gutter={4}>
      <DropdownMenu.Trigger class="button">
        {t('list.out')}
        <Icon name="down" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu-list small">
          <DropdownMenu.Item class="menu-item" onSelect={() => take('xlsx')}>
            {t('list.excel')}
          </DropdownMenu.Item>
          <DropdownMenu.Item class="menu-item" onSelect={() => take('csv')}>
            {t('list.csv')}
          </DropdownMenu.Item>
          <DropdownMenu.Item class="menu-item" onSelect={() => requestAnimationFrame(() => print())}>
            {t('list.print')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
