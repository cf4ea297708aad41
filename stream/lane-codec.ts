/** Bytes of the alarm lane's items: msgpack of the effects; sequence and time stand beside them in the stream entry. */
import { pack, unpack } from 'msgpackr';
import type { Effect } from './protocol/effects.ts';

export function encodeEffects(effects: readonly Effect[]): Uint8Array {
  return pack(effects);
}

/** Throws on garbage: only watch writes this lane. */
export function decodeEffects(bytes: Uint8Array): readonly Effect[] {
  return unpack(bytes) as readonly Effect[];
}
