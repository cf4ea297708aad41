/** Sign-in. Light like the admin pages; errors stand beside what caused them and say what to do. */
import { createSignal, Show } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { ApiError, api } from './api.ts';
import { Shield } from './marks.tsx';
import { preferences } from './preferences.ts';

export function SignIn(props: {
  settings: WebSettings | null;
  hasEnded: boolean;
  onSignedIn: (session: SessionInfo) => void;
}) {
  const t = useTranslate();
  const [name, setName] = createSignal('');
  const [password, setPassword] = createSignal('');
  const [isShown, setShown] = createSignal(false);
  const [isBusy, setBusy] = createSignal(false);
  const [hasTried, setTried] = createSignal(false);
  const [problem, setProblem] = createSignal<TextKey | null>(null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (name().trim() === '' || password() === '' || isBusy()) return;
    setBusy(true);
    setProblem(null);
    try {
      props.onSignedIn(await api.signIn({ name: name().trim(), password: password() }));
    } catch (reason) {
      setProblem(problemKey(reason));
      setPassword('');
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <form class="sign-in-card" onSubmit={(event) => void submit(event)} novalidate>
        <header>
          <Shield />
          <div>
            <h1>{t('product')}</h1>
            <p>{preferences.language() === 'en' ? props.settings?.parkName.en : props.settings?.parkName.zh}</p>
          </div>
        </header>
        <p class="lead">{t('signIn.lead')}</p>
        <Show when={props.hasEnded && problem() === null}>
          <p class="form-note">{t('signIn.ended')}</p>
        </Show>
        <label class="field">
          <span>{t('signIn.name')}</span>
          <input
            name="name"
            autocomplete="username"
            autofocus
            autocapitalize="off"
            spellcheck={false}
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
            aria-invalid={hasTried() && name().trim() === ''}
          />
          <Show when={hasTried() && name().trim() === ''}>
            <em>{t('signIn.nameMissing')}</em>
          </Show>
        </label>
        <label class="field">
          <span>{t('signIn.password')}</span>
          <input
            name="password"
            type={isShown() ? 'text' : 'password'}
            autocomplete="current-password"
            value={password()}
            onInput={(event) => setPassword(event.currentTarget.value)}
            aria-invalid={hasTried() && password() === '' && problem() === null}
          />
          <Show when={hasTried() && password() === '' && problem() === null}>
            <em>{t('signIn.passwordMissing')}</em>
          </Show>
        </label>
        <label class="check">
          <input type="checkbox" checked={isShown()} onChange={(event) => setShown(event.currentTarget.checked)} />
          <span>{t('signIn.showPassword')}</span>
        </label>
        <Show when={problem()}>
          {(key) => (
            <p class="form-error" role="alert">
              {t(key())}
            </p>
          )}
        </Show>
        <button type="submit" class="button primary wide" disabled={isBusy()}>
          {isBusy() ? t('signIn.busy') : t('signIn.submit')}
        </button>
      </form>
      <LanguageSwitch />
    </main>
  );
}

export function LanguageSwitch() {
  const t = useTranslate();
  const next = () => (preferences.language() === 'en' ? 'zh-CN' : 'en');
  return (
    <button type="button" class="button quiet" lang={next()} onClick={() => preferences.setLanguage(next())}>
      {t('strip.language')}
    </button>
  );
}

function problemKey(reason: unknown): TextKey {
  if (!(reason instanceof ApiError)) return 'signIn.unreachable';
  if (reason.code === 'ACCOUNT_LOCKED' || reason.status === 423 || reason.status === 429) return 'signIn.locked';
  return reason.status === 401 ? 'signIn.failed' : 'signIn.unreachable';
}
