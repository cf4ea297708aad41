/** The fields of a record by section, to read; also what is printed. */
import { For, Show } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { chinaText } from './china-time.ts';
import { fieldOf, isWide } from './columns.ts';
import { FieldValue } from './field-value.tsx';
import { useRegister } from './register-context.ts';
import { VendorMark } from './vendor-mark.tsx';

export function RecordSections(props: { row: RegisterRow }) {
  const { description, t, words } = useRegister();
  const at = (by: string, atMs: number): string => t('register.byAt', { by, at: chinaText(atMs) });
  return (
    <div class="record-sections">
      <For each={description.form}>
        {(section) => (
          <section class="record-section">
            <Show when={section.title}>{(title) => <h2>{words(title())}</h2>}</Show>
            <dl>
              <For each={section.fields.flatMap((name) => fieldOf(description, name) ?? [])}>
                {(field) => (
                  <div classList={{ wide: isWide(field) }}>
                    <dt>
                      {words(field.title)} <VendorMark field={field} row={props.row} />
                    </dt>
                    <dd>
                      <FieldValue field={field} row={props.row} />
                    </dd>
                  </div>
                )}
              </For>
            </dl>
          </section>
        )}
      </For>
      <section class="record-section meta">
        <dl>
          <Show when={props.row.companyCode}>
            {(code) => (
              <div>
                <dt>{t('register.company')}</dt>
                <dd>{props.row.companyName ?? code()}</dd>
              </div>
            )}
          </Show>
          <div>
            <dt>{t('register.created')}</dt>
            <dd>{at(props.row.createdBy, props.row.createdAtMs)}</dd>
          </div>
          <div>
            <dt>{t('register.updated')}</dt>
            <dd>{at(props.row.updatedBy, props.row.updatedAtMs)}</dd>
          </div>
        </dl>
      </section>
    </div>
  );
}
