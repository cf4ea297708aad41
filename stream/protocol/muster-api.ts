/**
 * JSON shapes of musters (紧急集合), standing and over; conventions as in web-api.ts. Declaring, confirming and ending are acts of the live
 * socket (stream/protocol/acts.ts).
 *
 *   GET  /api/musters?before=&limit=        -> {musters: Muster[]}   newest first; `before`: `<declaredAtMs>.<musterId>` of the last
 *   GET  /api/musters/:musterId             -> MusterReport          404 NOT_FOUND: none in scope
 *   POST /api/musters/:musterId/phones {people} -> MusterPhones      of a real one that stands, of those of `people` who are missing; in a
 *                                              drill the companies' alone. On record. 403 EMERGENCY_OVER: it has ended
 * operator, park: all; companies: their own people and numbers.
 */
import type { EmergencyAnswer } from '../../core/emergency-api.ts';
import type { Muster } from './muster.ts';

export interface MusterReport {
  /** Of everybody, for a company of its own people. */
  readonly muster: Muster;
  /** The same for each company in scope. */
  readonly companies: readonly Muster[];
  readonly companyNames: Readonly<Record<string, string>>;
}

export interface MusterPhones {
  readonly people: readonly {
    readonly companyCode: string;
    /** musterPersonId() */
    readonly id: string;
    /** In clear; null: none is known. */
    readonly mobile: string | null;
  }[];
  readonly companies: EmergencyAnswer['companies'];
}
/** Asked for at once. */
export const MUSTER_PHONES_MAX = 50;
