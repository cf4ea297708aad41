/** What the lanes keep to, in memory and in Redis: rules LOG-20 to LOG-27 of docs/spec/log.md. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LanePast } from '../../stream/gateway/lane-follower.ts';
import type { Effect, EffectsAt } from '../../stream/protocol/effects.ts';
import type { LaneReader, WatchPublisher } from '../../stream/protocol/log.ts';

export interface LanesUnderTest {
  publisher(): WatchPublisher;
  reader(): LaneReader & LanePast;
  /** Makes `term` the newest term of lease `watch`. */
  grant(term: number): Promise<void>;
  trimEffects(firstSeq: number): Promise<void>;
  /** The log (and so the lanes) begin anew under another epoch. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export function itemOf(
  seq: number,
  effects: readonly Effect[] = [{ t: 'unbind', slot: seq, generation: 1 }],
): EffectsAt {
  return { seq, atMs: 1_764_000_000_000 + seq, effects };
}

const frameOf = (n: number): Uint8Array => new Uint8Array([3, 1, 1, 0, n]);

export function describeLanes(name: string, create: () => Promise<LanesUnderTest>): void {
  describe(name, () => {
    let lanes: LanesUnderTest;
    beforeEach(async () => {
      lanes = await create();
      await lanes.grant(7);
    });
    afterEach(() => lanes.close());

    test('[LOG-20] effects come back in order under the sequence of their log entry', async () => {
      const publisher = lanes.publisher();
      for (const seq of [3, 4, 9]) expect(await publisher.publishEffects(7, itemOf(seq))).toBe(true);
      const { effects } = await lanes.reader().read(4, '', 0);
      expect(effects).toEqual([itemOf(4), itemOf(9)]);
    });

    test('[LOG-21] a sequence at or below the newest is a repeat and changes nothing', async () => {
      const publisher = lanes.publisher();
      await publisher.publishEffects(7, itemOf(5));
      expect(await publisher.publishEffects(7, itemOf(5, []))).toBe(false);
      expect(await publisher.publishEffects(7, itemOf(4))).toBe(false);
      expect((await lanes.reader().read(1, '', 0)).effects).toEqual([itemOf(5)]);
    });

    test('[LOG-19] an item whose forerunner is not on the lane is refused, so that a repeat cannot come too late', async () => {
      const publisher = lanes.publisher();
      await publisher.publishEffects(7, itemOf(3), 0);
      await expect(publisher.publishEffects(7, itemOf(9), 4)).rejects.toMatchObject({ code: 'LOG_GAP' });
      expect(await publisher.publishEffects(7, itemOf(4), 3)).toBe(true);
      expect(await publisher.publishEffects(7, itemOf(9), 4)).toBe(true);
      expect(await publisher.publishEffects(7, itemOf(4), 9)).toBe(false);
      expect((await lanes.reader().read(1, '', 0)).effects).toEqual([itemOf(3), itemOf(4), itemOf(9)]);
    });

    test('[LOG-22] an older term publishes nothing, of any sort', async () => {
      const publisher = lanes.publisher();
      await lanes.grant(8);
      const lost = { code: 'TERM_LOST' };
      await expect(publisher.publishEffects(7, itemOf(1))).rejects.toMatchObject(lost);
      await expect(publisher.publishFrame(7, frameOf(1), 1)).rejects.toMatchObject(lost);
      await expect(publisher.publishPicture(7, frameOf(1))).rejects.toMatchObject(lost);
      const reader = lanes.reader();
      expect(await reader.read(1, '', 0)).toEqual({ effects: [], frames: [] });
      expect(await reader.picture()).toBeNull();
    });

    test('[LOG-23] frames come back as published, after the id asked for', async () => {
      const publisher = lanes.publisher();
      const ids = [];
      for (let n = 0; n < 3; n++) ids.push(await publisher.publishFrame(7, frameOf(n), 1_764_000_000_000 + n));
      const { frames } = await lanes.reader().read(1, ids[0]!, 0);
      expect(frames.map(({ liveId, frame }) => [liveId, Array.from(frame)])).toEqual([
        [ids[1], Array.from(frameOf(1))],
        [ids[2], Array.from(frameOf(2))],
      ]);
    });

    test('[LOG-24] the newest picture replaces the one before', async () => {
      const reader = lanes.reader();
      expect(await reader.picture()).toBeNull();
      await lanes.publisher().publishPicture(7, frameOf(1));
      await lanes.publisher().publishPicture(7, frameOf(2));
      expect(Array.from((await reader.picture())!)).toEqual(Array.from(frameOf(2)));
    });

    test('[LOG-25] a waiting reader gets whichever lane moves first', async () => {
      const reader = lanes.reader();
      const first = reader.read(1, '', 4_000);
      const liveId = await lanes.publisher().publishFrame(7, frameOf(1), 1);
      expect((await first).frames.length).toBe(1);
      const second = reader.read(1, liveId, 4_000);
      await lanes.publisher().publishEffects(7, itemOf(1));
      expect((await second).effects).toEqual([itemOf(1)]);
    });

    test('[LOG-26] a reader below the kept range is told so', async () => {
      for (const seq of [1, 2, 3]) await lanes.publisher().publishEffects(7, itemOf(seq));
      await lanes.trimEffects(3);
      await expect(lanes.reader().read(2, '', 0)).rejects.toMatchObject({ code: 'LOG_GAP' });
      expect((await lanes.reader().read(3, '', 0)).effects).toEqual([itemOf(3)]);
      expect(await lanes.reader().laneHead()).toMatchObject({ firstSeq: 3, seq: 3 });
    });

    test('[LOG-29] the lane is read backwards from any sequence, and comes in ascending order', async () => {
      for (const seq of [2, 3, 5, 8]) await lanes.publisher().publishEffects(7, itemOf(seq));
      const reader = lanes.reader();
      expect(await reader.recentEffects(7, 2)).toEqual([itemOf(3), itemOf(5)]);
      expect(await reader.recentEffects(8, 10)).toEqual([2, 3, 5, 8].map((seq) => itemOf(seq)));
      expect(await reader.recentEffects(1, 10)).toEqual([]);
    });

    test('[LOG-27] another epoch is told to a reader that followed the one before', async () => {
      await lanes.publisher().publishEffects(7, itemOf(40));
      const reader = lanes.reader();
      const before = await reader.laneHead();
      await lanes.restart();
      await lanes.grant(8);
      expect(await lanes.publisher().publishEffects(8, itemOf(2))).toBe(true);
      await expect(reader.read(41, '', 0)).rejects.toMatchObject({ code: 'LOG_EPOCH_CHANGED' });
      const after = await reader.laneHead();
      expect(after.epoch).not.toBe(before.epoch);
      expect((await reader.read(1, '', 0)).effects).toEqual([itemOf(2)]);
    });
  });
}
