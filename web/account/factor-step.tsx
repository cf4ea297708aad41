/** Second step of the sign-in: an app's code, a signed challenge, or a recovery code. */
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import type { ProofKind, FactorStep as Step } from '../../core/account-api.ts';
import type { SessionInfo } from '../../core/web-api.ts';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { accountApi, problemOf } from './account-api.ts';
import { CopyButton } from './copy-button.tsx';

const NAMES: Readonly<Record<ProofKind, TextKey>> = {
  totp: 'account.totp',
  sm2: 'account.sm2',
  recovery: 'account.recovery',
};

export function FactorStep(props: { step: Step; onSignedIn: (session: SessionInfo) => void; onBack: () => void }) {
  const t = useTranslate();
  const [kind, setKind] = createSignal<ProofKind>(props.step.proofs[0] ?? 'totp');
  const [proof, setProof] = createSignal('');
  const [isBusy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<TextKey | null>(null);
  const [challenge, { refetch }] = createResource(
    () => kind() === 'sm2' && props.step.pending,
    (pending) =>
      accountApi.challenge(pending).catch((reason: unknown) => {
        setProblem(problemOf(reason));
        return undefined;
      }),
  );
  const choose = (next: ProofKind): void => {
    setKind(next);
    setProof('');
    setProblem(null);
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy() || proof().trim() === '') return;
    setBusy(true);
    setProblem(null);
    try {
      props.onSignedIn(await accountApi.prove(props.step.pending, kind(), proof().trim()));
    } catch (reason) {
      setProblem(problemOf(reason));
      setProof('');
      // A challenge is spent by one try.
      if (kind() === 'sm2') void refetch();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="sign-in-card" onSubmit={(event) => void submit(event)} novalidate>
      <h1>{t('account.factorTitle')}</h1>
      <Show when={props.step.proofs.length > 1}>
        <div class="tabs" role="tablist">
          <For each={props.step.proofs}>
            {(one) => (
              <button type="button" role="tab" aria-selected={kind() === one} onClick={() => choose(one)}>
                {t(NAMES[one])}
              </button>
            )}
          </For>
        </div>
      </Show>
      <Switch>
        <Match when={kind() === 'totp'}>
          <label class="field">
            <span>{t('account.totpLabel')}</span>
            <input
              name="code"
              autofocus
              autocomplete="one-time-code"
              inputmode="numeric"
              maxLength={7}
              value={proof()}
              onInput={(event) => setProof(event.currentTarget.value)}
            />
          </label>
        </Match>
        <Match when={kind() === 'recovery'}>
          <label class="field">
            <span>{t('account.recoveryLabel')}</span>
            <input
              name="recovery"
              autofocus
              autocomplete="off"
              spellcheck={false}
              maxLength={32}
              value={proof()}
              onInput={(event) => setProof(event.currentTarget.value)}
            />
            <small>{t('account.recoveryHint')}</small>
          </label>
        </Match>
        <Match when={kind() === 'sm2'}>
          <label class="field">
            <span>{t('account.sm2Message')}</span>
            <textarea class="mono" readonly rows={3} value={challenge()?.message ?? ''} />
            <small>{t('account.sm2Hint')}</small>
          </label>
          <div class="form-actions">
            <CopyButton text={challenge()?.message ?? ''} />
            <button type="button" class="button" onClick={() => void refetch()}>
              {t('account.sm2New')}
            </button>
          </div>
          <label class="field">
            <span>{t('account.sm2Signature')}</span>
            <textarea
              name="signature"
              class="mono"
              rows={3}
              spellcheck={false}
              maxLength={512}
              value={proof()}
              onInput={(event) => setProof(event.currentTarget.value)}
            />
            <small>{t('account.sm2SignatureHint')}</small>
          </label>
        </Match>
      </Switch>
      <Show when={problem()}>
        {(key) => (
          <p class="form-error" role="alert">
            {t(key())}
          </p>
        )}
      </Show>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => props.onBack()}>
          {t('account.back')}
        </button>
        <button type="submit" class="button primary" disabled={isBusy()}>
          {isBusy() ? t('account.verifying') : t('account.verify')}
        </button>
      </div>
    </form>
  );
}
