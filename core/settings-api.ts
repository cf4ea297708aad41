/**
 * JSON shapes of the park's settings (topics of stream/protocol/settings.ts) and of dry runs; conventions as in web-api.ts.
 *
 *   GET    /api/park-settings?topic=               -> SettingsAnswer    (operator, park; enterprise: its own areas, posts)
 *   GET    /api/park-settings/history?topic=&key=  -> SettingHistory    (the same; 404 where nothing was ever set)
 *   POST   /api/park-settings         SettingChange -> SettingChanged   (park; 409 CONFLICT when another version holds by now,
 *                                                                       422 INPUT_INVALID with what is wrong)
 *   POST   /api/park-settings/import  SettingImport -> SettingImported  (park)
 *   POST   /api/dry-runs              DryRunRequest -> lines of JSON, each a DryRunLine; closing the request ends the run
 *                                                                       (park; 409 CONFLICT while another one is at it)
 *   POST   /api/dry-runs/jobs         DryRunRequest -> DryRunJob        (park: in the background, one at a time)
 *   GET    /api/dry-runs/jobs                       -> DryRunJobs       (newest first, the last ten)
 *   GET    /api/dry-runs/jobs/:id                   -> DryRunJob
 *   DELETE /api/dry-runs/jobs/:id                   -> 204              (ends it)
 */
export interface SettingRow {
  readonly topic: string;
  readonly key: string;
  /** Grows by one with each change. */
  readonly version: number;
  /** Plain JSON, shape by topic; null: withdrawn. */
  readonly value: unknown;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
  /** What the engine runs; null: it has said nothing of this setting yet. */
  readonly running: SettingRunning | null;
}

export interface SettingRunning {
  readonly version: number;
  readonly atMs: number;
  /** Why the newest version was not taken; the one named holds. */
  readonly problem: string | null;
}

export interface SettingsAnswer {
  /** In order of keys; withdrawn ones too. */
  readonly settings: readonly SettingRow[];
}

export interface SettingHistory {
  /** Newest first. */
  readonly versions: readonly Omit<SettingRow, 'running' | 'topic' | 'key'>[];
}

export interface SettingChange {
  readonly topic: string;
  readonly key: string;
  /** null withdraws it. */
  readonly value: unknown;
  /** The version that was shown when the change was made; 0: there was none. */
  readonly expectedVersion: number;
  /** Why; on record. */
  readonly reason: string;
}

export interface SettingChanged {
  readonly version: number;
  /** true: the engine runs it. false: it has not said so within 2 s; it will when it is back. */
  readonly running: boolean;
  /** Why the engine did not take it; null mostly. */
  readonly problem: string | null;
}

export interface SettingImport {
  readonly topic: string;
  /** At most 1,000. All are kept or none. */
  readonly items: readonly { readonly key: string; readonly value: unknown }[];
  readonly reason: string;
  /** true: only say what would happen. */
  readonly dryRun: boolean;
}

export interface SettingImported {
  /** true: nothing was wrong, and unless it was a dry run all are kept. */
  readonly ok: boolean;
  /** One for each item, in order. `same`: it is so already, and no version is made. */
  readonly items: readonly {
    readonly key: string;
    readonly outcome: 'new' | 'changed' | 'same' | 'invalid';
    readonly problem: string | null;
    /** Version that holds afterwards; 0: none. */
    readonly version: number;
  }[];
}

// --- dry run: what a changed setting would have raised ----------------------------------------------------------------

export interface DryRunRequest {
  readonly topic: string;
  readonly key: string;
  /** The value to try; null: as if it were withdrawn. */
  readonly value: unknown;
  /** Instants, epoch ms; a day at most, and a day of which positions are kept in full. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Areas (areaKey) to look at; where the topic is about one area it is that one, and this may be left out. null: the whole park. */
  readonly areas?: readonly string[] | null | undefined;
}

/** An alarm that one of the two runs raised. Lines with the same id are about the same one; the newest stands. */
export interface DryRunAlarm {
  readonly id: string;
  readonly rule: string;
  readonly level: number;
  readonly subject: string;
  readonly personName: string | null;
  readonly companyCode: string | null;
  readonly area: string | null;
  readonly areaName: string | null;
  readonly onsetAtMs: number;
  /** When it would be raised with the setting as it is / as tried; null: not at all. */
  readonly nowRaisedAtMs: number | null;
  readonly triedRaisedAtMs: number | null;
  readonly nowClearedAtMs: number | null;
  readonly triedClearedAtMs: number | null;
  readonly place: { readonly lng: number; readonly lat: number } | null;
}

export interface DryRunSummary {
  /** Raised with the tried setting only, with the present one only, with both. */
  readonly added: number;
  readonly dropped: number;
  readonly same: number;
  readonly people: number;
  readonly fixes: number;
  /** Instants looked at so far. */
  readonly fromMs: number;
  readonly toMs: number;
  /** 1: everybody near the areas; less: this share of them, chosen evenly, since more would take too long. */
  readonly share: number;
}

export type DryRunLine =
  | { readonly t: 'alarm'; readonly alarm: DryRunAlarm }
  /** About four a second. `done`: 0 to 1. */
  | { readonly t: 'progress'; readonly done: number; readonly summary: DryRunSummary }
  | { readonly t: 'end'; readonly summary: DryRunSummary }
  /** The run broke off; what was said before holds. */
  | { readonly t: 'failed'; readonly code: string; readonly detail: string };

export interface DryRunJob {
  readonly id: string;
  readonly request: DryRunRequest;
  readonly by: string;
  readonly startedAtMs: number;
  readonly state: 'running' | 'ended' | 'cancelled' | 'failed';
  readonly done: number;
  readonly summary: DryRunSummary | null;
  /** Newest 1,000 of those that differ. */
  readonly alarms: readonly DryRunAlarm[];
  readonly problem: string | null;
}

export interface DryRunJobs {
  readonly jobs: readonly Omit<DryRunJob, 'alarms'>[];
}
