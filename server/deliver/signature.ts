/**
 * Signature of what we post: HMAC over `<timestamp>\n<delivery id>\n<body>`, so that the other side can tell that it is ours, when
 * it was made, and that it came before.
 */
import { createHmac } from 'node:crypto';

export const SIGNATURES = ['sm3', 'sha256'] as const;
export type Signature = (typeof SIGNATURES)[number];

/** The headers of a signed request. */
export function signed(
  algorithm: Signature,
  secret: string,
  { deliveryId, body, atMs }: { readonly deliveryId: string; readonly body: string; readonly atMs: number },
): Record<string, string> {
  const timestamp = String(atMs);
  const mac = createHmac(algorithm, secret).update(`${timestamp}\n${deliveryId}\n${body}`).digest('hex');
  return {
    'x-park-timestamp': timestamp,
    'x-park-signature': `hmac-${algorithm}=${mac}`,
    'idempotency-key': deliveryId,
  };
}
