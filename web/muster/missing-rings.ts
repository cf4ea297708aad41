/** Where somebody who is missing was seen last, and the rings round them on the map. Pure. */
import type { PersonView } from '../../stream/protocol/effects.ts';
import { musterSubjectOf } from '../../stream/protocol/muster.ts';
import { lineKey, type MusterLine } from './missing-list.ts';

/** What it reads of the picture. */
export interface SeenPicture {
  isPresent(slot: number): boolean;
  personAt(slot: number): PersonView | null;
  readonly observedAtMs: ArrayLike<number>;
}

export interface MissingRing {
  /** lineKey() */
  readonly key: string;
  readonly name: string;
  /** On the picture, wherever he goes; -1: at `place`. */
  readonly slot: number;
  /** CGCS2000, degrees, of who is not on the picture any more. */
  readonly place: { readonly lng: number; readonly lat: number } | null;
  /** Not heard of: the ring stands where he was last. */
  readonly isSilent: boolean;
  /** Event time of that fix; null: unknown. */
  readonly seenAtMs: number | null;
}

/** Beyond them a map of rings says no more than the list's number. */
export const RINGS_MAX = 2_000;

export const nameOfLine = (line: MusterLine, picture: Pick<SeenPicture, 'personAt'>): string =>
  (line.slot < 0 ? null : picture.personAt(line.slot))?.name || line.gone?.name || musterSubjectOf(line.id).subject;

/** In the order of `lines`; who was never placed has none. */
export function missingRings(lines: readonly MusterLine[], picture: SeenPicture): MissingRing[] {
  return lines.slice(0, RINGS_MAX).flatMap((line): MissingRing[] => {
    const { slot, gone, isSilent } = line;
    const ring = { key: lineKey(line), name: nameOfLine(line, picture), isSilent };
    if (slot >= 0 && picture.isPresent(slot)) {
      return [{ ...ring, slot, place: null, seenAtMs: picture.observedAtMs[slot] ?? null }];
    }
    if (gone?.lng == null || gone.lat === null) return [];
    return [{ ...ring, slot: -1, place: { lng: gone.lng, lat: gone.lat }, seenAtMs: gone.seenAtMs }];
  });
}
