/** A record to read: its fields or its history, and what can be done with it. */
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { ActionAnswer, RegisterRow } from '../../core/register-api.ts';
import { ApiError } from '../app/api.ts';
import { Icon } from '../app/marks.tsx';
import { Question } from '../widgets/modal.tsx';
import { say } from '../widgets/toasts.tsx';
import { type ActionDescription, ActionDialog, ShownOnce } from './action-dialog.tsx';
import { HistoryTab } from './history-tab.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import type { RecordTab } from './list-place.ts';
import { usePageKeys } from './page-keys.ts';
import { PrintHead } from './print-head.tsx';
import { problemText } from './problem-text.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { RecordHead } from './record-head.tsx';
import { RecordSections } from './record-sections.tsx';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';
import { RunningMark } from './running-mark.tsx';
import { SamePersonPanel } from './same-person-panel.tsx';

const TABS: readonly RecordTab[] = ['data', 'history'];

export function RecordView(props: {
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
          <For each={props.row.links}>
            {(link) => (
              <a class="button" href={link.href}>
                {words(link.title)}
              </a>
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
          <SamePersonPanel row={props.row} />
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
