/**
 * The check-list of a joint test (联调): what a company must have shown of an interface before it goes on to trial or live,
 * as data, and which of it one entry shows. Pure; the store keeps the first proof of each, `park stage` asks for them.
 */
import { FIX_FLAG, type FixBatch, type LogEntry } from './entry.ts';
import type { InterfaceName } from './vocabulary.ts';

export interface CheckListItem {
  readonly sample: Sample;
  /** What to send, for the people on both sides. */
  readonly meaning: string;
}

/** What `samplesOf` tells from an entry alone. */
export type EntrySample = 'accepted' | 'person-id' | 'card-no' | 'accuracy' | 'sos' | 'withdrawn' | 'ended' | 'placed';
/** What only the store can tell: the same again; older than what stands; another word about an id known before. */
export type StoreSample = 'duplicate' | 'late' | 'updated';
/** Told from the stored positions when it is asked for. */
export type MeasuredSample = 'steady';
export type Sample = EntrySample | StoreSample | MeasuredSample;

/** `steady`: so long no gap above the longest interval that AQ 3064.3 8.2 allows. */
export const STEADY_FOR_S = 600;
export const STEADY_GAP_S = 30;

const item = (sample: Sample, meaning: string): CheckListItem => ({ sample, meaning });

const ACCEPTED = item('accepted', 'A record that is accepted');
const DUPLICATE = item('duplicate', 'The same record sent again');
const UPDATED = item('updated', 'A record sent again with another content');
const WITHDRAWN = item('withdrawn', 'A record with DELETED 1');
const ENDED = item('ended', 'An alarm with ALARM_END_TIME');

/** Of people, areas and whatever stands in a register. */
const REGISTERED = [ACCEPTED, UPDATED, WITHDRAWN];

export const CHECK_LIST: Readonly<Record<InterfaceName, readonly CheckListItem[]>> = {
  persons: REGISTERED,
  areas: REGISTERED,
  positions: [
    ACCEPTED,
    item('person-id', 'A position by PERSON_ID'),
    item('card-no', 'A position by CARD_NO'),
    item('accuracy', 'A position with ACCURACY'),
    item('sos', 'A position with SOS true, as a test'),
    DUPLICATE,
    item('late', 'A position older than the newest of its person'),
    item('steady', 'Positions of one person for 10 minutes, none more than 30 s after the last'),
  ],
  gatherings: [ACCEPTED, item('placed', 'A gathering whose members have X and Y'), WITHDRAWN],
  'person-alarms': [ACCEPTED, item('sos', 'An alarm with ALARM_TYPE 0, as a test'), ENDED, WITHDRAWN, DUPLICATE],
  'area-alarms': [ACCEPTED, ENDED, WITHDRAWN, DUPLICATE],
  heartbeats: [ACCEPTED],
  sensors: [ACCEPTED, DUPLICATE],
  activities: REGISTERED,
  permits: [ACCEPTED, item('updated', 'A permit sent again with another status'), WITHDRAWN],
  'permit-videos': [ACCEPTED, WITHDRAWN],
  'permit-attachments': [ACCEPTED],
  'permit-alarms': [ACCEPTED, WITHDRAWN],
  'contractor-units': REGISTERED,
  'contractor-people': REGISTERED,
  'contractor-vehicles': REGISTERED,
  'contractor-qualifications': REGISTERED,
  'contractor-trainings': REGISTERED,
  'contractor-violations': REGISTERED,
  commitments: REGISTERED,
};

/** Each sample once; none of an entry that holds no vendor's records. */
export function samplesOf(entry: LogEntry): EntrySample[] {
  switch (entry.kind) {
    case 'fixes':
      return fixSamples(entry.body);
    case 'persons':
    case 'areas':
    case 'records':
    case 'activities':
    case 'permits':
    case 'permitVideos':
    case 'permitAttachments':
    case 'permitAlarms':
      return listed({ accepted: true, withdrawn: entry.body.records.some(({ deleted }) => deleted === true) });
    case 'gatherings':
      return listed({
        accepted: true,
        placed: entry.body.records.some(({ members }) => members.some(({ lng, lat }) => lng !== null && lat !== null)),
        withdrawn: entry.body.records.some((record) => record.deleted),
      });
    case 'personAlarms':
      return listed({
        accepted: true,
        sos: entry.body.records.some(({ type }) => type === 'sos'),
        ended: entry.body.records.some(({ endedAtMs }) => endedAtMs !== null),
        withdrawn: entry.body.records.some((record) => record.deleted),
      });
    case 'areaAlarms':
      return listed({
        accepted: true,
        ended: entry.body.records.some(({ endedAtMs }) => endedAtMs !== null),
        withdrawn: entry.body.records.some((record) => record.deleted),
      });
    case 'heartbeats':
    case 'sensorReadings':
      return ['accepted'];
    default:
      return [];
  }
}

function fixSamples({ count, flags, accuracyM }: FixBatch): EntrySample[] {
  let anyFlag = 0;
  let everyFlag = ~0;
  let hasAccuracy = false;
  for (let i = 0; i < count; i++) {
    const bits = flags[i] ?? 0;
    anyFlag |= bits;
    everyFlag &= bits;
    hasAccuracy ||= (accuracyM[i] ?? Number.NaN) > 0;
  }
  return listed({
    accepted: count > 0,
    'person-id': count > 0 && (everyFlag & FIX_FLAG.byCard) === 0,
    'card-no': (anyFlag & FIX_FLAG.byCard) !== 0,
    accuracy: hasAccuracy,
    sos: (anyFlag & FIX_FLAG.sos) !== 0,
  });
}

const listed = (shown: Partial<Record<EntrySample, boolean>>): EntrySample[] =>
  (Object.keys(shown) as EntrySample[]).filter((sample) => shown[sample]);
