/** Short words after something was done, at the bottom for a few seconds; they never ask anything. */
import { Toast, toaster } from '@kobalte/core/toast';
import { Portal } from 'solid-js/web';
import { useTranslate } from '../i18n/i18n.ts';

const SHOWN_MS = 5_000;

export function Toasts() {
  const t = useTranslate();
  return (
    <Portal>
      <Toast.Region duration={SHOWN_MS} limit={3} aria-label={t('nav.notices')}>
        <Toast.List class="toasts" />
      </Toast.Region>
    </Portal>
  );
}

export function say(text: string): void {
  toaster.show((props) => (
    <Toast toastId={props.toastId} class="toast">
      <Toast.Title>{text}</Toast.Title>
    </Toast>
  ));
}
