/** Everything that shows people: the buffer, its layer on the GPU, the numbers of crowds, the rings of those who call for help. */
import type { Matrix4, PrimitiveCollection } from 'cesium';
import type { LocalFrame } from './local-frame.ts';
import { PeopleBuffer, type PeopleSource } from './people-buffer.ts';
import { PeopleCounts } from './people-counts.ts';
import type { PlaneToEnu } from './people-frame.ts';
import { PointPeopleLayer } from './people-layer.ts';
import { type PeopleStyling, PLAIN_STYLING } from './people-style.ts';
import { type Crowd, PeopleSurvey } from './people-survey.ts';
import type { SceneTones } from './scene-tones.ts';
import type { ScreenProjector } from './screen-projector.ts';
import { SosRings } from './sos-rings.ts';

/** A click this near to somebody means that person; people move while the hand does. */
const PICK_RADIUS_PX = 16;
/** f32 seconds keep a millisecond up to here; then time starts anew. */
const REBASE_AFTER_S = 4096;
const SOS_RING_MIN_M = 8;
const SOS_RING_MAX_M = 150;
const SOS_RING_PER_DISTANCE = 0.03;

export interface PeopleStageOptions {
  readonly container: HTMLElement;
  readonly primitives: PrimitiveCollection;
  readonly enuToFixed: Matrix4;
  readonly frame: LocalFrame;
  readonly place: PlaneToEnu;
  readonly projector: ScreenProjector;
  readonly tones: SceneTones;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

export class PeopleStage {
  readonly buffer: PeopleBuffer;
  readonly survey: PeopleSurvey;
  readonly #layer: PointPeopleLayer;
  readonly #rings: SosRings;
  readonly #counts: PeopleCounts;
  readonly #projector: ScreenProjector;
  readonly #nowMs: () => number;
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #originMs: number;
  #styling = PLAIN_STYLING;
  #isPulsing = false;

  constructor(options: PeopleStageOptions) {
    const { container, primitives, enuToFixed, frame, projector, tones } = options;
    this.#nowMs = options.nowMs;
    this.#originMs = options.nowMs();
    this.#projector = projector;
    this.buffer = new PeopleBuffer(options.place, frame.home.heightM);
    this.survey = new PeopleSurvey(this.buffer, projector);
    this.#rings = new SosRings(primitives, enuToFixed);
    this.#layer = primitives.add(new PointPeopleLayer(this.buffer, enuToFixed, tones)) as PointPeopleLayer;
    this.#counts = new PeopleCounts(container, this.survey, projector, tones);
  }

  /** The clock of the buffer and the shader. */
  get nowS(): number {
    return (this.#nowMs() - this.#originMs) / 1000;
  }

  get styling(): PeopleStyling {
    return this.#styling;
  }

  get tones(): SceneTones {
    return this.#layer.tones;
  }

  set tones(tones: SceneTones) {
    this.#layer.tones = tones;
    this.#counts.setTones(tones);
  }

  set typeScale(scale: number) {
    this.survey.typeScale = scale;
    this.#counts.typeScale = scale;
    this.survey.invalidate();
  }

  /** After every frame of the live socket. */
  update(source: PeopleSource): void {
    const nowS = this.nowS;
    if (nowS > REBASE_AFTER_S) {
      this.#originMs += nowS * 1000;
      this.buffer.rebaseTime(nowS);
      this.survey.invalidate();
    }
    this.buffer.update(source, this.nowS);
  }

  restyle(styling: PeopleStyling): void {
    const isOtherAlarms = styling.alarms !== this.#styling.alarms;
    this.#styling = styling;
    this.buffer.restyle(styling);
    if (!isOtherAlarms) return;
    this.#isPulsing = false;
    const sosSlots = new Set<number>();
    for (const [slot, alarm] of styling.alarms) {
      if (alarm.pulses) this.#isPulsing = true;
      if (alarm.sos) sosSlots.add(slot);
    }
    this.#rings.setSlots(sosSlots);
  }

  /** Somebody glides or pulses, or has to be counted: the next frame is due. */
  get isMoving(): boolean {
    const { nowS } = this;
    return nowS <= this.buffer.movingUntilS || this.#isPulsing || this.survey.isDue(nowS);
  }

  /** true: something waits for a frame to be seen. */
  get isChanged(): boolean {
    return !this.buffer.changedStyle.isEmpty || !this.buffer.changedGeometry.isEmpty;
  }

  /** Before each frame. `pixelScale`: device pixels per layout pixel, times the size of type. */
  beforeRender(pixelScale: number): number {
    this.#layer.nowS = this.nowS;
    this.#layer.pixelScale = pixelScale;
    return this.#layer.nowS;
  }

  /** After each rendered frame, its time. */
  afterRender(distanceTo: (enu: Float64Array) => number): number {
    const { nowS } = this.#layer;
    const { alarms } = this.#styling;
    for (const slot of this.#rings.slots) {
      if (!this.buffer.positionAt(slot, nowS, this.#enu)) continue;
      const wanted = distanceTo(this.#enu) * SOS_RING_PER_DISTANCE;
      const radiusM = Math.min(SOS_RING_MAX_M, Math.max(SOS_RING_MIN_M, wanted));
      this.#rings.place(slot, this.#enu, radiusM, alarms.get(slot)?.acknowledged === false ? nowS % 1 : null);
    }
    this.#projector.begin();
    this.survey.update(nowS);
    this.#counts.update();
    return nowS;
  }

  /** Metres in the local frame, where the slot is drawn now. false: nobody there. */
  positionNow(slot: number, out: Float64Array): boolean {
    return this.buffer.positionAt(slot, this.nowS, out);
  }

  /** Who is drawn nearest to a point within reach of a hand, layout px of the canvas; null: nobody. */
  nearest(xPx: number, yPx: number): number | null {
    const { nowS } = this;
    this.#projector.begin();
    let best: number | null = null;
    let bestPx = PICK_RADIUS_PX;
    for (let slot = 0; slot < this.buffer.count; slot++) {
      if (!this.buffer.isVisible(slot) || !this.buffer.positionAt(slot, nowS, this.#enu)) continue;
      if (!this.#projector.project(this.#enu, this.#px)) continue;
      const distancePx = Math.hypot(this.#px[0]! - xPx, this.#px[1]! - yPx);
      if (distancePx >= bestPx) continue;
      best = slot;
      bestPx = distancePx;
    }
    return best;
  }

  /** The crowd whose number stands there; null: none. */
  crowdAt(xPx: number, yPx: number): Crowd | null {
    return this.#counts.pickAt(xPx, yPx);
  }

  destroy(): void {
    this.#counts.destroy();
  }
}
