/** Alarms about a place and no one person, as the scene draws them. Pure. */
import { type AlarmView, isQuiet } from '../../stream/protocol/effects.ts';
import { permitKey } from '../../stream/protocol/permits.ts';
import type { AlarmedPlace } from '../scene/place-circles.ts';
import { endsByItself, isWaiting } from './alarm-order.ts';

/** Drawn where the rule says no radius. */
const RADIUS_M = 8;
/** A permit's icon says that it is in alarm; a circle and words only for what is grave, and once. */
const PERMITS_UP_TO = 2;

export function alarmedPlaces(alarms: readonly AlarmView[], textOf: (alarm: AlarmView) => string): AlarmedPlace[] {
  const permits = new Set<string>();
  return alarms.flatMap((alarm) => {
    const { alarmId, place, radiusM, level, permit } = alarm;
    if (place === null || alarm.person !== null || !alarm.active || isQuiet(alarm)) return [];
    if (permit !== null) {
      const key = permitKey(permit.companyCode, permit.permitId);
      if (level > PERMITS_UP_TO || permits.has(key)) return [];
      permits.add(key);
    }
    const { lng, lat, heightM } = place;
    const isDashed = endsByItself(alarm);
    // A circle of a few members round their middle can be very small.
    const drawnM = Math.max(RADIUS_M, radiusM ?? 0);
    return [
      {
        alarmId,
        lng,
        lat,
        heightM,
        radiusM: drawnM,
        level,
        isDashed,
        acknowledged: !isWaiting(alarm),
        text: textOf(alarm),
      },
    ];
  });
}
