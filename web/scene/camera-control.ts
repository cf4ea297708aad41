/** The operator's camera: home, look at a place, follow a person. It moves only when asked. */
import { BoundingSphere, Cartesian3, Math as CesiumMath, type CesiumWidget, HeadingPitchRange, Matrix4 } from 'cesium';

const HOME_PITCH_DEG = -38;
/** Home heights below this cannot have been meant as an eye height over a park. */
const HOME_HEIGHT_MIN_M = 60;
const HOME_HEIGHT_DEFAULT_M = 900;
const LOOK_RANGE_M = 260;
const LOOK_PITCH_DEG = -42;

export class CameraControl {
  readonly #widget: CesiumWidget;
  readonly #enuToFixed: Matrix4;
  readonly #flightS: number;
  readonly #homeHeightM: number;
  readonly #followed = new Cartesian3();
  #isFollowing = false;

  constructor(widget: CesiumWidget, enuToFixed: Matrix4, homeHeightM: number, flightS: number) {
    this.#widget = widget;
    this.#enuToFixed = enuToFixed;
    this.#flightS = flightS;
    this.#homeHeightM = homeHeightM >= HOME_HEIGHT_MIN_M ? homeHeightM : HOME_HEIGHT_DEFAULT_M;
  }

  /** From the south, looking north over the middle of the park. */
  goHome(durationS = this.#flightS): void {
    const rangeM = this.#homeHeightM / Math.sin(CesiumMath.toRadians(-HOME_PITCH_DEG));
    this.#flyTo(Cartesian3.ZERO, 0, HOME_PITCH_DEG, rangeM, durationS);
  }

  /** Keeps the heading the operator has. A camera already nearer than the usual range stays that near. */
  look(enu: Float64Array, rangeM = LOOK_RANGE_M): void {
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
    const { camera } = this.#widget;
    camera.position = Cartesian3.add(camera.position, step, camera.position);
  }

  distanceTo(enu: Float64Array): number {
    return Cartesian3.distance(this.#widget.camera.positionWC, this.#fixed(enu));
  }

  #fixed(enu: Float64Array, result = new Cartesian3()): Cartesian3 {
    return Matrix4.multiplyByPoint(this.#enuToFixed, new Cartesian3(enu[0], enu[1], enu[2]), result);
  }
}
