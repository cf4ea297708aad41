/**
 * Blobs in S3-compatible storage: path-style addresses, SigV4 (aws4fetch). A blob is put with `If-None-Match: *`, and with
 * the SHA-256 of its bytes in the signature, so the storage refuses what was changed on the way; it answers when the blob
 * is durable.
 */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { AppError } from '../../core/errors.ts';
import { assertBlobName, type BlobHead, type BlobStore, byName } from './blob-store.ts';

const REQUEST_LIMIT_MS = 60_000;

export interface S3Options {
  /** `https://s3.example.org`, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before every name, without a slash at either end; '' for none. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export class S3Blobs implements BlobStore {
  readonly #client: AwsClient;
  readonly #bucketUrl: string;
  readonly #prefix: string;

  constructor(options: S3Options) {
    const { accessKeyId, secretAccessKey, region } = options;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
    this.#bucketUrl = `${options.endpoint.replace(/\/+$/, '')}/${options.bucket}`;
    this.#prefix = options.prefix === '' ? '' : `${options.prefix}/`;
  }

  async list(prefix: string): Promise<BlobHead[]> {
    const found: BlobHead[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix: this.#prefix + prefix });
      if (token !== undefined) query.set('continuation-token', token);
      const response = await this.#send('GET', `?${query}`);
      if (!response.ok) throw await failure('listing', response);
      const xml = await readText(response);
      for (const [, item = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        found.push({ name: textOf(item, 'Key').slice(this.#prefix.length), bytes: Number(textOf(item, 'Size')) });
      }
      token = textOf(xml, 'NextContinuationToken') || undefined;
    } while (token !== undefined);
    return found.sort(byName);
  }

  async get(name: string): Promise<Uint8Array | null> {
    const response = await this.#send('GET', this.#pathOf(name));
    if (response.status === 404) return discard(response, null);
    if (!response.ok) throw await failure(`reading ${name}`, response);
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      throw new AppError('ARCHIVE_UNAVAILABLE', { detail: `reading ${name}`, cause });
    }
  }

  async put(name: string, bytes: Uint8Array): Promise<boolean> {
    const path = this.#pathOf(name);
    let response = await this.#send('PUT', path, bytes, { 'If-None-Match': '*' });
    if (response.status === 501) {
      // A storage without conditional puts: the archive has one writer and never gives a name to other bytes.
      await discard(response, null);
      const there = await this.#send('HEAD', path);
      if (there.ok) return false;
      response = await this.#send('PUT', path, bytes);
    }
    if (response.status === 412) return discard(response, false);
    if (!response.ok) throw await failure(`writing ${name}`, response);
    return discard(response, true);
  }

  async delete(name: string): Promise<void> {
    const response = await this.#send('DELETE', this.#pathOf(name));
    if (!response.ok && response.status !== 404) throw await failure(`deleting ${name}`, response);
    await discard(response, null);
  }

  #pathOf(name: string): string {
    assertBlobName(name);
    return `/${this.#prefix}${name}`;
  }

  async #send(
    method: string,
    path: string,
    body?: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const digest = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    try {
      return await this.#client.fetch(this.#bucketUrl + path, {
        method,
        headers: { ...headers, 'X-Amz-Content-Sha256': digest },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      });
    } catch (cause) {
      throw new AppError('ARCHIVE_UNAVAILABLE', { detail: `${method} ${new URL(this.#bucketUrl).host}`, cause });
    }
  }
}

/** An answer that nobody reads would hold its connection. */
async function discard<T>(response: Response, result: T): Promise<T> {
  await response.body?.cancel().catch(() => {});
  return result;
}

async function failure(what: string, response: Response): Promise<AppError> {
  const text = await response.text().catch(() => '');
  const code = textOf(text, 'Code');
  return new AppError('ARCHIVE_UNAVAILABLE', { detail: `${what}: ${response.status}${code && ` ${code}`}` });
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new AppError('ARCHIVE_UNAVAILABLE', { detail: 'listing', cause });
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text of the first such element; '' when there is none. */
function textOf(xml: string, element: string): string {
  const text = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? '';
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
