/**
 * Which page: waiting for the server, sign-in, a forced password change, the control room, or one of the pages beside it, all
 * behind one navigation (pages.ts, navigation.tsx).
 */
import {
  createEffect,
  createMemo,
  createSignal,
  lazy,
  Match,
  onCleanup,
  Show,
  Suspense,
  Switch,
  untrack,
} from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { SCREEN_PAGE } from '../../core/screen-api.ts';
import { VEHICLE_ENTRY_PAGE } from '../../core/vehicle-entry-api.ts';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { SCREEN_ROLE } from '../../stream/protocol/vocabulary.ts';
import { createTranslate, TranslateContext, useTranslate } from '../i18n/i18n.ts';
import { noticeText } from '../notices/notice-text.ts';
import { createNotices, NoticesProvider } from '../notices/notices.tsx';
import { WALL_PAGE, wallOutput } from '../screens/wall-outputs.ts';
import { isWallScreen, setWallScreen } from '../screens/wall-screen.ts';
import { closeVideo } from '../video/open-video.ts';
import { VideoHost } from '../video/video-host.tsx';
import { Watermark } from '../watermark/watermark.tsx';
import { Question } from '../widgets/modal.tsx';
import { say } from '../widgets/toasts.tsx';
import { ApiError, api, whenSignedOut } from './api.ts';
import { createRegisterList, registerHash } from './navigation.tsx';
import { PAGES, pagesOf, REGISTERS_PAGE, RegistersPage } from './pages.ts';
import { PasswordForm } from './password-form.tsx';
import { go, isControlRoom, leaving, place } from './place.ts';
import { preferences } from './preferences.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

const RETRY_MS = 3_000;
const VehicleEntryPage = lazy(async () => ({
  default: (await import('../vehicle-entry/vehicle-entry-page.tsx')).VehicleEntryPage,
}));
const ScreenStart = lazy(async () => ({ default: (await import('../screens/screen-start.tsx')).ScreenStart }));
const WallPage = lazy(async () => ({ default: (await import('../screens/wall-page.tsx')).WallPage }));
const GalleryPage = lazy(async () => ({ default: (await import('../gallery/gallery-page.tsx')).GalleryPage }));
const GALLERY_PAGE = 'gallery';
/** Output of a wall that the address names. */
const wallHere = () => (place().page === WALL_PAGE ? wallOutput(place().parts[0]) : null);
const ControlRoom = lazy(async () => ({ default: (await import('./control-room.tsx')).ControlRoom }));

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
  /** For anyone who has its address: nobody is asked who they are. */
  const isForAnyone = createMemo(() => [VEHICLE_ENTRY_PAGE, SCREEN_PAGE].includes(place().page));
  createEffect(() => {
    if (!isForAnyone() && untrack(session) === undefined) void load();
  });
  onCleanup(() => clearTimeout(retry));
  createEffect(() => {
    const now = session();
    if (now != null) setWallScreen(now.role === SCREEN_ROLE);
    else if (now === null && isWallScreen() && !isForAnyone()) go(`#${SCREEN_PAGE}`, { replaces: true });
  });

  const isWatching = (): boolean => session()?.mustChangePassword === false && isControlRoom(place().page);
  const theme = () => {
    // A bright wall burns in: only its own address makes it light.
    if (wallHere() !== null) return place().query.get('theme') === 'light' ? 'light' : 'dark';
    return preferences.chosenTheme() ?? (isWatching() ? 'dark' : 'light');
  };
  createEffect(() => {
    document.documentElement.dataset['theme'] = theme();
    document.documentElement.lang = preferences.language();
    const park = settings()?.parkName[preferences.language() === 'en' ? 'en' : 'zh'];
    document.title = park === undefined ? t('product') : `${t('product')} · ${park}`;
  });

  const end = (hasExpired: boolean): void => {
    setEnded(hasExpired);
    setSession(null);
  };
  whenSignedOut(() => {
    if (session() != null) end(true);
  });
  const signOut = (): void => {
    void api.signOut().catch(() => undefined);
    end(false);
  };

  return (
    <TranslateContext.Provider value={t}>
      <Switch>
        <Match when={isForAnyone()}>
          <Suspense>
            <Show when={place().page === SCREEN_PAGE} fallback={<VehicleEntryPage token={place().parts[0] ?? ''} />}>
              <ScreenStart code={place().parts[0] ?? ''} />
            </Show>
          </Suspense>
        </Match>
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
        <Match when={session()?.userId} keyed>
          <SignedIn
            settings={settings() as WebSettings}
            session={session() as SessionInfo}
            theme={theme()}
            onSession={setSession}
            onSignOut={signOut}
            onSessionEnded={() => end(true)}
          />
        </Match>
      </Switch>
    </TranslateContext.Provider>
  );
}

