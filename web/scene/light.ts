/** Light of the scene by the park's clock, or a fixed one by choice. Never so dark that the model cannot be read. Pure. */
import { sunAt } from './sun.ts';

export const LIGHT_CHOICES = ['clock', 'day', 'night'] as const;
export type LightChoice = (typeof LIGHT_CHOICES)[number];

export interface SceneLight {
  /** East, north, up; not of unit length. */
  readonly towardGround: readonly [number, number, number];
  readonly intensity: number;
  /** From all around. */
  readonly ambient: number;
  /** Of the model's and the ground's own colours. */
  readonly brightness: number;
}

/** From the south-west, 50 degrees high: every face of a building gets its own grey. */
const STEADY = [0.45, 0.55, -0.85] as const;
const DAY = { intensity: 2.2, ambient: 0.55, brightness: 1 } as const;
const NIGHT = { intensity: 0.9, ambient: 0.42, brightness: 0.66 } as const;
/** Sun below: night; above: day; between them dusk, without a step. */
const NIGHT_BELOW_DEG = -8;
const DAY_ABOVE_DEG = 12;
/** Lower light would leave whole streets in one grey. */
const LOWEST_DEG = 30;
const DEG = Math.PI / 180;

export const DAYLIGHT: SceneLight = { towardGround: STEADY, ...DAY };
export const NIGHT_LIGHT: SceneLight = { towardGround: STEADY, ...NIGHT };

/** 0 night, 1 day. */
export function daylightAt(elevationDeg: number): number {
  const t = Math.max(0, Math.min(1, (elevationDeg - NIGHT_BELOW_DEG) / (DAY_ABOVE_DEG - NIGHT_BELOW_DEG)));
  return t * t * (3 - 2 * t);
}

export function lightOf(
  choice: LightChoice,
  atMs: number,
  place: { readonly lng: number; readonly lat: number },
): SceneLight {
  if (choice === 'day') return DAYLIGHT;
  if (choice === 'night') return NIGHT_LIGHT;
  const { elevationDeg, azimuthDeg } = sunAt(atMs, place.lng, place.lat);
  const day = daylightAt(elevationDeg);
  const mix = (night: number, noon: number): number => night + (noon - night) * day;
  const height = Math.max(LOWEST_DEG, elevationDeg) * DEG;
  const sun = [
    -Math.sin(azimuthDeg * DEG) * Math.cos(height),
    -Math.cos(azimuthDeg * DEG) * Math.cos(height),
    -Math.sin(height),
  ] as const;
  return {
    towardGround: [mix(STEADY[0], sun[0]), mix(STEADY[1], sun[1]), mix(STEADY[2], sun[2])],
    intensity: mix(NIGHT.intensity, DAY.intensity),
    ambient: mix(NIGHT.ambient, DAY.ambient),
    brightness: mix(NIGHT.brightness, DAY.brightness),
  };
}
