/** Keeps the camera flat from above, or in space, as the operator chose. */
import type { SceneContext, ScenePart } from './scene-part.ts';

export class FlatPart implements ScenePart {
  readonly #context: SceneContext;

  constructor(context: SceneContext) {
    this.#context = context;
  }

  set(isFlat: boolean): void {
    this.#context.camera.setFlat(isFlat);
  }

  destroy(): void {
    this.#context.camera.destroy();
  }
}
