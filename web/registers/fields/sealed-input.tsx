/** A sealed field: what is kept is shown masked and stays unless it is typed anew. */
import { Show } from 'solid-js';
import { idOf, useForm } from '../form-scope.ts';
import { useRegister } from '../register-context.ts';
import type { FieldInputProps } from './field-props.ts';

export function SealedInput(props: FieldInputProps<string | null>) {
  const { t } = useRegister();
  const form = useForm();
  const id = idOf(props.path);
  const masked = (): string => String(form.row()?.values[props.field.name] ?? '');
  return (
    <Show
      when={props.draft === null}
      fallback={
        <span class="with-button">
          <input
            id={id}
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={props.draft ?? ''}
            aria-invalid={form.problemAt(props.path) !== ''}
            onInput={(event) => props.onDraft(event.currentTarget.value)}
          />
          <Show when={masked() !== ''}>
            <button type="button" class="button" onClick={() => props.onDraft(null)}>
              {t('register.cancel')}
            </button>
          </Show>
        </span>
      }
    >
      <span class="with-button">
        <input id={id} type="text" readOnly value={masked()} title={t('record.keptSealed')} />
        <button type="button" class="button" onClick={() => props.onDraft('')}>
          {t('record.replaceSealed')}
        </button>
      </span>
    </Show>
  );
}