function SignedIn(props: {
  settings: WebSettings;
  session: SessionInfo;
  theme: 'dark' | 'light';
  onSession: (session: SessionInfo) => void;
  onSignOut: () => void;
  onSessionEnded: () => void;
}) {
  const t = useTranslate();
  const registers = createRegisterList(props.session.role);
  onCleanup(closeVideo);
  // In the control room the live picture has the orders, and nothing covers it.
  const notices = createNotices(
    (notice) => {
      if (!isControlRoom(place().page)) say(noticeText(t, notice, () => ''));
    },
    () => props.onSessionEnded(),
  );
  const [isPasswordOpen, setPasswordOpen] = createSignal(false);
  const pages = () => pagesOf(props.session.role);
  const isRegister = (): boolean => place().page === REGISTERS_PAGE;
  const pageName = (): string => (isControlRoom(place().page) ? '' : place().page);
  const page = () => PAGES.find(({ name }) => name === pageName());
  const mayOpen = (): boolean => pages().some(({ name }) => name === pageName());
  const isGallery = (): boolean =>
    place().page === GALLERY_PAGE && (props.settings.isDemonstration || import.meta.env.DEV);
  /** An address that is nobody's, or another role's, leads to the first page there is. */
  createEffect(() => {
    if (isRegister() || isGallery() || mayOpen()) return;
    const first = pages()[0]?.name;
    const register = registers.groups()[0]?.registers[0]?.name;
    if (first !== undefined) go(`#${first}`, { replaces: true });
    else if (register !== undefined) go(registerHash(register), { replaces: true });
  });

  return (
    <NoticesProvider value={notices}>
      <Switch
        fallback={
          <Shell
            settings={props.settings}
            session={props.session}
            registers={registers}
            theme={props.theme}
            onSignOut={props.onSignOut}
            onChangePassword={() => setPasswordOpen(true)}
          >
            <Suspense>
              <Switch
                fallback={
                  <Show when={registers.isKnown()}>
                    <p class="empty">{t('nav.none')}</p>
                  </Show>
                }
              >
                <Match when={isGallery()}>
                  <GalleryPage />
                </Match>
                <Match when={isRegister()}>
                  <RegistersPage settings={props.settings} session={props.session} />
                </Match>
                <Match when={mayOpen() && page()?.component}>
                  {(component) => <Dynamic component={component()} settings={props.settings} session={props.session} />}
                </Match>
              </Switch>
            </Suspense>
          </Shell>
        }
      >
        <Match when={mayOpen() && wallHere()}>
          {(output) => (
            <WallPage
              settings={props.settings}
              session={props.session}
              output={output()}
              theme={props.theme}
              onSessionEnded={props.onSessionEnded}
            />
          )}
        </Match>
        <Match when={pageName() === '' && mayOpen()}>
          {/* In no Suspense: whatever one of its cards waits for would take the whole of it, scene and dialogues, off the page meanwhile. */}
          <ControlRoom
            settings={props.settings}
            session={props.session}
            registers={registers}
            theme={props.theme}
            onSignOut={props.onSignOut}
            onChangePassword={() => setPasswordOpen(true)}
            onSessionEnded={props.onSessionEnded}
          />
        </Match>
      </Switch>
      <Watermark session={props.session} settings={props.settings} />
      <VideoHost />
      <Show when={isPasswordOpen()}>
        <PasswordForm
          isForced={false}
          onCancel={() => setPasswordOpen(false)}
          onChanged={(session) => {
            setPasswordOpen(false);
            props.onSession(session);
          }}
        />
      </Show>
      <Show when={leaving.wanted() !== null}>
        <Question
          title={t('leave.title')}
          detail={t('leave.detail')}
          yes={t('leave.leave')}
          no={t('leave.stay')}
          onYes={leaving.leave}
          onNo={leaving.stay}
        />
      </Show>
    </NoticesProvider>
  );
}

function signedOutAsNull(reason: unknown): null {
  if (reason instanceof ApiError && reason.status === 401) return null;
  throw reason;
}
