/** A value as its fields and as JSON, whichever is handier: both show the same. */
import { type Accessor, createMemo, createSignal, For, type Setter, Show } from 'solid-js';
import { type Field, fieldsOf, jsonText, parseJson, withField } from './setting-fields.ts';

export interface SettingDraft {
  readonly text: Accessor<string>;
  readonly setText: Setter<string>;
  readonly parsed: Accessor<ReturnType<typeof parseJson>>;
  /** Of the last text that was JSON. */
  readonly fields: Accessor<readonly Field[]>;
  setField(field: Field, input: string | boolean): void;
}

export function createSettingDraft(first: string): SettingDraft {
  const [text, setText] = createSignal(first);
  const parsed = createMemo(() => parseJson(text()));
  const fields = createMemo<readonly Field[]>((before) => {
    const now = parsed();
    return now.ok ? fieldsOf(now.value) : before;
  }, []);
  const setField = (field: Field, input: string | boolean): void => {
    const now = parsed();
    if (!now.ok) return;
    const leaf = typeof field.value === 'number' && typeof input === 'string' ? Number(input) : input;
    if (typeof leaf !== 'number' || Number.isFinite(leaf)) setText(jsonText(withField(now.value, field.path, leaf)));
  };
  return { text, setText, parsed, fields, setField };
}

export function SettingValue(props: { draft: SettingDraft; isLocked: boolean }) {
  const problem = (): string => {
    const now = props.draft.parsed();
    return now.ok ? '' : now.problem;
  };
  return (
    <>
      <div class="setting-fields">
        <For each={props.draft.fields().map(({ path }) => path.join('.'))}>
          {(name) => (
            <Show when={props.draft.fields().find(({ path }) => path.join('.') === name)}>
              {(field) => <FieldInput field={field()} isLocked={props.isLocked} onInput={props.draft.setField} />}
            </Show>
          )}
        </For>
      </div>
      <label class="field">
        <span>JSON</span>
        <textarea
          rows={12}
          spellcheck={false}
          class="json"
          readOnly={props.isLocked}
          aria-invalid={!props.draft.parsed().ok}
          value={props.draft.text()}
          onInput={(event) => props.draft.setText(event.currentTarget.value)}
        />
        <em>{problem()}</em>
      </label>
    </>
  );
}

function FieldInput(props: {
  field: Field;
  isLocked: boolean;
  onInput: (field: Field, input: string | boolean) => void;
}) {
  const name = () => props.field.path.join('.');
  return (
    <Show
      when={typeof props.field.value === 'boolean'}
      fallback={
        <label class="field">
          <span>{name()}</span>
          <input
            type={typeof props.field.value === 'number' ? 'number' : 'text'}
            step="any"
            disabled={props.isLocked}
            value={String(props.field.value)}
            onChange={(event) => props.onInput(props.field, event.currentTarget.value)}
          />
        </label>
      }
    >
      <label class="check">
        <input
          type="checkbox"
          disabled={props.isLocked}
          checked={props.field.value === true}
          onChange={(event) => props.onInput(props.field, event.currentTarget.checked)}
        />
        <span>{name()}</span>
      </label>
    </Show>
  );
}
