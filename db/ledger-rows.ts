/** Books of the store inside its transaction: ledger lines, refusals, reports of the door. Called by db/store.ts. */
import type { DoorCountsBody } from '../stream/protocol/entry.ts';
import { cleanText } from './clean-text.ts';
import { LEDGER_FIELDS, type LedgerCounts, type LedgerField } from './ledger-counts.ts';
import type { PoolClient } from './pool.ts';

export const columnOf = (field: LedgerField): string => (field === 'refusedRequests' ? 'refused_requests' : field);
const COLUMNS = LEDGER_FIELDS.map(columnOf);

const ADD_LINES = `
  INSERT INTO ledger_minute AS l (company_code, interface, minute, ${COLUMNS.join(', ')})
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[],
    ${COLUMNS.map((_, i) => `$${i + 4}::bigint[]`).join(', ')})
  ON CONFLICT (company_code, interface, minute) DO UPDATE SET
    ${COLUMNS.map((column) => `${column} = l.${column} + excluded.${column}`).join(', ')}`;

const ADD_TOTALS = `
  INSERT INTO ledger_total AS t (company_code, interface, accepted, acknowledged)
  SELECT company_code, interface, sum(accepted), sum(acknowledged)
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS u (company_code, interface, accepted, acknowledged)
  GROUP BY company_code, interface
  ON CONFLICT (company_code, interface) DO UPDATE SET accepted = t.accepted + excluded.accepted,
    acknowledged = t.acknowledged + excluded.acknowledged`;

const ADD_REFUSALS = `
  INSERT INTO ledger_refusal AS l (company_code, interface, minute, code, requests)
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[])
  ON CONFLICT (company_code, interface, minute, code) DO UPDATE SET requests = l.requests + excluded.requests`;

/** A process has a new id each time it starts; ids of those long gone only take room. */
const DOOR_KEPT_DAYS = 2;
const TAKE_REPORT = `
  INSERT INTO door_report AS d (door_id, report, at) VALUES ($1, $2, to_timestamp($3::double precision / 1000))
  ON CONFLICT (door_id) DO UPDATE SET report = excluded.report, at = excluded.at WHERE d.report < excluded.report
  RETURNING door_id`;

const instant = (ms: number): string => new Date(ms).toISOString();

export async function addLedgerLines(client: PoolClient, counts: LedgerCounts): Promise<void> {
  const { lines, refusals } = counts;
  if (lines.length === 0) return;
  const companies = lines.map((line) => line.companyCode);
  const interfaces = lines.map((line) => line.interface);
  await client.query(ADD_LINES, [
    companies,
    interfaces,
    lines.map((line) => instant(line.minuteMs)),
    ...LEDGER_FIELDS.map((field) => lines.map((line) => line[field])),
  ]);
  await client.query(ADD_TOTALS, [
    companies,
    interfaces,
    lines.map((line) => line.received - line.refused),
    lines.map((line) => line.acknowledged),
  ]);
  if (refusals.length === 0) return;
  await client.query(ADD_REFUSALS, [
    refusals.map((line) => line.companyCode),
    refusals.map((line) => line.interface),
    refusals.map((line) => instant(line.minuteMs)),
    refusals.map((line) => line.code),
    refusals.map((line) => line.requests),
  ]);
}

/** false: this report was counted before. A door numbers its reports upwards and appends one after the other. */
export async function takeDoorReport(client: PoolClient, { doorId, report, toMs }: DoorCountsBody): Promise<boolean> {
  const taken = await client.query(TAKE_REPORT, [cleanText(doorId), report, toMs]);
  return taken.rowCount === 1;
}

/** Called now and then. */
export async function forgetDoors(client: Pick<PoolClient, 'query'>, nowMs: number): Promise<void> {
  await client.query('DELETE FROM door_report WHERE at < $1', [instant(nowMs - DOOR_KEPT_DAYS * 86_400_000)]);
}
