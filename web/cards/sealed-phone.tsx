/** A phone: masked, and in clear for a minute to who says why; the look is on record. */
import { createSignal, onCleanup, Show } from 'solid-js';
import { ApiError } from '../app/api.ts';
import { Dialog, WordsField } from '../app/dialog.tsx';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';

const SHOWN_MS = 60_000;

/** `reveal`: with the reason, in clear; absent: not for this user. */
export function SealedPhone(props: { masked: string; reveal: ((reason: string) => Promise<string>) | null }) {
  const t = useTranslate();
  const [clear, setClear] = createSignal<string | null>(null);
  const [isAsking, setAsking] = createSignal(false);
  const [reason, setReason] = createSignal('');
  const [problem, setProblem] = createSignal<string | null>(null);
  let hiding: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(hiding));

  const show = async (): Promise<void> => {
    try {
      const value = await props.reveal?.(reason().trim());
      setAsking(false);
      setReason('');
      setClear(value ?? null);
      clearTimeout(hiding);
      hiding = setTimeout(() => setClear(null), SHOWN_MS);
    } catch (failure) {
      setProblem(t('cards.revealFailed', { code: failure instanceof ApiError ? failure.code : String(failure) }));
    }
  };
  const press = (): void => {
    if (clear() !== null) {
      setClear(null);
      return;
    }
    setProblem(null);
    setAsking(true);
  };

  return (
    <span class="sealed">
      <b class="data">{clear() ?? props.masked}</b>
      <Show when={props.reveal !== null}>
        <button
          type="button"
          class="button small icon-only"
          title={t(clear() === null ? 'record.reveal' : 'record.hide')}
          aria-label={t(clear() === null ? 'record.reveal' : 'record.hide')}
          aria-pressed={clear() !== null}
          onClick={press}
        >
          <Icon name={clear() === null ? 'look' : 'close'} />
        </button>
      </Show>
      <Show when={isAsking()}>
        <Dialog
          title={t('card.mobile')}
          confirm={t('record.reveal')}
          isReady={reason().trim() !== ''}
          onCancel={() => setAsking(false)}
          onConfirm={() => void show()}
        >
          <p>{t('record.revealDetail')}</p>
          <WordsField label={t('record.reason')} value={reason()} onInput={setReason} />
          <Show when={problem()}>
            {(words) => (
              <p class="form-error" role="alert">
                {words()}
              </p>
            )}
          </Show>
        </Dialog>
      </Show>
    </span>
  );
}
