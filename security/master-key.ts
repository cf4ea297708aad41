/**
 * The file that holds the master keys: one key of 64 hex digits a line, the current one first, older ones below as
 * long as values sealed under them remain. It lies outside the database and is readable by the service's user alone.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { AppError } from '../core/errors.ts';
import { MASTER_KEY_BYTES } from './gm.ts';

const HEX_KEY = /^[0-9a-f]{64}$/i;

/** Throws AppError CONFIG_INVALID naming the line that is not a key; never repeats its content. */
export function parseMasterKeys(text: string): Buffer[] {
  const keys: Buffer[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    if (!HEX_KEY.test(line)) {
      throw new AppError('CONFIG_INVALID', { detail: `line ${index + 1} of the key file is not 64 hex digits` });
    }
    keys.push(Buffer.from(line, 'hex'));
  });
  if (keys.length === 0) throw new AppError('CONFIG_INVALID', { detail: 'the key file holds no key' });
  return keys;
}

/** Keys of the file, the current one first. Throws AppError CONFIG_INVALID when it cannot be read or holds none. */
export function readMasterKeys(path: string): Buffer[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { detail: `cannot read the key file ${path}`, cause });
  }
  return parseMasterKeys(text);
}

/** Writes a new key file that only its owner can read. Leaves an existing file alone and returns false. */
export function createMasterKeyFile(path: string): boolean {
  try {
    writeFileSync(path, `${randomBytes(MASTER_KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new AppError('CONFIG_INVALID', { detail: `cannot write the key file ${path}`, cause });
  }
}
