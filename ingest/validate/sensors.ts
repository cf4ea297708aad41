/** The sensing-data envelope of AQ 3064.1 A.2 to SensorReport. */
import type { Steps } from '../../core/slices.ts';
import type { SensorReport } from '../../stream/protocol/entry.ts';
import type { RecordSet } from '../record-set.ts';
import { SENSOR_FIELDS } from './fields.ts';
import { type RecordContext, RecordValidator, type Validated } from './records.ts';

const validator = new RecordValidator<typeof SENSOR_FIELDS, SensorReport>(SENSOR_FIELDS, 'DATA_ID');

export const walkSensorReports = (records: RecordSet, context: RecordContext): Steps<Validated<SensorReport>> =>
  validator.walk(records, context, (values) => ({
    companyCode: values.COMPANY_CODE,
    identifier: values.IDENTIFIER,
    dataId: values.DATA_ID,
    gatewayId: values.GATEWAY_ID,
    collectedAtMs: values.COLLECT_TIME,
    connected: values.IS_CONNECT_DATASOURCE,
    reportType: values.REPORT_TYPE,
    readings: values.DATASET.map((reading) => ({
      pointId: reading.QUOTAID,
      value: reading.VALUE,
      alarmType: reading.ALARM_TYPE,
      alarmAtMs: reading.ALARM_TIME,
      alarmEndAtMs: reading.ALARM_END_TIME,
    })),
  }));
