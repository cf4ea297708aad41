/**
 * The camera of the picture from above: parallel light, north up, dragged and zoomed by its own hand, because Cesium's turns
 * the picture, and takes the scale from whatever roof lies in the middle.
 */
import {
  type Camera,
  Cartesian2,
  Cartesian3,
  Matrix4,
  OrthographicFrustum,
  type PerspectiveFrustum,
  type Scene,
  ScreenSpaceEventHandler,
  ScreenSpaceEventType,
} from 'cesium';
import { type FlatView, panned, zoomed } from './flat-view.ts';

/** Over every stack, and where sprites have their full size. */
const HEIGHT_MIN_M = 320;
const ZOOM_PER_WHEEL = 0.0016;

export class FlatCamera {
  readonly #scene: Scene;
  readonly #enuToFixed: Matrix4;
  /** Metres of width that a perspective camera shows at a metre's distance. */
  readonly #widthPerM: number;
  readonly #frustumBefore: Camera['frustum'];
  readonly #handler: ScreenSpaceEventHandler;
  #view: FlatView;

  constructor(scene: Scene, enuToFixed: Matrix4, view: FlatView, widthPerM: number) {
    this.#scene = scene;
    this.#enuToFixed = enuToFixed;
    this.#view = view;
    this.#widthPerM = widthPerM;
    this.#frustumBefore = scene.camera.frustum;
    const frustum = new OrthographicFrustum();
    frustum.aspectRatio = scene.drawingBufferWidth / Math.max(1, scene.drawingBufferHeight);
    frustum.width = view.widthM;
    scene.camera.frustum = frustum;
    scene.screenSpaceCameraController.enableInputs = false;
    this.#handler = new ScreenSpaceEventHandler(scene.canvas);
    this.#listen();
    this.#apply();
  }

  get view(): FlatView {
    return this.#view;
  }

  show(view: FlatView): void {
    this.#view = view;
    this.#apply();
  }

  #listen(): void {
    let isDragged = false;
    const step = new Cartesian2();
    const press = (isDown: boolean) => (): void => {
      isDragged = isDown;
    };
    for (const type of [ScreenSpaceEventType.LEFT_DOWN, ScreenSpaceEventType.RIGHT_DOWN])
      this.#handler.setInputAction(press(true), type);
    for (const type of [ScreenSpaceEventType.LEFT_UP, ScreenSpaceEventType.RIGHT_UP])
      this.#handler.setInputAction(press(false), type);
    this.#handler.setInputAction((event: ScreenSpaceEventHandler.MotionEvent) => {
      if (!isDragged) return;
      Cartesian2.subtract(event.endPosition, event.startPosition, step);
      this.show(panned(this.#view, step.x, step.y, this.#scene.canvas.clientWidth));
    }, ScreenSpaceEventType.MOUSE_MOVE);
    // Its distances come as y of two places; the types of Cesium know nothing of them.
    this.#handler.setInputAction((event: unknown) => {
      const { startPosition, endPosition } = (event as { distance: ScreenSpaceEventHandler.MotionEvent }).distance;
      this.#zoom(Math.max(0.5, Math.min(2, startPosition.y / Math.max(1, endPosition.y))), 0, 0);
    }, ScreenSpaceEventType.PINCH_MOVE);
    this.#scene.canvas.addEventListener('wheel', this.#onWheel, { passive: false });
  }

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { clientWidth, clientHeight } = this.#scene.canvas;
    const box = this.#scene.canvas.getBoundingClientRect();
    const rightPx = event.clientX - box.left - clientWidth / 2;
    const downPx = event.clientY - box.top - clientHeight / 2;
    this.#zoom(Math.exp(event.deltaY * ZOOM_PER_WHEEL), rightPx, downPx);
  };

  #zoom(factor: number, rightPx: number, downPx: number): void {
    this.show(zoomed(this.#view, factor, rightPx, downPx, this.#scene.canvas.clientWidth));
  }

  /** How far a perspective camera that shows as much would stand off. */
  get rangeM(): number {
    return this.#view.widthM / this.#widthPerM;
  }

  #apply(): void {
    const { camera } = this.#scene;
    const { eastM, northM, widthM } = this.#view;
    const heightM = Math.max(HEIGHT_MIN_M, this.rangeM);
    const eye = new Cartesian3(eastM, northM, heightM);
    Matrix4.multiplyByPoint(this.#enuToFixed, eye, camera.position);
    const turned = (axis: Cartesian3, out: Cartesian3): void => {
      Matrix4.multiplyByPointAsVector(this.#enuToFixed, axis, out);
    };
    turned(new Cartesian3(0, 0, -1), camera.direction);
    turned(Cartesian3.UNIT_Y, camera.up);
    turned(Cartesian3.UNIT_X, camera.right);
    (camera.frustum as OrthographicFrustum).width = widthM;
    this.#scene.requestRender();
  }

  /** Gives the camera back as it was found; where it looks is the next one's. */
  destroy(): void {
    this.#handler.destroy();
    this.#scene.canvas.removeEventListener('wheel', this.#onWheel);
    const { camera } = this.#scene;
    const { aspectRatio } = camera.frustum as OrthographicFrustum;
    camera.frustum = this.#frustumBefore;
    // The window may have changed meanwhile.
    (this.#frustumBefore as PerspectiveFrustum).aspectRatio = aspectRatio;
    this.#scene.screenSpaceCameraController.enableInputs = true;
  }
}
