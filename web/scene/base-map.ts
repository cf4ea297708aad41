/** The ground picture by setting: `none`, `grid`, `natural-earth`, or an XYZ template on the customer's network. */
import {
  buildModuleUrl,
  type CesiumWidget,
  Color,
  GridImageryProvider,
  ImageryLayer,
  TileMapServiceImageryProvider,
  UrlTemplateImageryProvider,
} from 'cesium';

const XYZ_MAXIMUM_LEVEL = 19;
/** By day. */
export const BASE_MAP_BRIGHTNESS = 0.45;

/** Adds the layer; an address that does not answer leaves the plain ground and is told to `onProblem`. */
export async function addBaseMap(
  widget: CesiumWidget,
  baseMap: string,
  onProblem: (reason: unknown) => void,
): Promise<void> {
  const layer = await baseLayer(baseMap).catch((reason: unknown) => {
    onProblem(reason);
    return null;
  });
  if (layer === null || widget.isDestroyed()) return;
  layer.readyEvent.addEventListener(() => widget.scene.requestRender());
  layer.errorEvent.addEventListener(onProblem);
  // Muted: the ground must never compete with people and alarms.
  layer.saturation = 0.2;
  layer.brightness = BASE_MAP_BRIGHTNESS;
  widget.imageryLayers.add(layer);
}

async function baseLayer(baseMap: string): Promise<ImageryLayer | null> {
  if (baseMap === 'none' || baseMap === '') return null;
  if (baseMap === 'grid') {
    return new ImageryLayer(
      new GridImageryProvider({
        cells: 8,
        color: Color.fromCssColorString('rgba(150,170,190,0.28)'),
        glowColor: Color.TRANSPARENT,
        glowWidth: 0,
        backgroundColor: Color.TRANSPARENT,
      }),
    );
  }
  if (baseMap === 'natural-earth') {
    const url = buildModuleUrl('Assets/Textures/NaturalEarthII');
    return new ImageryLayer(await TileMapServiceImageryProvider.fromUrl(url));
  }
  return new ImageryLayer(new UrlTemplateImageryProvider({ url: baseMap, maximumLevel: XYZ_MAXIMUM_LEVEL }));
}
