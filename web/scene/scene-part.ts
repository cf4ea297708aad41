/** A part of the scene that a feature brings along: ParkScene gives it what it draws with and otherwise knows nothing of it. */
import type { CesiumWidget, Matrix4 } from 'cesium';
import type { CameraControl } from './camera-control.ts';
import type { LocalFrame } from './local-frame.ts';
import type { ModelTileset } from './model-tileset.ts';
import type { PeopleBuffer } from './people-buffer.ts';
import type { SceneTones } from './scene-tones.ts';
import type { ScreenProjector } from './screen-projector.ts';

export interface SceneContext {
  readonly widget: CesiumWidget;
  /** Over the canvas, for what is drawn in HTML. */
  readonly container: HTMLElement;
  /** From the local frame (metres east, north, up of home) to the earth's. */
  readonly enuToFixed: Matrix4;
  readonly frame: LocalFrame;
  readonly people: PeopleBuffer;
  readonly projector: ScreenProjector;
  readonly model: ModelTileset;
  readonly camera: CameraControl;
  /** Metres above the ellipsoid. */
  readonly groundHeightM: number;
  tones(): SceneTones;
  /** Draws once; without it nothing is drawn while nothing moves. */
  requestRender(): void;
}

export interface ScenePart {
  /** Behind every frame that was drawn; `nowS` on the clock of PeopleBuffer. */
  afterRender?(nowS: number): void;
  /** true: the next frame is due though nobody moves. */
  isMoving?(): boolean;
  /** A click that the part takes for itself, layout px of the canvas; false: whose it would be without the part. */
  click?(xPx: number, yPx: number): boolean;
  /** The second click of two has been told as a click; true: it means no more than that. */
  doubleClick?(): boolean;
  setTones?(tones: SceneTones): void;
  destroy(): void;
}
