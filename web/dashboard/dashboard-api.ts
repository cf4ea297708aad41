/** What the dashboard asks of the admin server (core/dashboard-api.ts). */
import type { DashboardAlarms, DashboardMonths, DashboardNow, DashboardTrend } from '../../core/dashboard-api.ts';
import type { ReportingAnswer } from '../../core/reporting-api.ts';
import type { AlarmHistory } from '../../core/web-api.ts';
import { request } from '../app/api.ts';

export const dashboardApi = {
  reporting: () => request<ReportingAnswer>('GET', '/api/reporting'),
  now: () => request<DashboardNow>('GET', '/api/dashboard/now'),
  trend: () => request<DashboardTrend>('GET', '/api/dashboard/trend'),
  /** `company` null: all that the user may see. */
  alarms(from: string, to: string, company: string | null = null): Promise<DashboardAlarms> {
    const query = new URLSearchParams({ from, to, step: 'day' });
    if (company !== null) query.set('company', company);
    return request('GET', `/api/dashboard/alarms?${query}`);
  },
  /** From `cursor` on; null: the newest. */
  history(cursor: string | null): Promise<AlarmHistory> {
    const query = new URLSearchParams({ limit: '100' });
    if (cursor !== null) query.set('cursor', cursor);
    return request('GET', `/api/alarms?${query}`);
  },
  months: () => request<DashboardMonths>('GET', '/api/dashboard/months?count=13'),
};
