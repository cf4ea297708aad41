import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATIENCE_MS, ParkShares, type ParkView } from './park-shares.ts';

const STEP_MS = 50;
const LEASE_TTL_MS = 2_000;
const MEMBER_TTL_MS = 1_500;
const HAND_OVER_MS = 300;
/** Longest of: a dead process is noticed, parks are taken, and given up one by one. */
const SETTLE_MS = LEASE_TTL_MS + 20 * (PATIENCE_MS + 1_000);

/** Processes and leases as Redis would keep them, in steps of virtual time. */
class World {
  nowMs = 0;
  moves = 0;
  readonly parks: string[];
  readonly holders = new Map<string, { holder: string; untilMs: number; term: number }>();
  readonly #terms = new Map<string, number>();
  readonly #members = new Map<string, { shares: ParkShares; seenUntilMs: number; isAlive: boolean }>();
  readonly #leaving = new Map<string, number>();

  constructor(parks: number) {
    this.parks = Array.from({ length: parks }, (_, i) => `park-${i}`);
  }

  start(member: string): void {
    this.#members.set(member, { shares: new ParkShares(member), seenUntilMs: 0, isAlive: true });
  }

  kill(member: string): void {
    const found = this.#members.get(member);
    if (found !== undefined) found.isAlive = false;
  }

  alive(): string[] {
    return [...this.#members].filter(([, { isAlive }]) => isAlive).map(([member]) => member);
  }

  loads(): number[] {
    const held = [...this.holders.values()].map(({ holder }) => holder);
    return this.alive().map((member) => held.filter((holder) => holder === member).length);
  }

  step(): void {
    this.nowMs += STEP_MS;
    for (const [park, lease] of this.holders) {
      const isOver = (this.#leaving.get(park) ?? Number.POSITIVE_INFINITY) <= this.nowMs;
      if (isOver || lease.untilMs <= this.nowMs) this.holders.delete(park);
      if (isOver) this.#leaving.delete(park);
    }
    for (const [member, state] of this.#members) {
      if (!state.isAlive) continue;
      state.seenUntilMs = this.nowMs + MEMBER_TTL_MS;
      for (const lease of this.holders.values()) {
        if (lease.holder === member) lease.untilMs = this.nowMs + LEASE_TTL_MS;
      }
      const { take, giveUp } = state.shares.decide(this.#views(), this.nowMs);
      if (take !== null && !this.holders.has(take)) {
        const term = (this.#terms.get(take) ?? 0) + 1;
        this.#terms.set(take, term);
        this.holders.set(take, { holder: member, untilMs: this.nowMs + LEASE_TTL_MS, term });
        this.moves++;
      }
      if (giveUp !== null) {
        expect(this.holders.get(giveUp)?.holder).toBe(member);
        this.#leaving.set(giveUp, this.nowMs + HAND_OVER_MS);
        this.moves++;
      }
    }
  }

  run(ms: number): void {
    for (const end = this.nowMs + ms; this.nowMs < end; ) this.step();
  }

  #views(): ParkView[] {
    const members = [...this.#members].filter(([, { seenUntilMs }]) => seenUntilMs > this.nowMs).map(([name]) => name);
    return this.parks.map((park) => ({
      park,
      holder: this.holders.get(park)?.holder ?? null,
      members,
      isWanted: true,
    }));
  }
}

const change = fc.record({
  isStart: fc.boolean(),
  member: fc.integer({ min: 0, max: 4 }).map((n) => `member-${n}`),
  afterMs: fc.integer({ min: 0, max: 9_000 }),
});

describe('park shares', () => {
  it('[LOG-80] however processes come and go, every park ends with one holder, loads differ by at most one, and nothing moves then', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(change, { maxLength: 8 }), (parks, changes) => {
        const world = new World(parks);
        world.start('member-0');
        let started = 0;
        for (const { isStart, member, afterMs } of changes) {
          world.run(afterMs);
          // A process that comes back is another one.
          if (isStart) world.start(`${member}.${++started}`);
          else world.kill(world.alive().find((name) => name.startsWith(member)) ?? '');
        }
        if (world.alive().length === 0) world.start('last');
        world.run(SETTLE_MS);
        const loads = world.loads();
        expect(world.holders.size).toBe(parks);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
        const { moves } = world;
        world.run(60_000);
        expect(world.moves).toBe(moves);
      }),
      { numRuns: 60 },
    );
  });

  it('[LOG-81] a dead process’ parks are taken within 0.2 s of the end of its leases, first by who has fewest', () => {
    const world = new World(7);
    for (const member of ['a', 'b', 'c']) world.start(member);
    world.run(60_000);
    expect(world.loads().sort()).toEqual([2, 2, 3]);
    world.kill('a');
    world.run(LEASE_TTL_MS);
    expect(world.holders.size).toBeLessThan(7);
    world.run(200 + STEP_MS);
    expect(world.holders.size).toBe(7);
    expect(world.loads().sort()).toEqual([3, 4]);
  });

  it('[LOG-82] a park that is given up and that nobody takes comes back, and the next is given up later and later', () => {
    const shares = new ParkShares('me');
    let holder: string | null = 'me';
    let nowMs = 0;
    const givenAtMs: number[] = [];
    for (; givenAtMs.length < 4; nowMs += STEP_MS) {
      const views = ['p1', 'p2'].map((park) => ({
        park,
        holder: park === 'p2' ? holder : 'me',
        members: ['me', 'stuck'],
        isWanted: true,
      }));
      const { take, giveUp } = shares.decide(views, nowMs);
      if (giveUp !== null) {
        givenAtMs.push(nowMs);
        holder = null;
      } else if (take !== null) holder = 'me';
    }
    const [, second = 0, third = 0, fourth = 0] = givenAtMs;
    expect(third - second).toBeGreaterThan(2 * PATIENCE_MS);
    expect(fourth - third).toBeGreaterThan(1.5 * (third - second));
  });
});
