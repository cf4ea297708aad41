/** Fixed gas detectors over the scene: icons planned twice a second and moved every frame, as those of permits. */
import { type DetectorCandidate, planDetectors } from './detector-plan.ts';
import { IconOverlay } from './icon-overlay.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

export interface SceneDetector {
  readonly key: string;
  /** CGCS2000, degrees. */
  readonly lng: number;
  readonly lat: number;
  readonly isSounding: boolean;
  /** Name and value. */
  readonly text: string;
}

interface Anchor {
  readonly detector: SceneDetector;
  readonly enu: Float64Array;
}

const PLAN_EVERY_S = 0.5;
/** Over the ground, where most of them hang. */
const LIFT_M = 1.5;

export class DetectorsPart implements ScenePart {
  readonly #context: SceneContext;
  readonly #overlay: IconOverlay;
  readonly #px = new Float64Array(3);
  #anchors: readonly Anchor[] = [];
  #drawn: readonly Anchor[] = [];
  #plannedAtS = Number.NEGATIVE_INFINITY;

  constructor(context: SceneContext) {
    this.#context = context;
    this.#overlay = new IconOverlay(context.container);
  }

  set(detectors: readonly SceneDetector[]): void {
    if (detectors.length === 0 && this.#anchors.length === 0) return;
    const { frame, groundHeightM } = this.#context;
    this.#anchors = detectors.map((detector) => {
      const enu = new Float64Array(3);
      frame.enuFromLngLat(detector.lng, detector.lat, groundHeightM + LIFT_M, enu);
      return { detector, enu };
    });
    this.#plannedAtS = Number.NEGATIVE_INFINITY;
    this.#context.requestRender();
  }

  afterRender(nowS: number): void {
    if (this.#anchors.length === 0 && this.#drawn.length === 0) return;
    const { projector } = this.#context;
    projector.begin();
    if (nowS - this.#plannedAtS >= PLAN_EVERY_S || nowS < this.#plannedAtS) {
      this.#plannedAtS = nowS;
      this.#plan();
    }
    for (const { detector, enu } of this.#drawn) {
      const isSeen = projector.project(enu, this.#px);
      this.#overlay.place(detector.key, this.#px[0]!, this.#px[1]!, isSeen);
    }
  }

  #plan(): void {
    const candidates: DetectorCandidate[] = [];
    for (const [ref, { detector, enu }] of this.#anchors.entries()) {
      if (!this.#context.projector.project(enu, this.#px)) continue;
      candidates.push({ ref, distanceM: this.#px[2]!, isSounding: detector.isSounding });
    }
    const planned = planDetectors(candidates);
    this.#drawn = planned.map(({ ref }) => this.#anchors[ref]!);
    this.#overlay.set(
      planned.map(({ ref, isNamed }) => {
        const { key, isSounding, text } = this.#anchors[ref]!.detector;
        return {
          key,
          look: { isSounding },
          className: isSounding ? 'scene-detector sounding' : 'scene-detector',
          text: isNamed ? text : '',
        };
      }),
    );
  }

  destroy(): void {
    this.#overlay.destroy();
  }
}
