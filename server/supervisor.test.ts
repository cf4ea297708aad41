import { describe, expect, it } from 'vitest';
import type { ProcessEnd } from './services/process.ts';
import { type Member, type MemberRun, type StateChange, Supervisor } from './supervisor.ts';

/** A member whose runs the test ends by hand; `events` is shared to see an order across members. */
class FakeMember implements Member {
  readonly name: string;
  readonly #events: string[];
  readonly #failFirst: number;
  starts = 0;
  #end: ((end: ProcessEnd) => void) | undefined;

  constructor(name: string, events: string[] = [], failFirst = 0) {
    this.name = name;
    this.#events = events;
    this.#failFirst = failFirst;
  }

  start(): Promise<MemberRun> {
    this.starts++;
    if (this.starts <= this.#failFirst) return Promise.reject(new Error(`no start ${this.starts}`));
    const { promise, resolve } = withResolvers<ProcessEnd>();
    this.#end = resolve;
    return Promise.resolve({
      pid: 1000 + this.starts,
      ended: promise,
      stop: () => {
        this.#events.push(this.name);
        resolve({ code: 0, signal: null, expected: true });
        return Promise.resolve();
      },
    });
  }

  crash(): void {
    this.#end?.({ code: null, signal: 'SIGKILL', expected: false });
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Records changes and lets a test wait for the n-th of a kind. */
function createRecord(): {
  changes: StateChange[];
  onState: (change: StateChange) => void;
  nth: (name: string, state: string, n: number) => Promise<StateChange>;
} {
  const changes: StateChange[] = [];
  const waiting: { isMet: () => StateChange | undefined; resolve: (change: StateChange) => void }[] = [];
  return {
    changes,
    onState: (change) => {
      changes.push(change);
      for (const wait of waiting) {
        const met = wait.isMet();
        if (met) wait.resolve(met);
      }
    },
    nth: (name, state, n) => {
      const isMet = (): StateChange | undefined => changes.filter((c) => c.name === name && c.state === state)[n - 1];
      const met = isMet();
      return met ? Promise.resolve(met) : new Promise((resolve) => waiting.push({ isMet, resolve }));
    },
  };
}

describe('Supervisor', () => {
  it('[SET-40] starts a member that ended again: at once, then after growing pauses', async () => {
    const record = createRecord();
    const watch = new FakeMember('watch');
    const supervisor = new Supervisor({ onState: record.onState, backoffMs: [0, 1, 2], runningMs: () => 0 });
    await supervisor.start([watch]);
    for (let n = 1; n <= 4; n++) {
      watch.crash();
      await record.nth('watch', 'ready', n + 1);
    }
    expect(watch.starts).toBe(5);
    const ends = record.changes.filter((change) => change.state === 'ended');
    expect(ends.map((change) => change.retryInMs)).toEqual([0, 1, 2, 2]);
    expect(ends[0]?.reason).toBe('signal SIGKILL');
    await supervisor.stop([]);
  });

  it('[SET-40] the pauses count from the start of the run: what ran for that long is started again at once', async () => {
    const record = createRecord();
    const watch = new FakeMember('watch');
    let nowMs = 0;
    const supervisor = new Supervisor({ onState: record.onState, backoffMs: [0, 3, 60_000], runningMs: () => nowMs });
    await supervisor.start([watch]);
    for (const [n, ranMs] of [0, 1, 60_000].entries()) {
      nowMs += ranMs;
      watch.crash();
      await record.nth('watch', 'ready', n + 2);
    }
    const ends = record.changes.filter((change) => change.state === 'ended');
    expect(ends.map((change) => change.retryInMs)).toEqual([0, 2, 0]);
    await supervisor.stop([]);
  });

  it('[SET-40] a run that lasted clears the pauses', async () => {
    const record = createRecord();
    const watch = new FakeMember('watch');
    const supervisor = new Supervisor({ onState: record.onState, backoffMs: [0, 60_000], steadyAfterMs: 0 });
    await supervisor.start([watch]);
    for (let n = 1; n <= 3; n++) {
      watch.crash();
      expect((await record.nth('watch', 'ended', n)).retryInMs).toBe(0);
      await record.nth('watch', 'ready', n + 1);
    }
    await supervisor.stop([]);
  });

  it('[SET-40] one member that ends does not disturb the others', async () => {
    const record = createRecord();
    const [watch, store] = [new FakeMember('watch'), new FakeMember('store')];
    const supervisor = new Supervisor({ onState: record.onState, backoffMs: [0] });
    await supervisor.start([watch, store]);
    watch.crash();
    await record.nth('watch', 'ready', 2);
    expect(store.starts).toBe(1);
    await supervisor.stop([]);
  });

  it('[SET-41] tries a first start a few times, then says why', async () => {
    const record = createRecord();
    const late = new FakeMember('late', [], 2);
    const supervisor = new Supervisor({ onState: record.onState, backoffMs: [0], firstStartAttempts: 3 });
    await supervisor.start([late]);
    expect(late.starts).toBe(3);
    const never = new FakeMember('never', [], 99);
    await expect(supervisor.start([never])).rejects.toThrow('no start 3');
    await supervisor.stop([]);
  });

  it('[SET-42] stops in the given order, the rest from the last started to the first, and restarts nothing', async () => {
    const events: string[] = [];
    const record = createRecord();
    const supervisor = new Supervisor({ onState: record.onState, backoffMs: [0] });
    const names = ['redis', 'postgres', 'store', 'ingest', 'extra', 'other'];
    const members = names.map((name) => new FakeMember(name, events));
    await supervisor.start(members);
    const stopping = supervisor.stop(['ingest', 'absent', 'store', 'redis', 'postgres']);
    members[4]?.crash();
    await stopping;
    await supervisor.stop([]);
    expect(events).toEqual(['ingest', 'store', 'redis', 'postgres', 'other', 'extra']);
    expect(members.map((member) => member.starts)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('[SET-42] a stop during the pause before a restart does not wait for it', async () => {
    const record = createRecord();
    const watch = new FakeMember('watch');
    const supervisor = new Supervisor({ onState: record.onState, backoffMs: [600_000] });
    await supervisor.start([watch]);
    watch.crash();
    await record.nth('watch', 'ended', 1);
    await supervisor.stop([]);
    expect(watch.starts).toBe(1);
  });
});
