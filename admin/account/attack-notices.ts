/** Tells that somebody tries passwords or second factors, as an ops alarm that stands for a day after the newest lock. */
import { type Clock, isOver } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { OpsAlarms } from '../../stream/protocol/ops-alarms.ts';
import type { OnAttack } from '../sign-in.ts';

const CODE = 'sign-in-attack';
export const ATTACK_STANDS_MS = 86_400_000;

export interface AttackNoticesOptions {
  readonly opsAlarms: OpsAlarms;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class AttackNotices {
  readonly #o: AttackNoticesOptions;

  constructor(options: AttackNoticesOptions) {
    this.#o = options;
  }

  readonly tell: OnAttack = (name, companyCode, address) => {
    const { opsAlarms, clock, logger } = this.#o;
    const detail = `locked after too many wrong passwords or codes, the last from ${address}`;
    logger.warn(CODE, { name, address });
    const alarm = { code: CODE, subject: name, companyCode, detail, atMs: clock.nowMs() } as const;
    opsAlarms.raise(alarm).catch((error: unknown) => logger.warn('ops-alarm-failed', { code: CODE, error }));
    this.clearOld().catch((error: unknown) => logger.warn('ops-alarm-failed', { code: CODE, error }));
  };

  /** Throws REDIS_UNAVAILABLE. */
  async clearOld(): Promise<void> {
    const { opsAlarms, clock } = this.#o;
    for (const { code, subject, atMs } of await opsAlarms.list()) {
      if (code === CODE && isOver(atMs, ATTACK_STANDS_MS, clock.nowMs())) await opsAlarms.clear(code, subject);
    }
  }
}
