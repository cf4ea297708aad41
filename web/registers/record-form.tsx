/**
 * The form of a record, new or standing: sections from the description, what is wrong beside each field, a bar that stays in
 * sight. Leaving with changes asks first; somebody else's change is shown, never written over.
 */
import { batch, createMemo, createSignal, For, onCleanup, Show } from 'solid-js';
import { createStore } from 'solid-js/store';
import type { FieldDescription, RegisterRow, RowValues } from '../../core/register-api.ts';
import type { Words } from '../../core/words.ts';
import { ApiError } from '../app/api.ts';
import { holdOn, place } from '../app/place.ts';
import { RowPicker } from '../widgets/row-picker.tsx';
import { say } from '../widgets/toasts.tsx';
import { fieldOf } from './columns.ts';
import { type FieldConflict, mergedChanges, type Side } from './conflict.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { type Draft, draftOf, draftsOf, type Fault, readDrafts, touchedFields, valuesFromQuery } from './drafts.ts';
import { FormField } from './form-field.tsx';
import { FormProvider } from './form-scope.ts';
import { usePageKeys } from './page-keys.ts';
import { problemText } from './problem-text.ts';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';
import { RunningMark } from './running-mark.tsx';

/** The register that names companies. */
const COMPANIES = 'companies';

export function RecordForm(props: {
  /** null: a new one. */
  row: RegisterRow | null;
  onSaved: (row: RegisterRow) => void;
  onCancel: () => void;
}) {
  const register = useRegister();
  const { description, session, t, words } = register;
  /** What is kept, as far as this form knows. */
  const [kept, setKept] = createSignal(props.row);
  const isNew = props.row === null;
  const fields = description.fields.filter(
    ({ editable }) => editable === 'always' || editable === (isNew ? 'create' : 'later'),
  );
  const values = (): RowValues => kept()?.values ?? {};
  const written = place().query;
  const [drafts, setDrafts] = createSignal(draftsOf(fields, props.row?.values ?? valuesFromQuery(fields, written)));
  const [companyCode, setCompanyCode] = createSignal(
    props.row?.companyCode ?? session.companyCode ?? (isNew ? written.get('company') : null),
  );
  const [learnt, setLearnt] = createStore<Record<string, string>>({});
  const [hasTried, setTried] = createSignal(false);
  const [left, setLeft] = createSignal<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = createSignal<Readonly<Record<string, Words>>>({});
  const [problem, setProblem] = createSignal<string | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  /** Of somebody else, as it stands now. */
  const [theirs, setTheirs] = createSignal<RegisterRow | null>(null);
  let form!: HTMLFormElement;

  const read = createMemo(() => readDrafts(fields, drafts()));
  /** Half written ones too. */
  const touched = createMemo(() => touchedFields(fields, values(), drafts()));
  const changes = (): RowValues => {
    const whole = read().values;
    return Object.fromEntries(touched().flatMap((name) => (name in whole ? [[name, whole[name]]] : [])));
  };
  let isLeaving = false;
  onCleanup(holdOn(() => !isLeaving && touched().length > 0));

  const needsCompany = isNew && description.belongsToCompany && description.choosesCompany;
  const problemAt = (path: string): string => {
    const refusal = refused()[path];
    if (refusal !== undefined) return words(refusal);
    const fault = read().faults[path];
    const name = path.split('.')[0] ?? '';
    return fault === undefined || !(hasTried() || left().has(name)) ? '' : faultText(path, fault);
  };
  const faultText = (path: string, fault: Fault): string => {
    const pattern = fieldOf(description, path.split('.')[0] ?? '')?.pattern;
    return fault.key === 'wrong.pattern' && pattern !== undefined
      ? t(fault.key, { words: words(pattern.words) })
      : t(fault.key, fault.args);
  };
  const setDraft = (name: string, draft: Draft): void => {
    batch(() => {
      setDrafts((known) => ({ ...known, [name]: draft }));
      setRefused((known) =>
        Object.fromEntries(Object.entries(known).filter(([path]) => path !== name && !path.startsWith(`${name}.`))),
      );
    });
  };
  const showFirstProblem = (): number =>
    requestAnimationFrame(() => {
      const first = form.querySelector<HTMLElement>('.form-field.wrong');
      first?.scrollIntoView({ block: 'center' });
      first?.querySelector<HTMLElement>('input, textarea, button')?.focus();
    });

  const save = async (): Promise<void> => {
    if (isBusy()) return;
    setTried(true);
    setProblem(null);
    if (Object.keys(read().faults).length > 0 || (needsCompany && companyCode() === null)) {
      showFirstProblem();
      return;
    }
    const standing = kept();
    if (standing !== null && Object.keys(changes()).length === 0) {
      props.onCancel();
      return;
    }
    setBusy(true);
    setRefused({});
    try {
      const saved =
        standing === null
          ? await registerClient.create(description.name, {
              ...(needsCompany ? { companyCode: companyCode() ?? '' } : {}),
              values: read().values,
            })
          : await registerClient.change(description.name, standing.id, {
              version: standing.version,
              values: changes(),
            });
      isLeaving = true;
      say(t(isNew ? 'record.createdDone' : 'record.saved'));
      props.onSaved(saved);
    } catch (reason) {
      await explain(reason, standing);
    } finally {
      setBusy(false);
    }
  };
  const explain = async (reason: unknown, standing: RegisterRow | null): Promise<void> => {
    if (!(reason instanceof ApiError)) throw reason;
    if (reason.problems.length > 0) {
      setRefused(Object.fromEntries(reason.problems.map(({ field, words }) => [field, words])));
      showFirstProblem();
      return;
    }
    if (reason.code !== 'CONFLICT') {
      setProblem(problemText(t, reason));
      return;
    }
    const now = standing === null ? null : await registerClient.row(description.name, standing.id).catch(goneAsNull);
    if (standing !== null && now === null) setProblem(t('conflict.removed'));
    else if (now === null || now.version === standing?.version)
      setProblem(t('conflict.sameKey', { detail: reason.detail }));
    else setTheirs(now);
  };
  const merge = (
    now: RegisterRow,
    conflicts: readonly FieldConflict[],
    chosen: Readonly<Record<string, Side>>,
  ): void => {
    const mine = mergedChanges(conflicts, changes(), chosen);
    batch(() => {
      for (const field of fields) {
        if (!(field.name in mine)) setDraft(field.name, draftOf(field, now.values[field.name]));
      }
      setKept(now);
      setTheirs(null);
    });
  };

  const cancel = (): void => props.onCancel();
  usePageKeys(() => ({
    'Ctrl+s': () => void save(),
    Escape: () => cancel(),
  }));

  const sections = description.form
    .map(({ title, fields: names }) => ({
      title,
      fields: names.flatMap((name) => fields.find((field) => field.name === name) ?? fixedField(name)),
    }))
    .filter((section) => section.fields.length > 0);
  /** Fields that are not changed here stand beside those that are. */
  function fixedField(name: string): FieldDescription[] {
    const field = fieldOf(description, name);
    return field === undefined || isNew ? [] : [field];
  }
  const problems = () => new Set([...Object.keys(read().faults), ...Object.keys(refused())]).size;

  return (
    <FormProvider
      value={{
        row: kept,
        companyCode,
        problemAt,
        learn: (path, key, label) => setLearnt(`${path} ${key}`, label),
        labelOf: (path, key) => learnt[`${path} ${key}`] ?? kept()?.labels[path]?.[key],
      }}
    >
      <form
        ref={form}
        class="record-form"
        noValidate
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Show when={needsCompany}>
          <section class="form-section">
            <div class="form-field field" classList={{ wrong: hasTried() && companyCode() === null }}>
              <label for="field-company" class="required">
                {t('record.of')}
              </label>
              <RowPicker
                id="field-company"
                isMany={false}
                keys={companyCode() === null ? [] : [companyCode() ?? '']}
                isInvalid={hasTried() && companyCode() === null}
                labelOf={() => undefined}
                find={async (q) => (await registerClient.options(COMPANIES, { q })).options}
                onPick={([company]) => setCompanyCode(company?.key ?? null)}
              />
              <Show when={hasTried() && companyCode() === null}>
                <em>{t('wrong.required')}</em>
              </Show>
            </div>
          </section>
        </Show>
        <For each={sections}>
          {(section) => (
            <section class="form-section">
              <Show when={section.title}>{(title) => <h2>{words(title())}</h2>}</Show>
              <For each={section.fields}>
                {(field) => (
                  <FormField
                    field={field}
                    isOpen={fields.includes(field)}
                    draft={drafts()[field.name] as Draft}
                    isWrong={hasProblem(field.name)}
                    onDraft={(draft) => setDraft(field.name, draft)}
                    onLeft={() => setLeft(new Set([...left(), field.name]))}
                  />
                )}
              </For>
            </section>
          )}
        </For>
        <footer class="action-bar">
          <span class="bar-words" role="status">
            <Show when={problem()}>{(text) => <b class="wrong-words">{text()}</b>}</Show>
            <Show when={problem() === null}>
              {hasTried() && problems() > 0 ? (
                <b class="wrong-words">{t('record.wrong', { n: problems() })}</b>
              ) : touched().length > 0 && !isNew ? (
                t('record.changes', { n: touched().length })
              ) : (
                ''
              )}
            </Show>
            <RunningMark row={kept()} />
          </span>
          <button type="button" class="button" onClick={cancel}>
            {t('register.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={isBusy()}>
            {t(isBusy() ? 'record.saving' : 'record.save')}
          </button>
        </footer>
      </form>
      <Show when={theirs()}>
        {(now) => (
          <ConflictDialog
            before={kept() as RegisterRow}
            mine={changes()}
            theirs={now()}
            onMerge={(conflicts, chosen) => merge(now(), conflicts, chosen)}
            onReload={() => {
              isLeaving = true;
              props.onSaved(now());
            }}
            onClose={() => setTheirs(null)}
          />
        )}
      </Show>
    </FormProvider>
  );

  function hasProblem(name: string): boolean {
    return problemAt(name) !== '' || [...Object.keys(refused())].some((path) => path.startsWith(`${name}.`));
  }
}

function goneAsNull(reason: unknown): null {
  if (reason instanceof ApiError && reason.code === 'NOT_FOUND') return null;
  throw reason;
}
