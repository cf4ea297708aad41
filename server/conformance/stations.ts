/**
 * A conformance run as stations: one layout under one noise model, on a ground of its own, so that all of them run at once and
 * none is seen by another. Gives the records to send, and judges what was raised. Knows neither the network nor the clock.
 */
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { LAYOUTS, type Layout, type Point } from './layouts.ts';
import { NOISE_MODELS, type NoiseModel, NoiseSource } from './noise.ts';

/** With and without satellite signal (Annex A): SOURCE of the fixes. */
export const SIGNAL_SOURCES = ['GNSS', 'UWB'] as const;
export type SignalSource = (typeof SIGNAL_SOURCES)[number];

export interface Tag {
  readonly personId: string;
  readonly noise: NoiseSource;
}

export interface Station {
  readonly id: string;
  readonly areaId: string;
  readonly layout: Layout;
  readonly model: NoiseModel;
  readonly source: SignalSource;
  /** Centre, m east and north of the run's origin. */
  readonly centre: Point;
  readonly tags: readonly Tag[];
}

export interface SentFix {
  readonly personId: string;
  readonly source: SignalSource;
  /** m east and north of the run's origin. */
  readonly place: Point;
  readonly accuracyM: number;
}

const WALK_MPS = 1;
/** Between centres: no circle and no noise reaches from one to the next. */
const SPACING_M = 250;
/** ACCURACY of a tag without errors; receivers never say 0. */
const BEST_ACCURACY_M = 0.5;

export function createStations(seed: number, models: readonly NoiseModel[] = NOISE_MODELS): Station[] {
  const rows = SIGNAL_SOURCES.flatMap((source) => models.map((model) => ({ source, model })));
  return rows.flatMap(({ source, model }, row) =>
    LAYOUTS.map((layout, column): Station => {
      const number = row * LAYOUTS.length + column;
      const tags = Array.from({ length: layout.tags }, (_, tag) => ({
        personId: `CNF-${number}-${tag}`,
        noise: new NoiseSource(model, (seed * 1_000_003 + number * 1_009 + tag) | 0),
      }));
      const centre = { east: column * SPACING_M, north: row * SPACING_M };
      const id = `${layout.name}.${model.name}.${source}`;
      return { id, areaId: `CNF-${number}`, layout, model, source, centre, tags };
    }),
  );
}

/** The next fix of each tag, `atS` s after the beginning and `dtS` after the one before. */
export function nextFixes({ layout, model, source, centre, tags }: Station, atS: number, dtS: number): SentFix[] {
  const walkedM = model.isMoving ? WALK_MPS * atS : 0;
  return tags.map(({ personId, noise }, tag) => {
    const place = layout.at(tag, walkedM);
    const error = noise.next(dtS);
    return {
      personId,
      source,
      place: {
        east: centre.east + place.east + error.east,
        north: centre.north + place.north + error.north,
      },
      accuracyM: model.radiusM === 0 ? BEST_ACCURACY_M : model.radiusM,
    };
  });
}

export type Verdict = 'right' | 'miss' | 'false' | 'not-judged';

export interface Sample {
  readonly station: string;
  readonly atS: number;
  readonly isAlarmDue: boolean | null;
  readonly isAlarmed: boolean;
  readonly verdict: Verdict;
}

/**
 * One sample of a station: does its alarm stand? A latched one whose condition went waits for a person and warns of nothing; one
 * whose end is being delayed is still shown, which counts against us only where none is due.
 */
export function sampleOf({ id, layout, areaId, tags }: Station, atS: number, alarms: Iterable<AlarmView>): Sample {
  const own = new Set(tags.map(({ personId }) => personId));
  let isAlarmed = false;
  for (const alarm of alarms) {
    if (alarm.rule !== layout.rule || !alarm.active) continue;
    if (alarm.conditionGoneAtMs !== null && (alarm.latched || layout.isAlarmDue !== false)) continue;
    // A.4.2 e: a gathering that is told with fewer people is not told.
    if (layout.gatheringFrom !== null && (alarm.count ?? 0) < layout.gatheringFrom) continue;
    const isOwn =
      alarm.areaId === areaId ||
      own.has(alarm.person?.personId ?? '') ||
      alarm.people.some(({ personId }) => own.has(personId ?? ''));
    if (isOwn) isAlarmed = true;
  }
  const { isAlarmDue } = layout;
  return { station: id, atS, isAlarmDue, isAlarmed, verdict: verdictOf(isAlarmDue, isAlarmed) };
}

function verdictOf(isAlarmDue: boolean | null, isAlarmed: boolean): Verdict {
  if (isAlarmDue === null) return 'not-judged';
  if (isAlarmDue === isAlarmed) return 'right';
  return isAlarmDue ? 'miss' : 'false';
}

/** Corners of a station's area, closed, m east and north of the run's origin. */
export function ringOf({ layout, centre }: Station): Point[] {
  const half = layout.areaSideM / 2;
  const corner = (east: number, north: number): Point => ({ east: centre.east + east, north: centre.north + north });
  return [corner(-half, -half), corner(half, -half), corner(half, half), corner(-half, half), corner(-half, -half)];
}
