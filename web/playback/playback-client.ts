/** Calls of the time machine (core/playback-api.ts). */
import type { Playback, PlaybackRequest, PresenceHeat } from '../../core/playback-api.ts';
import { request, requestRaw } from '../app/api.ts';
import type { BundleOf } from './bundle.ts';

export interface HeatQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cellM: number;
  /** null: everybody. */
  readonly companyCode: string | null;
}

/** null and '' are left out. */
const queryOf = (values: Readonly<Record<string, string | number | null>>): string =>
  new URLSearchParams(
    Object.entries(values).flatMap(([key, value]) =>
      value === null || value === '' ? [] : [[key, String(value)] as [string, string]],
    ),
  ).toString();

export const playbackClient = {
  begin: (body: PlaybackRequest) => request<Playback>('POST', '/api/playbacks', body),
  async chunk(
    playbackId: string,
    span: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const path = `/api/playbacks/${encodeURIComponent(playbackId)}/chunk?${queryOf({ ...span })}`;
    const response = await requestRaw(path, signal);
    return new Uint8Array(await response.arrayBuffer());
  },
  heat: (query: HeatQuery) => request<PresenceHeat>('GET', `/api/presence-heat?${queryOf({ ...query })}`),
  async bundle(of: BundleOf, reason: string, lang: 'zh' | 'en'): Promise<{ blob: Blob; name: string }> {
    const response = await requestRaw(`/api/incident-bundles?${queryOf({ ...of, reason, lang })}`);
    const named = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(response.headers.get('content-disposition') ?? '');
    return { blob: await response.blob(), name: decodeURIComponent(named?.[1] ?? 'incident.zip') };
  },
};
