/**
 * The 3D park. Owns the Cesium widget and its layers, and draws only while something moves: people between two fixes,
 * a pulse nobody acknowledged, the camera. The page feeds it LivePicture's columns and asks; it never asks the page.
 */
import {
  Cartesian2,
  Cartesian3,
  type CesiumWidget,
  ScreenSpaceEventHandler,
  ScreenSpaceEventType,
  Transforms,
} from 'cesium';
import type { WebSettings } from '../../core/web-api.ts';
import { createProjection } from '../../geo/projection.ts';
import { AreasLayer, type AreasState } from './areas-layer.ts';
import { addBaseMap } from './base-map.ts';
import { CameraControl } from './camera-control.ts';
import { applyTones, createWidget } from './create-widget.ts';
import type { Insets } from './edge-place.ts';
import { JobCircles, type JobPlace } from './job-circles.ts';
import { createLocalFrame, type LocalFrame } from './local-frame.ts';
import { ModelTileset } from './model-tileset.ts';
import { PeopleBuffer, type PeopleSource, type PeopleStyling, type PersonAlarm } from './people-buffer.ts';
import { type PickedPerson, PointPeopleLayer } from './people-layer.ts';
import { PermitLayer, type PermitState, type PickedPermit } from './permit-layer.ts';
import { type AlarmedPlace, PlaceCircles } from './place-circles.ts';
import { type LabelTexts, SceneLabels } from './scene-labels.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';
import type { SceneProfile } from './scene-profile.ts';
import { SCENE_TONES } from './scene-tones.ts';
import { ScreenProjector } from './screen-projector.ts';
import { SosRings } from './sos-rings.ts';
import { TrackLayer } from './track-layer.ts';
import { type TrackColumns, trackTimeMarks } from './track-time.ts';

/** A click this near to somebody means that person; people move while the hand does. */
const PICK_RADIUS_PX = 16;
/** f32 seconds keep a millisecond up to here; then time starts anew. */
const REBASE_AFTER_S = 4096;
/** A time is written on a track this often. */
const TRACK_MARK_MS = 600_000;
const SOS_RING_MIN_M = 8;
const SOS_RING_MAX_M = 150;

export interface ParkSceneOptions {
  readonly container: HTMLElement;
  readonly settings: WebSettings;
  readonly profile: SceneProfile;
  readonly theme: 'dark' | 'light';
  readonly texts: LabelTexts;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly onPick: (slot: number | null) => void;
  readonly onPickPermit: (picked: PickedPermit) => void;
  readonly onFollowEnded: () => void;
  /** `base-map`, `tileset` or `render` failed; the rest goes on. */
  readonly onProblem: (part: 'base-map' | 'tileset' | 'render', reason: unknown) => void;
}

export class ParkScene {
  readonly #options: ParkSceneOptions;
  readonly #widget: CesiumWidget;
  readonly #frame: LocalFrame;
  readonly #people: PeopleBuffer;
  readonly #layer: PointPeopleLayer;
  readonly #areas: AreasLayer;
  readonly #tileset: ModelTileset;
  readonly #track: TrackLayer;
  readonly #rings: SosRings;
  readonly #circles: PlaceCircles;
  readonly #labels: SceneLabels;
  readonly #permits: PermitLayer;
  readonly #job: JobCircles;
  readonly #projector: ScreenProjector;
  readonly #camera: CameraControl;
  readonly #handler: ScreenSpaceEventHandler;
  readonly #startMs: number;
  readonly #context: SceneContext;
  readonly #parts = new Set<ScenePart>();
  readonly #enu = new Float64Array(3);
  readonly #px = new Float64Array(3);
  #timeOriginS = 0;
  #renderedAtMs = 0;
  #framesRendered = 0;
  #source: PeopleSource | null = null;
  #alarms: ReadonlyMap<number, PersonAlarm> = new Map();
  #selectedSlot: number | null = null;
  #followedSlot: number | null = null;
  #isPulsing = false;
  #typeScale = 1;

