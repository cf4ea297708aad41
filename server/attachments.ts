/** Where files of permits lie, as configured; used by ingest, which writes them, and admin, which hands them out. */
import { join, resolve } from 'node:path';
import type { Sealer } from '../security/gm.ts';
import { createFileSealer } from '../security/sealed-file.ts';
import { type AttachmentStore, BlobAttachments } from '../stream/archive/attachment-store.ts';
import type { BlobStore } from '../stream/archive/blob-store.ts';
import { FileBlobs } from '../stream/archive/file-blobs.ts';
import { s3Blobs } from './archive-place.ts';
import type { Config } from './config.ts';

/** Throws CONFIG_INVALID when the secret key of the S3 storage cannot be read. */
export const openAttachments = (config: Config, sealer: Sealer): AttachmentStore =>
  new BlobAttachments(blobsOf(config), createFileSealer(sealer));

function blobsOf(config: Config): BlobStore {
  const { attachments, dataFolder, parkCode } = config;
  switch (attachments?.kind) {
    case undefined:
      return new FileBlobs(join(dataFolder, 'permit-files', parkCode));
    case 'folder':
      return new FileBlobs(resolve(attachments.path));
    case 's3':
      return s3Blobs(config, attachments);
  }
}
