/** Answers of the vendor interface: status, headers and JSON body, before any HTTP library sees them. */
import { ERRORS, type ErrorCode } from '../core/errors.ts';
import { type BatchResult, type KeptSos, marksOf } from './batch-result.ts';

export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'] as const;

export const jsonAnswer = (status: number, body: unknown): Answer => ({
  status,
  headers: [JSON_TYPE],
  body: JSON.stringify(body),
});

/** `retryAfterS` makes the Retry-After header; codes that ask for one must be given it. */
export function errorAnswer(
  code: ErrorCode,
  options: { readonly detail?: string | undefined; readonly retryAfterS?: number; readonly kept?: KeptSos | null } = {},
): Answer {
  const { status, message } = ERRORS[code];
  const { detail, retryAfterS, kept } = options;
  return {
    status,
    headers: retryAfterS === undefined ? [JSON_TYPE] : [JSON_TYPE, ['Retry-After', String(retryAfterS)]],
    body: JSON.stringify({ code, message, ...(detail === undefined ? {} : { detail }), ...kept }),
  };
}

/** A batch that came as a request. */
export function batchAnswer(result: BatchResult): Answer {
  if (result.ok) {
    const { batchId, accepted, rejected } = result;
    return jsonAnswer(200, { batch_id: batchId, accepted, rejected, ...marksOf(result) });
  }
  const { code, detail, retryAfterS, keptSos } = result;
  return errorAnswer(code, { detail, kept: keptSos, ...(retryAfterS === undefined ? {} : { retryAfterS }) });
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const statusLine = (status: number): string => `${status} ${STATUS_TEXT[status] ?? 'Status'}`;
