/** The hand-over's routes (core/handover-api.ts) as typed calls. */
import type { Handover, HandoverDraft, HandoverPage } from '../../core/handover-api.ts';
import { request } from '../app/api.ts';

export const handoverClient = {
  draft: (fromMs: number) => request<HandoverDraft>('GET', `/api/handovers/draft?from=${fromMs}`),
  list: (before: number | null) =>
    request<HandoverPage>('GET', `/api/handovers${before === null ? '' : `?before=${before}`}`),
  one: (id: string) => request<Handover>('GET', `/api/handovers/${encodeURIComponent(id)}`),
  give: (fromMs: number, name: string, notes: string) =>
    request<Handover>('POST', '/api/handovers', { fromMs, name, notes }),
  take: (id: number, name: string, notes: string) =>
    request<Handover>('POST', `/api/handovers/${id}/take`, { name, notes }),
};
