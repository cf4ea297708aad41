/** Tells whether a place is before the operator: on the canvas, near enough to be made out, with nothing of the page over it. */

import type { SceneContext, ScenePart } from './scene-part.ts';
import { isBefore } from './sight.ts';

/** A person, or a place in CGCS2000 degrees and m above the ellipsoid; null: on the ground. */
export type Sight =
  | { readonly slot: number }
  | { readonly lng: number; readonly lat: number; readonly heightM: number | null };

const LOOK_EVERY_S = 0.5;

export class SightPart implements ScenePart {
  readonly #context: SceneContext;
  readonly #onSight: (isSeen: boolean) => void;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #sight: Sight | null = null;
  #isSeen = false;
  #lookedAtS = Number.NEGATIVE_INFINITY;

  constructor(context: SceneContext, onSight: (isSeen: boolean) => void) {
    this.#context = context;
    this.#onSight = onSight;
  }

  /** null: nothing to look for. */
  set(sight: Sight | null): void {
    this.#sight = sight;
    this.#tell(false);
    this.#lookedAtS = Number.NEGATIVE_INFINITY;
    this.#context.requestRender();
  }

  afterRender(nowS: number): void {
    if (this.#sight === null || nowS - this.#lookedAtS < LOOK_EVERY_S) return;
    this.#lookedAtS = nowS;
    this.#tell(this.#look(this.#sight, nowS));
  }

  #look(sight: Sight, nowS: number): boolean {
    const { people, projector, container, frame, groundHeightM } = this.#context;
    if ('lng' in sight) frame.enuFromLngLat(sight.lng, sight.lat, sight.heightM ?? groundHeightM, this.#enu);
    else if (!people.positionAt(sight.slot, nowS, this.#enu)) return false;
    if (!projector.project(this.#enu, this.#px)) return false;
    const { left, top } = container.getBoundingClientRect();
    const [x, y, distanceM] = this.#px;
    return isBefore(distanceM!, () => document.elementFromPoint(left + x!, top + y!), container);
  }

  #tell(isSeen: boolean): void {
    if (isSeen === this.#isSeen) return;
    this.#isSeen = isSeen;
    this.#onSight(isSeen);
  }

  destroy(): void {
    this.#tell(false);
  }
}
