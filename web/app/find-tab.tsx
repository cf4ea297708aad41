/** Search over people and areas; Enter takes the first. */
import { createMemo, createSignal, For, onMount, Show } from 'solid-js';
import { type AreaView, areaKey } from '../../stream/protocol/effects.ts';
import { personText } from '../alarm/alarm-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { areaMiddle } from './area-middle.ts';
import type { ControlRoomState } from './control-room-state.ts';
import { TypeMark } from './marks.tsx';
import { type FoundPerson, find } from './people-tables.ts';

export function FindTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const [query, setQuery] = createSignal('');
  let input!: HTMLInputElement;
  onMount(() => input.focus());
  const found = createMemo(() => {
    // People come and go; a standing search follows once a second.
    room.shown.counts();
    room.shown.registerVersion();
    return find(room.shown.picture, query());
  });

  /** On a phone the found thing is on another view; elsewhere the list stays open beside the map. */
  const showMap = (): void => {
    if (room.phoneView() !== 'find') return;
    room.setPhoneView('map');
    if (window.matchMedia('(max-width: 899px)').matches) room.setPanelTab(null);
  };
  const takePerson = ({ slot }: FoundPerson): void => {
    room.select(slot);
    showMap();
    room.lookAtSelected();
  };
  const takeArea = (area: AreaView): void => {
    room.setHighlightedAreaKey(areaKey(area.companyCode, area.areaId));
    showMap();
    const middle = areaMiddle(area);
    if (middle !== null) room.lookAtLngLat(middle.lng, middle.lat, middle.rangeM);
  };
  const takeFirst = (event: SubmitEvent): void => {
    event.preventDefault();
    const [person] = found().people;
    const [area] = found().areas;
    if (person !== undefined) takePerson(person);
    else if (area !== undefined) takeArea(area);
  };

  return (
    <div class="panel-body find">
      <form onSubmit={takeFirst}>
        <input
          ref={input}
          type="search"
          value={query()}
          placeholder={t('find.placeholder')}
          aria-label={t('panel.find')}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </form>
      <Show when={query().trim() !== ''} fallback={<p class="hint">{t('find.hint')}</p>}>
        <Show when={found().people.length > 0}>
          <h3>
            {t('find.people')} <small>{found().people.length}</small>
          </h3>
          <ul class="found">
            <For each={found().people}>
              {(match) => (
                <li>
                  <button type="button" classList={{ away: !match.isPresent }} onClick={() => takePerson(match)}>
                    <TypeMark type={match.person.type} />
                    <span>
                      <b>{personText(t, match.person)}</b>
                      <small>
                        {match.person.companyName}
                        <Show when={match.person.post !== ''}> · {match.person.post}</Show>
                        <Show when={!match.isPresent}> · {t('find.away')}</Show>
                      </small>
                    </span>
                    <code title={match.person.personId ?? ''}>{match.person.cardNo ?? match.person.personId}</code>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <Show when={found().areas.length > 0}>
          <h3>
            {t('find.areas')} <small>{found().areas.length}</small>
          </h3>
          <ul class="found">
            <For each={found().areas}>
              {(area) => (
                <li>
                  <button type="button" onClick={() => takeArea(area)}>
                    <span>
                      <b>{area.name}</b>
                      <small>{t(`areaKind.${area.kind ?? 'other'}`)}</small>
                    </span>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <Show when={found().isMore}>
          <p class="hint">{t('find.more')}</p>
        </Show>
        <Show when={found().people.length + found().areas.length === 0}>
          <div class="empty">
            <strong>{t('find.none', { query: query().trim() })}</strong>
            <span>{t('find.noneDetail')}</span>
          </div>
        </Show>
      </Show>
    </div>
  );
}
