import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LivePicture } from '../../stream/protocol/live-picture.ts';
import { shown } from '../../test/builders/shown.ts';
import { applyStep, readChunk } from './chunk.ts';
import type { PlaybackSource } from './chunk-store.ts';
import { type PictureMove, PlaybackPlayer } from './playback-player.ts';
import { chunkMsOf, nextSpeed, SPEEDS, type Speed, stepMsOf } from './playback-speed.ts';
import { alarmAt, type Happened, RecordedPark } from './recorded-park.fixture.ts';

const FROM = 1_800_000_000_000;
const TO = FROM + 600_000;
const SPAN = { fromMs: FROM, toMs: TO };
/** Raised a minute after the beginning, ended two seconds later; a second one stands from the fifth minute on. */
const HAPPENED: readonly Happened[] = [
  { atMs: FROM + 60_000, effects: [alarmAt('brief')] },
  { atMs: FROM + 62_000, effects: [alarmAt('brief', { endedAtMs: FROM + 62_000, active: false })] },
  { atMs: FROM + 300_500, effects: [alarmAt('lasting', { level: 2 })] },
];

/** Chunks come when the test says so. */
class SlowSource implements PlaybackSource {
  readonly #park: RecordedPark;
  readonly asked: { readonly fromMs: number; readonly stepMs: number; answer(problem?: unknown): void }[] = [];
  constructor(park: RecordedPark) {
    this.#park = park;
  }
  chunk(fromMs: number, toMs: number, stepMs: number, signal: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const answer = (problem?: unknown): void => {
        this.asked.splice(this.asked.indexOf(entry), 1);
        if (problem === undefined) resolve(this.#park.bytes(fromMs, toMs, stepMs));
        else reject(problem);
      };
      const entry = { fromMs, stepMs, answer };
      this.asked.push(entry);
      signal.addEventListener('abort', () => answer(new Error('aborted')));
    });
  }
  async answerAll(): Promise<void> {
    while (this.asked.length > 0) {
      this.asked[0]?.answer();
      await settle();
    }
  }
}

/** What was answered has been taken in. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 8; i++) await Promise.resolve();
};

function createStage(park = new RecordedPark(FROM, HAPPENED)) {
  const source = new SlowSource(park);
  const moves: PictureMove[] = [];
  const alarmsSeen = new Set<string>();
  const player: PlaybackPlayer = new PlaybackPlayer((move) => {
    moves.push(move);
    for (const id of player.picture.alarms.keys()) alarmsSeen.add(id);
  });
  let nowMs = 0;
  const tick = (ms = 100): void => {
    nowMs += ms;
    player.tick(nowMs);
  };
  const run = async (wallMs: number): Promise<void> => {
    for (let gone = 0; gone < wallMs; gone += 100) {
      tick();
      await source.answerAll();
    }
  };
  return { player, source, moves, alarmsSeen, tick, run };
}

const eastOf = ({ picture }: PlaybackPlayer, slot: number): number => Math.round((picture.easting[slot] ?? -1) * 2) / 2;

/** The park at a moment, from the beginning of the span on, with frames that far apart. */
function fromTheStart(atMs: number, stepMs: number): LivePicture {
  const whole = new RecordedPark(FROM, HAPPENED);
  const picture = new LivePicture();
  for (const step of readChunk(whole.bytes(FROM, TO, stepMs), FROM, TO, stepMs).steps) {
    if (step.atMs <= atMs) applyStep(picture, step);
  }
  return picture;
}

/** Sequences mean something within a chunk alone. */
const screen = (picture: LivePicture) => ({ ...shown(picture, null), seq: 0 });

