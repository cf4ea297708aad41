/**
 * What the synthetic plant is made of: a few primitive bodies in plan metres, each with the levels of detail in which
 * it appears. Made by cells.ts, turned into triangles by mesh.ts.
 */
import { type Rect, rectFrom } from './site-frame.ts';

/** 0 the whole park from afar, 1 a company at middle distance, 2 close by. */
export type Detail = 0 | 1 | 2;

/** sRGB. Desaturated on purpose: saturated colour belongs to alarms alone. Ground is darker than what stands on it. */
export const TONES = {
  apron: 0x191d1f,
  ground: 0x1f2426,
  pad: 0x2a2f31,
  bund: 0x303536,
  asphalt: 0x2c3134,
  verge: 0x232a26,
  lawn: 0x27302a,
  water: 0x20292d,
  concrete: 0x565d60,
  building: 0x636b6f,
  roof: 0x71797d,
  glazing: 0x424b50,
  hall: 0x5f686a,
  hallRoof: 0x6e777a,
  steel: 0x6b7478,
  deck: 0x525a5d,
  rail: 0x7d868a,
  tank: 0x7f888b,
  tankRoof: 0x8a9396,
  tankBand: 0x6a7376,
  vessel: 0x78827f,
  column: 0x868f91,
  pipe: 0x707b77,
  pipeLight: 0x868f8c,
  stack: 0x7a7f80,
  fence: 0x4c5356,
} as const;
export type Tone = keyof typeof TONES;

interface Common {
  readonly tone: Tone;
  /** Middle in the plan. */
  readonly u: number;
  readonly v: number;
  /** Lower edge above ground, m. */
  readonly baseM: number;
  readonly from: Detail;
  readonly to: Detail;
}

/** Which faces of a box are drawn: five; the four sides; top and both long sides; top; one upright face seen from both sides. */
export type BoxFaces = 'all' | 'sides' | 'long' | 'top' | 'panel';

export type Solid =
  | (Common & {
      readonly shape: 'box';
      readonly faces: BoxFaces;
      readonly sizeU: number;
      readonly sizeV: number;
      readonly heightM: number;
    })
  | (Common & {
      readonly shape: 'cylinder';
      readonly radiusM: number;
      readonly heightM: number;
      readonly topRadiusM: number;
      readonly open: boolean;
    })
  | (Common & { readonly shape: 'drum'; readonly radiusM: number; readonly lengthM: number; readonly along: 'u' | 'v' })
  | (Common & { readonly shape: 'sphere'; readonly radiusM: number });

/** Collects bodies; the later arguments default to "in every level". */
export class SolidList {
  readonly solids: Solid[] = [];

  box(
    tone: Tone,
    rect: Rect,
    baseM: number,
    heightM: number,
    from: Detail = 0,
    to: Detail = 2,
    faces: BoxFaces = 'all',
  ): void {
    this.solids.push({
      shape: 'box',
      faces,
      tone,
      u: (rect.u0 + rect.u1) / 2,
      v: (rect.v0 + rect.v1) / 2,
      baseM,
      sizeU: rect.u1 - rect.u0,
      sizeV: rect.v1 - rect.v0,
      heightM,
      from,
      to,
    });
  }

  /** A horizontal surface, drawn from above only. */
  plate(tone: Tone, rect: Rect, atM: number, from: Detail = 0, to: Detail = 2): void {
    this.box(tone, rect, atM, 0, from, to, 'top');
  }

  /** A fence, a rail, a door: one upright face along the longer side of the rectangle. */
  panel(tone: Tone, rect: Rect, baseM: number, heightM: number, from: Detail = 0, to: Detail = 2): void {
    this.box(tone, rect, baseM, heightM, from, to, 'panel');
  }

  /** A pipe or beam in the air. */
  pipe(tone: Tone, rect: Rect, baseM: number, heightM: number, from: Detail = 0, to: Detail = 2): void {
    this.box(tone, rect, baseM, heightM, from, to, 'long');
  }

  post(
    tone: Tone,
    u: number,
    v: number,
    sizeM: number,
    baseM: number,
    heightM: number,
    from: Detail = 0,
    to: Detail = 2,
  ): void {
    this.box(tone, rectFrom(u, v, sizeM, sizeM), baseM, heightM, from, to, 'sides');
  }

  cylinder(
    tone: Tone,
    u: number,
    v: number,
    radiusM: number,
    baseM: number,
    heightM: number,
    from: Detail = 0,
    to: Detail = 2,
    topRadiusM: number = radiusM,
    open = false,
  ): void {
    this.solids.push({ shape: 'cylinder', tone, u, v, baseM, radiusM, heightM, topRadiusM, open, from, to });
  }

  drum(
    tone: Tone,
    u: number,
    v: number,
    radiusM: number,
    baseM: number,
    lengthM: number,
    along: 'u' | 'v',
    from: Detail = 0,
    to: Detail = 2,
  ): void {
    this.solids.push({ shape: 'drum', tone, u, v, baseM, radiusM, lengthM, along, from, to });
  }

  sphere(tone: Tone, u: number, v: number, radiusM: number, baseM: number, from: Detail = 0, to: Detail = 2): void {
    this.solids.push({ shape: 'sphere', tone, u, v, baseM, radiusM, from, to });
  }
}
