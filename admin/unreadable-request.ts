/**
 * Requests that never reach a route: an address that cannot be decoded, bytes that are no HTTP, headers without end, a
 * sender who takes too long. They are answered like every other failure, and nothing of what was sent comes back.
 * Called by server.ts.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ERRORS } from '../core/errors.ts';
import { contentSecurityPolicy, fixedHeaders, type PageSecurity } from './page-security.ts';

const BODY = JSON.stringify({
  code: 'INPUT_INVALID',
  message: ERRORS.INPUT_INVALID.message,
  detail: 'the request is not readable',
});
const JSON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(Buffer.byteLength(BODY)),
  'cache-control': 'no-store',
};

/** Hooks do not run for an address that the router cannot decode, so the headers come along. */
export const undecodableAnswer = (security: PageSecurity, hostname: string) => ({
  status: ERRORS.INPUT_INVALID.status,
  headers: {
    ...fixedHeaders(security),
    ...JSON_HEADERS,
    'content-security-policy': contentSecurityPolicy(security, hostname),
  },
  body: BODY,
});

const STATUS_BY_CODE: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** There is no request yet: the answer is written on the bare socket, which is closed behind it. */
export function answerNoHttp(security: PageSecurity) {
  const headers = { ...fixedHeaders(security), ...JSON_HEADERS, connection: 'close' };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const status = STATUS_BY_CODE[error.code ?? ''] ?? 400;
    if (socket.writable) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${BODY}`);
    socket.destroySoon();
  };
}
