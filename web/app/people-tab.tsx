/** How many are in, by company, department, post, type and kind of work; what is pressed narrows the scene and the list of people below. */
import { createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { personText } from '../alarm/alarm-text.ts';
import { choiceValueText } from '../find/choice-text.ts';
import { FollowButton } from '../find/found-row.tsx';
import { CHOICE_KEYS, type ChoiceKey, countChoice } from '../find/people-choice.ts';
import { useTranslate } from '../i18n/i18n.ts';
import type { ControlRoomState } from './control-room-state.ts';
import { TypeMark } from './marks.tsx';

/** Values of a condition before somebody asks for the others. */
const VALUES_SHOWN = 8;
const LISTED = 100;

const number = (n: number): string => n.toLocaleString('en-US');

export function PeopleTab(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { room } = props;
  const { filter } = room.find;
  onMount(() => filter.countKinds(true));
  onCleanup(() => filter.countKinds(false));
  const counts = createMemo(() => {
    room.shown.counts();
    return countChoice(room.shown.picture, filter.choice(), filter.crews(), LISTED);
  });
  const all = (): number => room.shown.counts().total;
  return (
    <div class="panel-body counts">
      <Show
        when={all() > 0}
        fallback={
          <div class="empty">
            <strong>{t('counts.none')}</strong>
            <span>{t('counts.noneDetail')}</span>
          </div>
        }
      >
        <p class="board-figure">
          <b>{number(counts().total)}</b>
          <span>{filter.isOn() ? t('filter.ofAll', { n: number(all()) }) : t('counts.total')}</span>
        </p>
        <Show when={counts().stale > 0}>
          <p class="hint">
            <b>{number(counts().stale)}</b> {t('counts.stale')}
          </p>
        </Show>
        <Show when={filter.isOn()} fallback={<p class="hint">{t('filter.hint')}</p>}>
          <button type="button" class="button small" onClick={() => filter.clear()}>
            {t('filter.clear')}
          </button>
        </Show>
        <For each={CHOICE_KEYS}>{(key) => <Values room={room} by={key} counts={counts().by[key]} />}</For>
        <Show when={filter.isOn()}>
          <h3>
            {t('find.kind.person')} <small>{number(counts().total)}</small>
          </h3>
          <ul class="count-list people-list">
            <For each={counts().slots}>{(slot) => <Person room={room} slot={slot} />}</For>
          </ul>
          <Show when={counts().total > LISTED}>
            <p class="hint">{t('find.more', { n: number(counts().total - LISTED) })}</p>
          </Show>
        </Show>
      </Show>
    </div>
  );
}

function Values(props: { room: ControlRoomState; by: ChoiceKey; counts: ReadonlyMap<string, number> }) {
  const t = useTranslate();
  const { filter } = props.room.find;
  const [isWhole, setWhole] = createSignal(false);
  const chosen = (): readonly string[] => filter.choice()[props.by];
  /** What is chosen stands there though nobody is left of it, or it could not be let go. */
  const values = createMemo(() => {
    const counted = [...props.counts].map(([value, count]) => ({ value, count }));
    const gone = chosen().filter((value) => !props.counts.has(value));
    const sorted = counted.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return [...sorted, ...gone.map((value) => ({ value, count: 0 }))];
  });
  const shown = () => values().filter(({ value }, i) => isWhole() || i < VALUES_SHOWN || chosen().includes(value));
  const byKey = createMemo(() => new Map(values().map((value) => [value.value, value.count])));
  return (
    <Show when={values().length > 0}>
      <h3>
        {t(`filter.by.${props.by}`)} <small>{values().length}</small>
      </h3>
      <ul class="count-list companies">
        <For each={shown().map(({ value }) => value)}>
          {(value) => (
            <li>
              <button
                type="button"
                classList={{ on: chosen().includes(value) }}
                aria-pressed={chosen().includes(value)}
                onClick={() => filter.toggle(props.by, value as never)}
              >
                <span>{choiceValueText(t, props.room.shown.companyName, props.by, value)}</span>
                <b>{number(byKey().get(value) ?? 0)}</b>
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={values().length > VALUES_SHOWN}>
        <button type="button" class="button small" onClick={() => setWhole(!isWhole())}>
          {isWhole() ? t('filter.fewer') : t('filter.all', { n: values().length })}
        </button>
      </Show>
    </Show>
  );
}

function Person(props: { room: ControlRoomState; slot: number }) {
  const t = useTranslate();
  const person = () => props.room.shown.picture.personAt(props.slot);
  const floor = (): string | null => {
    props.room.shown.counts();
    return props.room.shown.picture.floorAt(props.slot);
  };
  return (
    <li>
      <button
        type="button"
        onClick={(event) => {
          if (event.shiftKey) props.room.find.follow.toggle(props.slot);
          else {
            props.room.select(props.slot);
            props.room.lookAtSelected();
          }
        }}
      >
        <TypeMark type={person()?.type ?? 'unidentified'} />
        <span>
          <Show when={person()} fallback={t('card.unidentified')}>
            {(known) => personText(t, known())}
          </Show>
        </span>
        <small>{[person()?.post, floor()].filter(Boolean).join(' · ')}</small>
      </button>
      <FollowButton room={props.room} slot={props.slot} />
    </li>
  );
}
