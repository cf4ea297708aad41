/** A choice among too many to list: typed words are looked for on the server, codes and names are shown. */
import { Combobox } from '@kobalte/core/combobox';
import { createMemo, createSignal, For, onCleanup, Show } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';

export interface RowOption {
  readonly key: string;
  readonly label: string;
}

const TYPING_MS = 200;

export function RowPicker(props: {
  readonly keys: readonly string[];
  readonly isMany: boolean;
  readonly placeholder?: string;
  readonly label?: string;
  readonly id: string;
  readonly isInvalid?: boolean;
  /** Of keys that were chosen before; a key without one stands for itself. */
  readonly labelOf: (key: string) => string | undefined;
  readonly find: (words: string) => Promise<readonly RowOption[]>;
  readonly onPick: (options: readonly RowOption[]) => void;
}) {
  const t = useTranslate();
  const [found, setFound] = createSignal<readonly RowOption[]>([]);
  const [learnt, setLearnt] = createSignal<ReadonlyMap<string, string>>(new Map());
  let asked = 0;
  let typing: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(typing));
  const ask = async (words: string, mine: number): Promise<void> => {
    const options = await props.find(words).catch(() => []);
    if (mine !== asked) return;
    setFound(options);
    setLearnt((known) => new Map([...known, ...options.map(({ key, label }) => [key, label] as const)]));
  };
  const look = (words: string, waitMs: number): void => {
    clearTimeout(typing);
    asked += 1;
    typing = setTimeout(() => void ask(words, asked), waitMs);
  };
  const optionOf = (key: string): RowOption => ({ key, label: props.labelOf(key) ?? learnt().get(key) ?? key });
  const chosen = createMemo(() => props.keys.map(optionOf));
  /** The chosen ones belong to the options, or they would not be chosen. */
  const options = createMemo(() => [...chosen(), ...found().filter(({ key }) => !props.keys.includes(key))]);
  const common = {
    optionValue: 'key',
    optionTextValue: 'label',
    optionLabel: 'label',
    // The server has found them already, by more than the label.
    defaultFilter: () => true,
    triggerMode: 'focus',
    allowsEmptyCollection: true,
    gutter: 4,
    itemComponent: Item,
  } as const;
  const inner = () => (
    <>
      <Combobox.Control class="row-picker-control" data-invalid={props.isInvalid === true ? '' : undefined}>
        <Show when={props.isMany}>
          <For each={chosen()}>
            {(option) => (
              <span class="chip" title={option.key}>
                {option.label}
                <button
                  type="button"
                  aria-label={`${t('record.clear')} ${option.label}`}
                  onClick={() => props.onPick(chosen().filter(({ key }) => key !== option.key))}
                >
                  <Icon name="close" />
                </button>
              </span>
            )}
          </For>
        </Show>
        <Combobox.Input id={props.id} aria-label={props.label} autocomplete="off" />
        <Show when={!props.isMany && props.keys.length > 0}>
          <button type="button" aria-label={t('record.clear')} onClick={() => props.onPick([])}>
            <Icon name="close" />
          </button>
        </Show>
      </Combobox.Control>
      <Combobox.Portal>
        <Combobox.Content class="choice-list">
          <Combobox.Listbox />
          <Show when={found().length === 0 && chosen().length === 0}>
            <p class="hint">{t('record.nothingFound')}</p>
          </Show>
        </Combobox.Content>
      </Combobox.Portal>
    </>
  );
  const opened = (isOpen: boolean): void => {
    if (isOpen) look('', 0);
  };
  const typed = (words: string): void => {
    // The text of the chosen one comes by itself; it is no search.
    if (!(chosen().length === 1 && chosen()[0]?.label === words)) look(words, TYPING_MS);
  };
  /** It also tells of what was chosen before, when the options are made anew. */
  const picked = (next: readonly RowOption[]): void => {
    if (next.map(({ key }) => key).join() !== props.keys.join()) props.onPick(next);
  };
  return props.isMany ? (
    <Combobox<RowOption>
      {...common}
      multiple
      options={options()}
      value={chosen()}
      placeholder={props.keys.length === 0 ? (props.placeholder ?? t('record.find')) : ''}
      onOpenChange={opened}
      onInputChange={typed}
      onChange={picked}
    >
      {inner()}
    </Combobox>
  ) : (
    <Combobox<RowOption>
      {...common}
      options={options()}
      value={chosen()[0] ?? null}
      placeholder={props.placeholder ?? t('record.find')}
      onOpenChange={opened}
      onInputChange={typed}
      onChange={(next) => picked(next === null ? [] : [next])}
    >
      {inner()}
    </Combobox>
  );
}

function Item(props: { item: Parameters<typeof Combobox.Item>[0]['item'] & { rawValue: RowOption } }) {
  return (
    <Combobox.Item item={props.item}>
      <Combobox.ItemLabel>{props.item.rawValue.label}</Combobox.ItemLabel>
      <Show when={props.item.rawValue.key !== props.item.rawValue.label}>
        <small>{props.item.rawValue.key}</small>
      </Show>
    </Combobox.Item>
  );
}
