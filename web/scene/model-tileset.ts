/**
 * The park's 3D model (3D Tiles): placement from the settings, colours muted by a shader, readiness for the tests.
 * A model that cannot be loaded leaves the ground; people, areas and alarms go on.
 */
import {
  Cartesian3,
  Cartesian4,
  Cartographic,
  type Cesium3DTile,
  Cesium3DTileset,
  Math as CesiumMath,
  CustomShader,
  LightingModel,
  Matrix4,
  type Scene,
  UniformType,
} from 'cesium';
import type { TilesetPlace, WebSettings } from '../../core/web-api.ts';
import type { Projection } from '../../geo/projection.ts';
import { tilesetTransform } from '../../geo/tileset-placement.ts';
import { DAYLIGHT } from './light.ts';
import type { SceneProfile } from './scene-profile.ts';
import type { SceneTones } from './scene-tones.ts';

/** CGCS2000 degrees, metres above the ellipsoid. */
export interface ModelPlace {
  readonly lng: number;
  readonly lat: number;
  readonly heightM: number;
}

export class ModelTileset {
  readonly #scene: Scene;
  readonly #shader: CustomShader;
  #tileset: Cesium3DTileset | null = null;
  readonly #tileListeners: ((tile: Cesium3DTile) => void)[] = [];
  #ambient = DAYLIGHT.ambient;
  #isShown = true;
  isFailed = false;

  constructor(scene: Scene, profile: SceneProfile, tones: SceneTones) {
    this.#scene = scene;
    this.#shader = new CustomShader({
      lightingModel: profile.isLit ? LightingModel.PBR : LightingModel.UNLIT,
      uniforms: {
        u_curve: { type: UniformType.VEC4, value: curveOf(tones) },
        u_saturation: { type: UniformType.FLOAT, value: tones.modelSaturation },
        u_brightness: { type: UniformType.FLOAT, value: 1 },
        u_bendPerM: { type: UniformType.FLOAT, value: 0 },
        // Of their own: setUniform writes into them, and Cesium's constants are frozen.
        u_bendMiddle: { type: UniformType.VEC3, value: new Cartesian3() },
        u_bendUp: { type: UniformType.VEC3, value: new Cartesian3() },
      },
      vertexShaderText: BEND_SHADER,
      fragmentShaderText: `
        void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
          float grey = max(dot(material.diffuse, vec3(0.299, 0.587, 0.114)), 0.001);
          float toned = u_curve.x + u_curve.y * pow(grey, u_curve.z) / (1.0 + u_curve.w * grey);
          material.diffuse = mix(vec3(1.0), material.diffuse / grey, u_saturation) * toned * u_brightness;
          material.specular = vec3(0.02);
          material.roughness = 1.0;
        }`,
    });
  }

  async load(settings: WebSettings['tileset'], profile: SceneProfile, projection: Projection): Promise<void> {
    if (settings.url === null) return;
    try {
      const tileset = await Cesium3DTileset.fromUrl(settings.url, {
        maximumScreenSpaceError: profile.maximumScreenSpaceError,
        environmentMapOptions: { enabled: false },
        showCreditsOnScreen: false,
      });
      if (this.#scene.isDestroyed()) {
        tileset.destroy();
        return;
      }
      tileset.customShader = this.#shader;
      place(tileset, this.#shader, settings.place, projection);
      tileset.tileLoad.addEventListener(() => this.#scene.requestRender());
      for (const listener of this.#tileListeners) tileset.tileLoad.addEventListener(listener);
      this.#tileset = this.#scene.primitives.add(tileset, 0) as Cesium3DTileset;
      this.#tileset.show = this.#isShown;
      this.#applyAmbient();
      this.#scene.requestRender();
    } catch (cause) {
      this.isFailed = true;
      throw new Error(`The 3D model ${settings.url} cannot be loaded`, { cause });
    }
  }

  setTones(tones: SceneTones): void {
    this.#shader.setUniform('u_curve', curveOf(tones));
    this.#shader.setUniform('u_saturation', tones.modelSaturation);
  }

  /** `ambient` comes from all around, so that faces turned away keep their shape; `brightness` is of its own colours. */
  setLight(ambient: number, brightness: number): void {
    this.#ambient = ambient;
    this.#shader.setUniform('u_brightness', brightness);
    this.#applyAmbient();
  }

  #applyAmbient(): void {
    if (this.#tileset === null) return;
    const all = new Cartesian3(this.#ambient, this.#ambient, this.#ambient);
    // The first spherical harmonic alone.
    const more = Array.from({ length: 8 }, () => Cartesian3.ZERO);
    this.#tileset.imageBasedLighting.sphericalHarmonicCoefficients = [all, ...more];
  }

  /** Called with every tile that comes from now on. */
  onTile(listener: (tile: Cesium3DTile) => void): void {
    this.#tileListeners.push(listener);
    this.#tileset?.tileLoad.addEventListener(listener);
  }

  /** Where a point of the model, in its own numbers, is drawn, but for the bend; null: there is no model. */
  placeOf(x: number, y: number, z: number): ModelPlace | null {
    if (this.#tileset === null) return null;
    const { computedTransform } = this.#tileset.root;
    const fixed = Matrix4.multiplyByPoint(computedTransform, new Cartesian3(x, y, z), new Cartesian3());
    const { longitude, latitude, height } = Cartographic.fromCartesian(fixed);
    return { lng: CesiumMath.toDegrees(longitude), lat: CesiumMath.toDegrees(latitude), heightM: height };
  }

  set isShown(isShown: boolean) {
    this.#isShown = isShown;
    if (this.#tileset !== null) this.#tileset.show = isShown;
  }

  /** `tilesLoaded` alone is also true of a tileset that draws nothing at all. */
  get isReady(): boolean {
    const tileset = this.#tileset as (Cesium3DTileset & { statistics: { selected: number } }) | null;
    return tileset?.tilesLoaded === true && tileset.statistics.selected > 0;
  }
}

const curveOf = ({ modelCurve: { lift, gain, gamma, soft } }: SceneTones): Cartesian4 =>
  new Cartesian4(lift, gain, gamma, soft);

/** `bend` of geo/tileset-placement.ts. The earth's frame has half a metre in f32 there, a tenth of a millimetre of this. */
const BEND_SHADER = `
  void vertexMain(VertexInput vsInput, inout czm_modelVertexOutput vsOutput) {
    if (u_bendPerM == 0.0) return;
    vec3 from = (czm_model * vec4(vsInput.attributes.positionMC, 1.0)).xyz - u_bendMiddle;
    float up = dot(from, u_bendUp);
    vec3 across = from - up * u_bendUp;
    vec3 step = u_bendPerM * (up * across - 0.5 * dot(across, across) * u_bendUp);
    vsOutput.positionMC += (czm_inverseModel * vec4(step, 0.0)).xyz;
  }`;

/** Puts it where the settings say, and tells its shader how it bends. */
function place(tileset: Cesium3DTileset, shader: CustomShader, settings: TilesetPlace, projection: Projection): void {
  const { x, y, z } = tileset.boundingSphere.center;
  const { matrix, bend } = tilesetTransform(settings, [x, y, z], projection);
  tileset.modelMatrix = Matrix4.fromArray([...matrix]);
  if (bend === null) return;
  shader.setUniform('u_bendPerM', bend.perM);
  shader.setUniform('u_bendMiddle', Cartesian3.fromArray([...bend.middle]));
  shader.setUniform('u_bendUp', Cartesian3.fromArray([...bend.up]));
}
