/**
 * The park's 3D model (3D Tiles): placement from the settings, colours muted by a shader, readiness for the tests.
 * A model that cannot be loaded leaves the ground; people, areas and alarms go on.
 */
import {
  Cartesian3,
  Cartesian4,
  Cartographic,
  Cesium3DTileset,
  Math as CesiumMath,
  CustomShader,
  HeadingPitchRoll,
  LightingModel,
  Matrix3,
  Matrix4,
  type Scene,
  Transforms,
  UniformType,
} from 'cesium';
import type { WebSettings } from '../../core/web-api.ts';
import type { SceneProfile } from './scene-profile.ts';
import type { SceneTones } from './scene-tones.ts';

/** Light from all around, so that faces turned away keep their shape: the first spherical harmonic alone. */
const AMBIENT = 0.55;

export class ModelTileset {
  readonly #scene: Scene;
  readonly #shader: CustomShader;
  #tileset: Cesium3DTileset | null = null;
  isFailed = false;

  constructor(scene: Scene, profile: SceneProfile, tones: SceneTones) {
    this.#scene = scene;
    this.#shader = new CustomShader({
      lightingModel: profile.isLit ? LightingModel.PBR : LightingModel.UNLIT,
      uniforms: {
        u_curve: { type: UniformType.VEC4, value: curveOf(tones) },
        u_saturation: { type: UniformType.FLOAT, value: tones.modelSaturation },
      },
      fragmentShaderText: `
        void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
          float grey = max(dot(material.diffuse, vec3(0.299, 0.587, 0.114)), 0.001);
          float toned = u_curve.x + u_curve.y * pow(grey, u_curve.z) / (1.0 + u_curve.w * grey);
          material.diffuse = mix(vec3(1.0), material.diffuse / grey, u_saturation) * toned;
          material.specular = vec3(0.02);
          material.roughness = 1.0;
        }`,
    });
  }

  async load(settings: WebSettings['tileset'], profile: SceneProfile): Promise<void> {
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
      const ambient = new Cartesian3(AMBIENT, AMBIENT, AMBIENT);
      tileset.imageBasedLighting.sphericalHarmonicCoefficients = [
        ambient,
        ...Array.from({ length: 8 }, () => Cartesian3.ZERO),
      ];
      place(tileset, settings);
      tileset.tileLoad.addEventListener(() => this.#scene.requestRender());
      this.#tileset = this.#scene.primitives.add(tileset, 0) as Cesium3DTileset;
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

  set isShown(isShown: boolean) {
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

function place(tileset: Cesium3DTileset, settings: WebSettings['tileset']): void {
  const turn = Matrix3.fromHeadingPitchRoll(
    new HeadingPitchRoll(CesiumMath.toRadians(settings.headingDeg), 0, 0),
    new Matrix3(),
  );
  if (settings.lng !== null && settings.lat !== null) {
    // A model in local metres: its origin goes to the given place.
    const origin = Cartesian3.fromDegrees(settings.lng, settings.lat, settings.heightOffsetM);
    const frame = Transforms.eastNorthUpToFixedFrame(origin);
    tileset.modelMatrix = Matrix4.multiplyByMatrix3(frame, turn, new Matrix4());
    return;
  }
  if (settings.heightOffsetM === 0 && settings.headingDeg === 0) return;
  // A model that knows its own place: raised and turned about its centre.
  const centre = tileset.boundingSphere.center;
  const up = Cartographic.fromCartesian(centre);
  const raised = Cartesian3.fromRadians(up.longitude, up.latitude, up.height + settings.heightOffsetM);
  const to = Matrix4.multiplyByMatrix3(Transforms.eastNorthUpToFixedFrame(raised), turn, new Matrix4());
  const from = Matrix4.inverse(Transforms.eastNorthUpToFixedFrame(centre), new Matrix4());
  tileset.modelMatrix = Matrix4.multiply(to, from, new Matrix4());
}
