/**
 * What stands in the log: kinds of entries and the shape of their bodies. Everything that can change what the engine
 * does is an entry; the bytes are made and read by entry-codec.ts. Shared by ingest, watch, store, bench and tests.
 */
import type { ActInput, ActName } from './acts.ts';
import type {
  ActivitiesBody,
  CamerasBody,
  HeardRowsBody,
  PermitAlarmsBody,
  PermitAttachmentsBody,
  PermitsBody,
  PermitVideosBody,
} from './permits.ts';
import type { SettingTopicName } from './settings.ts';
import type {
  AreaAlarmType,
  AreaKind,
  InterfaceStage,
  LocalAlarmType,
  PersonAlarmType,
  PersonType,
  RegisterInterface,
  Role,
  SendingMode,
} from './vocabulary.ts';

/** Small integers, never reused: they are written to disk. */
export const ENTRY_KIND = {
  fixes: 1,
  persons: 2,
  areas: 3,
  tick: 4,
  act: 5,
  quarantined: 6,
  engineVersion: 7,
  downtime: 8,
  gatherings: 9,
  personAlarms: 10,
  areaAlarms: 11,
  heartbeats: 12,
  sensorReadings: 13,
  doorCounts: 14,
  digest: 15,
  setting: 16,
  receipt: 17,
  records: 18,
  activities: 19,
  permits: 20,
  permitVideos: 21,
  permitAttachments: 22,
  permitAlarms: 23,
  cameras: 24,
  heardRows: 25,
} as const;
export type EntryKindName = keyof typeof ENTRY_KIND;

/** Who sent a batch and what became of its records at the door; the ledger is summed from these. */
export interface BatchOrigin {
  readonly batchId: string;
  readonly appId: string;
  readonly companyCode: string;
  /** Records in the request. `received = refused + records in this entry`. */
  readonly received: number;
  readonly refused: number;
  /**
   * Where the company stands with this interface. Records of a joint test are checked and stored in full and marked;
   * they raise no alarm, count in no rule, and are not forwarded. Absent: live.
   */
  readonly stage?: InterfaceStage;
  /**
   * The entry is one that was kept in quarantine, put in again: which one, and when it was received first. Its records
   * were counted as received then, and keep that time in the books and in their rows.
   */
  readonly again?: EntryPlace;
}

/** An entry that lay in the log before. */
export interface EntryPlace {
  readonly epoch: string;
  readonly seq: number;
  readonly receivedAtMs: number;
}

/** Bits of `FixBatch.flags`. */
export const FIX_FLAG = {
  /** The subject string is a CARD_NO, not a PERSON_ID. */
  byCard: 1,
  sos: 2,
  /** No usable coordinates (SOS only): the last known place stands in, marked. */
  noPlace: 4,
  /** COLLECT_TIME was absent, unreadable or out of range (SOS only): receipt time stands in. */
  timeReplaced: 8,
  onlineKnown: 16,
  online: 32,
  charging: 64,
  chargingKnown: 128,
  /** SOS was sent with the value false. The engine takes a newest fix without SOS, absent or false, for a released button. */
  sosKnown: 256,
  /** Sent in a joint test (BatchOrigin.stage). Set by the store on its rows, never by the front door. */
  jointTest: 512,
} as const;

export const ABSENT_U16 = 0xffff;
export const ABSENT_U8 = 0xff;

/**
 * Fixes of one request, struct of arrays, `count` long. CGCS2000 as sent: lng, lat in decimal degrees, height in m.
 * Absent: NaN in floats, 0xffff in index columns, 0xff in batteryPct.
 */
export interface FixBatch {
  readonly origin: BatchOrigin;
  readonly count: number;
  /** Distinct strings (person ids, card numbers, sources, floors) that the index columns point into. */
  readonly strings: readonly string[];
  readonly subjectIndex: Uint16Array;
  readonly sourceIndex: Uint16Array;
  readonly floorIndex: Uint16Array;
  readonly flags: Uint16Array;
  readonly lng: Float64Array;
  readonly lat: Float64Array;
  /** COLLECT_TIME as sent, epoch ms; up to 60 s ahead of receipt, which counts as receipt time. */
  readonly observedAtMs: Float64Array;
  readonly heightM: Float32Array;
  /** Radius of the 68 % circle, m. */
  readonly accuracyM: Float32Array;
  readonly speedMps: Float32Array;
  readonly headingDeg: Float32Array;
  readonly batteryPct: Uint8Array;
}

