/**
 * Documents at an instant and their changes after it, of kinds whose every change is stored. The companies that may see one are kept
 * with its newest state. Called by admin/playback/.
 */
import type { DocEffect } from '../../stream/protocol/effects.ts';
import type { LiveDocKind } from '../../stream/protocol/live-docs.ts';
import type { CompanyScope } from '../company-scope.ts';
import { type Pool, queryRows } from '../pool.ts';
import { instantOf } from '../range-partitions.ts';

interface DocRow {
  readonly atMs: number;
  readonly kind: LiveDocKind;
  readonly key: string;
  readonly companyCodes: string[];
  readonly gone: boolean;
  readonly value: unknown;
}

const COLUMNS = `(extract(epoch FROM c.at) * 1000)::bigint AS "atMs", d.kind, d.key, d.company_codes AS "companyCodes", c.gone, c.value`;
const ASKED = 'd.kind = ANY ($2::text[]) AND ($1::text IS NULL OR d.company_codes @> ARRAY[$1::text])';

const docOf = ({ atMs, kind, ...row }: DocRow): { atMs: number; doc: DocEffect } => ({
  atMs,
  doc: { t: 'doc', doc: kind, ...row } as DocEffect,
});

/** Those that stood, as their newest change until then left them. */
export async function readDocsAt(
  pool: Pool,
  scope: CompanyScope,
  kinds: readonly LiveDocKind[],
  atMs: number,
): Promise<{ atMs: number; doc: DocEffect }[]> {
  const rows = await queryRows<DocRow>(
    pool,
    `SELECT ${COLUMNS} FROM doc d CROSS JOIN LATERAL (
       SELECT at, gone, value FROM doc_change o WHERE o.kind = d.kind AND o.key = d.key AND o.at <= $3
       ORDER BY o.at DESC, o.seq DESC, o.ordinal DESC LIMIT 1) AS c
     WHERE ${ASKED} AND (NOT d.gone OR d.at > $3) AND NOT c.gone ORDER BY d.kind, d.key`,
    [scope, kinds, instantOf(atMs)],
  );
  return rows.map(docOf);
}

/** In (fromMs, toMs], in order. */
export async function readDocChanges(
  pool: Pool,
  scope: CompanyScope,
  kinds: readonly LiveDocKind[],
  fromMs: number,
  toMs: number,
): Promise<{ atMs: number; doc: DocEffect }[]> {
  const rows = await queryRows<DocRow>(
    pool,
    `SELECT ${COLUMNS} FROM doc d JOIN doc_change c ON c.kind = d.kind AND c.key = d.key
     WHERE ${ASKED} AND d.at > $3 AND c.at > $3 AND c.at <= $4 ORDER BY c.at, c.epoch, c.seq, c.ordinal`,
    [scope, kinds, instantOf(fromMs), instantOf(toMs)],
  );
  return rows.map(docOf);
}
