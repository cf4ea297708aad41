/**
 * 紧急集合: an emergency (or a drill of one) that was declared for a place, and where everybody is who was inside. Told as standing
 * documents: `muster` once for the park (`companyCode` null, key the muster's id) and once for each company concerned (key
 * `id/company`) with its own people only; `muster-people` lists these, in pieces that are told again when somebody in them changes.
 * One place for who may do what: page, gateway and engine ask `musterRefusal`.
 */
import type { ErrorCode } from '../../core/errors.ts';
import type { MusterInput } from './acts.ts';
import type { AlarmPerson, PersonView } from './effects.ts';
import type { PersonType } from './vocabulary.ts';

/** `real`: 应急, `drill`: 演练. */
export const MUSTER_KINDS = ['real', 'drill'] as const;
export type MusterKind = (typeof MUSTER_KINDS)[number];

/** What it is declared for: an area (areaKey), the boundary of a company, or the whole park. */
export type MusterPlace =
  | { readonly of: 'area'; readonly area: string }
  | { readonly of: 'company'; readonly companyCode: string }
  | { readonly of: 'park' };

/** One muster a place at a time. */
export const musterPlaceKey = (place: MusterPlace): string =>
  place.of === 'area' ? `area:${place.area}` : place.of === 'company' ? `company:${place.companyCode}` : 'park';

/** Whose the place is; null: the park's. */
export const ownerOf = (place: MusterPlace): string | null =>
  place.of === 'area' ? (place.area.split('/', 1)[0] ?? null) : place.of === 'company' ? place.companyCode : null;

/**
 * inside: heard of in the last 90 s. silent: last seen inside, not heard of since. left: outside, at no assembly point. safe: at an
 * assembly point. confirmed: somebody says so. The first two are missing. Index = code in MusterPeople.
 */
export const MUSTER_STATES = ['inside', 'silent', 'left', 'safe', 'confirmed'] as const;
export type MusterState = (typeof MUSTER_STATES)[number];
export type MusterCounts = Readonly<Record<MusterState, number>>;

export const isMissing = (state: MusterState): boolean => state === 'inside' || state === 'silent';
export const missingOf = ({ inside, silent }: MusterCounts): number => inside + silent;
export const safeOf = ({ safe, confirmed }: MusterCounts): number => safe + confirmed;
export const totalOf = (counts: MusterCounts): number => missingOf(counts) + counts.left + safeOf(counts);

/** One line of `minutes`: missing, left, safe (confirmed ones too), at the end of each minute since the declaration. */
export type MusterMinute = readonly [missing: number, left: number, safe: number];

/** Somebody who is missing when it ends. */
export interface MusterMissing extends AlarmPerson {
  readonly state: 'inside' | 'silent';
  /** Event time of the last fix; null: never placed. */
  readonly seenAtMs: number | null;
  /** CGCS2000, degrees. */
  readonly lng: number | null;
  readonly lat: number | null;
  /** Smallest area around that place, by name. */
  readonly areaName: string | null;
  /** Came in after the declaration. */
  readonly hasEntered: boolean;
}

export interface Muster {
  readonly musterId: string;
  readonly kind: MusterKind;
  readonly place: MusterPlace;
  /** Of the area; '' for a company and the park. */
  readonly areaName: string;
  /** Whose people are counted; null: everybody. */
  readonly companyCode: string | null;
  readonly declaredAtMs: number;
  readonly declaredBy: string;
  readonly endedAtMs: number | null;
  readonly endedBy: string | null;
  /** The word it was ended with. */
  readonly endedWith: string | null;
  readonly counts: MusterCounts;
  /** Inside when it was declared, silent ones too. */
  readonly atStart: number;
  readonly silentAtStart: number;
  /** Came in afterwards. */
  readonly entered: number;
  readonly byType: readonly (MusterCounts & { readonly type: PersonType })[];
  /** Of the park's own document. */
  readonly byCompany: readonly (MusterCounts & { readonly companyCode: string })[];
  /** Assembly points where somebody of them is. */
  readonly points: readonly { readonly area: string; readonly name: string; readonly count: number }[];
  /** Event times; of those who were inside at the start; null: not so. */
  readonly firstSafeAtMs: number | null;
  readonly halfSafeAtMs: number | null;
  readonly allSafeAtMs: number | null;
  /** Since when nobody is missing, of all. */
  readonly noneMissingAtMs: number | null;
  readonly minutes: readonly MusterMinute[];
  /** When it is over, in the documents of companies: at most MISSING_LISTED, and how many more. */
  readonly missing: readonly MusterMissing[];
  readonly missingUnlisted: number;
}
export const MISSING_LISTED = 1_000;
/** Minutes are told for so long. */
export const MINUTES_LIMIT = 720;

