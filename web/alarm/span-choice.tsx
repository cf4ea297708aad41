/** One of a few spans of time, in minutes. */
import { For } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';

export function SpanChoice(props: {
  label: string;
  spansMin: readonly number[];
  chosenMin: number;
  onChoose: (minutes: number) => void;
}) {
  const t = useTranslate();
  return (
    <fieldset class="choices spans">
      <legend>{props.label}</legend>
      <For each={props.spansMin}>
        {(minutes) => (
          <button
            type="button"
            class="button small"
            classList={{ on: props.chosenMin === minutes }}
            aria-pressed={props.chosenMin === minutes}
            onClick={() => props.onChoose(minutes)}
          >
            {minutes < 60 ? t('shelf.minutes', { n: minutes }) : t('shelf.hours', { n: minutes / 60 })}
          </button>
        )}
      </For>
    </fieldset>
  );
}
