/** What the filter of people is, over the map for as long as it is on: nobody may take a narrowed picture for an empty park. */
import { createMemo, For, Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { choiceValueText } from './choice-text.ts';
import { CHOICE_KEYS, type ChoiceKey } from './people-choice.ts';

export function FilterBar(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { filter } = props.room.find;
  const chips = createMemo(() =>
    CHOICE_KEYS.flatMap((key) =>
      filter.choice()[key].map((value): { key: ChoiceKey; value: string } => ({ key, value })),
    ),
  );
  return (
    <Show when={filter.isOn()}>
      <section class="filter-bar" aria-label={t('filter.title')}>
        <Icon name="filter" />
        <For each={chips()}>
          {({ key, value }) => {
            const text = (): string => choiceValueText(t, props.room.shown.companyName, key, value);
            return (
              <button
                type="button"
                class="chip"
                title={t('filter.off', { value: text() })}
                onClick={() => filter.toggle(key, value as never)}
              >
                <small>{t(`filter.by.${key}`)}</small> {text()} <Icon name="close" />
              </button>
            );
          }}
        </For>
        <button
          type="button"
          class="button small"
          classList={{ on: filter.areOthersHidden() }}
          aria-pressed={filter.areOthersHidden()}
          title={t('filter.onlyHint')}
          onClick={() => filter.setOthersHidden(!filter.areOthersHidden())}
        >
          {t('filter.only')}
        </button>
        <button type="button" class="button small" onClick={() => filter.clear()}>
          {t('filter.clear')}
        </button>
      </section>
    </Show>
  );
}
