/** Corners of a ground plan as text that is typed or pasted: a corner a line, longitude before latitude, degrees. Pure. */
import { findContact, signedAreaM2 } from '../../geo/ring-check.ts';

export type LngLat = readonly [lng: number, lat: number];

/** 0.1 mm at the equator, more than any survey. */
const DIGITS = 9;

export const cornersText = (corners: readonly LngLat[]): string =>
  corners.map(([lng, lat]) => `${rounded(lng)}, ${rounded(lat)}`).join('\n');

export const rounded = (degrees: number): number => Number(degrees.toFixed(DIGITS));

export type Corners =
  | { readonly ok: true; readonly corners: readonly LngLat[] }
  | { readonly ok: false; readonly line: number };

/** Blank lines are passed over; comma (also the Chinese one), semicolon, tab or blanks part the two. A closing corner is left out. */
export function parseCorners(text: string): Corners {
  const corners: LngLat[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parts = line.trim().split(/[\s,，;；]+/);
    const [lng = Number.NaN, lat = Number.NaN] = parts.map(Number);
    if (parts.length !== 2 || !(Math.abs(lng) <= 180) || !(Math.abs(lat) <= 90)) return { ok: false, line: index + 1 };
    corners.push([lng, lat]);
  }
  const [first] = corners;
  const last = corners.at(-1);
  const isClosed = corners.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return { ok: true, corners: isClosed ? corners.slice(0, -1) : corners };
}

const closed = (corners: readonly LngLat[]): readonly LngLat[] =>
  corners[0] === undefined ? [] : [...corners, corners[0]];

export const areaM2 = (corners: readonly LngLat[]): number =>
  corners.length < 3 ? 0 : Math.abs(signedAreaM2(closed(corners)));

/** true: two of its edges cross, or touch where they are no neighbours. */
export const crossesItself = (corners: readonly LngLat[]): boolean => findContact([closed(corners)]) !== undefined;
