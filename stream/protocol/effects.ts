/**
 * What the engine says, in order and without loss: the alarm lane. One log entry makes at most one list of effects,
 * published to `alarms:{park}` under the log entry's own id. Every effect carries the absolute state of its subject,
 * so applying one twice is the same as once.
 */
import type { LngLatPolygons } from './entry.ts';
import type { AlarmLevel, AreaKind, PersonType, RuleId } from './vocabulary.ts';

/** What the page shows of a person. No ID number, no phone: those come from the server on request, audited. */
export interface PersonView {
  /** PERSON_ID, or null for a tag that nobody is known to wear. */
  readonly personId: string | null;
  readonly cardNo: string | null;
  readonly companyCode: string;
  readonly companyName: string;
  readonly name: string;
  readonly type: PersonType;
  readonly department: string;
  readonly post: string;
}

export interface AreaView {
  readonly areaId: string;
  readonly companyCode: string;
  readonly name: string;
  readonly kind: AreaKind | null;
  readonly fixed: boolean;
  /** Grows by one with each accepted change. */
  readonly version: number;
  readonly polygons: LngLatPolygons;
  readonly zMinM: number | null;
  readonly zMaxM: number | null;
  readonly floorNo: string | null;
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
}

/** Vendors choose area ids, so one company's id says nothing about another's. */
export const areaKey = (companyCode: string, areaId: string): string => `${companyCode}/${areaId}`;

export interface AlarmPlace {
  /** CGCS2000, degrees. */
  readonly lng: number;
  readonly lat: number;
  /** Shanghai 2000, m. */
  readonly easting: number;
  readonly northing: number;
  readonly heightM: number | null;
  readonly observedAtMs: number;
  /** true: the person's last known place, because the record that raised the alarm had none. */
  readonly lastKnown: boolean;
  /** Parameters that easting and northing were made with (geo/projection.ts). Absent before they were named. */
  readonly gridId?: string;
}

/** One fix that the alarm was raised on. */
export interface EvidenceFix {
  readonly observedAtMs: number;
  readonly lng: number;
  readonly lat: number;
  readonly accuracyM: number;
  /** Signed depth into the side that alarms, m; null where the rule has no edge. */
  readonly depthM: number | null;
}

export const ALARM_TRANSITIONS = [
  'raised',
  'recorded',
  'cleared',
  'acknowledged',
  'reset',
  'ended',
  'updated',
] as const;
export type AlarmTransition = (typeof ALARM_TRANSITIONS)[number];

/** States after ISA-18.2 / OPC UA Part 9: active/cleared x acknowledged/unacknowledged, latched. */
export interface AlarmView {
  /** hash(rule, subject, area, event-time onset): the same in every replay. */
  readonly alarmId: string;
  readonly rule: RuleId;
  readonly level: AlarmLevel;
  readonly transition: AlarmTransition;
  /** Companies that may see it: the person's and the area's. */
  readonly companyCodes: readonly string[];
  readonly slot: number;
  readonly generation: number;
  readonly person: PersonView;
  /** Area ids are unique within their company only: areaKey(areaCompanyCode, areaId). */
  readonly areaCompanyCode: string | null;
  readonly areaId: string | null;
  readonly areaName: string | null;
  readonly active: boolean;
  readonly acknowledged: boolean;
  /** Stays active until a person resets it (SOS). */
  readonly latched: boolean;
  /** Event time at which the condition began. */
  readonly onsetAtMs: number;
  /** Receipt time of the record that raised it. */
  readonly raisedAtMs: number;
  /** Out of bounds that lasted 30 s becomes a recorded event (AQ 3064.3 5.2.4 a). */
  readonly recordedAtMs: number | null;
  readonly clearedAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly resetBy: string | null;
  readonly comment: string | null;
  /** Set when the alarm needs nobody any more: cleared and acknowledged, or withdrawn. */
  readonly endedAtMs: number | null;
  /** Why it was cleared or ended: `condition`, `reset`, `withdrawn`. */
  readonly reason: string | null;
  readonly place: AlarmPlace | null;
  readonly evidence: readonly EvidenceFix[];
  readonly ruleVersion: number;
  readonly areaVersion: number | null;
}

export type Effect =
  | { readonly t: 'bind'; readonly slot: number; readonly generation: number; readonly person: PersonView }
  | { readonly t: 'unbind'; readonly slot: number; readonly generation: number }
  | { readonly t: 'area'; readonly area: AreaView }
  | { readonly t: 'area-removed'; readonly areaId: string; readonly companyCode: string }
  | { readonly t: 'alarm'; readonly alarm: AlarmView };

/** One item of the alarm lane. */
export interface EffectsAt {
  /** Sequence of the log entry that caused them. */
  readonly seq: number;
  /** Engine time after that entry, ms. */
  readonly atMs: number;
  readonly effects: readonly Effect[];
}
