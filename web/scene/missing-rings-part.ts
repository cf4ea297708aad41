/**
 * A ring round each person who is missing: with him while he is heard of, where he was seen last once he is not, then with name and age.
 * Of one size on the screen and seen through roofs, so that nobody is overlooked from afar. One collection for all of them.
 */
import { Cartesian3, Color, type PointPrimitive, PointPrimitiveCollection } from 'cesium';
import { LabelOverlay } from './label-overlay.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';
import { levelColor } from './scene-tones.ts';

export interface RingMark {
  readonly key: string;
  /** -1: at `place`. */
  readonly slot: number;
  /** CGCS2000, degrees. */
  readonly place: { readonly lng: number; readonly lat: number } | null;
  readonly isSilent: boolean;
}

/** Of the open middle; who is silent stands out. */
const SIZE_PX = { heard: 20, silent: 28 } as const;
const WIDTH_PX = { heard: 2, silent: 4 } as const;
/** The first ones; more would cover each other. */
const NAMED = 40;
/** Names nearer to one before than this are left out. */
const NAME_BOX_PX = { width: 150, height: 24 } as const;
const ABOVE_PX = 20;
/** Less is no move on the screen. */
const MOVED_M = 0.02;

export class MissingRingsPart<Mark extends RingMark = RingMark> implements ScenePart {
  readonly #context: SceneContext;
  readonly #points: PointPrimitiveCollection;
  readonly #labels: LabelOverlay;
  readonly #rings: PointPrimitive[] = [];
  #marks: readonly Mark[] = [];
  /** Indexes of those with a name. */
  #named: readonly number[] = [];
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  readonly #place = new Cartesian3();

  constructor(context: SceneContext) {
    this.#context = context;
    this.#points = context.widget.scene.primitives.add(
      new PointPrimitiveCollection({ modelMatrix: context.enuToFixed }),
    ) as PointPrimitiveCollection;
    this.#labels = new LabelOverlay(context.container);
  }

  /** `text`: of who is silent. */
  set(marks: readonly Mark[], text: (mark: Mark) => string): void {
    if (marks.length === 0 && this.#marks.length === 0) return;
    this.#marks = marks;
    while (this.#rings.length > marks.length) this.#points.remove(this.#rings.pop() as PointPrimitive);
    while (this.#rings.length < marks.length) this.#rings.push(this.#create());
    marks.forEach(({ isSilent }, i) => {
      const ring = this.#rings[i] as PointPrimitive;
      const state = isSilent ? 'silent' : 'heard';
      if (ring.pixelSize === SIZE_PX[state]) return;
      ring.pixelSize = SIZE_PX[state];
      ring.outlineWidth = WIDTH_PX[state];
    });
    this.#named = marks.flatMap(({ isSilent }, i) => (isSilent ? [i] : [])).slice(0, NAMED);
    this.#labels.set(
      this.#named.map((i) => {
        const mark = marks[i] as Mark;
        return { key: mark.key, text: text(mark), className: 'scene-label missing' };
      }),
    );
    this.#context.requestRender();
  }

  #create(): PointPrimitive {
    return this.#points.add({
      show: false,
      pixelSize: 0,
      color: Color.TRANSPARENT,
      outlineColor: levelColor(1),
      disableDepthTestDistance: Number.POSITIVE_INFINITY,
    });
  }

  afterRender(nowS: number): void {
    if (this.#marks.length === 0) return;
    let hasMoved = false;
    this.#marks.forEach((mark, i) => {
      const ring = this.#rings[i] as PointPrimitive;
      const isThere = this.#read(mark, nowS);
      if (ring.show !== isThere) {
        ring.show = isThere;
        hasMoved = true;
      }
      if (!isThere) return;
      Cartesian3.fromArray(this.#enu as unknown as number[], 0, this.#place);
      if (Cartesian3.equalsEpsilon(ring.position, this.#place, 0, MOVED_M)) return;
      ring.position = this.#place;
      hasMoved = true;
    });
    this.#placeNames(nowS);
    // They are a frame behind whom they are round; the last one is drawn too.
    if (hasMoved) this.#context.requestRender();
  }

  #placeNames(nowS: number): void {
    const { projector } = this.#context;
    projector.begin();
    const taken: (readonly [x: number, y: number])[] = [];
    for (const i of this.#named) {
      const mark = this.#marks[i] as Mark;
      const isSeen = this.#read(mark, nowS) && projector.project(this.#enu, this.#px);
      const [x = 0, y = 0] = this.#px;
      const isFree = isSeen && !taken.some(([ofX, ofY]) => isNear(ofX - x, ofY - y));
      if (isFree) taken.push([x, y]);
      this.#labels.place(mark.key, x, y - ABOVE_PX, isFree);
    }
  }

  /** false: nobody knows where. */
  #read({ slot, place }: Mark, nowS: number): boolean {
    const { people, frame, groundHeightM } = this.#context;
    if (slot >= 0) return people.positionAt(slot, nowS, this.#enu);
    if (place === null) return false;
    frame.enuFromLngLat(place.lng, place.lat, groundHeightM, this.#enu);
    return true;
  }

  destroy(): void {
    this.#context.widget.scene.primitives.remove(this.#points);
    this.#labels.destroy();
  }
}

const isNear = (dx: number, dy: number): boolean =>
  Math.abs(dx) < NAME_BOX_PX.width && Math.abs(dy) < NAME_BOX_PX.height;
