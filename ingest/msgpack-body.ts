/**
 * MessagePack from strangers. The bytes are walked once before msgpackr sees them: every declared length must be there,
 * nesting and the number of values are bounded, and only what JSON can say (and the timestamp extension) passes. So no
 * body can make the decoder allocate for what it only announces, recurse without end, or run an extension.
 */
import { isUtf8 } from 'node:buffer';
import { Unpackr } from 'msgpackr';
import { err, ok, type Result } from '../core/result.ts';

export const DEPTH_MAX = 32;
/** Keys count too. The largest honest body, outlines of many vertices, has 700,000 in 4 MiB. */
export const VALUES_MAX = 1_000_000;

/** Integers beyond 2^53 lose digits here and then fail the range of every field. Timestamps become Date. */
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

/** The one value that the bytes hold, or what is wrong with them. Never throws. */
export function decodeMsgpack(bytes: Buffer): Result<unknown, string> {
  const problem = new Walk(bytes).problem();
  if (problem !== null) return err(problem);
  try {
    return ok(unpackr.unpack(bytes));
  } catch {
    return err('cannot be decoded');
  }
}

const TIMESTAMP_EXTENSION = -1;

/** What follows a token: so many bytes, or a length of so many bytes and then as much. */
type Form = readonly ['plain' | 'fixed extension' | 'extension' | 'text' | 'array' | 'map', number];

/** Tokens 0xc0 to 0xdf; undefined: not taken. */
const FORMS: readonly (Form | undefined)[] = [
  ...[['plain', 0], undefined, ['plain', 0], ['plain', 0]],
  ...[undefined, undefined, undefined, ['extension', 1], undefined, undefined],
  ...[
    ['plain', 4],
    ['plain', 8],
    ['plain', 1],
    ['plain', 2],
    ['plain', 4],
    ['plain', 8],
  ],
  ...[
    ['plain', 1],
    ['plain', 2],
    ['plain', 4],
    ['plain', 8],
  ],
  ...[undefined, undefined, ['fixed extension', 4], ['fixed extension', 8], undefined],
  ...[
    ['text', 1],
    ['text', 2],
    ['text', 4],
    ['array', 2],
    ['array', 4],
    ['map', 2],
    ['map', 4],
  ],
] as readonly (Form | undefined)[];

/** Walks values without recursion: `#open` has, for each open container, how many values it still waits for. */
class Walk {
  readonly #bytes: Buffer;
  readonly #open = new Uint32Array(DEPTH_MAX);
  /** Which of the open containers are maps: there every second value is a key, and keys must be strings. */
  readonly #isMap = new Uint8Array(DEPTH_MAX);
  #depth = 0;
  #at = 0;
  #problem: string | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  problem(): string | null {
    let values = 0;
    do {
      if (this.#at >= this.#bytes.length) return 'ends too early';
      if (++values > VALUES_MAX) return `holds more than ${VALUES_MAX} values`;
      if (this.#depth > 0) {
        const left = this.#open[this.#depth - 1] ?? 0;
        if (this.#isMap[this.#depth - 1] === 1 && left % 2 === 0 && !isString(this.#bytes[this.#at] ?? 0))
          return `has a key that is no string, at byte ${this.#at}`;
        this.#open[this.#depth - 1] = left - 1;
      }
      this.#value();
      if (this.#problem !== null) return this.#problem;
      while (this.#depth > 0 && this.#open[this.#depth - 1] === 0) this.#depth--;
    } while (this.#depth > 0);
    return this.#at === this.#bytes.length ? null : `goes on after its value, at byte ${this.#at}`;
  }

  #value(): void {
    const token = this.#bytes[this.#at++] ?? 0;
    if (token < 0x80 || token >= 0xe0) return;
    if (token < 0x90) this.#enter(token & 0x0f, true);
    else if (token < 0xa0) this.#enter(token & 0x0f, false);
    else if (token < 0xc0) this.#text(token & 0x1f);
    else this.#take(FORMS[token - 0xc0]);
  }

  #take(form: Form | undefined): void {
    if (form === undefined) {
      this.#problem ??= `holds binary data or an extension, at byte ${this.#at - 1}`;
      return;
    }
    const [what, bytes] = form;
    if (what === 'plain') this.#skip(bytes);
    else if (what === 'fixed extension') this.#extension(bytes);
    else if (what === 'extension') this.#extension(this.#length(bytes));
    else if (what === 'text') this.#text(this.#length(bytes));
    else this.#enter(this.#length(bytes), what === 'map');
  }

  #length(bytes: number): number {
    const at = this.#at;
    this.#skip(bytes);
    return this.#problem === null ? this.#bytes.readUIntBE(at, bytes) : 0;
  }

  #skip(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#bytes.length) this.#problem ??= 'ends too early';
  }

  /** UTF-8, as JSON must be; a text of another encoding would become one of replacement marks. */
  #text(length: number): void {
    const start = this.#at;
    this.#skip(length);
    if (this.#problem !== null) return;
    const bytes = this.#bytes;
    for (let at = start; at < this.#at; at++) {
      if ((bytes[at] ?? 0) < 0x80) continue;
      if (!isUtf8(bytes.subarray(at, this.#at))) this.#problem = `holds a text that is not UTF-8, at byte ${start}`;
      return;
    }
  }

  /** Type and 4, 8 or 12 bytes of a timestamp. */
  #extension(length: number): void {
    const start = this.#at;
    this.#skip(1 + length);
    if (this.#problem !== null) return;
    const isTimestamp = this.#bytes.readInt8(start) === TIMESTAMP_EXTENSION;
    if (!isTimestamp || (length !== 4 && length !== 8 && length !== 12))
      this.#problem = `holds an extension, at byte ${start}`;
  }

  #enter(count: number, isMap: boolean): void {
    const values = isMap ? 2 * count : count;
    if (this.#problem !== null || values === 0) return;
    // Each value has a byte at least.
    if (values > this.#bytes.length - this.#at) this.#problem = 'ends too early';
    else if (this.#depth === DEPTH_MAX) this.#problem = `is nested deeper than ${DEPTH_MAX}`;
    else {
      this.#open[this.#depth] = values;
      this.#isMap[this.#depth] = isMap ? 1 : 0;
      this.#depth++;
    }
  }
}

const isString = (token: number): boolean => (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb);
