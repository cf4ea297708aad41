/** The head of a request as authenticate.ts wants it, read from uWebSockets.js while its request object still lives. */
import { addressText, type HttpRequest, type HttpResponse } from '../stream/uws.ts';
import type { RequestHead } from './authenticate.ts';

export interface HeadOptions {
  /** Take the sender's address from X-Forwarded-For; only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** Receipt of the head, epoch ms. */
  readonly arrivedAtMs: number;
}

/** To be called in the route handler itself: header values must be copied before it returns. */
export function headOf(res: HttpResponse, req: HttpRequest, { trustProxy, arrivedAtMs }: HeadOptions): RequestHead {
  return {
    method: req.getCaseSensitiveMethod(),
    path: req.getUrl(),
    query: req.getQuery() ?? '',
    address: senderAddress(res, req, trustProxy),
    appId: req.getHeader('x-app-id'),
    timestamp: req.getHeader('x-timestamp'),
    nonce: req.getHeader('x-nonce'),
    signAlg: req.getHeader('x-sign-alg'),
    signature: req.getHeader('x-signature'),
    arrivedAtMs,
  };
}

/** The last entry of X-Forwarded-For is the one that the trusted proxy added; those before it are the sender's words. */
function senderAddress(res: HttpResponse, req: HttpRequest, trustProxy: boolean): string {
  const forwarded = trustProxy ? (req.getHeader('x-forwarded-for').split(',').at(-1) ?? '').trim() : '';
  return forwarded === '' ? addressText(res.getRemoteAddressAsText()) : forwarded;
}

/** null: absent (chunked). A length that is no number counts as none; uWebSockets.js refuses such requests itself. */
export function declaredBytesOf(req: HttpRequest): number | null {
  const text = req.getHeader('content-length');
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A body is coming, and the sender wants the connection closed after the answer. */
export function closesBehindAnswer(req: HttpRequest): boolean {
  const hasBody = (declaredBytesOf(req) ?? 0) > 0 || req.getHeader('transfer-encoding') !== '';
  return hasBody && req.getHeader('connection').toLowerCase().includes('close');
}

export const isPlainCoding = (contentEncoding: string): boolean =>
  contentEncoding === '' || contentEncoding === 'identity';
