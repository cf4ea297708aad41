/** Which calm areas are drawn: by the layer of their kind, or by the floor that is chosen. */
import type { AreaView } from '../../stream/protocol/effects.ts';
import type { AreaKind } from '../../stream/protocol/vocabulary.ts';

/** What names no floor goes through all of them. */
export const isAreaShown = (
  { kind, floorNo }: Pick<AreaView, 'kind' | 'floorNo'>,
  chosen: { readonly shownKinds: ReadonlySet<AreaKind | 'other'>; readonly floorNo: string | null },
): boolean =>
  chosen.floorNo === null || floorNo === null || floorNo === ''
    ? chosen.shownKinds.has(kind ?? 'other')
    : floorNo === chosen.floorNo;
