/**
 * Certificates of special operators (A.4 50 - 52; GB 30871-2022 4.9, AQ 3064.2-2025 5.9.7). A.1 obliges permits to name them for such workers: none
 * named at all is missing; one that is named is held against what persons and contractors have under its number. A number that
 * nobody has is not judged: no register is bound to have all of them.
 */
import { type PermitState, rowsOf } from '../../stream/protocol/permit-merge.ts';
import type { Finding, HeardCertificate, Judge, JudgeContext, SaidCertificate } from './finding.ts';
import { maskedNumber } from './masked.ts';
import { fact, instantFact, type Work, wordFact, workOf } from './work.ts';

export const judgeCertificates: Judge = (permit, context) => {
  const work = workOf(permit, context.nowMs);
  if (!work.isIssued) return [];
  const named = certificatesOn(permit);
  if (named.length === 0) return missing(permit, context, work);
  return named.flatMap((one) => {
    const found = context.certificate(one);
    if (found === undefined) return [];
    return [...expired(one, found, context, work), ...anothers(one, found, permit, context, work)];
  });
};

interface Named extends SaidCertificate {
  /** Of the row that names it; null: the permit names it for its workers together. */
  readonly holder: { readonly name: string; readonly personId: string | null } | null;
}

/** By number, each once under one name. */
function certificatesOn(permit: PermitState): Named[] {
  const { certificateNames = [], certificateNumbers = [], certificateBlinds = [] } = permit.fields;
  const rows = [
    ...rowsOf(permit, 'workers'),
    ...rowsOf(permit, 'guardians').map((row) => ({ ...row, certificateName: null })),
  ];
  const ofRows = rows.flatMap((row): Named[] => {
    const { certificateName, certificateNumber: number, certificateBlind: blind, name, personId } = row;
    if (number === null || number.trim() === '') return [];
    return [{ name: certificateName ?? '', number, blind, holder: { name, personId } }];
  });
  const inRows = new Set(ofRows.map(({ number }) => number));
  // One name may stand for all of them.
  const nameAt = (n: number): string =>
    certificateNames[n] ?? (certificateNames.length === 1 ? certificateNames[0]! : '');
  const ofFields = certificateNumbers.flatMap((number, n): Named[] =>
    number.trim() === '' || inRows.has(number)
      ? []
      : [{ name: nameAt(n), number, blind: certificateBlinds[n] ?? null, holder: null }],
  );
  const byName = new Map([...ofRows, ...ofFields].map((one) => [`${one.number}/${one.name}`, one]));
  return [...byName.values()];
}

function missing({ fields, rows }: PermitState, { duty }: JudgeContext, { issuedAtMs }: Work): Finding[] {
  const hasWorkers = [fields.workerNames, fields.workerIds, rows.workers].some((list) => (list ?? []).length > 0);
  if (duty?.certificate == null || !hasWorkers) return [];
  const facts = [wordFact('missing', `certificate-${duty.certificate}`), instantFact('issuedAt', issuedAtMs)];
  return [{ rule: 'certificate-missing', about: '', onsetAtMs: issuedAtMs, facts }];
}

/** Also while the work goes on: it may begin with a certificate that ends before it does. */
function expired(said: Named, found: HeardCertificate, context: JudgeContext, { issuedAtMs }: Work): Finding[] {
  const { validToMs } = found;
  if (validToMs === null) return [];
  if (context.nowMs < validToMs) {
    context.again(validToMs);
    return [];
  }
  const facts = [...factsOf(said, found), instantFact('validTo', validToMs)];
  return [{ rule: 'certificate-expired', about: aboutOf(said), onsetAtMs: Math.max(validToMs, issuedAtMs), facts }];
}

/** Held by somebody whom the permit does not name, or found not to be genuine. */
function anothers(
  said: Named,
  found: HeardCertificate,
  permit: PermitState,
  context: JudgeContext,
  { issuedAtMs }: Work,
): Finding[] {
  const isHis = found.holderName === '' || holdersOf(said, permit, context).some((one) => isSamePerson(one, found));
  if (isHis && !found.isRefuted) return [];
  const reason = found.isRefuted ? 'certificate-refuted' : 'holder-not-on-permit';
  const facts = [...factsOf(said, found), wordFact('reason', reason)];
  return [{ rule: 'certificate-mismatch', about: aboutOf(said), onsetAtMs: issuedAtMs, facts }];
}

interface Person {
  readonly name: string;
  readonly personId: string | null;
}

function holdersOf({ holder }: Named, { fields }: PermitState, { people }: JudgeContext): Person[] {
  if (holder !== null) return [holder];
  const named = [...(fields.workerNames ?? []), ...(fields.guardianNames ?? [])];
  return [
    ...people.map(({ saidName, saidId, name, personId }) => ({ name: saidName || name, personId: saidId ?? personId })),
    ...named.map((name) => ({ name, personId: null })),
  ];
}

const isSamePerson = ({ name, personId }: Person, { holderName, holderPersonId }: HeardCertificate): boolean =>
  plainName(name) === plainName(holderName) || (personId !== null && personId === holderPersonId);
const plainName = (name: string): string => name.replace(/[\s·•．.]/g, '');

const factsOf = ({ name, number }: Named, { kind, holderName }: HeardCertificate): Finding['facts'] => [
  fact('certificate', `${name || kind} ${maskedNumber(number)}`.trim(), 'text'),
  ...(holderName === '' ? [] : [fact('person', holderName, 'text')]),
];
/** Never the number itself. */
const aboutOf = ({ name, number, blind }: Named): string =>
  `certificate ${blind?.slice(0, 16) ?? maskedNumber(number)} ${name}`.trim();
