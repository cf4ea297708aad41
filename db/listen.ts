/** Notifications of PostgreSQL as a wake-up: a hint that something is there, never the only way to learn of it. */
import { pause } from '../core/pause.ts';
import { type Pool, withClient } from './pool.ts';

const AGAIN_AFTER_MS = 1_000;

/**
 * Calls `wake` with the payload of each notification on the channel, and with null whenever it begins to listen (what came before
 * went unheard). A lost connection is made again. Takes one connection of the pool until `signal` aborts.
 */
export async function listen(
  pool: Pool,
  channel: string,
  wake: (payload: string | null) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await withClient(pool, async (client) => {
      client.on('notification', ({ payload }) => wake(payload ?? ''));
      await client.query(`LISTEN ${channel}`);
      wake(null);
      await new Promise<void>((resolve) => {
        client.once('error', () => resolve());
        client.once('end', () => resolve());
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }).catch(() => {});
    await pause(AGAIN_AFTER_MS, signal);
  }
}
