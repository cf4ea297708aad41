/** Who is missing, from the lists that the live documents bring: silent ones first, the longest silence before; and who was confirmed by hand. Pure. */
import {
  isMissing,
  MUSTER_STATES,
  type MusterGone,
  type MusterNote,
  type MusterPeople,
} from '../../stream/protocol/muster.ts';

export interface MusterLine {
  readonly companyCode: string;
  /** musterPersonId() */
  readonly id: string;
  /** -1: not in the live picture any more. */
  readonly slot: number;
  readonly isSilent: boolean;
  /** When the state began, epoch ms. */
  readonly sinceMs: number;
  readonly hasEntered: boolean;
  readonly gone: MusterGone | null;
}

export interface ConfirmedLine {
  readonly companyCode: string;
  readonly id: string;
  readonly slot: number;
  readonly name: string | null;
  readonly note: MusterNote;
}

export const lineKey = ({ companyCode, id }: Pick<MusterLine, 'companyCode' | 'id'>): string => `${companyCode}/${id}`;

export function missingLines(pieces: readonly MusterPeople[], declaredAtMs: number): MusterLine[] {
  const lines = pieces.flatMap((piece) =>
    piece.ids.flatMap((id, at): MusterLine[] => {
      const state = MUSTER_STATES[piece.states[at] ?? -1];
      if (state === undefined || !isMissing(state)) return [];
      return [
        {
          companyCode: piece.companyCode,
          id,
          slot: piece.slots[at] ?? -1,
          isSilent: state === 'silent',
          sinceMs: declaredAtMs + (piece.sinceS[at] ?? 0) * 1_000,
          hasEntered: piece.entered[at] === 1,
          gone: piece.gone.find((one) => one.at === at) ?? null,
        },
      ];
    }),
  );
  return lines.sort(
    (a, b) => Number(b.isSilent) - Number(a.isSilent) || a.sinceMs - b.sinceMs || (lineKey(a) < lineKey(b) ? -1 : 1),
  );
}

export const confirmedLines = (pieces: readonly MusterPeople[]): ConfirmedLine[] =>
  pieces
    .flatMap(({ companyCode, ids, slots, notes, gone }) =>
      notes.map((note) => ({
        companyCode,
        id: ids[note.at] ?? '',
        slot: slots[note.at] ?? -1,
        name: gone.find((one) => one.at === note.at)?.name ?? null,
        note,
      })),
    )
    .sort((a, b) => b.note.atMs - a.note.atMs);
