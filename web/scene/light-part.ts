/** Gives the scene its light: sun or fixed, the model's, the ground's and the base map's brightness. */
import { Cartesian3, Color, DirectionalLight, Matrix4 } from 'cesium';
import { BASE_MAP_BRIGHTNESS } from './base-map.ts';
import { DAYLIGHT, type SceneLight } from './light.ts';
import type { SceneContext, ScenePart } from './scene-part.ts';

/** Less than this is not seen; more often than that need nothing be drawn. */
const STEP = 0.01;

export class LightPart implements ScenePart {
  readonly #context: SceneContext;
  #light: SceneLight = DAYLIGHT;
  #isSet = false;

  constructor(context: SceneContext) {
    this.#context = context;
  }

  /** Of the model and the ground, 1 by day. */
  get brightness(): number {
    return this.#light.brightness;
  }

  set(light: SceneLight): void {
    if (this.#isSet && isSame(light, this.#light)) return;
    this.#isSet = true;
    this.#light = light;
    this.#apply();
  }

  setTones(): void {
    this.#apply();
  }

  #apply(): void {
    const { widget, enuToFixed, model, tones } = this.#context;
    const { scene } = widget;
    const { towardGround, intensity, ambient, brightness } = this.#light;
    const direction = Cartesian3.normalize(Cartesian3.fromArray([...towardGround]), new Cartesian3());
    scene.light = new DirectionalLight({
      direction: Matrix4.multiplyByPointAsVector(enuToFixed, direction, new Cartesian3()),
      intensity,
    });
    model.setLight(ambient, brightness);
    const dimmed = (color: Color): Color => Color.multiplyByScalar(color, brightness, new Color());
    scene.backgroundColor = Color.fromAlpha(dimmed(tones().background), 1);
    // Undefined when the widget was made without a globe, whatever the type says.
    if (scene.globe as unknown) {
      scene.globe.baseColor = Color.fromAlpha(dimmed(tones().ground), 1);
      for (let i = 0; i < widget.imageryLayers.length; i++)
        widget.imageryLayers.get(i).brightness = BASE_MAP_BRIGHTNESS * brightness;
    }
    this.#context.requestRender();
  }

  destroy(): void {
    // What it lit goes with the scene.
  }
}

function isSame(a: SceneLight, b: SceneLight): boolean {
  const numbers = (light: SceneLight): number[] => [
    ...light.towardGround,
    light.intensity,
    light.ambient,
    light.brightness,
  ];
  const other = numbers(b);
  return numbers(a).every((n, i) => Math.abs(n - other[i]!) < STEP);
}
