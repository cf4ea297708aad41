/** The park of the gateway fuzz: makes effects, frames and pictures by seed and knows the truth that all must end with. */
import { pack } from 'msgpackr';
import type { ManualClock } from '../../core/clock.ts';
import { type MemoryLanes, MemoryWatchPublisher } from '../../stream/memory-lanes.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import type { PictureData } from '../../stream/protocol/picture.ts';
import { alarmOf, areaOf, bindOf, frameOf, type Place } from '../contract/live-world.ts';
import type { SeededRandom } from './gateway-network.ts';

export const COMPANIES = ['310000001', '310000002', '310000003'] as const;
const SLOTS = 24;
const ALARMS = 10;
const AREAS = 6;

export class FuzzPark {
  truth = new LivePicture();
  readonly #random: SeededRandom;
  readonly #clock: ManualClock;
  readonly #lanes: MemoryLanes;
  readonly #publisher: MemoryWatchPublisher;
  #seq = 0;
  #tick = 0;
  #term = 1;
  #epochs = 1;
  #liveId = '0-0';

  constructor(random: SeededRandom, clock: ManualClock, lanes: MemoryLanes) {
    this.#random = random;
    this.#clock = clock;
    this.#lanes = lanes;
    this.#publisher = new MemoryWatchPublisher(lanes);
    lanes.term = this.#term;
    this.truth.epoch = lanes.epoch;
  }

  async publishEffects(): Promise<void> {
    const random = this.#random;
    // Most entries of the log have no effects, so sequences of the lane have gaps.
    this.#seq += 1 + random.below(3);
    const effects = Array.from({ length: random.below(4) }, () => this.#effect());
    const item = { seq: this.#seq, atMs: this.#clock.nowMs(), effects };
    await this.#publisher.publishEffects(this.#term, item);
    this.truth.applyEffects([item]);
  }

  #effect(): Effect {
    const random = this.#random;
    const slot = random.below(SLOTS);
    const bound = this.truth.bindings.get(slot);
    const companyCode = random.pick(COMPANIES);
    switch (random.below(9)) {
      case 0:
      case 1:
        return bindOf(slot, ((bound?.generation ?? 0) + 1) & 0xff, companyCode);
      case 2:
        // The same tag, now somebody of another company.
        return bindOf(slot, bound?.generation ?? 1, companyCode);
      case 3:
        return { t: 'unbind', slot, generation: bound?.generation ?? random.below(4) };
      case 4:
        return random.chance(0.3)
          ? { t: 'area-removed', areaId: `area-${random.below(AREAS)}`, companyCode }
          : { t: 'area', area: areaOf(`area-${random.below(AREAS)}`, companyCode, this.#seq) };
      case 5:
      case 6: {
        const key = `order-${random.below(ALARMS)}`;
        const companyCodes = random.chance(0.4) ? [companyCode, random.pick(COMPANIES)] : [companyCode];
        // What a document says is not the gateway's business, whom it concerns is.
        const value = { key, seq: this.#seq } as never;
        return { t: 'doc', doc: 'order', key, companyCodes, value, gone: random.chance(0.35) };
      }
      default: {
        const companyCodes = random.chance(0.4) ? [companyCode, random.pick(COMPANIES)] : [companyCode];
        const endedAtMs = random.chance(0.35) ? this.#seq : null;
        return { t: 'alarm', alarm: alarmOf(`alarm-${random.below(ALARMS)}`, companyCodes, { endedAtMs }) };
      }
    }
  }

  /** A part of the people, or all of them. */
  async publishFrame(share: number): Promise<void> {
    const random = this.#random;
    const places: Place[] = [];
    for (const [slot, { generation }] of this.truth.bindings) {
      if (!random.chance(share)) continue;
      places.push({
        slot,
        generation,
        easting: random.below(3_000_000) / 1_000,
        northing: random.below(1_000_000) / 1_000,
      });
    }
    const atMs = this.#clock.nowMs();
    const at = { term: this.#term, atMs, tick: ++this.#tick, online: this.truth.bindings.size };
    const frame = frameOf(at, places);
    this.#liveId = await this.#publisher.publishFrame(this.#term, frame, atMs);
    this.truth.applyFrame(frame);
  }

  async publishPicture(): Promise<void> {
    const { epoch, bindings, areas, alarms, docs = [] } = this.truth.snapshotFor(null);
    const picture: PictureData = {
      version: 1,
      epoch,
      term: this.#term,
      atMs: this.#clock.nowMs(),
      alarmsSeq: this.#seq,
      liveId: this.#liveId,
      bindings,
      areas,
      alarms,
      docs,
      frame: this.truth.pictureFrameFor(null),
    };
    await this.#publisher.publishPicture(this.#term, pack(picture));
  }

  /** Another watch takes over; one frame of the old one comes late. */
  async changeTerm(): Promise<void> {
    const late = frameOf({ term: this.#term, atMs: this.#clock.nowMs(), tick: 999, online: 0 }, [
      { slot: 0, generation: 1, easting: 1, northing: 1 },
    ]);
    this.#lanes.term = ++this.#term;
    this.#tick = 0;
    await this.publishFrame(0.5);
    this.#lanes.addFrame(late);
  }

  /** The log was lost: another epoch, sequences from the beginning, the same people. */
  async loseLog(): Promise<void> {
    const epoch = `epoch-${++this.#epochs}`;
    this.#seq = this.#random.below(5);
    const before = this.truth.snapshotFor(null);
    const lost = this.#random.chance(0.5);
    this.truth = new LivePicture();
    this.truth.loadSnapshot({ ...before, epoch, seq: this.#seq, alarms: lost ? [] : before.alarms });
    this.#lanes.term = ++this.#term;
    this.#lanes.restart(epoch);
    await this.publishPicture();
    await this.publishFrame(1);
  }

  /** Old effects go, as the trimmer lets them: never what the picture may lack. */
  async trim(): Promise<void> {
    await this.publishPicture();
    this.#lanes.trimEffects(this.#seq + 1);
  }
}
