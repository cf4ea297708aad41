/**
 * Files of registers: kept with the blobs under their digest, known by content and never by what the sender calls them, read by
 * whoever may read the row. A file that no row names within a day is forgotten.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import type { Field, FilesField, StoredFile } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { sm3 } from '../../security/gm.ts';
import type { BlobStore } from '../../stream/archive/blob-store.ts';
import { mediaTypeOf } from '../file-type.ts';
import type { RegisterDesk } from './desk.ts';
import { forgetUploads, holdBlobs, insertUpload } from './file-rows.ts';
import type { RegisterUser } from './rights.ts';

export const FILE_LIMIT_BYTES = 20 * 1024 * 1024;
const NAME_MAX = 200;
const DAY_MS = 86_400_000;

const OFFICE: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

export interface RegisterFilesOptions {
  readonly pool: Pool;
  readonly blobs: BlobStore;
  readonly desk: Pick<RegisterDesk, 'target' | 'row'>;
  readonly clock: Clock;
}

export class RegisterFiles {
  readonly #o: RegisterFilesOptions;

  constructor(options: RegisterFilesOptions) {
    this.#o = options;
  }

  fieldsOf({ fields }: AnyRegister): string[] {
    return Object.entries<Field>(fields).flatMap(([name, { kind }]) => (kind === 'files' ? [name] : []));
  }

  /** Throws AppError FORBIDDEN, INPUT_INVALID, ARCHIVE_UNAVAILABLE. */
  async keep(
    register: AnyRegister,
    user: RegisterUser,
    field: string,
    sentName: string,
    bytes: Uint8Array,
  ): Promise<StoredFile> {
    const { desk, blobs, pool, clock } = this.#o;
    const { create = [], update = [] } = register.rights;
    desk.target(register, user, [...create, ...update]);
    const name = fileName(sentName);
    if (name === '') throw new AppError('INPUT_INVALID', { detail: 'X-File-Name: expected a name' });
    if (bytes.byteLength === 0) throw new AppError('INPUT_INVALID', { detail: 'the file is empty' });
    const { types } = register.fields[field] as FilesField;
    const type = typeOf(name, bytes, types);
    if (type === null) throw new AppError('INPUT_INVALID', { detail: `${field}: taken are ${types.join(', ')}` });
    const digest = sm3(bytes).toString('hex');
    const file: StoredFile = { id: randomUUID(), name, type, bytes: bytes.byteLength, digest };
    const nowMs = clock.nowMs();
    await withTransaction(pool, async (client) => {
      await holdBlobs(client, 'shared');
      // The same bytes again lie there already.
      await blobs.put(blobName(digest), bytes);
      await insertUpload(client, register, { ...file, field, by: user.userId }, nowMs);
    });
    await this.#forget(nowMs - DAY_MS);
    return file;
  }

  #forget(beforeMs: number): Promise<void> {
    const { pool, blobs } = this.#o;
    return withTransaction(pool, async (client) => {
      // Nobody is between bytes and row now: what no row names is nobody's.
      await holdBlobs(client, 'alone');
      for (const digest of await forgetUploads(client, beforeMs)) await blobs.delete(blobName(digest));
    });
  }

  /** Throws AppError NOT_FOUND, FORBIDDEN, ARCHIVE_UNAVAILABLE. */
  async read(
    register: AnyRegister,
    user: RegisterUser,
    rowId: string,
    field: string,
    fileId: string,
  ): Promise<{ readonly head: StoredFile; readonly bytes: Uint8Array }> {
    const { desk, blobs } = this.#o;
    const row = await desk.row(desk.target(register, user, register.rights.read), user, rowId);
    const head = ((row.values[field] ?? []) as readonly StoredFile[]).find(({ id }) => id === fileId);
    const bytes = head === undefined ? null : await blobs.get(blobName(head.digest));
    if (head === undefined || bytes === null || sm3(bytes).toString('hex') !== head.digest) {
      throw new AppError('NOT_FOUND');
    }
    return { head, bytes };
  }
}

const blobName = (digest: string): string => `${digest.slice(0, 2)}/${digest}`;

/** The last part of a path, without what no file system takes. */
const fileName = (sent: string): string =>
  (sent.split(/[/\\]/).at(-1) ?? '')
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .normalize('NFC')
    .trim()
    .slice(0, NAME_MAX);

/** null: none that the field takes. */
function typeOf(name: string, bytes: Uint8Array, types: FilesField['types']): string | null {
  const found = mediaTypeOf(bytes);
  if (found === 'application/pdf') return types.includes('pdf') ? found : null;
  if (found?.startsWith('image/') === true) return types.includes('image') ? found : null;
  const ending = name.split('.').at(-1)?.toLowerCase() ?? '';
  if (found === 'application/zip') return types.includes('office') ? (OFFICE[ending] ?? null) : null;
  return found === null && types.includes('text') && isText(bytes) ? 'text/plain; charset=utf-8' : null;
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0');
  } catch {
    return false;
  }
}
