/**
 * Ends sockets whose sign-in session is over: at once when the end is announced on the channel, and at the next look
 * (once a minute, and after every reconnection) when the announcement was missed or the session ran out. An open socket
 * counts as use of its session.
 */
import type { Logger } from '../../core/logger.ts';
import { channels } from '../keys.ts';
import { closeRedis, duplicateRedis, type Redis } from '../redis.ts';
import type { LiveHub } from './live-hub.ts';

const LOOK_EVERY_MS = 60_000;

export interface SessionWatchOptions {
  readonly redis: Redis;
  readonly hub: LiveHub;
  /** false: the session is over. Throws when that cannot be told now; then nothing ends. */
  readonly keepAlive: (sessionId: string) => Promise<boolean>;
  readonly logger: Logger;
}

export class SessionWatch {
  readonly #options: SessionWatchOptions;
  readonly #subscriber: Redis;
  readonly #timer: NodeJS.Timeout;

  constructor(options: SessionWatchOptions) {
    this.#options = options;
    this.#subscriber = duplicateRedis(options.redis, 'live-sessions', options.logger);
    this.#subscriber.on('message', (_channel: string, message: string) => this.#receive(message));
    this.#subscriber.on('ready', () => void this.#subscribe());
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    closeRedis(this.#subscriber);
  }

  /** Asks after every session with an open socket. */
  async look(): Promise<void> {
    const { hub, keepAlive, logger } = this.#options;
    for (const sessionId of hub.sessionIds()) {
      try {
        if (!(await keepAlive(sessionId))) hub.endSession(sessionId);
      } catch (error) {
        logger.warn('sessions-unknown', { error });
        return;
      }
    }
  }

  /** Subscribed anew at every connection: what was announced meanwhile is looked up. */
  async #subscribe(): Promise<void> {
    try {
      await this.#subscriber.subscribe(channels.sessions);
      await this.look();
    } catch (error) {
      this.#options.logger.warn('sessions-not-subscribed', { error });
    }
  }

  #receive(message: string): void {
    try {
      const { ended } = JSON.parse(message) as { ended?: unknown };
      if (typeof ended === 'string') this.#options.hub.endSession(ended);
    } catch (error) {
      this.#options.logger.warn('sessions-message-unreadable', { error });
    }
  }
}
