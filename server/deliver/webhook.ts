/** Channel webhook: JSON to one of the configured receivers. A 2xx of theirs says that they have it. */
import type { Clock } from '../../core/clock.ts';
import type { DeliveryChannel } from './channel.ts';
import type { WebhookConfig } from './config.ts';
import { post } from './http-post.ts';
import { signed } from './signature.ts';

export const createWebhook = (receivers: Readonly<Record<string, WebhookConfig>>, clock: Clock): DeliveryChannel => ({
  name: 'webhook',
  send: ({ deliveryId, address, subject, body: text, facts }, signal) => {
    const receiver = Object.hasOwn(receivers, address) ? receivers[address] : undefined;
    if (receiver === undefined) return Promise.resolve({ outcome: 'failed', detail: 'no such webhook' });
    const body = JSON.stringify({ deliveryId, subject, text, ...facts });
    const signature = signed(receiver.signature, receiver.secret, { deliveryId, body, atMs: clock.nowMs() });
    const headers = { 'content-type': 'application/json', ...signature };
    return post(receiver.url, { body, headers }, 'delivered', signal);
  },
});
