/** How much of a job that is to be recorded throughout was, told while it goes on and for good when it ends (live doc `coverage`). */
import { isSame } from '../../alarms/life-cycle.ts';
import { isRecordedThroughout } from '../../alarms/permits/video.ts';
import { workOf } from '../../alarms/permits/work.ts';
import type { Effect } from '../../stream/protocol/effects.ts';
import type { PermitCoverage } from '../../stream/protocol/permits.ts';
import type { Park } from '../park.ts';
import { dutyOf } from './judging.ts';
import type { KeptPermit } from './permit-table.ts';
import type { Videos } from './videos.ts';

/** While work goes on its span grows all the time: no oftener than this. */
const TELL_EVERY_MS = 60_000;

export function tellCoverage(park: Park, permit: KeptPermit, videos: Videos, effects: Effect[]): void {
  const { key, state } = permit;
  const known = park.docs.get('coverage', key);
  const next = coverageOf(permit, videos, park.nowMs);
  if (next === null) {
    if (known !== undefined) park.docs.end('coverage', key, known, effects);
    return;
  }
  if (isSame(known, next) || (known !== undefined && !isNews(known, next))) return;
  park.docs.put('coverage', key, next, [state.companyCode], effects);
}

const isNews = (known: PermitCoverage, next: PermitCoverage): boolean =>
  next.toMs !== null ||
  known.toMs !== null ||
  known.fromMs !== next.fromMs ||
  next.atMs - known.atMs >= TELL_EVERY_MS ||
  !isSame(known.cameraCodes, next.cameraCodes);

/** null: nothing asks for its recording, or it has not begun. */
function coverageOf(
  { key, state, hazardSourceCode }: KeptPermit,
  videos: Videos,
  nowMs: number,
): PermitCoverage | null {
  if (state.deleted || !isRecordedThroughout({ duty: dutyOf(state, nowMs), hazardSourceCode })) return null;
  const { stretches } = workOf(state, nowMs);
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) return null;
  const cameraCodes = videos.camerasOf(key);
  return {
    companyCode: state.companyCode,
    permitId: state.permitId,
    cameraCodes,
    fromMs: first.fromMs,
    toMs: last.toMs,
    workMs: stretches.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, (toMs ?? nowMs) - fromMs), 0),
    coveredMs: videos.recordings.coveredMs(cameraCodes, stretches, nowMs),
    atMs: last.toMs ?? nowMs,
  };
}
