/** Positions of the memory store: each fix once, and the newest place per person and source. Twin of position-rows.ts. */
import type { FixBatch } from '../stream/protocol/entry.ts';
import { cleanText } from './clean-text.ts';
import { NULL_INT4, PositionColumns } from './copy/position-columns.ts';
import { appendFixRows, stringUses, USE } from './fix-rows.kernel.ts';
import { personOf, wearerOf } from './memory-registers.ts';
import type { MemoryTables } from './memory-tables.ts';
import { isJointTest } from './vendor-rows.ts';

/** How many were new, and how many of these older than one that was there. */
export function applyFixes(
  tables: MemoryTables,
  batch: FixBatch,
  receivedAtMs: number,
): { readonly stored: number; readonly late: number } {
  const uses = stringUses(batch);
  const size = batch.strings.length;
  const personIds = new Int32Array(size);
  const cardIds = new Int32Array(size);
  const words = new Int16Array(size);
  for (let k = 0; k < size; k++) {
    const text = cleanText(batch.strings[k] ?? '');
    const use = uses[k] ?? 0;
    const { companyCode } = batch.origin;
    const jointTest = isJointTest(batch);
    if ((use & USE.person) !== 0) personIds[k] = personOf(tables, companyCode, jointTest, text).id;
    if ((use & USE.card) !== 0) cardIds[k] = wearerOf(tables, companyCode, jointTest, text).id;
    if ((use & (USE.source | USE.floor)) !== 0) words[k] = wordOf(tables, text);
  }
  const rows = new PositionColumns(batch.count);
  appendFixRows(rows, batch, receivedAtMs, personIds, cardIds, words, words);
  let stored = 0;
  let late = 0;
  const newestOf = new Map<string, number>();
  for (const { personId, source, observedAtMs } of tables.positions.values()) {
    const key = `${personId}/${source}`;
    newestOf.set(key, Math.max(newestOf.get(key) ?? Number.NEGATIVE_INFINITY, observedAtMs));
  }
  for (let i = 0; i < rows.count; i++) {
    const personId = rows.personId[i] ?? 0;
    const observedAtMs = rows.observedAtMs[i] ?? 0;
    const source = tables.words[rows.source[i] ?? 0] ?? '';
    const key = `${personId}/${observedAtMs}/${source}`;
    if (tables.positions.has(key)) continue;
    const row = new PositionColumns(1);
    row.copyRow(0, rows, i);
    const position = { personId, observedAtMs, source, row };
    tables.positions.set(key, position);
    const latest = tables.latest.get(`${personId}/${source}`);
    const isPlace = row.lng[0] !== NULL_INT4 || latest === undefined || latest.row.lng[0] === NULL_INT4;
    if (isPlace && (latest === undefined || latest.observedAtMs < observedAtMs))
      tables.latest.set(`${personId}/${source}`, position);
    const newestMs = newestOf.get(`${personId}/${source}`) ?? Number.NEGATIVE_INFINITY;
    newestOf.set(`${personId}/${source}`, Math.max(newestMs, observedAtMs));
    if (observedAtMs < newestMs) late++;
    stored++;
  }
  return { stored, late };
}

function wordOf(tables: MemoryTables, word: string): number {
  const known = tables.words.indexOf(word);
  return known === -1 ? tables.words.push(word) - 1 : known;
}
