/**
 * Permits held against what the company said beforehand: the day's safety commitment (安全承诺公告, 应急〔2018〕74号) by kind and level, and the booking
 * (预约, AQ 3064.2-2025 5.3.1), a day ahead or as urgent on the day.
 */
import { parkDayNumber, parkMidnightMs } from '../../core/park-time.ts';
import type { FactWord } from '../../standard/fact-words.ts';
import type { PermitState } from '../../stream/protocol/permit-merge.ts';
import type { Finding, HeardBooking, Judge, JudgeContext } from './finding.ts';
import { fact, instantFact, MINUTE_MS, type Work, wordFact, workFact, workOf } from './work.ts';

const DAY_MS = 86_400_000;

export const judgeDeclarations: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  if (!work.isIssued || context.duty === null) return [];
  return [...notDeclared(permit, context, work), ...notBooked(context, work)];
};

/**
 * Held against the commitment of each day on which work goes on. One declared place may have several permits in turn, so the open ones
 * are counted. A commitment comes in the morning: that there is none at all is said from the hour on by which the park awaits it.
 */
function notDeclared(permit: PermitState, context: JudgeContext, work: Work): Finding[] {
  const { nowMs } = context;
  const { workCode = '', baseWorkCode } = permit.fields;
  if (!work.isGoingOn) return [];
  const today = parkMidnightMs(parkDayNumber(nowMs));
  context.again(today + DAY_MS);
  const onsetAtMs = Math.max(work.onSinceMs ?? today, today);
  const what = workFact('missing', workCode);
  const commitment = context.commitment(nowMs);
  if (commitment === null) {
    const dueAtMs = today + context.settings.declaredByMinute * MINUTE_MS;
    if (nowMs < dueAtMs) {
      context.again(dueAtMs);
      return [];
    }
    const facts = [wordFact('reason', 'no-commitment'), instantFact('dueAt', dueAtMs), what];
    return [declared(Math.max(onsetAtMs, dueAtMs), facts)];
  }
  // One that was upgraded may have been declared under its grade before.
  const places = (commitment.places[workCode] ?? 0) + upgradedPlaces(workCode, baseWorkCode ?? null, commitment.places);
  if (places === 0) return [declared(onsetAtMs, [wordFact('reason', 'kind-not-committed'), what])];
  const open = context.permitsOfDay(workCode, nowMs).filter((one) => workOf(one, nowMs).isGoingOn);
  const place = open.findIndex(({ permitId }) => permitId === permit.permitId) + 1;
  if (place <= places) return [];
  return [
    declared(onsetAtMs, [
      wordFact('reason', 'more-than-committed'),
      what,
      fact('count', open.length, 'number', places),
    ]),
  ];
}

const upgradedPlaces = (code: string, baseCode: string | null, places: Readonly<Record<string, number>>): number =>
  baseCode === null || baseCode === code ? 0 : (places[baseCode] ?? 0);

const declared = (onsetAtMs: number, facts: Finding['facts']): Finding => ({
  rule: 'not-declared',
  about: '',
  onsetAtMs,
  facts,
});

/** Said for a day after the issue: bookings are kept no longer than the work that was booked. */
function notBooked(context: JudgeContext, { issuedAtMs }: Work): Finding[] {
  const untilMs = issuedAtMs + DAY_MS;
  if (context.nowMs >= untilMs) return [];
  const booking = context.booking();
  const why = booking === null ? (context.hasActivity ? null : 'not-booked') : bookingFault(booking);
  if (why === null) return [];
  context.again(untilMs);
  const booked = booking === null ? [] : [instantFact('appliedAt', booking.bookedAtMs)];
  return [
    {
      rule: 'not-booked',
      about: '',
      onsetAtMs: issuedAtMs,
      facts: [wordFact('reason', why), ...booked, instantFact('issuedAt', issuedAtMs)],
    },
  ];
}

function bookingFault({ state, isUrgent, bookedAtMs, fromMs }: HeardBooking): FactWord | null {
  if (state === 'cancelled') return 'booking-cancelled';
  if (state === 'returned') return 'booking-returned';
  return isUrgent || parkDayNumber(bookedAtMs) < parkDayNumber(fromMs) ? null : 'booked-late';
}
