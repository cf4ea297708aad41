/**
 * Alarms of permits that companies' own systems report (AQ 3064.2-2025 A.3). Its A.4 code names our rule: one that stands for the permit
 * gets the record as a source, else the record raises it. A code that the table does not have is for the store alone.
 */
import { isNewerWord } from '../../alarms/vendor-merge.ts';
import { PERMIT_RULE_TABLE, PERMIT_RULES, type PermitRuleId } from '../../standard/permit-rules.ts';
import type { AlarmSource, Effect } from '../../stream/protocol/effects.ts';
import { type PermitAlarmRecord, permitAlarmSourceId, permitKey } from '../../stream/protocol/permits.ts';
import type { Park } from '../park.ts';
import { type Findings, vendorSource } from './findings.ts';
import { type KeptRecord, NewestRecords } from './newest-records.ts';

const RULE_OF_CODE: ReadonlyMap<string, PermitRuleId> = new Map(
  PERMIT_RULES.map((rule) => [PERMIT_RULE_TABLE[rule].code, rule]),
);
const RECORDS_MAX = 20_000;
const OVER_KEPT_MS = 8 * 86_400_000;
/** Nobody spoke of it for so long: its end was lost. */
const SILENT_MS = 30 * 86_400_000;

export class PermitVendorAlarms {
  readonly #records = new NewestRecords<PermitAlarmRecord>(
    ({ alarmId }) => alarmId,
    RECORDS_MAX,
    (known, next) => isNewerWord(known.record, next.record),
  );

  take(park: Park, findings: Findings, record: PermitAlarmRecord, effects: Effect[]): void {
    const taken = this.#records.take(record, park.nowMs);
    if (taken === null) return;
    if (taken.gone !== undefined) endOf(park, findings, taken.gone, effects);
    const { before } = taken;
    if (before !== undefined && (before.permitId !== record.permitId || before.code !== record.code)) {
      findings.takeBack(park, keyOf(before), idOf(before), effects);
    }
    const rule = RULE_OF_CODE.get(record.code);
    if (record.deleted) findings.takeBack(park, keyOf(record), idOf(record), effects);
    else if (rule !== undefined) say(park, findings, record, rule, effects);
  }

  tidy(park: Park, findings: Findings, effects: Effect[]): void {
    const isNeeded = ({ record, heardAtMs }: KeptRecord<PermitAlarmRecord>): boolean =>
      heardAtMs > park.nowMs - (record.endedAtMs !== null || record.deleted ? OVER_KEPT_MS : SILENT_MS);
    for (const record of this.#records.tidy(isNeeded)) endOf(park, findings, record, effects);
  }

  save(): readonly unknown[] {
    return this.#records.save();
  }
  load(values: readonly unknown[]): void {
    this.#records.load(values as KeptRecord<PermitAlarmRecord>[]);
  }
}

const keyOf = ({ companyCode, permitId }: PermitAlarmRecord): string => permitKey(companyCode, permitId);
const idOf = ({ companyCode, alarmId }: PermitAlarmRecord): string => permitAlarmSourceId(companyCode, alarmId);

const sourceOf = (record: PermitAlarmRecord): AlarmSource => ({
  by: 'vendor',
  recordId: idOf(record),
  localCode: '',
  raisedAtMs: record.raisedAtMs,
  endedAtMs: record.endedAtMs,
  description: record.result,
});

function say(park: Park, findings: Findings, record: PermitAlarmRecord, rule: PermitRuleId, effects: Effect[]): void {
  const source = vendorSource(idOf(record));
  const { endedAtMs, raisedAtMs } = record;
  // What was over long before anybody heard of it is history.
  const isTold = endedAtMs === null || endedAtMs >= park.nowMs - park.settings.vendorAlarms.lateMs;
  const finding = { rule, about: '', onsetAtMs: raisedAtMs, facts: [] };
  if (isTold && !(endedAtMs !== null && findings.isHeldBy(keyOf(record), source))) {
    findings.settle(park, keyOf(record), source, [finding], effects, sourceOf(record));
  }
  if (endedAtMs !== null) findings.settle(park, keyOf(record), source, [], effects, sourceOf(record));
}

function endOf(park: Park, findings: Findings, record: PermitAlarmRecord, effects: Effect[]): void {
  const ended = { ...sourceOf(record), endedAtMs: record.endedAtMs ?? park.nowMs };
  findings.settle(park, keyOf(record), vendorSource(idOf(record)), [], effects, ended);
}
