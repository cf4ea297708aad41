import fc from 'fast-check';
import { Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { concat } from './packed.ts';
import { PackedMap } from './packed-map.ts';

const mapOf = (): PackedMap<number> => new PackedMap((value, key) => [key, value]);
const bytesOf = (map: PackedMap<number>): Buffer => Buffer.from(concat([...map.packed()].map(({ bytes }) => bytes)));
const unpackr = new Unpackr({ useRecords: false });

const key = fc.stringMatching(/^[a-c]{1,3}$/);
const step = fc.oneof(
  fc.record({ set: key, value: fc.nat(9) }),
  fc.record({ delete: key }),
  fc.constant('pack' as const),
);

describe('a map whose values are packed once', () => {
  it('[ENG-19] holds what was set, and its bytes hang on nothing but that', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = mapOf();
        const model = new Map<string, number>();
        for (const one of steps) {
          if (one === 'pack') bytesOf(map);
          else if ('set' in one) {
            map.set(one.set, one.value);
            model.set(one.set, one.value);
          } else {
            map.delete(one.delete);
            model.delete(one.delete);
          }
        }
        expect(map.size).toBe(model.size);
        expect([...map.values()].sort()).toEqual([...model.values()].sort());
        for (const [name, value] of model) expect(map.get(name)).toBe(value);
        const saved = bytesOf(map);
        const entries = saved.length === 0 ? [] : (unpackr.unpackMultiple(saved) as [string, number][]);
        expect(new Map(entries)).toEqual(model);
        expect([...map.packed()].reduce((count, chunk) => count + chunk.count, 0)).toBe(model.size);
        const again = mapOf();
        for (const [name, value] of [...model].reverse()) again.set(name, value);
        expect(bytesOf(again).equals(saved)).toBe(true);
      }),
    );
  });

  it('[ENG-19] only chunks in which something was set are packed anew', () => {
    const map = mapOf();
    for (let n = 0; n < 20_000; n++) map.set(`row ${n}`, n);
    const before = [...map.packed()];
    map.set('row 7', 8);
    map.delete('row 7000');
    const after = [...map.packed()];
    const packedAnew = after.filter((chunk) => !before.includes(chunk));
    expect(before.length).toBeGreaterThan(200);
    expect(packedAnew.length).toBeGreaterThan(0);
    expect(packedAnew.length).toBeLessThanOrEqual(2);
  });
});
