/**
 * The file PARK_DELIVERY_FILE: servers and secrets of the channels, JSON. A channel that is not in it is not configured.
 *
 *     {"smtp": {"url": "smtps://user:password@mail.example.cn", "from": "park@example.cn"},
 *      "sms": {"url": "https://sms.example.cn/send", "body": "{\"phone\":\"{phone}\",\"text\":\"{text}\"}",
 *              "headers": {"authorization": "…"}, "sign": {"signature": "sm3", "secret": "…"}},
 *      "webhooks": {"city-platform": {"url": "https://city.example.cn/park", "signature": "sm3", "secret": "…"}}}
 */
import { readFileSync } from 'node:fs';
import { type Fields, parseFields } from '../../alarms/settings/fields.ts';
import { AppError } from '../../core/errors.ts';
import { SIGNATURES, type Signature } from './signature.ts';

export interface SmtpConfig {
  readonly url: string;
  readonly from: string;
}
interface Sign {
  readonly signature: Signature;
  readonly secret: string;
}
export interface SmsConfig {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sign: Sign | null;
}
export interface WebhookConfig extends Sign {
  readonly url: string;
}
export interface DeliveryConfig {
  readonly smtp: SmtpConfig | null;
  readonly sms: SmsConfig | null;
  readonly webhooks: Readonly<Record<string, WebhookConfig>>;
}

export const NO_DELIVERY: DeliveryConfig = { smtp: null, sms: null, webhooks: {} };

/** Throws CONFIG_INVALID, which names the field and never a value. */
export function readDeliveryConfig(path: string | undefined): DeliveryConfig {
  if (path === undefined) return NO_DELIVERY;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    // A parser's message quotes the text, secrets and all.
    const why = cause instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new AppError('CONFIG_INVALID', { detail: `PARK_DELIVERY_FILE: ${path} ${why}` });
  }
  const parsed = parseFields(
    'PARK_DELIVERY_FILE',
    json,
    (fields): DeliveryConfig => ({
      smtp: fields.has('smtp') ? fields.within('smtp', smtpOf) : null,
      sms: fields.has('sms') ? fields.within('sms', smsOf) : null,
      webhooks: fields.has('webhooks')
        ? fields.within('webhooks', (within) => webhooksOf(within, fields.raw('webhooks')))
        : {},
    }),
  );
  if (!parsed.ok) throw new AppError('CONFIG_INVALID', { detail: parsed.error });
  return parsed.value;
}

const smtpOf = (fields: Fields): SmtpConfig => ({
  url: urlOf(fields, ['smtp:', 'smtps:']),
  from: fields.text('from'),
});

const smsOf = (fields: Fields): SmsConfig => ({
  url: urlOf(fields, ['http:', 'https:']),
  body: fields.has('body') ? fields.text('body', 4_000) : '{"phone":"{phone}","text":"{text}","id":"{id}"}',
  headers: fields.has('headers') ? fields.within('headers', (within) => textsOf(within, fields.raw('headers'))) : {},
  sign: fields.has('sign') ? fields.within('sign', signOf) : null,
});

const signOf = (fields: Fields): Sign => ({
  signature: fields.has('signature') ? fields.oneOf('signature', SIGNATURES) : 'sm3',
  secret: fields.text('secret'),
});

const webhooksOf = (fields: Fields, value: unknown): Record<string, WebhookConfig> =>
  Object.fromEntries(
    Object.keys(value as object).map((name) => [
      name,
      fields.within(name, (one) => ({ url: urlOf(one, ['http:', 'https:']), ...signOf(one) })),
    ]),
  );

const textsOf = (fields: Fields, value: unknown): Record<string, string> =>
  Object.fromEntries(Object.keys(value as object).map((name) => [name, fields.text(name, 1_000)]));

function urlOf(fields: Fields, protocols: readonly string[]): string {
  const url = fields.text('url', 500);
  if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol)) {
    throw fields.problem('url', `is an address with ${protocols.join(' or ')}`);
  }
  return url;
}
