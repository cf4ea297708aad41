/** What a wall does about a picture that does not come: nobody is there to press. Pure. */
import type { Health } from '../live/connection-health.ts';

/** The connection tries by itself before that. */
export const LOST_FOR_MS = 60_000;
/** A page that helps nothing is not loaded over and over. */
export const BETWEEN_RELOADS_MS = 120_000;
/** Before a sign-in ends somebody has to be told while there is time. */
export const ENDING_MS = 30 * 60_000;

export interface WallState {
  readonly health: Health;
  /** How long it has been lost or ended; 0: it is not. */
  readonly goneForMs: number;
  readonly sinceLoadMs: number;
}

/** `reload`: the page anew, with the scripts that the server has by now. */
export function wallRemedy({ health, goneForMs, sinceLoadMs }: WallState): 'wait' | 'reload' {
  if (sinceLoadMs < BETWEEN_RELOADS_MS) return 'wait';
  if (health === 'ended') return 'reload';
  return health === 'lost' && goneForMs >= LOST_FOR_MS ? 'reload' : 'wait';
}
