/** What a person looks like: the codes that people-shaders.ts draws by, and what they are made from. Pure. */
import { isSosState, levelFromState } from '../../stream/protocol/frame.ts';
import { FRESHNESS_LIMIT_MS } from '../../stream/protocol/vocabulary.ts';

/** Shape byte; the first three are the codes of PERSON_TYPES. */
export const SHAPE = { disc: 0, diamond: 1, square: 2, ring: 3 } as const;
/** Level byte: bits 0-2 the level (0 none, 1-4), the rest flags. */
export const STYLE_FLAG = { pulsing: 8, selected: 16, sos: 32 } as const;
/** counted: in the number of a crowd (people-survey.ts), not drawn by itself. */
export const VISIBILITY = { hidden: 0, dimmed: 1, normal: 2, counted: 3 } as const;

export interface PersonAlarm {
  readonly level: number;
  /** false: one of the person's alarms asks for an acknowledgement. */
  readonly acknowledged: boolean;
  /** One of those that ask is red or orange. */
  readonly pulses: boolean;
  readonly sos: boolean;
}

/** Whom the operator wants to see, and who is known: the same object for as long as that is the same for everybody. */
export interface PeopleFilter {
  /** By shape byte: false hides the type. */
  readonly shownShapes: readonly boolean[];
  isIdentified(slot: number): boolean;
  /** Outside of what the operator filtered for. */
  isDimmed(slot: number): boolean;
  /** Of those: not drawn at all. */
  isHidden(slot: number): boolean;
}

/** Everything about looks that is not in a frame. */
export interface PeopleStyling {
  /** Park time for the age of fixes, epoch ms. */
  readonly nowMs: number;
  readonly selectedSlot: number | null;
  /** Highest standing alarm by slot. */
  readonly alarms: ReadonlyMap<number, PersonAlarm>;
  readonly filter: PeopleFilter;
}

export const PLAIN_STYLING: PeopleStyling = {
  nowMs: 0,
  selectedSlot: null,
  alarms: new Map(),
  filter: {
    shownShapes: [true, true, true, true],
    isIdentified: () => true,
    isDimmed: () => false,
    isHidden: () => false,
  },
};

/** The alarm lane comes before the frame and knows the acknowledgement; the frame also tells of alarms out of scope. */
export function levelByte(state: number, alarm: PersonAlarm | undefined): number {
  const framed = levelFromState(state);
  if (alarm === undefined) return framed | (isSosState(state) ? STYLE_FLAG.sos : 0);
  const level = framed === 0 ? alarm.level : Math.min(framed, alarm.level);
  return level | (alarm.pulses ? STYLE_FLAG.pulsing : 0) | (alarm.sos ? STYLE_FLAG.sos : 0);
}

/** What the frame said, or older by now. */
export function freshnessAt(state: number, ageMs: number): number {
  const framed = (state >> 6) & 3;
  const now = freshnessCode(ageMs);
  return now > framed ? now : framed;
}

/** Code in FRESHNESS of a fix this old. */
export function freshnessCode(ageMs: number): number {
  if (ageMs < FRESHNESS_LIMIT_MS.amber) return 0;
  if (ageMs < FRESHNESS_LIMIT_MS.suspect) return 1;
  return ageMs < FRESHNESS_LIMIT_MS.offline ? 2 : 3;
}
