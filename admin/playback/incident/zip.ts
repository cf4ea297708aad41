/** A ZIP that is made while it is sent: what is held is a piece, however large a file gets. Each file's SHA-256 goes into the last one. */
import { createHash } from 'node:crypto';
import { Zip, ZipDeflate } from 'fflate';

export interface ZippedFile {
  readonly name: string;
  readonly content: Iterable<string> | AsyncIterable<string>;
}

export interface FileSum {
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

const utf8 = new TextEncoder();

/** `manifest`: the last file, from the sums of those before it. */
export async function* zipped(
  files: readonly ZippedFile[],
  manifest: (sums: readonly FileSum[]) => ZippedFile,
  atMs: number,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, bytes) => {
    failure ??= error;
    if (bytes !== undefined) ready.push(bytes);
  });
  const taken = (): Uint8Array[] => {
    if (failure !== null) throw failure;
    return ready.splice(0);
  };
  const sums: FileSum[] = [];
  for (let n = 0; n <= files.length; n++) {
    const { name, content } = files[n] ?? manifest(sums);
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = atMs;
    zip.add(entry);
    const sum = createHash('sha256');
    let length = 0;
    for await (const text of content) {
      const bytes = utf8.encode(text);
      sum.update(bytes);
      length += bytes.length;
      entry.push(bytes);
      yield* taken();
    }
    entry.push(new Uint8Array(0), true);
    sums.push({ name, bytes: length, sha256: sum.digest('hex') });
    yield* taken();
  }
  zip.end();
  yield* taken();
}
