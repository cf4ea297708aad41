/** Pictures of a job: its linked cameras, else the nearest; live while it goes on, the recording of its span afterwards. */
import type { PermitCameras } from '../../stream/protocol/permit-api.ts';
import type { PermitStatus } from '../../stream/protocol/permits.ts';
import { openVideo, type VideoRequest } from '../video/open-video.ts';
import { permitClient } from './permit-client.ts';

const isOver = (status: PermitStatus): boolean => ['accepted', 'void', 'withdrawn'].includes(status);

/** What to ask of the player; none: nothing is known to look at. Pure. */
export function videoOf(title: string, status: PermitStatus, cameras: PermitCameras): VideoRequest | null {
  const found = cameras.linked.length > 0 ? cameras.linked : cameras.nearest;
  if (found.length === 0) return null;
  const cameraCodes = found.map(({ code }) => code);
  if (!isOver(status) || cameras.fromMs === null) return { title, cameraCodes };
  return { title, cameraCodes, fromMs: cameras.fromMs, ...(cameras.toMs === null ? {} : { toMs: cameras.toMs }) };
}

/** Returns false where there is no camera, or nobody answered. */
export async function openPermitVideo(
  title: string,
  permit: { readonly companyCode: string; readonly permitId: string; readonly status: PermitStatus },
  linked: readonly string[],
): Promise<boolean> {
  try {
    const cameras = await permitClient.cameras(permit.companyCode, permit.permitId);
    const request = videoOf(title, permit.status, cameras);
    if (request !== null) openVideo(request);
    return request !== null;
  } catch {
    // What the live document names is enough to look.
    if (linked.length > 0) openVideo({ title, cameraCodes: linked });
    return linked.length > 0;
  }
}
