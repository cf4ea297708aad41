/** Filters beside the search box, made from the description; each change is a new address. */
import { For, Match, Show, Switch } from 'solid-js';
import type { FieldDescription } from '../../core/register-api.ts';
import { ManyPicker, Picker } from '../widgets/picker.tsx';
import { RowPicker } from '../widgets/row-picker.tsx';
import { fieldOf } from './columns.ts';
import { chosenOf, type SpanTexts, spanOf, spanWord } from './list-place.ts';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

/** The register that names companies. */
const COMPANIES = 'companies';

export function FilterBar(props: { onWord: (name: string, value: string) => void }) {
  const { description, query, t, words } = useRegister();
  const filters = () => description.filters.flatMap((name) => fieldOf(description, name) ?? []);
  return (
    <>
      <Show when={description.choosesCompany}>
        <div class="field">
          <label for="filter-company">{t('register.company')}</label>
          <RowPicker
            id="filter-company"
            isMany={false}
            keys={chosenOf(query(), 'company')}
            placeholder={t('register.all')}
            labelOf={() => undefined}
            find={async (q) => (await registerClient.options(COMPANIES, { q })).options}
            onPick={([company]) => props.onWord('company', company?.key ?? '')}
          />
        </div>
      </Show>
      <For each={filters()}>{(field) => <Filter field={field} onWord={props.onWord} />}</For>
      <Show when={description.states.length > 0}>
        <div class="field">
          <label for="filter-state">{t('register.state')}</label>
          <ManyPicker
            id="filter-state"
            options={description.states.map(({ name, title }) => ({ value: name, text: words(title) }))}
            values={chosenOf(query(), 'state')}
            placeholder={t('register.all')}
            onPick={(values) => props.onWord('state', values.join(','))}
          />
        </div>
      </Show>
    </>
  );
}

const SPANS = ['integer', 'decimal', 'day', 'instant'];

function Filter(props: { field: FieldDescription; onWord: (name: string, value: string) => void }) {
  const { query, t, words } = useRegister();
  const word = `f.${props.field.name}`;
  const id = `filter-${props.field.name}`;
  const kind = props.field.kind;
  const values = () => chosenOf(query(), word);
  return (
    <div class="field">
      <label for={id}>{words(props.field.title)}</label>
      <Switch
        fallback={
          <input
            id={id}
            type="text"
            value={query().get(word) ?? ''}
            onChange={(event) => props.onWord(word, event.currentTarget.value.trim())}
          />
        }
      >
        <Match when={kind === 'choice' || kind === 'choices'}>
          <ManyPicker
            id={id}
            options={(props.field.options ?? []).map(({ value, title }) => ({ value, text: words(title) }))}
            values={values()}
            placeholder={t('register.all')}
            onPick={(chosen) => props.onWord(word, chosen.join(','))}
          />
        </Match>
        <Match when={kind === 'yes-no'}>
          <Picker
            id={id}
            mayClear
            options={[
              { value: 'true', text: t('register.yes') },
              { value: 'false', text: t('register.no') },
            ]}
            value={query().get(word) ?? ''}
            placeholder={t('register.all')}
            onPick={(value) => props.onWord(word, value)}
          />
        </Match>
        <Match when={kind === 'reference' || kind === 'references'}>
          <RowPicker
            id={id}
            isMany
            keys={values()}
            placeholder={t('register.all')}
            labelOf={() => undefined}
            find={async (q) =>
              (await registerClient.options(props.field.register ?? '', { q, company: query().get('company') })).options
            }
            onPick={(options) => props.onWord(word, options.map(({ key }) => key).join(','))}
          />
        </Match>
        <Match when={SPANS.includes(kind)}>
          <Span id={id} field={props.field} onWord={props.onWord} />
        </Match>
      </Switch>
    </div>
  );
}

function Span(props: { id: string; field: FieldDescription; onWord: (name: string, value: string) => void }) {
  const { query, t } = useRegister();
  const span = () => spanOf(query(), props.field);
  const type = props.field.kind === 'day' || props.field.kind === 'instant' ? 'date' : 'number';
  const set = (part: Partial<SpanTexts>): void =>
    props.onWord(`f.${props.field.name}`, spanWord(props.field, { ...span(), ...part }));
  return (
    <span class="span">
      <input
        id={props.id}
        type={type}
        value={span().from}
        aria-label={t('list.from')}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <span aria-hidden="true">–</span>
      <input
        type={type}
        value={span().to}
        aria-label={t('list.to')}
        onChange={(event) => set({ to: event.currentTarget.value })}
      />
    </span>
  );
}