describe('playing back', () => {
  it('[PLAY-40] goes on as fast as it was told, and stands at its end', async () => {
    const { player, source, tick, run } = createStage();
    player.open(SPAN, source, FROM + 10_000);
    await source.answerAll();
    expect(player.atMs).toBe(FROM + 10_000);
    expect(eastOf(player, 0)).toBe(5);
    player.play();
    tick(0);
    await run(2_000);
    expect(player.atMs).toBe(FROM + 12_000);
    expect(eastOf(player, 0)).toBe(6);
    player.setSpeed(10);
    await run(1_000);
    expect(player.atMs).toBe(FROM + 22_000);
    player.setSpeed(60);
    await source.answerAll();
    await run(10_000);
    expect(player.atMs).toBe(TO);
    expect(player.isPlaying).toBe(false);
    expect(player.isAtEnd).toBe(true);
    player.play();
    expect(player.atMs).toBe(FROM);
  });

  it('[PLAY-41] a moment anywhere is shown from the chunk that holds it, forward and back', async () => {
    const { player, source } = createStage();
    player.open(SPAN, source, FROM);
    await source.answerAll();
    player.seek(FROM + 301_000);
    expect(source.asked.map(({ fromMs }) => fromMs - FROM)).toEqual([300_000, 360_000]);
    await source.answerAll();
    expect(eastOf(player, 0)).toBe(150.5);
    expect([...player.picture.alarms.keys()]).toEqual(['lasting']);
    player.seek(FROM + 300_000);
    expect([...player.picture.alarms.keys()]).toEqual([]);
    expect(eastOf(player, 0)).toBe(150);
    player.seek(FROM - 5_000);
    expect(player.atMs).toBe(FROM);
    expect(source.asked).toEqual([]);
  });

  it('[PLAY-42] while the chunk is on its way the picture before stays, with its own moment, and playing stands still', async () => {
    const { player, source, tick } = createStage();
    player.open(SPAN, source, FROM + 59_000);
    source.asked[0]?.answer();
    await settle();
    player.play();
    tick(0);
    for (let i = 0; i < 20; i++) tick();
    expect(player.atMs).toBe(FROM + 60_000);
    expect(player.waitingForMs).toBe(FROM + 60_000);
    expect([...player.picture.alarms.keys()]).toEqual(['brief']);
    await source.answerAll();
    expect(player.waitingForMs).toBeNull();
    tick();
    expect(player.atMs).toBe(FROM + 60_100);
    player.seek(FROM + 500_000);
    expect(player.atMs).toBe(FROM + 60_100);
    expect(player.waitingForMs).toBe(FROM + 500_000);
  });

  it('[PLAY-42] at the highest speed over a slow line no alarm is skipped', async () => {
    const { player, source, tick, alarmsSeen } = createStage();
    player.setSpeed(60);
    player.open(SPAN, source, FROM);
    await source.answerAll();
    player.play();
    tick(0);
    for (let i = 0; i < 1_000 && !player.isAtEnd; i++) {
      tick();
      if (i % 7 === 0) {
        source.asked[0]?.answer();
        await settle();
      }
    }
    expect(player.isAtEnd).toBe(true);
    expect([...alarmsSeen]).toEqual(['brief', 'lasting']);
  });

  it('[PLAY-42] what the network refuses is asked for again; what the server refuses is not', async () => {
    const { player, source, tick } = createStage();
    player.open(SPAN, source, FROM);
    source.asked[0]?.answer({ code: 'UNREACHABLE', status: 0 });
    await settle();
    expect(player.problem).toEqual({ code: 'UNREACHABLE', isFinal: false });
    source.asked.splice(0);
    tick();
    tick(2_900);
    expect(source.asked).toEqual([]);
    tick(100);
    expect(source.asked).toHaveLength(1);
    source.asked[0]?.answer({ code: 'INPUT_INVALID', status: 422 });
    await settle();
    source.asked.splice(0);
    for (let i = 0; i < 100; i++) tick(400);
    expect(source.asked).toEqual([]);
    expect(player.problem?.code).toBe('INPUT_INVALID');
  });

  it('[PLAY-43] steps go from frame to frame and stand still there', async () => {
    const { player, source } = createStage();
    player.open(SPAN, source, FROM + 10_400);
    await source.answerAll();
    player.step(1);
    expect(player.atMs).toBe(FROM + 11_000);
    player.step(-1);
    player.step(-1);
    expect(player.atMs).toBe(FROM + 9_000);
    expect(eastOf(player, 0)).toBe(4.5);
    player.play();
    player.step(1);
    expect(player.isPlaying).toBe(false);
    player.seek(FROM);
    player.step(-1);
    expect(player.atMs).toBe(FROM);
  });

  it('[PLAY-44] a page that slept goes on where it was', async () => {
    const { player, source, tick } = createStage();
    player.open(SPAN, source, FROM);
    await source.answerAll();
    player.play();
    tick(0);
    tick(120_000);
    expect(player.atMs).toBe(FROM + 500);
  });

  it('[PLAY-45] a chunk that ends early is gone on with from its last frame', async () => {
    const park = new RecordedPark(FROM, HAPPENED);
    park.chunkFrames = 21;
    const { player, source, run, tick } = createStage(park);
    player.open(SPAN, source, FROM);
    await source.answerAll();
    player.play();
    tick(0);
    await run(50_000);
    expect(player.atMs).toBe(FROM + 50_000);
    expect(eastOf(player, 0)).toBe(25);
    player.seek(FROM + 119_000);
    await source.answerAll();
    expect(eastOf(player, 0)).toBe(59.5);
  });

  it('[PLAY-46] whatever was pressed before, a moment looks as it does from the beginning on', async () => {
    const press = fc.oneof(
      fc.record({ kind: fc.constant('seek' as const), atS: fc.double({ min: -5, max: 605, noNaN: true }) }),
      fc.record({ kind: fc.constant('play' as const), ticks: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constant('speed' as const), speed: fc.constantFrom<Speed>(...SPEEDS) }),
      fc.record({ kind: fc.constant('step' as const), by: fc.constantFrom<1 | -1>(1, -1) }),
      fc.record({ kind: fc.constant('arrive' as const), which: fc.nat({ max: 3 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(press, { maxLength: 25 }),
        fc.constantFrom(Number.POSITIVE_INFINITY, 7, 40),
        async (presses, chunkFrames) => {
          const park = new RecordedPark(FROM, HAPPENED);
          park.chunkFrames = chunkFrames;
          const { player, source, tick } = createStage(park);
          player.open(SPAN, source, FROM);
          for (const one of presses) {
            if (one.kind === 'seek') player.seek(FROM + Math.round(one.atS * 1_000));
            else if (one.kind === 'speed') player.setSpeed(one.speed);
            else if (one.kind === 'step') player.step(one.by);
            else if (one.kind === 'arrive') source.asked[one.which % Math.max(1, source.asked.length)]?.answer();
            else {
              player.play();
              for (let i = 0; i <= one.ticks; i++) tick();
            }
            await settle();
          }
          player.pause();
          await source.answerAll();
          expect(player.waitingForMs).toBeNull();
          expect(screen(player.picture)).toEqual(screen(fromTheStart(player.atMs, stepMsOf(player.speed))));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('speeds', () => {
  it('[PLAY-40] from 1 to 60 times, with at most ten frames a second of the operator’s time and chunks of ten minutes at most', () => {
    expect(SPEEDS).toEqual([1, 2, 5, 10, 30, 60]);
    for (const speed of SPEEDS) {
      const framesPerSecond = (speed * 1_000) / stepMsOf(speed);
      expect(framesPerSecond).toBeGreaterThanOrEqual(1);
      expect(framesPerSecond).toBeLessThanOrEqual(10);
      expect(chunkMsOf(stepMsOf(speed))).toBeLessThanOrEqual(600_000);
    }
    expect(nextSpeed(60, 1)).toBe(60);
    expect(nextSpeed(10, -1)).toBe(5);
  });
});
