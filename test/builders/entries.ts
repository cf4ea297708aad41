/** Builders of log entries for tests: everything has a sensible default, each call returns new data. */
import {
  ABSENT_U16,
  type AreaAlarmRecord,
  type AreaRecord,
  type BatchOrigin,
  FIX_FLAG,
  type FixBatch,
  type GatheringRecord,
  type HeartbeatRecord,
  type LogEntry,
  type PersonAlarmRecord,
  type PersonRecord,
} from '../../stream/protocol/entry.ts';
import { createFixColumns } from '../../stream/protocol/entry-codec.ts';

export const COMPANY = '913100001';

export const createOrigin = (change: Partial<BatchOrigin> = {}): BatchOrigin => ({
  batchId: 'batch',
  appId: 'app',
  companyCode: COMPANY,
  received: 1,
  refused: 0,
  ...change,
});

export const createPerson = (change: Partial<PersonRecord> = {}): PersonRecord => ({
  personId: 'p1',
  companyCode: COMPANY,
  companyName: '甲化工',
  name: '张三',
  type: 'staff',
  department: '生产部',
  post: '操作工',
  gender: 'male',
  birthday: '1990-01-01',
  idNumberSealed: '',
  mobileSealed: '',
  cardNo: null,
  contractorCode: null,
  certificates: [],
  updatedAtMs: null,
  deleted: false,
  ...change,
});

export const createArea = (change: Partial<AreaRecord> = {}): AreaRecord => ({
  areaId: 'a1',
  companyCode: COMPANY,
  name: '火炬区',
  fixed: true,
  kind: 'FORBIDDEN',
  polygons: [],
  zMinM: null,
  zMaxM: null,
  floorNo: null,
  capacityMax: null,
  capacityMin: null,
  dwellLimitS: null,
  stillLimitS: null,
  allowedTypes: [],
  boundPersonIds: [],
  requiredPersonIds: [],
  validFromMs: null,
  validToMs: null,
  inExArea: null,
  updatedAtMs: null,
  deleted: false,
  ...change,
});

export const createPersonAlarm = (change: Partial<PersonAlarmRecord> = {}): PersonAlarmRecord => ({
  alarmId: 'v1',
  companyCode: COMPANY,
  personId: 'p1',
  areaId: null,
  type: 'sos',
  raisedAtMs: Date.UTC(2026, 10, 20, 8),
  endedAtMs: null,
  description: '',
  timeReplaced: false,
  updatedAtMs: null,
  deleted: false,
  ...change,
});

export const createAreaAlarm = (change: Partial<AreaAlarmRecord> = {}): AreaAlarmRecord => ({
  alarmId: 'va1',
  companyCode: COMPANY,
  areaId: 'a1',
  type: 'over-capacity',
  raisedAtMs: Date.UTC(2026, 10, 20, 8),
  endedAtMs: null,
  description: '',
  updatedAtMs: null,
  deleted: false,
  ...change,
});

/** Members by their PERSON_ID, without a place. */
export const createGathering = (
  personIds: readonly string[],
  change: Partial<GatheringRecord> = {},
): GatheringRecord => ({
  companyCode: COMPANY,
  startedAtMs: Date.UTC(2026, 10, 20, 8),
  members: personIds.map((personId) => ({ personId, name: personId, type: 'staff', lng: null, lat: null })),
  lasted: null,
  updatedAtMs: null,
  deleted: false,
  ...change,
});

export const createHeartbeat = (change: Partial<HeartbeatRecord> = {}): HeartbeatRecord => ({
  companyCode: COMPANY,
  interfaceName: 'positions',
  mode: 'on-change',
  intervalS: null,
  ...change,
});

export interface FixInput {
  readonly person?: string;
  readonly card?: string;
  readonly lng?: number;
  readonly lat?: number;
  readonly atMs: number;
  readonly heightM?: number;
  readonly accuracyM?: number;
  readonly source?: string;
  readonly floorNo?: string;
  readonly sos?: boolean;
}

/** A batch with one row for each input; without lng the fix has no place. */
export function createFixBatch(fixes: readonly FixInput[], origin: Partial<BatchOrigin> = {}): FixBatch {
  const columns = createFixColumns(fixes.length);
  const strings: string[] = [];
  const intern = (text: string): number => {
    const known = strings.indexOf(text);
    return known === -1 ? strings.push(text) - 1 : known;
  };
  fixes.forEach((fix, i) => {
    columns.subjectIndex[i] = intern(fix.person ?? fix.card ?? 'p1');
    columns.sourceIndex[i] = fix.source === undefined ? ABSENT_U16 : intern(fix.source);
    columns.floorIndex[i] = fix.floorNo === undefined ? ABSENT_U16 : intern(fix.floorNo);
    columns.flags[i] =
      (fix.card !== undefined ? FIX_FLAG.byCard : 0) |
      (fix.sos === true ? FIX_FLAG.sos : 0) |
      (fix.sos === undefined ? 0 : FIX_FLAG.sosKnown) |
      (fix.lng === undefined ? FIX_FLAG.noPlace : 0);
    columns.lng[i] = fix.lng ?? Number.NaN;
    columns.lat[i] = fix.lat ?? Number.NaN;
    columns.observedAtMs[i] = fix.atMs;
    columns.heightM[i] = fix.heightM ?? Number.NaN;
    columns.accuracyM[i] = fix.accuracyM ?? Number.NaN;
  });
  return { origin: createOrigin({ received: fixes.length, ...origin }), count: fixes.length, strings, ...columns };
}

/** Entries in sequence: `next(kind, body, receivedAtMs)`. */
export class EntrySequence {
  seq: number;
  constructor(seq = 0) {
    this.seq = seq;
  }
  next<K extends LogEntry['kind']>(
    kind: K,
    body: Extract<LogEntry, { kind: K }>['body'],
    receivedAtMs: number,
  ): LogEntry {
    this.seq++;
    return { kind, seq: this.seq, receivedAtMs, body } as LogEntry;
  }
}
