import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSealer } from '../../security/gm.ts';
import { createFileSealer } from '../../security/sealed-file.ts';
import { describeAttachments } from '../../test/contract/attachments.ts';
import { S3Server } from '../../test/s3-server.ts';
import { BlobAttachments, MemoryAttachments } from './attachment-store.ts';
import { MemoryBlobs } from './blob-store.ts';
import { FileBlobs } from './file-blobs.ts';
import { S3Blobs } from './s3-blobs.ts';

const seal = createFileSealer(createSealer([Buffer.alloc(32, 7)]));
const folder = mkdtempSync(join(tmpdir(), 'parksentry-attachments-'));
let s3: S3Server | null = null;
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await s3?.close();
});

describeAttachments('MemoryAttachments', async () => new MemoryAttachments());
describeAttachments('BlobAttachments in a folder', async () => new BlobAttachments(new FileBlobs(folder), seal));
describeAttachments('BlobAttachments in S3', async () => {
  s3 ??= await S3Server.start();
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = s3;
  const blobs = new S3Blobs({ endpoint, region, bucket, accessKeyId, secretAccessKey, prefix: 'files' });
  return new BlobAttachments(blobs, seal);
});

describe('BlobAttachments', () => {
  const bytes = Buffer.from('%PDF-1.7 身份证 31010119900101123X');
  const hash = createHash('sha256').update(bytes).digest('hex');

  test('[PIN-15] what lies there shows nothing of the file', async () => {
    const own = join(folder, 'own');
    await new BlobAttachments(new FileBlobs(own), seal).put(hash, bytes);
    expect(readdirSync(join(own, hash.slice(0, 2)))).toEqual([hash]);
    const lying = readFileSync(join(own, hash.slice(0, 2), hash));
    expect(lying.includes('%PDF')).toBe(false);
    expect(lying.includes('31010119900101123X')).toBe(false);
  });

  test('[PIN-15] a file that lies under the name of another is not handed out', async () => {
    const blobs = new MemoryBlobs();
    const store = new BlobAttachments(blobs, seal);
    await store.put(hash, bytes);
    const other = createHash('sha256').update('other').digest('hex');
    await blobs.put(`${other.slice(0, 2)}/${other}`, (await blobs.get(`${hash.slice(0, 2)}/${hash}`)) ?? bytes);
    await expect(store.get(other)).rejects.toThrow(/another context/);
  });
});
