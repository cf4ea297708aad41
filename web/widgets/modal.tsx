/** A dialogue over the page: Esc and the cross lead back. It stands while it is rendered. */
import { Dialog } from '@kobalte/core/dialog';
import type { JSX } from 'solid-js';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';

export function Modal(props: { title: string; isWide?: boolean; onClose: () => void; children: JSX.Element }) {
  const t = useTranslate();
  let content: HTMLElement | undefined;
  /** Where one goes on: what asks for it, or the first field; the cross only where there is neither. */
  const focusFirst = (event: Event): void => {
    const first =
      content?.querySelector<HTMLElement>('[autofocus]') ?? content?.querySelector('textarea, input, select');
    if (!(first instanceof HTMLElement)) return;
    event.preventDefault();
    first.focus();
  };
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="modal-back" />
        <div class="modal-place">
          <Dialog.Content
            ref={content}
            class="modal"
            classList={{ wide: props.isWide === true }}
            onOpenAutoFocus={focusFirst}
            // A press beside it is a slip, and what it shows once would be gone.
            onInteractOutside={(event) => event.preventDefault()}
          >
            <header>
              <Dialog.Title>{props.title}</Dialog.Title>
              <Dialog.CloseButton class="button icon-only" title={t('register.close')} aria-label={t('register.close')}>
                <Icon name="close" />
              </Dialog.CloseButton>
            </header>
            {props.children}
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}

/** Asks before something happens; the safe answer has the focus. */
export function Question(props: {
  title: string;
  detail: string;
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
}) {
  return (
    <Modal title={props.title} onClose={props.onNo}>
      <p>{props.detail}</p>
      <div class="form-actions">
        <button type="button" class="button" autofocus onClick={() => props.onNo()}>
          {props.no}
        </button>
        <button type="button" class="button primary" onClick={() => props.onYes()}>
          {props.yes}
        </button>
      </div>
    </Modal>
  );
}
