/** Head of a printed page: the park, what it is, who printed it and when. On the screen there is none of it. */
import { createSignal, onCleanup } from 'solid-js';
import type { PageProps } from '../app/pages.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { useWords } from '../i18n/words.ts';
import { chinaText } from '../registers/china-time.ts';

export function PermitPrintHead(props: PageProps & { title: string }) {
  const t = useTranslate();
  const words = useWords();
  const [atMs, setAtMs] = createSignal(Date.now());
  const now = (): void => void setAtMs(Date.now());
  addEventListener('beforeprint', now);
  onCleanup(() => removeEventListener('beforeprint', now));
  return (
    <header class="print-head">
      <p>{words(props.settings.parkName)}</p>
      <h1>{props.title}</h1>
      <p>{t('record.printedBy', { by: props.session.name, at: chinaText(atMs()) })}</p>
    </header>
  );
}
