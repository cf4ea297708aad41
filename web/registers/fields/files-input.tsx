/** Files of a field: sent as soon as they are chosen or dropped, named in the row when it is saved. */
import { createSignal, For, Show } from 'solid-js';
import { Icon } from '../../app/marks.tsx';
import type { TextKey } from '../../i18n/i18n.ts';
import type { FileValue } from '../drafts.ts';
import { idOf, useForm } from '../form-scope.ts';
import { problemText } from '../problem-text.ts';
import { registerClient } from '../register-client.ts';
import { useRegister } from '../register-context.ts';
import type { FieldInputProps } from './field-props.ts';

const ENDINGS: Readonly<Record<string, string>> = {
  pdf: '.pdf',
  image: '.jpg,.jpeg,.png,.webp',
  office: '.docx,.xlsx,.pptx,.doc,.xls,.ppt',
  text: '.txt,.csv',
};
/** How many a field takes, where the description does not say. */
const FILES_MAX = 20;

export function FilesInput(props: FieldInputProps<readonly FileValue[]>) {
  const { description, t, words } = useRegister();
  const form = useForm();
  const [sending, setSending] = createSignal<string | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const most = (): number => props.field.max ?? FILES_MAX;
  const types = () => props.field.types ?? [];
  const send = async (files: readonly File[]): Promise<void> => {
    setProblem(null);
    for (const file of files.slice(0, Math.max(0, most() - props.draft.length))) {
      setSending(file.name);
      try {
        const kept = await registerClient.keepFile(description.name, props.field.name, file);
        props.onDraft([...props.draft, kept]);
      } catch (reason) {
        setProblem(t('record.uploadFailed', { name: file.name, reason: problemText(t, reason) }));
      }
    }
    setSending(null);
  };
  return (
    <fieldset
      class="files-field"
      aria-label={words(props.field.title)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void send([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <FileList
        field={props.field.name}
        files={props.draft}
        rowId={form.row()?.id ?? null}
        onRemove={(id) => props.onDraft(props.draft.filter((file) => file.id !== id))}
      />
      <Show when={props.draft.length < most()}>
        <label class="button small">
          {sending() === null ? t('record.upload') : t('record.uploading', { name: sending() ?? '' })}
          <input
            id={idOf(props.path)}
            type="file"
            class="hidden-file"
            multiple={most() > 1}
            accept={types()
              .map((type) => ENDINGS[type] ?? '')
              .join(',')}
            disabled={sending() !== null}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = '';
              void send(files);
            }}
          />
        </label>
      </Show>
      <small>
        {t('record.fileLimit', {
          n: most(),
          types: types()
            .map((type) => t(`fileType.${type}` as TextKey))
            .join(t('listComma')),
        })}
      </small>
      <Show when={problem()}>{(text) => <em role="alert">{text()}</em>}</Show>
    </fieldset>
  );
}

const KIB = 1_024;

/** `rowId` null: not kept yet, so there is nothing to open. */
export function FileList(props: {
  field: string;
  files: readonly FileValue[];
  rowId: string | null;
  onRemove?: (id: string) => void;
}) {
  const { description, t } = useRegister();
  return (
    <ul class="file-list">
      <For each={props.files}>
        {(file) => (
          <li>
            <Icon name="file" />
            <Show when={props.rowId} fallback={<span>{file.name}</span>}>
              {(id) => (
                <a href={registerClient.filePath(description.name, id(), props.field, file.id)} download={file.name}>
                  {file.name}
                </a>
              )}
            </Show>
            <small>{t('order.kilobytes', { n: Math.ceil(file.bytes / KIB) })}</small>
            <Show when={props.onRemove}>
              {(remove) => (
                <button
                  type="button"
                  class="button icon-only small"
                  aria-label={t('record.removeFile', { name: file.name })}
                  title={t('record.removeFile', { name: file.name })}
                  onClick={() => remove()(file.id)}
                >
                  <Icon name="close" />
                </button>
              )}
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}
