/** Rows within a row, to look at. */
import { For } from 'solid-js';
import type { FieldDescription, RegisterRow } from '../../core/register-api.ts';
import { useRegister } from './register-context.ts';
import { isNumber } from './value-text.ts';

export function ItemsTable(props: { field: FieldDescription; row: RegisterRow }) {
  const register = useRegister();
  const fields = () => props.field.fields ?? [];
  const items = () => props.row.values[props.field.name] as readonly Readonly<Record<string, unknown>>[];
  return (
    <div class="scrolls">
      <table class="items">
        <thead>
          <tr>
            <th class="number">#</th>
            <For each={fields()}>
              {(field) => <th classList={{ number: isNumber(field) }}>{register.words(field.title)}</th>}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={items()}>
            {(item, at) => (
              <tr>
                <td class="number">{at() + 1}</td>
                <For each={fields()}>
                  {(field) => (
                    <td classList={{ number: isNumber(field) }} data-title={register.words(field.title)}>
                      {register.valueText(
                        { ...field, name: `${props.field.name}.${field.name}` },
                        item[field.name],
                        props.row.labels,
                      )}
                    </td>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
