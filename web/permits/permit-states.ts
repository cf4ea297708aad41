/** How permits and bookings stand, as people speak of a day's work: five groups, each drawn in its own way. Pure. */
import { WORK_KINDS, WORK_TYPES, type WorkKind, type WorkLevel, type WorkType } from '../../standard/special-work.ts';
import type { BookingView, PermitStatus } from '../../stream/protocol/permits.ts';

/** In the order of the layers and boards (AQ 3064.2-2025 5.12). */
export const DAY_STATES = ['booked', 'applied', 'working', 'finished', 'cancelled'] as const;
export type DayState = (typeof DAY_STATES)[number];

/** What stands on the map: a permit by its status, or work that has none yet. */
export type WorkStatus = PermitStatus | 'booked' | 'cancelled';

const STATE_OF: Readonly<Record<WorkStatus, DayState>> = {
  booked: 'booked',
  applied: 'applied',
  issued: 'applied',
  working: 'working',
  paused: 'working',
  accepted: 'finished',
  void: 'cancelled',
  withdrawn: 'cancelled',
  cancelled: 'cancelled',
};
export const dayStateOf = (status: WorkStatus): DayState => STATE_OF[status];

export const bookingStatus = (booking: Pick<BookingView, 'isCancelled'>): WorkStatus =>
  booking.isCancelled ? 'cancelled' : 'booked';

/** The eight kinds of the standard, then general work. */
export const KINDS = [...Object.keys(WORK_KINDS), 'general'] as readonly WorkKind[];

/** A code that the standard does not know is general work. */
export const workOf = (workCode: string): WorkType =>
  (Object.hasOwn(WORK_TYPES, workCode) ? WORK_TYPES[workCode] : WORK_TYPES['90']) as WorkType;

export const kindOf = (workCode: string): WorkKind => workOf(workCode).kind;
export const levelOf = (workCode: string): WorkLevel => workOf(workCode).level;

/** A code that stands for the kind as a whole. */
export const CODE_OF_KIND: Readonly<Record<WorkKind, string>> = {
  fire: '03',
  'confined-space': '70',
  'blind-plate': '50',
  height: '21',
  lifting: '63',
  electricity: '10',
  earth: '30',
  road: '40',
  general: '90',
};
