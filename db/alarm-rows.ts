/**
 * Alarms, their transitions, and operators' acts as rows, inside the store's transaction. An effect carries the absolute
 * state of its alarm, so the newest of a batch is the row. Called by db/store.ts.
 */
import type { AlarmView, EffectsAt } from '../stream/protocol/effects.ts';
import type { ActBody } from '../stream/protocol/entry.ts';
import { cleanJson, cleanText, cleanTextOrNull } from './clean-text.ts';
import type { PoolClient } from './pool.ts';

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const UPSERT_ALARMS = `
  INSERT INTO alarm (alarm_id, rule, level, company_codes, person_id, card_no, area_company_code, area_id, active,
    acknowledged, onset_at,
    raised_at, cleared_at, acknowledged_at, ended_at, view)
  SELECT r.* FROM jsonb_to_recordset($1::jsonb) AS r (alarm_id text, rule text, level smallint, company_codes text[],
    person_id text, card_no text, area_company_code text, area_id text, active boolean, acknowledged boolean, onset_at timestamptz,
    raised_at timestamptz, cleared_at timestamptz, acknowledged_at timestamptz, ended_at timestamptz, view jsonb)
  ON CONFLICT (alarm_id) DO UPDATE SET level = excluded.level, company_codes = excluded.company_codes,
    active = excluded.active, acknowledged = excluded.acknowledged, cleared_at = excluded.cleared_at,
    acknowledged_at = excluded.acknowledged_at, ended_at = excluded.ended_at, view = excluded.view`;

// A sequence starts anew only with a new epoch, so a repeat can only be the same transition again.
const INSERT_TRANSITIONS = `
  INSERT INTO alarm_transition (epoch, seq, ordinal, alarm_id, transition, at, view)
  SELECT $2, r.* FROM jsonb_to_recordset($1::jsonb)
    AS r (seq bigint, ordinal smallint, alarm_id text, transition text, at timestamptz, view jsonb)
  ON CONFLICT DO NOTHING`;

const alarmRow = (alarm: AlarmView): Record<string, unknown> => ({
  alarm_id: alarm.alarmId,
  rule: alarm.rule,
  level: alarm.level,
  company_codes: alarm.companyCodes,
  person_id: alarm.person?.personId ?? null,
  card_no: alarm.person?.cardNo ?? null,
  area_company_code: alarm.areaCompanyCode,
  area_id: alarm.areaId,
  active: alarm.active,
  acknowledged: alarm.acknowledged,
  onset_at: instant(alarm.onsetAtMs),
  raised_at: instant(alarm.raisedAtMs),
  cleared_at: instant(alarm.clearedAtMs),
  acknowledged_at: instant(alarm.acknowledgedAtMs),
  ended_at: instant(alarm.endedAtMs),
  view: alarm,
});

/** Writes the alarm effects of the items; other effects concern the screen only. Returns the number of transitions. */
export async function applyAlarms(client: PoolClient, epoch: string, items: readonly EffectsAt[]): Promise<number> {
  const newest = new Map<string, AlarmView>();
  const transitions: unknown[] = [];
  for (const item of items) {
    item.effects.forEach((effect, ordinal) => {
      if (effect.t !== 'alarm') return;
      const { alarm } = effect;
      newest.set(alarm.alarmId, alarm);
      transitions.push({
        seq: item.seq,
        ordinal,
        alarm_id: alarm.alarmId,
        transition: alarm.transition,
        at: instant(item.atMs),
        view: alarm,
      });
    });
  }
  if (transitions.length === 0) return 0;
  await client.query(UPSERT_ALARMS, [cleanJson([...newest.values()].map(alarmRow))]);
  await client.query(INSERT_TRANSITIONS, [cleanJson(transitions), epoch]);
  return transitions.length;
}

/** One act and its audit row; an act id that is there already writes neither. */
export async function applyAct(client: PoolClient, act: ActBody, seq: number, receivedAtMs: number): Promise<void> {
  await client.query(
    `WITH taken AS (
       INSERT INTO act (act_id, act, alarm_id, user_id, user_name, company_code, comment, received_at, seq, role, input)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING *)
     INSERT INTO audit (at, user_id, user_name, action, subject, outcome, detail)
     SELECT received_at, user_id, user_name, 'alarm.' || act, alarm_id, 'accepted',
            jsonb_strip_nulls(jsonb_build_object('actId', act_id, 'companyCode', company_code, 'comment', comment, 'input', input))
     FROM taken`,
    [
      cleanText(act.actId),
      cleanText(act.act),
      cleanText(act.alarmId),
      cleanText(act.userId),
      cleanText(act.userName),
      cleanTextOrNull(act.companyCode),
      cleanTextOrNull(act.comment),
      instant(receivedAtMs),
      seq,
      act.role ?? null,
      act.input === undefined ? null : cleanJson(act.input),
    ],
  );
}
