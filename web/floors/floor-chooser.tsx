/** Which floor is looked at; only where the park has floors, or somebody came by a link that names one. */
import { For, Show } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { sortFloors } from './floor-names.ts';
import type { FloorsRoom } from './floors-room.ts';

export function FloorChooser(props: { floors: FloorsRoom }) {
  const t = useTranslate();
  const all = (): string[] => {
    const chosen = props.floors.chosen();
    return chosen === null ? [...props.floors.names()] : sortFloors([...props.floors.names(), chosen]);
  };
  return (
    <Show when={all().length > 0}>
      <label class="floor-chooser" classList={{ on: props.floors.chosen() !== null }}>
        <span>{t('floors.title')}</span>
        <select
          value={props.floors.chosen() ?? ''}
          onChange={(event) => {
            props.floors.choose(event.currentTarget.value || null);
            // Keys are the scene's again.
            event.currentTarget.blur();
          }}
        >
          <option value="">{t('floors.all')}</option>
          <For each={all()}>
            {(name) => (
              <option value={name} selected={props.floors.chosen() === name}>
                {name}
              </option>
            )}
          </For>
        </select>
      </label>
    </Show>
  );
}
