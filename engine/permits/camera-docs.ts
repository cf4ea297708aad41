/** Cameras that look at jobs in progress, as screens show them (live doc `camera`). */
import { isSame } from '../../alarms/life-cycle.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import type { Park } from '../park.ts';
import type { PermitTable } from './permit-table.ts';
import type { Videos } from './videos.ts';

export function tellCamera(park: Park, table: PermitTable, videos: Videos, code: string, effects: Effect[]): void {
  const state = videos.camera(code);
  const known = park.docs.get('camera', code);
  const jobs = videos.permitsOf(code).flatMap((key) => table.get(key) ?? []);
  const working = jobs.filter(({ isOpen, status }) => isOpen && status === 'working');
  if (state === undefined || working.length === 0) {
    if (known !== undefined) park.docs.end('camera', code, state ?? known, effects);
    return;
  }
  if (!isSame(known, state)) park.docs.put('camera', code, state, [state.companyCode], effects);
}
