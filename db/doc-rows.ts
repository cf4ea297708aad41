/**
 * Standing documents as rows, inside the store's transaction: the newest state of each, and for the kinds that ask for it every
 * change. Called by db/store.ts.
 */
import type { DocEffect, EffectsAt } from '../stream/protocol/effects.ts';
import { DOC_STORED } from '../stream/protocol/live-docs.ts';
import type { Order } from '../stream/protocol/orders.ts';
import { cleanJson } from './clean-text.ts';
import { orderChange, sendChanges } from './notices.ts';
import type { PoolClient } from './pool.ts';

const UPSERT = `
  INSERT INTO doc (kind, key, company_codes, gone, at, value)
  SELECT r.* FROM jsonb_to_recordset($1::jsonb)
    AS r (kind text, key text, company_codes text[], gone boolean, at timestamptz, value jsonb)
  ON CONFLICT (kind, key) DO UPDATE SET company_codes = excluded.company_codes, gone = excluded.gone, at = excluded.at,
    value = excluded.value`;

// A sequence starts anew only with a new epoch, so a repeat can only be the same change again.
const INSERT_CHANGES = `
  INSERT INTO doc_change (epoch, seq, ordinal, kind, key, gone, at, value)
  SELECT $2, r.* FROM jsonb_to_recordset($1::jsonb)
    AS r (seq bigint, ordinal smallint, kind text, key text, gone boolean, at timestamptz, value jsonb)
  ON CONFLICT DO NOTHING`;

/** A document of the items that the store keeps, with its place. */
export interface KeptDoc {
  readonly seq: number;
  readonly ordinal: number;
  readonly atMs: number;
  readonly doc: DocEffect;
}

export const keptDocs = (items: readonly EffectsAt[]): KeptDoc[] =>
  items.flatMap(({ seq, atMs, effects }) =>
    effects.flatMap((effect, ordinal): KeptDoc[] =>
      effect.t === 'doc' && DOC_STORED[effect.doc] !== 'nothing' ? [{ seq, ordinal, atMs, doc: effect }] : [],
    ),
  );

export async function applyDocs(client: PoolClient, epoch: string, items: readonly EffectsAt[]): Promise<void> {
  const kept = keptDocs(items);
  if (kept.length === 0) return;
  const newest = new Map(kept.map((one) => [`${one.doc.doc}:${one.doc.key}`, one]));
  const rowOf = ({ atMs, doc }: KeptDoc) => ({
    kind: doc.doc,
    key: doc.key,
    gone: doc.gone,
    at: new Date(atMs).toISOString(),
    value: doc.value,
  });
  const rows = [...newest.values()].map((one) => ({ ...rowOf(one), company_codes: one.doc.companyCodes }));
  await client.query(UPSERT, [cleanJson(rows)]);
  const waiting = kept.flatMap(({ atMs, doc }) =>
    doc.doc === 'order' && !doc.gone ? (orderChange(doc.value as Order, atMs) ?? []) : [],
  );
  await sendChanges(client, waiting);
  const changes = kept.filter(({ doc }) => DOC_STORED[doc.doc] === 'changes');
  if (changes.length === 0) return;
  const lines = changes.map((one) => ({ seq: one.seq, ordinal: one.ordinal, ...rowOf(one) }));
  await client.query(INSERT_CHANGES, [cleanJson(lines), epoch]);
}
