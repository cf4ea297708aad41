/**
 * What a role is: one of the long-running duties of a park, in server/roles/<name>.ts, which exports `start`. Several
 * may share a process (`park serve --roles ingest,live`). Called by server/cli/serve.ts.
 */
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { RunningConfig } from './config.ts';

/** In the order in which the supervisor stops them: front doors first, so that what they took in is still worked off. */
export const ROLE_NAMES = [
  'ingest',
  'live',
  'admin',
  'relay',
  'watch',
  'store',
  'deliver',
  'archive',
  'quality',
  'video',
  'backup',
] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

export interface RoleContext {
  readonly config: RunningConfig;
  /** Its lines carry the role's name. */
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface RunningRole {
  /** Stops taking in, drains, closes connections; idempotent, bounded in time. */
  close(): Promise<void>;
  /** Rejects when the role cannot go on (its term was taken, say): the process then ends, and the supervisor restarts it. */
  readonly failed?: Promise<never>;
}

/** Resolves when the role does its work: listening, following its stream. Throws when it cannot. */
export type StartRole = (context: RoleContext) => Promise<RunningRole>;

export interface RoleModule {
  readonly start: StartRole;
}
