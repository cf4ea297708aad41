import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedLines } from './bounded-lines.ts';

async function* parts(...texts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* texts;
}
async function linesOf(texts: (string | Uint8Array)[], maxLength = 100): Promise<(string | null)[]> {
  const lines: (string | null)[] = [];
  for await (const line of boundedLines(parts(...texts), maxLength)) lines.push(line);
  return lines;
}

describe('boundedLines', () => {
  it('[SET-33] ends lines with LF, CR LF and CR, also between two parts', async () => {
    expect(await linesOf(['a\nb\r', '\nc\rd', '', '\n\ne'])).toEqual(['a', 'b', 'c', 'd', '', 'e']);
    expect(await linesOf([])).toEqual([]);
  });

  it('[SET-33] reads characters whose bytes come apart', async () => {
    const bytes = Buffer.from('园区\n');
    expect(await linesOf([bytes.subarray(0, 1), bytes.subarray(1, 5), bytes.subarray(5)])).toEqual(['园区']);
  });

  it('[SET-33] passes over a line that is too long and goes on behind it', async () => {
    const long = 'x'.repeat(60);
    expect(await linesOf(['a\n', long, long, '\nb\n', long])).toEqual(['a', null, 'b', long]);
    expect(await linesOf([long, long])).toEqual([null]);
    expect(await linesOf([`${long}${long}\nc`])).toEqual([null, 'c']);
  });

  it('[SET-33] gives the same lines however the text is cut', async () => {
    const text = fc.array(fc.constantFrom('a', '区', '\n', '\r', '\r\n', ''), { maxLength: 30 }).map((t) => t.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(8), { maxLength: 8 }), async (whole, cuts) => {
        const cut: string[] = [];
        let rest = whole;
        for (const at of cuts) {
          cut.push(rest.slice(0, at));
          rest = rest.slice(at);
        }
        const expected = whole.split(/\r\n|\n|\r/);
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf([...cut, rest])).toEqual(expected);
      }),
    );
  });
});
