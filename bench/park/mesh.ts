/**
 * Bodies to triangles, with light and shade baked into vertex colours so that the model looks the same at every hour
 * and costs no lighting. Plan coordinates in (u, v, height above ground), counter-clockwise seen from outside.
 */
import type { Point } from './site-frame.ts';
import { type Detail, type Solid, TONES, type Tone } from './solid.ts';

/** Grows by doubling; positions and normals in plan metres, colours linear RGB as 16 bit. */
export class Mesh {
  positions = new Float64Array(3 * 1024);
  normals = new Float32Array(3 * 1024);
  colours = new Uint16Array(3 * 1024);
  indices = new Uint32Array(3 * 2048);
  vertexCount = 0;
  indexCount = 0;

  vertex(u: number, v: number, h: number, nu: number, nv: number, nh: number, tone: Tone, factor: number): number {
    const at = 3 * this.vertexCount;
    if (at + 3 > this.positions.length) this.#growVertices();
    this.positions[at] = u;
    this.positions[at + 1] = v;
    this.positions[at + 2] = h;
    this.normals[at] = nu;
    this.normals[at + 1] = nv;
    this.normals[at + 2] = nh;
    const light = factor * shade(nu, nv, nh, h);
    const rgb = TONES[tone];
    this.colours[at] = linear16(((rgb >> 16) & 255) * light);
    this.colours[at + 1] = linear16(((rgb >> 8) & 255) * light);
    this.colours[at + 2] = linear16((rgb & 255) * light);
    return this.vertexCount++;
  }

  triangle(a: number, b: number, c: number): void {
    if (this.indexCount + 3 > this.indices.length) {
      const grown = new Uint32Array(this.indices.length * 2);
      grown.set(this.indices);
      this.indices = grown;
    }
    this.indices[this.indexCount++] = a;
    this.indices[this.indexCount++] = b;
    this.indices[this.indexCount++] = c;
  }

  quad(a: number, b: number, c: number, d: number): void {
    this.triangle(a, b, c);
    this.triangle(a, c, d);
  }

  #growVertices(): void {
    const length = this.positions.length * 2;
    const positions = new Float64Array(length);
    positions.set(this.positions);
    this.positions = positions;
    const normals = new Float32Array(length);
    normals.set(this.normals);
    this.normals = normals;
    const colours = new Uint16Array(length);
    colours.set(this.colours);
    this.colours = colours;
  }
}

/** A quiet sky with a low sun in the south-west; walls darken towards the ground. */
const SUN = { u: -0.46, v: -0.38, h: 0.8 } as const;

function shade(nu: number, nv: number, nh: number, h: number): number {
  const sun = Math.max(0, nu * SUN.u + nv * SUN.v + nh * SUN.h);
  const wall = nh > 0.7 ? 1 : 0.84 + 0.16 * Math.min(1, Math.max(0, h) / 12);
  return (0.66 + 0.4 * sun) * wall;
}

/** sRGB 0..255 to linear 0..65535: glTF vertex colours are linear, and 8 bits would band in the dark. */
function linear16(srgb: number): number {
  const c = Math.min(255, srgb) / 255;
  const linear = c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  return Math.round(linear * 65_535);
}

/** Neighbouring bodies of one tone differ a little, always in the same way. */
function variation(solid: Solid): number {
  const n = Math.sin(solid.u * 12.9898 + solid.v * 78.233 + solid.baseM) * 43_758.5453;
  return 0.95 + 0.1 * (n - Math.floor(n));
}

function segmentsOf(radiusM: number, detail: Detail): number {
  if (detail === 2) return radiusM > 5 ? 13 : radiusM > 1.2 ? 8 : 6;
  if (detail === 1) return radiusM > 5 ? 9 : radiusM > 1.2 ? 6 : 4;
  return radiusM > 5 ? 5 : 4;
}

