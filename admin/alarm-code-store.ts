/**
 * Alarm codes with those that nobody explained yet: what is set (topic `alarm-code`), and beside it the codes that arrived and wait
 * (live doc `alarm-code`). A change of one that waits explains it.
 */
import { AppError } from '../core/errors.ts';
import { type PoolClient, type Queryable, queryRows } from '../db/pool.ts';
import { alarmCodes } from '../registers/alarm-codes.ts';
import type { SettingRows } from '../registers/register.ts';
import type { UnexplainedCode } from '../stream/protocol/unexplained-code.ts';
import { SettingStore, settingRowId } from './register/setting-store.ts';
import type { Authorship, StoredRow } from './register/store.ts';

export class AlarmCodeStore extends SettingStore {
  constructor() {
    super(alarmCodes, alarmCodes.kept as SettingRows<never>);
  }

  override async remove(client: PoolClient, id: string, version: number, by: Authorship): Promise<void> {
    const row = await this.get(client, { companyCode: null, contractorCode: null }, id);
    if (row?.state === 'unexplained')
      throw new AppError('CONFLICT', { detail: 'it comes from the company: explain it' });
    await super.remove(client, id, version, by);
  }

  protected override async rows(db: Queryable, keys: readonly string[] | null): Promise<StoredRow[]> {
    const explained = (await super.rows(db, keys)).map((row) => ({ ...row, state: 'explained' }));
    // Under the version that holds, where a code was explained once and is no more.
    const waiting = await queryRows<{ key: string; value: UnexplainedCode; version: number }>(
      db,
      `SELECT d.key, d.value, coalesce(s.version, 0) AS version
       FROM doc d LEFT JOIN setting s ON s.topic = 'alarm-code' AND s.key = d.key
       WHERE d.kind = 'alarm-code' AND NOT d.gone AND s.value IS NULL AND ($1::text[] IS NULL OR d.key = ANY ($1))
       ORDER BY d.key COLLATE "C"`,
      [keys],
    );
    return [...explained, ...waiting.map(({ key, value, version }) => rowOf(key, value, version))];
  }
}

const rowOf = (
  key: string,
  { companyCode, code, waiting, description, sinceMs, newestAtMs }: UnexplainedCode,
  version: number,
): StoredRow => ({
  id: settingRowId(key),
  version,
  companyCode,
  state: 'unexplained',
  values: { code, rule: null, level: null, description: description || null, waiting, newestAtMs },
  createdAtMs: sinceMs,
  createdBy: '',
  updatedAtMs: newestAtMs,
  updatedBy: '',
  fromVendor: [],
  running: null,
});
