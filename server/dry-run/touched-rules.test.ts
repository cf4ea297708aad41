import { describe, expect, it } from 'vitest';
import { Gatherings } from '../../engine/gatherings.ts';
import { createParts } from '../../engine/parts.ts';
import { partsFor, touchedRules } from './touched-rules.ts';

const gathering = { watched: true, from: 4 };

describe('rules that a tried setting touches', () => {
  it.each<[string, unknown, readonly unknown[], readonly string[]]>([
    ['the limit that differs', { dwellLimitS: 60, gathering }, [{ dwellLimitS: 90, gathering }], ['dwell']],
    ['one that is left out', { gathering }, [{ capacityMax: 9, gathering }], ['over-capacity']],
    ['one that was not there', { gathering }, [null], ['gathering']],
    ['what stood and is withdrawn', null, [{ dwellLimitS: 60 }], ['dwell']],
    [
      'each that differed for a while',
      { dwellLimitS: 60 },
      [{ dwellLimitS: 60 }, { capacityMax: 9 }],
      ['over-capacity', 'dwell'],
    ],
    [
      'all that are named, where none differs',
      { dwellLimitS: 60, gathering },
      [{ dwellLimitS: 60, gathering }],
      ['dwell', 'gathering'],
    ],
  ])('[DRY-10] of an area: %s', (_what, value, replaced, rules) => {
    expect([...touchedRules('area', value, replaced)].sort()).toEqual([...rules].sort());
  });

  it('[DRY-10] of the rules: by section, and each level that differs', () => {
    const of = (value: unknown, replaced: unknown = null) => [...touchedRules('rules', value, [replaced])];
    expect(of({ overCapacity: { onDelayMs: 1 } })).toEqual(['over-capacity']);
    expect(of({ levels: { dwell: 1, sos: 1 } }, { levels: { dwell: 2, sos: 1 } })).toEqual(['dwell']);
    expect(of({ outOfBounds: {} })).toEqual(['out-of-bounds', 'stillness', 'signal-lost']);
    expect(of({ presence: {} })).toContain('dwell');
    expect(of({ presence: {} })).not.toContain('gathering');
    expect(of({ reporting: {} })).toEqual([]);
  });

  it('[DRY-10] parts come in the order of the engine, those of gatherings only for gatherings', () => {
    const order = createParts().map(({ name }) => name);
    const names = partsFor(new Set(['gathering', 'stillness', 'dwell'])).map(({ name }) => name);
    expect(names).toEqual(order.filter((name) => names.includes(name)));
    expect(partsFor(new Set(['gathering'])).some((part) => part instanceof Gatherings)).toBe(true);
    expect(partsFor(new Set(['dwell', 'stillness', 'post-vacant'])).some((part) => part instanceof Gatherings)).toBe(
      false,
    );
  });
});
