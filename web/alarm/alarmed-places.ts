/** Alarms about a place and no one person, as the scene draws them. Pure. */
import { type AlarmView, isQuiet } from '../../stream/protocol/effects.ts';
import type { AlarmedPlace } from '../scene/place-circles.ts';
import { endsByItself, isWaiting } from './alarm-order.ts';

/** Drawn where the rule says no radius. */
const RADIUS_M = 8;

export function alarmedPlaces(alarms: readonly AlarmView[], textOf: (alarm: AlarmView) => string): AlarmedPlace[] {
  return alarms.flatMap((alarm) => {
    const { alarmId, place, radiusM, level } = alarm;
    if (place === null || alarm.person !== null || !alarm.active || isQuiet(alarm)) return [];
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
