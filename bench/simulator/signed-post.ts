/** One signed POST to the vendor interface over a kept connection. Shared by the vendor client and the load bench. */
import type { Agent } from 'node:http';
import { request } from 'node:http';
import { signRequest } from '../../ingest/sign-request.ts';

export interface VendorCredential {
  readonly appId: string;
  readonly appSecret: string;
}

export interface PostAnswer {
  readonly status: number;
  /** Seconds of Retry-After; null: none. */
  readonly retryAfterS: number | null;
  readonly body: string;
}

export interface SignedPost {
  /** Base address, `http://127.0.0.1:7001`. */
  readonly base: URL;
  /** `/v1/positioning/positions` */
  readonly path: string;
  readonly body: Uint8Array;
  /** Default: application/json. */
  readonly contentType?: string;
  readonly credential: VendorCredential;
  readonly agent: Agent;
  readonly nowMs: number;
  readonly timeoutMs: number;
}

/** Signs with a new nonce and sends. Rejects when no whole answer came. */
export function postSigned(post: SignedPost): Promise<PostAnswer> {
  const { base, path, body, contentType = 'application/json', credential, agent, nowMs, timeoutMs } = post;
  const signature = signRequest({ method: 'POST', target: path, body, ...credential, timestampMs: nowMs });
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        method: 'POST',
        host: base.hostname,
        port: base.port,
        path,
        headers: { ...signature, 'Content-Type': contentType, 'Content-Length': body.length },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          // A connection lost in the middle of the body ends too, but not completely.
          if (!answer.complete) reject(new Error('the answer broke off'));
          const retryAfter = Number(answer.headers['retry-after']);
          resolve({
            status: answer.statusCode ?? 0,
            retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
