/** Local metres -> layout pixels of the canvas, with one matrix a frame. */
import { Matrix4, type Scene } from 'cesium';

export class ScreenProjector {
  readonly #scene: Scene;
  readonly #enuToFixed: Matrix4;
  readonly #matrix = new Matrix4();
  readonly #view = new Matrix4();
  readonly #before = new Matrix4();
  /** Grows when the camera or the canvas is another than before. */
  revision = 0;
  widthPx = 1;
  heightPx = 1;

  constructor(scene: Scene, enuToFixed: Matrix4) {
    this.#scene = scene;
    this.#enuToFixed = enuToFixed;
  }

  /** Takes the camera as it stands; call once before a run of `project`. */
  begin(): void {
    const { camera, canvas } = this.#scene;
    Matrix4.multiply(camera.viewMatrix, this.#enuToFixed, this.#view);
    Matrix4.multiply(camera.frustum.projectionMatrix, this.#view, this.#matrix);
    const isSame = Matrix4.equals(this.#matrix, this.#before);
    if (isSame && this.widthPx === canvas.clientWidth && this.heightPx === canvas.clientHeight) return;
    Matrix4.clone(this.#matrix, this.#before);
    this.widthPx = canvas.clientWidth;
    this.heightPx = canvas.clientHeight;
    this.revision++;
  }

  /**
   * out: x, y in px from the top left, distance along the view in m. false: behind the camera or off the canvas; then
   * x, y still say in which direction it lies.
   */
  project(enu: Float64Array, out: Float64Array): boolean {
    const m = this.#matrix;
    const x = enu[0]!;
    const y = enu[1]!;
    const z = enu[2]!;
    const w = m[3]! * x + m[7]! * y + m[11]! * z + m[15]!;
    // Behind the camera the division would mirror the place; its size keeps the direction.
    const divisor = Math.max(Math.abs(w), 1e-6);
    const right = (m[0]! * x + m[4]! * y + m[8]! * z + m[12]!) / divisor;
    const up = (m[1]! * x + m[5]! * y + m[9]! * z + m[13]!) / divisor;
    out[0] = (right * 0.5 + 0.5) * this.widthPx;
    out[1] = (0.5 - up * 0.5) * this.heightPx;
    // Not w: that is 1 in the picture from above.
    const v = this.#view;
    const distanceM = -(v[2]! * x + v[6]! * y + v[10]! * z + v[14]!);
    out[2] = distanceM;
    return distanceM > 0 && right >= -1 && right <= 1 && up >= -1 && up <= 1;
  }
}
