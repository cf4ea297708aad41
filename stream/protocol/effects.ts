/**
 * What the engine says, in order and without loss: the alarm lane. One log entry makes at most one list of effects,
 * published to `alarms:{park}` under the log entry's own id. Every effect carries the absolute state of its subject,
 * so applying one twice is the same as once.
 */
import type { AreaRecord, LngLatPolygons } from './entry.ts';
import type { LiveDocKind, LiveDocs } from './live-docs.ts';
import type { AlarmPermit } from './permits.ts';
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

export const areaViewFrom = ({
  record,
  version,
}: {
  readonly record: AreaRecord;
  readonly version: number;
}): AreaView => ({
  areaId: record.areaId,
  companyCode: record.companyCode,
  name: record.name,
  kind: record.kind,
  fixed: record.fixed,
  version,
  polygons: record.polygons,
  zMinM: record.zMinM,
  zMaxM: record.zMaxM,
  floorNo: record.floorNo,
  validFromMs: record.validFromMs,
  validToMs: record.validToMs,
});

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

/** Somebody an alarm concerns beside its subject: a member of a gathering, a person who is missing. */
export interface AlarmPerson {
  readonly companyCode: string;
  readonly personId: string | null;
  readonly cardNo: string | null;
  readonly name: string;
  readonly type: PersonType;
}

/** Who says so: our own rule, or a record of a vendor (AQ 3064.3 B.3 - B.5), each with its own times. */
export interface AlarmSource {
  readonly by: 'park' | 'vendor';
  /** Of the vendor's record; '' for our own rule and where the table has no id (B.5). */
  readonly recordId: string;
  /** Code as sent, where it is none of the standard's; else ''. */
  readonly localCode: string;
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly description: string;
}

/** What a person did about an alarm, and when. */
export interface AlarmNote {
  readonly by: string;
  readonly atMs: number;
  readonly text: string;
}

export const ALARM_TRANSITIONS = [
  'raised',
  'recorded',
  'cleared',
  'acknowledged',
  'reset',
  'ended',
  'updated',
  /** The level rose or fell: a gathering grew. */
  'level',
  /** The condition went, the alarm is latched and stays until a person confirms; or it came back. */
  'returned',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'commented',
  'marked-false',
  'unmarked-false',
  'justified',
  'escalated',
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
  /** Of the person; -1: the alarm is about no one person. */
  readonly slot: number;
  readonly generation: number;
  readonly person: PersonView | null;
  /** Whom or what it is about, as in the alarm id: `company/person`, an area key, `company/interface`, a post or patrol key. */
  readonly subject: string;
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
  /** When it last began to ask for an acknowledgement: raised, risen in level, come back. null: when it was raised. */
  readonly askedAtMs: number | null;
  readonly resetBy: string | null;
  readonly comment: string | null;
  /** Set when the alarm needs nobody any more: cleared and acknowledged, or withdrawn. */
  readonly endedAtMs: number | null;
  /** Why it was cleared or ended: `condition`, `reset`, `withdrawn`. */
  readonly reason: string | null;
  /** Whose act this transition is, by user name; null: the engine's own. */
  readonly actedBy: string | null;
  readonly actId: string | null;
  /** Why this transition: the person's words, or a word of the engine's; null: the rule's condition itself. */
  readonly why: string | null;
  readonly place: AlarmPlace | null;
  readonly evidence: readonly EvidenceFix[];
  readonly ruleVersion: number;
  readonly areaVersion: number | null;
  /** Versions of the settings it was judged by, `topic:key`. */
  readonly settingVersions: Readonly<Record<string, number>>;
  /** Members of a gathering, people missing at a post, in a fixed order. */
  readonly people: readonly AlarmPerson[];
  /** What was counted or measured, and the limit it is held against; the unit is the rule's (people, s, %). */
  readonly count: number | null;
  readonly limit: number | null;
  /** Of the circle round `place` that holds a gathering, m. */
  readonly radiusM: number | null;
  /** What the rule says beside that, a word of its own: `laid-down`, the name of a point. */
  readonly detail: string | null;
  readonly sources: readonly AlarmSource[];
  /** A latched alarm whose condition went: it waits for a person's confirmation. */
  readonly conditionGoneAtMs: number | null;
  /** The shelf that holds it (live doc `shelf`): it makes no sound and asks for nothing until it comes back. */
  readonly shelfId: string | null;
  /** Key of the `suppression` setting that holds it back (by design, silence, out of service). */
  readonly suppressedBy: string | null;
  /** Somebody found that there was nothing. */
  readonly falseMark: AlarmNote | null;
  /** A gathering with a reason: the measures taken. The warning stands on (AQ 3064.3 5.2.3 d). */
  readonly justified: AlarmNote | null;
  readonly comments: readonly AlarmNote[];
  /** How often it was handed up for want of an acknowledgement. */
  readonly escalations: number;
  /** Alarm that explains this one, as a silent sender explains its people's lost signals; shown below it. */
  readonly under: string | null;
  /** Of an alarm about a work permit: which, by what clause, what was observed. */
  readonly permit: AlarmPermit | null;
}

