/**
 * Who works under a permit and whether the park let them in (AQ 3064.2-2025 7.2, T/CCSAS 014-2022): contractor units filed with the park and with papers
 * in force, their workers admitted at this company. Who cannot be told is said to be so, never passed over. Judged from the first word on,
 * and again when a paper or an admission ends while the work goes on.
 */
import type { FactWord } from '../../standard/fact-words.ts';
import type { Fact } from '../../standard/permit-rules.ts';
import type { AlarmPerson } from '../../stream/protocol/effects.ts';
import { type PermitState, rowsOf } from '../../stream/protocol/permit-merge.ts';
import type { AlarmLevel } from '../../stream/protocol/vocabulary.ts';
import type { Finding, HeardUnit, HeardWorker, Judge, JudgeContext, JudgedPerson } from './finding.ts';
import { fact, instantFact, type Work, wordFact, workOf } from './work.ts';

export const judgeContractors: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  const isAppliedFor = work.status === 'applied' && !permit.deleted;
  if (!work.isIssued && !isAppliedFor) return [];
  return [...units(permit, context, work), ...people(permit, context, work), ...guardian(permit, context, work)];
};

/** Special work has one (GB 30871-2022 4.10, A.1 asks for the name); where none is named nobody can be watched. */
function guardian(permit: PermitState, { duty }: JudgeContext, work: Work): Finding[] {
  const isNamed = rowsOf(permit, 'guardians').length > 0 || (permit.fields.guardianNames ?? []).length > 0;
  if (duty === null || !work.isGoingOn || isNamed) return [];
  return [notIdentifiable('guardian', work, [wordFact('reason', 'guardian-not-said')], NOT_YET)];
}

/** Something that stands against a unit or a worker. */
interface Fault {
  readonly reason: FactWord;
  readonly level: AlarmLevel;
  /** null: from the beginning. */
  readonly sinceMs: number | null;
  readonly facts?: readonly Fact[];
}

const NOT_YET: AlarmLevel = 3;
const NOT_FIT: AlarmLevel = 2;
const BANNED: AlarmLevel = 1;

// --- units -----------------------------------------------------------------------------------------------------------

interface NamedUnit {
  readonly name: string;
  readonly found: HeardUnit | undefined;
}

function units(permit: PermitState, context: JudgeContext, work: Work): Finding[] {
  const { isContractorWork } = permit.fields;
  if (isContractorWork === false) return [];
  const named = unitsOn(permit, context);
  // Without IS_CONTRACTOR_WORK a department of the company is no unknown contractor.
  const judged = isContractorWork === true ? named : named.filter(({ found }) => found !== undefined);
  if (isContractorWork === true && named.length === 0 && work.isIssued) {
    return [notIdentifiable('unit', work, [wordFact('reason', 'unit-not-said')], NOT_YET)];
  }
  return judged.flatMap(({ name, found }) => {
    if (found === undefined) {
      const facts = [fact('unit', name, 'text'), wordFact('reason', 'unit-not-registered')];
      return [notIdentifiable(`unit ${name}`, work, facts, NOT_YET)];
    }
    const fault = unitFault(found, context);
    if (fault === null) return [];
    return [
      {
        rule: 'contractor-not-certified' as const,
        about: `unit ${found.creditCode}`,
        onsetAtMs: Math.max(fault.sinceMs ?? 0, work.issuedAtMs),
        level: fault.level,
        facts: [fact('unit', found.name, 'text'), wordFact('reason', fault.reason), ...(fault.facts ?? [])],
      },
    ];
  });
}

/** By credit code; where none is said by name. */
function unitsOn(permit: PermitState, context: JudgeContext): NamedUnit[] {
  const { creditCodes = [], units: names = [] } = permit.fields;
  const codes = [...new Set([...creditCodes, ...rowsOf(permit, 'workers').map(({ creditCode }) => creditCode ?? '')])];
  const said = codes.filter((code) => code !== '');
  if (said.length > 0) return said.map((code) => ({ name: code, found: context.unit(code) }));
  return names.filter((name) => name !== '').map((name) => ({ name, found: context.unitByName(name) }));
}

function unitFault({ isBlacklisted, isFiled, state, validToMs }: HeardUnit, context: JudgeContext): Fault | null {
  if (isBlacklisted) return { reason: 'unit-blacklisted', level: BANNED, sinceMs: null };
  if (state === 'disabled') return { reason: 'unit-disabled', level: NOT_FIT, sinceMs: null };
  if (validToMs !== null && validToMs <= context.nowMs) {
    return {
      reason: 'unit-papers-expired',
      level: NOT_FIT,
      sinceMs: validToMs,
      facts: [instantFact('validTo', validToMs)],
    };
  }
  if (!isFiled) return { reason: 'unit-not-filed', level: NOT_YET, sinceMs: null };
  if (validToMs !== null) context.again(validToMs);
  return null;
}

