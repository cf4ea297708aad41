/** The channels that are configured. `page` is none of them: the engine's own lane carries it. */
import type { Clock } from '../../core/clock.ts';
import type { DeliveryChannel } from './channel.ts';
import type { DeliveryConfig } from './config.ts';
import { createEmail } from './email.ts';
import { createSms } from './sms.ts';
import { createWebhook } from './webhook.ts';

export const createChannels = ({ smtp, sms, webhooks }: DeliveryConfig, clock: Clock): DeliveryChannel[] => [
  ...(smtp === null ? [] : [createEmail(smtp)]),
  ...(sms === null ? [] : [createSms(sms, clock)]),
  ...(Object.keys(webhooks).length === 0 ? [] : [createWebhook(webhooks, clock)]),
];
