/** Names one row of another register, or several: found by code or name on the server. */
import { RowPicker } from '../../widgets/row-picker.tsx';
import { idOf, useForm, withoutPlaces } from '../form-scope.ts';
import { registerClient } from '../register-client.ts';
import type { FieldInputProps } from './field-props.ts';

export function ReferenceInput(props: FieldInputProps) {
  const form = useForm();
  const isMany = props.field.kind === 'references';
  const at = withoutPlaces(props.path);
  const keys = (): readonly string[] => {
    if (isMany) return props.draft as readonly string[];
    return props.draft === '' || props.draft === null ? [] : [props.draft as string];
  };
  return (
    <RowPicker
      id={idOf(props.path)}
      isMany={isMany}
      keys={keys()}
      isInvalid={form.problemAt(props.path) !== ''}
      labelOf={(key) => form.labelOf(at, key)}
      find={async (q) =>
        (await registerClient.options(props.field.register ?? '', { q, company: form.companyCode() })).options
      }
      onPick={(options) => {
        for (const { key, label } of options) form.learn(at, key, label);
        const chosen = options.map(({ key }) => key);
        props.onDraft(isMany ? chosen : (chosen[0] ?? ''));
      }}
    />
  );
}
