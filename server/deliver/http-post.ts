/** POST to an address of the configuration, never to one that came with data, and never on to where it redirects. */
import type { Outcome } from './channel.ts';

const TIMEOUT_MS = 10_000;

/** `ok` is the outcome of a 2xx. Throws on what may be better later: no answer, 408, 429, 5xx. */
export async function post(
  url: string,
  init: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  ok: Outcome['outcome'],
  signal: AbortSignal,
): Promise<Outcome> {
  const { body, headers } = init;
  const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal: within });
  await answer.body?.cancel();
  const { status } = answer;
  if (answer.ok) return { outcome: ok, detail: `HTTP ${status}` };
  if (status === 408 || status === 429 || status >= 500) throw new Error(`HTTP ${status}`);
  return { outcome: 'failed', detail: `HTTP ${status}` };
}
