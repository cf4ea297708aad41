import { describe, expect, it } from 'vitest';
import { type Focused, isTyped, keepsKey } from './key-owner.ts';

const focused = (change: Partial<Focused>): Focused => ({
  tag: 'div',
  type: '',
  role: '',
  isEditable: false,
  isRowText: false,
  ...change,
});

describe('keys and the focus', () => {
  it('[CON-21] whatever is typed into keeps every key', () => {
    for (const one of [
      { tag: 'textarea' },
      { tag: 'select' },
      { tag: 'input', type: 'text' },
      { tag: 'input', type: 'search' },
      { isEditable: true },
    ]) {
      expect(isTyped(focused(one))).toBe(true);
      for (const key of ['a', ' ', 'ArrowDown']) expect(keepsKey(focused(one), key)).toBe(true);
    }
  });

  it('[CON-21] buttons keep Space and Enter, sliders the arrows, and letters are the control room’s', () => {
    const button = focused({ tag: 'button' });
    const slider = focused({ tag: 'input', type: 'range' });
    const tab = focused({ tag: 'button', role: 'tab' });
    expect([' ', 'Enter'].map((key) => keepsKey(button, key))).toEqual([true, true]);
    expect(['ArrowDown', 'a', 'o'].map((key) => keepsKey(button, key))).toEqual([false, false, false]);
    expect(['ArrowLeft', 'ArrowUp', 'a'].map((key) => keepsKey(slider, key))).toEqual([true, true, false]);
    expect(keepsKey(tab, 'ArrowRight')).toBe(true);
    expect(keepsKey(focused({}), ' ')).toBe(false);
  });

  it('[CON-21] on the text of a row Space looks, and the arrows go on', () => {
    const row = focused({ tag: 'button', isRowText: true });
    expect([' ', 'ArrowDown', 'a'].map((key) => keepsKey(row, key))).toEqual([false, false, false]);
    expect(keepsKey(row, 'Enter')).toBe(true);
  });
});
