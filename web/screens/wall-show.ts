/** What an operator puts on the wall: what is chosen at the desk, by names that hold on every page of the park. Pure. */
import type { WallShow } from '../../core/wall-api.ts';
import type { OpenCard } from '../cards/card-room.ts';

export type { WallShow };

export const NOTHING_SHOWN: WallShow = { alarmId: null, person: null, permitKey: null, card: null, companyCode: null };

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const isIndex = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

/** From another page, perhaps of another version: what it does not know is left out. null: no such thing at all. */
export function parseWallShow(sent: unknown): WallShow | null {
  if (typeof sent !== 'object' || sent === null) return null;
  const { alarmId, person, permitKey, card, companyCode } = sent as Record<string, unknown>;
  return {
    alarmId: textOrNull(alarmId),
    person: personOf(person),
    permitKey: textOrNull(permitKey),
    card: cardOf(card),
    companyCode: textOrNull(companyCode),
  };
}

function personOf(sent: unknown): WallShow['person'] {
  if (typeof sent !== 'object' || sent === null) return null;
  const { slot, generation } = sent as Record<string, unknown>;
  return isIndex(slot) && isIndex(generation) ? { slot, generation } : null;
}

function cardOf(sent: unknown): OpenCard | null {
  if (typeof sent !== 'object' || sent === null) return null;
  const { kind, companyCode, key } = sent as Record<string, unknown>;
  if (kind === 'company' && typeof companyCode === 'string') return { kind, companyCode };
  return kind === 'area' && typeof key === 'string' ? { kind, key } : null;
}
