/**
 * What breaks and when, drawn from a seed. Moments are counts of requests that suppliers have begun, not times: they come
 * on whatever is dead, since a supplier sends again. Faults overlap as they fall.
 */
import { SeededRandom } from '../fuzz/gateway-network.ts';

export const TARGETS = ['ingest', 'watch', 'store', 'live', 'archive', 'redis', 'postgres'] as const;
export type Target = (typeof TARGETS)[number];

export interface Fault {
  /** Begins with this request, or is armed with it. */
  readonly at: number;
  /**
   * Armed, it waits for a moment that chance hardly meets. snapshot-due: watch is about to keep its state, and was just
   * handed an entry. snapshot-kept: watch has just kept it.
   */
  readonly when: 'now' | 'snapshot-due' | 'snapshot-kept';
  /** So long after that, ms: a request is at its door, on its way to the disk, or answered by then. */
  readonly phaseMs: number;
  readonly target: Target;
  /** kill: SIGKILL, and started again. stop: SIGSTOP, then SIGCONT. cut: its connection to Redis, over which it publishes. */
  readonly what: 'kill' | 'stop' | 'cut';
  /** cut: so many times, sooner than it connects again. stop: for so many requests; or until the standby has its lease, so that the one that wakes is not wanted any more. */
  readonly lasts: number | 'relieved';
}

export interface Schedule {
  readonly seed: number;
  readonly faults: readonly Fault[];
}

/** Requests that suppliers make at least. */
export const REQUESTS = 150;
/** Faults begin before this one: what came last has to be met too. */
const LAST_FAULT = 135;

export function scheduleOf(seed: number): Schedule {
  const random = new SeededRandom(seed);
  const faults: Fault[] = [];
  const count = 4 + random.below(3);
  for (let n = 0; n < count; n++) {
    const earlier = faults.at(-1);
    // Every third or so while another still lasts.
    const isOverlap = earlier !== undefined && random.chance(0.35);
    const at = isOverlap ? earlier.at + random.below(3) : 5 + random.below(LAST_FAULT - 5);
    faults.push(faultAt(at, isOverlap ? earlier.target : null, random));
  }
  if (random.chance(0.7)) faults.push(...aroundSnapshot(5 + random.below(60), random));
  return { seed, faults: faults.toSorted((a, b) => a.at - b.at) };
}

/** What watch publishes is lost on its way, with Redis or with a connection; watch goes behind the snapshot that it keeps next. */
function aroundSnapshot(at: number, random: SeededRandom): Fault[] {
  const due = { at, when: 'snapshot-due', phaseMs: random.below(10) } as const;
  return [
    random.chance(0.3)
      ? { ...due, target: 'redis', what: 'kill', lasts: 0 }
      : { ...due, target: 'watch', what: 'cut', lasts: 15 + random.below(20) },
    { at, when: 'snapshot-kept', phaseMs: 0, target: 'watch', what: 'kill', lasts: 0 },
  ];
}

function faultAt(at: number, other: Target | null, random: SeededRandom): Fault {
  const target = random.pick(TARGETS.filter((name) => name !== other));
  const phaseMs = random.below(30);
  if (random.chance(0.55)) return { at, when: 'now', phaseMs, target, what: 'kill', lasts: 0 };
  if ((target === 'watch' || target === 'store') && random.chance(0.6)) {
    return { at, when: 'now', phaseMs, target, what: 'stop', lasts: 'relieved' };
  }
  // Whoever keeps the door shut has requests time out one by one.
  const isDoor = target === 'ingest' || target === 'redis';
  return { at, when: 'now', phaseMs, target, what: 'stop', lasts: isDoor ? 2 + random.below(5) : 5 + random.below(40) };
}

export const textOf = ({ seed, faults }: Schedule): string =>
  [
    `seed ${seed}`,
    ...faults.map(({ at, when, phaseMs, target, what, lasts }) => {
      const span =
        lasts === 'relieved' ? ' until relieved' : what === 'cut' ? ` ${lasts} times` : ` for ${lasts} requests`;
      const until = what === 'kill' ? '' : span;
      const moment = when === 'now' ? '' : `, ${when}`;
      return `  from request ${at}${moment} + ${phaseMs} ms: ${what} ${target}${until}`;
    }),
  ].join('\n');
