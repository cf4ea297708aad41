/**
 * Words that have to reach somebody: alarms by their routing, orders, and what other parts announce. To a party: whom its roster
 * has on duty now, one channel after the other, then its page, then the escalation party the same way. Each attempt is a
 * standing document until a receipt, its limit, or an answer ends it; so a deliverer that starts finds in them what is due.
 */

import { companyOf, companyOfParty, partyKey, partyKeys, routeFor, subjectTextOf } from '../alarms/routing.ts';
import { onDuty, waysTo } from '../alarms/settings/roster.ts';
import { DEFAULT_ROUTING, type Routing } from '../alarms/settings/routing.ts';
import { NO_CALENDAR } from '../alarms/shifts.ts';
import type { Delivery, DeliveryState, DeliveryText, Hop, Recipient } from '../stream/protocol/deliveries.ts';
import {
  type AlarmPerson,
  type AlarmView,
  areaKey,
  type Effect,
  isAnnounced,
  isQuiet,
} from '../stream/protocol/effects.ts';
import type { LogEntry } from '../stream/protocol/entry.ts';
import type { AlarmLevel } from '../stream/protocol/vocabulary.ts';
import { DeliveryFloods, type Flood, isTogether, matterKey } from './delivery-floods.ts';
import type { Park } from './park.ts';
import type { Part } from './part.ts';

/** What is said once. */
export interface Announcement {
  /** Announced again under the same key to the same target: nothing (for a day). */
  readonly key: string;
  readonly text: DeliveryText;
  readonly values: Readonly<Record<string, string | number>>;
  /** Decides how long is waited for each way. */
  readonly level: AlarmLevel;
  readonly alarmId: string | null;
  readonly orderId: string | null;
  /** Keys of the roster: `park/duty`, `913100001/control-room`. */
  readonly parties: readonly string[];
  /**
   * People themselves, each at the phone that the register has; where that fails, the control room of his company. What is said
   * to people is said to all that are named, also when somebody acknowledged the alarm.
   */
  readonly people?: readonly Pick<AlarmPerson, 'companyCode' | 'personId' | 'name'>[];
}

/** `orderId` null: it is the alarm itself. `isSeen`: a person said so, which is what a page waits for. */
interface Answered {
  readonly alarmId: string | null;
  readonly orderId: string | null;
  readonly isSeen: boolean;
  readonly by: string;
}

const SAID_KEPT_MS = 86_400_000;
const CONTROL_ROOM = 'company:control-room';

interface Way {
  readonly of: string;
  readonly hops: readonly Hop[];
  readonly mustReach: boolean;
}

export class Deliveries implements Part {
  readonly name = 'deliveries';
  /** When what was said to whom, oldest first. */
  readonly #said = new Map<string, number>();
  /** Attempts so far. */
  #count = 0;
  readonly #floods = new DeliveryFloods();