/** Adds the body at this level of detail. Upright faces seen from both sides go to `panels`. */
export function addSolid(solid: Solid, detail: Detail, mesh: Mesh, panels: Mesh): void {
  const factor = variation(solid);
  switch (solid.shape) {
    case 'box':
      if (solid.faces === 'panel') addPanel(solid, panels, factor);
      else addBox(solid, mesh, factor);
      return;
    case 'cylinder':
      addCylinder(solid, segmentsOf(solid.radiusM, detail), mesh, factor);
      return;
    case 'drum':
      addDrum(solid, segmentsOf(solid.radiusM, detail), mesh, factor);
      return;
    case 'sphere':
      addSphere(solid, detail === 2 ? 9 : detail === 1 ? 7 : 5, mesh, factor);
      return;
  }
}

type Box = Extract<Solid, { shape: 'box' }>;

function addBox(box: Box, mesh: Mesh, factor: number): void {
  const [u0, u1] = [box.u - box.sizeU / 2, box.u + box.sizeU / 2];
  const [v0, v1] = [box.v - box.sizeV / 2, box.v + box.sizeV / 2];
  const [h0, h1] = [box.baseM, box.baseM + box.heightM];
  const side = (a: Point, b: Point): void => {
    const length = Math.hypot(b.u - a.u, b.v - a.v);
    const nu = (b.v - a.v) / length;
    const nv = -(b.u - a.u) / length;
    mesh.quad(
      mesh.vertex(a.u, a.v, h0, nu, nv, 0, box.tone, factor),
      mesh.vertex(b.u, b.v, h0, nu, nv, 0, box.tone, factor),
      mesh.vertex(b.u, b.v, h1, nu, nv, 0, box.tone, factor),
      mesh.vertex(a.u, a.v, h1, nu, nv, 0, box.tone, factor),
    );
  };
  const corners = [
    { u: u0, v: v0 },
    { u: u1, v: v0 },
    { u: u1, v: v1 },
    { u: u0, v: v1 },
  ] as const;
  if (box.faces !== 'sides') {
    const [a, b, c, d] = corners.map((p) => mesh.vertex(p.u, p.v, h1, 0, 0, 1, box.tone, factor));
    mesh.quad(a!, b!, c!, d!);
  }
  if (box.faces === 'top') return;
  const alongU = box.sizeU >= box.sizeV;
  for (let i = 0; i < 4; i++) {
    const isAlongU = i % 2 === 0;
    if (box.faces === 'long' && isAlongU !== alongU) continue;
    side(corners[i]!, corners[(i + 1) % 4]!);
  }
}

function addPanel(box: Box, panels: Mesh, factor: number): void {
  const alongU = box.sizeU >= box.sizeV;
  const du = alongU ? box.sizeU / 2 : 0;
  const dv = alongU ? 0 : box.sizeV / 2;
  const [nu, nv] = alongU ? [0, -1] : [1, 0];
  const at = (sign: number, h: number): number =>
    panels.vertex(box.u + sign * du, box.v + sign * dv, h, nu, nv, 0, box.tone, factor);
  const top = box.baseM + box.heightM;
  panels.quad(at(-1, box.baseM), at(1, box.baseM), at(1, top), at(-1, top));
}

function addCylinder(solid: Extract<Solid, { shape: 'cylinder' }>, segments: number, mesh: Mesh, factor: number): void {
  const { u, v, radiusM, topRadiusM, heightM, baseM, tone } = solid;
  const slope = (radiusM - topRadiusM) / Math.max(0.01, heightM);
  const inv = 1 / Math.hypot(1, slope);
  const lower: number[] = [];
  const upper: number[] = [];
  for (let i = 0; i < segments; i++) {
    const angle = (2 * Math.PI * i) / segments;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    lower.push(mesh.vertex(u + c * radiusM, v + s * radiusM, baseM, c * inv, s * inv, slope * inv, tone, factor));
    upper.push(
      mesh.vertex(u + c * topRadiusM, v + s * topRadiusM, baseM + heightM, c * inv, s * inv, slope * inv, tone, factor),
    );
  }
  for (let i = 0; i < segments; i++) {
    const j = (i + 1) % segments;
    if (topRadiusM < 0.01) mesh.triangle(lower[i]!, lower[j]!, upper[i]!);
    else mesh.quad(lower[i]!, lower[j]!, upper[j]!, upper[i]!);
  }
  if (solid.open) return;
  const lid = upper.map((_, i) => {
    const angle = (2 * Math.PI * i) / segments;
    const [lu, lv] = [u + Math.cos(angle) * topRadiusM, v + Math.sin(angle) * topRadiusM];
    return mesh.vertex(lu, lv, baseM + heightM, 0, 0, 1, tone, factor);
  });
  for (let i = 1; i < segments - 1; i++) mesh.triangle(lid[0]!, lid[i]!, lid[i + 1]!);
}

