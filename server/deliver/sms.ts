/**
 * Channel SMS: any gateway that takes one HTTP POST for one message. Body and headers are templates of the configuration with
 * {phone}, {text}, {id}; in a JSON body each is escaped as a JSON text. A 2xx says that the gateway took it, not that it arrived.
 */
import type { Clock } from '../../core/clock.ts';
import type { DeliveryChannel } from './channel.ts';
import type { SmsConfig } from './config.ts';
import { post } from './http-post.ts';
import { signed } from './signature.ts';

export const createSms = ({ url, body: template, headers, sign }: SmsConfig, clock: Clock): DeliveryChannel => {
  const isJson = template.trimStart().startsWith('{');
  const escaped = (value: string): string => (isJson ? JSON.stringify(value).slice(1, -1) : encodeURIComponent(value));
  return {
    name: 'sms',
    send: ({ deliveryId, address, body: text }, signal) => {
      const values: Readonly<Record<string, string>> = { phone: address, text, id: deliveryId };
      const body = template.replace(/\{(phone|text|id)\}/g, (_, name: string) => escaped(values[name] ?? ''));
      const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
      const signature =
        sign === null ? {} : signed(sign.signature, sign.secret, { deliveryId, body, atMs: clock.nowMs() });
      return post(url, { body, headers: { 'content-type': type, ...headers, ...signature } }, 'sent', signal);
    },
  };
};
