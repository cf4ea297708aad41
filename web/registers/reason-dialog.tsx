/** Asks why, before something is done that goes on record. */
import { createSignal, Show } from 'solid-js';
import { Modal } from '../widgets/modal.tsx';
import { useRegister } from './register-context.ts';

export const REASON_MAX = 500;

export function ReasonDialog(props: {
  title: string;
  detail?: string;
  confirm: string;
  problem: string | null;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}) {
  const { t } = useRegister();
  const [reason, setReason] = createSignal('');
  return (
    <Modal title={props.title} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason().trim() !== '') props.onConfirm(reason().trim());
        }}
      >
        <Show when={props.detail}>{(detail) => <p>{detail()}</p>}</Show>
        <label class="field">
          <span class="required">{t('record.reason')}</span>
          <textarea
            rows={3}
            maxLength={REASON_MAX}
            autofocus
            value={reason()}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <small>{t('record.reasonHint')}</small>
        </label>
        <Show when={props.problem}>
          {(problem) => (
            <p class="form-error" role="alert">
              {problem()}
            </p>
          )}
        </Show>
        <div class="form-actions">
          <button type="button" class="button" onClick={() => props.onClose()}>
            {t('register.cancel')}
          </button>
          <button type="submit" class="button primary" disabled={reason().trim() === ''}>
            {props.confirm}
          </button>
        </div>
      </form>
    </Modal>
  );
}
