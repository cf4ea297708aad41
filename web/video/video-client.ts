/** Routes of pictures (stream/protocol/permit-api.ts) as typed calls. */
import type { CascadeChange, CascadeView, NearCamera, VideoAddress } from '../../stream/protocol/permit-api.ts';
import { request } from '../app/api.ts';

export const videoClient = {
  live: (code: string): Promise<VideoAddress> => request('GET', `/api/video/${code}/live`),
  recording: (code: string, fromMs: number, toMs: number): Promise<VideoAddress> =>
    request('GET', `/api/video/${code}/recording?fromMs=${Math.floor(fromMs)}&toMs=${Math.floor(toMs)}`),
  near: async (lng: number, lat: number): Promise<readonly NearCamera[]> =>
    (await request<{ cameras: NearCamera[] }>('GET', `/api/video/near?lng=${lng}&lat=${lat}`)).cameras,
  cascade: (): Promise<CascadeView> => request('GET', '/api/video/cascade'),
  setCascade: (change: CascadeChange): Promise<CascadeView> => request('PUT', '/api/video/cascade', change),
};
