/** What a file is, by its first bytes. Types that a browser might run are none of them. */
const STARTS: readonly (readonly [mediaType: string, at: number, bytes: readonly number[] | string])[] = [
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/webp', 8, 'WEBP'],
  ['application/pdf', 0, '%PDF-'],
  ['video/mp4', 4, 'ftyp'],
  /** Word and Excel files too. */
  ['application/zip', 0, [0x50, 0x4b, 0x03, 0x04]],
];

/** null: none that is taken. */
export const mediaTypeOf = (file: Uint8Array): string | null =>
  STARTS.find(([, at, start]) => {
    const bytes = typeof start === 'string' ? [...start].map((letter) => letter.charCodeAt(0)) : start;
    return bytes.every((byte, n) => file[at + n] === byte);
  })?.[0] ?? null;
