import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** As a browser has it: a new hash is there at once, its event comes later. */
class FakeAddress {
  hash = '';
  onChange = (): void => undefined;

  install(): void {
    vi.stubGlobal('location', this);
    vi.stubGlobal('addEventListener', (name: string, listener: () => void) => {
      if (name === 'hashchange') this.onChange = listener;
    });
    vi.stubGlobal('history', {
      replaceState: (_state: unknown, _title: string, next: string) => {
        this.hash = next === '#' ? '' : next;
      },
    });
  }
}

describe('the place of the page', () => {
  let address: FakeAddress;
  let at: typeof import('./place.ts');

  beforeEach(async () => {
    address = new FakeAddress();
    address.install();
    vi.resetModules();
    at = await import('./place.ts');
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('[FIND-20] an address typed while the page writes its own is the one that stands', () => {
    at.go('#?tab=people', { replaces: true });
    expect(address.hash).toBe('#?tab=people');
    address.hash = '#?t=2026-01-01T00:00:00Z';
    at.go('#?tab=layers', { replaces: true });
    address.onChange();
    expect(address.hash).toBe('#?t=2026-01-01T00:00:00Z');
    expect(at.place().query.get('t')).toBe('2026-01-01T00:00:00Z');
    at.go('#?tab=layers', { replaces: true });
    expect(at.place().query.get('tab')).toBe('layers');
  });

  it('[FIND-20] the page without a place is gone to from anywhere', () => {
    at.go('#permit/900/P1');
    address.onChange();
    expect(at.place()).toMatchObject({ page: 'permit', parts: ['900', 'P1'] });
    at.go('#', { replaces: true });
    expect(at.place()).toMatchObject({ page: '', parts: [] });
    at.go('#?tab=people', { replaces: true });
    expect(at.place().query.get('tab')).toBe('people');
  });
});
