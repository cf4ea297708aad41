/** Rows within the row, as a small table that is filled in; on a phone each is a block. */
import { createMemo, For, Index, Show } from 'solid-js';
import { Icon } from '../../app/marks.tsx';
import { type Draft, draftsOf, type ItemDraft } from '../drafts.ts';
import { idOf, useForm } from '../form-scope.ts';
import { useRegister } from '../register-context.ts';
import type { FieldInputProps } from './field-props.ts';
import { SimpleInput } from './simple-input.tsx';

const ITEMS_MAX = 100;

export function ItemsInput(props: FieldInputProps<readonly ItemDraft[]>) {
  const { t, words } = useRegister();
  const form = useForm();
  const fields = createMemo(() => props.field.fields ?? []);
  const set = (at: number, item: ItemDraft): void => props.onDraft(props.draft.with(at, item));
  const swap = (at: number, other: number): void => {
    const [one, two] = [props.draft[at], props.draft[other]];
    if (one !== undefined && two !== undefined) props.onDraft(props.draft.with(at, two).with(other, one));
  };
  return (
    <div class="items-field" id={idOf(props.path)} tabIndex={-1}>
      <Show when={props.draft.length > 0}>
        <table class="items">
          <thead>
            <tr>
              <th class="number">#</th>
              <For each={fields()}>
                {(field) => <th classList={{ required: field.required }}>{words(field.title)}</th>}
              </For>
              <th />
            </tr>
          </thead>
          <tbody>
            <Index each={props.draft}>
              {(item, at) => (
                <tr>
                  <td class="number" data-title={t('record.item', { n: at + 1 })}>
                    {at + 1}
                  </td>
                  <For each={fields()}>
                    {(field) => {
                      const path = `${props.path}.${at}.${field.name}`;
                      return (
                        <td class="field" data-title={words(field.title)}>
                          <SimpleInput
                            field={field}
                            path={path}
                            draft={item()[field.name] as Draft}
                            onDraft={(draft) => set(at, { ...item(), [field.name]: draft })}
                          />
                          <Show when={form.problemAt(path)}>{(text) => <em>{text()}</em>}</Show>
                        </td>
                      );
                    }}
                  </For>
                  <td class="item-tools">
                    <button
                      type="button"
                      class="button icon-only small"
                      disabled={at === 0}
                      aria-label={t('record.itemUp')}
                      title={t('record.itemUp')}
                      onClick={() => swap(at, at - 1)}
                    >
                      <Icon name="up" />
                    </button>
                    <button
                      type="button"
                      class="button icon-only small"
                      aria-label={t('record.removeItem')}
                      title={t('record.removeItem')}
                      onClick={() => props.onDraft(props.draft.filter((_, index) => index !== at))}
                    >
                      <Icon name="trash" />
                    </button>
                  </td>
                </tr>
              )}
            </Index>
          </tbody>
        </table>
      </Show>
      <Show when={props.draft.length < (props.field.max ?? ITEMS_MAX)}>
        <button
          type="button"
          class="button small"
          onClick={() => props.onDraft([...props.draft, draftsOf(fields(), {})])}
        >
          <Icon name="plus" />
          {t('record.addItem')}
        </button>
      </Show>
    </div>
  );
}
