/** What lies under a pixel: the model's surface as it was drawn, else the park's ground. */
import { Cartesian2, Cartesian3, Ellipsoid, IntersectionTests, Ray } from 'cesium';
import { lngLatFromEarthCentred } from '../../geo/earth-centred.ts';
import type { MeasuredPoint } from './measure.ts';
import type { SceneContext } from './scene-part.ts';

/** The globe itself lies at 0: what is no higher is not the model but nothing. */
const BARE_GLOBE_M = 0.3;

export interface SurfacePlace extends MeasuredPoint {
  /** CGCS2000 degrees. */
  readonly lng: number;
  readonly lat: number;
}

export class PlaceUnder {
  readonly #context: Pick<SceneContext, 'widget' | 'frame' | 'groundHeightM'>;
  readonly #ground: Ellipsoid;
  readonly #px = new Cartesian2();
  readonly #at = new Cartesian3();
  readonly #ray = new Ray();
  readonly #lngLat = new Float64Array(3);
  readonly #plane = new Float64Array(2);

  constructor(context: Pick<SceneContext, 'widget' | 'frame' | 'groundHeightM'>) {
    this.#context = context;
    const { x, y, z } = Ellipsoid.WGS84.radii;
    this.#ground = new Ellipsoid(x + context.groundHeightM, y + context.groundHeightM, z + context.groundHeightM);
  }

  /** Layout px of the canvas; null: sky. Reads the depth of the last frame and draws nothing. */
  at(xPx: number, yPx: number): SurfacePlace | null {
    const { scene } = this.#context.widget;
    this.#px.x = xPx;
    this.#px.y = yPx;
    const drawn = scene.pickPositionSupported ? scene.pickPosition(this.#px, this.#at) : undefined;
    if ((drawn as Cartesian3 | undefined) !== undefined) {
      const place = this.#placeOf(this.#at);
      if (place !== null && Math.abs(place.heightM) > BARE_GLOBE_M) return place;
    }
    const ray = scene.camera.getPickRay(this.#px, this.#ray);
    const hit = ray === undefined ? undefined : IntersectionTests.rayEllipsoid(ray, this.#ground);
    if (ray === undefined || hit === undefined) return null;
    return this.#placeOf(Ray.getPoint(ray, hit.start > 0 ? hit.start : hit.stop, this.#at));
  }

  #placeOf({ x, y, z }: Cartesian3): SurfacePlace | null {
    lngLatFromEarthCentred(x, y, z, this.#lngLat);
    const [lng, lat, heightM] = this.#lngLat as unknown as [number, number, number];
    if (!this.#context.frame.planeFromLngLat(lng, lat, this.#plane)) return null;
    return { lng, lat, heightM, easting: this.#plane[0]!, northing: this.#plane[1]! };
  }
}
