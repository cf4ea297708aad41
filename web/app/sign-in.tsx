/** Sign-in by steps: password, then the second factor or the setting up of one. Light like the admin pages; errors stand beside what caused them and say what to do. */
import { createSignal, Match, Show, Switch } from 'solid-js';
import type { EnrolStep, FactorStep } from '../../core/account-api.ts';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { accountApi, problemOf } from '../account/account-api.ts';
import { EnrolForm } from '../account/enrol-form.tsx';
import { FactorStep as FactorForm } from '../account/factor-step.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { api } from './api.ts';
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
  /** What the password led to; null: it is asked for. */
  const [step, setStep] = createSignal<FactorStep | EnrolStep | null>(null);
  const begin = (): void => {
    setStep(null);
    setPassword('');
  };

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (name().trim() === '' || password() === '' || isBusy()) return;
    setBusy(true);
    setProblem(null);
    try {
      const answer = await api.signIn({ name: name().trim(), password: password() });
      if ('step' in answer) setStep(answer);
      else props.onSignedIn(answer);
    } catch (reason) {
      setProblem(problemOf(reason));
      setPassword('');
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <Switch>
        <Match when={factorOf(step())}>
          {(waiting) => <FactorForm step={waiting()} onSignedIn={props.onSignedIn} onBack={begin} />}
        </Match>
        <Match when={step()?.step === 'enrol' && step()?.pending}>
          {(pending) => <FirstEnrolment pending={pending()} onSignedIn={props.onSignedIn} onBack={begin} />}
        </Match>
        <Match when={step() === null}>
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
            <p class="hint">{t('account.forgotten')}</p>
          </form>
        </Match>
      </Switch>
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

const factorOf = (step: FactorStep | EnrolStep | null): FactorStep | null => (step?.step === 'factor' ? step : null);

/** The session begins with the code; the page goes on when the recovery codes were seen. */
function FirstEnrolment(props: { pending: string; onSignedIn: (session: SessionInfo) => void; onBack: () => void }) {
  let session: SessionInfo | null = null;
  return (
    <EnrolForm
      begin={() => accountApi.beginFirst(props.pending)}
      confirm={async (code) => {
        const enrolled = await accountApi.confirmFirst(props.pending, code);
        session = enrolled.session;
        return enrolled.recoveryCodes;
      }}
      onDone={() => {
        if (session !== null) props.onSignedIn(session);
      }}
      onCancel={props.onBack}
    />
  );
}
