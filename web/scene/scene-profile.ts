/** How much the scene spends on looks. `test` is for software GL: the frame costs a tenth of the full one's. */
export interface SceneProfile {
  readonly name: 'full' | 'test';
  readonly resolutionScale: number;
  readonly msaaSamples: number;
  readonly fxaa: boolean;
  /** Of the tileset. Above the tileset's own root error nothing is drawn at all. */
  readonly maximumScreenSpaceError: number;
  readonly isLit: boolean;
  /** Least time between two frames that only people's movement asks for; the camera always gets its frame at once. */
  readonly movementFrameMs: number;
  /** Flights of the camera; 0 jumps. */
  readonly flightS: number;
}

const FULL: SceneProfile = {
  name: 'full',
  resolutionScale: 1,
  msaaSamples: 4,
  fxaa: false,
  maximumScreenSpaceError: 8,
  isLit: true,
  movementFrameMs: 33,
  flightS: 0.8,
};

const TEST: SceneProfile = {
  name: 'test',
  resolutionScale: 0.5,
  msaaSamples: 1,
  fxaa: false,
  maximumScreenSpaceError: 64,
  isLit: false,
  movementFrameMs: 500,
  flightS: 0,
};

/** `?profile=test` picks the cheap one. */
export function sceneProfileFrom(search: string): SceneProfile {
  return new URLSearchParams(search).get('profile') === 'test' ? TEST : FULL;
}
