/**
 * Several kinds of work in one job, each with its own permit, linked (A.4 61, 62; GB 30871-2022 4.6). What the job needs is told by RELATED_TYPES,
 * by the name of a confined space on a hot-work permit, or, weaker, by words of the place. Permits of one activity (JOB_ID) are of one
 * job; whether they are linked is judged where somebody says so, since A.1 has no field for it.
 */
import type { Fact } from '../../standard/permit-rules.ts';
import { type SpecialWorkKind, WORK_TYPES, type WorkKind } from '../../standard/special-work.ts';
import { type PermitState, rowsOf, statusOf } from '../../stream/protocol/permit-merge.ts';
import type { Finding, Judge, JudgeContext } from './finding.ts';
import { fact, type Work, wordFact, workOf } from './work.ts';

export const judgeLinks: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  if (!work.isIssued) return [];
  const links = linksOf(permit, context);
  const activity = context.sameActivity().filter((other) => !isSame(other, permit));
  return [
    ...missingFindings(permit, work, links, activity, context),
    ...unlinkedFindings(permit, work, links, activity),
  ];
};

interface Links {
  /** Permits that it names, as it names them. */
  readonly references: readonly string[];
  readonly found: readonly PermitState[];
  /** Named, and not known to the park. */
  readonly unknown: readonly string[];
}

function linksOf(permit: PermitState, context: JudgeContext): Links {
  const references = [...new Set(rowsOf(permit, 'links').map(({ permitId }) => permitId))];
  const known = references.map((reference) => [reference, context.permitBy(reference)] as const);
  return {
    references,
    found: known.flatMap(([, other]) => (other === undefined || isSame(other, permit) ? [] : [other])),
    unknown: known.flatMap(([reference, other]) => (other === undefined ? [reference] : [])),
  };
}

const isSame = (a: PermitState, b: PermitState): boolean =>
  a.companyCode === b.companyCode && a.permitId === b.permitId;
const kindOf = (state: PermitState): WorkKind | undefined => WORK_TYPES[state.fields.workCode ?? '']?.kind;
/** Issued once, and not taken back since. */
export const wasIssued = (state: PermitState): boolean =>
  !state.deleted && ['issued', 'working', 'paused', 'accepted'].includes(statusOf(state));

/** Other permits of the job: those that it names, and those of its activity. */
export const othersOfJob = (permit: PermitState, context: JudgeContext): PermitState[] => [
  ...linksOf(permit, context).found,
  ...context.sameActivity().filter((other) => !isSame(other, permit)),
];

// --- permits that the job lacks --------------------------------------------------------------------------------------

function missingFindings(
  permit: PermitState,
  work: Work,
  links: Links,
  activity: readonly PermitState[],
  context: JudgeContext,
): Finding[] {
  if (!work.isGoingOn || work.onSinceMs === null) return [];
  const onsetAtMs = work.onSinceMs;
  const there = new Set([...links.found, ...activity].filter(wasIssued).map(kindOf));
  const unknown = links.unknown.map(
    (reference): Finding => missing(reference, onsetAtMs, fact('permit', reference, 'text')),
  );
  // One that is named and not known may be the very one that is needed.
  if (unknown.length > 0) return unknown;
  return neededKinds(permit, context).flatMap(({ kind, isHint }) => {
    if (there.has(kind)) return [];
    const one = missing(kind, onsetAtMs, wordFact('missing', kind));
    return [isHint ? { ...one, level: 4 as const } : one];
  });
}

const missing = (about: string, onsetAtMs: number, what: Fact): Finding => ({
  rule: 'linked-missing',
  about,
  onsetAtMs,
  facts: [what],
});

interface Needed {
  readonly kind: SpecialWorkKind;
  /** Guessed from words. */
  readonly isHint: boolean;
}

const IN_A_SPACE = /受限空间|有限空间|[罐釜塔槽炉]内|容器内/;

function neededKinds({ fields }: PermitState, { duty }: JudgeContext): Needed[] {
  const needed = new Map<SpecialWorkKind, Needed>();
  const ask = (kind: SpecialWorkKind, isHint: boolean): void => {
    if (kind !== duty?.kind && needed.get(kind)?.isHint !== false) needed.set(kind, { kind, isHint });
  };
  for (const code of fields.relatedCodes ?? []) {
    const kind = kindOfCode(code);
    if (kind !== undefined && kind !== 'general') ask(kind, false);
  }
  if (duty?.kind === 'fire') {
    if ((fields.details?.['SPACE_NAME'] ?? '').trim() !== '') ask('confined-space', false);
    if (IN_A_SPACE.test(`${fields.site ?? ''} ${fields.content ?? ''}`)) ask('confined-space', true);
  }
  return [...needed.values()];
}

/** By a detail code of A.2, or a major code of one digit. */
const kindOfCode = (code: string): WorkKind | undefined =>
  WORK_TYPES[code]?.kind ??
  Object.values(WORK_TYPES).find((type) => code.length === 1 && type.code.startsWith(code))?.kind;

// --- permits that are there and not linked ---------------------------------------------------------------------------

function unlinkedFindings(permit: PermitState, work: Work, links: Links, activity: readonly PermitState[]): Finding[] {
  const isSaidAlone = permit.fields.isLinked === true && links.references.length === 0 && activity.length === 0;
  const needsNone = (permit.fields.relatedCodes ?? []).length === 0;
  if (isSaidAlone && needsNone) return [notLinked('', work.issuedAtMs, [])];
  return activity
    .filter((other) => wasIssued(other) && kindOf(other) !== kindOf(permit) && isFirst(other, permit))
    .filter((other) => (saysLinks(permit) || saysLinks(other)) && !names(permit, other) && !names(other, permit))
    .map((other) =>
      notLinked(other.permitId, work.issuedAtMs, [fact('permit', other.fields.number ?? other.permitId, 'text')]),
    );
}

const notLinked = (about: string, onsetAtMs: number, facts: readonly Fact[]): Finding => ({
  rule: 'not-linked',
  about,
  onsetAtMs,
  facts,
});

/** Of two permits the later one is told of, once. */
const isFirst = (a: PermitState, b: PermitState): boolean =>
  a.firstReceivedAtMs !== b.firstReceivedAtMs ? a.firstReceivedAtMs < b.firstReceivedAtMs : a.permitId < b.permitId;

const saysLinks = ({ fields, rows }: PermitState): boolean =>
  (fields.isLinked !== undefined && fields.isLinked !== null) || rows.links !== undefined;

const names = (one: PermitState, other: PermitState): boolean =>
  rowsOf(one, 'links').some(({ permitId }) => permitId === other.permitId || permitId === other.fields.number);
