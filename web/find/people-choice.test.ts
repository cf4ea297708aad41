import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PersonView } from '../../stream/protocol/effects.ts';
import { stateFrom } from '../../stream/protocol/frame.ts';
import type { JobItem } from '../permits/job-items.ts';
import {
  CHOICE_KEYS,
  type ChoiceKey,
  choiceFrom,
  choiceText,
  countChoice,
  crewsOf,
  EVERYBODY,
  maskOf,
  type People,
  type PeopleChoice,
} from './people-choice.ts';

const person = (change: Partial<PersonView>): PersonView => ({
  personId: 'p',
  cardNo: null,
  companyCode: '900000101',
  companyName: '乙化工',
  name: '某人',
  type: 'staff',
  department: '生产部',
  post: '外操',
  ...change,
});

/** `null`: nobody is known to wear the tag; undefined: nobody is there. */
function peopleOf(list: readonly (PersonView | null | undefined)[], stale: readonly number[] = []): People {
  const code = (view: PersonView | null | undefined) =>
    view?.type === 'contractor' ? 1 : view?.type === 'visitor' ? 2 : 0;
  return {
    slotCount: list.length,
    isPresent: (slot) => list[slot] !== undefined,
    personAt: (slot) => list[slot] ?? null,
    state: Uint8Array.from(list, (view, slot) => stateFrom(code(view), 0, false, stale.includes(slot) ? 1 : 0)),
  };
}
const PEOPLE = peopleOf(
  [
    person({}),
    person({ companyCode: '900000102', companyName: '丙储运', post: '班长' }),
    person({ type: 'contractor', department: '维修部' }),
    null,
    undefined,
    person({ post: '班长' }),
  ],
  [5],
);
const CREWS = new Map([[2, new Set(['fire'] as const)]]);
const choose = (choice: Partial<PeopleChoice>): PeopleChoice => ({ ...EVERYBODY, ...choice });
const slotsOf = (choice: Partial<PeopleChoice>): number[] =>
  countChoice(PEOPLE, choose(choice), CREWS, 9).slots.slice();

describe('the filter of people', () => {
  it('[FIND-10] values of a condition add up, conditions narrow; an unknown wearer is of no company', () => {
    expect(slotsOf({})).toEqual([0, 1, 2, 3, 5]);
    expect(slotsOf({ company: ['900000101'] })).toEqual([0, 2, 5]);
    expect(slotsOf({ company: ['900000101', '900000102'], post: ['班长'] })).toEqual([1, 5]);
    expect(slotsOf({ type: ['unidentified'] })).toEqual([3]);
    expect(slotsOf({ type: ['contractor'], kind: ['fire'] })).toEqual([2]);
    expect(slotsOf({ department: ['维修部'], post: ['班长'] })).toEqual([]);
  });

  it('[FIND-11] counts each value among those who fit the other conditions', () => {
    const { total, stale, by } = countChoice(PEOPLE, choose({ company: ['900000101'], post: ['外操'] }), CREWS, 9);
    expect([total, stale]).toEqual([2, 0]);
    expect([...by.company]).toEqual([['900000101', 2]]);
    expect([...by.post]).toEqual([
      ['外操', 2],
      ['班长', 1],
    ]);
    expect([...by.department]).toEqual([
      ['生产部', 1],
      ['维修部', 1],
    ]);
    expect([...by.kind]).toEqual([['fire', 1]]);
    expect(countChoice(PEOPLE, choose({ post: ['班长'] }), CREWS, 1)).toMatchObject({ total: 2, stale: 1, slots: [1] });
  });

  it('[FIND-12] kinds of work are those of the crews of what is in progress', () => {
    const who = (personId: string, role: string, onDuty = true) => ({
      companyCode: '900000101',
      personId,
      role,
      onDuty,
    });
    const job = (kind: string, state: string, people: readonly object[]) =>
      ({ kind, state, permit: { people } }) as unknown as JobItem;
    const jobs = [
      job('fire', 'working', [
        who('a', 'worker'),
        who('b', 'guardian', false),
        who('c', 'guardian'),
        who('d', 'approver'),
      ]),
      job('height', 'working', [who('a', 'worker')]),
      job('earth', 'applied', [who('b', 'worker')]),
      { kind: 'road', state: 'working', permit: null } as unknown as JobItem,
    ];
    const bindings = new Map(
      ['a', 'b', 'c', 'd'].map((personId, slot) => [slot, { generation: 0, person: person({ personId }) }] as const),
    );
    expect(crewsOf(jobs, bindings)).toEqual(
      new Map([
        [0, new Set(['fire', 'height'])],
        [2, new Set(['fire'])],
      ]),
    );
  });

  const value = fc.constantFrom('甲', 'a,b;c:d%', '班长');
  const anyChoice: fc.Arbitrary<PeopleChoice> = fc.record({
    company: fc.uniqueArray(fc.constantFrom('900000101', '900000102')),
    department: fc.uniqueArray(value),
    post: fc.uniqueArray(value),
    type: fc.uniqueArray(fc.constantFrom('staff', 'visitor')),
    kind: fc.uniqueArray(fc.constantFrom('fire', 'general')),
  });

  it('[FIND-20] a filter comes back from its text; what is no filter is refused', () => {
    fc.assert(
      fc.property(anyChoice, (choice) => {
        const text = choiceText(choice);
        if (text === null) expect(choice).toEqual(EVERYBODY);
        else expect(choiceFrom(text)).toEqual(choice);
      }),
    );
    for (const text of ['', 'x:1', 'c:', 'c', 't:boss', 'k:swim', 'c:%']) expect(choiceFrom(text)).toBeNull();
  });

  it('[FIND-11] the mask of the scene and the counts mean the same people', () => {
    const anyone = fc.option(
      fc.record({
        companyCode: fc.constantFrom('900000101', '900000102'),
        department: value,
        post: value,
        type: fc.constantFrom('staff' as const, 'visitor' as const),
      }),
    );
    fc.assert(
      fc.property(fc.array(anyone, { maxLength: 20 }), anyChoice, (list, choice) => {
        const people = peopleOf(list.map((traits) => (traits === null ? null : person(traits))));
        const counts = countChoice(people, choice, CREWS, 99);
        const mask = maskOf(people, choice, CREWS);
        expect([...mask].flatMap((bit, slot) => (bit === 1 ? [slot] : []))).toEqual([...counts.slots]);
        const values = (key: ChoiceKey) => [...counts.by[key].values()];
        for (const key of CHOICE_KEYS) {
          if (choice[key].length > 0) continue;
          for (const n of values(key)) expect(n).toBeLessThanOrEqual(counts.total);
        }
      }),
    );
  });
});
