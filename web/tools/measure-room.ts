/** What is being measured: the kind, the points so far, and what they come to. */
import { createSignal } from 'solid-js';
import { FEWEST_POINTS, MEASURE_KINDS, type Measure, type MeasureKind, measureOf } from '../scene/measure.ts';
import type { MeasureFigure } from '../scene/measure-part.ts';
import type { SurfacePlace } from '../scene/place-under.ts';

/** The two clicks of a double one. */
const SAME_POINT_M = 0.02;

export function createMeasureRoom(pointer: () => SurfacePlace | null) {
  const [kind, setKind] = createSignal<MeasureKind | null>(null);
  const [points, setPoints] = createSignal<readonly SurfacePlace[]>([]);
  const [isFinished, setFinished] = createSignal(false);
  const next = (): SurfacePlace | null => (isFinished() || points().length === 0 ? null : pointer());
  /** With the place under the pointer, while points are added. */
  const running = (): Measure | null => {
    const now = kind();
    const ahead = next();
    return now === null ? null : measureOf(now, ahead === null ? points() : [...points(), ahead]);
  };
  const result = (): Measure | null => {
    const now = kind();
    return now === null ? null : measureOf(now, points());
  };
  const clear = (): void => {
    setPoints([]);
    setFinished(false);
  };
  const finish = (): void => {
    const now = kind();
    if (now !== null && points().length >= FEWEST_POINTS[now]) setFinished(true);
  };
  return {
    /** null: nothing is measured, clicks are the scene's. */
    kind,
    points,
    isFinished,
    /** With the place under the pointer; what the panel shows. */
    running,
    /** Of the points alone; what is copied. */
    result,
    figure: (): MeasureFigure | null =>
      kind() === null ? null : { points: points(), isClosed: kind() === 'area', next: next() },
    begin(now: MeasureKind): void {
      clear();
      setKind(now);
    },
    /** Begins; pressed again, measures the next kind. */
    cycle(): void {
      const now = kind();
      const at = now === null ? 0 : (MEASURE_KINDS.indexOf(now) + 1) % MEASURE_KINDS.length;
      clear();
      setKind(MEASURE_KINDS[at] ?? 'distance');
    },
    end(): void {
      clear();
      setKind(null);
    },
    clear,
    finish,
    /** Behind a finished figure a new one begins. */
    add(place: SurfacePlace): void {
      if (kind() === null) return;
      if (isFinished()) clear();
      const last = points().at(-1);
      if (last !== undefined && isSame(last, place)) return;
      setPoints([...points(), place]);
      if (kind() === 'height' && points().length === 2) finish();
    },
    undo(): void {
      setFinished(false);
      setPoints(points().slice(0, -1));
    },
  };
}
export type MeasureRoom = ReturnType<typeof createMeasureRoom>;

const isSame = (a: SurfacePlace, b: SurfacePlace): boolean =>
  Math.hypot(a.easting - b.easting, a.northing - b.northing, a.heightM - b.heightM) < SAME_POINT_M;
