/** The search box: everything that has a name, by one line of words. Arrows choose, Enter takes, with Shift a person goes to those followed. */
import { createMemo, createSignal, createUniqueId, For, onMount, Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { listHash } from '../permits/permit-filter.ts';
import { FoundRow } from './found-row.tsx';
import type { Found } from './search-room.ts';
import { takeFound } from './take-found.ts';

export function FindTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const { search, follow } = room.find;
  const [query, setQuery] = createSignal('');
  const [at, setAt] = createSignal(0);
  const listId = createUniqueId();
  const rowId = (i: number): string => `${listId}-${i}`;
  let input!: HTMLInputElement;
  onMount(() => {
    input.focus();
    void search.open();
  });
  const groups = createMemo(() => {
    // People come and go; a standing search follows once a second.
    room.shown.counts();
    return search.search(query());
  });
  const rows = createMemo(() => groups().flatMap(({ items }) => items));
  /** Row of the first of each group. */
  const firsts = createMemo(() => {
    let first = 0;
    return groups().map(({ items }) => {
      first += items.length;
      return first - items.length;
    });
  });
  const chosen = (): number => Math.min(at(), rows().length - 1);

  const take = (found: Found, isMore: boolean): void => {
    if (isMore && found.kind === 'person') follow.toggle(found.slot);
    else takeFound(room, t, found);
  };
  const type = (text: string): void => {
    setQuery(text);
    setAt(0);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step !== undefined) {
      setAt(Math.max(0, Math.min(rows().length - 1, chosen() + step)));
      document.getElementById(rowId(chosen()))?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      const found = rows()[chosen()];
      if (found !== undefined) take(found, event.shiftKey);
    } else if (event.key === 'Escape' && query() !== '') {
      type('');
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  return (
    <div class="panel-body find">
      <input
        ref={input}
        type="search"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        value={query()}
        placeholder={t('find.placeholder')}
        aria-label={t('panel.find')}
        aria-expanded={rows().length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={rows().length > 0 ? rowId(chosen()) : undefined}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={press}
      />
      <Show when={query().trim() !== ''} fallback={<p class="hint">{t('find.hint')}</p>}>
        <div class="found" id={listId} role="listbox" aria-label={t('panel.find')}>
          <For each={groups()}>
            {(group, g) => (
              <fieldset class="found-group" aria-label={t(`find.kind.${group.kind}`)}>
                <h3>
                  {t(`find.kind.${group.kind}`)} <small>{group.total}</small>
                </h3>
                <For each={group.items}>
                  {(found, i) => {
                    const row = (): number => (firsts()[g()] ?? 0) + i();
                    return (
                      <FoundRow
                        room={room}
                        found={found}
                        id={rowId(row())}
                        isChosen={chosen() === row()}
                        onTake={(isMore) => {
                          setAt(row());
                          take(found, isMore);
                        }}
                      />
                    );
                  }}
                </For>
                <Show when={group.total > group.items.length}>
                  <p class="hint">{t('find.more', { n: group.total - group.items.length })}</p>
                </Show>
              </fieldset>
            )}
          </For>
        </div>
        <Show when={rows().length === 0}>
          <div class="empty">
            <strong>{t('find.none', { query: query().trim() })}</strong>
            <span>{t('find.noneDetail')}</span>
          </div>
        </Show>
        <a class="find-further" href={listHash({ search: query().trim() })}>
          {t('find.allPermits')}
        </a>
      </Show>
    </div>
  );
}