type LaterFields =
  | 'subject'
  | 'askedAtMs'
  | 'actedBy'
  | 'actId'
  | 'why'
  | 'settingVersions'
  | 'people'
  | 'count'
  | 'limit'
  | 'radiusM'
  | 'detail'
  | 'sources'
  | 'conditionGoneAtMs'
  | 'shelfId'
  | 'suppressedBy'
  | 'falseMark'
  | 'justified'
  | 'comments'
  | 'escalations'
  | 'under'
  | 'permit';

/** As alarms were written before engine version 5: in old snapshots, transitions and rows. */
export type OlderAlarmView = Omit<AlarmView, LaterFields> & Partial<Pick<AlarmView, LaterFields>>;

/** What every alarm has from the beginning and most keep. */
export const PLAIN_ALARM = {
  askedAtMs: null,
  actedBy: null,
  actId: null,
  why: null,
  settingVersions: {},
  people: [],
  count: null,
  limit: null,
  radiusM: null,
  detail: null,
  sources: [],
  conditionGoneAtMs: null,
  shelfId: null,
  suppressedBy: null,
  falseMark: null,
  justified: null,
  comments: [],
  escalations: 0,
  under: null,
  permit: null,
} as const satisfies Partial<AlarmView>;

/** One of today is given back as it is: its bytes hang on the order of its fields. */
export const alarmViewFrom = (view: OlderAlarmView): AlarmView =>
  view.permit !== undefined
    ? (view as AlarmView)
    : view.comments !== undefined
      ? ({ ...view, permit: null } as AlarmView)
      : { ...view, ...PLAIN_ALARM, subject: view.person === null ? '' : subjectOf(view.person) };

/** Of a person, in alarm ids: kept whatever card is worn. */
export const subjectOf = (person: Pick<PersonView, 'companyCode' | 'personId' | 'cardNo'>): string =>
  `${person.companyCode}/${person.personId ?? `card:${person.cardNo}`}`;

/** Neither heard nor counted now: shelved or suppressed. */
export const isQuiet = (alarm: Pick<AlarmView, 'shelfId' | 'suppressedBy'>): boolean =>
  alarm.shelfId !== null || alarm.suppressedBy !== null;

/** Transitions with which an alarm may come (again) before its operators. */
export const ANNOUNCING = ['raised', 'level', 'returned', 'unshelved', 'unsuppressed'] as const;

/**
 * Whether the transition, made at `atMs`, puts the alarm before its operators, once more or for the first time. Not what is
 * quiet, nor what another alarm explains.
 */
export const isAnnounced = (alarm: AlarmView, atMs: number): boolean =>
  (ANNOUNCING as readonly string[]).includes(alarm.transition) &&
  alarm.active &&
  !isQuiet(alarm) &&
  alarm.under === null &&
  (alarm.transition === 'raised' || alarm.askedAtMs === atMs);

/**
 * A standing document of the park beside people, areas and alarms: an order, a shelf, a count. Its kind says what the value is
 * (live-docs.ts); the value is absolute.
 */
export type DocEffect = {
  [K in LiveDocKind]: {
    readonly t: 'doc';
    readonly doc: K;
    readonly key: string;
    /** Companies that may see it beside the park's own roles. */
    readonly companyCodes: readonly string[];
    readonly value: LiveDocs[K];
    /** true: this is its last state; it stands no more. */
    readonly gone: boolean;
  };
}[LiveDocKind];

export type Effect =
  | { readonly t: 'bind'; readonly slot: number; readonly generation: number; readonly person: PersonView }
  | { readonly t: 'unbind'; readonly slot: number; readonly generation: number }
  | { readonly t: 'area'; readonly area: AreaView }
  | { readonly t: 'area-removed'; readonly areaId: string; readonly companyCode: string }
  | { readonly t: 'alarm'; readonly alarm: AlarmView }
  | DocEffect;

/** One item of the alarm lane. */
export interface EffectsAt {
  /** Sequence of the log entry that caused them. */
  readonly seq: number;
  /** Engine time after that entry, ms. */
  readonly atMs: number;
  readonly effects: readonly Effect[];
}
