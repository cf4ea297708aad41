/**
 * What every PastPark gives the time machine, seen through chunks: held against the live pictures of the same moments, of an engine
 * whose entries went through the real store.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkParts, playbackChunk } from '../../admin/playback/chunk.ts';
import type { PastPark } from '../../admin/playback/ports.ts';
import { chunkMessages } from '../../core/playback-api.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import { pastPermitViews } from '../../server/past-permit-view.ts';
import { LiveClient } from '../../stream/protocol/live-client.ts';
import type { LivePicture } from '../../stream/protocol/live-picture.ts';
import { createFixBatch, createOrigin, createPerson } from '../builders/entries.ts';
import {
  COMPANIES,
  type Doing,
  MOMENT_MS,
  PastWorld,
  type ShownMoment,
  shownMoment,
  WORLD_T0,
} from '../builders/past-world.ts';
import { lngLatAt, projection } from '../builders/plane.ts';
import { expectWithinScope } from '../builders/within-scope.ts';
import type { StorageHarness } from './storage-harness.ts';
import { EPOCH } from './store-run.ts';

export interface PastHarness extends Pick<StorageHarness, 'open'> {
  readonly past: PastPark;
  /** Packs what was stored before the instant; nothing where positions are kept in one way alone. */
  pack(beforeMs: number): Promise<void>;
}

const [COMPANY, OTHER] = COMPANIES;

const doing: fc.Arbitrary<Doing> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('walk' as const),
      who: fc.nat(11),
      east: fc.integer({ min: -20, max: 60 }),
      north: fc.integer({ min: -20, max: 60 }),
      floorNo: fc.constantFrom(undefined, undefined, '1F', 'B2'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sos' as const), who: fc.nat(11) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('acknowledge' as const, 'reset' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('shelve' as const, 'order' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('word' as const), company: fc.nat(1), permit: fc.nat(2), what: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('area' as const), company: fc.nat(1), what: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(20, 40, 100, 320) }) },
);

/** Puts what the engine was given, and what it said, into the store. */
export async function store(harness: Pick<PastHarness, 'open'>, { entries, items }: PastWorld): Promise<void> {
  const port = harness.open();
  await port.claim({ term: 1, epoch: EPOCH, first: { nextSeq: 1, alarmsNextSeq: 1 } });
  await port.apply({
    entries,
    unfit: [],
    effects: items.filter((item) => item !== null),
    nextSeq: entries.length + 1,
    alarmsNextSeq: entries.length + 1,
  });
  await port.close();
}

const partsOf = (past: PastPark, more: Partial<ChunkParts> = {}): ChunkParts => ({
  past,
  projection,
  permitViews: pastPermitViews,
  ...more,
});

