/** One field of a form: its name above, what is wrong and what helps below. One that is not changed here shows what it holds. */
import { Show } from 'solid-js';
import type { FieldDescription } from '../../core/register-api.ts';
import { isWide } from './columns.ts';
import type { Draft } from './drafts.ts';
import { FieldInput } from './fields/field-input.tsx';
import { idOf, useForm } from './form-scope.ts';
import { useRegister } from './register-context.ts';
import { VendorMark } from './vendor-mark.tsx';

export function FormField(props: {
  field: FieldDescription;
  /** false: it is not changed here. */
  isOpen: boolean;
  draft: Draft;
  isWrong: boolean;
  onDraft: (draft: Draft) => void;
  onLeft: () => void;
}) {
  const register = useRegister();
  const { t, words } = register;
  const form = useForm();
  const { field } = props;
  const id = idOf(field.name);
  const heldText = (): string => {
    const row = form.row();
    return (row === null ? '' : register.cellText(field, row)) || '–';
  };
  return (
    <div
      class="form-field field"
      classList={{ wide: isWide(field), wrong: props.isWrong }}
      onFocusOut={() => props.onLeft()}
    >
      <div class="field-head">
        <label for={id} classList={{ required: field.required && props.isOpen }}>
          {words(field.title)}
        </label>
        <VendorMark field={field} row={form.row()} inForm />
      </div>
      <Show when={props.isOpen} fallback={<p class="fixed-value">{heldText()}</p>}>
        <FieldInput field={field} path={field.name} draft={props.draft} onDraft={props.onDraft} />
      </Show>
      <div class="below" id={`${id}-below`}>
        <Show when={form.problemAt(field.name)}>{(text) => <em role="alert">{text()}</em>}</Show>
        <Show when={field.help}>{(help) => <small>{words(help())}</small>}</Show>
        <Show when={form.row() !== null && field.editable === 'create'}>
          <small>{t('record.createOnly')}</small>
        </Show>
      </div>
    </div>
  );
}
