/** Permits as the newest picture has them: what video asks of them, without the database. */
import { unpack } from 'msgpackr';
import type { LinkedPermit, PermitLinks } from '../../admin/video/cameras.ts';
import { type Clock, isOver } from '../../core/clock.ts';
import { WORK_TYPES } from '../../standard/special-work.ts';
import type { LaneReader } from '../../stream/protocol/log.ts';
import { type PermitView, permitKey } from '../../stream/protocol/permits.ts';
import type { PictureData } from '../../stream/protocol/picture.ts';

/** As often as pictures come. */
const READ_EVERY_MS = 10_000;

export class LivePermits implements PermitLinks {
  readonly #lanes: Pick<LaneReader, 'picture'>;
  readonly #clock: Clock;
  #permits: ReadonlyMap<string, PermitView> = new Map();
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(lanes: Pick<LaneReader, 'picture'>, clock: Clock) {
    this.#lanes = lanes;
    this.#clock = clock;
  }

  /** Throws AppError REDIS_UNAVAILABLE. */
  async all(): Promise<readonly PermitView[]> {
    return [...(await this.#read()).values()];
  }

  async find(companyCode: string, permitId: string): Promise<LinkedPermit | null> {
    return (await this.#read()).get(permitKey(companyCode, permitId)) ?? null;
  }

  async isLinked(companyCode: string, cameraCode: string): Promise<boolean> {
    const permits = await this.all();
    return permits.some((permit) => permit.companyCode === companyCode && permit.cameraCodes.includes(cameraCode));
  }

  async #read(): Promise<ReadonlyMap<string, PermitView>> {
    if (!isOver(this.#readAtMs, READ_EVERY_MS, this.#clock.nowMs())) return this.#permits;
    const bytes = await this.#lanes.picture();
    this.#readAtMs = this.#clock.nowMs();
    const docs = bytes === null ? [] : ((unpack(bytes) as PictureData).docs ?? []);
    this.#permits = new Map(
      docs.flatMap((doc) => (doc.doc === 'permit' && !doc.gone ? [[doc.key, doc.value] as const] : [])),
    );
    return this.#permits;
  }
}

/** Begun, and neither finished nor taken back. */
export const isUnderWay = ({ status }: PermitView): boolean => status === 'working' || status === 'paused';

/** Recorded from beginning to end: hot work at a major hazard source. */
export const isRecordedThroughout = ({ workCode, hazardSourceCode }: PermitView): boolean =>
  hazardSourceCode !== null && WORK_TYPES[workCode]?.kind === 'fire';