  /** Tells each party and each of the people, by the ways that stand now. */
  announce(park: Park, announcement: Announcement, effects: Effect[]): void {
    for (const [said, atMs] of this.#said) {
      if (atMs > park.nowMs - SAID_KEPT_MS) break;
      this.#said.delete(said);
    }
    for (const way of waysOf(park, announcement)) {
      const said = `${announcement.key} ${way.of}`;
      if (this.#said.has(said)) continue;
      this.#said.set(said, park.nowMs);
      const { text, values, alarmId, orderId, level } = announcement;
      if (isGathered(values, way.mustReach) && this.#floods.isFull(way.of)) {
        this.#floods.gather(way.of, level, matterKey(announcement), park.nowMs);
        continue;
      }
      const [hop, ...next] = way.hops;
      const limitMs = limitMsOf(routingOf(park), level);
      const { mustReach } = way;
      const first = { text, values, alarmId, orderId, mustReach, limitMs, isEscalated: isEscalation(park, way.of) };
      this.#attempt(park, { ...first, ...hop!, next, attempt: 1 }, effects);
    }
  }

  /** An alarm or an order is seen to, or over: nobody needs to be told any more, but whom it must reach. */
  answered(park: Park, about: Answered, effects: Effect[]): void {
    const { isSeen, by } = about;
    const matter = matterKey(about);
    for (const delivery of this.#open(park, this.#floods.openOf(matter))) {
      if (delivery.channel === 'page') this.#end(park, delivery, isSeen ? 'delivered' : 'answered', by, effects);
      else if (!delivery.mustReach) this.#end(park, delivery, 'answered', by, effects);
    }
    // Who saw to one of many has the page before him; words on other ways go on until none of the many is left.
    for (const { open, isAll } of this.#floods.answered(matter)) {
      for (const delivery of this.#open(park, open)) {
        if (delivery.channel === 'page' && isSeen) this.#end(park, delivery, 'delivered', by, effects);
        else if (isAll) this.#end(park, delivery, 'answered', by, effects);
      }
    }
  }

  onAlarm(park: Park, alarm: AlarmView, effects: Effect[]): void {
    const { alarmId, acknowledged, active } = alarm;
    if (alarm.transition === 'acknowledged' || !active || isQuiet(alarm)) {
      const by = alarm.actedBy ?? alarm.why ?? '';
      this.answered(park, { alarmId, orderId: null, isSeen: acknowledged, by }, effects);
      return;
    }
    const routing = routingOf(park);
    const isRisen = alarm.transition === 'level';
    if (alarm.transition === 'escalated') {
      const parties = [partyKey(routing, routing.escalationParty, null)];
      this.announce(park, { ...wordsOf(alarm), text: 'alarm-escalated', parties }, effects);
    } else if (isAnnounced(alarm, park.nowMs)) {
      const { tell } = routeFor(routing, alarm, areaKindOf(park, alarm));
      const parties = partyKeys(routing, tell, alarm.companyCodes);
      this.announce(park, { ...wordsOf(alarm), text: isRisen ? 'alarm-risen' : 'alarm', parties }, effects);
    }
  }

  onEntry(park: Park, entry: LogEntry, effects: Effect[]): void {
    if (entry.kind !== 'receipt') return;
    const { deliveryId, outcome, detail } = entry.body;
    const delivery = park.docs.get('delivery', deliveryId);
    // Over already: it came in time for nothing.
    if (delivery === undefined || delivery.channel === 'page') return;
    if (outcome === 'delivered') this.#end(park, delivery, 'delivered', detail, effects);
    else if (outcome === 'failed') this.#goOn(park, delivery, 'failed', detail, effects);
    else if (delivery.state === 'due')
      put(park, { ...delivery, state: 'sent', stateAtMs: park.nowMs, detail }, effects);
  }

  onTick(park: Park, effects: Effect[]): void {
    for (const delivery of park.docs.values('delivery')) {
      if (delivery.expiresAtMs <= park.nowMs) this.#goOn(park, delivery, 'expired', '', effects);
    }
    const limitMs = (level: AlarmLevel) => limitMsOf(routingOf(park), level);
    this.#floods.tidy(park.nowMs, limitMs);
    for (const flood of this.#floods.due(park.nowMs, limitMs)) this.#sayTogether(park, flood, effects);
  }

  save(): readonly unknown[] {
    return [this.#count, this.#floods.save(), ...this.#said];
  }
  load([count, floods, ...said]: readonly unknown[], park: Park): void {
    this.#count = (count ?? 0) as number;
    this.#floods.load((floods ?? []) as unknown[], park.docs.values('delivery'));
    for (const [what, atMs] of said as [string, number][]) this.#said.set(what, atMs);
  }

  #sayTogether(park: Park, flood: Flood, effects: Effect[]): void {
    const { party, level, firstAtMs } = flood;
    const [hop, ...next] = waysToParty(park, party);
    const what: Attempt = {
      text: 'together',
      values: { level, party, count: this.#floods.say(flood, park.nowMs), atMs: firstAtMs },
      alarmId: null,
      orderId: null,
      mustReach: false,
      limitMs: limitMsOf(routingOf(park), level),
      isEscalated: isEscalation(park, party),
      ...hop!,
      next,
      attempt: 1,
    };
    this.#attempt(park, what, effects);
  }

  /** A page needs nobody to carry it: the lane has it by being told. */
  #attempt(park: Park, what: Attempt, effects: Effect[]): void {
    const { nowMs } = park;
    // The time tells it from those of an engine that began anew.
    const deliveryId = `${nowMs.toString(36)}-${(++this.#count).toString(36)}`;
    const state = what.channel === 'page' ? 'sent' : 'due';
    const times = { dueAtMs: nowMs, expiresAtMs: nowMs + what.limitMs, stateAtMs: nowMs };
    const delivery: Delivery = { ...what, deliveryId, ...times, state, detail: '' };
    this.#floods.opened(delivery);
    put(park, delivery, effects);
  }

  /** This way came to nothing: the next, or else the escalation party's. */
  #goOn(park: Park, delivery: Delivery, state: 'failed' | 'expired', detail: string, effects: Effect[]): void {
    this.#end(park, delivery, state, detail, effects);
    const routing = routingOf(park);
    const isUsedUp = delivery.next.length === 0;
    if (isUsedUp && delivery.isEscalated) return;
    const escalation = partyKey(routing, routing.escalationParty, null);
    if (
      isUsedUp &&
      isGathered(delivery.values, delivery.mustReach || isTogether(delivery)) &&
      this.#floods.isFull(escalation)
    ) {
      this.#floods.gather(escalation, delivery.values['level'] as AlarmLevel, matterKey(delivery), park.nowMs);
      return;
    }
    const ways = isUsedUp ? waysToParty(park, escalation) : delivery.next;
    const [hop, ...next] = ways;
    const {
      deliveryId: _id,
      dueAtMs: _due,
      expiresAtMs: _expires,
      state: _state,
      stateAtMs: _at,
      detail: _detail,
      ...same
    } = delivery;
    const isEscalated = delivery.isEscalated || isUsedUp;
    const what = { ...same, ...hop!, next, attempt: delivery.attempt + 1, isEscalated };
    this.#attempt(park, what, effects);
  }

  #open(park: Park, ids: readonly string[]): Delivery[] {
    return ids.map((id) => park.docs.get('delivery', id)!);
  }

