/** One person's track: a line that grows brighter toward now, seen through walls, and a marker at the scrubbed time. */
import {
  ArcType,
  Cartesian3,
  Color,
  GeometryInstance,
  type PointPrimitive,
  PointPrimitiveCollection,
  PolylineColorAppearance,
  PolylineGeometry,
  Primitive,
  type PrimitiveCollection,
} from 'cesium';
import type { SceneTones } from './scene-tones.ts';
import type { TrackColumns } from './track-time.ts';

const OLDEST_ALPHA = 0.25;
const LINE_WIDTH_PX = 3;

export class TrackLayer {
  readonly #primitives: PrimitiveCollection;
  readonly #markers = new PointPrimitiveCollection();
  readonly #marker: PointPrimitive;
  readonly #fallbackHeightM: number;
  #line: Primitive | null = null;
  #tones: SceneTones;
  #track: TrackColumns | null = null;

  constructor(primitives: PrimitiveCollection, fallbackHeightM: number, tones: SceneTones) {
    this.#primitives = primitives;
    this.#fallbackHeightM = fallbackHeightM;
    this.#tones = tones;
    this.#marker = this.#markers.add({
      show: false,
      pixelSize: 11,
      outlineWidth: 2,
      disableDepthTestDistance: Number.POSITIVE_INFINITY,
    });
    primitives.add(this.#markers);
  }

  show(track: TrackColumns | null): void {
    this.#track = track;
    if (this.#line !== null) this.#primitives.remove(this.#line);
    this.#line = null;
    this.#marker.show = false;
    if (track === null || track.lng.length < 2) return;
    const positions = track.lng.map((lng, i) => this.#position(track, lng, i));
    const last = positions.length - 1;
    const colors = positions.map((_, i) =>
      Color.fromAlpha(this.#tones.track, OLDEST_ALPHA + (1 - OLDEST_ALPHA) * (i / last)),
    );
    const appearance = new PolylineColorAppearance({ translucent: true });
    this.#line = this.#primitives.add(
      new Primitive({
        geometryInstances: new GeometryInstance({
          geometry: new PolylineGeometry({
            positions,
            colors,
            colorsPerVertex: true,
            width: LINE_WIDTH_PX,
            vertexFormat: PolylineColorAppearance.VERTEX_FORMAT,
            arcType: ArcType.NONE,
          }),
        }),
        appearance,
        depthFailAppearance: appearance,
        asynchronous: false,
        allowPicking: false,
      }),
    ) as Primitive;
  }

  /** Puts the marker between the fixes around `index` (fraction allowed); null hides it. */
  mark(index: number | null): void {
    const track = this.#track;
    if (track === null || index === null || track.lng.length === 0) {
      this.#marker.show = false;
      return;
    }
    const last = track.lng.length - 1;
    const from = Math.max(0, Math.min(last, Math.floor(index)));
    const to = Math.min(last, from + 1);
    const a = this.#position(track, track.lng[from] ?? 0, from);
    const b = this.#position(track, track.lng[to] ?? 0, to);
    this.#marker.position = Cartesian3.lerp(a, b, Math.max(0, Math.min(1, index - from)), new Cartesian3());
    this.#marker.color = this.#tones.track;
    this.#marker.outlineColor = this.#tones.background;
    this.#marker.show = true;
  }

  setTones(tones: SceneTones): void {
    this.#tones = tones;
    this.show(this.#track);
  }

  #position(track: TrackColumns, lng: number, i: number): Cartesian3 {
    return Cartesian3.fromDegrees(lng, track.lat[i] ?? 0, track.heightM[i] ?? this.#fallbackHeightM);
  }
}
