/** The stores as the time machine asks them, through db/playback/. Twins: memory-past.ts. */
import { DEFAULT_RULE_SETTINGS, parseRuleSettings, type RuleSettings } from '../../alarms/rule-settings.ts';
import type { CompanyScope } from '../../db/company-scope.ts';
import type { PositionColumns } from '../../db/copy/position-columns.ts';
import { readDocChanges, readDocsAt } from '../../db/playback/past-docs.ts';
import { readNewestPositions, readPastPositions } from '../../db/playback/past-positions.ts';
import {
  readAlarm,
  readAlarmChanges,
  readAlarmsAt,
  readCameraLinks,
  readFloor,
  readFloorWords,
  readHistories,
  readMarks,
  readPastAliases,
  readPastAreas,
  readPastPeople,
  readPermitStates,
  readPermitsAt,
  readPermitWords,
} from '../../db/playback/past-rows.ts';
import { findPlayback, insertPlayback } from '../../db/playback/playbacks.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { readSettingsAt } from '../../db/settings.ts';
import type { LiveDocKind } from '../../stream/protocol/live-docs.ts';
import { type AuditEntry, insertAudit } from '../audit.ts';
import type { OpenedPlayback, PastPark, PastPeople, PermitName, PlaybackBook } from './ports.ts';

export class StoredPastPark implements PastPark {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  floorMs = () => readFloor(this.#pool);

  async people(scope: CompanyScope): Promise<PastPeople> {
    const people = await readPastPeople(this.#pool, scope);
    return { people, aliases: await readPastAliases(this.#pool, scope) };
  }

  floorWords = () => readFloorWords(this.#pool);
  newest = (ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns) =>
    readNewestPositions(this.#pool, ids, fromMs, toMs, into);
  positions = (ids: readonly number[], fromMs: number, toMs: number, into: PositionColumns) =>
    readPastPositions(this.#pool, ids, fromMs, toMs, into);
  areas = (scope: CompanyScope, fromMs: number, toMs: number) => readPastAreas(this.#pool, scope, fromMs, toMs);
  alarmsAt = (scope: CompanyScope, atMs: number) => readAlarmsAt(this.#pool, scope, atMs);
  alarmChanges = (scope: CompanyScope, fromMs: number, toMs: number) =>
    readAlarmChanges(this.#pool, scope, fromMs, toMs);
  alarm = (scope: CompanyScope, alarmId: string) => readAlarm(this.#pool, scope, alarmId);
  histories = (scope: CompanyScope, alarmIds: readonly string[]) => readHistories(this.#pool, scope, alarmIds);
  docsAt = (scope: CompanyScope, kinds: readonly LiveDocKind[], atMs: number) =>
    readDocsAt(this.#pool, scope, kinds, atMs);
  docChanges = (scope: CompanyScope, kinds: readonly LiveDocKind[], fromMs: number, toMs: number) =>
    readDocChanges(this.#pool, scope, kinds, fromMs, toMs);
  permitsAt = (scope: CompanyScope, atMs: number) => readPermitsAt(this.#pool, scope, atMs);
  permitStates = (permits: readonly PermitName[], atMs: number) => readPermitStates(this.#pool, permits, atMs);
  permitWords = (scope: CompanyScope, fromMs: number, toMs: number) => readPermitWords(this.#pool, scope, fromMs, toMs);
  cameraLinks = (permits: readonly PermitName[]) => readCameraLinks(this.#pool, permits);
  marks = (scope: CompanyScope, fromMs: number, toMs: number, limit: number) =>
    readMarks(this.#pool, scope, fromMs, toMs, limit);

  async rules(atMs: number): Promise<RuleSettings> {
    const settings = await readSettingsAt(this.#pool, atMs);
    const rules = settings.find(({ topic }) => topic === 'rules');
    const parsed = parseRuleSettings(rules?.value ?? {});
    return parsed.ok ? parsed.value : DEFAULT_RULE_SETTINGS;
  }
}

export class StoredPlaybacks implements PlaybackBook {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  open(playback: OpenedPlayback, forgetBeforeMs: number, audit: AuditEntry): Promise<void> {
    return withTransaction(this.#pool, async (client) => {
      await insertPlayback(client, playback, forgetBeforeMs);
      await insertAudit(client, audit);
    });
  }

  find = (playbackId: string) => findPlayback(this.#pool, playbackId);
}
