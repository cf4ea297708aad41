/** The control of a field of the simple kinds, which items may have too. */
import { Match, Switch } from 'solid-js';
import { ManyPicker, Picker } from '../../widgets/picker.tsx';
import { idOf, useForm } from '../form-scope.ts';
import { useRegister } from '../register-context.ts';
import type { FieldInputProps } from './field-props.ts';
import { ReferenceInput } from './reference-input.tsx';

export function SimpleInput(props: FieldInputProps) {
  const { t, words } = useRegister();
  const form = useForm();
  const kind = props.field.kind;
  const id = idOf(props.path);
  const isInvalid = (): boolean => form.problemAt(props.path) !== '';
  const options = () => (props.field.options ?? []).map(({ value, title }) => ({ value, text: words(title) }));
  const common = () => ({
    id,
    'aria-invalid': isInvalid(),
    'aria-describedby': `${id}-below`,
    value: props.draft as string,
    onInput: (event: { currentTarget: { value: string } }) => props.onDraft(event.currentTarget.value),
  });
  return (
    <Switch fallback={<input type="text" {...common()} maxLength={props.field.maxLength} />}>
      <Match when={kind === 'lines'}>
        <textarea rows={3} {...common()} />
      </Match>
      <Match when={kind === 'integer' || kind === 'decimal'}>
        <span class="with-unit">
          <input type="text" inputMode={kind === 'integer' ? 'numeric' : 'decimal'} autocomplete="off" {...common()} />
          <span>{props.field.unit === undefined ? '' : words(props.field.unit)}</span>
        </span>
      </Match>
      <Match when={kind === 'day'}>
        <input type="date" {...common()} />
      </Match>
      <Match when={kind === 'instant'}>
        <input type="datetime-local" title={t('record.chinaTime')} {...common()} />
      </Match>
      <Match when={kind === 'yes-no' && props.field.required}>
        <YesNo {...props} id={id} />
      </Match>
      <Match when={kind === 'yes-no'}>
        <Picker
          id={id}
          mayClear
          options={[
            { value: 'true', text: t('register.yes') },
            { value: 'false', text: t('register.no') },
          ]}
          value={props.draft === null ? '' : String(props.draft)}
          isInvalid={isInvalid()}
          onPick={(value) => props.onDraft(value === '' ? null : value === 'true')}
        />
      </Match>
      <Match when={kind === 'choice'}>
        <Picker
          id={id}
          mayClear={!props.field.required}
          options={options()}
          value={props.draft as string}
          isInvalid={isInvalid()}
          onPick={props.onDraft}
        />
      </Match>
      <Match when={kind === 'choices'}>
        <ManyPicker
          id={id}
          options={options()}
          values={props.draft as readonly string[]}
          isInvalid={isInvalid()}
          onPick={props.onDraft}
        />
      </Match>
      <Match when={kind === 'reference' || kind === 'references'}>
        <ReferenceInput {...props} />
      </Match>
    </Switch>
  );
}

/** Where one of the two must be said, both stand there. */
function YesNo(props: FieldInputProps & { id: string }) {
  const { t } = useRegister();
  return (
    <span class="segments" role="radiogroup" id={props.id}>
      {[true, false].map((value) => (
        <label class="check">
          <input type="radio" name={props.id} checked={props.draft === value} onChange={() => props.onDraft(value)} />
          {t(value ? 'register.yes' : 'register.no')}
        </label>
      ))}
    </span>
  );
}
