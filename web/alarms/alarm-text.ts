/** What an alarm says: what, who, where, how long. Pure. */
import type { AlarmView, PersonView } from '../../stream/protocol/effects.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { durationText } from '../app/time-text.ts';
import type { TextKey, Translate } from '../i18n/i18n.ts';
import { type AlarmStanding, alarmDurationMs, standingOf } from './alarm-order.ts';

const RULE_KEY: Readonly<Record<RuleId, TextKey>> = {
  sos: 'alarm.rule.sos',
  'out-of-bounds': 'alarm.rule.outOfBounds',
  dwell: 'alarm.rule.dwell',
  stillness: 'alarm.rule.stillness',
  'left-post': 'alarm.rule.leftPost',
  'left-site': 'alarm.rule.leftSite',
  'over-capacity': 'alarm.rule.overCapacity',
  'under-capacity': 'alarm.rule.underCapacity',
  'post-vacant': 'alarm.rule.postVacant',
  gathering: 'alarm.rule.gathering',
  'signal-lost': 'alarm.rule.signalLost',
  'low-battery': 'alarm.rule.lowBattery',
  'unknown-tag': 'alarm.rule.unknownTag',
  'two-tags': 'alarm.rule.twoTags',
  'no-live-tag': 'alarm.rule.noLiveTag',
  'reporting-silent': 'alarm.rule.reportingSilent',
  'patrol-missed': 'alarm.rule.patrolMissed',
};

const STANDING_KEY: Readonly<Record<AlarmStanding, TextKey>> = {
  'active-waiting': 'alarm.standing.activeWaiting',
  'active-acknowledged': 'alarm.standing.activeAcknowledged',
  'cleared-waiting': 'alarm.standing.clearedWaiting',
  'cleared-acknowledged': 'alarm.standing.clearedAcknowledged',
};

/** A rule this page does not know yet is shown by its id rather than hidden. */
export const ruleText = (t: Translate, rule: RuleId): string => {
  const key = RULE_KEY[rule] as TextKey | undefined;
  return key === undefined ? rule : t(key);
};

export function personText(t: Translate, person: PersonView): string {
  if (person.name !== '') return person.name;
  if (person.cardNo !== null) return t('alarm.cardOnly', { card: person.cardNo });
  return person.personId ?? t('alarm.unidentified');
}

/** The person it is about, else the area, else what its subject is called. */
export const whoText = (t: Translate, alarm: AlarmView): string =>
  alarm.person === null ? (alarm.areaName ?? alarm.subject) : personText(t, alarm.person);

/** `某某化工` of `某某化工(华东)有限公司`: what people say; the full name is on hover and on the card. */
export function shortCompany(name: string): string {
  const short = name.replace(/[(（][^)）]*[)）]/g, '').replace(/(股份|集团|有限责任|有限)+公司$/, '');
  return short === '' ? name : short;
}

export const standingText = (t: Translate, alarm: AlarmView): string => t(STANDING_KEY[standingOf(alarm)]);

/** Area and reservations about the place; empty when there is nothing to say. */
export function placeText(t: Translate, alarm: AlarmView): string {
  const parts: string[] = [];
  if (alarm.areaName !== null) parts.push(alarm.areaName);
  if (alarm.place === null) parts.push(t('alarm.noPlace'));
  else if (alarm.place.lastKnown) parts.push(t('alarm.lastKnown'));
  return parts.join(' · ');
}

export function lastingText(t: Translate, alarm: AlarmView, nowMs: number): string {
  const time = durationText(t, alarmDurationMs(alarm, nowMs));
  return t(alarm.active ? 'alarm.lasting' : 'alarm.lasted', { time });
}