  constructor(options: ParkSceneOptions) {
    const { settings, profile } = options;
    const tones = SCENE_TONES[options.theme];
    this.#options = options;
    this.#startMs = options.nowMs();
    const home = { ...settings.home, heightM: settings.groundHeightM };
    const enuToFixed = Transforms.eastNorthUpToFixedFrame(Cartesian3.fromDegrees(home.lng, home.lat, home.heightM));
    const projection = createProjection(settings.projection);
    this.#frame = createLocalFrame(projection, home);
    const hasGlobe = profile.name === 'full' || settings.baseMap !== 'none';
    this.#widget = createWidget(options.container, profile, enuToFixed, hasGlobe);
    const { scene } = this.#widget;
    this.#people = new PeopleBuffer(this.#frame, settings.groundHeightM);
    this.#tileset = new ModelTileset(scene, profile, tones);
    this.#areas = new AreasLayer(scene.primitives, settings.groundHeightM, tones);
    this.#track = new TrackLayer(scene.primitives, settings.groundHeightM + 1, tones);
    this.#rings = new SosRings(scene.primitives, enuToFixed);
    this.#circles = new PlaceCircles(scene.primitives, enuToFixed, this.#frame, settings.groundHeightM);
    this.#layer = scene.primitives.add(new PointPeopleLayer(this.#people, enuToFixed, tones)) as PointPeopleLayer;
    this.#projector = new ScreenProjector(scene, enuToFixed);
    const { groundHeightM } = settings;
    this.#job = new JobCircles(scene.primitives, enuToFixed, this.#frame, groundHeightM, tones);
    this.#permits = new PermitLayer(options.container, this.#projector, this.#people, this.#frame, groundHeightM);
    this.#labels = new SceneLabels(options.container, this.#projector, this.#people, this.#frame, options.texts);
    this.#camera = new CameraControl(this.#widget, enuToFixed, settings.home.heightM, profile.flightS);
    this.#camera.goHome(0);
    this.#context = {
      widget: this.#widget,
      container: options.container,
      enuToFixed,
      frame: this.#frame,
      people: this.#people,
      projector: this.#projector,
      groundHeightM,
      tones: () => this.#layer.tones,
      requestRender: () => scene.requestRender(),
    };
    applyTones(this.#widget, tones);
    this.#handler = new ScreenSpaceEventHandler(scene.canvas);
    this.#listen();
    if (hasGlobe) void addBaseMap(this.#widget, settings.baseMap, (reason) => options.onProblem('base-map', reason));
    this.#tileset.load(settings.tileset, profile, projection).catch((reason: unknown) => options.onProblem('tileset', reason));
  }

  /** Brings a part into the scene; ends with it, unless removed before. */
  add<T extends ScenePart>(make: (context: SceneContext) => T): T {
    const part = make(this.#context);
    this.#parts.add(part);
    return part;
  }

  remove(part: ScenePart): void {
    if (this.#parts.delete(part)) part.destroy();
    this.#widget.scene.requestRender();
  }

  #listen(): void {
    const { scene } = this.#widget;
    // Raised every animation frame, drawn or not: here it is decided whether one is due.
    scene.preUpdate.addEventListener(() => this.#beforeUpdate());
    scene.postRender.addEventListener(() => this.#afterRender());
    scene.renderError.addEventListener((_scene: unknown, reason: unknown) => this.#options.onProblem('render', reason));
    this.#handler.setInputAction((event: ScreenSpaceEventHandler.PositionedEvent) => {
      for (const part of this.#parts) if (part.click?.(event.position.x, event.position.y) === true) return;
      const permit = this.#permits.pickAt(event.position.x, event.position.y);
      if (permit === null) this.#options.onPick(this.pickAt(event.position));
      else this.#options.onPickPermit(permit);
    }, ScreenSpaceEventType.LEFT_CLICK);
    this.#handler.setInputAction((event: ScreenSpaceEventHandler.PositionedEvent) => {
      const slot = this.pickAt(event.position);
      if (slot !== null) this.lookAtSlot(slot);
    }, ScreenSpaceEventType.LEFT_DOUBLE_CLICK);
  }

  #nowS(): number {
    return (this.#options.nowMs() - this.#startMs) / 1000 - this.#timeOriginS;
  }

  #beforeUpdate(): void {
    const nowS = this.#nowS();
    this.#layer.nowS = nowS;
    const { canvas, scene } = this.#widget;
    this.#layer.pixelScale = (this.#typeScale * scene.drawingBufferWidth) / Math.max(1, canvas.clientWidth);
    if (this.#followedSlot !== null) {
      if (this.#people.positionAt(this.#followedSlot, nowS, this.#enu)) this.#camera.follow(this.#enu);
      else this.#endFollow();
    }
    let isMoving = nowS <= this.#people.movingUntilS || this.#isPulsing;
    for (const part of this.#parts) isMoving ||= part.isMoving?.() === true;
    const nowMs = this.#options.nowMs();
    if (isMoving && nowMs - this.#renderedAtMs >= this.#options.profile.movementFrameMs) {
      scene.requestRender();
    }
  }

  #afterRender(): void {
    this.#renderedAtMs = this.#options.nowMs();
    this.#framesRendered++;
    const nowS = this.#layer.nowS;
    for (const slot of this.#rings.slots) {
      if (!this.#people.positionAt(slot, nowS, this.#enu)) continue;
      const radiusM = Math.min(SOS_RING_MAX_M, Math.max(SOS_RING_MIN_M, this.#camera.distanceTo(this.#enu) * 0.03));
      const isWaiting = this.#alarms.get(slot)?.acknowledged === false;
      this.#rings.place(slot, this.#enu, radiusM, isWaiting ? nowS % 1 : null);
    }
    this.#permits.update(nowS);
    this.#labels.covered = this.#permits.boxes;
    this.#labels.update(nowS, this.#selectedSlot, this.#alarms);
    for (const part of this.#parts) part.afterRender?.(nowS);
  }

  /** After every frame of the live socket. */
  updatePeople(source: PeopleSource): void {
    this.#source = source;
    const nowS = this.#nowS();
    if (nowS > REBASE_AFTER_S) {
      this.#timeOriginS += nowS;
      this.#people.rebaseTime(nowS);
    }
    this.#people.update(source, this.#nowS());
    this.#widget.scene.requestRender();
  }

  /** After a frame, a change of alarms, selection or filter, and once a second for the age of fixes. */
  restyle(styling: PeopleStyling): void {
    if (this.#source === null) return;
    this.#alarms = styling.alarms;
    if (this.#selectedSlot !== styling.selectedSlot) this.#labels.invalidate();
    this.#selectedSlot = styling.selectedSlot;
    this.#isPulsing = false;
    const sosSlots = new Set<number>();
    for (const [slot, alarm] of styling.alarms) {
      if (alarm.pulses) this.#isPulsing = true;
      if (alarm.sos) sosSlots.add(slot);
    }
    this.#rings.setSlots(sosSlots);
    if (this.#people.restyle(this.#source, styling)) {
      this.#layer.isStyleDirty = true;
      this.#widget.scene.requestRender();
    }
  }

  setAreas(state: AreasState): void {
    const isRebuilt = this.#areas.update(state);
    this.#labels.setAreas(this.#areas.shown, state.alarmLevels, this.#options.settings.groundHeightM);
    if (isRebuilt) this.#widget.scene.requestRender();
  }

  /** Alarms about a place and no one person. */
  setAlarmedPlaces(places: readonly AlarmedPlace[]): void {
    const isChanged = this.#circles.update(places);
    this.#labels.setPlaces(places, this.#options.settings.groundHeightM);
    if (isChanged) this.#widget.scene.requestRender();
  }

  setPermits(state: PermitState): void {
    this.#permits.set(state);
    this.#widget.scene.requestRender();
  }

  /** Of the chosen permit; null: none is chosen. */
  showJob(place: JobPlace | null): void {
    if (this.#job.show(place)) this.#widget.scene.requestRender();
  }

  setTheme(theme: 'dark' | 'light'): void {
    const tones = SCENE_TONES[theme];
    this.#layer.tones = tones;
    this.#areas.setTones(tones);
    this.#tileset.setTones(tones);
    this.#track.setTones(tones);
    this.#job.setTones(tones);
    applyTones(this.#widget, tones);
    for (const part of this.#parts) part.setTones?.(tones);
  }

  setLabelsEnabled(isEnabled: boolean): void {
    this.#labels.isEnabled = isEnabled;
    this.#labels.invalidate();
    this.#widget.scene.requestRender();
  }

  setModelShown(isShown: boolean): void {
    this.#tileset.isShown = isShown;
    this.#widget.scene.requestRender();
  }

  /** Size of sprites with the type on this screen, 1 at 14 px. */
  setTypeScale(scale: number): void {
    this.#typeScale = scale;
    this.#labels.typeScale = scale;
    this.#permits.typeScale = scale;
    this.#permits.invalidate();
    this.#widget.scene.requestRender();
  }

  /** Parts of the canvas under the strip, the panels and the time line. */
  setInsets(insets: Insets): void {
    this.#labels.insets = insets;
  }

  goHome(): void {
    this.#endFollow();
    this.#camera.goHome();
  }

  /** false: the person is not on the scene. */
  lookAtSlot(slot: number): boolean {
    if (!this.#people.positionAt(slot, this.#nowS(), this.#enu)) return false;
    if (this.#followedSlot !== slot) this.#endFollow();
    this.#camera.look(this.#enu);
    return true;
  }

  lookAtLngLat(lng: number, lat: number, heightM: number | null, rangeM?: number): void {
    this.#endFollow();
    this.#frame.enuFromLngLat(lng, lat, heightM ?? this.#options.settings.groundHeightM, this.#enu);
    this.#camera.look(this.#enu, rangeM);
  }

  follow(slot: number | null): void {
    if (slot === null) {
      this.#endFollow();
      return;
    }
    if (!this.#people.positionAt(slot, this.#nowS(), this.#enu)) return;
    this.#camera.look(this.#enu);
    this.#followedSlot = slot;
    this.#camera.startFollowing(this.#enu);
  }

  #endFollow(): void {
    if (this.#followedSlot === null) return;
    this.#followedSlot = null;
    this.#camera.stopFollowing();
    this.#options.onFollowEnded();
  }

  showTrack(track: TrackColumns | null): void {
    this.#track.show(track);
    const marks = track === null ? [] : trackTimeMarks(track.observedAtMs, TRACK_MARK_MS);
    this.#labels.setTrackTimes(
      marks.map((i) => ({
        text: this.#options.texts.time(track?.observedAtMs[i] ?? 0),
        lng: track?.lng[i] ?? 0,
        lat: track?.lat[i] ?? 0,
        heightM: track?.heightM[i] ?? this.#options.settings.groundHeightM,
      })),
    );
    this.#widget.scene.requestRender();
  }

  markTrack(index: number | null): void {
    this.#track.mark(index);
    this.#widget.scene.requestRender();
  }

  /** The person drawn there: by pick colour, else the nearest within reach of a hand. Layout px of the canvas. */
  pickAt(position: { readonly x: number; readonly y: number }): number | null {
    const picked = this.#widget.scene.pick(new Cartesian2(position.x, position.y), 5, 5) as
      | Partial<PickedPerson>
      | undefined;
    if (picked?.id?.kind === 'person') return picked.id.slot;
    return this.#nearest(position.x, position.y);
  }

  #nearest(xPx: number, yPx: number): number | null {
    const nowS = this.#nowS();
    this.#projector.begin();
    let best: number | null = null;
    let bestPx = PICK_RADIUS_PX;
    for (let slot = 0; slot < this.#people.count; slot++) {
      if (!this.#people.isVisible(slot) || !this.#people.positionAt(slot, nowS, this.#enu)) continue;
      if (!this.#projector.project(this.#enu, this.#px)) continue;
      const distancePx = Math.hypot(this.#px[0]! - xPx, this.#px[1]! - yPx);
      if (distancePx >= bestPx) continue;
      best = slot;
      bestPx = distancePx;
    }
    return best;
  }

  /** Layout px of the page; null: not on the screen. */
  pagePositionOf(slot: number): { x: number; y: number } | null {
    if (!this.#people.positionAt(slot, this.#nowS(), this.#enu)) return null;
    this.#projector.begin();
    if (!this.#projector.project(this.#enu, this.#px)) return null;
    const box = this.#widget.canvas.getBoundingClientRect();
    return { x: box.left + this.#px[0]!, y: box.top + this.#px[1]! };
  }

  /** Of a permit's icon, layout px of the page; null: it is not drawn by itself. */
  pagePositionOfPermit(key: string): { x: number; y: number } | null {
    const at = this.#permits.positionOf(key);
    if (at === null) return null;
    const box = this.#widget.canvas.getBoundingClientRect();
    return { x: box.left + at.xPx, y: box.top + at.yPx };
  }

  /** Read-only, for the test hook. */
  get state(): {
    peopleDrawn: number;
    isTilesetReady: boolean;
    framesRendered: number;
    areasShown: readonly string[];
    followedSlot: number | null;
    circlesShown: readonly string[];
    permitsShown: readonly string[];
  } {
    return {
      peopleDrawn: this.#people.drawn,
      isTilesetReady: this.#tileset.isReady,
      framesRendered: this.#framesRendered,
      areasShown: this.#areas.shown.map((area) => area.areaId),
      followedSlot: this.#followedSlot,
      circlesShown: [...this.#circles.shown],
      permitsShown: this.#permits.shown,
    };
  }

  destroy(): void {
    this.#handler.destroy();
    for (const part of this.#parts) part.destroy();
    this.#labels.destroy();
    this.#permits.destroy();
    this.#widget.destroy();
  }
}
