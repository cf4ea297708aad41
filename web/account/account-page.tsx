/** One's own account: password, second factors, sessions. */
import { createResource, createSignal, For, Show } from 'solid-js';
import { PasswordForm } from '../app/password-form.tsx';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { instantText } from '../intake/names.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { say } from '../widgets/toasts.tsx';
import { accountApi, problemOf } from './account-api.ts';
import { EnrolForm } from './enrol-form.tsx';

const TABS = [{ name: 'account', text: 'account.title' }] as const;

export function AccountPage() {
  const t = useTranslate();
  const [problem, setProblem] = createSignal<TextKey | null>(null);
  const [isPasswordOpen, setPasswordOpen] = createSignal(false);
  const [isEnrolOpen, setEnrolOpen] = createSignal(false);
  const [account, { refetch }] = createResource(() =>
    accountApi.show().catch((reason: unknown) => {
      setProblem(problemOf(reason));
      return undefined;
    }),
  );
  const endSession = async (sessionId: string): Promise<void> => {
    try {
      await accountApi.endSession(sessionId);
      setProblem(null);
      void refetch();
    } catch (reason) {
      setProblem(problemOf(reason));
    }
  };

  return (
    <PageFrame title="account.title" tabs={TABS} tab="account" onTab={() => undefined}>
      <div class="account">
        <Show when={problem()}>
          {(key) => (
            <p class="form-error" role="alert">
              {t(key())}
            </p>
          )}
        </Show>
        <Show when={account()}>
          {(shown) => (
            <>
              <section>
                <h2>{t('account.password')}</h2>
                <p>{t('account.passwordDue', { day: instantText(shown().passwordDueAtMs) })}</p>
                <button type="button" class="button" onClick={() => setPasswordOpen(true)}>
                  {t('password.title')}
                </button>
              </section>
              <section>
                <h2>{t('account.factors')}</h2>
                <Show when={shown().factors.length > 0} fallback={<p>{t('account.factorNone')}</p>}>
                  <ul>
                    <For each={shown().factors}>
                      {(factor) => (
                        <li>
                          <strong>{t(factor.kind === 'totp' ? 'account.totp' : 'account.sm2')}</strong>{' '}
                          {t('account.factorSince', {
                            day: instantText(factor.createdAtMs),
                            used: factor.lastUsedAtMs === null ? t('account.never') : instantText(factor.lastUsedAtMs),
                          })}
                        </li>
                      )}
                    </For>
                  </ul>
                </Show>
                <p>{t('account.codesLeft', { n: shown().recoveryCodesLeft })}</p>
                <p class="hint">{t('account.sm2By')}</p>
                <button type="button" class="button" onClick={() => setEnrolOpen(true)}>
                  {t(shown().factors.some(({ kind }) => kind === 'totp') ? 'account.enrolAgain' : 'account.enrol')}
                </button>
              </section>
              <section>
                <h2>{t('account.sessions')}</h2>
                <table>
                  <thead>
                    <tr>
                      <th>{t('account.sessionStart')}</th>
                      <th>{t('account.sessionAddress')}</th>
                      <th>{t('account.sessionEnd')}</th>
                      <th />
                    </tr>
                  </thead>
                  <tbody>
                    <For each={shown().sessions}>
                      {(session) => (
                        <tr>
                          <td>{instantText(session.createdAtMs)}</td>
                          <td>{session.address}</td>
                          <td>{instantText(session.expiresAtMs)}</td>
                          <td>
                            <Show when={!session.isThis} fallback={t('account.sessionThis')}>
                              <button type="button" class="button" onClick={() => void endSession(session.sessionId)}>
                                {t('account.endSession')}
                              </button>
                            </Show>
                          </td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </section>
            </>
          )}
        </Show>
      </div>
      <Show when={isPasswordOpen()}>
        <PasswordForm
          isForced={false}
          onCancel={() => setPasswordOpen(false)}
          onChanged={() => {
            setPasswordOpen(false);
            say(t('password.done'));
            void refetch();
          }}
        />
      </Show>
      <Show when={isEnrolOpen()}>
        <Enrol
          onClose={() => {
            setEnrolOpen(false);
            void refetch();
          }}
        />
      </Show>
    </PageFrame>
  );
}

/** The password once more, then the app. */
function Enrol(props: { onClose: () => void }) {
  const t = useTranslate();
  const [typed, setTyped] = createSignal('');
  const [password, setPassword] = createSignal<string | null>(null);
  return (
    <div class="dialog-back">
      <Show
        when={password()}
        fallback={
          <form
            class="sign-in-card"
            onSubmit={(event) => {
              event.preventDefault();
              if (typed() !== '') setPassword(typed());
            }}
          >
            <h1>{t('account.enrolTitle')}</h1>
            <label class="field">
              <span>{t('account.confirmPassword')}</span>
              <input
                type="password"
                autofocus
                autocomplete="current-password"
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            </label>
            <div class="form-actions">
              <button type="button" class="button" onClick={() => props.onClose()}>
                {t('account.cancel')}
              </button>
              <button type="submit" class="button primary">
                {t('account.next')}
              </button>
            </div>
          </form>
        }
      >
        {(given) => (
          <EnrolForm
            begin={() => accountApi.begin(given())}
            confirm={async (code) => (await accountApi.confirm(code)).recoveryCodes}
            onDone={props.onClose}
            onCancel={props.onClose}
          />
        )}
      </Show>
    </div>
  );
}
