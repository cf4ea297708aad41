/** People of a park who stand about and walk: a fix each second and a tick, by an engine run. */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { at, EngineRun, T0 } from './engine-run.ts';
import type { FixInput } from './entries.ts';

export type Place = readonly [east: number, north: number];

export class CrowdRun extends EngineRun {
  /** Who stands where; change it between seconds. */
  readonly places = new Map<string, Place>();
  atMs = T0;
  /** Everyone is sent each so many seconds. */
  everyS = 1;

  stand(places: Readonly<Record<string, Place>>): this {
    for (const [person, place] of Object.entries(places)) this.places.set(person, place);
    return this;
  }

  /** `seconds` of fixes and ticks; the transitions of gatherings. */
  pass(seconds: number, onSecond: (second: number) => void = () => {}): AlarmView[] {
    const alarms: AlarmView[] = [];
    for (let second = 0; second < seconds; second++) {
      onSecond(second);
      this.atMs += 1_000;
      const fixes = [...this.places].map(([person, [east, north]]): FixInput => at(east, north, this.atMs, { person }));
      if (fixes.length > 0 && (this.atMs / 1_000) % this.everyS === 0) alarms.push(...this.fixes(fixes, this.atMs));
      alarms.push(...this.tick(this.atMs));
    }
    return alarms.filter((alarm) => alarm.rule === 'gathering');
  }

  get standing(): AlarmView[] {
    return [...this.engine.park.alarms.standing.values()].filter((alarm) => alarm.rule === 'gathering');
  }
}

/** Evenly on a circle. */
export const onRing = (count: number, radiusM: number, [east, north]: Place = [0, 0]): Place[] =>
  Array.from({ length: count }, (_, i) => [
    east + radiusM * Math.cos((2 * Math.PI * i) / count),
    north + radiusM * Math.sin((2 * Math.PI * i) / count),
  ]);

/** p1, p2, ... */
export const named = (places: readonly Place[], first = 1): Record<string, Place> =>
  Object.fromEntries(places.map((place, i) => [`p${first + i}`, place]));
