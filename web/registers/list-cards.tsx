/** The list on a phone: a card a row, what names it first. */
import { For, Show } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { placeHash } from '../app/place.ts';
import { COMPANY, fieldOf } from './columns.ts';
import { placeOf } from './list-place.ts';
import { useRegister } from './register-context.ts';

/** The rest stands in the record. */
const FIELDS_SHOWN = 4;

export function ListCards(props: { rows: readonly RegisterRow[]; columns: readonly string[] }) {
  const register = useRegister();
  const { description, words } = register;
  const hashOf = (row: RegisterRow): string =>
    placeHash(placeOf(description.name, { is: 'record', id: row.id, tab: 'data', edits: false }, register.query()));
  const rest = () =>
    props.columns.filter((name) => name !== description.label && !name.startsWith('@')).slice(0, FIELDS_SHOWN);
  return (
    <ul class="cards">
      <For each={props.rows}>
        {(row) => (
          <li>
            <a href={hashOf(row)}>
              <header>
                <b>{register.labelOf(row)}</b>
                <Show when={row.state !== null}>
                  <span class="state-mark">{register.stateText(row.state)}</span>
                </Show>
              </header>
              <Show when={props.columns.includes(COMPANY) && row.companyName}>
                <p class="hint">{row.companyName}</p>
              </Show>
              <dl>
                <For each={rest()}>
                  {(name) => (
                    <Show when={fieldOf(description, name)}>
                      {(field) => (
                        <Show when={register.cellText(field(), row)}>
                          {(text) => (
                            <div>
                              <dt>{words(field().title)}</dt>
                              <dd>{text()}</dd>
                            </div>
                          )}
                        </Show>
                      )}
                    </Show>
                  )}
                </For>
              </dl>
            </a>
          </li>
        )}
      </For>
    </ul>
  );
}
