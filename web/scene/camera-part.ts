/** Tells where the camera rests, and puts it where a link or a saved view says. */
import { applyView, type CameraView, viewOf } from './camera-view.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

/** A camera that did not move for this long rests. */
const REST_MS = 250;

export class CameraPart implements ScenePart {
  readonly #context: SceneContext;
  readonly #onRest: (view: CameraView) => void;
  #last: CameraView;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(context: SceneContext, onRest: (view: CameraView) => void) {
    this.#context = context;
    this.#onRest = onRest;
    this.#last = viewOf(context.widget.camera);
  }

  /** Where it stood when it rested last, or at the start. */
  get view(): CameraView {
    return this.#last;
  }

  set(view: CameraView): void {
    applyView(this.#context.widget.camera, view);
    this.#context.requestRender();
  }

  afterRender(): void {
    const now = viewOf(this.#context.widget.camera);
    if (isSame(now, this.#last)) return;
    this.#last = now;
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.#onRest(now), REST_MS);
  }

  destroy(): void {
    clearTimeout(this.#due);
  }
}

const isSame = (a: CameraView, b: CameraView): boolean =>
  a.lng === b.lng &&
  a.lat === b.lat &&
  a.heightM === b.heightM &&
  a.headingDeg === b.headingDeg &&
  a.pitchDeg === b.pitchDeg &&
  a.rollDeg === b.rollDeg;
