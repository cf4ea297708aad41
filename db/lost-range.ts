/** Moving the store's place behind entries that the log has lost, by a person's decision. Called by server/cli/store.ts. */
import type { StoreOffset } from './ledger.ts';
import { type Queryable, queryRows } from './pool.ts';
import { STORE_READER, type StoreOffsets } from './store-port.ts';

/** false: the store moved meanwhile, and nothing was changed. One that runs claims anew and goes on there. */
export async function passLostRange(db: Queryable, at: StoreOffset, to: StoreOffsets): Promise<boolean> {
  const moved = await queryRows(
    db,
    `UPDATE reader_offset SET next_seq = $5, alarms_next_seq = $6, updated_at = now(),
       last_received_ms = CASE WHEN next_seq = $5 THEN last_received_ms END
     WHERE reader = $1 AND epoch = $2 AND next_seq = $3 AND alarms_next_seq = $4 RETURNING reader`,
    [STORE_READER, at.epoch, at.nextSeq, at.alarmsNextSeq, to.nextSeq, to.alarmsNextSeq],
  );
  return moved.length === 1;
}
