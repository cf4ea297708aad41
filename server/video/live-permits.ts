/** What the role `video` asks of permits. */
import { dateOf } from '../../alarms/shifts.ts';
import { parkDayNumber } from '../../core/park-time.ts';
import { editionOn } from '../../standard/gb30871.ts';
import type { PermitView } from '../../stream/protocol/permits.ts';

/** Begun, and neither finished nor taken back. */
export const isUnderWay = ({ status }: PermitView): boolean => status === 'working' || status === 'paused';

/** Recorded from beginning to end: what the standard says so of (特级动火), and hot work at a major hazard source. */
export function isRecordedThroughout(permit: PermitView, nowMs: number): boolean {
  const { workCode, hazardSourceCode, startedAtMs } = permit;
  const { duties } = editionOn(dateOf(parkDayNumber(startedAtMs ?? nowMs)));
  const duty = Object.hasOwn(duties, workCode) ? duties[workCode] : undefined;
  return duty !== undefined && (duty.recorded !== null || (duty.kind === 'fire' && hazardSourceCode !== null));
}
