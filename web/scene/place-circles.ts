/**
 * Circles on the ground round alarms that are about a place and no one person: gatherings. The level's colour with a
 * light fill; dashed where it ends by itself. A handful at most, each rebuilt when it moves or changes.
 */
import {
  Cartesian3,
  CircleGeometry,
  Color,
  ColorGeometryInstanceAttribute,
  GeometryInstance,
  Material,
  Matrix4,
  PerInstanceColorAppearance,
  PolylineCollection,
  Primitive,
  type PrimitiveCollection,
} from 'cesium';
import type { LocalFrame } from './local-frame.ts';
import { levelColor } from './scene-tones.ts';
import { UNIT_CIRCLE } from './sos-rings.ts';

const FILL_ALPHA = 0.16;
const SEEN_FILL_ALPHA = 0.06;
/** Above the ground, against flicker. */
const LIFT_M = 0.4;
const DASH_PX = 18;

export interface AlarmedPlace {
  readonly alarmId: string;
  readonly lng: number;
  readonly lat: number;
  /** null: on the ground. */
  readonly heightM: number | null;
  readonly radiusM: number;
  readonly level: number;
  readonly isDashed: boolean;
  readonly acknowledged: boolean;
  readonly text: string;
}

interface Circle {
  readonly look: string;
  readonly line: PolylineCollection;
  readonly fill: Primitive;
}

const lookOf = (place: AlarmedPlace): string =>
  [place.lng, place.lat, place.heightM, place.radiusM, place.level, place.isDashed, place.acknowledged].join(' ');

export class PlaceCircles {
  readonly #primitives: PrimitiveCollection;
  readonly #enuToFixed: Matrix4;
  readonly #frame: LocalFrame;
  readonly #groundHeightM: number;
  readonly #circles = new Map<string, Circle>();

  constructor(primitives: PrimitiveCollection, enuToFixed: Matrix4, frame: LocalFrame, groundHeightM: number) {
    this.#primitives = primitives;
    this.#enuToFixed = enuToFixed;
    this.#frame = frame;
    this.#groundHeightM = groundHeightM;
  }

  get shown(): Iterable<string> {
    return this.#circles.keys();
  }

  /** true when something changed and a frame is due. */
  update(places: readonly AlarmedPlace[]): boolean {
    let isChanged = false;
    const wanted = new Map(places.map((place) => [place.alarmId, place]));
    for (const [alarmId, circle] of this.#circles) {
      const place = wanted.get(alarmId);
      if (place !== undefined && lookOf(place) === circle.look) continue;
      this.#primitives.remove(circle.line);
      this.#primitives.remove(circle.fill);
      this.#circles.delete(alarmId);
      isChanged = true;
    }
    for (const place of places) {
      if (this.#circles.has(place.alarmId)) continue;
      this.#circles.set(place.alarmId, this.#create(place));
      isChanged = true;
    }
    return isChanged;
  }

  #create(place: AlarmedPlace): Circle {
    const color = levelColor(place.level);
    const heightM = (place.heightM ?? this.#groundHeightM) + LIFT_M;
    const enu = new Float64Array(3);
    this.#frame.enuFromLngLat(place.lng, place.lat, heightM, enu);
    const local = Matrix4.fromTranslation(new Cartesian3(enu[0], enu[1], enu[2]));
    Matrix4.multiplyByUniformScale(local, place.radiusM, local);
    const line = new PolylineCollection({ modelMatrix: Matrix4.multiply(this.#enuToFixed, local, new Matrix4()) });
    const material = place.isDashed
      ? Material.fromType('PolylineDash', { color, dashLength: DASH_PX })
      : Material.fromType('Color', { color });
    line.add({ positions: UNIT_CIRCLE, width: place.acknowledged ? 2 : 4, material });
    const alpha = place.acknowledged ? SEEN_FILL_ALPHA : FILL_ALPHA;
    const fill = new Primitive({
      geometryInstances: new GeometryInstance({
        geometry: new CircleGeometry({
          center: Cartesian3.fromDegrees(place.lng, place.lat),
          radius: place.radiusM,
          height: heightM,
          vertexFormat: PerInstanceColorAppearance.FLAT_VERTEX_FORMAT,
        }),
        attributes: { color: ColorGeometryInstanceAttribute.fromColor(Color.fromAlpha(color, alpha)) },
      }),
      appearance: new PerInstanceColorAppearance({ flat: true, translucent: true }),
      asynchronous: false,
      allowPicking: false,
    });
    this.#primitives.add(line);
    this.#primitives.add(fill);
    return { look: lookOf(place), line, fill };
  }
}
