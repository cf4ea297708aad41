import { describe, expect, it } from 'vitest';
import type { PhoneView } from '../app/control-room-state.ts';
import { phoneTabPart } from './phone-tab.ts';

function partOn(isPhone: boolean, view: PhoneView) {
  const at = { view };
  const part = phoneTabPart(
    () => isPhone,
    () => at.view,
    (tab) => {
      at.view = tab;
    },
  );
  return { at, part };
}

describe('the tab of a phone in a link', () => {
  it('[FIND-20] a phone says it and takes it; what no phone has is not taken', () => {
    const { at, part } = partOn(true, 'alarms');
    expect(part.read()).toBeNull();
    expect(part.write('map')).toBe(true);
    expect([at.view, part.read()]).toEqual(['map', 'map']);
    expect(part.write('desk')).toBe(false);
    expect(at.view).toBe('map');
    expect(part.write(null)).toBe(true);
    expect(at.view).toBe('alarms');
  });

  it('[FIND-20] a desk neither says nor changes it, and takes the link of a phone without a word', () => {
    const { at, part } = partOn(false, 'map');
    expect(part.read()).toBeNull();
    expect(part.write('find')).toBe(true);
    expect(at.view).toBe('map');
  });
});
