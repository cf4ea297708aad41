/** One record: what it says, what can be done with it, its history; or its form. */
import { createEffect, createResource, createSignal, For, Match, on, onCleanup, Show, Switch } from 'solid-js';
import type { ActionAnswer, RegisterRow } from '../../core/register-api.ts';
import { ApiError } from '../app/api.ts';
import { Icon } from '../app/marks.tsx';
import { go } from '../app/place.ts';
import { Question } from '../widgets/modal.tsx';
import { say } from '../widgets/toasts.tsx';
import { type ActionDescription, ActionDialog, ShownOnce } from './action-dialog.tsx';
import { HistoryTab } from './history-tab.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { placeOf, type RecordTab } from './list-place.ts';
import { usePageKeys } from './page-keys.ts';
import { PrintHead } from './print-head.tsx';
import { problemText } from './problem-text.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { RecordForm } from './record-form.tsx';
import { RecordSections } from './record-sections.tsx';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';
import { RunningMark } from './running-mark.tsx';

/** How often it is looked whether the engine took a change. */
const RUNNING_EVERY_MS = 2_000;
const TABS: readonly RecordTab[] = ['data', 'history'];

export function RecordPage(props: { id: string; tab: RecordTab; edits: boolean }) {
  const register = useRegister();
  const { description, t } = register;
  const [row, { mutate, refetch }] = createResource(
    () => props.id,
    (id) => registerClient.row(description.name, id),
  );
  const known = (): RegisterRow | undefined => (row.error === undefined ? row.latest : undefined);
  const goBack = (): void => register.goTo({ is: 'list' });

  // Until the engine has answered, its answer is asked for; a form keeps the row that it was opened with.
  createEffect(
    on(
      () => [known()?.running?.version, known()?.version, props.edits] as const,
      ([running, version, edits]) => {
        if (!description.tellsEngine || edits || version === undefined || running === version) return;
        const timer = setInterval(() => void refetch(), RUNNING_EVERY_MS);
        onCleanup(() => clearInterval(timer));
      },
    ),
  );

  return (
    <Switch>
      <Match when={row.error}>
        <div class="register">
          <p class="empty">
            {problemText(t, row.error)}
            <button type="button" class="button" onClick={goBack}>
              {t('register.backToList')}
            </button>
          </p>
        </div>
      </Match>
      <Match when={known() === undefined}>
        <p class="hint">{t('register.loading')}</p>
      </Match>
      <Match when={props.edits && known()?.may.update}>
        <div class="register record-page">
          <RecordHead row={known() as RegisterRow} />
          <RecordForm
            row={known() as RegisterRow}
            onSaved={(saved) => {
              mutate(saved);
              leaveForm(props.id);
            }}
            onCancel={() => leaveForm(props.id)}
          />
        </div>
      </Match>
      <Match when={known()}>
        {(standing) => (
          <RecordView
            row={standing()}
            tab={props.tab}
            onRow={(next) => mutate(next)}
            onStale={() => void refetch()}
            onGone={goBack}
          />
        )}
      </Match>
    </Switch>
  );

  /** The form is no place to come back to. */
  function leaveForm(id: string): void {
    register.goTo({ is: 'record', id, tab: 'data', edits: false });
  }
}

export function NewPage() {
  const register = useRegister();
  const { description, t, words } = register;
  return (
    <div class="register record-page">
      <header class="register-head">
        <BackLink />
        <h1>{t('record.newOne', { title: words(description.title) })}</h1>
      </header>
      <Show when={description.may.create} fallback={<p class="empty">{t('register.forbidden')}</p>}>
        <RecordForm
          row={null}
          onSaved={({ id }) =>
            go(placeOf(description.name, { is: 'record', id, tab: 'data', edits: false }, register.query()), {
              replaces: true,
            })
          }
          onCancel={() => register.goTo({ is: 'list' })}
        />
      </Show>
    </div>
  );
}

function BackLink() {
  const { description, goTo, t, words } = useRegister();
  return (
    <button
      type="button"
      class="button quiet back"
      title={t('register.backToList')}
      onClick={() => goTo({ is: 'list' })}
    >
      <Icon name="back" />
      {words(description.title)}
    </button>
  );
}

function RecordHead(props: { row: RegisterRow }) {
  const register = useRegister();
  return (
    <header class="register-head">
      <BackLink />
      <h1>{register.labelOf(props.row)}</h1>
      <Show when={props.row.state !== null}>
        <span class="state-mark">{register.stateText(props.row.state)}</span>
      </Show>
    </header>
  );
}

