/**
 * What the rules measure by, as one object that the park carries: an offline replay may try other values on the same
 * log. The defaults are the product's rules. Not part of snapshots: who restores an engine says by what it goes on.
 */
import { err, ok, type Result } from '../core/result.ts';
import { type AlarmLevel, RULES, type RuleId } from '../stream/protocol/vocabulary.ts';

interface Field {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}
const field = (value: number, min: number, max: number): Field => ({ value, min, max });

/** Default and allowed range of each setting; the rules themselves say what they mean (evidence.ts, sos.ts). */
const FIELDS = {
  outOfBounds: {
    /** Depth per accuracy that counts for nothing: noise must beat it to gather. */
    raiseDrift: field(0.5, 0, 10),
    clearDrift: field(0.1, 0, 10),
    raiseThreshold: field(3, 0.1, 1_000),
    clearThreshold: field(4, 0.1, 1_000),
    /** One fix this many accuracies deep is enough by itself. */
    atOnce: field(3, 0.5, 20),
    /** Clearing asks for this much distance beyond the edge; AQ 3064.3 Annex A allows less than 3 m, raising has none. */
    clearMarginM: field(2, 0, 50),
    /** A fix this long after the one before weighs one, as the first does. */
    independentMs: field(2_000, 1, 600_000),
    /** Later ones weigh more, up to this: what is gathered in a time is the same at every rate up to the slowest of AQ 3064.3 Annex A. */
    longestMs: field(5_000, 1, 600_000),
    /** Evidence older than this is forgotten: 8.2 of AQ 3064.3 allows a fix each 30 s, so three may be missed. */
    forgetMs: field(90_000, 1, 3_600_000),
    /** Depth is filtered as the mean over this window. Longer, and the steps before a crossing outweigh those after it. */
    filterMs: field(6_000, 0, 600_000),
    filterFixes: field(16, 1, 256),
    /** An alarm that lasts this long becomes a recorded event (AQ 3064.3 5.2.4 a: 30 s). */
    recordAfterMs: field(30_000, 0, 86_400_000),
  },
  /**
   * Who is inside which area, by the same evidence: `raise` is entering, `clear` leaving. One person too many and one too few weigh
   * alike here, so entering asks for less than an alarm does; and fixes weigh by the time between them up to 5 s, the slowest
   * sampling of AQ 3064.3 Annex A, so that what is gathered in a time is the same at every rate up to it.
   */
  presence: {
    raiseDrift: field(0.2, 0, 10),
    clearDrift: field(0.1, 0, 10),
    raiseThreshold: field(1.2, 0.1, 1_000),
    clearThreshold: field(1.6, 0.1, 1_000),
    atOnce: field(3, 0.5, 20),
    clearMarginM: field(2, 0, 50),
    independentMs: field(5_000, 1, 600_000),
    forgetMs: field(90_000, 1, 3_600_000),
    filterMs: field(6_000, 0, 600_000),
  },
  gathering: {
    /** AQ 3064.3 3.5 / 5.2.3: within a circle of at most this radius, anywhere, for longer than `lastMs`. */
    radiusM: field(15, 1, 100),
    lastMs: field(60_000, 0, 3_600_000),
    /** People from whom on it is yellow, orange, red; an area may ask for another first number (topic `area`). */
    from: field(3, 2, 1_000),
    orangeFrom: field(4, 2, 1_000),
    redFrom: field(7, 2, 1_000),
    /** Time constant of the filtered places, and the gap in fixes, or in being together, that ends nothing yet. */
    filterMs: field(5_000, 0, 60_000),
    gapMs: field(10_000, 1_000, 60_000),
    /** A higher count holds so long before it is told, a lower one so long before the level falls. */
    riseMs: field(2_000, 0, 4_000),
    fallMs: field(30_000, 0, 600_000),
    /** Who came and went is told at most this often, a change of level at once. */
    updateMs: field(10_000, 1_000, 600_000),
    /** People who come together again within this time are the same gathering; later, another. */
    returnMs: field(300_000, 60_000, 86_400_000),
    /** Faster than this is in a vehicle, and counts in no gathering. */
    vehicleMps: field(5, 1, 100),
    /** Candidate circles a tick; beyond it the count is coarse, and says so. */
    budget: field(400_000, 1_000, 100_000_000),
  },
  sos: {
    /** A tag that keeps sending SOS after its alarm was reset raises anew after this long: rather once more than never. */
    rearmMs: field(60_000, 0, 3_600_000),
    /** A vendor's call for help that comes when it is over already is raised unless it ended longer ago than this. */
    endedMs: field(86_400_000, 0, 604_800_000),
  },
  lifeCycle: {
    /** A condition that comes back within this time of its end continues its alarm (ISA-18.2 off-delay). */
    offDelayMs: field(10_000, 0, 3_600_000),
    /** Not acknowledged for this long an alarm is handed up, by its level. */
    escalateLevel1Ms: field(60_000, 1_000, 86_400_000),
    escalateLevel2Ms: field(180_000, 1_000, 86_400_000),
    escalateLevel3Ms: field(600_000, 1_000, 86_400_000),
    escalateLevel4Ms: field(3_600_000, 1_000, 86_400_000),
    /** How often at most. */
    escalations: field(3, 0, 10),
    /** Longest time that a person may put alarms aside at once. */
    shelveMs: field(86_400_000, 60_000, 86_400_000),
  },
  stillness: {
    /** Distance from the place of rest, in accuracies, that counts for nothing. */
    moveDrift: field(2, 0.5, 20),
    /** Gathered beyond that: the person has moved. */
    moveThreshold: field(3, 0.1, 1_000),
    /** A fix with at least this speed is evidence of moving wherever it lies. */
    movingMps: field(0.5, 0.1, 10),
    /** Unheard of for so long a tag that comes back is put on anew. Longer than an outage, shorter than a night. */
    putOnGapMs: field(4 * 3_600_000, 60_000, 86_400_000),
    /** Level of a tag that seems to lie about without its wearer. */
    laidDownLevel: field(4, 1, 4),
  },
  overCapacity: {
    onDelayMs: field(2_000, 0, 3_600_000),
  },
  underCapacity: {
    onDelayMs: field(60_000, 0, 86_400_000),
  },
  post: {
    /** Where the post says nothing else. */
    toleratedAbsenceMs: field(300_000, 0, 86_400_000),
    handOverMs: field(900_000, 0, 4 * 3_600_000),
  },
  leftSite: {
    onDelayMs: field(60_000, 0, 86_400_000),
  },
  signalLost: {
    /** After our own downtime of more than this, who was not heard since may long have left: nothing is raised for him. */
    blindMs: field(3_600_000, 0, 86_400_000),
  },
  tags: {
    lowBatteryPct: field(20, 1, 99),
    batteryClearPct: field(30, 2, 100),
    /** A tag that nobody is known to wear: so far and so long, and gone when unheard for so long. */
    unknownMovedM: field(10, 1, 1_000),
    unknownHeardMs: field(60_000, 1_000, 86_400_000),
    unknownGoneMs: field(600_000, 10_000, 86_400_000),
    /** Two places of one person at once: so far apart beside what anybody can go meanwhile. */
    apartM: field(30, 5, 10_000),
    apartMps: field(15, 0, 100),
    /** Fixes of two sources this near in time are of the same time; so many pairs over so long are enough. */
    togetherMs: field(5_000, 100, 60_000),
    apartPairs: field(3, 1, 1_000),
    apartMs: field(10_000, 0, 3_600_000),
    /** Together again for so long: there is one tag. */
    apartClearMs: field(60_000, 0, 86_400_000),
    /** From the start of a shift until a tag is asked for. */
    noLiveGraceMs: field(600_000, 0, 14_400_000),
  },
  patrol: {
    /** Out of a point's circle for no longer than this the stay goes on: fixes may come each 30 s. */
    gapMs: field(60_000, 1_000, 600_000),
  },
  reporting: {
    /** Longest pause of positions that AQ 3064.3 8.2 allows. */
    positionsMs: field(30_000, 1_000, 3_600_000),
    /** Of a sender on change: the heartbeat that is asked for, and what is expected until its own pace is known. */
    heartbeatMs: field(60_000, 1_000, 3_600_000),
    firstHeartbeatsMs: field(300_000, 1_000, 3_600_000),
    /** Suspicion at which a sender is late, and at which it is silent. */
    latePhi: field(1, 0.1, 100),
    silentPhi: field(8, 0.5, 100),
    /** Never silent before this many allowed intervals, nor before this many times the longest pause known. */
    silentAfter: field(3, 1, 100),
    tailFactor: field(2, 0, 10),
    /** Silent after this many in any case, where an interval is law or promised: nobody gets used to a failing sender. */
    silentAtLast: field(10, 1, 1_000),
    /** Least standard deviation of the pauses, as a share of their mean. */
    leastDeviation: field(0.2, 0.01, 2),
    /** Heard again without a break for so long: the outage is over. */
    recoverMs: field(60_000, 0, 3_600_000),
    /** After our own downtime nobody's silence counts for this long: senders try again at their own pace. */
    graceMs: field(60_000, 0, 3_600_000),
  },
  /** Work permits. What the standards set stands in standard/gb30871.ts; these are what they leave to the park. */
  permit: {
    /** Circle of a job whose area nobody drew, m. */
    jobRadiusM: field(10, 2, 200),
    /** A guardian within this of the job's place is there; away for longer than `guardianAwayMs` he is not. */
    guardianRadiusM: field(30, 5, 500),
    guardianAwayMs: field(60_000, 0, 3_600_000),
    /** Unheard of for so long a guardian's tag is silent. */
    guardianSilentMs: field(120_000, 30_000, 3_600_000),
    /** Somebody else within the job's area for so long is an intruder: passing by is none. */
    intruderMs: field(60_000, 0, 3_600_000),
    /** Nobody of the permit within this of the job for so long while it is in progress. */
    nobodyRadiusM: field(50, 5, 1_000),
    nobodyMs: field(600_000, 60_000, 86_400_000),
    /** Inside a confined space for so long: its guardian, or more people than are on the permit. */
    insideMs: field(30_000, 0, 3_600_000),
    /** An approver within this of the job's place, at most so long before or after he signed, was on site. */
    approverRadiusM: field(50, 5, 1_000),
    approverMs: field(300_000, 0, 3_600_000),
    /** Crews of jobs that shut each other out, so near for so long. */
    conflictM: field(10, 1, 200),
    conflictMs: field(60_000, 0, 3_600_000),
    /** Jobs so near are looked at as crossing each other. */
    stackedM: field(10, 0, 200),
    /** Added to distances of the standard, since places have errors. */
    placeErrorM: field(5, 0, 100),
    boundaryToleranceM: field(10, 0, 1_000),
    /** After its end a permit may wait so long for acceptance; for approval so long after it was applied for. */
    acceptMs: field(7_200_000, 0, 604_800_000),
    approvalMs: field(7_200_000, 0, 604_800_000),
    /** A camera is to be linked so long after the start; a gap in the recording longer than this is told. */
    videoAfterMs: field(600_000, 0, 86_400_000),
    videoGapMs: field(30_000, 1_000, 3_600_000),
    /** Minute of the day by which declared work is expected to show a permit. */
    declaredByMinute: field(720, 0, 1_439),
    /** After its first word a permit waits so long for what registers say of it. */
    heardMs: field(5_000, 0, 600_000),
    /** People in a work area without any permit, for so long. */
    withoutPermitMs: field(600_000, 60_000, 86_400_000),
  },
  vendorAlarms: {
    /** A vendor's alarm and ours that come this near in time speak of the same thing: clocks and delays of rules differ. */
    joinMs: field(60_000, 0, 3_600_000),
    /** What was over this long before it was told is history: stored, and raised no more. */
    lateMs: field(86_400_000, 0, 8 * 86_400_000),
    /** A gathering of a vendor (B.5 has no end) is over when nobody spoke of it for so long. */
    silentMs: field(600_000, 10_000, 86_400_000),
  },
} as const satisfies Record<string, Record<string, Field>>;

