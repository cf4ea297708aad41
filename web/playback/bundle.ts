/** What an incident bundle may be made of. Pure. */
import type { AlarmView } from '../../stream/protocol/effects.ts';

/** As core/playback-api.ts takes it: round an alarm, or an area or a circle over a span. */
export type BundleOf =
  | { readonly alarmId: string; readonly beforeMs: number; readonly afterMs: number }
  | {
      readonly fromMs: number;
      readonly toMs: number;
      readonly areaCompanyCode: string;
      readonly areaId: string;
    }
  | {
      readonly fromMs: number;
      readonly toMs: number;
      readonly lng: number;
      readonly lat: number;
      readonly radiusM: number;
    };

/** CGCS2000, degrees. */
export interface BundlePlace {
  readonly name: string;
  readonly lng: number;
  readonly lat: number;
}

export const BUNDLE_BEFORE_MS = 10 * 60_000;
export const BUNDLE_AFTER_MS = 30 * 60_000;

export const bundleOfAlarm = ({ alarmId }: Pick<AlarmView, 'alarmId'>): BundleOf => ({
  alarmId,
  beforeMs: BUNDLE_BEFORE_MS,
  afterMs: BUNDLE_AFTER_MS,
});
