/**
 * Records that vendors send by id, in the one form in which they are kept: alarms and gatherings of their own, what they sent
 * into registers last, what belongs to work permits and, of joint tests, people and areas. Pure; shared by the store and its memory
 * twin. Rules STO-30 to STO-33, PST-8.
 */
import type { AreaAlarmRecord, GatheringRecord, LogEntry, PersonAlarmRecord } from '../stream/protocol/entry.ts';
import { canonicalText } from '../stream/protocol/permit-merge.ts';
import {
  areaStanding,
  hashOf,
  isSaidAnew,
  judgeRecord,
  personStanding,
  rowStanding,
  type Standing,
  type Verdict,
} from './register-rules.ts';

export interface VendorRecord {
  readonly recordId: string;
  readonly atMs: number | null;
  readonly endedAtMs: number | null;
  readonly personIds: readonly string[];
  readonly areaId: string | null;
  readonly body: object;
  readonly standing: Standing;
  readonly deleted: boolean;
}

export type VendorEntry = Extract<
  LogEntry,
  {
    kind:
      | 'persons'
      | 'areas'
      | 'gatherings'
      | 'personAlarms'
      | 'areaAlarms'
      | 'records'
      | 'activities'
      | 'permitVideos'
      | 'permitAttachments'
      | 'permitAlarms';
  }
>;

/** What stands of an id. */
export interface KnownRecord extends Standing {
  readonly deleted: boolean;
}

/** A gathering that is known, as a newer word of it may find it. */
export interface KnownGathering {
  readonly recordId: string;
  readonly atMs: number;
  readonly personIds: readonly string[];
}

const standingOf = (
  { updatedAtMs, deleted }: { readonly updatedAtMs: number | null; readonly deleted: boolean },
  fields: readonly unknown[],
): Standing => ({ updatedAtMs, contentHash: hashOf(deleted ? ['withdrawn'] : fields) });

const ofPersonAlarm = (record: PersonAlarmRecord): VendorRecord => ({
  recordId: record.alarmId,
  // The receipt of an SOS without a time of its own is no time of the alarm: a repeat would have another.
  standing: standingOf(record, [
    record.personId,
    record.areaId,
    record.type,
    record.timeReplaced ? null : record.raisedAtMs,
    record.endedAtMs,
    record.description,
  ]),
  atMs: record.raisedAtMs,
  endedAtMs: record.endedAtMs,
  personIds: [record.personId],
  areaId: record.areaId,
  body: record,
  deleted: record.deleted,
});

const ofAreaAlarm = (record: AreaAlarmRecord): VendorRecord => ({
  recordId: record.alarmId,
  standing: standingOf(record, [record.areaId, record.type, record.raisedAtMs, record.endedAtMs, record.description]),
  atMs: record.raisedAtMs,
  endedAtMs: record.endedAtMs,
  personIds: [],
  areaId: record.areaId,
  body: record,
  deleted: record.deleted,
});

const ofGathering = (record: GatheringRecord, recordId: string): VendorRecord => {
  const members = record.members.map(({ personId, lng, lat }) => [personId, lng, lat]);
  return {
    recordId,
    standing: standingOf(record, [members, record.lasted]),
    atMs: record.startedAtMs,
    endedAtMs: null,
    personIds: record.members.map((member) => member.personId),
    areaId: null,
    body: record,
    deleted: record.deleted,
  };
};

/**
 * The records of an entry in order. `known`: gatherings of the company that started when one of these did; it is extended by
 * those that are new.
 */
