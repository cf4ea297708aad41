/** What alarms of people at areas, and of areas alone, have in common. */
import { ALARM_CLASSES, levelOf } from '../../alarms/alarm-classes.ts';
import { alarmIdFrom } from '../../alarms/alarm-id.ts';
import type { RaiseInput } from '../../alarms/life-cycle.ts';
import { type AlarmPerson, type PersonView, subjectOf } from '../../stream/protocol/effects.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';
import type { RuleId } from '../../stream/protocol/vocabulary.ts';
import { NOBODY } from '../alarm-table.ts';
import type { Area } from '../areas-table.ts';
import type { Park } from '../park.ts';
import { lastKnownPlace } from '../places.ts';

/** Versions of what an alarm was judged by, `topic:key`; what was never set is left out. */
export function settingVersionsOf(
  park: Park,
  paths: readonly (readonly [topic: SettingTopicName, key: string])[],
): Record<string, number> {
  const versions = paths.map(([topic, key]) => [`${topic}:${key}`, park.config.versionOf(topic, key)] as const);
  return Object.fromEntries(versions.filter(([, version]) => version > 0));
}

export interface AlarmAbout {
  readonly rule: RuleId;
  readonly ruleVersion: number;
  /** NOBODY with a `subject` of its own. */
  readonly slot: number;
  readonly subject?: string;
  readonly companyCode?: string;
  /** undefined: the area is gone, or there is none. */
  readonly area: Area | undefined;
  readonly areaKey: string;
  readonly onsetAtMs: number;
  readonly settings: readonly (readonly [topic: SettingTopicName, key: string])[];
}

export function alarmInput(park: Park, about: AlarmAbout, more: Partial<RaiseInput>): RaiseInput {
  const person = about.slot === NOBODY ? null : park.people.views[about.slot]!;
  const subject = about.subject ?? (person === null ? about.areaKey : subjectOf(person));
  const record = about.area?.record;
  const companyCodes = [person?.companyCode, about.companyCode, record?.companyCode].filter((one) => one !== undefined);
  return {
    alarmId: alarmIdFrom(about.rule, subject, about.areaKey, about.onsetAtMs),
    rule: about.rule,
    ruleVersion: about.ruleVersion,
    level: levelOf(about.rule, park.settings),
    latched: ALARM_CLASSES[about.rule].latched,
    companyCodes: [...new Set(companyCodes)],
    slot: about.slot,
    generation: about.slot === NOBODY ? 0 : park.people.generation[about.slot]!,
    person,
    subject,
    areaCompanyCode: record?.companyCode ?? null,
    areaId: record?.areaId ?? null,
    areaName: record?.name ?? null,
    areaVersion: about.area?.version ?? null,
    onsetAtMs: about.onsetAtMs,
    raisedAtMs: park.nowMs,
    place: about.slot === NOBODY ? null : lastKnownPlace(park, about.slot),
    evidence: [],
    settingVersions: settingVersionsOf(park, [['rules', ''], ...about.settings]),
    ...more,
  };
}

/** Somebody whom an alarm names, known to the registers or not. */
export function alarmPerson(park: Park, companyCode: string, personId: string): AlarmPerson {
  const slot = park.people.slotOf(companyCode, personId, false);
  const view: PersonView | null = slot === -1 ? null : (park.people.views[slot] ?? null);
  return {
    companyCode,
    personId,
    cardNo: view?.cardNo ?? null,
    name: view?.name ?? '',
    type: view?.type ?? 'unidentified',
  };
}
