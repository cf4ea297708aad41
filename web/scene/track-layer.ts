/**
 * Tracks of several people: a line each, in a dash of its own, brighter toward the newest fix and seen through walls, and a numbered
 * marker at the moment that is looked at. Told apart by number and dash, never by colour: that belongs to alarms.
 */
import {
  ArcType,
  type Billboard,
  BillboardCollection,
  Cartesian3,
  GeometryInstance,
  Material,
  PolylineGeometry,
  PolylineMaterialAppearance,
  Primitive,
} from 'cesium';
import type { SceneContext, ScenePart } from './scene-part.ts';
import { TRACK_DASHES, trackMarkImage } from './track-marks.ts';
import { type TrackColumns, trackIndexAt } from './track-time.ts';

const LINE_WIDTH_PX = 3;
const OLDEST_ALPHA = 0.3;
const DASH_PX = 24;
/** Over the ground, where the height is not known. */
const LIFT_M = 1;
/** A person between two stored positions farther apart than this is not shown there. */
const SLACK_MS = 60_000;

export interface ShownTrack {
  /** 0 - 7: which dash and number. */
  readonly place: number;
  readonly columns: TrackColumns;
}

interface DrawnTrack {
  readonly track: ShownTrack;
  readonly line: Primitive | null;
  readonly marker: Billboard;
}

/** PolylineDash of Cesium with an age: `st.s` runs from the oldest fix to the newest. */
const SOURCE = `
uniform vec4 color;
uniform float dashPx;
uniform float pattern;
uniform float oldestAlpha;
in float v_polylineAngle;
czm_material czm_getMaterial(czm_materialInput materialInput) {
  czm_material material = czm_getDefaultMaterial(materialInput);
  float c = cos(v_polylineAngle);
  float s = sin(v_polylineAngle);
  vec2 along = mat2(c, s, -s, c) * gl_FragCoord.xy;
  float bit = floor(fract(along.x / (dashPx * czm_pixelRatio)) * 16.0);
  if (mod(floor(pattern / pow(2.0, bit)), 2.0) < 1.0) discard;
  vec4 shown = czm_gammaCorrect(color);
  material.emission = shown.rgb;
  material.alpha = shown.a * mix(oldestAlpha, 1.0, materialInput.st.s);
  return material;
}`;

export class TrackLayer implements ScenePart {
  readonly #context: SceneContext;
  readonly #markers = new BillboardCollection();
  #drawn: DrawnTrack[] = [];
  #atMs: number | null = null;

  constructor(context: SceneContext) {
    this.#context = context;
    context.widget.scene.primitives.add(this.#markers);
  }

  set(tracks: readonly ShownTrack[]): void {
    const kept = this.#drawn.filter(({ track }) => tracks.includes(track));
    for (const one of this.#drawn) if (!kept.includes(one)) this.#remove(one);
    const known = new Set(kept.map(({ track }) => track));
    this.#drawn = [...kept, ...tracks.filter((track) => !known.has(track)).map((track) => this.#draw(track))];
    this.mark(this.#atMs);
  }

  /** Puts every marker where its person was; null: at no moment. */
  mark(atMs: number | null): void {
    this.#atMs = atMs;
    for (const { track, marker } of this.#drawn) {
      const { columns } = track;
      const index = atMs === null ? null : trackIndexAt(columns.observedAtMs, atMs, SLACK_MS);
      marker.show = index !== null;
      if (index === null) continue;
      const from = Math.floor(index);
      const to = Math.min(columns.lng.length - 1, from + 1);
      marker.position = Cartesian3.lerp(
        this.#position(columns, from),
        this.#position(columns, to),
        index - from,
        new Cartesian3(),
      );
    }
    this.#context.requestRender();
  }

  setTones(): void {
    const tracks = this.#drawn.map(({ track }) => track);
    this.set([]);
    this.set(tracks);
  }

  /** For the test hook: where each marker stands, by place. */
  get marked(): readonly number[] {
    return this.#drawn.filter(({ marker }) => marker.show).map(({ track }) => track.place);
  }

  destroy(): void {
    for (const one of this.#drawn) this.#remove(one);
    this.#drawn = [];
    this.#context.widget.scene.primitives.remove(this.#markers);
  }

  #draw(track: ShownTrack): DrawnTrack {
    const { columns, place } = track;
    const tones = this.#context.tones();
    const marker = this.#markers.add({
      show: false,
      image: trackMarkImage(place, tones.track.toCssColorString(), tones.background.toCssColorString()),
      position: Cartesian3.ZERO,
      scale: 0.5,
      disableDepthTestDistance: Number.POSITIVE_INFINITY,
    });
    const line = columns.lng.length < 2 ? null : this.#line(columns, place);
    if (line !== null) this.#context.widget.scene.primitives.add(line);
    return { track, line, marker };
  }

  #line(columns: TrackColumns, place: number): Primitive {
    const material = new Material({
      fabric: {
        type: 'ParkTrack',
        uniforms: {
          color: this.#context.tones().track,
          dashPx: DASH_PX,
          pattern: TRACK_DASHES[place] ?? 0xffff,
          oldestAlpha: OLDEST_ALPHA,
        },
        source: SOURCE,
      },
      translucent: true,
    });
    const appearance = new PolylineMaterialAppearance({ material, translucent: true });
    return new Primitive({
      geometryInstances: new GeometryInstance({
        geometry: new PolylineGeometry({
          positions: columns.lng.map((_, i) => this.#position(columns, i)),
          width: LINE_WIDTH_PX,
          vertexFormat: PolylineMaterialAppearance.VERTEX_FORMAT,
          arcType: ArcType.NONE,
        }),
      }),
      appearance,
      depthFailAppearance: appearance,
      asynchronous: false,
      allowPicking: false,
    });
  }

  #remove({ line, marker }: DrawnTrack): void {
    if (line !== null) this.#context.widget.scene.primitives.remove(line);
    this.#markers.remove(marker);
  }

  #position(columns: TrackColumns, i: number): Cartesian3 {
    const heightM = columns.heightM[i] ?? this.#context.groundHeightM + LIFT_M;
    return Cartesian3.fromDegrees(columns.lng[i] ?? 0, columns.lat[i] ?? 0, heightM);
  }
}
