/** Tells the place under the pointer, at most ten times a second; null when the pointer left the picture. */
import { PlaceUnder, type SurfacePlace } from './place-under.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

const EVERY_MS = 100;

export class ReadoutPart implements ScenePart {
  readonly #canvas: HTMLCanvasElement;
  readonly #under: PlaceUnder;
  readonly #onPlace: (place: SurfacePlace | null) => void;
  #isOn = false;
  #xPx = 0;
  #yPx = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isDue = false;

  constructor(context: SceneContext, onPlace: (place: SurfacePlace | null) => void) {
    this.#canvas = context.widget.canvas;
    this.#under = new PlaceUnder(context);
    this.#onPlace = onPlace;
    this.#canvas.addEventListener('pointermove', this.#onMove);
    this.#canvas.addEventListener('pointerleave', this.#onLeave);
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    if (!isOn) this.#onLeave();
  }

  readonly #onMove = (event: PointerEvent): void => {
    // While the hand drags, what is under it comes along.
    if (!this.#isOn || event.buttons !== 0) return;
    this.#xPx = event.offsetX;
    this.#yPx = event.offsetY;
    this.#isDue = true;
    if (this.#timer === null) this.#tell();
  };

  #tell(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#onPlace(this.#under.at(this.#xPx, this.#yPx));
    // The last place is told too, also when the pointer rests.
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, EVERY_MS);
  }

  readonly #onLeave = (): void => {
    this.#isDue = false;
    this.#onPlace(null);
  };

  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#canvas.removeEventListener('pointermove', this.#onMove);
    this.#canvas.removeEventListener('pointerleave', this.#onLeave);
  }
}
