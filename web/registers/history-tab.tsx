/** Who changed what and when, newest first; each change with what stood before and after. */
import { createResource, For, Match, Show, Switch } from 'solid-js';
import type { RegisterRow, RowHistory } from '../../core/register-api.ts';
import type { TextKey } from '../i18n/i18n.ts';
import { chinaText } from './china-time.ts';
import { fieldOf } from './columns.ts';
import { sameValue } from './drafts.ts';
import { problemText } from './problem-text.ts';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

type Change = RowHistory['changes'][number];

const ACTS: Readonly<Record<string, TextKey>> = {
  create: 'history.create',
  update: 'history.update',
  remove: 'history.remove',
  import: 'history.import',
  vendor: 'history.vendor',
  'self-entry': 'history.selfEntry',
};

export function HistoryTab(props: { row: RegisterRow }) {
  const { description, t } = useRegister();
  const [history, { refetch }] = createResource(
    () => `${props.row.id} ${props.row.version}`,
    () => registerClient.history(description.name, props.row.id),
  );
  const changes = () => (history.error === undefined ? (history()?.changes ?? []) : []);
  return (
    <Switch>
      <Match when={history.error}>
        <p class="form-error" role="alert">
          {problemText(t, history.error)}
          <button type="button" class="button small" onClick={() => void refetch()}>
            {t('register.retry')}
          </button>
        </p>
      </Match>
      <Match when={history.loading}>
        <p class="hint">{t('register.loading')}</p>
      </Match>
      <Match when={changes().length === 0}>
        <p class="empty">{t('history.none')}</p>
      </Match>
      <Match when={changes().length > 0}>
        <ol class="history">
          <For each={changes()}>{(change) => <ChangeOf change={change} labels={props.row.labels} />}</For>
        </ol>
      </Match>
    </Switch>
  );
}

function ChangeOf(props: { change: Change; labels: RegisterRow['labels'] }) {
  const register = useRegister();
  const { description, t, words } = register;
  const actText = (): string => {
    const { act } = props.change;
    const known = ACTS[act];
    if (known !== undefined) return t(known);
    const named = [...description.moves, ...description.actions].find(({ name }) => name === act);
    return named === undefined ? act : words(named.title);
  };
  const diff = () => props.change.diff.filter(({ before, after }) => !sameValue(before, after));
  const titleOf = (name: string): string => {
    const field = fieldOf(description, name);
    return field === undefined ? (name === 'state' ? t('history.state') : name) : words(field.title);
  };
  const text = (name: string, value: unknown): string => {
    const field = fieldOf(description, name);
    if (field !== undefined) return register.valueText(field, value, props.labels) || '–';
    return name === 'state' && typeof value === 'string'
      ? register.stateText(value)
      : value == null
        ? '–'
        : String(value);
  };
  return (
    <li>
      <header>
        <b>{actText()}</b>
        <span>{t('register.byAt', { by: props.change.by, at: chinaText(props.change.atMs) })}</span>
        <small>{t('record.version', { version: props.change.version })}</small>
      </header>
      <Show when={props.change.reason}>{(reason) => <p>{t('history.reason', { reason: reason() })}</p>}</Show>
      <Show when={diff().length > 0} fallback={<p class="hint">{t('history.unchanged')}</p>}>
        <table class="diff">
          <thead>
            <tr>
              <th>{t('history.field')}</th>
              <th>{t('history.before')}</th>
              <th>{t('history.after')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={diff()}>
              {({ field, before, after }) => (
                <tr>
                  <th>{titleOf(field)}</th>
                  <td classList={{ before: before !== null }}>{text(field, before)}</td>
                  <td class="after">{text(field, after)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </li>
  );
}
