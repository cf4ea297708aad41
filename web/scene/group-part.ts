/** People who are followed: each with its number on the scene, and all of them in view while they are held. */
import {
  BoundingSphere,
  Cartesian3,
  HeadingPitchRange,
  KeyboardEventModifier,
  Matrix4,
  ScreenSpaceEventHandler,
  ScreenSpaceEventType,
} from 'cesium';
import { drawBack, middleOf, radiusOf } from './group-view.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

/** From where a single person is seen among what stands round. */
const RANGE_MIN_M = 150;
const RANGE_PER_RADIUS = 3.5;
const RANGE_MAX_M = 6_000;

export interface GroupState {
  readonly slots: readonly number[];
  readonly isHeld: boolean;
}

export class GroupPart implements ScenePart {
  readonly #context: SceneContext;
  readonly #onHand: () => void;
  readonly #root = document.createElement('div');
  readonly #marks: HTMLElement[] = [];
  readonly #handler: ScreenSpaceEventHandler;
  #state: GroupState = { slots: [], isHeld: false };
  #places = new Float64Array(0);
  readonly #middle = new Float64Array(3);
  readonly #before = new Float64Array(3);
  readonly #px = new Float64Array(3);
  readonly #one = new Float64Array(3);
  #nowS = 0;
  #isBegun = false;

  /** `onHand`: the operator took the camera. `onPick`: a click with Shift, layout px of the canvas. */
  constructor(context: SceneContext, onHand: () => void, onPick: (xPx: number, yPx: number) => void) {
    this.#context = context;
    this.#onHand = onHand;
    this.#root.className = 'group-marks';
    context.container.append(this.#root);
    const { canvas } = context.widget;
    canvas.addEventListener('wheel', this.#taken, { passive: true });
    canvas.addEventListener('pointermove', this.#dragged);
    this.#handler = new ScreenSpaceEventHandler(canvas);
    this.#handler.setInputAction(
      ({ position }: ScreenSpaceEventHandler.PositionedEvent) => onPick(position.x, position.y),
      ScreenSpaceEventType.LEFT_CLICK,
      KeyboardEventModifier.SHIFT,
    );
  }

  readonly #taken = (): void => {
    if (this.#state.isHeld) this.#onHand();
  };
  readonly #dragged = (event: PointerEvent): void => {
    if (event.buttons !== 0 && (event.movementX !== 0 || event.movementY !== 0)) this.#taken();
  };

  set(state: GroupState): void {
    const begins = state.isHeld && !this.#state.isHeld;
    this.#state = state;
    this.#places = new Float64Array(state.slots.length * 3);
    while (this.#marks.length > state.slots.length) this.#marks.pop()?.remove();
    while (this.#marks.length < state.slots.length) this.#marks.push(this.#newMark(this.#marks.length + 1));
    if (begins) this.#begin();
    if (!state.isHeld) this.#isBegun = false;
    this.#context.requestRender();
  }

  #newMark(number: number): HTMLElement {
    const mark = document.createElement('span');
    mark.className = 'group-mark';
    mark.textContent = String(number);
    this.#root.append(mark);
    return mark;
  }

  #read(): number {
    let count = 0;
    for (const slot of this.#state.slots) {
      if (!this.#context.people.positionAt(slot, this.#nowS, this.#one)) continue;
      this.#places.set(this.#one, count * 3);
      count++;
    }
    return count;
  }

  #begin(): void {
    const count = this.#read();
    if (!middleOf(this.#places, count, this.#middle)) return;
    this.#before.set(this.#middle);
    this.#isBegun = true;
    const { camera } = this.#context.widget;
    const radius = radiusOf(this.#places, count, this.#middle);
    const range = Math.min(RANGE_MAX_M, Math.max(RANGE_MIN_M, radius * RANGE_PER_RADIUS));
    camera.cancelFlight();
    camera.viewBoundingSphere(
      new BoundingSphere(this.#fixed(this.#middle), 0),
      new HeadingPitchRange(camera.heading, Math.min(camera.pitch, -0.5), range),
    );
    camera.lookAtTransform(Matrix4.IDENTITY);
  }

  isMoving(): boolean {
    return this.#state.isHeld;
  }

  afterRender(nowS: number): void {
    this.#nowS = nowS;
    if (this.#state.slots.length === 0) return;
    const { projector, people } = this.#context;
    projector.begin();
    let out = 0;
    this.#state.slots.forEach((slot, i) => {
      const mark = this.#marks[i] as HTMLElement;
      const isHere = people.positionAt(slot, nowS, this.#one);
      const isSeen = isHere && projector.project(this.#one, this.#px);
      mark.hidden = !isSeen;
      if (isSeen) mark.style.transform = `translate(${this.#px[0]}px, ${this.#px[1]}px)`;
      if (isHere) out = Math.max(out, this.#outness());
    });
    if (this.#state.isHeld) this.#hold(out);
  }

  /** Of the place projected last, from the middle of the canvas as a part of its half. */
  #outness(): number {
    const { widthPx, heightPx } = this.#context.projector;
    const [x = 0, y = 0, w = 0] = this.#px;
    if (w <= 0) return Number.POSITIVE_INFINITY;
    return Math.max(Math.abs((2 * x) / widthPx - 1), Math.abs((2 * y) / heightPx - 1));
  }

  #hold(out: number): void {
    if (!this.#isBegun) {
      this.#begin();
      return;
    }
    if (!middleOf(this.#places, this.#read(), this.#middle)) return;
    const { camera } = this.#context.widget;
    const [from, to] = [this.#fixed(this.#before), this.#fixed(this.#middle)];
    this.#before.set(this.#middle);
    Cartesian3.add(camera.position, Cartesian3.subtract(to, from, from), camera.position);
    const factor = drawBack(out);
    const distance = Cartesian3.distance(camera.position, to);
    if (factor > 1 && distance < RANGE_MAX_M) camera.moveBackward(distance * (factor - 1) * 0.2);
  }

  #fixed(enu: Float64Array): Cartesian3 {
    return Matrix4.multiplyByPoint(this.#context.enuToFixed, new Cartesian3(enu[0], enu[1], enu[2]), new Cartesian3());
  }

  destroy(): void {
    const { canvas } = this.#context.widget;
    canvas.removeEventListener('wheel', this.#taken);
    canvas.removeEventListener('pointermove', this.#dragged);
    this.#handler.destroy();
    this.#root.remove();
  }
}
