/** Transitions of alarms as the store wrote them, for holding a replay against. Called by server/cli/replay.ts. */
import type { AlarmView } from '../stream/protocol/effects.ts';
import { type Queryable, queryRows } from './pool.ts';

export interface StoredTransition {
  readonly seq: number;
  readonly ordinal: number;
  /** Engine time, ms. */
  readonly atMs: number;
  readonly alarmId: string;
  readonly transition: string;
  readonly view: AlarmView;
}

/** Of entries `fromSeq` to `toSeq` (inclusive) of a log, in order. Throws DATABASE_UNAVAILABLE. */
export const readTransitions = (
  db: Queryable,
  epoch: string,
  fromSeq: number,
  toSeq: number,
): Promise<StoredTransition[]> =>
  queryRows<StoredTransition>(
    db,
    `SELECT seq, ordinal, (extract(epoch FROM at) * 1000)::bigint AS "atMs", alarm_id AS "alarmId", transition, view
     FROM alarm_transition WHERE epoch = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq, ordinal`,
    [epoch, fromSeq, toSeq],
  );
