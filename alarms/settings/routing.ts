/**
 * Topic `routing`, key '': which alarms make a work order and tell whom; deadlines by level and state; the closed loops 小 中 大.
 *
 * Without the setting, and behind its own routes, the routes of DEFAULT_ROUTING hold; the first that fits an alarm decides:
 * - lost signals and low batteries make no order: there are dozens a shift, and the company's own list of tags is their place;
 * - out of bounds makes one when it lasted 30 s and became a recorded event (AQ 3064.3 5.2.4 a), every other class at once;
 * - a call for help and level 1 run the large loop, levels 2 and 3 the middle one, level 4 the small one;
 * - levels 1 and 2 are told at once to the duty desk of the park and the control room of each company concerned; of lower
 *   levels the order tells.
 */
import type { Result } from '../../core/result.ts';
import { CHANNELS, type Channel } from '../../stream/protocol/deliveries.ts';
import { OPEN_ORDER_STATES, type OpenOrderState, ORDER_LOOPS, type OrderLoop } from '../../stream/protocol/orders.ts';
import { type AlarmLevel, AREA_KINDS, type AreaKind, RULES, type RuleId } from '../../stream/protocol/vocabulary.ts';
import { type Fields, parseFields } from './fields.ts';

/** `park:<department>`, or `company:<role>` of the company concerned. */
export type PartyName = `${'park' | 'company'}:${string}`;

export interface LoopTurn {
  readonly state: OpenOrderState;
  readonly party: PartyName;
}

export const ORDER_WHEN = ['never', 'raised', 'recorded', 'escalated'] as const;
export type OrderWhen = (typeof ORDER_WHEN)[number];

/** Fits an alarm that meets all its lists; an empty list asks for nothing. */
export interface Route {
  readonly rules: readonly RuleId[];
  readonly levels: readonly AlarmLevel[];
  readonly areaKinds: readonly AreaKind[];
  readonly companies: readonly string[];
  readonly order: OrderWhen;
  readonly loop: OrderLoop;
  /** Told when the alarm is raised or rises. */
  readonly tell: readonly PartyName[];
}

export interface Routing {
  readonly routes: readonly Route[];
  readonly loops: Readonly<Record<OrderLoop, readonly LoopTurn[]>>;
  /** By level (index 0: level 1), minutes for each state. */
  readonly deadlinesMin: readonly Readonly<Record<OpenOrderState, number>>[];
  /** How often an order is handed up in one state. */
  readonly escalations: number;
  /** Hears of what nobody else answered, and stands in for a company that is not known. */
  readonly escalationParty: PartyName;
  /** By level, s: not delivered within it, the next way is tried. */
  readonly deliverWithinS: readonly number[];
  /** Ways to a person of the register (people of a gathering). */
  readonly personChannels: readonly Channel[];
}

const DUTY: PartyName = 'park:duty';
const CONTROL_ROOM: PartyName = 'company:control-room';
const route = (loop: OrderLoop, fields: Partial<Route>): Route => ({
  rules: [],
  levels: [],
  areaKinds: [],
  companies: [],
  order: 'raised',
  loop,
  tell: [],
  ...fields,
});
const deadlines = (accept: number, assign: number, report: number, review: number) => ({
  'to-accept': accept,
  'to-assign': assign,
  'to-report': report,
  'to-review': review,
});

export const DEFAULT_ROUTING: Routing = {
  routes: [
    route('large', { rules: ['sos'], tell: [DUTY, CONTROL_ROOM] }),
    route('small', { rules: ['signal-lost', 'low-battery'], order: 'never' }),
    route('middle', { rules: ['out-of-bounds'], order: 'recorded', tell: [DUTY, CONTROL_ROOM] }),
    route('large', { levels: [1], tell: [DUTY, CONTROL_ROOM] }),
    route('middle', { levels: [2], tell: [DUTY, CONTROL_ROOM] }),
    route('middle', { levels: [3] }),
    route('small', {}),
  ],
  loops: {
    small: [
      { state: 'to-accept', party: CONTROL_ROOM },
      { state: 'to-report', party: CONTROL_ROOM },
      { state: 'to-review', party: 'company:safety' },
    ],
    middle: [
      { state: 'to-accept', party: CONTROL_ROOM },
      { state: 'to-assign', party: CONTROL_ROOM },
      { state: 'to-report', party: 'company:safety' },
      { state: 'to-review', party: 'park:safety' },
    ],
    large: [
      { state: 'to-accept', party: DUTY },
      { state: 'to-assign', party: DUTY },
      { state: 'to-report', party: 'company:safety' },
      { state: 'to-review', party: 'park:leadership' },
    ],
  },
  deadlinesMin: [
    deadlines(5, 10, 120, 120),
    deadlines(15, 30, 480, 480),
    deadlines(60, 120, 1_440, 1_440),
    deadlines(480, 480, 4_320, 4_320),
  ],
  escalations: 3,
  escalationParty: DUTY,
  deliverWithinS: [60, 120, 600, 1_800],
  personChannels: ['sms'],
};

