/** What a store of attachments does, in memory and over blobs: PIN-14 and PIN-15 of docs/spec/permit-interfaces.md. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AttachmentStore } from '../../stream/archive/attachment-store.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function describeAttachments(name: string, create: () => Promise<AttachmentStore>): void {
  describe(name, () => {
    test('[PIN-14] gives a file back by its hash, however often it was put, and none that it has not', async () => {
      const store = await create();
      const files = [randomBytes(1), randomBytes(3_000_000), Buffer.from('%PDF-1.7')];
      for (const file of files) await store.put(hashOf(file), file);
      await Promise.all(files.map((file) => store.put(hashOf(file), file)));
      for (const file of files) expect(hashOf((await store.get(hashOf(file))) ?? Buffer.alloc(0))).toBe(hashOf(file));
      expect(await store.get(hashOf(Buffer.from('another')))).toBeNull();
    });

    test('[PIN-14] takes nothing under what is no hash', async () => {
      const store = await create();
      for (const hash of ['', 'x', '../../etc/passwd', 'A'.repeat(64)]) {
        await expect(store.put(hash, Buffer.from('x'))).rejects.toThrow(/no SHA-256/);
        await expect(store.get(hash)).rejects.toThrow(/no SHA-256/);
      }
    });
  });
}
