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
import { applyView, type CameraView, viewOf } from './camera-view.ts';
import { applyTones, createWidget, onContextLost, releaseContext } from './create-widget.ts';
import type { Insets } from './edge-place.ts';
import { JobCircles, type JobPlace } from './job-circles.ts';
import { createLocalFrame, type LocalFrame } from './local-frame.ts';
import { ModelTileset } from './model-tileset.ts';
import type { PeopleSource } from './people-buffer.ts';
import { createPeopleFrame } from './people-frame.ts';
import type { PickedPerson } from './people-layer.ts';
import { PeopleStage } from './people-stage.ts';
import type { PeopleStyling } from './people-style.ts';
import { PermitLayer, type PermitState, type PickedPermit } from './permit-layer.ts';
import { type AlarmedPlace, PlaceCircles } from './place-circles.ts';
import { type LabelTexts, SceneLabels } from './scene-labels.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';
import { ScenePlaces } from './scene-places.ts';
import type { SceneProfile } from './scene-profile.ts';
import { SCENE_TONES } from './scene-tones.ts';
import { ScreenProjector } from './screen-projector.ts';
import { type TrackColumns, trackTimeMarks } from './track-time.ts';

/** A time is written on a track this often. */
const TRACK_MARK_MS = 600_000;

export interface ParkSceneOptions {
  readonly container: HTMLElement;
  readonly settings: WebSettings;
  readonly profile: SceneProfile;
  readonly theme: 'dark' | 'light';
  /** Where the camera begins; null: home. */
  readonly view: CameraView | null;
  readonly texts: LabelTexts;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly onPick: (slot: number | null) => void;
  readonly onPickPermit: (picked: PickedPermit) => void;
  readonly onFollowEnded: () => void;
  /** The graphics context went, or drawing failed: nothing is drawn any more. Destroy this scene and make another. Called once. */
  readonly onLost: () => void;
  /** `base-map` or `tileset` failed; the rest goes on. */
  readonly onProblem: (part: 'base-map' | 'tileset', reason: unknown) => void;
}

export class ParkScene {
  readonly #options: ParkSceneOptions;
  readonly #widget: CesiumWidget;
  readonly #frame: LocalFrame;
  readonly #people: PeopleStage;
  readonly #areas: AreasLayer;
  readonly #tileset: ModelTileset;
  readonly #circles: PlaceCircles;
  readonly #labels: SceneLabels;
  readonly #permits: PermitLayer;
  readonly #job: JobCircles;
  readonly #projector: ScreenProjector;
  readonly #camera: CameraControl;
  readonly #handler: ScreenSpaceEventHandler;
  readonly #context: SceneContext;
  readonly places: ScenePlaces;
  readonly #parts = new Set<ScenePart>();
  readonly #enu = new Float64Array(3);
  #renderedAtMs = 0;
  #framesRendered = 0;
  #followedSlot: number | null = null;
  #typeScale = 1;
  #isLost = false;

