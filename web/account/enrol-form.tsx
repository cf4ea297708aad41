/** Sets an authenticator app up: the secret as a picture, a code that proves it, then the recovery codes, shown once. */
import { createResource, createSignal, For, Show } from 'solid-js';
import type { Enrolment } from '../../core/account-api.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { problemOf } from './account-api.ts';

export function EnrolForm(props: {
  /** Asked once; a promise that fails is shown. */
  begin: () => Promise<Enrolment>;
  confirm: (code: string) => Promise<readonly string[]>;
  onDone: () => void;
  onCancel: () => void;
}) {
  const t = useTranslate();
  const [code, setCode] = createSignal('');
  const [codes, setCodes] = createSignal<readonly string[] | null>(null);
  const [isBusy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<TextKey | null>(null);
  const [enrolment] = createResource(() =>
    props.begin().catch((reason: unknown) => {
      setProblem(problemOf(reason));
      return undefined;
    }),
  );
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy() || code().trim() === '') return;
    setBusy(true);
    setProblem(null);
    try {
      setCodes(await props.confirm(code().trim()));
    } catch (reason) {
      setProblem(problemOf(reason));
      setCode('');
    } finally {
      setBusy(false);
    }
  };

  return (
    <Show
      when={codes()}
      fallback={
        <form class="sign-in-card" onSubmit={(event) => void submit(event)} novalidate>
          <h1>{t('account.enrolTitle')}</h1>
          <p class="lead">{t('account.enrolLead')}</p>
          <Show when={enrolment()}>
            {(shown) => (
              <>
                <img class="qr" alt={shown().uri} src={`data:image/svg+xml,${encodeURIComponent(shown().qrSvg)}`} />
                <details>
                  <summary>{t('account.enrolSecret')}</summary>
                  <code>
                    {shown()
                      .secret.match(/.{1,4}/g)
                      ?.join(' ')}
                  </code>
                </details>
              </>
            )}
          </Show>
          <label class="field">
            <span>{t('account.totpLabel')}</span>
            <input
              name="code"
              autofocus
              autocomplete="one-time-code"
              inputmode="numeric"
              maxLength={7}
              value={code()}
              onInput={(event) => setCode(event.currentTarget.value)}
            />
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
              {t('account.back')}
            </button>
            <button type="submit" class="button primary" disabled={isBusy()}>
              {t('account.enrolSubmit')}
            </button>
          </div>
        </form>
      }
    >
      {(shown) => (
        <div class="sign-in-card recovery-codes">
          <h1>{t('account.codesTitle')}</h1>
          <p class="lead">{t('account.codesLead')}</p>
          <ol>
            <For each={shown()}>
              {(one) => (
                <li>
                  <code>{one}</code>
                </li>
              )}
            </For>
          </ol>
          <div class="form-actions">
            <button type="button" class="button" onClick={() => print()}>
              {t('account.codesPrint')}
            </button>
            <button type="button" class="button primary" onClick={() => props.onDone()}>
              {t('account.codesDone')}
            </button>
          </div>
        </div>
      )}
    </Show>
  );
}
