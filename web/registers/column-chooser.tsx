/** Which columns a user wants to see; kept on this workstation for that user. */
import { Popover } from '@kobalte/core/popover';
import { For } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { COMPANY, defaultColumns, fieldOf, possibleColumns, STATE } from './columns.ts';
import { useRegister } from './register-context.ts';

export function ColumnChooser(props: {
  columns: readonly string[];
  onChoose: (columns: readonly string[] | null) => void;
}) {
  const { description, t, words } = useRegister();
  const titleOf = (column: string): string => {
    const field = fieldOf(description, column);
    if (field !== undefined) return words(field.title);
    return t(column === COMPANY ? 'register.company' : column === STATE ? 'register.state' : 'register.updated');
  };
  const toggle = (column: string): void =>
    props.onChoose(
      props.columns.includes(column) ? props.columns.filter((one) => one !== column) : [...props.columns, column],
    );
  return (
    <Popover placement="bottom-end" gutter={4}>
      <Popover.Trigger class="button quiet desk" title={t('list.columns')}>
        <Icon name="columns" />
        {t('list.columns')}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="popover" aria-label={t('list.columns')}>
          <For each={possibleColumns(description)}>
            {(column) => (
              <label class="check">
                <input type="checkbox" checked={props.columns.includes(column)} onChange={() => toggle(column)} />
                {titleOf(column)}
              </label>
            )}
          </For>
          <button
            type="button"
            class="button small"
            disabled={props.columns.join() === defaultColumns(description).join()}
            onClick={() => props.onChoose(null)}
          >
            {t('list.columnsReset')}
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  );
}
