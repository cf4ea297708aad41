/**
 * The sender's side of the signature: the simulator, the load generator, the tests and `docs/samples` sign
 * by the same rules. A retry is signed anew: the nonce of an answered or lost request must not be used again.
 */
import { randomBytes } from 'node:crypto';
import { DEFAULT_SIGN_ALG, type SignAlg, signatureOf } from './signature.ts';

export interface RequestToSign {
  readonly method: 'GET' | 'POST';
  /** Path with query, as it will stand in the request line: `/v1/positioning/positions`. */
  readonly target: string;
  /** Exactly the bytes that will be sent; a string is taken as UTF-8. */
  readonly body: Uint8Array | string;
  readonly appId: string;
  readonly appSecret: string;
  /** Now, epoch ms. */
  readonly timestampMs: number;
  readonly alg?: SignAlg;
  /** 16 to 64 of `[A-Za-z0-9_-]`; random when left out. */
  readonly nonce?: string;
}

export interface SignatureHeaders extends Record<string, string> {
  'X-App-Id': string;
  'X-Timestamp': string;
  'X-Nonce': string;
  'X-Sign-Alg': string;
  'X-Signature': string;
}

/** The five headers to send with the request. */
export function signRequest(request: RequestToSign): SignatureHeaders {
  const alg = request.alg ?? DEFAULT_SIGN_ALG;
  const nonce = request.nonce ?? randomBytes(16).toString('base64url');
  const timestamp = String(Math.trunc(request.timestampMs));
  const queryAt = request.target.indexOf('?');
  const signature = signatureOf(
    {
      method: request.method,
      path: queryAt < 0 ? request.target : request.target.slice(0, queryAt),
      query: queryAt < 0 ? '' : request.target.slice(queryAt + 1),
      body: typeof request.body === 'string' ? Buffer.from(request.body, 'utf8') : request.body,
      appId: request.appId,
      timestamp,
      nonce,
      alg,
    },
    request.appSecret,
  );
  return {
    'X-App-Id': request.appId,
    'X-Timestamp': timestamp,
    'X-Nonce': nonce,
    'X-Sign-Alg': alg,
    'X-Signature': signature,
  };
}
