/** Names of areas over the scene are pressed like what they name. The labels themselves take no clicks: a person behind one would be lost. */
import type { SceneContext, ScenePart } from './scene-part.ts';

const AREA = 'area:';

export class AreaNamesPart implements ScenePart {
  readonly #container: HTMLElement;
  readonly #onPick: (areaKey: string) => void;

  constructor({ container }: Pick<SceneContext, 'container'>, onPick: (areaKey: string) => void) {
    this.#container = container;
    this.#onPick = onPick;
  }

  click(xPx: number, yPx: number): boolean {
    const { left, top } = this.#container.getBoundingClientRect();
    const [x, y] = [left + xPx, top + yPx];
    for (const label of this.#container.querySelectorAll<HTMLElement>('.scene-label.area')) {
      const box = label.getBoundingClientRect();
      const key = label.dataset['key'] ?? '';
      if (x < box.left || x > box.right || y < box.top || y > box.bottom || !key.startsWith(AREA)) continue;
      this.#onPick(key.slice(AREA.length));
      return true;
    }
    return false;
  }

  destroy(): void {}
}
