/**
 * The chosen permit on the ground: the circle of the job itself (where no area of its company says it), and dashed the one in
 * which its guardian has to be. Calm lines: what is wrong is told by alarms.
 */
import { Cartesian3, Color, Material, Matrix4, PolylineCollection, type PrimitiveCollection } from 'cesium';
import type { LocalFrame } from './local-frame.ts';
import type { SceneTones } from './scene-tones.ts';
import { UNIT_CIRCLE } from './sos-rings.ts';

/** Above the ground, against flicker. */
const LIFT_M = 0.5;
const DASH_PX = 14;

export interface JobPlace {
  readonly lng: number;
  readonly lat: number;
  /** null: an area of its company says where the job is. */
  readonly radiusM: number | null;
  /** null: nobody has to be there now. */
  readonly guardianRadiusM: number | null;
}

export class JobCircles {
  readonly #primitives: PrimitiveCollection;
  readonly #enuToFixed: Matrix4;
  readonly #frame: LocalFrame;
  readonly #groundHeightM: number;
  #lines: PolylineCollection[] = [];
  #drawn = '';
  #place: JobPlace | null = null;
  #tones: SceneTones;

  constructor(
    primitives: PrimitiveCollection,
    enuToFixed: Matrix4,
    frame: LocalFrame,
    groundHeightM: number,
    tones: SceneTones,
  ) {
    this.#primitives = primitives;
    this.#enuToFixed = enuToFixed;
    this.#frame = frame;
    this.#groundHeightM = groundHeightM;
    this.#tones = tones;
  }

  /** true when something changed and a frame is due. */
  show(place: JobPlace | null): boolean {
    const wanted = JSON.stringify(place);
    if (wanted === this.#drawn) return false;
    this.#drawn = wanted;
    this.#place = place;
    this.#rebuild();
    return true;
  }

  setTones(tones: SceneTones): void {
    this.#tones = tones;
    this.#rebuild();
  }

  #rebuild(): void {
    for (const line of this.#lines) this.#primitives.remove(line);
    const place = this.#place;
    this.#lines = [];
    if (place === null) return;
    if (place.radiusM !== null) this.#add(place, place.radiusM, false);
    if (place.guardianRadiusM !== null) this.#add(place, place.guardianRadiusM, true);
  }

  #add({ lng, lat }: JobPlace, radiusM: number, isDashed: boolean): void {
    const enu = new Float64Array(3);
    this.#frame.enuFromLngLat(lng, lat, this.#groundHeightM + LIFT_M, enu);
    const local = Matrix4.fromTranslation(new Cartesian3(enu[0], enu[1], enu[2]));
    Matrix4.multiplyByUniformScale(local, radiusM, local);
    const line = new PolylineCollection({ modelMatrix: Matrix4.multiply(this.#enuToFixed, local, new Matrix4()) });
    const color = Color.clone(this.#tones.track);
    const material = isDashed
      ? Material.fromType('PolylineDash', { color, dashLength: DASH_PX })
      : Material.fromType('Color', { color });
    line.add({ positions: UNIT_CIRCLE, width: isDashed ? 2 : 3, material });
    this.#lines.push(this.#primitives.add(line) as PolylineCollection);
  }
}
