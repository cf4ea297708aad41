/** Puts a text on the clipboard and says so. */
import { createSignal } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';

export function CopyButton(props: { text: string }) {
  const t = useTranslate();
  const [copied, setCopied] = createSignal('');
  const copy = async (): Promise<void> => {
    // Without a secure page there is no clipboard; the text stands beside and can be marked.
    await navigator.clipboard?.writeText(props.text).then(
      () => setCopied(props.text),
      () => undefined,
    );
  };
  return (
    <button type="button" class="button" disabled={props.text === ''} onClick={() => void copy()}>
      {copied() !== '' && copied() === props.text ? t('account.copied') : t('account.copy')}
    </button>
  );
}
