/**
 * What the rules measure by, as one object that the park carries: an offline replay may try other values on the same
 * log. The defaults are the product's rules. Not part of snapshots: who restores an engine says by what it goes on.
 */
import { err, ok, type Result } from '../core/result.ts';

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
    /** Fixes this far apart count as independent. */
    independentMs: field(2_000, 1, 600_000),
    /** Evidence older than this is forgotten: 8.2 of AQ 3064.3 allows a fix each 30 s, so three may be missed. */
    forgetMs: field(90_000, 1, 3_600_000),
    /** Depth is filtered as the mean over this window. Longer, and the steps before a crossing outweigh those after it. */
    filterMs: field(6_000, 0, 600_000),
    filterFixes: field(16, 1, 256),
    /** An alarm that lasts this long becomes a recorded event (AQ 3064.3 5.2.4 a: 30 s). */
    recordAfterMs: field(30_000, 0, 86_400_000),
  },
  sos: {
    /** A tag that keeps sending SOS after its alarm was reset raises anew after this long: rather once more than never. */
    rearmMs: field(60_000, 0, 3_600_000),
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
} as const satisfies Record<string, Record<string, Field>>;

export type RuleSettings = {
  readonly [Rule in keyof typeof FIELDS]: { readonly [Name in keyof (typeof FIELDS)[Rule]]: number };
};
export type OutOfBoundsSettings = RuleSettings['outOfBounds'];
export type LifeCycleSettings = RuleSettings['lifeCycle'];
export type SosSettings = RuleSettings['sos'];

export const DEFAULT_RULE_SETTINGS: RuleSettings = settingsFrom({});

/**
 * Settings from JSON such as `{"outOfBounds": {"clearMarginM": 1}}`; what is left out keeps its default. The error names
 * the first name that is unknown or value that is not a number in its range.
 */
export function parseRuleSettings(json: unknown): Result<RuleSettings, string> {
  if (!isObject(json)) return err('rule settings: not an object');
  for (const [rule, given] of Object.entries(json)) {
    const fields: Record<string, Field> | undefined = Object.hasOwn(FIELDS, rule)
      ? FIELDS[rule as keyof typeof FIELDS]
      : undefined;
    if (fields === undefined) return err(`rule settings: no rule "${rule}", there are ${namesOf(FIELDS)}`);
    if (!isObject(given)) return err(`rule settings: ${rule} is not an object`);
    for (const [name, value] of Object.entries(given)) {
      const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (known === undefined) return err(`rule settings: ${rule} has no "${name}", it has ${namesOf(fields)}`);
      if (typeof value !== 'number' || !(value >= known.min && value <= known.max)) {
        return err(`rule settings: ${rule}.${name} is a number from ${known.min} to ${known.max}`);
      }
    }
  }
  return ok(settingsFrom(json as Record<string, Record<string, number>>));
}

function settingsFrom(given: Readonly<Record<string, Readonly<Record<string, number>>>>): RuleSettings {
  const settings = Object.entries(FIELDS).map(([rule, fields]) => {
    const defaults = Object.entries(fields).map(([name, { value }]) => [name, value]);
    return [rule, { ...Object.fromEntries(defaults), ...given[rule] }];
  });
  return Object.fromEntries(settings) as RuleSettings;
}

const namesOf = (of: object): string => Object.keys(of).join(', ');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
