/** The admin server's HTTP interface (core/web-api.ts) as typed calls. The session is a cookie; nothing is kept here. */
import type { SignInAnswer } from '../../core/account-api.ts';
import type { FieldProblem } from '../../core/register-api.ts';
import type {
  LiveTicket,
  PasswordChange,
  PersonCard,
  SessionInfo,
  SignInRequest,
  TrackAnswer,
  WebSettings,
} from '../../core/web-api.ts';
import type { PersonView } from '../../stream/protocol/effects.ts';

/** `code` is one of core/errors.ts, or UNREACHABLE when no answer came. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** The server's words on what is wrong; '' where it had none. */
  readonly detail: string;
  /** Of values that were refused, one a field. */
  readonly problems: readonly FieldProblem[];
  constructor(
    code: string,
    status: number,
    detail = '',
    options: ErrorOptions & { readonly problems?: readonly FieldProblem[] } = {},
  ) {
    super(code, options);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.problems = options.problems ?? [];
  }
}

/** What is done when an answer says that nobody is signed in any more. What was being written stays: writes only fail. */
let onSignedOut = (): void => undefined;
export const whenSignedOut = (act: () => void): void => {
  onSignedOut = act;
};

export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, method === 'GET' ? undefined : (body ?? {}));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** What is not JSON, as it comes. */
export const requestRaw = (path: string, signal?: AbortSignal): Promise<Response> =>
  send('GET', path, undefined, signal);

/** An answer of one JSON value a line, each told as it comes. Resolves at its end; an aborted one resolves too. */
export async function requestLines<T>(
  path: string,
  body: unknown,
  onLine: (line: T) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const response = await send('POST', path, body, signal);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) {
      const lines = (rest + chunk.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onLine(JSON.parse(line) as T);
    }
    if (rest !== '') onLine(JSON.parse(rest) as T);
  } catch (reason) {
    if (!signal.aborted) throw reason;
  }
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, headers: { Accept: 'application/json' }, credentials: 'same-origin' };
  if (signal !== undefined) init.signal = signal;
  if (method !== 'GET') {
    // A form of another site cannot send this header, so it cannot write.
    init.headers = { ...init.headers, 'X-Requested-With': 'park', 'Content-Type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  return answerOf(method, path, init);
}

async function answerOf(method: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    throw new ApiError('UNREACHABLE', 0, '', { cause });
  }
  if (response.ok) return response;
  const error = await errorOf(response);
  if (response.status === 401 && method === 'GET' && path !== SESSION) onSignedOut();
  throw error;
}

/** A file as it is; its name goes in a header, percent-encoded. */
export const sendFile = async <T>(path: string, file: File): Promise<T> => {
  const init: RequestInit = {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      'X-Requested-With': 'park',
      'Content-Type': 'application/octet-stream',
      'X-File-Name': encodeURIComponent(file.name),
    },
    credentials: 'same-origin',
    body: file,
  };
  const response = await answerOf('POST', path, init);
  return (await response.json()) as T;
};

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null && 'code' in body) {
      const { code, detail, message, problems } = body as Record<string, unknown>;
      const words = wordsOf(detail) ?? wordsOf(message) ?? '';
      return new ApiError(String(code), response.status, words, {
        problems: Array.isArray(problems) ? (problems as FieldProblem[]) : [],
      });
    }
  } catch {
    // A proxy's own error page: the status says enough.
  }
  return new ApiError(response.status >= 502 ? 'UNREACHABLE' : `HTTP_${response.status}`, response.status);
}

function wordsOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? undefined : JSON.stringify(value);
}

/** How the server finds a person: by PERSON_ID, else by card. null: neither is known. */
export function personKey(person: PersonView): string | null {
  if (person.personId !== null) return person.personId;
  return person.cardNo === null ? null : `card:${person.cardNo}`;
}

const SESSION = '/api/session';

export const api = {
  settings: () => request<WebSettings>('GET', '/api/settings'),
  session: () => request<SessionInfo>('GET', SESSION),
  signIn: (body: SignInRequest) => request<SignInAnswer>('POST', SESSION, body),
  signOut: () => request<void>('DELETE', SESSION),
  changePassword: (body: PasswordChange) => request<SessionInfo>('POST', '/api/password', body),
  liveTicket: () => request<LiveTicket>('POST', '/api/live-ticket'),
  person: (companyCode: string, key: string) =>
    request<PersonCard>('GET', `/api/people/${encodeURIComponent(companyCode)}/${encodeURIComponent(key)}`),
  /** Audited with its reason. */
  track(
    person: { readonly companyCode: string; readonly key: string },
    span: { readonly fromMs: number; readonly toMs: number },
    toleranceM: number,
    reason: string,
  ): Promise<TrackAnswer> {
    const query = new URLSearchParams({
      people: person.key,
      company: person.companyCode,
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      tolerance_m: String(toleranceM),
      reason,
    });
    return request<TrackAnswer>('GET', `/api/tracks?${query}`);
  },
};
