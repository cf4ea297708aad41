import { pack, unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { FrameBuilder, pictureFrom } from '../../engine/frames.ts';
import { createPark } from '../../engine/park.ts';
import { COMPANY, createFixBatch, createOrigin, createPerson, EntrySequence } from '../../test/builders/entries.ts';
import { lngLatAt, projection } from '../../test/builders/plane.ts';
import type { EffectsAt } from './effects.ts';
import { LiveClient } from './live-client.ts';
import { encodeMessage, MESSAGE, PROTOCOL_VERSION, type SnapshotMessage } from './live-message.ts';
import { LivePicture, SLOT_UNSEEN_MS } from './live-picture.ts';
import type { PictureData } from './picture.ts';

const T0 = 1_800_000_000_000;
const OTHER = '913100002';

/** A park with two people of one company and one of another, and what it published. */
function createStage() {
  const engine = new Engine(createPark(projection));
  const frames = new FrameBuilder(1_000);
  const sequence = new EntrySequence();
  const items: EffectsAt[] = [];
  const step = (entry: ReturnType<EntrySequence['next']>): void => {
    const item = engine.step(entry);
    if (item !== null) items.push(item);
  };
  step(
    sequence.next(
      'persons',
      { origin: createOrigin(), records: [createPerson(), createPerson({ personId: 'p2' })] },
      T0,
    ),
  );
  const foreign = createPerson({ companyCode: OTHER, personId: 'q1' });
  step(sequence.next('persons', { origin: createOrigin({ companyCode: OTHER }), records: [foreign] }, T0));
  const move = (person: string, east: number, atMs: number, company = COMPANY, sos?: boolean): void => {
    const fix = { person, ...lngLatAt(east, 0), atMs, ...(sos === undefined ? {} : { sos }) };
    step(sequence.next('fixes', createFixBatch([fix], { companyCode: company }), atMs));
  };
  const picture = (atMs: number): PictureData => {
    const data = pictureFrom(engine, frames, { epoch: 'e', term: 1, atMs, liveId: '1-0' });
    return unpack(pack(data)) as PictureData;
  };
  return { engine, frames, items, move, picture, step, sequence };
}

describe('live picture', () => {
  it('[LIVE-P1] a picture loaded late equals one that followed from the start', () => {
    const stage = createStage();
    const follower = new LivePicture();
    stage.move('p1', 0, T0);
    stage.move('q1', 100, T0, OTHER);
    follower.applyEffects(stage.items);
    follower.applyFrame(stage.frames.delta(stage.engine, 1, T0 + 1_000));
    stage.move('p1', 5, T0 + 2_000, COMPANY, true);
    follower.applyEffects(stage.items);
    follower.applyFrame(stage.frames.delta(stage.engine, 1, T0 + 2_000));
    const newcomer = new LivePicture();
    newcomer.load(stage.picture(T0 + 2_000));
    for (const slot of [0, 2]) {
      expect(newcomer.isPresent(slot)).toBe(true);
      expect([newcomer.easting[slot], newcomer.northing[slot], newcomer.state[slot]]).toEqual([
        follower.easting[slot],
        follower.northing[slot],
        follower.state[slot],
      ]);
      expect(newcomer.personAt(slot)).toEqual(follower.personAt(slot));
    }
    expect([...newcomer.alarms.values()]).toEqual([...follower.alarms.values()]);
    expect(newcomer.isSosAt(0)).toBe(true);
  });

  it('[LIVE-P2] frames of an older term are ignored, a picture frame drops whoever is not in it', () => {
    const stage = createStage();
    stage.move('p1', 0, T0);
    const live = new LivePicture();
    live.applyFrame(stage.frames.delta(stage.engine, 2, T0));
    expect(live.isPresent(0)).toBe(true);
    expect(live.applyFrame(stage.frames.delta(stage.engine, 1, T0 + 5_000))).toBe(false);
    expect(live.frameAtMs).toBe(T0);
    stage.step(
      stage.sequence.next('persons', { origin: createOrigin(), records: [createPerson({ deleted: true })] }, T0),
    );
    live.applyFrame(stage.frames.whole(stage.engine, 2, T0 + 1_000));
    expect(live.isPresent(0)).toBe(false);
  });

  it('[LIVE-P3] a slot that frames do not name for 25 s is gone; everyone is re-sent within 10 s', () => {
    const stage = createStage();
    stage.move('p1', 0, T0);
    stage.move('p2', 3, T0);
    const live = new LivePicture();
    const lastSeen = new Map<number, number>();
    for (let tick = 1; tick <= 40; tick++) {
      live.applyFrame(stage.frames.delta(stage.engine, 1, T0 + tick * 1_000));
      for (const slot of [0, 1]) {
        const seen = live.seenAtMs[slot] as number;
        expect(T0 + tick * 1_000 - seen).toBeLessThan(10_000);
        lastSeen.set(slot, seen);
      }
    }
    expect(lastSeen.size).toBe(2);
    live.frameAtMs += SLOT_UNSEEN_MS + 10_000;
    expect(live.isPresent(0)).toBe(false);
  });

  it('[LIVE-P9] tells whom the newest frame named, and when others changed as well', () => {
    const stage = createStage();
    stage.move('p1', 0, T0);
    stage.move('p2', 3, T0);
    const live = new LivePicture();
    const named = (): number[] => [...live.touched.subarray(0, live.touchedCount)].sort((a, b) => a - b);
    live.applyFrame(stage.frames.whole(stage.engine, 1, T0 + 1_000));
    live.applyFrame(stage.frames.delta(stage.engine, 1, T0 + 1_500));
    expect([named(), live.frameCount]).toEqual([[0, 1], 2]);
    const { wholeCount } = live;
    stage.move('p2', 5, T0 + 2_000);
    live.applyFrame(stage.frames.delta(stage.engine, 1, T0 + 2_000));
    expect([named(), live.frameCount, live.wholeCount]).toEqual([[1], 3, wholeCount]);
    live.applyFrame(stage.frames.whole(stage.engine, 1, T0 + 3_000));
    expect(live.wholeCount).toBeGreaterThan(wholeCount);
    live.applyEffects(stage.items);
    const before = live.wholeCount;
    live.applyEffects([{ seq: 99, atMs: T0, effects: [{ t: 'unbind', slot: 0, generation: live.generation[0]! }] }]);
    expect(live.wholeCount).toBeGreaterThan(before);
  });

  it('[LIVE-P4] a company sees its own people, areas and alarms, and nothing else', () => {
    const stage = createStage();
    stage.move('p1', 0, T0, COMPANY, true);
    stage.move('q1', 1, T0, OTHER);
    const live = new LivePicture();
    live.load(stage.picture(T0));
    const snapshot = live.snapshotFor(OTHER);
    expect(snapshot.bindings.map((b) => b.person.personId)).toEqual(['q1']);
    expect(snapshot.alarms).toEqual([]);
    const theirs = new LivePicture();
    theirs.loadSnapshot(snapshot);
    theirs.applyFrame(live.pictureFrameFor(OTHER));
    expect([0, 1, 2].filter((slot) => theirs.isPresent(slot))).toEqual([2]);
    const frame = stage.frames.whole(stage.engine, 1, T0);
    const cut = live.companyFrame(frame, COMPANY, 2);
    const ours = new LivePicture();
    ours.applyFrame(cut as Uint8Array);
    expect([0, 1, 2].filter((slot) => ours.isPresent(slot))).toEqual([0]);
    expect(ours.easting[0]).toBe(live.easting[0]);
  });

  it('[LIVE-P5] applying effects twice, or overlapping on resume, is the same as once', () => {
    const stage = createStage();
    stage.move('p1', 0, T0, COMPANY, true);
    const once = new LivePicture();
    once.applyEffects(stage.items);
    const twice = new LivePicture();
    twice.applyEffects(stage.items);
    twice.applyEffects(stage.items.slice(1));
    expect([...twice.bindings]).toEqual([...once.bindings]);
    expect([...twice.alarms]).toEqual([...once.alarms]);
  });
});

describe('live client', () => {
  const snapshot = (seq: number): Uint8Array => {
    const body: SnapshotMessage = { epoch: 'e', seq, bindings: [], areas: [], alarms: [] };
    return encodeMessage(MESSAGE.snapshot, body);
  };

  it('[LIVE-P6] starts without a position, resumes with (epoch, seq) once it has one', () => {
    const client = new LiveClient();
    expect(unpack(client.start(0).subarray(1))).toEqual({ version: PROTOCOL_VERSION, position: null });
    client.receive(snapshot(41), 0);
    client.receive(encodeMessage(MESSAGE.effects, { epoch: 'e', items: [{ seq: 42, atMs: 1, effects: [] }] }), 1);
    expect(unpack(client.start(5).subarray(1))).toEqual({
      version: PROTOCOL_VERSION,
      position: { epoch: 'e', seq: 42 },
    });
  });

  it('[LIVE-P7] acknowledges at least every 10 s, also when nothing came', () => {
    const client = new LiveClient();
    client.start(0);
    client.receive(snapshot(41), 0);
    expect(client.acknowledgement(9_999)).toBeNull();
    expect(unpack((client.acknowledgement(10_000) as Uint8Array).subarray(1))).toEqual({ seq: 41 });
    expect(client.acknowledgement(10_001)).toBeNull();
  });

  it('[LIVE-P8] refuses effects of an epoch it has no snapshot of, and malformed frames', () => {
    const client = new LiveClient();
    client.receive(snapshot(41), 0);
    expect(() => client.receive(encodeMessage(MESSAGE.effects, { epoch: 'other', items: [] }), 0)).toThrow(/epoch/);
    expect(() => client.receive(Uint8Array.of(MESSAGE.frame, 1, 2), 0)).toThrow(/malformed/);
    expect(client.receive(Uint8Array.of(0x7f), 0)).toEqual({ type: 'ignored' });
  });
});