/** AQ 3064.3 B.1 in our words. Sealed fields are SM4 ciphertext (security/person-secret.ts): the log holds no clear ID number. */
export interface PersonRecord {
  readonly personId: string;
  readonly companyCode: string;
  readonly companyName: string;
  readonly name: string;
  readonly type: PersonType;
  readonly department: string;
  readonly post: string;
  readonly gender: 'male' | 'female';
  /** yyyy-MM-dd */
  readonly birthday: string;
  readonly idNumberSealed: string;
  /** Finds the same person at other companies (security/blind-index.ts); absent in entries of older versions. */
  readonly idNumberBlind?: string;
  readonly mobileSealed: string;
  readonly cardNo: string | null;
  readonly contractorCode: string | null;
  readonly certificates: readonly unknown[];
  /** UPDATE_DATE; null: order of arrival decides. */
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** Closed rings, `[lng, lat]` in CGCS2000 degrees; polygons[p][0] is the outer ring, the rest are holes. */
export type LngLatPolygons = readonly (readonly (readonly (readonly [number, number])[])[])[];

/** AQ 3064.3 B.2 and the park's own optional fields. */
export interface AreaRecord {
  readonly areaId: string;
  readonly companyCode: string;
  readonly name: string;
  /** ZONE_TYPE 1 fixed, 0 temporary. */
  readonly fixed: boolean;
  readonly kind: AreaKind | null;
  readonly polygons: LngLatPolygons;
  readonly zMinM: number | null;
  readonly zMaxM: number | null;
  readonly floorNo: string | null;
  readonly capacityMax: number | null;
  readonly capacityMin: number | null;
  readonly dwellLimitS: number | null;
  readonly stillLimitS: number | null;
  /** Person types that may be inside a forbidden area. */
  readonly allowedTypes: readonly PersonType[];
  /** Leaving is out of bounds for these people, of this company. */
  readonly boundPersonIds: readonly string[];
  readonly requiredPersonIds: readonly string[];
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  readonly inExArea: boolean | null;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** AQ 3064.3 B.5. It has no id: company, start and an overlap of members tell that two speak of the same gathering. */
export interface GatheringRecord {
  readonly companyCode: string;
  /** TIME_STAMP: start of the warning. */
  readonly startedAtMs: number;
  /** X = longitude, Y = latitude, CGCS2000 degrees; null where the sender had no usable place. */
  readonly members: readonly {
    readonly personId: string;
    readonly name: string;
    readonly type: PersonType;
    readonly lng: number | null;
    readonly lat: number | null;
  }[];
  /** ALARM_LAST_TIME as sent; the standard names no unit. */
  readonly lasted: number | null;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** AQ 3064.3 B.3. The place is the person's own at that time: the table has none. */
export interface PersonAlarmRecord {
  readonly alarmId: string;
  readonly companyCode: string;
  readonly personId: string;
  readonly areaId: string | null;
  readonly type: PersonAlarmType | LocalAlarmType;
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly description: string;
  /** true: ALARM_TIME of an SOS was absent or unreadable, and receipt time stands in. */
  readonly timeReplaced: boolean;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** AQ 3064.3 B.4. */
export interface AreaAlarmRecord {
  readonly alarmId: string;
  readonly companyCode: string;
  readonly areaId: string;
  readonly type: AreaAlarmType | LocalAlarmType;
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly description: string;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/** A sender stands ready to send this kind, and how: silence of a change-only sender is no failure. */
export interface HeartbeatRecord {
  readonly companyCode: string;
  /** Interface name, `positions` say. */
  readonly interfaceName: string;
  readonly mode: SendingMode;
  /** Promised distance of records of a periodic sender, s. */
  readonly intervalS: number | null;
}

/** AQ 3064.1 A.2, one packet. */
export interface SensorReport {
  readonly companyCode: string;
  /** IDENTIFIER: what kind of data. */
  readonly identifier: string;
  readonly dataId: string;
  readonly gatewayId: string;
  readonly collectedAtMs: number;
  readonly connected: boolean | null;
  readonly reportType: string;
  readonly readings: readonly {
    /** QUOTAID: the measuring point. */
    readonly pointId: string;
    readonly value: number;
    readonly alarmType: string | null;
    readonly alarmAtMs: number | null;
    readonly alarmEndAtMs: number | null;
  }[];
}

/** One record of a register (registers/), in the register's own words. */
export interface RegisterRecord {
  /** Names the row within the company. */
  readonly key: string;
  /** By field, every one that vendors send; null: nothing there. What is sealed is `{sealed, blind}`, never in clear. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
}

/**
 * What the front door saw that is in no entry: whole requests it refused, records of batches of which none was accepted,
 * and what it answered. Appended by each ingest process once a second while there is something to say.
 */
export interface DoorCountLine {
  /** '' when the app id is unknown. */
  readonly companyCode: string;
  /** Interface name, or '' where no route was met. */
  readonly interfaceName: string;
  /** Records in batches of which nothing was accepted and so nothing appended: all of them refused. */
  readonly refused: number;
  /** Records answered as accepted (the answer was handed to the socket). Never more than what the entries hold. */
  readonly acknowledged: number;
  /** Batches whose append the log did not confirm, or whose sender was gone before the answer: kept or not, nobody was told. */
  readonly unanswered: number;
  /** Requests refused as a whole, by code. */
  readonly refusedRequests: Readonly<Record<string, number>>;
  /** Field names spelled otherwise than published. */
  readonly aliases: number;
}

export interface DoorCountsBody {
  /** The ingest process, and the number of this report: the two tell a repeat. */
  readonly doorId: string;
  readonly report: number;
  /** What is counted was seen in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly lines: readonly DoorCountLine[];
}

/** State of the engine after entry `atSeq`, as a digest: whoever replays can tell whether it came to the same. */
export interface DigestBody {
  readonly atSeq: number;
  readonly engineVersion: string;
  /** 16 hex digits, `digestOf` in engine/snapshot.ts. */
  readonly digest: string;
}

/** Records of one request that were accepted. */
export interface RecordsBody<R> {
  readonly origin: BatchOrigin;
  readonly records: readonly R[];
}
export type GatheringsBody = RecordsBody<GatheringRecord>;
export type PersonAlarmsBody = RecordsBody<PersonAlarmRecord>;
export type AreaAlarmsBody = RecordsBody<AreaAlarmRecord>;
export type HeartbeatsBody = RecordsBody<HeartbeatRecord>;
export type SensorReadingsBody = RecordsBody<SensorReport>;
export interface RegisterRecordsBody extends RecordsBody<RegisterRecord> {
  /** Register and interface have one name. */
  readonly register: RegisterInterface;
}
export type PersonsBody = RecordsBody<PersonRecord>;
export type AreasBody = RecordsBody<AreaRecord>;

/** Appended each second by watch's lease holder; engine time moves by receivedAtMs alone. */
export interface TickBody {
  readonly term: number;
}
/** A person's act, on an alarm mostly; `input` has the shape that acts.ts gives for the act. */
export interface ActBody {
  readonly actId: string;
  readonly act: ActName;
  /** '': the act is about something else than one alarm. */
  readonly alarmId: string;
  readonly input?: ActInput;
  /** Role of the actor; absent in entries of older versions. */
  readonly role?: Role;
  readonly userId: string;
  readonly userName: string;
  /** null: every company. Otherwise the act holds only for alarms that concern this company. */
  readonly companyCode: string | null;
  readonly comment: string | null;
}
export interface QuarantinedBody {
  /** Sequence number of the entry that threw twice. */
  readonly seq: number;
  readonly reason: string;
  /** The entry as it lay in the log, so that it can be put in again; absent in entries of older versions. */
  readonly entry?: { readonly kind: number; readonly receivedAtMs: number; readonly body: Uint8Array };
}
export interface EngineVersionBody {
  readonly version: string;
}
/** The log stood still on purpose or by failure; engine time may jump across it. */
export interface DowntimeBody {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/**
 * One setting of the park: what is measured by, who is on duty, what is silent. A later version replaces an earlier one;
 * shapes by topic in alarms/settings/.
 */
export interface SettingBody {
  readonly topic: SettingTopicName;
  /** Within the topic: '' where there is one only, an area key, a company code, an id. */
  readonly key: string;
  /** Grows by one with each change of this topic and key. */
  readonly version: number;
  /** Plain JSON; null: withdrawn. */
  readonly value: unknown;
  readonly userId: string;
  readonly userName: string;
}

/** What became of a delivery: written by whoever carried it out. */
export interface ReceiptBody {
  readonly deliveryId: string;
  /** `sent`: handed to the channel; `delivered`: the channel or the person says so. */
  readonly outcome: 'sent' | 'delivered' | 'failed';
  readonly detail: string;
}

export interface EntryBodies {
  fixes: FixBatch;
  persons: PersonsBody;
  areas: AreasBody;
  tick: TickBody;
  act: ActBody;
  quarantined: QuarantinedBody;
  engineVersion: EngineVersionBody;
  downtime: DowntimeBody;
  gatherings: GatheringsBody;
  personAlarms: PersonAlarmsBody;
  areaAlarms: AreaAlarmsBody;
  heartbeats: HeartbeatsBody;
  sensorReadings: SensorReadingsBody;
  doorCounts: DoorCountsBody;
  digest: DigestBody;
  setting: SettingBody;
  receipt: ReceiptBody;
  records: RegisterRecordsBody;
  activities: ActivitiesBody;
  permits: PermitsBody;
  permitVideos: PermitVideosBody;
  permitAttachments: PermitAttachmentsBody;
  permitAlarms: PermitAlarmsBody;
  cameras: CamerasBody;
  heardRows: HeardRowsBody;
}

/** One decoded entry, discriminated by `kind`. */
export type LogEntry = {
  [K in EntryKindName]: {
    readonly kind: K;
    /** Gapless from 1 within an epoch; also the Redis Stream id `<seq>-0`. */
    readonly seq: number;
    readonly receivedAtMs: number;
    readonly body: EntryBodies[K];
  };
}[EntryKindName];

/** One entry as it lies in the log, not decoded. */
export interface RawEntry {
  readonly seq: number;
  readonly epoch: string;
  readonly kind: number;
  readonly receivedAtMs: number;
  readonly body: Uint8Array;
}
