/**
 * What a vendor said of one thing (AQ 3064.3 B.3 but for the SOS, B.4, B.5), in one shape whatever table it came in, and what
 * follows from it alone. Those that are kept: vendor-record-table.ts.
 */
import { levelOf as classLevelOf } from '../alarms/alarm-classes.ts';
import { gatheringLevelOf } from '../alarms/gathering.ts';
import type { CodeRule } from '../alarms/settings/alarm-code.ts';
import { type AboutAlarm, isNewerWord, leftRule, type Span } from '../alarms/vendor-merge.ts';
import { type AlarmPerson, type AlarmSource, areaKey } from '../stream/protocol/effects.ts';
import type { AreaAlarmRecord, GatheringRecord, PersonAlarmRecord } from '../stream/protocol/entry.ts';
import { type AlarmLevel, localCodeOf, type RuleId } from '../stream/protocol/vocabulary.ts';
import type { Park } from './park.ts';

/** People who are kept of one gathering; all are counted. */
const MEMBERS_KEPT = 1_000;

/** The newest word of one vendor's record. Plain data, never changed, only replaced. */
export interface VendorRecord {
  readonly key: string;
  readonly recordId: string;
  readonly companyCode: string;
  /** '' where the code is one of the standard's, or of the field. */
  readonly localCode: string;
  /** null: a local code that nobody explained yet, or an SOS by a local code, which is the SOS rule's. */
  readonly rule: Exclude<RuleId, 'sos'> | null;
  readonly level: AlarmLevel | null;
  readonly personId: string | null;
  readonly areaId: string | null;
  /** Of a gathering, in order of their ids, the first MEMBERS_KEPT. */
  readonly members: readonly AlarmPerson[];
  /** All of them. */
  readonly count: number;
  /** Middle of the members' places, degrees; null: none had one. */
  readonly middle: { readonly lng: number; readonly lat: number } | null;
  readonly raisedAtMs: number;
  readonly endedAtMs: number | null;
  readonly description: string;
  readonly updatedAtMs: number | null;
  readonly deleted: boolean;
  /** Engine time of the newest copy. */
  readonly heardAtMs: number;
  /** It is over by its own word, its withdrawal or its silence. */
  readonly isOver: boolean;
  /** Alarm that it is a source of; null: none yet, or that one ended. */
  readonly alarmId: string | null;
}

/** As it came: `type` is of the table, `local:…` a vendor's own code. */
export type Said = Omit<VendorRecord, 'rule' | 'level' | 'heardAtMs' | 'isOver' | 'alarmId'> & {
  readonly type: string;
};

export const recordKeyOf = (kind: string, companyCode: string, recordId: string): string =>
  `${kind}/${companyCode}/${recordId}`;

// --- as it came ----------------------------------------------------------------------------------------------------------

export const saidOfPerson = (record: PersonAlarmRecord): Said => saidOfAlarm('person', record, record.personId);
export const saidOfArea = (record: AreaAlarmRecord): Said => saidOfAlarm('area', record, null);

const saidOfAlarm = (
  kind: 'person' | 'area',
  record: PersonAlarmRecord | AreaAlarmRecord,
  personId: string | null,
): Said => ({
  key: recordKeyOf(kind, record.companyCode, record.alarmId),
  recordId: record.alarmId,
  companyCode: record.companyCode,
  localCode: localCodeOf(record.type),
  type: record.type,
  personId,
  areaId: record.areaId,
  members: [],
  count: 0,
  middle: null,
  raisedAtMs: record.raisedAtMs,
  endedAtMs: record.endedAtMs,
  description: record.description,
  updatedAtMs: record.updatedAtMs,
  deleted: record.deleted,
});

/** In order of their ids, no more than are kept. */
export const membersOf = ({ companyCode, members }: GatheringRecord): readonly AlarmPerson[] =>
  members
    .map(({ personId, name, type }): AlarmPerson => ({ companyCode, personId, cardNo: null, name, type }))
    .sort((a, b) => ((a.personId ?? '') < (b.personId ?? '') ? -1 : 1))
    .slice(0, MEMBERS_KEPT);

