/** Requests as a hostile sender makes them: any method, any header, any bytes; and what came back, whole. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { type SignatureHeaders, signRequest } from '../../ingest/sign-request.ts';
import type { Credential } from '../stack/stack.ts';

export interface RawRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by tests that know their shape
  readonly body: any;
}

/** Sends the address and the headers as they are; a browser's rules do not apply. */
export function send(sent: RawRequest): Promise<RawAnswer> {
  const { url, method = 'POST', headers = {}, body } = sent;
  // Not `new URL`: it would take the dots out of an address.
  const [, host = '', port = '', path = '/'] = /^http:\/\/([^:/]+):(\d+)(.*)$/s.exec(url) ?? [];
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const outgoing = request(
      { host, port, path, method, headers: { ...length, ...headers }, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = (answer.headers['content-type'] ?? '').startsWith('application/json');
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text,
            body: isJson && text !== '' ? JSON.parse(text) : null,
          });
        });
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

type Signer = Pick<Credential, 'appId' | 'appSecret'>;

/** Headers of a request that is signed as it should be, `offMs` ahead of the clock. */
export const signed = (
  { appId, appSecret }: Signer,
  target: string,
  method: 'GET' | 'POST',
  body: string | Uint8Array,
  offMs = 0,
): SignatureHeaders => signRequest({ method, target, body, appId, appSecret, timestampMs: Date.now() + offMs });

/** Records as JSON, or a body of MessagePack. */
export function postSigned(
  ingestUrl: string,
  who: Signer,
  path: string,
  what: readonly unknown[] | Uint8Array,
): Promise<RawAnswer> {
  const isPacked = what instanceof Uint8Array;
  const body = isPacked ? what : JSON.stringify({ records: what });
  const headers = { 'Content-Type': isPacked ? 'application/msgpack' : 'application/json' };
  return send({ url: ingestUrl + path, body, headers: { ...headers, ...signed(who, path, 'POST', body) } });
}

/** Writes bytes on a bare connection; resolves with what came until the other side closed, or `waitMs` after the last byte. */
export function exchange(port: number, bytes: string | Uint8Array, waitMs = 300): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(waitMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    // A reset is an answer too.
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}
