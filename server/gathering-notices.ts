/** Tells that the engine passed over gatherings of a supplier that reports too many of them, as an ops alarm of its company. */
import { type Clock, isOver } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { Engine } from '../engine/engine.ts';
import { VendorAlarms } from '../engine/vendor-alarms.ts';
import type { OpsAlarms } from '../stream/protocol/ops-alarms.ts';

const CODE = 'gatherings-passed-over';
/** It stands this long after the newest was passed over: a supplier that sends anew each minute is one alarm. */
export const PASSED_OVER_STANDS_MS = 3_600_000;

export interface GatheringNoticesOptions {
  readonly opsAlarms: OpsAlarms;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class GatheringNotices {
  readonly #o: GatheringNoticesOptions;

  constructor(options: GatheringNoticesOptions) {
    this.#o = options;
  }

  /** After each batch of entries. `isLive` false: they are replayed, whoever followed the log told of them. */
  tell(engine: Engine, isLive: boolean): void {
    const { opsAlarms, clock, logger } = this.#o;
    const passedOver = engine.park.part(VendorAlarms).takePassedOver();
    if (!isLive) return;
    for (const [companyCode, records] of passedOver) {
      const detail = `${records} record(s) passed over, the newest by entry ${engine.seq}`;
      logger.warn(CODE, { companyCode, records, seq: engine.seq });
      const alarm = { code: CODE, subject: companyCode, companyCode, detail, atMs: clock.nowMs() } as const;
      opsAlarms.raise(alarm).catch((error: unknown) => logger.warn('ops-alarm-failed', { code: CODE, error }));
    }
  }

  /** Throws REDIS_UNAVAILABLE. */
  async clearOld(): Promise<void> {
    const { opsAlarms, clock } = this.#o;
    for (const { code, subject, atMs } of await opsAlarms.list()) {
      if (code === CODE && isOver(atMs, PASSED_OVER_STANDS_MS, clock.nowMs())) await opsAlarms.clear(code, subject);
    }
  }
}
