/** Which entries watch passed over, as the log itself says it. Used where Redis, which says so to the running roles, is gone. */
import { ENTRY_KIND, type LogEntry, type RawEntry } from '../stream/protocol/entry.ts';
import { decodeEntry } from '../stream/protocol/entry-codec.ts';

/** null: it is no entry; watch set it aside then. */
export function decodedOrNull(raw: RawEntry): LogEntry | null {
  try {
    return decodeEntry(raw);
  } catch {
    return null;
  }
}

/** Adds the sequences that `entries` say were passed over. The word lies behind the entry it is about, however far. */
export async function notePassedOver(entries: AsyncIterable<RawEntry>, into: Set<number>): Promise<void> {
  for await (const raw of entries) {
    const entry = raw.kind === ENTRY_KIND.quarantined ? decodedOrNull(raw) : null;
    if (entry?.kind === 'quarantined') into.add(entry.body.seq);
  }
}
