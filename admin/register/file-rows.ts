/** Files that were sent for a field of a register: rows of register_file, the bytes lie with the blobs under their digest. */
import { type PoolClient, type Queryable, queryRows } from '../../db/pool.ts';
import type { StoredFile } from '../../registers/field.ts';
import type { AnyRegister } from '../../registers/register.ts';

export interface Upload extends StoredFile {
  readonly field: string;
  readonly by: string;
}

const COLUMNS = `id::text AS id, field, digest, name, type, bytes, by_user AS by`;

export async function insertUpload(
  client: PoolClient,
  register: AnyRegister,
  { id, field, digest, name, type, bytes, by }: Upload,
  atMs: number,
): Promise<void> {
  await queryRows(
    client,
    `INSERT INTO register_file (id, register, field, digest, name, type, bytes, by_user, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, register.name, field, digest, name, type, bytes, by, new Date(atMs)],
  );
}

/** Files that nobody's row names yet. */
export class Uploads {
  readonly #byId: ReadonlyMap<string, Upload>;

  constructor(uploads: readonly Upload[]) {
    this.#byId = new Map(uploads.map((upload) => [upload.id, upload]));
  }

  /** Each is its sender's alone, for the field that it was sent for. */
  get(field: string, id: string, userId: string): StoredFile | undefined {
    const found = this.#byId.get(id);
    if (found === undefined || found.field !== field || found.by !== userId) return undefined;
    const { name, type, bytes, digest } = found;
    return { id, name, type, bytes, digest };
  }
}

export async function readUploads(db: Queryable, { name }: AnyRegister, ids: readonly string[]): Promise<Uploads> {
  if (ids.length === 0) return new Uploads([]);
  return new Uploads(
    await queryRows<Upload>(
      db,
      `SELECT ${COLUMNS} FROM register_file WHERE register = $1 AND row_id IS NULL AND id = ANY ($2::uuid[])`,
      [name, ids],
    ),
  );
}

/** They stay with the row for good: its history names them. */
export async function nameFiles(
  client: PoolClient,
  files: readonly { readonly id: string; readonly rowId: string }[],
): Promise<void> {
  if (files.length === 0) return;
  await queryRows(
    client,
    `UPDATE register_file f SET row_id = n.row_id
     FROM unnest($1::uuid[], $2::text[]) AS n (id, row_id) WHERE f.id = n.id AND f.row_id IS NULL`,
    [files.map(({ id }) => id), files.map(({ rowId }) => rowId)],
  );
}

/** Any constant that nothing else in the database uses. */
const LOCK_KEY = 7_281_918;

/** Until the transaction ends: many may bring files, or one takes away what is nobody's. */
export async function holdBlobs(client: PoolClient, how: 'shared' | 'alone'): Promise<void> {
  await queryRows(client, `SELECT pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}($1)`, [LOCK_KEY]);
}

/** Forgets those that nobody named in time; gives the digests that no file has any more. */
export async function forgetUploads(client: PoolClient, beforeMs: number): Promise<string[]> {
  const gone = await queryRows<{ digest: string }>(
    client,
    'DELETE FROM register_file WHERE row_id IS NULL AND at < $1 RETURNING digest',
    [new Date(beforeMs)],
  );
  if (gone.length === 0) return [];
  const digests = [...new Set(gone.map(({ digest }) => digest))];
  const still = await queryRows<{ digest: string }>(
    client,
    'SELECT DISTINCT digest FROM register_file WHERE digest = ANY ($1::text[])',
    [digests],
  );
  return digests.filter((digest) => !still.some((one) => one.digest === digest));
}
