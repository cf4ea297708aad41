/**
 * Topic `roster`, key a party (`park/duty`, `913100001/control-room`): who of it is on duty when, and how to reach each. People
 * are ids of contacts; no address stands in a setting.
 */
import type { Result } from '../../core/result.ts';
import { CHANNELS, type Channel, type Hop } from '../../stream/protocol/deliveries.ts';
import { type Calendar, type ShiftPattern, shiftsAt } from '../shifts.ts';
import { parseFields } from './fields.ts';
import { patternOf } from './post.ts';

export interface RosterMember {
  readonly contactId: string;
  readonly name: string;
  /** The first is tried first. */
  readonly channels: readonly Channel[];
}

export interface Roster {
  /** In the order in which they are called. */
  readonly people: readonly RosterMember[];
  /** null: all of them, always. `personIds` of a shift are contact ids. */
  readonly pattern: ShiftPattern | null;
}

const PEOPLE_MAX = 200;

export const PARTY_KEY = /^[^/\s]{1,64}\/[\p{L}\p{N}_-]{1,40}$/u;

/**
 * `{"people": [{"contactId": "zhang", "name": "张三", "channels": ["sms", "email"]}], "shifts": [{"name": "白班", "from":
 * "08:00", "to": "20:00", "personIds": ["zhang"]}]}`; without `shifts` all are on duty always; `days`, `rotation` as in `post`.
 */
export const parseRoster = (value: unknown, key: string): Result<Roster, string> =>
  parseFields('roster', value, (fields) => {
    if (!PARTY_KEY.test(key)) throw fields.problem('key', 'is park/department or company/role');
    const people = fields.each('people', PEOPLE_MAX, (one): RosterMember => {
      const channels = one.texts('channels', CHANNELS.length);
      if (channels.length === 0 || !channels.every((name) => (CHANNELS as readonly string[]).includes(name))) {
        throw one.problem('channels', `is a list of ${CHANNELS.join(', ')}`);
      }
      return { contactId: one.text('contactId', 64), name: one.text('name', 64), channels: channels as Channel[] };
    });
    const ids = people.map((one) => one.contactId);
    if (new Set(ids).size < ids.length) throw fields.problem('people', 'has somebody twice');
    const pattern = fields.has('shifts') ? patternOf(fields) : null;
    const stranger = pattern?.windows.flatMap((one) => one.personIds).find((id) => !ids.includes(id));
    if (stranger !== undefined) throw fields.problem('shifts', `name "${stranger}", who is not among people`);
    return { people, pattern };
  });

/** Those on duty at the instant. */
export function onDuty({ people, pattern }: Roster, calendar: Calendar, atMs: number): readonly RosterMember[] {
  if (pattern === null) return people;
  const shifts = shiftsAt(pattern, calendar, atMs);
  if (shifts.some(({ window }) => window.personIds.length === 0)) return people;
  const ids = new Set(shifts.flatMap(({ window }) => window.personIds));
  return people.filter((one) => ids.has(one.contactId));
}

/** Ways to reach a party: each on duty by each of his channels, then its page. */
export function waysTo(party: string, members: readonly RosterMember[]): Hop[] {
  const hops = members.flatMap(({ contactId, name, channels }) =>
    channels
      .filter((channel) => channel !== 'page')
      .map((channel): Hop => ({ party, recipient: { kind: 'contact', id: contactId, name }, channel })),
  );
  return [...hops, { party, recipient: null, channel: 'page' }];
}
