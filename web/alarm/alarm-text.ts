/** What an alarm says: what, who, where, how much, how long, how it stands. Pure. */
import { type PermitRuleId, permitRuleOf } from '../../standard/permit-rules.ts';
import type { AlarmView, PersonView } from '../../stream/protocol/effects.ts';
import { INTERFACES, type RuleId } from '../../stream/protocol/vocabulary.ts';
import { durationText } from '../app/time-text.ts';
import type { TextKey, Translate } from '../i18n/i18n.ts';
import { interfaceText } from '../intake/names.ts';
import { permitLineText, workText } from '../permits/permit-text.ts';
import { type AlarmStanding, alarmDurationMs, endsByItself, standingOf } from './alarm-order.ts';

/** Name of a company by its code; the code where nobody told the name. */
export type CompanyName = (companyCode: string) => string;

const RULE_KEY: Readonly<Record<Exclude<RuleId, PermitRuleId>, TextKey>> = {
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
  'gone-waiting': 'alarm.standing.goneWaiting',
  'gone-acknowledged': 'alarm.standing.goneAcknowledged',
  'cleared-waiting': 'alarm.standing.clearedWaiting',
  'cleared-acknowledged': 'alarm.standing.clearedAcknowledged',
};

/** A rule this page does not know yet is shown by its id rather than hidden. */
export const ruleText = (t: Translate, rule: RuleId): string => {
  if (permitRuleOf(rule) !== undefined) return t(`alarm.permitRule.${rule as PermitRuleId}`);
  const key = RULE_KEY[rule as keyof typeof RULE_KEY] as TextKey | undefined;
  return key === undefined ? rule : t(key);
};

export function personText(t: Translate, person: Pick<PersonView, 'name' | 'cardNo' | 'personId'>): string {
  if (person.name !== '') return person.name;
  if (person.cardNo !== null) return t('alarm.cardOnly', { card: person.cardNo });
  return person.personId ?? t('alarm.unidentified');
}

/** `某某化工` of `某某化工(华东)有限公司`: what people say; the full name is on hover and on the card. */
export function shortCompany(name: string): string {
  const short = name.replace(/[(（][^)）]*[)）]/g, '').replace(/(股份|集团|有限责任|有限)+公司$/, '');
  return short === '' ? name : short;
}

const NAMES_SHOWN = 2;

/** `甲化工、乙化工等 4 家`: companies of those it concerns, in the order of their first person. */
export function companiesText(t: Translate, alarm: AlarmView, companyName: CompanyName): string {
  const codes = [...new Set(alarm.people.map((person) => person.companyCode))];
  const names = codes.slice(0, NAMES_SHOWN).map((code) => shortCompany(companyName(code)));
  const list = names.join(t('listComma'));
  return codes.length > NAMES_SHOWN ? t('alarm.companiesAndMore', { list, n: codes.length }) : list;
}

/** The person it is about; of a gathering how many, of a permit what work; else the area, else what its subject is called. */
export function whoText(t: Translate, alarm: AlarmView, companyName: CompanyName = (code) => code): string {
  if (alarm.person !== null) return personText(t, alarm.person);
  if (alarm.rule === 'gathering') return t('alarm.people', { n: alarm.count ?? alarm.people.length });
  if (alarm.permit !== null) return workText(t, alarm.permit.workCode);
  if (alarm.areaName !== null) return alarm.areaName;
  return subjectIdText(t, alarm.subject, companyName);
}

/** `company/id` in words: the company's name, and an interface by its own. */
export function subjectIdText(t: Translate, subject: string, companyName: CompanyName): string {
  const slash = subject.indexOf('/');
  if (slash < 0) return subject;
  const company = shortCompany(companyName(subject.slice(0, slash)));
  const rest = subject.slice(slash + 1);
  return `${company} · ${(INTERFACES as readonly string[]).includes(rest) ? interfaceText(t, rest) : rest}`;
}

/** Whose: a person's company, a permit's, or those of a gathering; empty where the first line says it already. */
export function ofWhomText(t: Translate, alarm: AlarmView, companyName: CompanyName): string {
  if (alarm.person !== null) return shortCompany(alarm.person.companyName);
  if (alarm.permit !== null) return shortCompany(companyName(alarm.permit.companyCode));
  return alarm.people.length > 0 ? companiesText(t, alarm, companyName) : '';
}