interface Chunk {
  readonly scope: CompanyScope;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** Plays the chunk and looks at the picture behind each frame. */
async function play(
  parts: ChunkParts,
  chunk: Chunk,
  look: (atMs: number, picture: LivePicture) => void,
): Promise<LiveClient> {
  const client = new LiveClient();
  for await (const record of playbackChunk(parts, { playbackId: 'p', ...chunk })) {
    for (const message of chunkMessages(record)) {
      const event = client.receive(message, 0);
      if (chunk.scope !== null) expectWithinScope(message, chunk.scope, client.picture);
      if (event.type === 'frame') look(client.picture.frameAtMs, client.picture);
    }
  }
  return client;
}

async function shownBy(parts: ChunkParts, chunk: Chunk): Promise<Map<number, ShownMoment>> {
  const shown = new Map<number, ShownMoment>();
  await play(parts, chunk, (atMs, picture) => shown.set(atMs, shownMoment(picture, chunk.scope)));
  return shown;
}

export function pastParkContract(name: string, create: () => Promise<PastHarness>, runs: number): void {
  const world = async (acts: readonly (readonly Doing[])[]): Promise<{ harness: PastHarness; world: PastWorld }> => {
    const harness = await create();
    const made = new PastWorld();
    for (const doings of acts) made.second(doings);
    await store(harness, made);
    return { harness, world: made };
  };

  describe(`the past of ${name}`, () => {
    it('[PLAY-4][PLAY-6][FLO-11][PLAY-7][PLAY-8][PLAY-9][PLAY-12][PLAY-16] chunks show what the live pictures of the moments showed, in whole and to each company', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(doing, { minLength: 1, maxLength: 4 }), { minLength: 4, maxLength: 40 }),
          async (acts) => {
            const { harness, world: made } = await world(acts);
            const toMs = Math.max(...made.moments.keys());
            for (const scope of [null, ...COMPANIES]) {
              const chunk = { scope, fromMs: WORLD_T0, toMs, stepMs: MOMENT_MS };
              const shown = await shownBy(partsOf(harness.past), chunk);
              expect([...shown.keys()]).toEqual([...made.moments.keys()]);
              for (const [atMs, live] of made.moments) expect(shown.get(atMs)).toEqual(shownMoment(live, scope));
            }
          },
        ),
        { numRuns: runs },
      );
    }, 120_000);

    const BUSY: readonly (readonly Doing[])[] = Array.from({ length: 60 }, (_, second) => [
      { do: 'walk', who: second % 12, east: second, north: 10 },
      { do: 'walk', who: (second * 5) % 12, east: 20, north: second % 30 },
      ...(second % 20 === 7 ? [{ do: 'sos', who: second % 12 } as const] : []),
      ...(second % 20 === 15 ? [{ do: 'acknowledge' } as const] : []),
      ...(second % 9 === 4 ? [{ do: 'word', company: second % 2, permit: 0, what: second % 6 } as const] : []),
      ...(second % 15 === 8 ? [{ do: 'order' } as const] : []),
      ...(second === 25 ? [{ do: 'shelve' } as const] : []),
      ...(second === 30 ? [{ do: 'area', company: 0, what: 1 } as const] : []),
    ]);

    it('[PLAY-5][PLAY-10] where a chunk ends the next begins, in the same slots', async () => {
      const { harness, world: made } = await world(BUSY);
      const parts = partsOf(harness.past);
      const middleMs = WORLD_T0 + 30_000;
      const first = { scope: null, fromMs: WORLD_T0, toMs: middleMs, stepMs: 1_000 };
      const end = (await play(parts, first, () => {})).picture;
      const next = { scope: null, fromMs: middleMs, toMs: middleMs, stepMs: 1_000 };
      const begin = (await play(parts, next, () => {})).picture;
      expect(shownMoment(begin, null)).toEqual(shownMoment(end, null));
      expect(shownMoment(begin, null)).toEqual(shownMoment(made.moments.get(middleMs)!, null));
      expect([...begin.bindings].sort()).toEqual([...end.bindings].sort());
    });

    it('[PLAY-14] a chunk that gets too large ends with a whole frame, from which the next goes on', async () => {
      const { harness, world: made } = await world(BUSY);
      const parts = partsOf(harness.past, { maxBytes: 6_000 });
      const shown = new Map<number, ShownMoment>();
      let chunks = 0;
      for (let fromMs = WORLD_T0; fromMs < made.toMs; chunks++) {
        const part = await shownBy(parts, { scope: null, fromMs, toMs: made.toMs, stepMs: MOMENT_MS });
        for (const [atMs, moment] of part) shown.set(atMs, moment);
        fromMs = Math.max(...part.keys());
      }
      expect(chunks).toBeGreaterThan(1);
      for (const [atMs, live] of made.moments) expect(shown.get(atMs)).toEqual(shownMoment(live, null));
    });

    it('[PLAY-13] packed positions are shown like rows, on both sides of the border', async () => {
      const { harness, world: made } = await world(BUSY);
      await harness.pack(WORLD_T0 + 32_000);
      const chunk = { scope: null, fromMs: WORLD_T0, toMs: WORLD_T0 + 60_000, stepMs: MOMENT_MS };
      const shown = await shownBy(partsOf(harness.past), chunk);
      for (const [atMs, live] of made.moments) expect(shown.get(atMs)).toEqual(shownMoment(live, null));
    });

    it('[PLAY-6] a fix that came late is where it was observed; whoever is silent turns stale and goes', async () => {
      const { harness } = await world([]);
      const atMs = WORLD_T0 + 10_000;
      const place = lngLatAt(5, 5);
      const late = new PastWorld();
      const fixes = createFixBatch([{ person: 'p1', atMs, ...place }], {});
      late.entry('fixes', fixes, WORLD_T0 + 400_000);
      await store(harness, late);
      const chunk = { scope: null, fromMs: WORLD_T0, toMs: WORLD_T0 + 400_000, stepMs: 10_000 };
      const seen: Record<number, string> = {};
      await play(partsOf(harness.past), chunk, (frameMs, picture) => {
        seen[(frameMs - atMs) / 1_000] = [...picture.bindings.keys()]
          .map((slot) => `${picture.personAt(slot)?.personId}:${picture.state[slot]! >> 6}`)
          .join();
      });
      expect([-10, 0, 30, 40, 90, 100, 300, 310].map((second) => seen[second])).toEqual([
        '',
        'p1:0',
        'p1:0',
        'p1:1',
        'p1:1',
        'p1:2',
        'p1:2',
        '',
      ]);
    });

    it("[PLAY-11] what a tag sent before anybody said who wears it is its wearer's", async () => {
      const harness = await create();
      const made = new PastWorld();
      const place = lngLatAt(5, 5);
      made.entry('fixes', createFixBatch([{ card: 'tag', atMs: WORLD_T0 + 5_000, ...place }], {}), WORLD_T0 + 5_000);
      const records = [createPerson({ personId: 'late', name: '后登记', cardNo: 'tag' })];
      made.entry('persons', { origin: createOrigin(), records }, WORLD_T0 + 60_000);
      await store(harness, made);
      const chunk = { scope: COMPANY, fromMs: WORLD_T0 + 10_000, toMs: WORLD_T0 + 10_000, stepMs: 1_000 };
      const shown = await shownBy(partsOf(harness.past), chunk);
      expect(Object.keys(shown.get(chunk.fromMs)!.people)).toEqual([`${COMPANY}/late`]);
      const others = await shownBy(partsOf(harness.past), { ...chunk, scope: OTHER });
      expect(others.get(chunk.fromMs)!.people).toEqual({});
    });

    it('[PLAY-2] says from when on positions are there and which alarms stood in a span', async () => {
      const { harness, world: made } = await world(BUSY);
      const { past } = harness;
      const floorMs = (await past.floorMs())!;
      expect(floorMs).toBeLessThanOrEqual(WORLD_T0 + 60_000);
      expect(floorMs).toBeGreaterThan(WORLD_T0 - 86_400_000);
      const all = await past.marks(null, WORLD_T0, made.toMs, 1_000);
      expect(new Set(all.marks.map(({ alarmId }) => alarmId))).toEqual(
        new Set(
          made.published.flatMap(({ effects }) =>
            effects.flatMap((one) => (one.t === 'alarm' ? [one.alarm.alarmId] : [])),
          ),
        ),
      );
      expect(all.leftOut).toBe(0);
      expect(all.marks.map(({ onsetAtMs }) => onsetAtMs)).toEqual(
        all.marks.map(({ onsetAtMs }) => onsetAtMs).toSorted((a, b) => a - b),
      );
      const two = await past.marks(null, WORLD_T0, made.toMs, 2);
      expect([two.marks, two.leftOut]).toEqual([all.marks.slice(0, 2), all.marks.length - 2]);
      const sos = all.marks.find(({ rule }) => rule === 'sos')!;
      expect(sos).toMatchObject({ who: expect.stringMatching(/^人?/), companyCode: expect.stringMatching(/^9131/) });
      const own = await past.marks(OTHER, WORLD_T0, made.toMs, 1_000);
      expect(own.marks.length).toBeLessThan(all.marks.length);
    });
  });
}