// --- people ----------------------------------------------------------------------------------------------------------

function people(permit: PermitState, context: JudgeContext, work: Work): Finding[] {
  const unknown: { readonly person: JudgedPerson; readonly reason: FactWord }[] = [];
  const judged = new Set<string>();
  const findings = context.people.flatMap((person): Finding[] => {
    const isCrew = person.role === 'worker' || person.role === 'guardian';
    // A contractor's worker of the same name is another.
    if (!isCrew || person.type === 'staff') return [];
    const worker = context.worker(person);
    if (worker === undefined) {
      const reason = whyUnknown(person, permit);
      if (reason !== null) unknown.push({ person, reason });
      return [];
    }
    if (judged.has(worker.number)) return [];
    judged.add(worker.number);
    const fault = workerFault(worker, context);
    return fault === null ? [] : [notCertified(person, worker, fault, work)];
  });
  if (unknown.length === 0) return findings;
  return [...findings, unknownPeople(unknown, permit, work)];
}

/** Nobody of the register is he. Whom the positioning interface knows needs to be there as a contractor's worker alone. */
function whyUnknown({ role, match, type }: JudgedPerson, { fields }: PermitState): FactWord | null {
  if (match === 'ambiguous') return 'name-ambiguous';
  if (match === 'none') return 'person-unknown';
  const isContractor = type === 'contractor' || (fields.isContractorWork === true && role === 'worker');
  return isContractor ? 'worker-not-registered' : null;
}

/** All of a permit in one alarm: a supplier that names people by words of its own would else fill the screen. */
function unknownPeople(
  unknown: readonly { readonly person: JudgedPerson; readonly reason: FactWord }[],
  { fields }: PermitState,
  work: Work,
): Finding {
  const facts = [
    fact('count', unknown.length, 'people'),
    ...unknown
      .slice(0, SHOWN)
      .flatMap(({ person, reason }) => [
        fact('person', person.saidName || person.name, 'text'),
        wordFact('reason', reason),
      ]),
  ];
  return notIdentifiable('people', work, facts, fields.isContractorWork === true ? NOT_YET : 4);
}
const SHOWN = 5;

function workerFault(worker: HeardWorker, context: JudgeContext): Fault | null {
  const { isBlacklisted, isCertified, state, validFromMs, validToMs, admittedAt } = worker;
  if (isBlacklisted) return { reason: 'worker-blacklisted', level: BANNED, sinceMs: null };
  if (isCertified) {
    if (validToMs !== null) context.again(validToMs);
    return null;
  }
  const ended = validToMs === null ? [] : [instantFact('validTo', validToMs)];
  switch (state) {
    case 'none':
      return admittedAt.length === 0
        ? { reason: 'no-admission', level: NOT_FIT, sinceMs: null }
        : {
            reason: 'admitted-elsewhere',
            level: NOT_FIT,
            sinceMs: null,
            facts: admittedAt.slice(0, SHOWN).map((companyCode) => fact('unit', companyCode, 'text')),
          };
    case 'expired':
      return { reason: 'admission-expired', level: NOT_FIT, sinceMs: validToMs, facts: ended };
    case 'disabled':
      return { reason: 'admission-disabled', level: NOT_FIT, sinceMs: null };
    case 'certified':
      if (validFromMs !== null) context.again(validFromMs);
      return { reason: 'admission-not-yet', level: NOT_YET, sinceMs: null };
    default:
      return { reason: 'admission-not-certified', level: NOT_YET, sinceMs: null };
  }
}

function notCertified(person: JudgedPerson, worker: HeardWorker, fault: Fault, { issuedAtMs }: Work): Finding {
  return {
    rule: 'worker-not-certified',
    about: `worker ${worker.number}`,
    onsetAtMs: Math.max(fault.sinceMs ?? 0, issuedAtMs),
    level: fault.level,
    facts: [
      fact('person', worker.name, 'text'),
      fact('unit', worker.creditCode, 'text'),
      wordFact('reason', fault.reason),
      ...(fault.facts ?? []),
    ],
    people: alarmPeople(person),
  };
}

const notIdentifiable = (about: string, work: Work, facts: readonly Fact[], level: AlarmLevel): Finding => ({
  rule: 'not-identifiable',
  about,
  onsetAtMs: work.issuedAtMs,
  level,
  facts,
});

const alarmPeople = ({ companyCode, personId, name, type }: JudgedPerson): readonly AlarmPerson[] =>
  companyCode === null || personId === null
    ? []
    : [{ companyCode, personId, cardNo: null, name, type: type ?? 'unidentified' }];