/** A lying cylinder; `baseM` is its lowest line. */
function addDrum(solid: Extract<Solid, { shape: 'drum' }>, segments: number, mesh: Mesh, factor: number): void {
  const { radiusM, lengthM, baseM, tone } = solid;
  const alongU = solid.along === 'u';
  const at = (end: number, angle: number, n: 'side' | 'end'): number => {
    const across = Math.cos(angle);
    const up = Math.sin(angle);
    const along = (end * lengthM) / 2;
    const pu = solid.u + (alongU ? along : across * radiusM);
    const pv = solid.v + (alongU ? across * radiusM : along);
    const ph = baseM + radiusM + up * radiusM;
    if (n === 'end') return mesh.vertex(pu, pv, ph, alongU ? end : 0, alongU ? 0 : end, 0, tone, factor);
    return mesh.vertex(pu, pv, ph, alongU ? 0 : across, alongU ? across : 0, up, tone, factor);
  };
  const angleOf = (i: number): number => (2 * Math.PI * i) / segments;
  const ends = [-1, 1].map((end) => Array.from({ length: segments }, (_, i) => at(end, angleOf(i), 'side')));
  const [a, b] = ends as [number[], number[]];
  for (let i = 0; i < segments; i++) {
    const j = (i + 1) % segments;
    // "Across, up, along" is right-handed along u and left-handed along v.
    if (alongU) mesh.quad(a[i]!, a[j]!, b[j]!, b[i]!);
    else mesh.quad(a[i]!, b[i]!, b[j]!, a[j]!);
  }
  for (const end of [-1, 1]) {
    const cap = Array.from({ length: segments }, (_, i) => at(end, angleOf(i), 'end'));
    const outward = alongU === (end === 1);
    for (let i = 1; i < segments - 1; i++) {
      if (outward) mesh.triangle(cap[0]!, cap[i]!, cap[i + 1]!);
      else mesh.triangle(cap[0]!, cap[i + 1]!, cap[i]!);
    }
  }
}

/** `baseM` is its lowest point. */
function addSphere(solid: Extract<Solid, { shape: 'sphere' }>, segments: number, mesh: Mesh, factor: number): void {
  const bands = Math.max(3, Math.round(segments * 0.6));
  const { u, v, radiusM, baseM, tone } = solid;
  const rings: number[][] = [];
  for (let b = 0; b <= bands; b++) {
    const tilt = -Math.PI / 2 + (Math.PI * b) / bands;
    const [c, s] = [Math.cos(tilt), Math.sin(tilt)];
    rings.push(
      Array.from({ length: b === 0 || b === bands ? 1 : segments }, (_, i) => {
        const angle = (2 * Math.PI * i) / segments;
        const [nu, nv] = [c * Math.cos(angle), c * Math.sin(angle)];
        return mesh.vertex(u + nu * radiusM, v + nv * radiusM, baseM + radiusM * (1 + s), nu, nv, s, tone, factor);
      }),
    );
  }
  for (let b = 0; b < bands; b++) {
    const [below, above] = [rings[b]!, rings[b + 1]!];
    for (let i = 0; i < segments; i++) {
      const j = (i + 1) % segments;
      if (below.length === 1) mesh.triangle(below[0]!, above[j]!, above[i]!);
      else if (above.length === 1) mesh.triangle(below[i]!, below[j]!, above[0]!);
      else mesh.quad(below[i]!, below[j]!, above[j]!, above[i]!);
    }
  }
}
