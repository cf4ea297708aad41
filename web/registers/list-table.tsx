/** The list on a desk: one dense table; headings sort, the row that the arrows stand on is marked. */
import { columnVisibilityFeature, createColumnHelper, createTable, tableFeatures } from '@tanstack/solid-table';
import { createEffect, For, Show } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { placeHash } from '../app/place.ts';
import { chinaText } from './china-time.ts';
import { COMPANY, fieldOf, possibleColumns, STATE, UPDATED } from './columns.ts';
import { placeOf, type Sort } from './list-place.ts';
import { useRegister } from './register-context.ts';
import { isNumber } from './value-text.ts';

const features = tableFeatures({ columnVisibilityFeature });
const helper = createColumnHelper<typeof features, RegisterRow>();

const WHOLE = ['day', 'instant', 'integer', 'decimal', 'sealed', 'yes-no', 'choice'];

export function ListTable(props: {
  rows: readonly RegisterRow[];
  columns: readonly string[];
  sort: Sort;
  chosenId: string | null;
  onSort: (field: string) => void;
  onOpen: (row: RegisterRow) => void;
}) {
  const register = useRegister();
  const { description, t, words } = register;
  const possible = possibleColumns(description);
  const titleOf = (column: string): string => {
    const field = fieldOf(description, column);
    if (field !== undefined) return words(field.title);
    return t(column === COMPANY ? 'register.company' : column === STATE ? 'register.state' : 'register.updated');
  };
  const textOf = (column: string, row: RegisterRow): string => {
    const field = fieldOf(description, column);
    if (field !== undefined) return register.cellText(field, row);
    if (column === COMPANY) return row.companyName ?? row.companyCode ?? '';
    return column === UPDATED ? chinaText(row.updatedAtMs) : register.stateText(row.state);
  };
  const alignsRight = (column: string): boolean => {
    const field = fieldOf(description, column);
    return field !== undefined && isNumber(field);
  };
  /** Days, codes and names of people in two lines are not read at a glance. */
  const isWhole = (column: string): boolean =>
    column === STATE || column === UPDATED || WHOLE.includes(fieldOf(description, column)?.kind ?? '');
  const table = createTable({
    features,
    columns: helper.columns(possible.map((id) => helper.display({ id, header: () => titleOf(id) }))),
    get data() {
      return props.rows as RegisterRow[];
    },
    get state() {
      return { columnVisibility: Object.fromEntries(possible.map((id) => [id, props.columns.includes(id)])) };
    },
    getRowId: (row) => row.id,
  });
  const hashOf = (row: RegisterRow): string =>
    placeHash(placeOf(description.name, { is: 'record', id: row.id, tab: 'data', edits: false }, register.query()));

  let body!: HTMLTableSectionElement;
  createEffect(() => {
    if (props.chosenId !== null) body.querySelector('tr.chosen')?.scrollIntoView({ block: 'nearest' });
  });
  return (
    <table class="list">
      <thead>
        <For each={table.getHeaderGroups()}>
          {(group) => (
            <tr>
              <For each={group.headers}>
                {(header) => <Heading column={header.column.id} title={titleOf(header.column.id)} {...props} />}
              </For>
            </tr>
          )}
        </For>
      </thead>
      <tbody ref={body}>
        <For each={table.getRowModel().rows}>
          {(row) => (
            <tr
              classList={{ choice: true, chosen: props.chosenId === row.id }}
              onClick={(event) => {
                if (!(event.target as Element).closest('a') && String(getSelection()) === '')
                  props.onOpen(row.original);
              }}
            >
              <For each={row.getVisibleCells()}>
                {(cell, index) => (
                  <td classList={{ number: alignsRight(cell.column.id), whole: isWhole(cell.column.id) }}>
                    <Show when={index() === 0} fallback={textOf(cell.column.id, row.original)}>
                      <a href={hashOf(row.original)}>
                        {textOf(cell.column.id, row.original) || register.labelOf(row.original)}
                      </a>
                    </Show>
                  </td>
                )}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

function Heading(props: { column: string; title: string; sort: Sort; onSort: (field: string) => void }) {
  const { description, t } = useRegister();
  const field = fieldOf(description, props.column);
  const isSorted = (): boolean => props.sort.by === props.column;
  const order = () => (isSorted() ? (props.sort.descending ? 'descending' : 'ascending') : undefined);
  return (
    <th classList={{ number: field !== undefined && isNumber(field) }} aria-sort={order()}>
      <Show when={field?.sortable} fallback={props.title}>
        <button
          type="button"
          title={t('list.sortBy', { title: props.title })}
          onClick={() => props.onSort(props.column)}
        >
          {props.title}
          <span aria-hidden="true">{isSorted() ? (props.sort.descending ? '▼' : '▲') : '↕'}</span>
        </button>
      </Show>
    </th>
  );
}