export function saidOfGathering(record: GatheringRecord, recordId: string, members: readonly AlarmPerson[]): Said {
  const placed = record.members.filter(({ lng, lat }) => lng !== null && lat !== null);
  const mean = (of: 'lng' | 'lat') => placed.reduce((sum, member) => sum + member[of]!, 0) / placed.length;
  return {
    key: recordKeyOf('gathering', record.companyCode, recordId),
    recordId,
    companyCode: record.companyCode,
    localCode: '',
    type: 'gathering',
    personId: null,
    areaId: null,
    members,
    count: record.members.length,
    middle: placed.length === 0 ? null : { lng: mean('lng'), lat: mean('lat') },
    raisedAtMs: record.startedAtMs,
    endedAtMs: record.lasted === null ? null : record.startedAtMs + record.lasted * 1_000,
    description: '',
    updatedAtMs: record.updatedAtMs,
    deleted: record.deleted,
  };
}

// --- what it means -------------------------------------------------------------------------------------------------------

const RULE_OF_TYPE: Readonly<Record<string, CodeRule | 'gathering'>> = {
  'out-of-bounds': 'out-of-bounds',
  dwell: 'dwell',
  still: 'stillness',
  'over-capacity': 'over-capacity',
  'under-capacity': 'under-capacity',
  'post-empty': 'post-vacant',
  gathering: 'gathering',
};

/** Our class of what was said, and the level where a setting names one; null: a local code that nobody explained. */
export function meaningOf(
  said: Said,
  park: Park,
): { readonly rule: CodeRule | 'gathering'; readonly level: AlarmLevel | null } | null {
  if (said.localCode !== '') return park.config.get('alarm-code', areaKey(said.companyCode, said.localCode)) ?? null;
  if (said.type === 'absent') {
    const area = said.areaId === null ? undefined : park.areas.byKey.get(areaKey(said.companyCode, said.areaId));
    return { rule: leftRule(said.areaId, area?.record.kind ?? null) as CodeRule, level: null };
  }
  return { rule: RULE_OF_TYPE[said.type]!, level: null };
}

export const levelOf = ({ rule, level, count }: VendorRecord, park: Park): AlarmLevel =>
  level ??
  (rule === 'gathering' ? gatheringLevelOf(park.settings.gathering, count) : classLevelOf(rule!, park.settings));

/** More people than before are news of a gathering, also without a date. */
export const isNews = (known: VendorRecord, said: Said): boolean =>
  isNewerWord(known, said) ||
  (said.updatedAtMs === null && !known.deleted && said.raisedAtMs === known.raisedAtMs && said.count > known.count);

/**
 * B.5 has no end but a duration, which may have been sent while it lasts: a gathering is over when that has run out and nobody
 * spoke of it since, and without one when nobody spoke of it for long.
 */
export function isOverAt(
  { rule, endedAtMs, heardAtMs, deleted }: Pick<VendorRecord, 'rule' | 'endedAtMs' | 'heardAtMs' | 'deleted'>,
  park: Park,
): boolean {
  if (deleted) return true;
  if (rule !== 'gathering') return endedAtMs !== null && endedAtMs <= park.nowMs;
  const { joinMs, silentMs } = park.settings.vendorAlarms;
  if (endedAtMs === null) return park.nowMs > heardAtMs + silentMs;
  return park.nowMs > endedAtMs + joinMs && (heardAtMs > endedAtMs + joinMs || park.nowMs > heardAtMs + joinMs);
}

const endOf = ({ isOver, endedAtMs, heardAtMs }: VendorRecord): number | null =>
  isOver ? (endedAtMs ?? heardAtMs) : null;

export const spanOfRecord = (record: VendorRecord): Span => ({
  fromMs: record.raisedAtMs,
  toMs: endOf(record) ?? Infinity,
});

/** `recordId` of a source is the key: ids are a vendor's own, and a gathering may be told by several. */
export const sourceOf = (record: VendorRecord): AlarmSource => ({
  by: 'vendor',
  recordId: record.key,
  localCode: record.localCode,
  raisedAtMs: record.raisedAtMs,
  endedAtMs: endOf(record),
  description: record.description,
});

export function aboutOf({ rule, companyCode, personId, areaId, members }: VendorRecord): AboutAlarm {
  const subject =
    personId !== null ? `${companyCode}/${personId}` : `${companyCode}/${areaId ?? members[0]?.personId ?? ''}`;
  return { rule: rule!, subject, areaCompanyCode: areaId === null ? null : companyCode, areaId };
}
