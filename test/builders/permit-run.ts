/** An engine that is told of permits, and what it keeps and shows of them. */
import { Permits } from '../../engine/permits/permits.ts';
import type { AlarmView, EffectsAt } from '../../stream/protocol/effects.ts';
import { PERMIT_COMPANY, PERMIT_T0 } from '../../stream/protocol/permits.fixture.ts';
import type {
  ActivityRecord,
  CameraState,
  PermitAlarmRecord,
  PermitRecord,
  PermitVideoRecord,
  PermitView,
} from '../../stream/protocol/permits.ts';
import { alarmsOf, EngineRun } from './engine-run.ts';
import { createOrigin } from './entries.ts';

export class PermitRun extends EngineRun {
  get part(): Permits {
    return this.engine.park.part(Permits);
  }
  get nowMs(): number {
    return this.engine.park.nowMs || PERMIT_T0;
  }
  permits(atMs: number, ...records: PermitRecord[]): AlarmView[] {
    return alarmsOf(this.entry('permits', { origin: createOrigin(), records }, atMs));
  }
  videos(atMs: number, ...records: PermitVideoRecord[]): EffectsAt | null {
    return this.entry('permitVideos', { origin: createOrigin(), records }, atMs);
  }
  activities(atMs: number, ...records: ActivityRecord[]): EffectsAt | null {
    return this.entry('activities', { origin: createOrigin(), records }, atMs);
  }
  permitAlarms(atMs: number, ...records: PermitAlarmRecord[]): AlarmView[] {
    return alarmsOf(this.entry('permitAlarms', { origin: createOrigin(), records }, atMs));
  }
  cameras(atMs: number, ...states: CameraState[]): EffectsAt | null {
    return this.entry('cameras', { states }, atMs);
  }
  view(permitId = 't1', companyCode = PERMIT_COMPANY): PermitView | undefined {
    return this.engine.park.docs.get('permit', `${companyCode}/${permitId}`);
  }
  /** Alarms of permits that are active, by rule. */
  standing(permitId = 't1', companyCode = PERMIT_COMPANY): AlarmView[] {
    return [...this.engine.park.alarms.standing.values()]
      .filter((alarm) => alarm.active && alarm.subject === `${companyCode}/${permitId}`)
      .sort((a, b) => (a.rule < b.rule ? -1 : 1));
  }
  rules(permitId = 't1'): string[] {
    return this.standing(permitId).map(({ rule }) => rule);
  }
}