type Unit = 'people' | 's' | '%';
const UNIT: Partial<Readonly<Record<RuleId, Unit>>> = {
  gathering: 'people',
  'over-capacity': 'people',
  'under-capacity': 'people',
  'post-vacant': 'people',
  dwell: 's',
  stillness: 's',
  'left-post': 's',
  'left-site': 's',
  'signal-lost': 's',
  'reporting-silent': 's',
  'low-battery': '%',
};

function amountText(t: Translate, amount: number, unit: Unit): string {
  if (unit === 's') return durationText(t, amount * 1000);
  return unit === '%' ? `${amount} %` : t('alarm.people', { n: amount });
}

/** `12 人 / 限 10 人`; a gathering's number is in its first line already. Empty: the rule counts nothing. */
export function countText(t: Translate, alarm: AlarmView): string {
  const unit = UNIT[alarm.rule];
  if (unit === undefined || alarm.rule === 'gathering') return '';
  const parts: string[] = [];
  if (alarm.count !== null && unit !== 's') parts.push(amountText(t, alarm.count, unit));
  if (alarm.limit !== null) {
    const isFloor = alarm.rule === 'under-capacity' || alarm.rule === 'post-vacant' || unit === '%';
    parts.push(t(isFloor ? 'alarm.atLeast' : 'alarm.atMost', { limit: amountText(t, alarm.limit, unit) }));
  }
  return parts.join(' / ');
}

/** Who says so: our own rule, the vendor, or both. */
export type SourceKind = 'park' | 'vendor' | 'both';

export function sourceKind(alarm: Pick<AlarmView, 'sources'>): SourceKind {
  const isVendor = alarm.sources.some((source) => source.by === 'vendor');
  const isPark = alarm.sources.length === 0 || alarm.sources.some((source) => source.by === 'park');
  return isVendor ? (isPark ? 'both' : 'vendor') : 'park';
}

/** In words of the rule where it matters: a gathering parts, a call ends. Empty: it asks for nothing. */
export function standingText(t: Translate, alarm: AlarmView): string {
  if (!alarm.acknowledged && endsByItself(alarm)) return '';
  const standing = standingOf(alarm);
  if (alarm.rule === 'gathering') {
    if (standing === 'gone-waiting') return t('alarm.standing.partedWaiting');
    if (standing === 'gone-acknowledged') return t('alarm.standing.partedAcknowledged');
  }
  return t(STANDING_KEY[standing]);
}

/** Area and reservations about the place, of a permit its number and site; empty when there is nothing to say. */
export function placeText(t: Translate, alarm: AlarmView): string {
  if (alarm.permit !== null) return permitLineText(alarm.permit, alarm.areaName);
  const parts: string[] = [];
  const isSaidAlready = alarm.person === null && alarm.rule !== 'gathering';
  if (alarm.areaName !== null && !isSaidAlready) parts.push(alarm.areaName);
  if (alarm.place === null) {
    // An area is a place of its own, and a silent sender has none.
    if (alarm.person !== null) parts.push(t('alarm.noPlace'));
  } else if (alarm.place.lastKnown) parts.push(t('alarm.lastKnown'));
  return parts.join(' · ');
}

/** Degrees to a metre and the height, where no area can be named: for whoever goes there. Empty: an area is, or nothing is known. */
export function whereText(t: Translate, { place, areaName, permit }: AlarmView): string {
  if (place === null || areaName !== null || permit !== null) return '';
  const at = t('console.where', { lng: place.lng.toFixed(5), lat: place.lat.toFixed(5) });
  return place.heightM === null ? at : `${at} · ${t('console.height', { m: Math.round(place.heightM) })}`;
}

export function lastingText(t: Translate, alarm: AlarmView, nowMs: number): string {
  const time = durationText(t, alarmDurationMs(alarm, nowMs));
  return t(alarm.active ? 'alarm.lasting' : 'alarm.lasted', { time });
}

const DETAILS: Readonly<Record<string, TextKey>> = {
  'laid-down': 'alarm.detail.laidDown',
  withdraw: 'alarm.detail.withdraw',
  coarse: 'alarm.detail.coarse',
};

/** A word of the rule's own; the name of a point is shown as it is. */
export function detailText(t: Translate, alarm: Pick<AlarmView, 'detail'>): string {
  if (alarm.detail === null) return '';
  const key = DETAILS[alarm.detail];
  return key === undefined ? alarm.detail : t(key);
}

/** The words of a shelf or a dialogue for one alarm: rule, then who. */
export const titleText = (t: Translate, alarm: AlarmView, companyName: CompanyName): string =>
  `${ruleText(t, alarm.rule)} · ${whoText(t, alarm, companyName)}`;
