/** Closed vocabularies that ingest, engine, store and web share; the wire codes of AQ 3064.3-2025 Annex B beside them. */
import { PERMIT_RULES } from '../../standard/permit-rules.ts';

export const PERSON_TYPES = ['staff', 'contractor', 'visitor', 'unidentified'] as const;
export type PersonType = (typeof PERSON_TYPES)[number];

/** B.1 PERSON_TYPE: 01 staff (内部员工), 02 contractor (承包商), 03 visitor (外来人员). */
export const PERSON_TYPE_BY_CODE: Readonly<Record<string, PersonType>> = {
  '01': 'staff',
  '02': 'contractor',
  '03': 'visitor',
};

export const AREA_KINDS = [
  'COMPANY_BOUNDARY',
  'PRODUCTION',
  'HAZARD_SOURCE',
  'FORBIDDEN',
  'POST',
  'ASSEMBLY',
  'WORK',
] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

/** Registers that vendors send records of, each an interface of its own; declared in registers/. */
export const REGISTER_INTERFACES = [
  'contractor-units',
  'contractor-people',
  'contractor-vehicles',
  'contractor-qualifications',
  'contractor-trainings',
  'contractor-violations',
  'commitments',
] as const;
export type RegisterInterface = (typeof REGISTER_INTERFACES)[number];

/** Kinds of records that vendors send, each a route of the vendor interface and a line of the ledger. */
export const INTERFACES = [
  'persons',
  'areas',
  'positions',
  'gatherings',
  'person-alarms',
  'area-alarms',
  'heartbeats',
  'sensors',
  'activities',
  'permits',
  'permit-videos',
  'permit-attachments',
  'permit-alarms',
  ...REGISTER_INTERFACES,
] as const;
export type InterfaceName = (typeof INTERFACES)[number];

/** Where a company stands with an interface: joint testing (联调), trial (试运行), live (正式). */
export const INTERFACE_STAGES = ['joint', 'trial', 'live'] as const;
export type InterfaceStage = (typeof INTERFACE_STAGES)[number];

/** How a sender sends: every so often, or when something changed. */
export const SENDING_MODES = ['periodic', 'on-change'] as const;
export type SendingMode = (typeof SENDING_MODES)[number];

/** B.3 ALARM_TYPE; 4 (离场) is no code of the standard but of the field. */
export const PERSON_ALARM_TYPE_BY_CODE = {
  '0': 'sos',
  '1': 'out-of-bounds',
  '2': 'dwell',
  '3': 'still',
  '4': 'absent',
} as const;
export type PersonAlarmType = (typeof PERSON_ALARM_TYPE_BY_CODE)[keyof typeof PERSON_ALARM_TYPE_BY_CODE];

/** B.4 ALARM_TYPE; 3 (缺岗) is no code of the standard but of the field. */
export const AREA_ALARM_TYPE_BY_CODE = { '1': 'over-capacity', '2': 'under-capacity', '3': 'post-empty' } as const;
export type AreaAlarmType = (typeof AREA_ALARM_TYPE_BY_CODE)[keyof typeof AREA_ALARM_TYPE_BY_CODE];

/** ALARM_TYPE of B.3 and B.4 beyond the standard: a vendor's own code, explained to the park by the setting `alarm-code`. */
export const LOCAL_ALARM_CODE = /^[A-Za-z][A-Za-z0-9_-]{1,19}$/;
export type LocalAlarmType = `local:${string}`;

/** '' when the code is one of those above. */
export const localCodeOf = (type: string): string => (type.startsWith('local:') ? type.slice('local:'.length) : '');

/** Classes of alarms: one rule each. AQ 3064.3 5.2.2 - 5.2.4, and what a park watches beside it. */
export const RULES = [
  'sos',
  'out-of-bounds',
  'dwell',
  'stillness',
  'left-post',
  'left-site',
  'over-capacity',
  'under-capacity',
  'post-vacant',
  'gathering',
  'signal-lost',
  'low-battery',
  'unknown-tag',
  'two-tags',
  'no-live-tag',
  'reporting-silent',
  'patrol-missed',
  ...PERMIT_RULES,
] as const;
export type RuleId = (typeof RULES)[number];

/** 1 red, 2 orange, 3 yellow, 4 blue. */
export type AlarmLevel = 1 | 2 | 3 | 4;

/**
 * One per user. `enterprise` and `company-admin` are a company's own, `contractor` a contractor unit's. The three administrators of
 * GB/T 22239 level 3 (三员) shut one another out: one makes accounts, one gives rights, one reads the audit.
 */
export const ROLES = [
  'operator',
  'park',
  'company-admin',
  'enterprise',
  'contractor',
  'ops',
  'system-admin',
  'security-admin',
  'audit-admin',
] as const;
/** Of a wall screen that the park registered: nobody's. It is shown the live picture of the whole park, and does nothing. */
export const SCREEN_ROLE = 'screen';
export type Role = (typeof ROLES)[number] | typeof SCREEN_ROLE;

/** A company's own people: what they see and do ends with their company. */
export const COMPANY_ROLES = ['company-admin', 'enterprise'] as const satisfies readonly Role[];
/** Who is shown people where they are: the live picture, cards, tracks, alarms one by one. */
export const PICTURE_ROLES = ['operator', 'park', ...COMPANY_ROLES] as const satisfies readonly Role[];
/** Who is shown the live picture, if nothing else. */
export const LIVE_ROLES = [...PICTURE_ROLES, SCREEN_ROLE] as const satisfies readonly Role[];
/** Who is told how the system fares; ops keeps it running and needs nobody's whereabouts. */
export const RUNNING_ROLES = [...PICTURE_ROLES, 'ops'] as const satisfies readonly Role[];
/** The three of GB/T 22239 level 3: they govern accounts, rights and audit, and see nothing of the park. */
export const ADMINISTRATOR_ROLES = ['system-admin', 'security-admin', 'audit-admin'] as const satisfies readonly Role[];

const isOneOf = (role: Role, roles: readonly Role[]): boolean => roles.includes(role);
export const isCompanyRole = (role: Role): boolean => isOneOf(role, COMPANY_ROLES);
export const seesPicture = (role: Role): boolean => isOneOf(role, LIVE_ROLES);

/** Age of a person's last fix: 30 s amber, 90 s suspect, 5 min offline. Index = code in frames. */
export const FRESHNESS = ['fresh', 'amber', 'suspect', 'offline'] as const;
export type Freshness = (typeof FRESHNESS)[number];
export const FRESHNESS_LIMIT_MS = { amber: 30_000, suspect: 90_000, offline: 300_000 } as const;
