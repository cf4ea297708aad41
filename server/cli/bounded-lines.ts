/**
 * Lines of a text stream in bounded memory, whatever comes: a line that is too long is reported and passed over instead
 * of being collected. Lines end with LF, CR LF or CR. Called by the commands that read files of others.
 */
import { StringDecoder } from 'node:string_decoder';

/** null: a line longer than the limit. */
export type Line = string | null;

export async function* boundedLines(
  input: AsyncIterable<string | Uint8Array>,
  maxLength: number,
): AsyncGenerator<Line, undefined, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  let endedWithCr = false;
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    let from = endedWithCr && text.startsWith('\n') ? 1 : 0;
    if (text !== '') endedWithCr = text.endsWith('\r');
    END_OF_LINE.lastIndex = from;
    for (let end = END_OF_LINE.exec(text); end !== null; end = END_OF_LINE.exec(text)) {
      const line = rest + text.slice(from, end.index);
      yield isTooLong || line.length > maxLength ? null : line;
      rest = '';
      isTooLong = false;
      from = END_OF_LINE.lastIndex = end.index + end[0].length;
    }
    rest += text.slice(from);
    if (rest.length > maxLength) {
      isTooLong = true;
      rest = '';
    }
  }
  rest += decoder.end();
  if (isTooLong || rest.length > maxLength) yield null;
  else if (rest !== '') yield rest;
}

const END_OF_LINE = /\r\n|\n|\r/g;
