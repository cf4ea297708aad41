/**
 * Links by which a contractor unit's drivers enter their vehicles. A link is sealed under the master key (security/gm.ts: SM4 and
 * HMAC-SM3 under keys derived from it), so none can be made up, what it says shows to nobody, and it outlives a change of the key.
 * Whether it still stands is the table's matter (vehicle_entry_link).
 */
import { randomBytes } from 'node:crypto';
import type { Sealer } from './gm.ts';

export interface VehicleEntryLink {
  readonly companyCode: string;
  /** Of its row; random. */
  readonly linkId: string;
  readonly issuedAtMs: number;
  readonly endsAtMs: number;
}

const CONTEXT = 'vehicle entry link';
const TOKEN = /^[\w.-]{1,512}$/;
const ID_BYTES = 12;

export const newLinkId = (): string => randomBytes(ID_BYTES).toString('base64url');

/** Letters of an address that need no escape. */
export const sealLink = (sealer: Sealer, { companyCode, linkId, issuedAtMs, endsAtMs }: VehicleEntryLink): string =>
  sealer.seal(JSON.stringify([companyCode, linkId, issuedAtMs, endsAtMs]), CONTEXT);

/** null: not made here, or over at `nowMs`. */
export function openLink(sealer: Sealer, token: string, nowMs: number): VehicleEntryLink | null {
  if (!TOKEN.test(token)) return null;
  let plain: string;
  try {
    plain = sealer.open(token, CONTEXT);
  } catch {
    return null;
  }
  const [companyCode, linkId, issuedAtMs, endsAtMs] = JSON.parse(plain) as [string, string, number, number];
  return endsAtMs > nowMs ? { companyCode, linkId, issuedAtMs, endsAtMs } : null;
}
