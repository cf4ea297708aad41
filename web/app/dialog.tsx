/** A modal dialogue: Esc and the cancel button lead back, the form's submit does it. */
import { type JSX, onCleanup, onMount } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';

export function Dialog(props: {
  title: string;
  confirm: string;
  isReady: boolean;
  onCancel: () => void;
  onConfirm: () => void;
  children: JSX.Element;
}) {
  const t = useTranslate();
  let dialog!: HTMLDialogElement;
  const before = document.activeElement;
  onCleanup(() => {
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
  onMount(() => {
    dialog.showModal();
    dialog.querySelector<HTMLElement>('textarea, input[type=text]')?.focus();
  });
  return (
    <dialog ref={dialog} class="dialog" onClose={() => props.onCancel()}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (props.isReady) props.onConfirm();
        }}
      >
        <h2>{props.title}</h2>
        {props.children}
        <div class="form-actions">
          <button type="button" class="button" onClick={() => props.onCancel()}>
            {t('alarm.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={!props.isReady}>
            {props.confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Words of a dialogue; Enter sends them, Shift with Enter begins a line. */
export function WordsField(props: { label: string; value: string; onInput: (value: string) => void }) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <textarea
        rows={3}
        maxLength={500}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
    </label>
  );
}
