/**
 * A log file that cannot fill the disk: above its size it is put aside as `<name>.1`, in place of the one before.
 * Written synchronously, so that the last lines of a dying process are there. What a full disk does not take is left out:
 * the park goes on. Called by server/role-process.ts.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export class CappedLog {
  readonly path: string;
  readonly #maxBytes: number;
  #fd: number;
  #bytes: number;

  constructor(path: string, maxBytes = 10_000_000) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#fd = openSync(path, 'a', 0o640);
    this.#bytes = fstatSync(this.#fd).size;
  }

  write(chunk: Uint8Array): void {
    try {
      if (this.#bytes > 0 && this.#bytes + chunk.length > this.#maxBytes) this.#putAside();
      writeSync(this.#fd, chunk);
      this.#bytes += chunk.length;
    } catch {
      // There is nowhere to say it.
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #putAside(): void {
    renameSync(this.path, `${this.path}.1`);
    const fd = openSync(this.path, 'a', 0o640);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#bytes = 0;
  }
}
