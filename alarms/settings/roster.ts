/**
 * Topic `roster`, key a party (`park/duty`, `913100001/control-room`): who of it is on duty when, and how to reach each. People
 * are ids of contacts; no address stands in a setting.
 */
import type { Result } from '../../core/result.ts';
import { CHANNELS, type Channel, type Hop } from '../../stream/protocol/deliveries.ts';
import { type Calendar, type ShiftPattern, shiftsAt } from '../shifts.ts';
import { type Fields, parseFields } from './fields.ts';
import { patternOf } from './post.ts';

export interface RosterMember {
  readonly contactId: string;
  readonly name: string;
  /** The first is tried first. */
  readonly channels: readonly Channel[];
}

/** From an instant on, up to but without the other, epoch ms. */
export interface Duty extends RosterMember {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Roster {
  /** In the order in which they are called. */
  readonly people: readonly RosterMember[];
  /** null: all of them, always. `personIds` of a shift are contact ids. */
  readonly pattern: ShiftPattern | null;
  /** As a roster with dates says it, in the order in which they are called; beside those of the pattern. */
  readonly duties: readonly Duty[];
}

const PEOPLE_MAX = 200;
export const DUTIES_MAX = 2_000;
/** A week, and some: nobody is on duty for longer without a break that the roster shows. */
export const DUTY_LONGEST_MS = 14 * 86_400_000;
const LAST_MS = Date.UTC(2200, 0);

export const PARTY_KEY = /^[^/\s]{1,64}\/[\p{L}\p{N}_-]{1,40}$/u;

/**
 * `{"people": [{"contactId": "zhang", "name": "张三", "channels": ["sms", "email"]}], "shifts": [{"name": "白班", "from":
 * "08:00", "to": "20:00", "personIds": ["zhang"]}]}`; without `shifts` all are on duty always; `days`, `rotation` as in `post`.
 * Or day by day: `{"duties": [{"contactId": "zhang", "name": "张三", "channels": ["sms"], "fromMs": ..., "toMs": ...}]}`.
 */
export const parseRoster = (value: unknown, key: string): Result<Roster, string> =>
  parseFields('roster', value, (fields) => {
    if (!PARTY_KEY.test(key)) throw fields.problem('key', 'is park/department or company/role');
    const duties = fields.has('duties') ? fields.each('duties', DUTIES_MAX, dutyOf) : [];
    const people = fields.has('people') || duties.length === 0 ? fields.each('people', PEOPLE_MAX, memberOf) : [];
    const ids = people.map((one) => one.contactId);
    if (new Set(ids).size < ids.length) throw fields.problem('people', 'has somebody twice');
    const pattern = fields.has('shifts') ? patternOf(fields) : null;
    const stranger = pattern?.windows.flatMap((one) => one.personIds).find((id) => !ids.includes(id));
    if (stranger !== undefined) throw fields.problem('shifts', `name "${stranger}", who is not among people`);
    return { people, pattern, duties };
  });

function memberOf(one: Fields): RosterMember {
  const channels = one.texts('channels', CHANNELS.length);
  if (channels.length === 0 || !channels.every((name) => (CHANNELS as readonly string[]).includes(name))) {
    throw one.problem('channels', `is a list of ${CHANNELS.join(', ')}`);
  }
  return { contactId: one.text('contactId', 64), name: one.text('name', 64), channels: channels as Channel[] };
}

function dutyOf(one: Fields): Duty {
  const fromMs = one.integer('fromMs', 0, LAST_MS);
  return { ...memberOf(one), fromMs, toMs: one.integer('toMs', fromMs + 1, fromMs + DUTY_LONGEST_MS) };
}

/** Those on duty at the instant, each once. */
export function onDuty(roster: Roster, calendar: Calendar, atMs: number): readonly RosterMember[] {
  const today = roster.duties.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (today.length === 0) return byPattern(roster, calendar, atMs);
  const all = [...today, ...byPattern(roster, calendar, atMs)];
  return all
    .filter(({ contactId }, n) => all.findIndex((one) => one.contactId === contactId) === n)
    .map(({ contactId, name, channels }) => ({ contactId, name, channels }));
}

function byPattern({ people, pattern }: Roster, calendar: Calendar, atMs: number): readonly RosterMember[] {
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
