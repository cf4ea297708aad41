/** Channel e-mail by SMTP. That the server took it says that it is on its way, not that it was read. */
import { createTransport } from 'nodemailer';
import type { DeliveryChannel } from './channel.ts';
import type { SmtpConfig } from './config.ts';

const TIMEOUT_MS = 15_000;

/** 4xx is "later" (RFC 5321 4.2.1), no answer as well; 5xx is "never". */
const isForGood = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && Number((error as { responseCode?: unknown }).responseCode) >= 500;

export const createEmail = ({ url, from }: SmtpConfig): DeliveryChannel => {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isTls = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname,
    port: port === '' ? (isTls ? 465 : 587) : Number(port),
    secure: isTls,
    // With credentials nothing goes in clear.
    requireTLS: !isTls && username !== '',
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'email',
    send: async ({ deliveryId, address, subject, body }) => {
      const messageId = `<${deliveryId}@parksentry>`;
      try {
        await transport.sendMail({ from, to: address, subject, text: body, messageId });
        return { outcome: 'sent', detail: 'SMTP 250' };
      } catch (error) {
        const code =
          (error as { responseCode?: number; code?: string }).responseCode ?? (error as { code?: string }).code ?? '';
        if (isForGood(error)) return { outcome: 'failed', detail: `SMTP ${code}` };
        // The server's words may repeat the address.
        throw new Error(`SMTP ${code}`);
      }
    },
  };
};