const LIST_MAX = 200;
const DAYS_MIN = 60 * 1_440;
const PARTY = /^(park|company):[\p{L}\p{N}_-]{1,40}$/u;

/**
 * Every field may be left out: `{"routes": [{"rules": ["dwell"], "order": "escalated", "loop": "small", "tell":
 * ["company:control-room"]}], "deadlinesMin": {"1": {"to-accept": 5}}, "deliverWithinS": {"1": 60}}`. Own routes go before the
 * default ones.
 */
export const parseRouting = (value: unknown): Result<Routing, string> =>
  parseFields('routing', value, (fields): Routing => {
    const base = DEFAULT_ROUTING;
    const byLevel = <T>(name: string, of: (within: Fields, level: string, was: T) => T, was: readonly T[]) =>
      fields.has(name)
        ? fields.within(name, (within) =>
            was.map((one, n) => (within.has(`${n + 1}`) ? of(within, `${n + 1}`, one) : one)),
          )
        : was;
    return {
      routes: [...(fields.has('routes') ? fields.each('routes', LIST_MAX, routeOf) : []), ...base.routes],
      loops: fields.has('loops') ? fields.within('loops', loopsOf) : base.loops,
      deadlinesMin: byLevel(
        'deadlinesMin',
        (within, level, was) => within.within(level, (f) => limitsOf(f, was)),
        base.deadlinesMin,
      ),
      escalations: fields.has('escalations') ? fields.integer('escalations', 0, 10) : base.escalations,
      escalationParty: fields.has('escalationParty')
        ? partyOf(fields, 'escalationParty', /^park:/)
        : base.escalationParty,
      deliverWithinS: byLevel(
        'deliverWithinS',
        (within, level) => within.integer(level, 10, 86_400),
        base.deliverWithinS,
      ),
      personChannels: fields.has('personChannels')
        ? listOf(
            fields,
            'personChannels',
            CHANNELS.filter((one) => one === 'sms' || one === 'email'),
          )
        : base.personChannels,
    };
  });

const routeOf = (fields: Fields): Route => ({
  rules: fields.has('rules') ? listOf(fields, 'rules', RULES) : [],
  levels: fields.has('levels') ? listOf<AlarmLevel>(fields, 'levels', [1, 2, 3, 4]) : [],
  areaKinds: fields.has('areaKinds') ? listOf(fields, 'areaKinds', AREA_KINDS) : [],
  companies: fields.has('companies') ? fields.texts('companies', LIST_MAX) : [],
  order: fields.oneOf('order', ORDER_WHEN),
  loop: fields.has('loop') ? fields.oneOf('loop', ORDER_LOOPS) : 'middle',
  tell: fields.has('tell') ? partiesOf(fields, 'tell') : [],
});

function loopsOf(fields: Fields): Routing['loops'] {
  const loopOf = (name: OrderLoop): readonly LoopTurn[] => {
    if (!fields.has(name)) return DEFAULT_ROUTING.loops[name];
    const turns = fields.each(name, OPEN_ORDER_STATES.length, (turn) => ({
      state: turn.oneOf('state', OPEN_ORDER_STATES),
      party: partyOf(turn, 'party', PARTY),
    }));
    const places = turns.map(({ state }) => OPEN_ORDER_STATES.indexOf(state));
    if (places.some((place, n) => n > 0 && place <= places[n - 1]!)) {
      throw fields.problem(name, `has its states in the order ${OPEN_ORDER_STATES.join(', ')}, each once`);
    }
    if (!turns.some(({ state }) => state === 'to-report')) throw fields.problem(name, 'has no to-report');
    return turns;
  };
  return { small: loopOf('small'), middle: loopOf('middle'), large: loopOf('large') };
}

function limitsOf(fields: Fields, was: Routing['deadlinesMin'][number]): Routing['deadlinesMin'][number] {
  const limits = { ...was };
  for (const state of OPEN_ORDER_STATES) if (fields.has(state)) limits[state] = fields.integer(state, 1, DAYS_MIN);
  return limits;
}

function listOf<T>(fields: Fields, name: string, known: readonly T[]): T[] {
  const list = fields.list(name, LIST_MAX) as T[];
  if (!list.every((one) => known.includes(one))) throw fields.problem(name, `is a list of ${known.join(', ')}`);
  return [...new Set(list)];
}

function partyOf(fields: Fields, name: string, form: RegExp): PartyName {
  const party = fields.text(name, 64);
  if (!PARTY.test(party) || !form.test(party)) throw fields.problem(name, 'is park:<department> or company:<role>');
  return party as PartyName;
}

function partiesOf(fields: Fields, name: string): PartyName[] {
  const parties = fields.texts(name, 20);
  if (!parties.every((one) => PARTY.test(one))) {
    throw fields.problem(name, 'is a list of park:<department> or company:<role>');
  }
  return parties as PartyName[];
}