  constructor(options: ParkSceneOptions) {
    const { settings, profile } = options;
    const tones = SCENE_TONES[options.theme];
    this.#options = options;
    const home = { ...settings.home, heightM: settings.groundHeightM };
    const enuToFixed = Transforms.eastNorthUpToFixedFrame(Cartesian3.fromDegrees(home.lng, home.lat, home.heightM));
    const projection = createProjection(settings.projection);
    this.#frame = createLocalFrame(projection, home);
    const hasGlobe = profile.name === 'full' || settings.baseMap !== 'none';
    this.#widget = createWidget(options.container, profile, enuToFixed, hasGlobe);
    const { scene } = this.#widget;
    this.#projector = new ScreenProjector(scene, enuToFixed);
    this.#tileset = new ModelTileset(scene, profile, tones);
    this.#areas = new AreasLayer(scene.primitives, settings.groundHeightM, tones);
    this.#circles = new PlaceCircles(scene.primitives, enuToFixed, this.#frame, settings.groundHeightM);
    this.#people = new PeopleStage({
      container: options.container,
      primitives: scene.primitives,
      enuToFixed,
      frame: this.#frame,
      place: createPeopleFrame(projection, this.#frame),
      projector: this.#projector,
      tones,
      nowMs: options.nowMs,
    });
    const { buffer, survey } = this.#people;
    const { groundHeightM } = settings;
    this.#job = new JobCircles(scene.primitives, enuToFixed, this.#frame, groundHeightM, tones);
    this.#permits = new PermitLayer(options.container, this.#projector, buffer, this.#frame, groundHeightM);
    this.#labels = new SceneLabels(options.container, this.#projector, buffer, survey, this.#frame, options.texts);
    this.#camera = new CameraControl(this.#widget, enuToFixed, settings.home.heightM, profile.flightS);
    if (options.view === null) this.#camera.goHome(0);
    else applyView(this.#widget.camera, options.view);
    this.#context = {
      widget: this.#widget,
      container: options.container,
      enuToFixed,
      frame: this.#frame,
      people: buffer,
      projector: this.#projector,
      model: this.#tileset,
      camera: this.#camera,
      groundHeightM,
      tones: () => this.#people.tones,
      requestRender: () => scene.requestRender(),
    };
    this.places = new ScenePlaces(this.#context, this.#people, this.#permits);
    applyTones(this.#widget, tones);
    this.#handler = new ScreenSpaceEventHandler(scene.canvas);
    this.#listen();
    if (hasGlobe) void addBaseMap(this.#widget, settings.baseMap, (reason) => options.onProblem('base-map', reason));
    this.#tileset
      .load(settings.tileset, profile, projection)
      .catch((reason: unknown) => options.onProblem('tileset', reason));
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
    onContextLost(this.#widget, () => this.#lose());
    // Raised every animation frame, drawn or not: here it is decided whether one is due.
    scene.preUpdate.addEventListener(() => this.#beforeUpdate());
    scene.postRender.addEventListener(() => this.#afterRender());
    // Cesium stops drawing after an error of its own; when the context is about to be told as lost, that is what came of it.
    scene.renderError.addEventListener((_scene: unknown, reason: unknown) => {
      console.warn('scene: render', reason);
      this.#lose();
    });
    this.#handler.setInputAction((event: ScreenSpaceEventHandler.PositionedEvent) => {
      for (const part of this.#parts) if (part.click?.(event.position.x, event.position.y) === true) return;
      const permit = this.#permits.pickAt(event.position.x, event.position.y);
      if (permit !== null) this.#options.onPickPermit(permit);
      else if (!this.#lookAtCrowd(event.position)) this.#options.onPick(this.pickAt(event.position));
    }, ScreenSpaceEventType.LEFT_CLICK);
    this.#handler.setInputAction((event: ScreenSpaceEventHandler.PositionedEvent) => {
      for (const part of this.#parts) if (part.doubleClick?.() === true) return;
      const slot = this.pickAt(event.position);
      if (slot !== null) this.lookAtSlot(slot);
    }, ScreenSpaceEventType.LEFT_DOUBLE_CLICK);
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#options.onLost();
  }

  #beforeUpdate(): void {
    const { canvas, scene } = this.#widget;
    this.#people.beforeRender((this.#typeScale * scene.drawingBufferWidth) / Math.max(1, canvas.clientWidth));
    if (this.#followedSlot !== null) {
      if (this.#people.positionNow(this.#followedSlot, this.#enu)) this.#camera.follow(this.#enu);
      else this.#endFollow();
    }
    let isMoving = this.#people.isMoving;
    for (const part of this.#parts) isMoving ||= part.isMoving?.() === true;
    const nowMs = this.#options.nowMs();
    if (isMoving && nowMs - this.#renderedAtMs >= this.#options.profile.movementFrameMs) {
      scene.requestRender();
    }
  }

  #afterRender(): void {
    this.#renderedAtMs = this.#options.nowMs();
    this.#framesRendered++;
    const nowS = this.#people.afterRender((enu) => this.#camera.distanceTo(enu));
    this.#permits.update(nowS);
    this.#labels.covered = this.#permits.boxes;
    this.#labels.update(nowS, this.#people.styling);
    for (const part of this.#parts) part.afterRender?.(nowS);
    // The survey took people into numbers, or out of them.
    if (this.#people.isChanged) this.#widget.scene.requestRender();
  }

  /** After every frame of the live socket. */
  updatePeople(source: PeopleSource): void {
    this.#people.update(source);
    if (this.#people.isChanged) this.#widget.scene.requestRender();
  }

  /** After a change of alarms, selection or filter. */
  restyle(styling: PeopleStyling): void {
    if (this.#people.styling.selectedSlot !== styling.selectedSlot) this.#labels.invalidate();
    this.#people.restyle(styling);
    if (this.#people.isChanged) this.#widget.scene.requestRender();
  }

  /** Once a second, park time: fixes grow old also while no frame comes. */
  age(nowMs: number): void {
    this.#people.buffer.age(nowMs);
    if (this.#people.isChanged) this.#widget.scene.requestRender();
  }

  /** A number opens into its people by going to where they are single. false: none stands there. */
  #lookAtCrowd({ x, y }: { readonly x: number; readonly y: number }): boolean {
    const crowd = this.#people.crowdAt(x, y);
    if (crowd === null) return false;
    this.#endFollow();
    this.#camera.look(crowd.enu);
    return true;
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
    this.#people.tones = tones;
    this.#areas.setTones(tones);
    this.#tileset.setTones(tones);
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
    this.#people.typeScale = scale;
    this.#labels.typeScale = scale;
    this.#permits.typeScale = scale;
    this.#permits.invalidate();
    this.#widget.scene.requestRender();
  }

  /** Parts of the canvas under the strip, the panels and the time line. */
  setInsets(insets: Insets): void {
    this.#labels.insets = insets;
  }

  get view(): CameraView {
    return viewOf(this.#widget.camera);
  }

  goHome(): void {
    this.#endFollow();
    this.#camera.goHome();
  }

  /** false: the person is not on the scene. */
  lookAtSlot(slot: number): boolean {
    if (!this.#people.positionNow(slot, this.#enu)) return false;
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
    if (!this.#people.positionNow(slot, this.#enu)) return;
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

  /** Times of day along a track; null: none. */
  showTrackTimes(track: TrackColumns | null): void {
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

  /** The person drawn there: by pick colour, else the nearest within reach of a hand. Layout px of the canvas. */
  pickAt(position: { readonly x: number; readonly y: number }): number | null {
    const picked = this.#widget.scene.pick(new Cartesian2(position.x, position.y), 5, 5) as
      | Partial<PickedPerson>
      | undefined;
    if (picked?.id?.kind === 'person') return picked.id.slot;
    return this.#people.nearest(position.x, position.y);
  }

  /** Read-only, for the test hook. */
  get state(): {
    peopleDrawn: number;
    /** Numbers that stand for people far away. */
    crowds: readonly number[];
    isTilesetReady: boolean;
    framesRendered: number;
    areasShown: readonly string[];
    followedSlot: number | null;
    circlesShown: readonly string[];
    permitsShown: readonly string[];
  } {
    return {
      peopleDrawn: this.#people.buffer.drawn,
      crowds: this.#people.survey.crowds.map(({ count }) => count),
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
    this.#people.destroy();
    this.#labels.destroy();
    this.#permits.destroy();
    releaseContext(this.#widget);
    this.#widget.destroy();
  }
}
