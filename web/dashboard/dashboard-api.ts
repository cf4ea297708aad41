/** What the dashboard asks of the admin server (core/dashboard-api.ts). */
import type { DashboardAlarms, DashboardMonths, DashboardNow, DashboardTrend } from '../../core/dashboard-api.ts';
import type { ReportingAnswer } from '../../core/reporting-api.ts';
import { request } from '../app/api.ts';

export const dashboardApi = {
  reporting: () => request<ReportingAnswer>('GET', '/api/reporting'),
  now: () => request<DashboardNow>('GET', '/api/dashboard/now'),
  trend: () => request<DashboardTrend>('GET', '/api/dashboard/trend'),
  alarms: (from: string, to: string) =>
    request<DashboardAlarms>('GET', `/api/dashboard/alarms?from=${from}&to=${to}&step=day`),
  months: () => request<DashboardMonths>('GET', '/api/dashboard/months?count=13'),
};
