/**
 * What a tried setting can touch: rules, and the parts of the engine that judge them. Everything else of the engine stays at home,
 * in both runs: circles among many people, the dearest rule by far, are looked for only where the setting speaks of them.
 */

import type { RuleSettings } from '../../alarms/rule-settings.ts';
import type { AreaSetting } from '../../alarms/settings/area.ts';
import { AreaWatch } from '../../engine/area-limits.ts';
import { Deliveries } from '../../engine/deliveries.ts';
import { FilteredPlaces } from '../../engine/filtered-places.ts';
import { GasAlarms } from '../../engine/gas-alarms.ts';
import { Gatherings } from '../../engine/gatherings.ts';
import { OffDelay } from '../../engine/off-delay.ts';
import type { Part } from '../../engine/part.ts';
import { createParts } from '../../engine/parts.ts';
import { Patrols } from '../../engine/patrols.ts';
import { Presence } from '../../engine/presence.ts';
import { Reporting } from '../../engine/reporting.ts';
import { Dwell } from '../../engine/rules/dwell.ts';
import { OverCapacity } from '../../engine/rules/over-capacity.ts';
import { Posts } from '../../engine/rules/posts.ts';
import { SignalLost } from '../../engine/rules/signal-lost.ts';
import { Stillness } from '../../engine/rules/stillness.ts';
import { UnderCapacity } from '../../engine/rules/under-capacity.ts';
import { Tags } from '../../engine/tags.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import { RULES, type RuleId } from '../../stream/protocol/vocabulary.ts';

/** Rules that a dry run knows, with the parts that each needs beside `ALWAYS`; those of senders and vendors hang on no position. */
const PARTS_OF: { readonly [R in RuleId]?: readonly (new () => Part)[] } = {
  sos: [],
  'out-of-bounds': [],
  dwell: [AreaWatch, Dwell],
  stillness: [AreaWatch, Posts, Stillness],
  'left-post': [AreaWatch, Posts],
  'left-site': [AreaWatch, Posts],
  'over-capacity': [AreaWatch, OverCapacity],
  'under-capacity': [AreaWatch, UnderCapacity],
  'post-vacant': [AreaWatch, Posts],
  gathering: [FilteredPlaces, GasAlarms, Gatherings, Deliveries],
  'signal-lost': [AreaWatch, Posts, Stillness, SignalLost],
  'low-battery': [Tags, Reporting],
  'unknown-tag': [Tags, Reporting],
  'two-tags': [Tags, Reporting],
  'no-live-tag': [Tags, Reporting],
  'patrol-missed': [FilteredPlaces, Patrols],
};
const ALWAYS: readonly (new () => Part)[] = [Presence, OffDelay];

const KNOWN = RULES.filter((rule) => rule in PARTS_OF);
const OF_TAGS: readonly RuleId[] = ['low-battery', 'unknown-tag', 'two-tags', 'no-live-tag'];
const OF_POSTS: readonly RuleId[] = [
  'left-post',
  'left-site',
  'post-vacant',
  'stillness',
  'signal-lost',
  'no-live-tag',
];

const BY_AREA_FIELD: { readonly [F in keyof AreaSetting]-?: readonly RuleId[] } = {
  capacityMax: ['over-capacity'],
  capacityMin: ['under-capacity'],
  requiredPersonIds: ['under-capacity'],
  dwellLimitS: ['dwell'],
  stillLimitS: ['stillness', 'signal-lost'],
  gathering: ['gathering'],
  restPlace: ['stillness', 'signal-lost'],
};

const BY_SECTION: { readonly [S in Exclude<keyof RuleSettings, 'levels'>]: readonly RuleId[] } = {
  outOfBounds: ['out-of-bounds', 'stillness', 'signal-lost'],
  // Who is inside where. Gatherings ask for it only to leave out areas that are not watched.
  presence: KNOWN.filter((rule) => rule !== 'gathering' && rule !== 'out-of-bounds'),
  gathering: ['gathering', 'patrol-missed'],
  sos: ['sos'],
  lifeCycle: KNOWN,
  stillness: ['stillness', 'signal-lost'],
  overCapacity: ['over-capacity'],
  underCapacity: ['under-capacity'],
  post: OF_POSTS,
  leftSite: ['left-site'],
  signalLost: ['signal-lost'],
  tags: OF_TAGS,
  patrol: ['patrol-missed'],
  // Permits are judged by more than positions; a dry run does not know them.
  permit: [],
  reporting: [],
  vendorAlarms: [],
};

const BY_TOPIC: { readonly [T in SettingTopicName]?: readonly RuleId[] } = {
  post: OF_POSTS,
  calendar: [...OF_POSTS, 'patrol-missed'],
  patrol: ['patrol-missed'],
};

/**
 * Rules that the value, tried in place of those in `replaced` (null: none), can touch; none, where no alarm of people's positions
 * hangs on it. Of an area or of the rules the fields that differ count; where none does, all that are named.
 */
export function touchedRules(topic: SettingTopicName, value: unknown, replaced: readonly unknown[]): Set<RuleId> {
  const fields = (of: unknown): Fields => (of ?? {}) as Fields;
  const tried = fields(value);
  const differing = differingNames(tried, replaced.map(fields));
  const names = differing.length > 0 ? differing : Object.keys(tried);
  if (topic === 'area') return new Set(names.flatMap((name) => BY_AREA_FIELD[name as keyof AreaSetting] ?? []));
  if (topic !== 'rules') return new Set(BY_TOPIC[topic] ?? []);
  const levels = differingNames(
    fields(tried['levels']),
    replaced.map((one) => fields(fields(one)['levels'])),
  );
  const bySection = names.flatMap((name) => BY_SECTION[name as keyof typeof BY_SECTION] ?? []);
  return new Set([...bySection, ...KNOWN.filter((rule) => levels.includes(rule))]);
}

/** Parts of an engine that judges these rules, in the engine's order. */
export function partsFor(rules: ReadonlySet<RuleId>): readonly Part[] {
  const wanted = new Set([...ALWAYS, ...[...rules].flatMap((rule) => PARTS_OF[rule] ?? [])]);
  return createParts().filter((part) => wanted.has(part.constructor as new () => Part));
}

type Fields = Readonly<Record<string, unknown>>;

function differingNames(tried: Fields, replaced: readonly Fields[]): string[] {
  const names = new Set([tried, ...replaced].flatMap(Object.keys));
  return [...names].filter((name) => replaced.some((one) => JSON.stringify(one[name]) !== JSON.stringify(tried[name])));
}
