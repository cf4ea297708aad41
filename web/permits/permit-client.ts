/** The permits' interface (stream/protocol/permit-api.ts) as typed calls. */
import type {
  CompaniesBoard,
  DayBoard,
  MonthsBoard,
  NearDetector,
  PermitAlarmsBoard,
  PermitCameras,
  PermitDetail,
  PermitHistory,
  PermitListAnswer,
} from '../../stream/protocol/permit-api.ts';
import { request } from '../app/api.ts';
import { chinaDaySpan } from '../registers/china-time.ts';

const path = (...parts: readonly string[]): string => `/api/permits/${parts.map(encodeURIComponent).join('/')}`;

/** What is not said is left out. */
function words(of: Readonly<Record<string, string | number | null>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(of)) if (value !== null && value !== '') query.set(name, String(value));
  return query.toString();
}

export const permitClient = {
  /** `query`: as in the address of the page (permit-filter.ts). */
  list: (query: URLSearchParams) => request<PermitListAnswer>('GET', `/api/permits?${query}`),
  detail: (companyCode: string, permitId: string) => request<PermitDetail>('GET', path(companyCode, permitId)),
  history: (companyCode: string, permitId: string) =>
    request<PermitHistory>('GET', path(companyCode, permitId, 'history')),
  cameras: (companyCode: string, permitId: string) =>
    request<PermitCameras>('GET', path(companyCode, permitId, 'cameras')),
  detectors: async (lng: number, lat: number) =>
    (await request<{ detectors: readonly NearDetector[] }>('GET', `/api/detectors/near?${words({ lng, lat })}`))
      .detectors,
  attachmentPath: (companyCode: string, permitId: string, attachmentId: string): string =>
    path(companyCode, permitId, 'attachments', attachmentId),
  exportPath(query: URLSearchParams, format: 'xlsx' | 'csv', lang: 'zh' | 'en'): string {
    const asked = new URLSearchParams(query);
    asked.set('format', format);
    asked.set('lang', lang);
    return `/api/permits/export?${asked}`;
  },
  day: (day: string, companyCode: string | null) =>
    request<DayBoard>('GET', `${path('boards', 'day')}?${words({ day, companyCode })}`),
  months: (year: number, companyCode: string | null) =>
    request<MonthsBoard>('GET', `${path('boards', 'months')}?${words({ year, companyCode })}`),
  companies: (day: string) => request<CompaniesBoard>('GET', `${path('boards', 'companies')}?${words({ day })}`),
  /** Days of the park, both included. */
  alarms(from: string, to: string, companyCode: string | null): Promise<PermitAlarmsBoard> {
    const span = { from: chinaDaySpan(from)?.fromMs ?? null, to: chinaDaySpan(to)?.toMs ?? null };
    return request('GET', `${path('boards', 'alarms')}?${words({ ...span, companyCode })}`);
  },
};
