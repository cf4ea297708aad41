/** Keyboard and mouse, under `?`. */
import { For, onMount } from 'solid-js';
import { type TextKey, useTranslate } from '../i18n/i18n.ts';

const KEYS: readonly (readonly [keys: string, text: TextKey])[] = [
  ['A', 'help.acknowledge'],
  ['Space', 'help.look'],
  ['↑ ↓', 'help.up'],
  ['← →', 'help.group'],
  ['R', 'help.reset'],
  ['S', 'help.shelve'],
  ['C', 'help.comment'],
  ['X', 'help.markFalse'],
  ['J', 'help.justify'],
  ['O', 'help.order'],
  ['E', 'muster.help'],
  ['F', 'help.follow'],
  ['/', 'help.find'],
  ['L', 'help.live'],
  ['T', 'help.beforeAlarm'],
  ['K', 'help.play'],
  [', .', 'help.frames'],
  ['[ ]', 'help.speed'],
  ['H', 'help.home'],
  ['2', 'tools.helpFlat'],
  ['M', 'tools.helpMeasure'],
  ['G', 'tools.helpCopy'],
  ['Esc', 'help.escape'],
  ['?', 'help.help'],
];

export function HelpDialog(props: { onClose: () => void; onTour: () => void }) {
  const t = useTranslate();
  let dialog!: HTMLDialogElement;
  onMount(() => dialog.showModal());
  return (
    <dialog ref={dialog} class="dialog help" onClose={() => props.onClose()}>
      <h2>{t('help.title')}</h2>
      <dl>
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
      <p class="hint">{t('help.mouse')}</p>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => props.onTour()}>
          {t('tour.again')}
        </button>
        <button type="button" class="button primary" onClick={() => props.onClose()}>
          {t('help.close')}
        </button>
      </div>
    </dialog>
  );
}
