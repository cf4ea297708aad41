/** What the page is built from, made of the configuration. Pure; called by server/roles/admin.ts. */
import type { TilesetPlace, WebSettings } from '../core/web-api.ts';
import type { ProjectionParameters } from '../geo/projection.ts';

export interface SettingsSource {
  readonly parkCode: string;
  readonly parkName: string;
  readonly parkNameEn: string;
  readonly home: { readonly lng: number; readonly lat: number };
  readonly homeHeightM: number;
  readonly groundHeightM: number;
  readonly projection: ProjectionParameters;
  readonly tickMs: number;
  readonly demoSignIn: boolean;
  /** null: no tileset. */
  readonly tilesetUrl: string | null;
  readonly tilesetPlace: { readonly lng: number; readonly lat: number } | undefined;
  /** Of a model delivered in Shanghai 2000. */
  readonly tilesetOrigin: { readonly easting: number; readonly northing: number } | undefined;
  readonly tilesetHeightOffsetM: number;
  readonly tilesetHeadingDeg: number;
  readonly baseMap: string;
}

export function webSettings(source: SettingsSource): WebSettings {
  return {
    parkCode: source.parkCode,
    parkName: { zh: source.parkName, en: source.parkNameEn },
    home: { ...source.home, heightM: source.homeHeightM },
    projection: source.projection,
    tileset: { url: source.tilesetUrl, place: tilesetPlace(source) },
    baseMap: source.baseMap,
    tickMs: source.tickMs,
    isDemonstration: source.demoSignIn,
    groundHeightM: source.groundHeightM,
  };
}

export function tilesetPlace(
  source: Pick<SettingsSource, 'tilesetPlace' | 'tilesetOrigin' | 'tilesetHeightOffsetM' | 'tilesetHeadingDeg'>,
): TilesetPlace {
  const more = { heightM: source.tilesetHeightOffsetM, headingDeg: source.tilesetHeadingDeg };
  if (source.tilesetOrigin !== undefined) return { frame: 'shanghai2000', ...source.tilesetOrigin, ...more };
  return { frame: 'ecef', lng: source.tilesetPlace?.lng ?? null, lat: source.tilesetPlace?.lat ?? null, ...more };
}

/** Where the page opens the live socket: the gateway's path is added to an address that has none. */
export function liveSocketUrl(publicLiveUrl: string | undefined): string {
  if (publicLiveUrl === undefined) return '';
  const url = new URL(publicLiveUrl);
  if (url.pathname === '/') url.pathname = '/live';
  return url.href;
}
