/**
 * The only file that imports ioredis: every connection is made here and every failure leaves as AppError. A command whose
 * answer got lost is rejected and never sent again, so whoever appends decides about a repeat (entries carry an id for
 * it). Commands given while the connection is being (re)made wait for that one attempt only.
 */
import { Redis as IoRedis } from 'ioredis';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

export type { Redis } from 'ioredis';

export interface RedisOptions {
  /** Shown by CLIENT LIST: role and purpose, e.g. `watch-lane`. */
  readonly name: string;
  readonly logger?: Logger;
  /** false: a command given while not connected is rejected at once instead of waiting for the attempt under way. */
  readonly offlineQueue?: boolean;
  /** A server that answers nothing for this long with commands open counts as gone; blocking reads stay below it. */
  readonly silenceLimitMs?: number;
}

/** Longest BLOCK this product asks for; below the silence limit, so that a quiet stream is not taken for a dead server. */
export const LONGEST_BLOCK_MS = 5_000;
const SILENCE_LIMIT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_FIRST_MS = 50;
const RECONNECT_LONGEST_MS = 1_000;

/** Connects in the background and for ever again; `whenReady` waits for the first time. */
export function createRedis(url: string, options: RedisOptions): IoRedis {
  const redis = new IoRedis(url, {
    // RESP2: shapes of XREAD and friends are the same on every server from 6 on.
    protocol: 2,
    connectionName: options.name.replaceAll(/[^\w.:-]/g, '-'),
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: options.offlineQueue ?? true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: options.silenceLimitMs ?? SILENCE_LIMIT_MS,
    retryStrategy: (attempt) => Math.min(RECONNECT_LONGEST_MS, RECONNECT_FIRST_MS * 2 ** Math.min(attempt, 5)),
  });
  watchConnection(redis, options);
  return redis;
}

/** One line when the connection is lost and one when it is back, not one per attempt. */
function watchConnection(redis: IoRedis, options: RedisOptions): void {
  let isLost = false;
  redis.on('error', (error: Error) => {
    if (isLost) return;
    isLost = true;
    options.logger?.warn('redis-lost', { connection: options.name, error });
  });
  redis.on('ready', () => {
    if (isLost) options.logger?.info('redis-back', { connection: options.name });
    isLost = false;
  });
}

/** A second connection with the same settings, for blocking reads or subscriptions. */
export function duplicateRedis(redis: IoRedis, name: string, logger?: Logger): IoRedis {
  const copy = redis.duplicate({ connectionName: name.replaceAll(/[^\w.:-]/g, '-'), enableOfflineQueue: true });
  watchConnection(copy, logger === undefined ? { name } : { name, logger });
  return copy;
}

/** Resolves once connected; throws REDIS_UNAVAILABLE after `timeoutMs`. */
export function whenReady(redis: IoRedis, timeoutMs = 10_000): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(new AppError('REDIS_UNAVAILABLE', { detail: `not connected within ${timeoutMs} ms` }));
    }, timeoutMs);
    const onReady = (): void => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', onReady);
  });
}

/** Ends the connection without waiting for answers. Idempotent. */
export function closeRedis(redis: IoRedis): void {
  redis.disconnect();
}

/** Whether Redis itself answered with an error: then the command is known not to have been carried out. */
export function isRedisReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** `noeviction` refused a write for want of memory. */
export function isOutOfMemory(error: unknown): boolean {
  return isRedisReply(error) && error.message.startsWith('OOM');
}

/** Any failure of a Redis command as AppError; an AppError passes through. */
export function redisFailure(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  return new AppError('REDIS_UNAVAILABLE', { detail: doing, cause: error });
}
