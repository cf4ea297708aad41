/** Permits as the newest picture of the engine has them: what the role `video` goes by. */
import { unpack } from 'msgpackr';
import { type Clock, isOver } from '../../core/clock.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import type { LaneReader } from '../../stream/protocol/log.ts';
import type { PermitView } from '../../stream/protocol/permits.ts';
import type { PictureData } from '../../stream/protocol/picture.ts';

/** As often as pictures come. */
const READ_EVERY_MS = 10_000;

export class LivePermits {
  readonly #lanes: Pick<LaneReader, 'picture'>;
  readonly #clock: Clock;
  #permits: readonly PermitView[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(lanes: Pick<LaneReader, 'picture'>, clock: Clock) {
    this.#lanes = lanes;
    this.#clock = clock;
  }

  /** At most ten seconds behind the newest picture. Throws AppError REDIS_UNAVAILABLE. */
  async all(): Promise<readonly PermitView[]> {
    if (!isOver(this.#readAtMs, READ_EVERY_MS, this.#clock.nowMs())) return this.#permits;
    const bytes = await this.#lanes.picture();
    this.#readAtMs = this.#clock.nowMs();
    const docs = bytes === null ? [] : ((unpack(bytes) as PictureData).docs ?? []);
    this.#permits = docs.flatMap((doc) => (doc.doc === 'permit' && !doc.gone ? [doc.value] : []));
    return this.#permits;
  }
}

/** Begun, and neither finished nor taken back. */
export const isUnderWay = ({ status }: PermitView): boolean => status === 'working' || status === 'paused';

/** Recorded from beginning to end: hot work at a major hazard source. */
export const isRecordedThroughout = ({ workCode, hazardSourceCode }: PermitView): boolean =>
  hazardSourceCode !== null && WORK_TYPES[workCode]?.kind === 'fire';