export type RuleSettings = {
  readonly [Rule in keyof typeof FIELDS]: { readonly [Name in keyof (typeof FIELDS)[Rule]]: number };
} & {
  /** Levels that differ from those of alarm-classes.ts. */
  readonly levels: Readonly<Partial<Record<RuleId, AlarmLevel>>>;
};
export type OutOfBoundsSettings = RuleSettings['outOfBounds'];
/** What the evidence at an edge goes by (evidence.ts). */
export type EvidenceSettings = RuleSettings['presence'];
export type LifeCycleSettings = RuleSettings['lifeCycle'];
export type SosSettings = RuleSettings['sos'];
export type PostSettings = RuleSettings['post'];
export type GatheringSettings = RuleSettings['gathering'];

export const DEFAULT_RULE_SETTINGS: RuleSettings = settingsFrom({});

/**
 * Settings from JSON such as `{"outOfBounds": {"clearMarginM": 1}}`; what is left out keeps its default. The error names
 * the first name that is unknown or value that is not a number in its range.
 */
export function parseRuleSettings(json: unknown): Result<RuleSettings, string> {
  if (!isObject(json)) return err('rule settings: not an object');
  const { levels = {}, ...sections } = json;
  const levelProblem = problemOfLevels(levels);
  if (levelProblem !== null) return err(levelProblem);
  for (const [rule, given] of Object.entries(sections)) {
    const fields: Record<string, Field> | undefined = Object.hasOwn(FIELDS, rule)
      ? FIELDS[rule as keyof typeof FIELDS]
      : undefined;
    if (fields === undefined) return err(`rule settings: no rule "${rule}", there are ${namesOf(FIELDS)}, levels`);
    if (!isObject(given)) return err(`rule settings: ${rule} is not an object`);
    for (const [name, value] of Object.entries(given)) {
      const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (known === undefined) return err(`rule settings: ${rule} has no "${name}", it has ${namesOf(fields)}`);
      if (typeof value !== 'number' || !(value >= known.min && value <= known.max)) {
        return err(`rule settings: ${rule}.${name} is a number from ${known.min} to ${known.max}`);
      }
    }
  }
  return ok(settingsFrom(sections as Record<string, Record<string, number>>, levels as RuleSettings['levels']));
}

