/**
 * Work of today that has no permit yet, as the map shows it: what was booked with the park and what suppliers reported as activities
 * (AQ 3064.2-2025 5.12). One that a permit was issued for is shown by its permit.
 */

import { isSame } from '../../alarms/life-cycle.ts';
import type { HeardBooking } from '../../alarms/permits/finding.ts';
import { parkDayNumber } from '../../core/park-time.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import { startedAtMs } from '../../stream/protocol/permit-merge.ts';
import type { ActivityRecord, BookingView } from '../../stream/protocol/permits.ts';
import type { Park } from '../park.ts';

interface Days {
  readonly from: number;
  readonly to: number;
}

const fromMsOf = (state: PermitState): number =>
  startedAtMs(state) ??
  state.fields.validFromMs ??
  state.fields.plannedFromMs ??
  state.fields.issuedAtMs ??
  state.firstReceivedAtMs;
const toMsOf = (state: PermitState): number =>
  state.fields.endedAtMs ?? state.fields.validToMs ?? state.fields.plannedToMs ?? fromMsOf(state);

/** Days of the park on which its work goes on, as far as the permit says. */
export function daysOf(state: PermitState): Days {
  const from = parkDayNumber(fromMsOf(state));
  return { from, to: Math.max(from, parkDayNumber(toMsOf(state))) };
}

/**
 * The booking that a permit was issued for: the one whose number it names, else one of its kind and level whose time it shares, at the
 * same site first, then the earliest.
 */
export function bookingOf(state: PermitState, bookings: readonly HeardBooking[]): HeardBooking | null {
  const { activityId, number, workCode, baseWorkCode, site } = state.fields;
  const named = bookings.find((one) => one.number === activityId || one.number === number);
  if (named !== undefined) return named;
  const fromMs = fromMsOf(state);
  const toMs = toMsOf(state);
  const alike = bookings.filter(
    (one) =>
      one.state !== 'cancelled' &&
      one.state !== 'returned' &&
      (one.workCode === workCode || one.workCode === baseWorkCode) &&
      one.fromMs <= toMs &&
      fromMs <= one.toMs,
  );
  const order = (one: HeardBooking): number => (one.site === site ? 0 : 1);
  alike.sort((a, b) => order(a) - order(b) || a.fromMs - b.fromMs || (a.number < b.number ? -1 : 1));
  return alike[0] ?? null;
}

const keyOf = ({ from, companyCode, id }: BookingView): string => `${from}/${companyCode}/${id}`;

/** Of a company, by what its permits, bookings and activities say now. */
export function tellBookings(
  park: Park,
  companyCode: string,
  said: {
    readonly permits: readonly PermitState[];
    readonly bookings: readonly HeardBooking[];
    readonly activities: readonly ActivityRecord[];
  },
  effects: Effect[],
): void {
  const today = parkDayNumber(park.nowMs);
  const isToday = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean =>
    parkDayNumber(fromMs) <= today && today <= parkDayNumber(toMs);
  const permitted = new Set(said.permits.map((state) => bookingOf(state, said.bookings)?.number));
  const underWay = new Set(said.permits.map(({ fields }) => fields.activityId));
  const views = [
    ...said.bookings
      .filter((one) => isToday(one) && one.state !== 'returned' && !permitted.has(one.number))
      .map((one) => bookingView(companyCode, one)),
    ...said.activities
      .filter((one) => isToday(one) && !one.deleted && !underWay.has(one.activityId))
      .map((one) => activityView(one)),
  ];
  const wanted = new Set<string>();
  for (const view of views) {
    const key = keyOf(view);
    wanted.add(key);
    if (!isSame(park.docs.get('booking', key), view)) park.docs.put('booking', key, view, [companyCode], effects);
  }
  for (const view of park.docs.values('booking')) {
    if (view.companyCode === companyCode && !wanted.has(keyOf(view)))
      park.docs.end('booking', keyOf(view), view, effects);
  }
}

const bookingView = (companyCode: string, booking: HeardBooking): BookingView => ({
  from: 'booking',
  companyCode,
  id: booking.number,
  workCode: booking.workCode,
  content: booking.content,
  site: booking.site,
  lng: booking.lng,
  lat: booking.lat,
  fromMs: booking.fromMs,
  toMs: booking.toMs,
  units: booking.unit === '' ? [] : [booking.unit],
  isCancelled: booking.state === 'cancelled',
});

const activityView = (activity: ActivityRecord): BookingView => ({
  from: 'activity',
  companyCode: activity.companyCode,
  id: activity.activityId,
  workCode: activity.workCode,
  content: activity.content,
  site: activity.site,
  lng: activity.lng,
  lat: activity.lat,
  fromMs: activity.fromMs,
  toMs: activity.toMs,
  units: activity.units,
  isCancelled: false,
});
