/** What suppliers send around their permits: activities, cameras that look at jobs, and alarms of their own systems (A.3). */
import type { Steps } from '../../core/slices.ts';
import type { ActivityRecord, PermitAlarmRecord, PermitVideoRecord } from '../../stream/protocol/permits.ts';
import type { RecordSet } from '../record-set.ts';
import { ACTIVITY_FIELDS, PERMIT_ALARM_FIELDS, PERMIT_VIDEO_FIELDS } from './permit-fields.ts';
import { FieldProblem, type RecordContext, RecordValidator, type Validated } from './records.ts';
import { saidAt } from './times.ts';
import { Problem } from './values.ts';

const activities = new RecordValidator<typeof ACTIVITY_FIELDS, ActivityRecord>(ACTIVITY_FIELDS);
const videos = new RecordValidator<typeof PERMIT_VIDEO_FIELDS, PermitVideoRecord>(PERMIT_VIDEO_FIELDS);
const alarms = new RecordValidator<typeof PERMIT_ALARM_FIELDS, PermitAlarmRecord>(PERMIT_ALARM_FIELDS);

export const walkActivities = (records: RecordSet, context: RecordContext): Steps<Validated<ActivityRecord>> =>
  activities.walk(records, context, (values) => ({
    activityId: values.ID,
    companyCode: context.companyCode,
    workCode: values.TICKET_TYPE,
    fromMs: values.START_TIME,
    toMs: values.END_TIME,
    site: values.TICKET_POSITION,
    content: values.JOB_CONTENT,
    guardianNames: values.SUPERVISOR_NAME ?? [],
    workerNames: values.WORKER_NAME ?? [],
    workerIds: values.PERSON_IDS ?? [],
    units: values.WORK_DEPARTMENT ?? [],
    creditCodes: values.SOCIAL_CREDIT_CODE ?? [],
    isContractorWork: values.IS_CONTRACTOR_WORK,
    responsibleName: values.TICKET_RESPONS_NAME,
    lng: values.LONGITUDE,
    lat: values.LATITUDE,
    updatedAtMs: saidAt(values.UPDATE_DATE, context.receivedAtMs),
    deleted: values.DELETED,
  }));

export const walkPermitVideos = (records: RecordSet, context: RecordContext): Steps<Validated<PermitVideoRecord>> =>
  videos.walk(records, context, (values) => ({
    videoId: values.ID,
    companyCode: context.companyCode,
    permitId: values.TICKET_ID,
    cameraCode: values.VIDEO_CODE,
    updatedAtMs: saidAt(values.UPDATE_DATE, context.receivedAtMs),
    deleted: values.DELETED,
  }));

export const walkPermitAlarms = (records: RecordSet, context: RecordContext): Steps<Validated<PermitAlarmRecord>> =>
  alarms.walk(records, context, (values) => {
    const { ALARM_START_TIME: raisedAtMs, ALARM_END_TIME: endedAtMs } = values;
    if (endedAtMs !== null && endedAtMs < raisedAtMs) return END_FIRST;
    return {
      alarmId: values.ID,
      companyCode: context.companyCode,
      permitId: values.TICKET_ID,
      code: values.ALARM_TYPE,
      raisedAtMs,
      endedAtMs,
      result: values.ALARM_RESULT ?? '',
      updatedAtMs: saidAt(values.UPDATE_DATE, context.receivedAtMs),
      deleted: values.DELETED,
    };
  });

const END_FIRST = new FieldProblem('ALARM_END_TIME', new Problem('FIELD_RANGE', 'must not be before ALARM_START_TIME'));
