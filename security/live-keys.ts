/**
 * The sealer and blind index of a process that runs on while the key file changes (`park key rotate`): the file is looked at
 * once a second, and at once when a value names a key that is not known yet. A file that cannot be read changes nothing.
 */
import { statSync } from 'node:fs';
import { type BlindIndex, createBlindIndex } from './blind-index.ts';
import { createSealer, type Sealer } from './gm.ts';
import { readMasterKeys } from './master-key.ts';

/** After that nobody works with an older file. */
export const KEYS_LOOKED_AT_MS = 1_000;

export interface LiveKeys {
  readonly sealer: Sealer;
  readonly blindIndex: BlindIndex;
}

/** Throws AppError CONFIG_INVALID when the file cannot be read now, or holds no key. */
export function openKeys(path: string): LiveKeys {
  const read = (): LiveKeys => {
    const keys = readMasterKeys(path);
    return { sealer: createSealer(keys), blindIndex: createBlindIndex(keys[0] as Buffer) };
  };
  const stampOf = (): string => {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  };
  let keys = read();
  let stamp = stampOf();
  let lookedAtMs = performance.now();

  /** true: they are others now. */
  const look = (): boolean => {
    lookedAtMs = performance.now();
    try {
      const now = stampOf();
      if (now === stamp) return false;
      keys = read();
      stamp = now;
      return true;
    } catch {
      return false;
    }
  };
  const fresh = (): LiveKeys => {
    if (performance.now() - lookedAtMs > KEYS_LOOKED_AT_MS) look();
    return keys;
  };
  return {
    sealer: {
      seal: (plain, context) => fresh().sealer.seal(plain, context),
      open(sealed, context) {
        try {
          return fresh().sealer.open(sealed, context);
        } catch (error) {
          if (!look()) throw error;
          return keys.sealer.open(sealed, context);
        }
      },
    },
    blindIndex: { of: (purpose, value) => fresh().blindIndex.of(purpose, value) },
  };
}
