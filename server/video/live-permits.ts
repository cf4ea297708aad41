/** Permits as the newest picture of the engine has them: what the role `video` goes by. */
import { unpack } from 'msgpackr';
import { dateOf, dayOf } from '../../alarms/shifts.ts';
import { type Clock, isOver } from '../../core/clock.ts';
import { editionOn } from '../../standard/gb30871.ts';
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

/** Recorded from beginning to end: what the standard says so of (特级动火), and hot work at a major hazard source. */
export function isRecordedThroughout(permit: PermitView, nowMs: number): boolean {
  const { workCode, hazardSourceCode, startedAtMs } = permit;
  const { duties } = editionOn(dateOf(dayOf(startedAtMs ?? nowMs)));
  const duty = Object.hasOwn(duties, workCode) ? duties[workCode] : undefined;
  return duty !== undefined && (duty.recorded !== null || (duty.kind === 'fire' && hazardSourceCode !== null));
}
