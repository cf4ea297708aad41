/**
 * The numbers of people-survey.ts over the scene: one canvas under the names, drawn when a number or the camera changed. The disc
 * grows with its people, so the fullest places are seen before a number is read.
 */
import type { Crowd, PeopleSurvey, Projection } from './people-survey.ts';
import type { SceneTones } from './scene-tones.ts';

const RADIUS_MIN_PX = 11;
const RADIUS_MAX_PX = 24;
/** Growth of the radius with the root of the number. */
const RADIUS_PER_ROOT_PX = 0.9;
const FONT_PX = 12;
const FONT = '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif';

export class PeopleCounts {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #survey: PeopleSurvey;
  readonly #projection: Projection;
  readonly #px = new Float64Array(3);
  #drawnRevision = -1;
  /** Of the crowds, as drawn last: x, y; NaN off the screen. */
  #places = new Float64Array(0);
  #isStale = true;
  #isBlank = true;
  #body = '#fff';
  #edge = '#000';
  typeScale = 1;

  constructor(container: HTMLElement, survey: PeopleSurvey, projection: Projection, tones: SceneTones) {
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'scene-counts';
    this.#canvas.setAttribute('aria-hidden', 'true');
    container.append(this.#canvas);
    this.#context = this.#canvas.getContext('2d');
    this.#survey = survey;
    this.#projection = projection;
    this.setTones(tones);
  }

  setTones({ personBody, personEdge }: SceneTones): void {
    const css = (tone: { readonly x: number; readonly y: number; readonly z: number }, alpha: number): string =>
      `rgb(${tone.x * 255} ${tone.y * 255} ${tone.z * 255} / ${alpha})`;
    this.#body = css(personBody, 1);
    this.#edge = css(personEdge, 0.78);
    this.#isStale = true;
  }

  /** After each rendered frame. */
  update(): void {
    const { crowds, revision } = this.#survey;
    if (crowds.length === 0 && this.#isBlank) return;
    if (this.#places.length !== 2 * crowds.length) this.#places = new Float64Array(2 * crowds.length);
    let isMoved = this.#isStale || revision !== this.#drawnRevision;
    crowds.forEach(({ enu }, i) => {
      const isSeen = this.#projection.project(enu, this.#px);
      const xPx = isSeen ? this.#px[0]! : Number.NaN;
      const yPx = isSeen ? this.#px[1]! : Number.NaN;
      if (!Object.is(xPx, this.#places[2 * i]) || !Object.is(yPx, this.#places[2 * i + 1])) isMoved = true;
      this.#places[2 * i] = xPx;
      this.#places[2 * i + 1] = yPx;
    });
    if (!isMoved) return;
    this.#drawnRevision = revision;
    this.#isStale = false;
    this.#isBlank = crowds.length === 0;
    this.#draw(crowds);
  }

  #draw(crowds: readonly Crowd[]): void {
    const context = this.#context;
    if (context === null) return;
    const { widthPx, heightPx } = this.#projection;
    const scale = window.devicePixelRatio;
    const [width, height] = [Math.round(widthPx * scale), Math.round(heightPx * scale)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, widthPx, heightPx);
    context.font = `600 ${FONT_PX * this.typeScale}px ${FONT}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineWidth = 1.25 * this.typeScale;
    context.strokeStyle = this.#body;
    crowds.forEach(({ count }, i) => {
      const xPx = this.#places[2 * i]!;
      const yPx = this.#places[2 * i + 1]!;
      if (Number.isNaN(xPx)) return;
      context.beginPath();
      context.arc(xPx, yPx, this.#radiusPx(count), 0, 2 * Math.PI);
      context.fillStyle = this.#edge;
      context.fill();
      context.stroke();
      context.fillStyle = this.#body;
      context.fillText(String(count), xPx, yPx + this.typeScale);
    });
  }

  #radiusPx(count: number): number {
    return Math.min(RADIUS_MAX_PX, RADIUS_MIN_PX + RADIUS_PER_ROOT_PX * Math.sqrt(count)) * this.typeScale;
  }

  /** The crowd whose disc is there; null: none. Layout px of the canvas. */
  pickAt(xPx: number, yPx: number): Crowd | null {
    const { crowds } = this.#survey;
    for (let i = crowds.length - 1; i >= 0; i--) {
      const distancePx = Math.hypot(this.#places[2 * i]! - xPx, this.#places[2 * i + 1]! - yPx);
      if (distancePx <= this.#radiusPx(crowds[i]!.count)) return crowds[i]!;
    }
    return null;
  }

  destroy(): void {
    this.#canvas.remove();
  }
}
