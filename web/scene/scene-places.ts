/** Where what is drawn stands, on the page and on the earth: for the test hook and for support. Asking changes nothing. */
import type { ModelPlace } from './model-tileset.ts';
import type { PeopleStage } from './people-stage.ts';
import type { PermitLayer } from './permit-layer.ts';
import type { SceneContext } from './scene-part.ts';

/** Layout px of the page. */
export interface PagePosition {
  readonly x: number;
  readonly y: number;
}

export class ScenePlaces {
  readonly #context: SceneContext;
  readonly #people: PeopleStage;
  readonly #permits: PermitLayer;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);

  constructor(context: SceneContext, people: PeopleStage, permits: PermitLayer) {
    this.#context = context;
    this.#people = people;
    this.#permits = permits;
  }

  /** null: not on the screen. */
  ofSlot(slot: number): PagePosition | null {
    return this.#people.positionNow(slot, this.#enu) ? this.#projected() : null;
  }

  /** Of a place on the park's ground; null: not on the screen. */
  ofGround(lng: number, lat: number): PagePosition | null {
    this.#context.frame.enuFromLngLat(lng, lat, this.#context.groundHeightM, this.#enu);
    return this.#projected();
  }

  /** Of a permit's icon; null: it is not drawn by itself. */
  ofPermit(key: string): PagePosition | null {
    const at = this.#permits.positionOf(key);
    return at === null ? null : this.#onPage(at.xPx, at.yPx);
  }

  /** Metres above the ground that the park says it has; null: not on the scene. */
  riseOf(slot: number): number | null {
    return this.#people.positionNow(slot, this.#enu) ? this.#enu[2]! : null;
  }

  /** As ModelTileset.placeOf. */
  ofModelPoint(x: number, y: number, z: number): ModelPlace | null {
    return this.#context.model.placeOf(x, y, z);
  }

  #projected(): PagePosition | null {
    const { projector } = this.#context;
    projector.begin();
    return projector.project(this.#enu, this.#px) ? this.#onPage(this.#px[0]!, this.#px[1]!) : null;
  }

  #onPage(xPx: number, yPx: number): PagePosition {
    const box = this.#context.widget.canvas.getBoundingClientRect();
    return { x: box.left + xPx, y: box.top + yPx };
  }
}
