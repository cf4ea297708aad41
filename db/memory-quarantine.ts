/** Quarantine of the memory store: what was put aside, and what of it came back. Twin of quarantine-rows.ts. */
import { againOf, countKept, type KeptCounts, type LedgerCounts, originCounts } from './ledger-counts.ts';
import type { MemoryQuarantined, MemoryTables } from './memory-tables.ts';
import type { UnfitEntry } from './store-port.ts';

export function setAside(tables: MemoryTables, epoch: string, row: Omit<MemoryQuarantined, 'againSeq'>): void {
  const key = `${epoch}/${row.seq}/${row.namedBy}`;
  if (!tables.quarantine.has(key)) tables.quarantine.set(key, { ...row, againSeq: null });
}

export function keepAside(tables: MemoryTables, { raw, entry }: UnfitEntry, counts: LedgerCounts, epoch: string): void {
  const again = againOf(entry);
  const before = again === null ? null : takeOut(tables, `${again.epoch}/${again.seq}`, raw.seq);
  if (before !== null) countKept(counts, before, -1);
  const kept = again !== null && before === null ? null : originCounts(entry, raw.receivedAtMs);
  if (kept !== null) countKept(counts, kept, 1);
  setAside(tables, epoch, { seq: raw.seq, namedBy: 'store', kind: raw.kind, body: raw.body, kept });
}

/** What the ledger counted for an entry that came out of quarantine; null: nothing. */
export function takeOut(tables: MemoryTables, place: string, againSeq: number): KeptCounts | null {
  let counted: KeptCounts | null = null;
  for (const key of [`${place}/store`, `${place}/watch`]) {
    const row = tables.quarantine.get(key);
    if (row === undefined || row.againSeq !== null) continue;
    counted ??= row.kept;
    tables.quarantine.set(key, { ...row, againSeq });
  }
  return counted;
}
