/**
 * The bare Cesium widget: no ion, no sky, no credits of others, light from a fixed direction (Cesium's default is the
 * sun at clock time: dark at night), rendering on request only.
 */
import 'cesium/Build/Cesium/Widgets/CesiumWidget/CesiumWidget.css';
import {
  CameraEventType,
  Cartesian3,
  CesiumWidget,
  DirectionalLight,
  Globe,
  Ion,
  KeyboardEventModifier,
  Matrix4,
} from 'cesium';
import type { SceneProfile } from './scene-profile.ts';
import type { SceneTones } from './scene-tones.ts';

const MINIMUM_ZOOM_M = 8;
const MAXIMUM_ZOOM_M = 30_000;

export function createWidget(
  container: HTMLElement,
  profile: SceneProfile,
  enuToFixed: Matrix4,
  hasGlobe: boolean,
): CesiumWidget {
  // Cesium ships a token of its own; nothing here may ever use one.
  Ion.defaultAccessToken = '';
  const widget = makeWidget(container, profile, hasGlobe);
  widget.resolutionScale = profile.resolutionScale;
  const { scene } = widget;
  scene.postProcessStages.fxaa.enabled = profile.fxaa;
  scene.fog.enabled = false;
  scene.highDynamicRange = false;
  if (scene.sun) scene.sun.show = false;
  if (scene.moon) scene.moon.show = false;
  if (hasGlobe) {
    scene.globe.enableLighting = false;
    scene.globe.showGroundAtmosphere = false;
    scene.globe.depthTestAgainstTerrain = false;
    scene.globe.showWaterEffect = false;
    scene.globe.tileCacheSize = 200;
  }
  // From the south-west, 50 degrees high: every face of a building gets its own grey.
  const towardGround = Cartesian3.normalize(new Cartesian3(0.45, 0.55, -0.85), new Cartesian3());
  scene.light = new DirectionalLight({
    direction: Matrix4.multiplyByPointAsVector(enuToFixed, towardGround, new Cartesian3()),
    intensity: 2.2,
  });
  setControls(widget);
  return widget;
}

function makeWidget(container: HTMLElement, profile: SceneProfile, hasGlobe: boolean): CesiumWidget {
  try {
    return new CesiumWidget(container, {
      baseLayer: false,
      skyBox: false,
      skyAtmosphere: false,
      globe: hasGlobe ? new Globe() : false,
      scene3DOnly: true,
      orderIndependentTranslucency: false,
      requestRenderMode: true,
      maximumRenderTimeChange: Number.POSITIVE_INFINITY,
      msaaSamples: profile.msaaSamples,
      useBrowserRecommendedResolution: profile.name === 'test',
      showRenderLoopErrors: false,
      creditContainer: document.createElement('div'),
      contextOptions: { webgl: { powerPreference: 'high-performance', failIfMajorPerformanceCaveat: false } },
    });
  } catch (reason) {
    // Without a graphics context Cesium leaves its empty frame behind.
    container.querySelector('.cesium-widget')?.remove();
    throw reason;
  }
}

/** Left drags the map, right or middle turns it, the wheel zooms: an operator's hand never leaves the mouse. */
function setControls(widget: CesiumWidget): void {
  const controller = widget.scene.screenSpaceCameraController;
  controller.minimumZoomDistance = MINIMUM_ZOOM_M;
  controller.maximumZoomDistance = MAXIMUM_ZOOM_M;
  controller.zoomEventTypes = [CameraEventType.WHEEL, CameraEventType.PINCH];
  controller.tiltEventTypes = [
    CameraEventType.RIGHT_DRAG,
    CameraEventType.MIDDLE_DRAG,
    CameraEventType.PINCH,
    { eventType: CameraEventType.LEFT_DRAG, modifier: KeyboardEventModifier.CTRL },
  ];
  controller.inertiaSpin = 0.6;
  controller.inertiaTranslate = 0.6;
  controller.inertiaZoom = 0.5;
}

export function applyTones(widget: CesiumWidget, tones: SceneTones): void {
  const { scene } = widget;
  scene.backgroundColor = tones.background.clone();
  // Undefined when the widget was made without a globe, whatever the type says.
  if (scene.globe as unknown) scene.globe.baseColor = tones.ground.clone();
  scene.requestRender();
}

/** Calls back once; from then on the widget draws nothing and its render loop stands. */
export function onContextLost(widget: CesiumWidget, onLost: () => void): void {
  const onEvent = (): void => {
    widget.useDefaultRenderLoop = false;
    onLost();
  };
  widget.canvas.addEventListener('webglcontextlost', onEvent, { once: true });
  released.set(widget, () => widget.canvas.removeEventListener('webglcontextlost', onEvent));
}

const released = new WeakMap<CesiumWidget, () => void>();

/** Gives the card's memory back at once: a browser keeps sixteen contexts, and loses the oldest when the collector is late. */
export function releaseContext(widget: CesiumWidget): void {
  released.get(widget)?.();
  widget.canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
}
