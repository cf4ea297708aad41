/** Colours of the scene in both themes. Saturated colour belongs to alarms alone; the ground is darker than buildings. */
import { Cartesian3, Color } from 'cesium';

export interface SceneTones {
  readonly background: Color;
  readonly ground: Color;
  /** Brightness of the tileset's own greys: lift + gain x^gamma / (1 + soft x), linear light. */
  readonly modelCurve: { readonly lift: number; readonly gain: number; readonly gamma: number; readonly soft: number };
  /** 0 grey, 1 the model's own colours. */
  readonly modelSaturation: number;
  readonly personBody: Cartesian3;
  readonly personEdge: Cartesian3;
  /** Index = level; 0 unused. */
  readonly levels: readonly Cartesian3[];
  readonly labelText: Color;
  readonly labelBackground: Color;
  readonly areaCalm: Color;
  readonly areaForbidden: Color;
  readonly track: Color;
}

/** Levels 1 - 4 of style/tokens.css; index 0 unused. */
export const LEVEL_CSS = ['#ffffff', '#ff4d4f', '#ff8a1f', '#ffd21f', '#3d9bff'] as const;

export const levelColor = (level: number): Color => Color.fromCssColorString(LEVEL_CSS[level] ?? LEVEL_CSS[0]);

const rgb = (css: string): Cartesian3 => {
  const color = Color.fromCssColorString(css);
  return new Cartesian3(color.red, color.green, color.blue);
};
const levels = LEVEL_CSS.map(rgb);

export const SCENE_TONES: Readonly<Record<'dark' | 'light', SceneTones>> = {
  dark: {
    background: Color.fromCssColorString('#0b0e11'),
    ground: Color.fromCssColorString('#14191d'),
    modelCurve: { lift: 0, gain: 1.25, gamma: 1, soft: 1.6 },
    modelSaturation: 0.18,
    personBody: rgb('#d3e0ee'),
    personEdge: rgb('#0b0e11'),
    levels,
    labelText: Color.fromCssColorString('#e6eaee'),
    labelBackground: Color.fromCssColorString('rgba(14,17,20,0.82)'),
    areaCalm: Color.fromCssColorString('#8fa3b5'),
    areaForbidden: Color.fromCssColorString('#b89b8c'),
    track: Color.fromCssColorString('#e6eaee'),
  },
  light: {
    background: Color.fromCssColorString('#c9d1d8'),
    ground: Color.fromCssColorString('#b4bdc4'),
    modelCurve: { lift: 0.2, gain: 1.15, gamma: 0.6, soft: 0.4 },
    modelSaturation: 0.18,
    personBody: rgb('#1f3347'),
    personEdge: rgb('#f4f6f8'),
    levels,
    labelText: Color.fromCssColorString('#11161b'),
    labelBackground: Color.fromCssColorString('rgba(250,251,252,0.88)'),
    areaCalm: Color.fromCssColorString('#3f5366'),
    areaForbidden: Color.fromCssColorString('#7a5340'),
    track: Color.fromCssColorString('#11161b'),
  },
};
