/** Books of the store inside its transaction: ledger lines and quarantined entries. Called by db/store.ts. */

import { cleanText } from './clean-text.ts';
import type { LedgerLine } from './ledger-counts.ts';
import type { PoolClient } from './pool.ts';
import type { UnfitEntry } from './store-port.ts';

const ADD_LINES = `
  INSERT INTO ledger_minute AS l
    (company_code, interface, minute, received, refused, stored, duplicate, superseded, quarantined)
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[])
  ON CONFLICT (company_code, interface, minute) DO UPDATE SET received = l.received + excluded.received,
    refused = l.refused + excluded.refused, stored = l.stored + excluded.stored,
    duplicate = l.duplicate + excluded.duplicate, superseded = l.superseded + excluded.superseded,
    quarantined = l.quarantined + excluded.quarantined`;

export async function addLedgerLines(client: PoolClient, lines: readonly LedgerLine[]): Promise<void> {
  if (lines.length === 0) return;
  await client.query(ADD_LINES, [
    lines.map((line) => line.companyCode),
    lines.map((line) => line.interface),
    lines.map((line) => new Date(line.minuteMs).toISOString()),
    lines.map((line) => line.received),
    lines.map((line) => line.refused),
    lines.map((line) => line.stored),
    lines.map((line) => line.duplicate),
    lines.map((line) => line.superseded),
    lines.map((line) => line.quarantined),
  ]);
}

/** Keeps the bytes of an entry that the store could not apply. */
export async function quarantineEntry(client: PoolClient, { raw, reason }: UnfitEntry): Promise<void> {
  await client.query(
    `INSERT INTO quarantine (epoch, seq, named_by, reason, kind, received_at, body)
     VALUES ($1, $2, 'store', $3, $4, to_timestamp($5::double precision / 1000), $6) ON CONFLICT DO NOTHING`,
    [raw.epoch, raw.seq, cleanText(reason).slice(0, 2000), raw.kind, raw.receivedAtMs, Buffer.from(raw.body)],
  );
}

/** Notes that watch passed over an entry; its records were stored when the entry itself was read. */
export async function noteQuarantined(client: PoolClient, epoch: string, seq: number, reason: string): Promise<void> {
  await client.query(
    `INSERT INTO quarantine (epoch, seq, named_by, reason) VALUES ($1, $2, 'watch', $3) ON CONFLICT DO NOTHING`,
    [epoch, seq, cleanText(reason).slice(0, 2000)],
  );
}
