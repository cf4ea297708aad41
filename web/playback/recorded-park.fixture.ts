/** A small park that was: where three people went, and an alarm of one of them, as chunks of the server's making. For tests. */
import { chunkRecord } from '../../core/playback-api.ts';
import type { AlarmView, Effect, EffectsAt } from '../../stream/protocol/effects.ts';
import { encodeFrame, FRAME_KIND, stateFrom } from '../../stream/protocol/frame.ts';
import { encodeMessage, MESSAGE } from '../../stream/protocol/live-message.ts';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import { createAlarmView, PERSON } from '../alarm/alarm-view.fixture.ts';
import type { PlaybackSource } from './chunk-store.ts';

export const EPOCH = 'past';
const PEOPLE = 3;

/** What happened; `atMs` ascending. */
export type Happened = Omit<EffectsAt, 'seq'>;

export const alarmAt = (alarmId: string, change: Partial<AlarmView> = {}): Effect => ({
  t: 'alarm',
  alarm: createAlarmView({ alarmId, slot: 0, generation: 1, ...change }),
});

export class RecordedPark implements PlaybackSource {
  readonly #fromMs: number;
  readonly #items: readonly EffectsAt[];
  /** One that would be larger ends earlier, as the server's do. */
  chunkFrames = Number.POSITIVE_INFINITY;

  constructor(fromMs: number, happened: readonly Happened[]) {
    this.#fromMs = fromMs;
    const everyone = Array.from({ length: PEOPLE }, (_, slot): Effect => {
      const person = { ...PERSON, personId: `p${slot + 1}`, cardNo: `000${slot}`, name: `某${slot + 1}` };
      return { t: 'bind', slot, generation: 1, person };
    });
    this.#items = [{ atMs: fromMs, effects: everyone }, ...happened].map((item, i) => ({ ...item, seq: i + 1 }));
  }

  chunk(fromMs: number, toMs: number, stepMs: number): Promise<Uint8Array> {
    return Promise.resolve(this.bytes(fromMs, toMs, stepMs));
  }

  bytes(fromMs: number, toMs: number, stepMs: number): Uint8Array {
    const before = new LivePicture();
    before.epoch = EPOCH;
    before.applyEffects(this.#items.filter(({ atMs }) => atMs <= fromMs));
    const messages: { readonly atMs: number; readonly message: Uint8Array }[] = [
      { atMs: fromMs, message: encodeMessage(MESSAGE.snapshot, before.snapshotFor(null)) },
      { atMs: fromMs, message: this.#frame(FRAME_KIND.picture, fromMs) },
    ];
    let frames = 1;
    for (let atMs = fromMs + stepMs; frames < this.chunkFrames; atMs += stepMs, frames++) {
      messages.push({ atMs: Math.min(atMs, toMs), message: this.#frame(FRAME_KIND.delta, Math.min(atMs, toMs)) });
      if (atMs >= toMs) break;
    }
    const endMs = messages.at(-1)?.atMs ?? toMs;
    for (const item of this.#items) {
      if (item.atMs <= fromMs || item.atMs > endMs) continue;
      messages.push({ atMs: item.atMs, message: encodeMessage(MESSAGE.effects, { epoch: EPOCH, items: [item] }) });
    }
    messages.sort((a, b) => a.atMs - b.atMs);
    return Buffer.concat(messages.map(({ message }) => chunkRecord(message)));
  }

  /** Each goes straight east at a pace of his own; the last is seen from a minute after the beginning on. */
  #frame(kind: number, atMs: number): Uint8Array {
    const goneS = (atMs - this.#fromMs) / 1_000;
    const slots = [0, 1, ...(goneS >= 60 ? [2] : [])];
    const columns = {
      easting: Float64Array.from({ length: PEOPLE }, (_, slot) => slot * 50 + goneS * (slot + 1) * 0.5),
      northing: Float64Array.from({ length: PEOPLE }, (_, slot) => slot * 10),
      heightM: new Float32Array(PEOPLE).fill(4),
      generation: new Uint8Array(PEOPLE).fill(1),
      state: new Uint8Array(PEOPLE).fill(stateFrom(0, 0, false, 0)),
      observedAtMs: new Float64Array(PEOPLE).fill(atMs),
      floor: new Uint8Array(PEOPLE),
    };
    const head = { kind, term: 1, atMs, tick: Math.floor(goneS), online: slots.length };
    return encodeFrame(head, Uint32Array.from(slots), slots.length, columns);
  }
}