function RecordView(props: {
  row: RegisterRow;
  tab: RecordTab;
  onRow: (row: RegisterRow) => void;
  /** Somebody else changed it. */
  onStale: () => void;
  onGone: () => void;
}) {
  const register = useRegister();
  const { description, t, words } = register;
  const [isRemoving, setRemoving] = createSignal(false);
  const [areKeysOpen, setKeysOpen] = createSignal(false);
  const [asked, setAsked] = createSignal<ActionDescription | null>(null);
  const [answered, setAnswered] = createSignal<ActionAnswer['shown']>([]);
  const [moving, setMoving] = createSignal<(typeof description.moves)[number] | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const moves = () => description.moves.filter(({ name }) => props.row.may.moves.includes(name));
  const actions = () => description.actions.filter(({ name }) => props.row.may.actions.includes(name));
  const goTo = (tab: RecordTab, edits = false): void => register.goTo({ is: 'record', id: props.row.id, tab, edits });

  const failed = (reason: unknown): void => {
    const isStale = reason instanceof ApiError && reason.code === 'CONFLICT';
    setProblem(isStale && reason.detail === '' ? t('record.stale') : problemText(t, reason));
    if (isStale) props.onStale();
  };
  const move = async (name: string, title: string, reason?: string): Promise<void> => {
    setProblem(null);
    try {
      const body = { version: props.row.version, ...(reason === undefined ? {} : { reason }) };
      props.onRow(await registerClient.move(description.name, props.row.id, name, body));
      setMoving(null);
      say(t('record.done', { title }));
    } catch (reason) {
      failed(reason);
    }
  };
  const remove = async (): Promise<void> => {
    setRemoving(false);
    try {
      await registerClient.remove(description.name, props.row.id, props.row.version);
      say(t('record.removed'));
      props.onGone();
    } catch (reason) {
      failed(reason);
    }
  };
  usePageKeys(() => ({
    e: () => {
      if (!props.row.may.update) return false;
      goTo('data', true);
      return true;
    },
    n: () => {
      if (!description.may.create) return false;
      register.goTo({ is: 'new' });
      return true;
    },
    Escape: () => register.goTo({ is: 'list' }),
    '?': () => void setKeysOpen(true),
  }));

  return (
    <div class="register record-page">
      <PrintHead title={`${words(description.title)} · ${register.labelOf(props.row)}`} />
      <RecordHead row={props.row} />
      <div class="record-bar">
        <div class="tabs" role="tablist">
          <For each={TABS}>
            {(tab) => (
              <button type="button" role="tab" class="tab" aria-selected={props.tab === tab} onClick={() => goTo(tab)}>
                {t(tab === 'data' ? 'record.data' : 'record.history')}
              </button>
            )}
          </For>
        </div>
        <div class="record-acts">
          <For each={moves()}>
            {(one) => (
              <button
                type="button"
                class="button"
                onClick={() => (one.reason ? setMoving(one) : void move(one.name, words(one.title)))}
              >
                {words(one.title)}
              </button>
            )}
          </For>
          <For each={actions()}>
            {(action) => (
              <button type="button" class="button" onClick={() => setAsked(action)}>
                {words(action.title)}
              </button>
            )}
          </For>
          <Show when={props.row.may.remove}>
            <button type="button" class="button" onClick={() => setRemoving(true)}>
              {t('record.remove')}
            </button>
          </Show>
          <button
            type="button"
            class="button icon-only"
            title={t('list.print')}
            aria-label={t('list.print')}
            onClick={() => print()}
          >
            <Icon name="print" />
          </button>
          <Show when={props.row.may.update}>
            <button type="button" class="button primary" onClick={() => goTo('data', true)}>
              {t('record.edit')}
            </button>
          </Show>
        </div>
      </div>
      <Show when={problem()}>
        {(text) => (
          <p class="form-error" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Switch>
        <Match when={props.tab === 'history'}>
          <HistoryTab row={props.row} />
        </Match>
        <Match when={props.tab === 'data'}>
          <RecordSections row={props.row} />
          <p class="hint record-foot">
            <RunningMark row={props.row} />
          </p>
        </Match>
      </Switch>
      <Show when={isRemoving()}>
        <Question
          title={t('record.removeTitle', { label: register.labelOf(props.row) })}
          detail={t('record.removeDetail')}
          yes={t('record.remove')}
          no={t('register.cancel')}
          onYes={() => void remove()}
          onNo={() => setRemoving(false)}
        />
      </Show>
      <Show when={moving()}>
        {(one) => (
          <ReasonDialog
            title={words(one().title)}
            confirm={words(one().title)}
            problem={problem()}
            onConfirm={(reason) => void move(one().name, words(one().title), reason)}
            onClose={() => setMoving(null)}
          />
        )}
      </Show>
      <Show when={asked()}>
        {(action) => (
          <ActionDialog
            action={action()}
            row={props.row}
            onDone={(answer) => {
              props.onRow(answer.row);
              setAsked(null);
              setAnswered(answer.shown);
            }}
            onClose={() => setAsked(null)}
          />
        )}
      </Show>
      <Show when={answered().length > 0}>
        <ShownOnce title={register.labelOf(props.row)} shown={answered()} onClose={() => setAnswered([])} />
      </Show>
      <Show when={areKeysOpen()}>
        <KeysDialog onClose={() => setKeysOpen(false)} />
      </Show>
    </div>
  );
}
