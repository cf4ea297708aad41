/** Where a dry run has its past from: a port, so that the run itself is tested on an engine's own entries. */
import type { PositionColumns } from '../../db/copy/position-columns.ts';
import {
  type DryRunPerson,
  readAreaHistory,
  readDryRunPeople,
  readFixWords,
  readPositions,
} from '../../db/dry-run-rows.ts';
import { readPeopleNear } from '../../db/person-cells.ts';
import type { Pool } from '../../db/pool.ts';
import { readBorder } from '../../db/segments/border.ts';
import { readSettingsAt, readSettingsBetween } from '../../db/settings.ts';
import type { AreaRecord } from '../../stream/protocol/entry.ts';
import type { SettingTopicName } from '../../stream/protocol/settings.ts';

export interface PastSetting {
  readonly topic: SettingTopicName;
  readonly key: string;
  readonly version: number;
  readonly value: unknown;
  readonly atMs: number;
}

export interface PastSource {
  /** Positions from this instant on are kept in full. */
  keptInFullFromMs(): Promise<number>;
  /** Areas that stood at the beginning or came in the span, in order of time. */
  areas(fromMs: number, toMs: number): Promise<readonly { readonly atMs: number; readonly record: AreaRecord }[]>;
  settings(fromMs: number, toMs: number): Promise<readonly PastSetting[]>;
  /** By hour since 1970, ids of those who were in one of the cells; `cells` null: of all. */
  peopleNear(fromHour: number, toHour: number, cells: readonly number[] | null): Promise<ReadonlyMap<number, number[]>>;
  people(ids: readonly number[]): Promise<readonly DryRunPerson[]>;
  /** Fixes observed in the span, appended in no order. */
  positions(ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns): Promise<void>;
  words(): Promise<{ readonly sources: ReadonlyMap<number, string>; readonly floors: ReadonlyMap<number, string> }>;
}

export class StoredPast implements PastSource {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  keptInFullFromMs = async (): Promise<number> => (await readBorder(this.#pool)).packedToMs;

  areas = (fromMs: number, toMs: number) => readAreaHistory(this.#pool, fromMs, toMs);

  async settings(fromMs: number, toMs: number): Promise<PastSetting[]> {
    const standing = await readSettingsAt(this.#pool, fromMs);
    const later = await readSettingsBetween(this.#pool, fromMs, toMs);
    return [...standing.map((one) => ({ ...one, atMs: fromMs })), ...later];
  }

  peopleNear = (fromHour: number, toHour: number, cells: readonly number[] | null) =>
    readPeopleNear(this.#pool, fromHour, toHour, cells);

  people = (ids: readonly number[]) => readDryRunPeople(this.#pool, ids);

  positions = (ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns) =>
    readPositions(this.#pool, ids, fromMs, toMs, into);

  words = () => readFixWords(this.#pool);
}
