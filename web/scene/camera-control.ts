/** The operator's camera, in space or flat from above: home, look at a place, follow a person. It moves only when asked. */
import {
  BoundingSphere,
  Cartesian2,
  Cartesian3,
  Math as CesiumMath,
  type CesiumWidget,
  HeadingPitchRange,
  Matrix4,
  type PerspectiveFrustum,
} from 'cesium';
import { FlatCamera } from './flat-camera.ts';

const HOME_PITCH_DEG = -38;
/** Home heights below this cannot have been meant as an eye height over a park. */
const HOME_HEIGHT_MIN_M = 60;
const HOME_HEIGHT_DEFAULT_M = 900;
const LOOK_RANGE_M = 260;
const LOOK_PITCH_DEG = -42;
const FLAT_RANGE_MIN_M = 30;
const FLAT_RANGE_MAX_M = 30_000;
const DEFAULT_FOV = Math.PI / 3;

export class CameraControl {
  readonly #widget: CesiumWidget;
  readonly #enuToFixed: Matrix4;
  readonly #flightS: number;
  readonly #homeHeightM: number;
  readonly #followed = new Cartesian3();
  #isFollowing = false;
  #flat: FlatCamera | null = null;

  constructor(widget: CesiumWidget, enuToFixed: Matrix4, homeHeightM: number, flightS: number) {
    this.#widget = widget;
    this.#enuToFixed = enuToFixed;
    this.#flightS = flightS;
    this.#homeHeightM = homeHeightM >= HOME_HEIGHT_MIN_M ? homeHeightM : HOME_HEIGHT_DEFAULT_M;
  }

  /** From the south, looking north over the middle of the park. */
  goHome(durationS = this.#flightS): void {
    const rangeM = this.#homeHeightM / Math.sin(CesiumMath.toRadians(-HOME_PITCH_DEG));
    if (this.#flat !== null) {
      this.#flat.show({ eastM: 0, northM: 0, widthM: rangeM * this.#widthPerM });
      return;
    }
    this.#flyTo(Cartesian3.ZERO, 0, HOME_PITCH_DEG, rangeM, durationS);
  }

  /** Keeps the heading the operator has. A camera already nearer than the usual range stays that near. */
  look(enu: Float64Array, rangeM = LOOK_RANGE_M): void {
    if (this.#flat !== null) {
      const widthM = Math.min(this.#flat.view.widthM, rangeM * this.#widthPerM);
      this.#flat.show({ eastM: enu[0]!, northM: enu[1]!, widthM });
      return;
    }
    const place = this.#fixed(enu);
    const { camera } = this.#widget;
    const current = Cartesian3.distance(camera.positionWC, place);
    const near = Math.max(60, Math.min(rangeM, current));
    this.#flyTo(
      new Cartesian3(enu[0], enu[1], enu[2]),
      CesiumMath.toDegrees(camera.heading),
      LOOK_PITCH_DEG,
      near,
      this.#flightS,
    );
  }

  #flyTo(enu: Cartesian3, headingDeg: number, pitchDeg: number, rangeM: number, durationS: number): void {
    const centre = Matrix4.multiplyByPoint(this.#enuToFixed, enu, new Cartesian3());
    const offset = new HeadingPitchRange(CesiumMath.toRadians(headingDeg), CesiumMath.toRadians(pitchDeg), rangeM);
    const { camera, scene } = this.#widget;
    camera.cancelFlight();
    if (durationS === 0) camera.viewBoundingSphere(new BoundingSphere(centre, 0), offset);
    else camera.flyToBoundingSphere(new BoundingSphere(centre, 0), { duration: durationS, offset });
    // viewBoundingSphere leaves the camera in the target's frame; the mouse expects the earth's.
    if (durationS === 0) camera.lookAtTransform(Matrix4.IDENTITY);
    scene.requestRender();
  }

  get isFlat(): boolean {
    return this.#flat !== null;
  }

