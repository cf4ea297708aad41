/** Keys of the register pages, under `?`. */
import { For } from 'solid-js';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';
import { Modal } from '../widgets/modal.tsx';

const KEYS: readonly (readonly [keys: string, text: TextKey])[] = [
  ['/', 'keys.search'],
  ['↑ ↓', 'keys.move'],
  ['Enter', 'keys.open'],
  ['N', 'keys.create'],
  ['E', 'keys.edit'],
  ['Ctrl S', 'keys.save'],
  ['Esc', 'keys.back'],
  ['?', 'keys.help'],
];

export function KeysDialog(props: { onClose: () => void }) {
  const t = useTranslate();
  return (
    <Modal title={t('keys.title')} onClose={props.onClose}>
      <dl class="key-list">
        <For each={KEYS}>
          {([keys, text]) => (
            <div>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{t(text)}</dd>
            </div>
          )}
        </For>
      </dl>
    </Modal>
  );
}
