/**
 * Who is on a permit, and which of the people of the park each of them is: by PERSON_ID of the positioning interface, and, weaker and
 * marked so, by company and name. A name that two people of the company bear finds nobody.
 */
import type { PersonView } from '../../stream/protocol/effects.ts';
import { type PermitState, rowsOf } from '../../stream/protocol/permit-merge.ts';
import type { PermitPerson } from '../../stream/protocol/permits.ts';
import type { PersonType } from '../../stream/protocol/vocabulary.ts';
import { NOBODY } from '../alarm-table.ts';
import type { PeopleTable } from '../people-table.ts';

/** Somebody on a permit. */
export interface OnPermit extends PermitPerson {
  /** Slot in the table of people; NOBODY: not found. */
  readonly slot: number;
  /** On it from, until; null: with the work. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** As the permit says them, whoever was found. */
  readonly saidName: string;
  readonly saidId: string | null;
  /** As the positioning interface describes whoever was found. */
  readonly type: PersonType | null;
}

export const isOnDutyAt = (
  { fromMs, toMs }: { readonly fromMs: number | null; readonly toMs: number | null },
  atMs: number,
): boolean => (fromMs === null || fromMs <= atMs) && (toMs === null || atMs < toMs);

/** Where those whom a permit names are looked for. */
export type KnownPeople = Pick<PeopleTable, 'slotOf' | 'views'>;

type Said = Pick<OnPermit, 'role' | 'fromMs' | 'toMs'> & { readonly name: string; readonly personId: string | null };

/** Slots of the people of the park by company and name, ascending. */
export class NameIndex {
  readonly #slots = new Map<string, Set<number>>();

  slotsOf(companyCode: string, name: string): readonly number[] {
    return [...(this.#slots.get(`${companyCode}/${name}`) ?? [])].sort((a, b) => a - b);
  }

  put(slot: number, { companyCode, name }: Pick<PersonView, 'companyCode' | 'name'>): void {
    if (name === '') return;
    const key = `${companyCode}/${name}`;
    const slots = this.#slots.get(key);
    if (slots === undefined) this.#slots.set(key, new Set([slot]));
    else slots.add(slot);
  }

  remove(slot: number, { companyCode, name }: Pick<PersonView, 'companyCode' | 'name'>): void {
    const key = `${companyCode}/${name}`;
    const slots = this.#slots.get(key);
    if (slots?.delete(slot) === true && slots.size === 0) this.#slots.delete(key);
  }
}

/** Keys by which people are looked for on the permit: `company/id:…`, `company/name`. They hang on what was said of it alone. */
export function askedFor(state: PermitState): string[] {
  const { companyCode } = state;
  return saidOn(state).flatMap(({ name, personId }) => [
    ...(personId === null ? [] : [personAsked(companyCode, personId)]),
    ...(name === '' ? [] : [nameAsked(companyCode, name)]),
  ]);
}
export const personAsked = (companyCode: string, personId: string): string => `${companyCode}/id:${personId}`;
export const nameAsked = (companyCode: string, name: string): string => `${companyCode}/${name}`;

/** Everybody on it: guardians, workers, approvers, who is responsible; each once in his role. */
export function peopleOn(
  state: PermitState,
  people: KnownPeople,
  names: Pick<NameIndex, 'slotsOf'>,
  nowMs: number,
): OnPermit[] {
  const found: OnPermit[] = [];
  const known = new Set<string>();
  for (const said of saidOn(state)) {
    const { role, fromMs, toMs } = said;
    const match = matched(state.companyCode, said, people, names);
    if (match.name === '' && match.personId === null) continue;
    const one = JSON.stringify([role, fromMs, toMs, match.personId, match.personId === null ? match.name : '']);
    if (known.has(one)) continue;
    known.add(one);
    const onDuty = role === 'guardian' && isOnDutyAt(said, nowMs);
    found.push({ ...match, role, fromMs, toMs, onDuty, saidName: said.name, saidId: said.personId });
  }
  return found;
}

function saidOn(state: PermitState): Said[] {
  const { guardianNames = [], workerNames = [], workerIds = [], responsibleName } = state.fields;
  const guardians = rowsOf(state, 'guardians').map(
    ({ name, personId, fromMs, toMs }): Said => ({ role: 'guardian', name, personId, fromMs, toMs }),
  );
  const workers = rowsOf(state, 'workers').map(
    ({ name, personId, fromMs, toMs }): Said => ({ role: 'worker', name, personId, fromMs, toMs }),
  );
  const approvers = rowsOf(state, 'approvals').map(
    ({ name, personId }): Said => ({ role: 'approver', name, personId, fromMs: null, toMs: null }),
  );
  const alsoWorkers = pairs(workerIds, workerNames);
  return [
    ...guardians,
    ...unlisted(
      guardians,
      guardianNames.map((name) => ({ name, personId: null })),
      'guardian',
    ),
    ...workers,
    ...unlisted(workers, alsoWorkers, 'worker'),
    ...approvers,
    ...unlisted([], responsibleName == null ? [] : [{ name: responsibleName, personId: null }], 'responsible'),
  ];
}

type Named = Pick<Said, 'name' | 'personId'>;

/** PERSON_IDS and WORKER_NAME name the same people in the same order where they are as many. */
function pairs(ids: readonly string[], names: readonly string[]): Named[] {
  if (ids.length === names.length) return ids.map((personId, n) => ({ personId, name: names[n]! }));
  return [...ids.map((personId) => ({ personId, name: '' })), ...names.map((name) => ({ personId: null, name }))];
}

/** Those of a field whom no row names. */
function unlisted(rows: readonly Said[], named: readonly Named[], role: Said['role']): Said[] {
  const names = new Set(rows.map(({ name }) => name));
  const ids = new Set(rows.map(({ personId }) => personId));
  return named
    .filter(({ name, personId }) => !(personId !== null && ids.has(personId)) && !(name !== '' && names.has(name)))
    .map(({ name, personId }) => ({ role, name, personId, fromMs: null, toMs: null }));
}

function matched(
  companyCode: string,
  said: Said,
  people: KnownPeople,
  names: Pick<NameIndex, 'slotsOf'>,
): Pick<OnPermit, 'slot' | 'name' | 'companyCode' | 'personId' | 'match' | 'type'> {
  const byId = said.personId === null ? -1 : people.slotOf(companyCode, said.personId, false);
  if (byId !== -1) {
    const view = people.views[byId]!;
    const { type } = view;
    return { slot: byId, name: view.name || said.name, companyCode, personId: said.personId, match: 'id', type };
  }
  const slots = said.name === '' ? [] : names.slotsOf(companyCode, said.name);
  if (slots.length === 1) {
    const { personId, type } = people.views[slots[0]!]!;
    return { slot: slots[0]!, name: said.name, companyCode, personId, match: 'name', type };
  }
  const match = slots.length > 1 ? 'ambiguous' : 'none';
  const name = said.name || (said.personId ?? '');
  return { slot: NOBODY, name, companyCode: null, personId: null, match, type: null };
}
