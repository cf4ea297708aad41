/** What the settings page asks of the admin server (core/settings-api.ts). */
import type {
  DryRunJob,
  DryRunJobs,
  DryRunLine,
  DryRunRequest,
  SettingChange,
  SettingChanged,
  SettingHistory,
  SettingsAnswer,
} from '../../core/settings-api.ts';
import { request, requestLines } from '../app/api.ts';

export const settingsApi = {
  list: (topic: string) => request<SettingsAnswer>('GET', `/api/park-settings?${new URLSearchParams({ topic })}`),
  history: (topic: string, key: string) =>
    request<SettingHistory>('GET', `/api/park-settings/history?${new URLSearchParams({ topic, key })}`),
  change: (change: SettingChange) => request<SettingChanged>('POST', '/api/park-settings', change),
  /** Resolves when the run is over; aborting the signal ends it. */
  dryRun: (run: DryRunRequest, onLine: (line: DryRunLine) => void, signal: AbortSignal) =>
    requestLines<DryRunLine>('/api/dry-runs', run, onLine, signal),
  startJob: (run: DryRunRequest) => request<DryRunJob>('POST', '/api/dry-runs/jobs', run),
  jobs: () => request<DryRunJobs>('GET', '/api/dry-runs/jobs'),
  endJob: (id: string) => request<void>('DELETE', `/api/dry-runs/jobs/${encodeURIComponent(id)}`),
};
