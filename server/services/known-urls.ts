/**
 * Addresses of the private servers that a data folder keeps, for commands that run beside `park up` and for its roles.
 * An address says that a server was started there once, not that it answers now. Called by server/config.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const redisUrlFrom = (password: string, port: number | string): string =>
  `redis://:${password}@127.0.0.1:${port}/0`;

export const postgresUrlFrom = (password: string, port: number | string): string =>
  `postgres://parksentry:${password}@127.0.0.1:${port}/parksentry`;

export const knownRedisUrl = (dataFolder: string): string | undefined =>
  knownUrl(join(dataFolder, 'redis'), redisUrlFrom);

export const knownPostgresUrl = (dataFolder: string): string | undefined =>
  knownUrl(join(dataFolder, 'postgres-kept'), postgresUrlFrom);

function knownUrl(folder: string, urlFrom: (password: string, port: string) => string): string | undefined {
  try {
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
    return urlFrom(read('password'), read('port'));
  } catch {
    return undefined;
  }
}
