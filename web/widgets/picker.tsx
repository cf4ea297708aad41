/** A choice from a few known ones: one, or several. */
import { Select } from '@kobalte/core/select';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';

export interface PickerOption {
  readonly value: string;
  readonly text: string;
}

interface Common {
  readonly options: readonly PickerOption[];
  readonly placeholder?: string;
  readonly label?: string;
  readonly id: string;
  readonly isInvalid?: boolean;
  readonly isDisabled?: boolean;
}

/** '' is none; `mayClear` offers it. */
export function Picker(
  props: Common & { readonly value: string; readonly mayClear?: boolean; readonly onPick: (value: string) => void },
) {
  const t = useTranslate();
  const options = (): PickerOption[] =>
    props.mayClear === true && props.value !== ''
      ? [{ value: '', text: t('record.clear') }, ...props.options]
      : [...props.options];
  const chosen = (): PickerOption | null => props.options.find(({ value }) => value === props.value) ?? null;
  return (
    <Select<PickerOption>
      options={options()}
      optionValue="value"
      optionTextValue="text"
      value={chosen()}
      onChange={(option) => {
        // It also tells of what was chosen before, when the options are made anew.
        const value = option?.value ?? '';
        if (value !== props.value) props.onPick(value);
      }}
      placeholder={props.placeholder ?? t('record.pick')}
      validationState={props.isInvalid === true ? 'invalid' : 'valid'}
      disabled={props.isDisabled === true}
      gutter={4}
      itemComponent={Item}
    >
      <Select.Trigger class="picker-trigger" id={props.id} aria-label={props.label}>
        <Select.Value<PickerOption>>{(state) => state.selectedOption()?.text}</Select.Value>
        <Icon name="down" />
      </Select.Trigger>
      <Choices />
    </Select>
  );
}

export function ManyPicker(
  props: Common & { readonly values: readonly string[]; readonly onPick: (values: string[]) => void },
) {
  const t = useTranslate();
  const chosen = (): PickerOption[] => props.options.filter(({ value }) => props.values.includes(value));
  return (
    <Select<PickerOption>
      multiple
      options={[...props.options]}
      optionValue="value"
      optionTextValue="text"
      value={chosen()}
      onChange={(options) => {
        const values = options.map(({ value }) => value);
        if (values.join() !== props.values.join()) props.onPick(values);
      }}
      placeholder={props.placeholder ?? t('record.pickMany')}
      validationState={props.isInvalid === true ? 'invalid' : 'valid'}
      disabled={props.isDisabled === true}
      gutter={4}
      itemComponent={Item}
    >
      <Select.Trigger class="picker-trigger" id={props.id} aria-label={props.label}>
        <Select.Value<PickerOption>>
          {(state) =>
            state
              .selectedOptions()
              .map(({ text }) => text)
              .join(t('listComma'))
          }
        </Select.Value>
        <Icon name="down" />
      </Select.Trigger>
      <Choices />
    </Select>
  );
}

function Item(props: { item: Parameters<typeof Select.Item>[0]['item'] & { rawValue: PickerOption } }) {
  return (
    <Select.Item item={props.item}>
      <Select.ItemLabel>{props.item.rawValue.text}</Select.ItemLabel>
      <Select.ItemIndicator>
        <Icon name="check" />
      </Select.ItemIndicator>
    </Select.Item>
  );
}

function Choices() {
  return (
    <Select.Portal>
      <Select.Content class="choice-list">
        <Select.Listbox />
      </Select.Content>
    </Select.Portal>
  );
}
