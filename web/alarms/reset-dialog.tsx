/** Asks once more before an SOS is ended, and for what was done. */
import { createSignal, onMount } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';

export function ResetDialog(props: {
  name: string;
  onCancel: () => void;
  onConfirm: (comment: string | null) => void;
}) {
  const t = useTranslate();
  const [comment, setComment] = createSignal('');
  let dialog!: HTMLDialogElement;
  onMount(() => dialog.showModal());
  return (
    <dialog ref={dialog} class="dialog" onClose={() => props.onCancel()}>
      <h2>{t('alarm.resetTitle')}</h2>
      <p>{t('alarm.resetText', { name: props.name })}</p>
      <label class="field">
        <span>{t('alarm.noteLabel')}</span>
        <input maxLength={200} value={comment()} onInput={(event) => setComment(event.currentTarget.value)} />
      </label>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => props.onCancel()}>
          {t('alarm.cancel')}
        </button>
        <button
          type="button"
          class="button primary"
          onClick={() => props.onConfirm(comment().trim() === '' ? null : comment().trim())}
        >
          {t('alarm.resetConfirm')}
        </button>
      </div>
    </dialog>
  );
}