export function vendorRecordsOf(entry: VendorEntry, known: KnownGathering[]): VendorRecord[] {
  switch (entry.kind) {
    case 'persons':
      return entry.body.records.map((record) => ({
        ...plain(record, record.personId),
        personIds: [record.personId],
        standing: personStanding(record),
      }));
    case 'areas':
      return entry.body.records.map((record) => ({ ...plain(record, record.areaId), standing: areaStanding(record) }));
    case 'personAlarms':
      return entry.body.records.map(ofPersonAlarm);
    case 'areaAlarms':
      return entry.body.records.map(ofAreaAlarm);
    case 'records':
      return entry.body.records.map((record) => ({ ...plain(record, record.key), standing: rowStanding(record) }));
    case 'activities':
      return entry.body.records.map((record) => ({
        ...ofWork(record, record.activityId),
        atMs: record.fromMs,
        endedAtMs: record.toMs,
        personIds: record.workerIds,
      }));
    case 'permitVideos':
      return entry.body.records.map((record) => ofWork(record, record.videoId));
    case 'permitAttachments':
      return entry.body.records.map((record) => ofWork(record, record.attachmentId));
    case 'permitAlarms':
      return entry.body.records.map((record) => ({
        ...ofWork(record, record.alarmId),
        atMs: record.raisedAtMs,
        endedAtMs: record.endedAtMs,
      }));
    case 'gatherings':
      return entry.body.records.map((record) => ofGathering(record, identify(record, known)));
  }
}

const plain = (record: { readonly deleted: boolean }, recordId: string): Omit<VendorRecord, 'standing'> => ({
  recordId,
  atMs: null,
  endedAtMs: null,
  personIds: [],
  areaId: null,
  body: record,
  deleted: record.deleted,
});

/** Of work: the record counts as a whole. */
const ofWork = (
  record: { readonly updatedAtMs: number | null; readonly deleted: boolean },
  recordId: string,
): VendorRecord => ({
  ...plain(record, recordId),
  standing: standingOf(record, [canonicalText({ ...record, updatedAtMs: null })]),
});

/**
 * A gathering has no id: the same start and a common member tell that two records speak of one. Of several it is the one
 * with the most members in common; a record that names nobody (a withdrawal) means the first of that start.
 */
function identify(record: GatheringRecord, known: KnownGathering[]): string {
  const atMs = record.startedAtMs;
  const members = new Set(record.members.map((member) => member.personId));
  const sameStart = known.filter((gathering) => gathering.atMs === atMs);
  const overlapOf = ({ personIds }: KnownGathering): number => personIds.filter((id) => members.has(id)).length;
  let found = members.size === 0 ? sameStart[0] : undefined;
  for (const gathering of sameStart) {
    if (overlapOf(gathering) > (found === undefined ? 0 : overlapOf(found))) found = gathering;
  }
  const recordId = found?.recordId ?? `${atMs}/${sameStart.length + 1}`;
  const now = { recordId, atMs, personIds: members.size === 0 ? (found?.personIds ?? []) : [...members] };
  if (found === undefined) known.push(now);
  else known[known.indexOf(found)] = now;
  return recordId;
}

/** What became of the records of one entry, and what was written. */
export interface JudgedRecords extends Judged {
  /** The newest of each id. */
  readonly written: readonly VendorRecord[];
  /** Ids of them that had been withdrawn. */
  readonly returned: ReadonlySet<string>;
}

/** What became of the records of one entry. */
export interface Judged {
  readonly verdicts: readonly Verdict[];
  /** One of them is another word about an id known before. */
  readonly hasUpdate: boolean;
}

/**
 * One verdict for each record, by the rules of registers, and what is to be written: the newest of each id.
 * `standings` by record id; it is brought up to date.
 */
export function judgeVendorRecords(
  records: readonly VendorRecord[],
  standings: Map<string, KnownRecord>,
): JudgedRecords {
  const returned = new Set<string>();
  const written = new Map<string, VendorRecord>();
  let hasUpdate = false;
  const verdicts = records.map((record) => {
    const standing = standings.get(record.recordId);
    const verdict = judgeRecord(standing, record.standing);
    hasUpdate ||= verdict === 'stored' && standing !== undefined;
    if (verdict === 'stored' || isSaidAnew(verdict, standing, record.standing)) {
      if (standing?.deleted === true && !record.deleted) returned.add(record.recordId);
      standings.set(record.recordId, { ...record.standing, deleted: record.deleted });
      written.set(record.recordId, record);
    }
    return verdict;
  });
  return { verdicts, hasUpdate, written: [...written.values()], returned };
}
