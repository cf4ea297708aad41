import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSealer } from './gm.ts';
import { createFileSealer } from './sealed-file.ts';

const sealer = createFileSealer(createSealer([Buffer.alloc(32, 1)]));

describe('a sealed file', () => {
  test('[PIN-15] opens to what it was, of any length', async () => {
    for (const length of [0, 1, 15, 16, 17, 524_287, 524_288, 524_289, 1_500_000]) {
      const bytes = randomBytes(length);
      const sealed = await sealer.seal(bytes, 'a');
      expect(Buffer.from(await sealer.open(sealed, 'a')).equals(bytes)).toBe(true);
    }
  });

  test('[PIN-15] opens in its own context and under its own master key alone', async () => {
    const sealed = await sealer.seal(Buffer.from('file'), 'a');
    await expect(sealer.open(sealed, 'b')).rejects.toThrow(/another context/);
    await expect(createFileSealer(createSealer([Buffer.alloc(32, 2)])).open(sealed, 'a')).rejects.toThrow(/master key/);
    const renewed = createFileSealer(createSealer([Buffer.alloc(32, 2), Buffer.alloc(32, 1)]));
    expect(Buffer.from(await renewed.open(sealed, 'a')).toString()).toBe('file');
  });

  test('[PIN-15] changed or cut anywhere it does not open', async () => {
    const sealed = Buffer.from(await sealer.seal(Buffer.from('a file of a permit'), 'a'));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ flip;
        await expect(sealer.open(changed, 'a')).rejects.toThrow();
        await expect(sealer.open(sealed.subarray(0, at), 'a')).rejects.toThrow();
      }),
    );
  });

  test('[PIN-15] shows neither its content nor that two are equal', async () => {
    const bytes = Buffer.alloc(1_000, 'park');
    const [one, other] = [await sealer.seal(bytes, 'a'), await sealer.seal(bytes, 'a')];
    expect(Buffer.from(one).includes('parkpark')).toBe(false);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });
});
