/** One record by its address: to read, to change, or new. */
import { createEffect, createResource, Match, on, onCleanup, Show, Switch } from 'solid-js';
import type { RegisterRow } from '../../core/register-api.ts';
import { go } from '../app/place.ts';
import { onNotice } from '../notices/notices.tsx';
import { placeOf, type RecordTab } from './list-place.ts';
import { problemText } from './problem-text.ts';
import { RecordForm } from './record-form.tsx';
import { BackLink, RecordHead } from './record-head.tsx';
import { RecordView } from './record-view.tsx';
import { registerClient } from './register-client.ts';
import { useRegister } from './register-context.ts';

/** How often it is looked whether the engine took a change. */
const RUNNING_EVERY_MS = 2_000;

export function RecordPage(props: { id: string; tab: RecordTab; edits: boolean }) {
  const register = useRegister();
  const { description, t } = register;
  const [row, { mutate, refetch }] = createResource(
    () => props.id,
    (id) => registerClient.row(description.name, id),
  );
  const known = (): RegisterRow | undefined => (row.error === undefined ? row.latest : undefined);
  const goBack = (): void => register.goTo({ is: 'list' });
  // A form keeps the row that it was opened with; what came meanwhile is told when it is saved.
  onNotice(description.name, (notice) => {
    const isOther = notice !== null && notice.id !== null && notice.id !== props.id;
    if (!props.edits && !isOther) void refetch();
  });

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
