/** The archive as configured: where its files lie and how much of it is kept. Called by role `archive`, watch, and commands. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { BlobStore } from '../stream/archive/blob-store.ts';
import { FileBlobs } from '../stream/archive/file-blobs.ts';
import type { Retention } from '../stream/archive/retention.ts';
import { S3Blobs } from '../stream/archive/s3-blobs.ts';
import type { Config } from './config.ts';
import { knownPostgresUrl } from './services/known-urls.ts';

/** Part of the data folder's cap that the archive may take; positions have 60 %. */
const ARCHIVE_SHARE = 0.2;
const BYTES_PER_GB = 1e9;

export const isArchived = (config: Config): boolean => config.archive?.kind !== 'none';

/** The folder of the archive; null: it lies elsewhere, or there is none. */
export function archiveFolderOf({ archive, dataFolder, parkCode }: Config): string | null {
  if (archive === undefined) return join(dataFolder, 'archive', parkCode);
  return archive.kind === 'folder' ? resolve(archive.path) : null;
}

/** null: nothing is archived. Throws CONFIG_INVALID when the secret key cannot be read. */
export function openArchive(config: Config): BlobStore | null {
  const folder = archiveFolderOf(config);
  if (folder !== null) return new FileBlobs(folder);
  return config.archive?.kind === 's3' ? s3Blobs(config, config.archive) : null;
}

/** Throws CONFIG_INVALID when the secret key cannot be read. */
export const s3Blobs = (
  config: Config,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
): S3Blobs =>
  new S3Blobs({
    endpoint: config.s3Endpoint ?? '',
    region: config.s3Region,
    bucket,
    prefix,
    accessKeyId: config.s3AccessKeyId ?? '',
    secretAccessKey: readSecret(config.s3SecretKeyFile ?? ''),
  });

function readSecret(path: string): string {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret !== '') return secret;
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { detail: `PARK_S3_SECRET_KEY_FILE: ${path} cannot be read`, cause });
  }
  throw new AppError('CONFIG_INVALID', { detail: `PARK_S3_SECRET_KEY_FILE: ${path} is empty` });
}

/** The cap of the data folder holds with the embedded servers and the archive in its usual place only. */
export function archiveRetention(config: Config): Retention {
  const isEmbedded = config.databaseUrl === undefined || config.databaseUrl === knownPostgresUrl(config.dataFolder);
  const isCapped = isEmbedded && config.archive === undefined;
  return { days: config.archiveDays, maxBytes: isCapped ? config.dataCapGb * BYTES_PER_GB * ARCHIVE_SHARE : null };
}