/** People of one company, at most PEOPLE_A_PIECE, each under the same index in every column. Kind `muster-people`, key `id/company/n`. */
export interface MusterPeople {
  readonly musterId: string;
  readonly companyCode: string;
  /** musterPersonId() */
  readonly ids: readonly string[];
  /** Of the live picture; -1: not there any more. */
  readonly slots: readonly number[];
  /** Index in MUSTER_STATES. */
  readonly states: readonly number[];
  /** Whole seconds from the declaration at which the state began, by event time; negative: before. */
  readonly sinceS: readonly number[];
  /** 1: came in after the declaration. */
  readonly entered: readonly number[];
  readonly notes: readonly MusterNote[];
  /** Those who are not in the live picture any more, as they were last. */
  readonly gone: readonly MusterGone[];
}
export const PEOPLE_A_PIECE = 64;

/** Confirmed by hand. */
export interface MusterNote {
  readonly at: number;
  readonly by: string;
  readonly atMs: number;
  readonly text: string;
}
export interface MusterGone {
  readonly at: number;
  readonly name: string;
  readonly type: PersonType;
  readonly seenAtMs: number | null;
  readonly lng: number | null;
  readonly lat: number | null;
}

const BY_CARD = 'card:';
/** Within the company: PERSON_ID, or the card of a tag that nobody is known to wear. */
export const musterPersonId = ({ personId, cardNo }: Pick<PersonView, 'personId' | 'cardNo'>): string =>
  personId ?? `${BY_CARD}${cardNo ?? ''}`;
export const musterSubjectOf = (id: string): { readonly subject: string; readonly byCard: boolean } =>
  id.startsWith(BY_CARD) ? { subject: id.slice(BY_CARD.length), byCard: true } : { subject: id, byCard: false };

/** Of the park's own documents. */
export interface MusterWorld {
  hasArea(key: string): boolean;
  hasBoundary(companyCode: string): boolean;
  musters(): readonly Muster[];
}

/**
 * Why the act does nothing now; null: it does. `companyCode`: of the actor; null: the park's. A company declares and ends for its own
 * places, and confirms its own people. Who is on the list is the engine's to know.
 */
export function musterRefusal(
  world: MusterWorld,
  input: MusterInput,
  { actId, companyCode, comment }: { actId: string; companyCode: string | null; comment: string | null },
): ErrorCode | null {
  if (input.step === 'declare') return declareRefusal(world, input.place, actId, companyCode);
  const muster = world.musters().find(({ musterId }) => musterId === input.musterId);
  if (muster === undefined) return 'NOT_FOUND';
  if (input.step === 'end') {
    if (companyCode !== null && ownerOf(muster.place) !== companyCode) return 'NOT_FOUND';
    return (comment ?? '').trim() === '' ? 'REASON_MISSING' : null;
  }
  return companyCode === null || input.companyCode === companyCode ? null : 'NOT_FOUND';
}

function declareRefusal(
  world: MusterWorld,
  place: MusterPlace,
  actId: string,
  companyCode: string | null,
): ErrorCode | null {
  if (!/^[\w-]+$/.test(actId)) return 'INPUT_INVALID';
  if (companyCode !== null && ownerOf(place) !== companyCode) return 'NOT_FOUND';
  if (place.of === 'area' && !world.hasArea(place.area)) return 'NOT_FOUND';
  if (place.of === 'company' && !world.hasBoundary(place.companyCode)) return 'NOT_FOUND';
  const key = musterPlaceKey(place);
  const standing = world.musters().find((one) => musterPlaceKey(one.place) === key);
  // Sent again by a client that did not hear the answer: the log knows the id.
  return standing === undefined || standing.musterId === actId ? null : 'ACT_DONE';
}
