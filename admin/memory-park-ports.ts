/** Memory twins of settings, dry runs, dashboard and emergencies, for tests of the routes. */

import type { AlarmDetail, AlarmLoadHistory, AlarmStatistics } from '../core/alarm-api.ts';
import type { DashboardAlarms, DashboardMonths, DashboardNow, DashboardTrend } from '../core/dashboard-api.ts';
import type { EmergencyAnswer } from '../core/emergency-api.ts';
import { AppError } from '../core/errors.ts';
import type { ReportingAnswer, ScoreCardsAnswer } from '../core/reporting-api.ts';
import type {
  DryRunJob,
  DryRunJobs,
  DryRunLine,
  DryRunRequest,
  DryRunSummary,
  SettingChange,
  SettingChanged,
  SettingHistory,
  SettingImport,
  SettingImported,
  SettingRow,
  SettingsAnswer,
} from '../core/settings-api.ts';
import type { AlarmFilter } from '../db/alarms.ts';
import type { CompanyScope } from '../db/company-scope.ts';
import type { ScoreQuery } from '../db/score-cards.ts';
import { problemOf, settingTopic } from '../db/settings.ts';
import { type AlarmDesk, type AlarmSpan, loadFrom } from './alarms.ts';
import type { Actor } from './audit.ts';
import type { Dashboard } from './dashboard.ts';
import type { DryRuns } from './dry-run-routes.ts';
import type { EmergencyDesk } from './emergency.ts';
import type { ParkSettings } from './park-settings.ts';
import type { ReportingDesk } from './reporting.ts';

/** What a port was asked, with the scope it was asked in; oldest first. */
export interface Asked {
  readonly what: string;
  readonly scope: CompanyScope;
  readonly detail: unknown;
}

/** Keeps newest versions; an engine that runs everything at once. */
export class MemoryParkSettings implements ParkSettings {
  readonly asked: Asked[] = [];
  readonly #rows = new Map<string, SettingRow>();

  async list(scope: CompanyScope, topic: string | null): Promise<SettingsAnswer> {
    this.asked.push({ what: 'list', scope, detail: topic });
    return { settings: [...this.#rows.values()].filter((row) => topic === null || row.topic === topic) };
  }

  async history(scope: CompanyScope, topic: string, key: string): Promise<SettingHistory> {
    this.asked.push({ what: 'history', scope, detail: { topic, key } });
    throw new AppError('NOT_FOUND');
  }

  async put({ topic, key, value, expectedVersion, reason }: SettingChange, actor: Actor): Promise<SettingChanged> {
    this.asked.push({ what: 'put', scope: null, detail: actor.userName });
    const known = settingTopic(topic);
    const problem = known === undefined ? 'no such topic' : problemOf(known, key, value);
    if (problem !== null) throw new AppError('INPUT_INVALID', { detail: problem });
    const path = `${topic}:${key}`;
    if ((this.#rows.get(path)?.version ?? 0) !== expectedVersion) throw new AppError('CONFLICT');
    const version = expectedVersion + 1;
    const row = { topic, key, version, value, by: actor.userName, atMs: 0, reason, running: null };
    this.#rows.set(path, row);
    return { version, running: true, problem: null };
  }

  async import({ items }: SettingImport, actor: Actor): Promise<SettingImported> {
    this.asked.push({ what: 'import', scope: null, detail: actor.userName });
    return { ok: true, items: items.map(({ key }) => ({ key, outcome: 'new', problem: null, version: 1 })) };
  }
}

/** Runs that find nothing; the lines are as long as somebody reads. */
export class MemoryDryRuns implements DryRuns {
  /** Runs that were ended, by their end or by whoever read them. */
  ended = 0;
  lines = 1;

  async start({ fromMs, toMs }: DryRunRequest): Promise<AsyncGenerator<DryRunLine>> {
    const summary: DryRunSummary = { added: 0, dropped: 0, same: 0, people: 0, fixes: 0, fromMs, toMs, share: 1 };
    const told = async function* (this: MemoryDryRuns): AsyncGenerator<DryRunLine> {
      try {
        for (let i = 1; i < this.lines; i++) {
          yield { t: 'progress', done: 0, summary };
          await new Promise((resolve) => setImmediate(resolve));
        }
        yield { t: 'end', summary };
      } finally {
        this.ended++;
      }
    };
    return told.call(this);
  }

  async startJob(request: DryRunRequest, actor: Actor): Promise<DryRunJob> {
    const state = { state: 'running', done: 0, summary: null, alarms: [], problem: null } as const;
    return { id: 'job', request, by: actor.userName, startedAtMs: 0, ...state };
  }

  jobs(): DryRunJobs {
    return { jobs: [] };
  }

  job(): DryRunJob | null {
    return null;
  }

  cancelJob(): boolean {
    return false;
  }
}

export class MemoryAlarmDesk implements AlarmDesk {
  readonly asked: Asked[] = [];

  async detail(scope: CompanyScope, alarmId: string): Promise<AlarmDetail | null> {
    this.asked.push({ what: 'detail', scope, detail: alarmId });
    return null;
  }
  async statistics(scope: CompanyScope, by: string, span: AlarmSpan, filter: AlarmFilter): Promise<AlarmStatistics> {
    this.asked.push({ what: 'statistics', scope, detail: { by, span, filter } });
    return { rows: [] };
  }
  async load(span: AlarmSpan): Promise<AlarmLoadHistory> {
    this.asked.push({ what: 'load', scope: null, detail: span });
    return { ...loadFrom([], span), stale: 0, falseShare: 0 };
  }
}

export class MemoryDashboard implements Dashboard {
  readonly asked: Asked[] = [];

  async now(scope: CompanyScope): Promise<DashboardNow> {
    this.asked.push({ what: 'now', scope, detail: null });
    return { atMs: null, online: 0, companies: [], types: [], areas: [] };
  }

  async trend(scope: CompanyScope, day: string | null): Promise<DashboardTrend> {
    this.asked.push({ what: 'trend', scope, detail: day });
    return { day: day ?? '2026-11-20', stepMs: 300_000, points: [] };
  }

  async alarms(scope: CompanyScope, step: 'day' | 'month', fromDay: string, toDay: string): Promise<DashboardAlarms> {
    this.asked.push({ what: 'alarms', scope, detail: { step, fromDay, toDay } });
    return { step, rows: [{ period: fromDay, rule: 'sos', level: 1, raised: 2, marked: 1 }] };
  }

  async months(scope: CompanyScope, count: number): Promise<DashboardMonths> {
    this.asked.push({ what: 'months', scope, detail: count });
    return { months: [] };
  }
}

export class MemoryEmergencyDesk implements EmergencyDesk {
  readonly asked: Asked[] = [];

  async phones(scope: CompanyScope, alarmId: string): Promise<EmergencyAnswer> {
    this.asked.push({ what: 'phones', scope, detail: alarmId });
    return { alarmId, rule: 'sos', level: 1, people: [], companies: [] };
  }
}

/** Keeps what it was asked: what a company may see is decided by the scope that reaches the reads. */
export class MemoryReportingDesk implements ReportingDesk {
  readonly asked: unknown[] = [];

  async now(scope: CompanyScope): Promise<ReportingAnswer> {
    this.asked.push([scope]);
    return { ratesUntilMs: null, expected: 0, online: 0, senders: [] };
  }

  async scoreCards(scope: CompanyScope, query: Partial<ScoreQuery>): Promise<ScoreCardsAnswer> {
    this.asked.push([scope, query]);
    return { fromMs: 0, toMs: 0, cards: [] };
  }
}
