/**
 * Which page: waiting for the server, sign-in, a forced password change, the control room, or one of the pages of tables
 * beside it.
 */
import { createEffect, createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { DashboardPage } from '../dashboard/dashboard-page.tsx';
import { createTranslate, TranslateContext } from '../i18n/i18n.ts';
import { IntakePage } from '../intake/intake-page.tsx';
import { ReportingPage } from '../reporting/reporting-page.tsx';
import { SettingsPage } from '../settings/settings-page.tsx';
import { ApiError, api } from './api.ts';
import { ControlRoom } from './control-room.tsx';
import { PasswordForm } from './password-form.tsx';
import { preferences } from './preferences.ts';
import { SignIn } from './sign-in.tsx';

const RETRY_MS = 3_000;
/** Pages beside the control room, by the part of the address behind #. */
const PAGES = ['#intake', '#dashboard', '#settings', '#reporting'] as const;
type Page = (typeof PAGES)[number];

export function App() {
  const t = createTranslate(preferences.language);
  const [settings, setSettings] = createSignal<WebSettings | null>(null);
  /** undefined: not asked yet. */
  const [session, setSession] = createSignal<SessionInfo | null | undefined>();
  const [isUnreachable, setUnreachable] = createSignal(false);
  const [hasEnded, setEnded] = createSignal(false);
  let retry: ReturnType<typeof setTimeout> | undefined;

  const load = async (): Promise<void> => {
    clearTimeout(retry);
    try {
      setSettings(await api.settings());
      setSession(await api.session().catch(signedOutAsNull));
      setUnreachable(false);
    } catch {
      setUnreachable(true);
      retry = setTimeout(() => void load(), RETRY_MS);
    }
  };
  onMount(() => void load());
  onCleanup(() => clearTimeout(retry));

  const [page, setPage] = createSignal(location.hash);
  const followHash = (): void => void setPage(location.hash);
  addEventListener('hashchange', followHash);
  onCleanup(() => removeEventListener('hashchange', followHash));
  const isSignedIn = (): boolean => session()?.mustChangePassword === false;
  /** null: the control room. */
  const chosenPage = (): Page | null => PAGES.find((name) => name === page()) ?? null;
  const isControlRoom = (): boolean => isSignedIn() && chosenPage() === null;
  const theme = () => preferences.chosenTheme() ?? (isControlRoom() ? 'dark' : 'light');
  createEffect(() => {
    document.documentElement.dataset['theme'] = theme();
    document.documentElement.lang = preferences.language();
    const park = settings()?.parkName[preferences.language() === 'en' ? 'en' : 'zh'];
    document.title = park === undefined ? t('product') : `${t('product')} · ${park}`;
  });

  const signOut = (): void => {
    void api.signOut().catch(() => undefined);
    setEnded(false);
    setSession(null);
  };

  return (
    <TranslateContext.Provider value={t}>
      <Switch>
        <Match when={session() === undefined || settings() === null}>
          <Show when={isUnreachable()}>
            <main class="notice-page" role="alert">
              <h1>{t('settingsFailed')}</h1>
              <p>{t('settingsFailedDetail')}</p>
              <button type="button" class="button primary" onClick={() => void load()}>
                {t('retry')}
              </button>
            </main>
          </Show>
        </Match>
        <Match when={session() === null}>
          <SignIn settings={settings()} hasEnded={hasEnded()} onSignedIn={setSession} />
        </Match>
        <Match when={session()?.mustChangePassword === true}>
          <PasswordForm isForced onChanged={setSession} onCancel={signOut} />
        </Match>
        <Match when={isSignedIn() && chosenPage() === '#intake'}>
          <IntakePage settings={settings() as WebSettings} session={session() as SessionInfo} />
        </Match>
        <Match when={isSignedIn() && chosenPage() === '#dashboard'}>
          <DashboardPage settings={settings() as WebSettings} />
        </Match>
        <Match when={isSignedIn() && chosenPage() === '#settings'}>
          <SettingsPage settings={settings() as WebSettings} session={session() as SessionInfo} />
        </Match>
        <Match when={isSignedIn() && chosenPage() === '#reporting'}>
          <ReportingPage settings={settings() as WebSettings} />
        </Match>
        <Match when={isControlRoom()}>
          <ControlRoom
            settings={settings() as WebSettings}
            session={session() as SessionInfo}
            theme={theme()}
            onSession={setSession}
            onSignOut={signOut}
            onSessionEnded={() => {
              setEnded(true);
              setSession(null);
            }}
          />
        </Match>
      </Switch>
    </TranslateContext.Provider>
  );
}

function signedOutAsNull(reason: unknown): null {
  if (reason instanceof ApiError && reason.status === 401) return null;
  throw reason;
}
