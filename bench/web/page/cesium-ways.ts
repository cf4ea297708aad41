/** Cesium's own ways of showing moving people, as parts of the same scene: what the people layer is measured against. */
import {
  CallbackPositionProperty,
  Cartesian3,
  Color,
  Matrix4,
  type PointPrimitive,
  PointPrimitiveCollection,
} from 'cesium';
import type { SceneContext, ScenePart } from '../../../web/scene/scene-part.ts';
import type { Walk } from './people-feed.ts';

const SIZE_PX = 1;
const HEIGHT_M = 5;

/** Places of a walk in the local frame; everybody glides from one to the next within a second. */
class Places {
  readonly #rounds: Float64Array[];
  readonly people: number;

  constructor({ frame }: SceneContext, walk: Walk) {
    this.people = walk.people;
    this.#rounds = walk.eastings.map((easting, round) => {
      const enu = new Float64Array(3 * walk.people);
      for (let i = 0; i < walk.people; i++)
        frame.enuFromPlane(easting[i]!, walk.northings[round]![i]!, HEIGHT_M, enu, 3 * i);
      return enu;
    });
  }

  at(i: number, nowS: number, out: Cartesian3): Cartesian3 {
    const round = Math.floor(nowS) % this.#rounds.length;
    const from = this.#rounds[round]!;
    const to = this.#rounds[(round + 1) % this.#rounds.length]!;
    const mix = nowS % 1;
    out.x = from[3 * i]! + (to[3 * i]! - from[3 * i]!) * mix;
    out.y = from[3 * i + 1]! + (to[3 * i + 1]! - from[3 * i + 1]!) * mix;
    out.z = from[3 * i + 2]! + (to[3 * i + 2]! - from[3 * i + 2]!) * mix;
    return out;
  }
}

export class PointsPart implements ScenePart {
  readonly #places: Places;
  readonly #points: PointPrimitive[];
  readonly #scratch = new Cartesian3();

  constructor(context: SceneContext, walk: Walk) {
    this.#places = new Places(context, walk);
    const collection = context.widget.scene.primitives.add(
      new PointPrimitiveCollection({ modelMatrix: context.enuToFixed }),
    ) as PointPrimitiveCollection;
    this.#points = Array.from({ length: walk.people }, (_, i) =>
      collection.add({
        position: this.#places.at(i, 0, new Cartesian3()),
        pixelSize: SIZE_PX,
        color: Color.WHITE,
        id: i,
      }),
    );
    context.widget.scene.preUpdate.addEventListener(() => {
      const nowS = performance.now() / 1000;
      for (let i = 0; i < this.#points.length; i++) this.#points[i]!.position = this.#places.at(i, nowS, this.#scratch);
    });
  }

  isMoving(): boolean {
    return true;
  }

  destroy(): void {}
}

/** The cheapest way to move entities: their position is asked for when it is drawn. */
export class EntitiesPart implements ScenePart {
  constructor(context: SceneContext, walk: Walk) {
    const places = new Places(context, walk);
    const { entities } = context.widget;
    entities.suspendEvents();
    for (let i = 0; i < walk.people; i++) {
      const local = new Cartesian3();
      entities.add({
        position: new CallbackPositionProperty((_time, result) => {
          places.at(i, performance.now() / 1000, local);
          return Matrix4.multiplyByPoint(context.enuToFixed, local, result ?? new Cartesian3());
        }, false),
        point: { pixelSize: SIZE_PX, color: Color.WHITE },
      });
    }
    entities.resumeEvents();
  }

  isMoving(): boolean {
    return true;
  }

  destroy(): void {}
}
