/** Which keys belong to what has the focus; all others are the control room's, wherever the focus is. Pure. */
export interface Focused {
  /** In small letters. */
  readonly tag: string;
  /** Of an input. */
  readonly type: string;
  readonly role: string;
  readonly isEditable: boolean;
  /** The text of an alarm row: Space looks at its alarm, as everywhere. */
  readonly isRowText: boolean;
}

const PRESSED: readonly string[] = [' ', 'Enter'];
const MOVED: readonly string[] = [
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
  'PageUp',
  'PageDown',
];
/** Parts that are walked with the arrows. */
const WALKED: readonly string[] = [
  'slider',
  'spinbutton',
  'listbox',
  'option',
  'tab',
  'radio',
  'combobox',
  'tree',
  'grid',
];
const NOT_TYPED: readonly string[] = ['checkbox', 'radio', 'range', 'button', 'submit', 'color', 'file'];

/** Letters go into it. */
export const isTyped = ({ tag, type, isEditable }: Focused): boolean =>
  isEditable || tag === 'textarea' || tag === 'select' || (tag === 'input' && !NOT_TYPED.includes(type));

export function keepsKey(focused: Focused, key: string): boolean {
  const { tag, type, role, isRowText } = focused;
  if (isTyped(focused)) return true;
  if (PRESSED.includes(key)) {
    if (isRowText) return key === 'Enter';
    return ['button', 'summary', 'a', 'input'].includes(tag) || role !== '';
  }
  if (!MOVED.includes(key)) return false;
  return (tag === 'input' && (type === 'range' || type === 'radio')) || WALKED.includes(role);
}

export const focusedOf = (element: HTMLElement): Focused => ({
  tag: element.tagName.toLowerCase(),
  type: element instanceof HTMLInputElement ? element.type : '',
  role: element.getAttribute('role') ?? '',
  isEditable: element.isContentEditable,
  isRowText: element.matches('.alarm-row .alarm-text'),
});
