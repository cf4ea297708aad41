/** Pages of every register: which register and which of its pages the address says, what they look like the server's description. */
import '../style/registers.css';
import '../style/register-record.css';
import '../style/register-form.css';
import '../style/register-phone.css';
import '../style/print.css';
import { createMemo, createResource, Match, Show, Switch } from 'solid-js';
import type { RegisterDescription } from '../../core/register-api.ts';
import { ApiError } from '../app/api.ts';
import type { PageProps } from '../app/pages.ts';
import { place } from '../app/place.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { ImportPage } from './import-page.tsx';
import { ListPage } from './list-page.tsx';
import { type RegisterView, viewOf } from './list-place.ts';
import { problemText } from './problem-text.ts';
import { NewPage, RecordPage } from './record-page.tsx';
import { registerClient } from './register-client.ts';
import { RegisterProvider } from './register-context.ts';

export function RegistersPage(props: PageProps) {
  const t = useTranslate();
  const at = createMemo(() => viewOf(place()));
  const name = createMemo(() => at()?.register);
  const view = (): RegisterView => at()?.view ?? { is: 'list' };
  const [description, { refetch }] = createResource(name, registerClient.description);
  const known = (): RegisterDescription | undefined =>
    description.error === undefined && description.latest?.name === name() ? description.latest : undefined;
  const isUnknown = (): boolean =>
    name() === undefined || (description.error instanceof ApiError && [403, 404].includes(description.error.status));
  return (
    <Switch>
      <Match when={isUnknown()}>
        <p class="empty">{t('register.unknown')}</p>
      </Match>
      <Match when={description.error}>
        <p class="empty">
          {problemText(t, description.error)}
          <button type="button" class="button" onClick={() => void refetch()}>
            {t('register.retry')}
          </button>
        </p>
      </Match>
      <Match when={known()} keyed>
        {(one) => (
          <RegisterProvider
            value={{
              description: one,
              settings: props.settings,
              session: props.session,
              query: () => place().query,
            }}
          >
            <Switch>
              <Match when={view().is === 'list'}>
                <ListPage />
              </Match>
              <Match when={view().is === 'new'}>
                <NewPage />
              </Match>
              <Match when={view().is === 'import'}>
                <ImportPage />
              </Match>
              <Match when={recordOf(view())}>
                {(record) => (
                  <Show when={record().id} keyed>
                    {(id) => <RecordPage id={id} tab={record().tab} edits={record().edits} />}
                  </Show>
                )}
              </Match>
            </Switch>
          </RegisterProvider>
        )}
      </Match>
      <Match when={description.loading}>
        <p class="hint">{t('register.loading')}</p>
      </Match>
    </Switch>
  );
}

const recordOf = (view: RegisterView) => (view.is === 'record' ? view : null);
