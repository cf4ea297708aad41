/** Shows and hides the base map, also one that comes later. */
import type { SceneContext, ScenePart } from './scene-part.ts';

export class BaseMapPart implements ScenePart {
  readonly #context: SceneContext;
  readonly #stop: (() => void) | null;
  #isShown = true;

  constructor(context: SceneContext) {
    this.#context = context;
    const { scene, imageryLayers } = context.widget;
    // Undefined when the widget was made without a globe, whatever the type says.
    this.#stop = (scene.globe as unknown) ? imageryLayers.layerAdded.addEventListener(() => this.#apply()) : null;
  }

  set(isShown: boolean): void {
    this.#isShown = isShown;
    this.#apply();
  }

  #apply(): void {
    if (this.#stop === null) return;
    const { imageryLayers } = this.#context.widget;
    for (let i = 0; i < imageryLayers.length; i++) imageryLayers.get(i).show = this.#isShown;
    this.#context.requestRender();
  }

  destroy(): void {
    this.#stop?.();
  }
}
