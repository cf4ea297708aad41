import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeBlobs } from '../../test/contract/blobs.ts';
import { S3Server } from '../../test/s3-server.ts';
import { MemoryBlobs } from './blob-store.ts';
import { FileBlobs } from './file-blobs.ts';
import { S3Blobs } from './s3-blobs.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'parksentry-archive-'));
const s3Blobs = (s3: S3Server, change: Partial<ConstructorParameters<typeof S3Blobs>[0]> = {}): S3Blobs => {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = s3;
  return new S3Blobs({ endpoint, region, bucket, accessKeyId, secretAccessKey, prefix: 'parks/demo', ...change });
};

describeBlobs('MemoryBlobs', async () => ({ blobs: new MemoryBlobs(), close: async () => {} }));

describeBlobs('FileBlobs', async () => {
  const folder = newFolder();
  return { blobs: new FileBlobs(folder), close: async () => rmSync(folder, { recursive: true }) };
});

describeBlobs('S3Blobs', async () => {
  const s3 = await S3Server.start();
  return { blobs: s3Blobs(s3), close: () => s3.close() };
});

describeBlobs('S3Blobs without a prefix, on a server without conditional puts', async () => {
  const s3 = await S3Server.start();
  s3.hasConditionalPuts = false;
  const blobs = s3Blobs(s3, { prefix: '', endpoint: `${s3.endpoint}/` });
  // Without conditional puts two at once cannot be told apart: the archive's one writer never is two.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = {
    list: blobs.list.bind(blobs),
    get: blobs.get.bind(blobs),
    delete: blobs.delete.bind(blobs),
    put: (name: string, bytes: Uint8Array) => {
      const turn = last.then(() => blobs.put(name, bytes));
      last = turn.catch(() => {});
      return turn;
    },
  };
  return { blobs: inTurn, close: () => s3.close() };
});

describe('FileBlobs', () => {
  let folder = '';
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('[ARC-3] what a crash left half written is no blob, and goes with the last blob of its day', async () => {
    const blobs = new FileBlobs(join(folder, 'archive'));
    await blobs.put('segments/day/a', Uint8Array.of(1));
    writeFileSync(join(folder, 'archive/segments/day/.half'), 'half');
    expect(await blobs.list('')).toEqual([{ name: 'segments/day/a', bytes: 1 }]);
    expect(statSync(join(folder, 'archive/segments/day/a')).mode & 0o077).toBe(0);
    await blobs.delete('segments/day/a');
    expect(readdirSync(join(folder, 'archive/segments'))).toEqual([]);
  });

  it('[ARC-5] a folder that cannot be written is ARCHIVE_UNAVAILABLE, naming it', async () => {
    writeFileSync(join(folder, 'taken'), 'a file where the folder should be');
    const blobs = new FileBlobs(join(folder, 'taken'));
    await expect(blobs.put('a', Uint8Array.of(1))).rejects.toMatchObject({
      code: 'ARCHIVE_UNAVAILABLE',
      detail: expect.stringContaining('taken') as string,
    });
    mkdirSync(join(folder, 'free', 'a'), { recursive: true });
    await expect(new FileBlobs(join(folder, 'free')).get('a')).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' });
  });
});

describe('S3Blobs', () => {
  let s3: S3Server;
  beforeEach(async () => {
    s3 = await S3Server.start();
  });
  afterEach(() => s3.close());

  it('[ARC-4] lists more than a page, and only below its prefix', async () => {
    const blobs = s3Blobs(s3);
    const names = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6', 'a/7'];
    for (const name of names) await blobs.put(name, Buffer.from(name));
    await s3Blobs(s3, { prefix: 'parks/other' }).put('a/8', Uint8Array.of(8));
    expect((await blobs.list('a/')).map((blob) => blob.name)).toEqual(names);
    expect(s3.requests.filter((line) => line === 'GET /bucket')).toHaveLength(3);
    expect([...s3.objects.keys()].sort()).toContain('parks/demo/a/1');
  });

  it('[ARC-4] a wrong secret is refused by the storage', async () => {
    const blobs = s3Blobs(s3, { secretAccessKey: 'wrong-one' });
    await expect(blobs.put('a', Uint8Array.of(1))).rejects.toMatchObject({
      code: 'ARCHIVE_UNAVAILABLE',
      detail: 'writing a: 403 SignatureDoesNotMatch',
    });
    await expect(blobs.list('')).rejects.toMatchObject({ detail: 'listing: 403 SignatureDoesNotMatch' });
    expect(s3.objects.size).toBe(0);
  });

  it('[ARC-5] a storage that fails or is away is ARCHIVE_UNAVAILABLE, and nothing is said of the secret', async () => {
    const blobs = s3Blobs(s3);
    s3.failures.push(503, 503, 503, 500);
    for (const work of [() => blobs.put('a', Uint8Array.of(1)), () => blobs.get('a'), () => blobs.list('')]) {
      await expect(work()).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE', retryable: true });
    }
    await expect(blobs.delete('a')).rejects.toMatchObject({ detail: 'deleting a: 500 SlowDown' });
    await s3.close();
    const error = await blobs.get('a').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' });
    expect(String((error as Error).message)).not.toContain('secret');
  });
});
