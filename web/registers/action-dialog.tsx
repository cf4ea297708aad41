/** What an action asks for before it is done, and what it shows once afterwards. */
import { createSignal, For, onCleanup, Show } from 'solid-js';
import { createStore } from 'solid-js/store';
import type { ActionAnswer, RegisterDescription, RegisterRow } from '../../core/register-api.ts';
import type { Words } from '../../core/words.ts';
import { ApiError } from '../app/api.ts';
import { AddressCode } from '../vehicle-entry/lazy-address-code.ts';
import { Modal } from '../widgets/modal.tsx';
import { say } from '../widgets/toasts.tsx';
import { documentName, isDocument } from './document.ts';
import { type Draft, draftsOf, readDrafts } from './drafts.ts';
import { SimpleInput } from './fields/simple-input.tsx';
import { FormProvider, idOf } from './form-scope.ts';
import { problemText } from './problem-text.ts';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

export type ActionDescription = RegisterDescription['actions'][number];

export function ActionDialog(props: {
  action: ActionDescription;
  row: RegisterRow;
  onDone: (answer: ActionAnswer) => void;
  onClose: () => void;
}) {
  const { description, t, words } = useRegister();
  const { input } = props.action;
  const [drafts, setDrafts] = createSignal(draftsOf(input, {}));
  const [learnt, setLearnt] = createStore<Record<string, string>>({});
  const [hasTried, setTried] = createSignal(false);
  const [refused, setRefused] = createSignal<Readonly<Record<string, Words>>>({});
  const [problem, setProblem] = createSignal<string | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const read = () => readDrafts(input, drafts());
  const problemAt = (path: string): string => {
    const refusal = refused()[path];
    if (refusal !== undefined) return words(refusal);
    const fault = read().faults[path];
    return fault === undefined || !hasTried() ? '' : t(fault.key, fault.args);
  };
  const act = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(read().faults).length > 0 || isBusy()) return;
    setBusy(true);
    setProblem(null);
    try {
      const request = { version: props.row.version, input: read().values };
      const answer = await registerClient.act(description.name, props.row.id, props.action.name, request);
      say(t('record.done', { title: words(props.action.title) }));
      props.onDone(answer);
    } catch (reason) {
      const problems = reason instanceof ApiError ? reason.problems : [];
      setRefused(Object.fromEntries(problems.map(({ field, words }) => [field, words])));
      setProblem(problems.length > 0 ? null : problemText(t, reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal title={words(props.action.title)} onClose={props.onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void act();
        }}
      >
        <Show when={props.action.dangerous}>
          <p class="form-note">{t('record.dangerous')}</p>
        </Show>
        <FormProvider
          value={{
            row: () => null,
            companyCode: () => props.row.companyCode,
            problemAt,
            learn: (path, key, label) => setLearnt(`${path} ${key}`, label),
            labelOf: (path, key) => learnt[`${path} ${key}`],
          }}
        >
          <For each={input}>
            {(field) => (
              <div class="form-field field">
                <label for={idOf(field.name)} classList={{ required: field.required }}>
                  {words(field.title)}
                </label>
                <SimpleInput
                  field={field}
                  path={field.name}
                  draft={drafts()[field.name] as Draft}
                  onDraft={(draft) => setDrafts((known) => ({ ...known, [field.name]: draft }))}
                />
                <Show when={problemAt(field.name)}>{(text) => <em role="alert">{text()}</em>}</Show>
                <Show when={field.help}>{(help) => <small>{words(help())}</small>}</Show>
              </div>
            )}
          </For>
        </FormProvider>
        <Show when={problem()}>
          {(text) => (
            <p class="form-error" role="alert">
              {text()}
            </p>
          )}
        </Show>
        <div class="form-actions">
          <button type="button" class="button" autofocus={input.length === 0} onClick={() => props.onClose()}>
            {t('register.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={isBusy()}>
            {words(props.action.title)}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** A new password, a secret: seen this once. A document is kept as a file, and can be asked for again. */
export function ShownOnce(props: { title: string; shown: ActionAnswer['shown']; onClose: () => void }) {
  const { t, words } = useRegister();
  const [copied, setCopied] = createSignal<string | null>(null);
  const copy = async (value: string): Promise<void> => {
    // Refused where the page is not served over https; the text can still be marked and copied by hand.
    const isPage = props.shown.some((one) => one.value === value && one.isPage === true);
    const text = isPage ? new URL(value, location.href).href : value;
    await navigator.clipboard?.writeText(text).then(
      () => setCopied(value),
      () => undefined,
    );
  };
  return (
    <Modal title={props.title} onClose={props.onClose}>
      <Show when={props.shown.some(({ value }) => !isDocument(value))}>
        <p class="form-note">{t('record.secretNote')}</p>
      </Show>
      <dl class="shown-once">
        <For each={props.shown}>
          {({ title, value, isPage }) => (
            <div classList={{ document: isDocument(value) }}>
              <dt>{words(title)}</dt>
              <dd>
                <Show when={isPage} fallback={<code>{value}</code>}>
                  <AddressCode title={`${props.title} ${words(title)}`} hash={value} />
                </Show>
                <span class="shown-acts">
                  <Show when={isDocument(value)}>
                    <Download name={documentName(`${words(title)} ${props.title}`)} value={value} />
                  </Show>
                  <button type="button" class="button small" onClick={() => void copy(value)}>
                    {t(copied() === value ? 'record.copied' : 'record.copy')}
                  </button>
                </span>
              </dd>
            </div>
          )}
        </For>
      </dl>
      <div class="form-actions">
        <button type="button" class="button primary" onClick={() => props.onClose()}>
          {t('register.close')}
        </button>
      </div>
    </Modal>
  );
}

/** A link, so that the keyboard reaches it as any other. */
function Download(props: { name: string; value: string }) {
  const { t } = useRegister();
  const href = URL.createObjectURL(new Blob([props.value], { type: 'text/markdown;charset=utf-8' }));
  onCleanup(() => URL.revokeObjectURL(href));
  return (
    <a class="button small" href={href} download={props.name}>
      {t('record.download')}
    </a>
  );
}
