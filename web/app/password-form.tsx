/** Change of one's own password: forced after the first sign-in, or asked for from the user menu. */
import { createSignal, Show } from 'solid-js';
import type { SessionInfo } from '../../core/web-api.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { ApiError, api } from './api.ts';

export function PasswordForm(props: {
  isForced: boolean;
  onChanged: (session: SessionInfo) => void;
  onCancel: () => void;
}) {
  const t = useTranslate();
  const [current, setCurrent] = createSignal('');
  const [next, setNext] = createSignal('');
  const [repeat, setRepeat] = createSignal('');
  const [isBusy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<TextKey | null>(null);
  const differs = () => repeat() !== '' && repeat() !== next();

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy() || current() === '' || next() === '') return;
    if (repeat() !== next()) {
      setProblem('password.mismatch');
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      props.onChanged(await api.changePassword({ current: current(), next: next() }));
    } catch (reason) {
      setProblem(problemKey(reason));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class={props.isForced ? 'sign-in' : 'dialog-back'}>
      <form class="sign-in-card" onSubmit={(event) => void submit(event)} novalidate>
        <h1>{t('password.title')}</h1>
        <Show when={props.isForced}>
          <p class="form-note">{t('password.forced')}</p>
        </Show>
        <label class="field">
          <span>{t('password.current')}</span>
          <input
            type="password"
            autocomplete="current-password"
            autofocus
            onInput={(event) => setCurrent(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t('password.next')}</span>
          <input type="password" autocomplete="new-password" onInput={(event) => setNext(event.currentTarget.value)} />
          <small>{t('password.rule')}</small>
        </label>
        <label class="field">
          <span>{t('password.repeat')}</span>
          <input
            type="password"
            autocomplete="new-password"
            aria-invalid={differs()}
            onInput={(event) => setRepeat(event.currentTarget.value)}
          />
          <Show when={differs()}>
            <em>{t('password.mismatch')}</em>
          </Show>
        </label>
        <Show when={problem()}>
          {(key) => (
            <p class="form-error" role="alert">
              {t(key())}
            </p>
          )}
        </Show>
        <div class="form-actions">
          <button type="button" class="button" onClick={() => props.onCancel()}>
            {props.isForced ? t('strip.signOut') : t('alarm.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={isBusy()}>
            {t('password.submit')}
          </button>
        </div>
      </form>
    </main>
  );
}

function problemKey(reason: unknown): TextKey {
  if (!(reason instanceof ApiError)) return 'password.failed';
  if (reason.code === 'PASSWORD_WEAK') return 'password.weak';
  if (reason.code === 'SIGN_IN_FAILED') return 'password.wrong';
  return 'password.failed';
}
