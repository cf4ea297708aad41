/** What open pages hear of a write (db/notices.ts), in its transaction: one row by its id, many of one company and unit as one. */
import { type RegisterChange, sendChanges } from '../../db/notices.ts';
import type { PoolClient } from '../../db/pool.ts';
import type { AnyRegister } from '../../registers/register.ts';
import { type Authorship, companyOf, type StoredRow } from './store.ts';

export interface RowMove {
  /** null: it is new. */
  readonly before: StoredRow | null;
  /** null: it went. */
  readonly after: StoredRow | null;
}

export async function announce(
  client: PoolClient,
  register: AnyRegister,
  moves: readonly RowMove[],
  { act, userName: by, userId, atMs }: Authorship,
): Promise<void> {
  const { name, contractor } = register;
  const groups = new Map<string, RegisterChange>();
  for (const { before, after } of moves) {
    const row = after ?? before;
    // The same version: nothing of it changed.
    if (row === null || (after !== null && before?.version === after.version)) continue;
    const units = contractor === undefined ? [] : [before, after].map((one) => one?.values[contractor] ?? null);
    const contractorCodes = [...new Set(units.filter((unit) => typeof unit === 'string'))].sort();
    const { id } = row;
    const companyCode = companyOf(register, row);
    const version = after?.version ?? row.version;
    const alike = JSON.stringify([companyCode, contractorCodes]);
    const others = groups.get(alike);
    const change: RegisterChange =
      others === undefined
        ? {
            about: 'register',
            register: name,
            id,
            count: 1,
            version,
            companyCode,
            contractorCodes,
            act,
            by,
            userId,
            atMs,
          }
        : { ...others, id: null, version: null, count: others.count + 1 };
    groups.set(alike, change);
  }
  await sendChanges(client, [...groups.values()]);
}
