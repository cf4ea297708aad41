/** The figure that is measured, drawn over the scene so that no building hides it, and the clicks that make it. */
import { PlaceUnder, type SurfacePlace } from './place-under.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

const SVG = 'http://www.w3.org/2000/svg';
const POINT_PX = 4;
/** Before the eye, where a line that runs behind it is cut. */
const NEAR_M = 0.5;

export interface MeasureFigure {
  readonly points: readonly SurfacePlace[];
  /** Back to the first point. */
  readonly isClosed: boolean;
  /** Where the next point would be. */
  readonly next: SurfacePlace | null;
}

type Px = readonly [x: number, y: number];

export class MeasurePart implements ScenePart {
  readonly #context: SceneContext;
  readonly #under: PlaceUnder;
  readonly #onPoint: (place: SurfacePlace) => void;
  readonly #onEnd: () => void;
  readonly #svg = document.createElementNS(SVG, 'svg');
  readonly #px = new Float64Array(3);
  #figure: MeasureFigure | null = null;
  #enu: Float64Array[] = [];
  #isOn = false;

  /** `onEnd`: the figure is finished. */
  constructor(context: SceneContext, onPoint: (place: SurfacePlace) => void, onEnd: () => void) {
    this.#context = context;
    this.#under = new PlaceUnder(context);
    this.#onPoint = onPoint;
    this.#onEnd = onEnd;
    this.#svg.setAttribute('class', 'scene-measure');
    this.#svg.setAttribute('aria-hidden', 'true');
    context.container.append(this.#svg);
  }

  /** `isOn`: clicks make points. null: there is no figure. */
  set(isOn: boolean, figure: MeasureFigure | null): void {
    this.#isOn = isOn;
    this.#figure = figure;
    this.#context.container.classList.toggle('measuring', isOn);
    const places = figure === null ? [] : [...figure.points, ...(figure.next === null ? [] : [figure.next])];
    this.#enu = places.map(({ lng, lat, heightM }) => {
      const enu = new Float64Array(3);
      this.#context.frame.enuFromLngLat(lng, lat, heightM, enu);
      return enu;
    });
    this.#draw();
  }

  click(xPx: number, yPx: number): boolean {
    if (!this.#isOn) return false;
    const place = this.#under.at(xPx, yPx);
    if (place !== null) this.#onPoint(place);
    return true;
  }

  doubleClick(): boolean {
    if (this.#isOn) this.#onEnd();
    return this.#isOn;
  }

  afterRender(): void {
    if (this.#enu.length > 0) this.#draw();
  }

  #draw(): void {
    const figure = this.#figure;
    if (figure === null || this.#enu.length === 0) {
      this.#svg.replaceChildren();
      return;
    }
    this.#context.projector.begin();
    const fixed = figure.points.length;
    const shapes: SVGElement[] = [];
    for (let i = 1; i < this.#enu.length; i++)
      this.#addLine(shapes, this.#enu[i - 1]!, this.#enu[i]!, i >= fixed ? 'next' : 'leg');
    if (figure.isClosed && this.#enu.length > 2)
      this.#addLine(shapes, this.#enu.at(-1)!, this.#enu[0]!, figure.next === null ? 'leg' : 'next');
    for (const enu of this.#enu.slice(0, fixed)) {
      this.#context.projector.project(enu, this.#px);
      if (this.#px[2]! < NEAR_M) continue;
      shapes.push(element('circle', { cx: this.#px[0]!, cy: this.#px[1]!, r: POINT_PX }));
    }
    this.#svg.replaceChildren(...shapes);
  }

  #addLine(shapes: SVGElement[], from: Float64Array, to: Float64Array, className: string): void {
    const line = this.#onScreen(from, to);
    if (line === null) return;
    const [[x1, y1], [x2, y2]] = line;
    shapes.push(element('line', { x1, y1, x2, y2, class: `${className} under` }));
    shapes.push(element('line', { x1, y1, x2, y2, class: className }));
  }

  /** Cut where it runs behind the eye; null: all of it does. */
  #onScreen(from: Float64Array, to: Float64Array): readonly [Px, Px] | null {
    const { projector } = this.#context;
    const depth = (enu: Float64Array): number => {
      projector.project(enu, this.#px);
      return this.#px[2]!;
    };
    const [a, b] = [depth(from), depth(to)];
    if (a < NEAR_M && b < NEAR_M) return null;
    const cut = (behind: Float64Array, before: Float64Array, d0: number, d1: number): Float64Array => {
      const t = (NEAR_M - d0) / (d1 - d0);
      return behind.map((c, k) => c + (before[k]! - c) * t);
    };
    const px = (enu: Float64Array): Px => {
      projector.project(enu, this.#px);
      return [this.#px[0]!, this.#px[1]!];
    };
    return [px(a < NEAR_M ? cut(from, to, a, b) : from), px(b < NEAR_M ? cut(to, from, b, a) : to)];
  }

  destroy(): void {
    this.#context.container.classList.remove('measuring');
    this.#svg.remove();
  }
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes))
    made.setAttribute(key, typeof value === 'number' ? value.toFixed(1) : value);
  return made;
}
