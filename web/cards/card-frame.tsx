/** Frame of every card at the bottom of the map: what it is of, its figures and sections, what can be done from it. */
import { type JSX, Show } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';

export function CardFrame(props: {
  class: string;
  /** For screen readers. */
  label: string;
  head: JSX.Element;
  children: JSX.Element;
  foot: JSX.Element;
  onClose: () => void;
}) {
  const t = useTranslate();
  return (
    <section class={`card ${props.class}`} aria-label={props.label}>
      <header>
        {props.head}
        <button
          type="button"
          class="button icon-only"
          aria-label={t('card.close')}
          title={`${t('card.close')} (Esc)`}
          onClick={() => props.onClose()}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="card-body">{props.children}</div>
      <footer>{props.foot}</footer>
    </section>
  );
}

/** `none`: said where there is nothing to list. */
export function CardSection(props: { title: string; count?: number; none?: string; children: JSX.Element }) {
  return (
    <section class="card-section">
      <h3>
        {props.title} <Show when={(props.count ?? 0) > 0}>{props.count}</Show>
      </h3>
      <Show when={props.none === undefined || (props.count ?? 1) > 0} fallback={<p class="hint">{props.none}</p>}>
        {props.children}
      </Show>
    </section>
  );
}

export function Figure(props: {
  name: string;
  value: string;
  note?: string;
  level?: number | null;
  onPress?: () => void;
}) {
  const inside = () => (
    <>
      <span>{props.name}</span>
      <b>{props.value}</b>
      <Show when={props.note}>{(note) => <small>{note()}</small>}</Show>
    </>
  );
  const tone = () => (props.level == null ? 'card-figure' : `card-figure level-${props.level}`);
  return (
    <Show when={props.onPress} fallback={<p class={tone()}>{inside()}</p>}>
      {(press) => (
        <button type="button" class={tone()} onClick={() => press()()}>
          {inside()}
        </button>
      )}
    </Show>
  );
}
