/**
 * Entries kept aside, inside the store's transaction: as they lay in the log, with what the ledger counted for each, so
 * that putting one in again takes exactly that back. Called by db/store.ts; read by db/quarantine.ts.
 */
import type { EntryPlace, QuarantinedBody } from '../stream/protocol/entry.ts';
import { cleanJson, cleanText } from './clean-text.ts';
import type { KeptCounts } from './ledger-counts.ts';
import { type PoolClient, queryRows } from './pool.ts';
import type { UnfitEntry, UnfitItem } from './store-port.ts';

const INSERT = `
  INSERT INTO quarantine (epoch, seq, named_by, reason, kind, received_at, body, company_code, interface, received, refused)
  VALUES ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000), $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`;

const reasonText = (reason: string): string => cleanText(reason).slice(0, 2000);

/** `kept` null: the ledger counts nothing for it. */
export async function quarantineEntry(
  client: PoolClient,
  { raw, reason }: UnfitEntry,
  kept: KeptCounts | null,
): Promise<void> {
  await client.query(INSERT, [
    raw.epoch,
    raw.seq,
    'store',
    reasonText(reason),
    raw.kind,
    kept?.receivedAtMs ?? raw.receivedAtMs,
    Buffer.from(raw.body),
    kept?.companyCode ?? null,
    kept?.interface ?? null,
    kept?.received ?? null,
    kept?.refused ?? null,
  ]);
}

/** Watch passed over an entry. Whether its records were stored is for the store that read the entry itself to say. */
export async function noteQuarantined(client: PoolClient, epoch: string, body: QuarantinedBody): Promise<void> {
  const { seq, reason, entry } = body;
  const bytes = entry === undefined ? null : Buffer.from(entry.body);
  const values = [epoch, seq, 'watch', reasonText(reason), entry?.kind ?? null, entry?.receivedAtMs ?? null, bytes];
  await client.query(INSERT, [...values, null, null, null, null]);
}

export async function quarantineItem(client: PoolClient, epoch: string, { item, reason }: UnfitItem): Promise<void> {
  const body = Buffer.from(cleanJson(item.effects));
  const values = [epoch, item.seq, 'lane', reasonText(reason), null, item.atMs, body, null, null, null, null];
  await client.query(INSERT, values);
}

/**
 * The entry lies in the log again, as `againSeq`. Returns what the ledger counted when it was kept aside, to be taken
 * back; null: nothing, since its records were stored then, or it was put in again before.
 */
export async function takeOutOfQuarantine(
  client: PoolClient,
  place: EntryPlace,
  againSeq: number,
  againAtMs: number,
): Promise<KeptCounts | null> {
  const rows = await queryRows<Omit<KeptCounts, 'received'> & { readonly received: number | null }>(
    client,
    `UPDATE quarantine SET again_seq = $3, again_at = to_timestamp($4::double precision / 1000)
     WHERE epoch = $1 AND seq = $2 AND named_by <> 'lane' AND again_seq IS NULL
     RETURNING company_code AS "companyCode", interface, (extract(epoch FROM received_at) * 1000)::bigint AS "receivedAtMs",
       received, refused`,
    [place.epoch, place.seq, againSeq, againAtMs],
  );
  return rows.find((row): row is KeptCounts => row.received !== null) ?? null;
}
