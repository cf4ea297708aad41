/**
 * Addresses of pictures made here for whoever has no session: systems of vendors (A1.5). A ticket names one camera and ends after some
 * hours; it is sealed, so nobody makes one up, and it opens that camera's live picture and nothing else.
 */
import type { Clock } from '../../core/clock.ts';
import type { Sealer } from '../../security/gm.ts';
import { isCameraCode } from './local-files.ts';

const CONTEXT = 'video ticket';
/** As long as a shift. */
export const TICKET_MS = 12 * 3_600_000;

export const ticketPath = (ticket: string): string => `/api/video-tickets/${ticket}/live.m3u8`;

export const issueTicket = (sealer: Sealer, clock: Clock, code: string): string =>
  sealer.seal(`${code}:${clock.nowMs() + TICKET_MS}`, CONTEXT);

/** The camera; null: no ticket of ours, or over. */
export function cameraOfTicket(sealer: Sealer, clock: Clock, ticket: string): string | null {
  let opened: string;
  try {
    opened = sealer.open(ticket, CONTEXT);
  } catch {
    return null;
  }
  const [code = '', untilMs] = opened.split(':');
  return isCameraCode(code) && Number(untilMs) > clock.nowMs() ? code : null;
}
