/** Pointers at the edges of the free part of the screen to alarms outside it: planned twice a second, moved every frame. */
import { edgePlace, type Insets } from './edge-place.ts';
import type { LabelOverlay, OverlayLabel } from './label-overlay.ts';
import type { Box } from './label-plan.ts';
import type { PeopleBuffer } from './people-buffer.ts';
import { freeHeight, type OutsideAlarm, type PointerBox, planPointers, type Screen } from './pointer-plan.ts';
import type { ScreenProjector } from './screen-projector.ts';

export interface PointerTarget extends OutsideAlarm {
  /** Of a place; null: a person, who moves. */
  readonly enu: Float64Array | null;
}

interface Pointer {
  readonly target: PointerTarget;
  readonly key: string;
  widthPx: number;
  heightPx: number;
}

export class EdgePointers {
  readonly #overlay: LabelOverlay;
  readonly #projector: ScreenProjector;
  readonly #people: PeopleBuffer;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #pointers: Pointer[] = [];
  #placed: PointerBox[] = [];
  /** Parts of the canvas that the page covers. */
  insets: Insets = { leftPx: 0, rightPx: 0, topPx: 0, bottomPx: 0 };

  constructor(overlay: LabelOverlay, projector: ScreenProjector, people: PeopleBuffer) {
    this.#overlay = overlay;
    this.#projector = projector;
    this.#people = people;
  }

  /** Labels of the pointers; `textOf` one alarm, `countText` many. Call `measure` when the overlay has them. */
  plan(
    outside: readonly PointerTarget[],
    textOf: (target: PointerTarget) => string | null,
    countText: (count: number) => string,
  ): OverlayLabel[] {
    const labels: OverlayLabel[] = [];
    this.#pointers = [];
    for (const { first, arrow, count } of planPointers(outside, this.#screen)) {
      const target = first as PointerTarget;
      const text = count > 1 ? countText(count) : textOf(target);
      if (text === null) continue;
      const key = count > 1 ? `pointers:${arrow}` : `pointer:${target.kind}:${target.ref}`;
      labels.push({ key, text: `${arrow} ${text}`, className: `scene-label alarmed pointer level-${target.level}` });
      this.#pointers.push({ target, key, widthPx: 0, heightPx: 0 });
    }
    return labels;
  }

  measure(): void {
    for (const pointer of this.#pointers) Object.assign(pointer, this.#overlay.sizePx(pointer.key));
  }

  /** Once a rendered frame. The gravest keeps its place, the others give way to it. */
  place(nowS: number): void {
    const placed: PointerBox[] = [];
    this.#placed = placed;
    const screen = this.#screen;
    for (const { target, key, widthPx, heightPx } of this.#pointers) {
      if (target.enu !== null) this.#enu.set(target.enu);
      else if (!this.#people.positionAt(target.ref, nowS, this.#enu)) continue;
      this.#projector.project(this.#enu, this.#px);
      const halfPx = widthPx / 2;
      const insets = {
        ...this.insets,
        leftPx: this.insets.leftPx + halfPx,
        rightPx: this.insets.rightPx + halfPx,
      };
      const { xPx, yPx } = edgePlace(this.#px[0]!, this.#px[1]!, screen.widthPx, screen.heightPx, insets);
      const box = { xPx, yPx: freeHeight({ xPx, yPx, widthPx, heightPx }, placed, screen), widthPx, heightPx };
      placed.push(box);
      this.#overlay.place(key, box.xPx, box.yPx, true);
    }
  }

  /** Where they stood in the last frame. */
  get boxes(): Box[] {
    return this.#placed.map(({ xPx, yPx, widthPx, heightPx }) => ({
      left: xPx - widthPx / 2,
      right: xPx + widthPx / 2,
      top: yPx - heightPx,
      bottom: yPx,
    }));
  }

  get #screen(): Screen {
    const { widthPx, heightPx } = this.#projector;
    return { widthPx, heightPx, insets: this.insets };
  }
}
