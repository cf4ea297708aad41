/**
 * A multipart/form-data body (RFC 7578) with one file to a record: texts by their names, the file as UploadedFile. Nothing here
 * throws, whatever the bytes are. Written here because what uWebSockets.js brings reads neither a quoted boundary nor a quoted
 * quotation mark, and senders in C# and Java write both.
 */
import { isUtf8 } from 'node:buffer';
import { err, ok, type Result } from '../core/result.ts';
import type { BodyProblem } from './parse-body.ts';

/** As it was sent; what it is is known by its content alone (validate/attachments.ts). */
export class UploadedFile {
  /** Without any path; '' when the sender names none. */
  readonly name: string;
  /** What the part says that it is; '' when it says nothing. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  constructor(name: string, mediaType: string, bytes: Uint8Array) {
    this.name = name;
    this.mediaType = mediaType;
    this.bytes = bytes;
  }

  /** For the list of refusals, which shows values as JSON: not the bytes. */
  toJSON(): string {
    return `${this.name} (${this.bytes.length} bytes)`;
  }
}

const PARTS_MAX = 32;
const HEADERS_MAX_BYTES = 8 * 1024;
const TEXT_MAX_BYTES = 4 * 1024;
const CRLF = '\r\n';

const unreadable = (detail: string): Result<never, BodyProblem> => err({ code: 'BODY_UNREADABLE', detail });

/** null: it is no form. */
export function boundaryOf(contentType: string): string | null {
  const { value, parameters } = headerOf(contentType);
  const boundary = parameters.get('boundary') ?? '';
  return value === 'multipart/form-data' && /^[\x20-\x7e]{1,70}$/.test(boundary) ? boundary : null;
}

/** Names and values of the parts; the file is under the name of its part. */
export function parseForm(body: Buffer, boundary: string): Result<Record<string, unknown>, BodyProblem> {
  const values = new Map<string, unknown>();
  const delimiter = `--${boundary}`;
  // Whatever stands before the first delimiter says nothing.
  let at = body.subarray(0, delimiter.length).equals(Buffer.from(delimiter)) ? 0 : body.indexOf(CRLF + delimiter);
  if (at < 0) return unreadable('the body has no part under the boundary of its Content-Type');
  if (at > 0) at += CRLF.length;
  for (let n = 0; n <= PARTS_MAX; n++) {
    const lineEnd = body.indexOf(CRLF, at);
    const rest = body.toString('latin1', at + delimiter.length, lineEnd < 0 ? body.length : lineEnd).trim();
    if (rest === '--') return ok(Object.fromEntries(values));
    if (rest !== '' || lineEnd < 0) return unreadable('a boundary is followed by something else than a part');
    const headersEnd = body.subarray(lineEnd, lineEnd + HEADERS_MAX_BYTES).indexOf(CRLF + CRLF);
    if (headersEnd < 0) return unreadable('the headers of a part do not end');
    const from = lineEnd + headersEnd + 2 * CRLF.length;
    const next = body.indexOf(CRLF + delimiter, from - CRLF.length);
    if (next < 0) return unreadable('the last part does not end');
    const problem = addPart(
      values,
      body.subarray(lineEnd, lineEnd + headersEnd),
      body.subarray(from, Math.max(next, from)),
    );
    if (problem !== null) return unreadable(problem);
    at = next + CRLF.length;
  }
  return unreadable(`the form has more than ${PARTS_MAX} parts`);
}

/** null: it is in. */
function addPart(values: Map<string, unknown>, headerBytes: Buffer, content: Buffer): string | null {
  if (!isUtf8(headerBytes)) return 'the headers of a part are not UTF-8';
  const headers = new Map(
    headerBytes
      .toString('utf8')
      .split(CRLF)
      .map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1)]),
  );
  const { value, parameters } = headerOf(headers.get('content-disposition') ?? '');
  const name = parameters.get('name');
  if (value !== 'form-data' || name === undefined) return 'a part does not say which field it is';
  if (values.has(name)) return `the form has "${name.slice(0, 64)}" twice`;
  const fileName = parameters.get('filename*') ?? parameters.get('filename');
  if (fileName !== undefined) {
    if ([...values.values()].some((other) => other instanceof UploadedFile)) return 'the form has two files';
    values.set(name, new UploadedFile(baseName(fileName), headerOf(headers.get('content-type') ?? '').value, content));
    return null;
  }
  if (content.length > TEXT_MAX_BYTES || !isUtf8(content)) return `"${name.slice(0, 64)}" is no short text in UTF-8`;
  values.set(name, content.toString('utf8'));
  return null;
}

/** `form-data; name="FILE"; filename="票.pdf"`: the value in lower case, parameters by lower-case name. */
function headerOf(text: string): { readonly value: string; readonly parameters: ReadonlyMap<string, string> } {
  const [value = ''] = text.split(';', 1);
  const parameters = new Map<string, string>();
  const PARAMETER = /;\s*([A-Za-z0-9*_-]{1,32})=(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g;
  for (const [, name = '', quoted, plain = ''] of text.matchAll(PARAMETER)) {
    const said = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, '$1');
    parameters.set(name.toLowerCase(), name.endsWith('*') ? decodedOf(said) : said);
  }
  return { value: value.trim().toLowerCase(), parameters };
}

/** RFC 5987: `UTF-8''%e7%a5%a8.pdf`. */
function decodedOf(text: string): string {
  try {
    return decodeURIComponent(text.replace(/^utf-8'[^']*'/i, ''));
  } catch {
    return '';
  }
}

const NAME_MAX = 128;
/** Of a path the last step; for people to read, never to open a file by. */
const baseName = (fileName: string): string =>
  [...(fileName.split(/[/\\]/).at(-1) ?? '').replace(/\p{Cc}|\p{Surrogate}/gu, '').trim()].slice(-NAME_MAX).join('');
