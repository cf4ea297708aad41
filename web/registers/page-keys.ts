/** Keys of a page. Typing, dialogues, lists of choices and menus keep theirs; Ctrl+S is meant wherever it is pressed. */
import { onCleanup, onMount } from 'solid-js';

/** By key; letters in lower case, `Ctrl+s` with the control or command key. false: the key meant nothing after all. */
export type PageKeys = Readonly<Record<string, () => unknown>>;

const TYPED_IN = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
const OVER_THE_PAGE = '[role=dialog], [role=alertdialog], [role=listbox], [role=menu], dialog[open], .dialog-back';

export function usePageKeys(keys: () => PageKeys): void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.defaultPrevented || event.altKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const hasControl = event.ctrlKey || event.metaKey;
    if (document.querySelector(OVER_THE_PAGE) !== null) return;
    const isTyping = target?.matches(TYPED_IN) === true;
    if (isTyping && event.key === 'Escape') {
      target?.blur();
      return;
    }
    if (isTyping && !hasControl) return;
    // Enter and the space bar on what is focused are its own.
    if ((name === 'Enter' || name === ' ') && target?.matches('a, button, [role=button], summary') === true) return;
    const act = keys()[hasControl ? `Ctrl+${name}` : name];
    if (act !== undefined && act() !== false) event.preventDefault();
  };
  onMount(() => addEventListener('keydown', onKey));
  onCleanup(() => removeEventListener('keydown', onKey));
}
