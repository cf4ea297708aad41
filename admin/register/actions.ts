/** What an action of a register does (registers/register.ts says who may and what is asked for); composed in server. */
import type { ActionAnswer, RowValues } from '../../core/register-api.ts';
import type { PoolClient } from '../../db/pool.ts';
import type { RegisterUser } from './rights.ts';
import type { Authorship, StoredRow } from './store.ts';

export interface ActionCall {
  /** Within the transaction that also keeps the line of the audit. */
  readonly client: PoolClient;
  /** The version that the caller saw. */
  readonly row: StoredRow;
  /** Checked against the action's fields. */
  readonly input: RowValues;
  readonly user: RegisterUser;
  /** `act` is the action's name. */
  readonly by: Authorship;
}

/** Both throw AppError. */
export interface ActionWork {
  /** What is shown once: a new password, a secret. */
  (call: ActionCall): Promise<ActionAnswer['shown']>;
  /**
   * What takes connections or transactions of its own, or time (a password proved once more): done before the transaction
   * begins. Within it, as many calls at once as the pool has connections would wait for one another.
   */
  readonly before?: (call: Omit<ActionCall, 'client'>) => Promise<void>;
}
