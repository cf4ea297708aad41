/** Head of a printed page: the park, what it is, who printed it and when. On the screen there is none of it. */
import { createSignal, onCleanup } from 'solid-js';
import { chinaText } from './china-time.ts';
import { useRegister } from './register-context.ts';

export function PrintHead(props: { title: string }) {
  const { settings, session, t, words } = useRegister();
  const [atMs, setAtMs] = createSignal(Date.now());
  const now = (): void => void setAtMs(Date.now());
  addEventListener('beforeprint', now);
  onCleanup(() => removeEventListener('beforeprint', now));
  return (
    <header class="print-head">
      <p>{words(settings.parkName)}</p>
      <h1>{props.title}</h1>
      <p>{t('record.printedBy', { by: session.name, at: chinaText(atMs()) })}</p>
    </header>
  );
}
