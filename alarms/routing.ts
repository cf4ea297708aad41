/** Which way an alarm goes: its route, the company concerned, and parties by their own keys (`park/duty`, `913100001/safety`). */
import { WORK_TYPES } from '../standard/special-work.ts';
import type { AlarmView } from '../stream/protocol/effects.ts';
import type { AreaKind } from '../stream/protocol/vocabulary.ts';
import type { PartyName, Route, Routing } from './settings/routing.ts';

/** The first that fits. The default routes end with one that fits all. */
export function routeFor(routing: Routing, alarm: AlarmView, areaKind: AreaKind | null): Route {
  const company = companyOf(alarm);
  return routing.routes.find(
    ({ rules, levels, areaKinds, companies }) =>
      (rules.length === 0 || rules.includes(alarm.rule)) &&
      (levels.length === 0 || levels.includes(alarm.level)) &&
      (areaKinds.length === 0 || (areaKind !== null && areaKinds.includes(areaKind))) &&
      (companies.length === 0 || (company !== null && companies.includes(company))),
  )!;
}

/** Who has to answer for it: the company of the permit or area, else the person's, else the only one there is; null: the park. */
export const companyOf = ({ permit, areaCompanyCode, person, companyCodes }: AlarmView): string | null =>
  permit?.companyCode ??
  areaCompanyCode ??
  person?.companyCode ??
  (companyCodes.length === 1 ? companyCodes[0]! : null);

/** What it is about, as people read it: who, and of a permit its number and kind of work. */
export function subjectTextOf({ permit, person, subject }: AlarmView): string {
  if (permit === null) return person?.name ?? subject;
  const work = Object.hasOwn(WORK_TYPES, permit.workCode) ? (WORK_TYPES[permit.workCode]?.words.zh ?? '') : '';
  const about = `${permit.number ?? permit.permitId} ${work}`.trim();
  return person === null || person.name === '' ? about : `${about} ${person.name}`;
}

/** A role of a company that nobody knows is the escalation party's to play. */
export function partyKey(routing: Routing, name: PartyName, companyCode: string | null): string {
  const [of, rest] = splitParty(name);
  if (of === 'park') return `park/${rest}`;
  return companyCode === null ? `park/${splitParty(routing.escalationParty)[1]}` : `${companyCode}/${rest}`;
}

/** Parties to be told; a role of companies stands for each that the alarm concerns. */
export const partyKeys = (routing: Routing, names: readonly PartyName[], companyCodes: readonly string[]): string[] => [
  ...new Set(
    names.flatMap((name) =>
      name.startsWith('company:') && companyCodes.length > 0
        ? companyCodes.map((code) => partyKey(routing, name, code))
        : [partyKey(routing, name, null)],
    ),
  ),
];

/** null: of the park. */
export const companyOfParty = (party: string): string | null => {
  const of = party.slice(0, party.indexOf('/'));
  return of === 'park' ? null : of;
};

const splitParty = (name: PartyName): [of: string, rest: string] => {
  const colon = name.indexOf(':');
  return [name.slice(0, colon), name.slice(colon + 1)];
};
