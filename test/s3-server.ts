/**
 * A small S3-compatible server for tests: objects in memory, path-style addresses, conditional puts, lists in pages. It
 * verifies AWS Signature Version 4 by the published rules, on node:crypto alone, so it shares nothing with the client.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const PAGE = 3;
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

export class S3Server {
  readonly objects = new Map<string, Buffer>();
  readonly accessKeyId = 'test-key';
  readonly secretAccessKey = 'test-secret';
  readonly region = 'cn-east-1';
  readonly bucket = 'bucket';
  /** Answered to the next requests in place of work, one each. */
  readonly failures: number[] = [];
  /** false: answers 501 to If-None-Match, as older servers do. */
  hasConditionalPuts = true;
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<S3Server> {
    const server = createServer();
    const s3 = new S3Server(server);
    server.on('request', (request, response) => void s3.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return s3;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', this.endpoint);
    this.requests.push(`${request.method} ${url.pathname}`);
    const end = (status: number, text: string | Buffer = ''): void => {
      response.writeHead(status).end(text);
    };
    const problem = this.#problemOf(request, url, body);
    if (problem !== null) return end(403, `<Error><Code>${problem}</Code></Error>`);
    const failure = this.failures.shift();
    if (failure !== undefined) return end(failure, '<Error><Code>SlowDown</Code></Error>');
    const root = `/${this.bucket}`;
    if (!url.pathname.startsWith(root)) return end(404, '<Error><Code>NoSuchBucket</Code></Error>');
    const key = url.pathname.slice(root.length + 1);
    const found = this.objects.get(key);
    if (request.method === 'GET' && key === '') return end(200, this.#list(url));
    if (request.method === 'PUT') {
      const isConditional = request.headers['if-none-match'] === '*';
      if (isConditional && !this.hasConditionalPuts) return end(501, '<Error><Code>NotImplemented</Code></Error>');
      if (isConditional && found !== undefined) return end(412, '<Error><Code>PreconditionFailed</Code></Error>');
      this.objects.set(key, body);
      return end(200);
    }
    if (request.method === 'DELETE') {
      this.objects.delete(key);
      return end(204);
    }
    return found === undefined ? end(404, '<Error><Code>NoSuchKey</Code></Error>') : end(200, found);
  }

  #list(url: URL): string {
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, PAGE);
    const items = page.map(
      (key) => `<Contents><Key>${key}</Key><Size>${this.objects.get(key)?.length}</Size></Contents>`,
    );
    const isMore = keys.length > page.length;
    const next = isMore ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isMore}</IsTruncated>${items.join('')}${next}</ListBucketResult>`;
  }

  /** Code of the refusal; null: the signature and the digest of the body hold. */
  #problemOf(request: IncomingMessage, url: URL, body: Buffer): string | null {
    const authorization = request.headers.authorization ?? '';
    const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
    if (parts === null) return 'AccessDenied';
    const [, credential = '', signedHeaders = '', signature = ''] = parts;
    const [keyId, date = '', region = '', service = ''] = credential.split('/');
    if (keyId !== this.accessKeyId || region !== this.region || service !== 's3') return 'InvalidAccessKeyId';
    const digest = String(request.headers['x-amz-content-sha256']);
    if (digest !== sha256(body)) return 'XAmzContentSHA256Mismatch';
    const names = signedHeaders.split(';');
    if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name))) return 'AccessDenied';
    const query = [...url.searchParams]
      .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
      .sort()
      .join('&');
    const headers = names.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('');
    const canonical = [request.method, url.pathname, query, headers, signedHeaders, digest].join('\n');
    const scope = `${date}/${region}/s3/aws4_request`;
    const time = String(request.headers['x-amz-date']);
    const dateKey = hmac(`AWS4${this.secretAccessKey}`, date);
    const signingKey = hmac(hmac(hmac(dateKey, region), 's3'), 'aws4_request');
    const expected = hmac(signingKey, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n'));
    return expected.toString('hex') === signature ? null : 'SignatureDoesNotMatch';
  }
}

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