  /** Between the view in space and the one from above, over the same place, as near as before. */
  setFlat(isFlat: boolean): void {
    if (isFlat === this.isFlat) return;
    const { camera, scene } = this.#widget;
    camera.cancelFlight();
    if (isFlat) {
      const middle = this.#middle();
      const rangeM = Math.max(FLAT_RANGE_MIN_M, this.distanceTo(middle));
      const view = { eastM: middle[0]!, northM: middle[1]!, widthM: rangeM * this.#widthPerM };
      this.#flat = new FlatCamera(scene, this.#enuToFixed, view, this.#widthPerM);
      return;
    }
    const { eastM, northM } = this.#flat!.view;
    const rangeM = this.#flat!.rangeM;
    this.#flat!.destroy();
    this.#flat = null;
    this.#flyTo(new Cartesian3(eastM, northM, 0), 0, LOOK_PITCH_DEG, rangeM, 0);
  }

  /** Ground in the middle of the picture; below the camera where that is sky. */
  #middle(): Float64Array {
    const { camera, canvas } = this.#widget;
    const fixedToEnu = Matrix4.inverseTransformation(this.#enuToFixed, new Matrix4());
    const eye = Matrix4.multiplyByPoint(fixedToEnu, camera.positionWC, new Cartesian3());
    const ray = camera.getPickRay(new Cartesian2(canvas.clientWidth / 2, canvas.clientHeight / 2));
    if (ray === undefined) return Float64Array.of(eye.x, eye.y, 0);
    const along = Matrix4.multiplyByPointAsVector(fixedToEnu, ray.direction, new Cartesian3());
    const distanceM = along.z < 0 ? -eye.z / along.z : Number.POSITIVE_INFINITY;
    if (!(distanceM < FLAT_RANGE_MAX_M)) return Float64Array.of(eye.x, eye.y, 0);
    return Float64Array.of(eye.x + along.x * distanceM, eye.y + along.y * distanceM, 0);
  }

  /** Metres of width that the camera in space shows at a metre's distance. */
  get #widthPerM(): number {
    const { canvas } = this.#widget;
    const aspect = canvas.clientWidth / Math.max(1, canvas.clientHeight);
    const wider = 2 * Math.tan((this.#fov ?? DEFAULT_FOV) / 2);
    return aspect >= 1 ? wider : wider * aspect;
  }

  /** Across the longer side, radians. */
  get #fov(): number | undefined {
    return (this.#widget.camera.frustum as PerspectiveFrustum).fov;
  }

  startFollowing(enu: Float64Array): void {
    this.#fixed(enu, this.#followed);
    this.#isFollowing = true;
  }

  stopFollowing(): void {
    this.#isFollowing = false;
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Once a frame: the camera makes the person's step, so the operator can still turn and zoom. */
  follow(enu: Float64Array): void {
    if (!this.#isFollowing) return;
    const now = this.#fixed(enu, new Cartesian3());
    const step = Cartesian3.subtract(now, this.#followed, new Cartesian3());
    Cartesian3.clone(now, this.#followed);
    if (this.#flat !== null) {
      this.#flat.show({ ...this.#flat.view, eastM: enu[0]!, northM: enu[1]! });
      return;
    }
    const { camera } = this.#widget;
    camera.position = Cartesian3.add(camera.position, step, camera.position);
  }

  /** What a circle that is to have a size on the screen grows with. */
  distanceTo(enu: Float64Array): number {
    if (this.#flat !== null) return this.#flat.rangeM;
    return Cartesian3.distance(this.#widget.camera.positionWC, this.#fixed(enu));
  }

  destroy(): void {
    this.#flat?.destroy();
    this.#flat = null;
  }

  #fixed(enu: Float64Array, result = new Cartesian3()): Cartesian3 {
    return Matrix4.multiplyByPoint(this.#enuToFixed, new Cartesian3(enu[0], enu[1], enu[2]), result);
  }
}