  #end(park: Park, delivery: Delivery, state: DeliveryState, detail: string, effects: Effect[]): void {
    this.#floods.ended(delivery);
    const last: Delivery = { ...delivery, state, stateAtMs: park.nowMs, detail };
    park.docs.end('delivery', delivery.deliveryId, last, effects);
  }
}

export const routingOf = (park: Park): Routing => park.config.get('routing', '') ?? DEFAULT_ROUTING;

export const areaKindOf = (park: Park, { areaCompanyCode, areaId }: AlarmView) =>
  park.areas.byKey.get(areaKey(areaCompanyCode ?? '', areaId ?? ''))?.record.kind ?? null;

/** Asked anew, it is said anew. */
const wordsOf = (alarm: AlarmView): Omit<Announcement, 'text' | 'parties'> => ({
  key: `alarm ${alarm.alarmId} ${alarm.askedAtMs ?? alarm.raisedAtMs} ${alarm.level} ${alarm.escalations}`,
  values: {
    rule: alarm.rule,
    level: alarm.level,
    subject: subjectTextOf(alarm),
    place: alarm.areaName ?? '',
    company: companyOf(alarm) ?? '',
    atMs: alarm.onsetAtMs,
  },
  level: alarm.level,
  alarmId: alarm.alarmId,
  orderId: null,
});

function waysOf(park: Park, { parties, people = [] }: Announcement): Way[] {
  const routing = routingOf(park);
  const toPeople = people.flatMap(({ companyCode, personId, name }): Way[] => {
    if (personId === null) return [];
    const id = `${companyCode}/${personId}`;
    const recipient: Recipient = { kind: 'person', id, name };
    const party = partyKey(routing, CONTROL_ROOM, companyCode);
    const own = routing.personChannels.map((channel): Hop => ({ party, recipient, channel }));
    return [{ of: `person ${id}`, hops: [...own, ...waysToParty(park, party)], mustReach: true }];
  });
  const toParties = [...new Set(parties)].map(
    (party): Way => ({ of: party, hops: waysToParty(park, party), mustReach: people.length > 0 }),
  );
  return [...toPeople, ...toParties];
}

function waysToParty(park: Park, party: string): Hop[] {
  const roster = park.config.get('roster', party);
  const calendar = park.config.get('calendar', '') ?? NO_CALENDAR;
  return waysTo(party, roster === undefined ? [] : onDuty(roster, calendar, park.nowMs));
}

const isEscalation = (park: Park, party: string): boolean => {
  const routing = routingOf(park);
  return party === partyKey(routing, routing.escalationParty, null);
};

type Attempt = Omit<Delivery, 'deliveryId' | 'dueAtMs' | 'expiresAtMs' | 'state' | 'stateAtMs' | 'detail'>;

const put = (park: Park, delivery: Delivery, effects: Effect[]): void =>
  park.docs.put('delivery', delivery.deliveryId, delivery, scopeOf(delivery), effects);

/** A call for help, and what is said to people, is said by itself whatever else there is. */
const isGathered = (values: Announcement['values'], isAlone: boolean): boolean => !isAlone && values['rule'] !== 'sos';

const limitMsOf = (routing: Routing, level: AlarmLevel): number => routing.deliverWithinS[level - 1]! * 1_000;

const scopeOf = ({ party }: Delivery): string[] => {
  const company = companyOfParty(party);
  return company === null ? [] : [company];
};