/** Colours of a gathering are the standard's, by its size (AQ 3064.3 5.2.3). */
const FIXED_LEVEL: RuleId = 'gathering';

function problemOfLevels(levels: unknown): string | null {
  if (!isObject(levels)) return 'rule settings: levels is not an object';
  for (const [rule, level] of Object.entries(levels)) {
    if (!(RULES as readonly string[]).includes(rule) || rule === FIXED_LEVEL) {
      return `rule settings: levels has no "${rule}", it has ${RULES.filter((one) => one !== FIXED_LEVEL).join(', ')}`;
    }
    if (level !== 1 && level !== 2 && level !== 3 && level !== 4) {
      return `rule settings: levels.${rule} is 1, 2, 3 or 4`;
    }
  }
  return null;
}

function settingsFrom(
  given: Readonly<Record<string, Readonly<Record<string, number>>>>,
  levels: RuleSettings['levels'] = {},
): RuleSettings {
  const settings = Object.entries(FIELDS).map(([rule, fields]) => {
    const defaults = Object.entries(fields).map(([name, { value }]) => [name, value]);
    return [rule, { ...Object.fromEntries(defaults), ...given[rule] }];
  });
  return { ...Object.fromEntries(settings), levels } as RuleSettings;
}

const namesOf = (of: object): string => Object.keys(of).join(', ');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
