/**
 * JSON shapes of the page on which a driver enters a vehicle by a contractor unit's QR code; conventions as in web-api.ts. No session.
 *
 *   GET  /api/vehicle-entries/:token                     -> VehicleEntryForm
 *   POST /api/vehicle-entries/:token  VehicleEntry       -> VehicleEntryAnswer  (422 INPUT_INVALID with `problems`)
 *
 * 404 NOT_FOUND: a link that is wrong, over or withdrawn, which of them is not said. 429 RATE_LIMITED: wait Retry-After seconds.
 */
import type { FieldDescription, RowValues } from './register-api.ts';

/** First part of the page's address: `#vehicle-entry/<token>`. */
export const VEHICLE_ENTRY_PAGE = 'vehicle-entry';

export interface VehicleEntryForm {
  readonly companyName: string;
  readonly unitName: string;
  /** Until when the link holds, ms. */
  readonly endsAtMs: number;
  readonly fields: readonly FieldDescription[];
}

export interface VehicleEntry {
  readonly values: RowValues;
}

/** The same whether the vehicle was there already. */
export interface VehicleEntryAnswer {
  readonly received: true;
}
