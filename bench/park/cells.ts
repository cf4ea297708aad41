/**
 * What fills one cell of a company's inner road grid: the bodies that are drawn and the zones that people stay in.
 * Both come from one place so that nobody works inside a tank and every platform under somebody is drawn.
 */
import type { Random } from '../random.ts';
import { cornersOf, inset, middleOf, type Point, type Rect, rectFrom } from './site-frame.ts';
import { SolidList } from './solid.ts';

export type CellKind =
  | 'office'
  | 'canteen'
  | 'control'
  | 'parking'
  | 'assembly'
  | 'process'
  | 'tankFarm'
  | 'sphereFarm'
  | 'warehouse'
  | 'substation'
  | 'flare'
  | 'utility'
  | 'reserve';

export interface Floor {
  readonly floorNo: string;
  /** Above ground, m. */
  readonly heightM: number;
}

/** A convex place to stay; its first corner (u0, v0) is where its stairs stand. */
export interface Zone {
  readonly rect: Rect;
  readonly floors: readonly Floor[];
  readonly source: 'UWB' | 'BLE' | 'GNSS';
}

/** A part of a cell that nobody may enter. Ring in plan metres, not closed. */
export interface ForbiddenPart {
  readonly name: string;
  readonly ring: readonly Point[];
  /** Heights above ground; null: from ground to sky. */
  readonly fromM: number | null;
  readonly toM: number | null;
}

export interface CellContent {
  readonly solids: SolidList;
  readonly zones: readonly Zone[];
  readonly forbidden: readonly ForbiddenPart[];
}

const GROUND: Floor = { floorNo: '1F', heightM: 0 };
const RESTRICTED_DECK_M = 18;

type Builder = (cell: Rect, random: Random, out: SolidList) => { zones: Zone[]; forbidden?: ForbiddenPart[] };

export function buildCell(kind: CellKind, cell: Rect, random: Random): CellContent {
  const solids = new SolidList();
  const made = BUILDERS[kind](cell, random, solids);
  return { solids, zones: made.zones, forbidden: made.forbidden ?? [] };
}

const floors = (count: number, stepM: number): Floor[] =>
  Array.from({ length: count }, (_, i) => ({ floorNo: `${i + 1}F`, heightM: i * stepM }));

function building(out: SolidList, rect: Rect, storeys: number, storeyM: number): void {
  const height = storeys * storeyM;
  out.box('building', rect, 0, height);
  out.box('roof', inset(rect, 0.8), height, 0.4, 1);
  for (let i = 0; i < storeys; i++) {
    const band = { u0: rect.u0 - 0.15, v0: rect.v0 - 0.15, u1: rect.u1 + 0.15, v1: rect.v1 + 0.15 };
    out.box('glazing', band, i * storeyM + 1.1, 1.5, 1);
  }
  const m = middleOf(rect);
  out.box('concrete', rectFrom(m.u, m.v, 6, 5), height + 0.4, 2.6, 1);
  out.box('steel', rectFrom(m.u + 9, m.v, 4, 3), height + 0.4, 1.4, 2);
  out.box('steel', rectFrom(m.u - 9, m.v, 4, 3), height + 0.4, 1.4, 2);
}

const office: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const storeys = 4 + Math.floor(random() * 3);
  const rect = rectFrom(m.u, m.v, Math.min(70, cell.u1 - cell.u0 - 60), 20);
  out.box('lawn', inset(cell, 4), 0, 0.12, 1);
  building(out, rect, storeys, 3.6);
  return { zones: [{ rect: inset(rect, 2), floors: floors(storeys, 3.6), source: 'BLE' }] };
};

const canteen: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const rect = rectFrom(m.u, m.v, 48, 30);
  out.box('lawn', inset(cell, 4), 0, 0.12, 1);
  building(out, rect, 1, 6);
  return { zones: [{ rect: inset(rect, 2), floors: [GROUND], source: 'BLE' }] };
};

const control: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const rect = rectFrom(m.u - 26, m.v, 40, 28);
  const laboratory = rectFrom(m.u + 26, m.v, 34, 24);
  out.box('pad', inset(cell, 8), 0, 0.12, 1);
  building(out, rect, 2, 4.5);
  building(out, laboratory, 3, 3.8);
  return {
    zones: [
      { rect: inset(rect, 2), floors: floors(2, 4.5), source: 'BLE' },
      { rect: inset(laboratory, 2), floors: floors(3, 3.8), source: 'BLE' },
    ],
  };
};

const parking: Builder = (cell, random, out) => {
  const area = inset(cell, 14);
  out.box('asphalt', area, 0, 0.12, 1);
  for (let v = area.v0 + 8; v < area.v1 - 8; v += 16) {
    for (let u = area.u0 + 6; u < area.u1 - 6; u += 7) {
      if (random() < 0.55) continue;
      out.box('steel', rectFrom(u, v, 2, 4.6), 0.12, 1.5, 2);
    }
  }
  return { zones: [{ rect: area, floors: [GROUND], source: 'GNSS' }] };
};

const assembly: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const area = rectFrom(m.u, m.v, 60, 40);
  out.box('lawn', inset(cell, 4), 0, 0.12, 1);
  out.box('pad', area, 0.12, 0.1, 1);
  out.cylinder('rail', m.u, area.v1 + 2, 0.15, 0, 9, 1);
  return { zones: [{ rect: area, floors: [GROUND], source: 'GNSS' }] };
};

/** A steel frame with decks: slabs, columns, rails, stairs. */
function platform(out: SolidList, rect: Rect, deckHeights: readonly number[], topM: number): void {
  out.box('steel', rect, 0, topM, 0, 0);
  for (const h of deckHeights) {
    if (h === 0) continue;
    out.box('deck', rect, h - 0.35, 0.35, 1);
    for (const side of [
      { u0: rect.u0, v0: rect.v0, u1: rect.u1, v1: rect.v0 + 0.1 },
      { u0: rect.u0, v0: rect.v1 - 0.1, u1: rect.u1, v1: rect.v1 },
      { u0: rect.u0, v0: rect.v0, u1: rect.u0 + 0.1, v1: rect.v1 },
      { u0: rect.u1 - 0.1, v0: rect.v0, u1: rect.u1, v1: rect.v1 },
    ]) {
      out.box('rail', side, h + 1, 0.1, 2);
    }
  }
  const bays = Math.max(2, Math.round((rect.v1 - rect.v0) / 14));
  for (let i = 0; i <= bays; i++) {
    const v = rect.v0 + ((rect.v1 - rect.v0) * i) / bays;
    for (const u of [rect.u0 + 0.3, rect.u1 - 0.3]) out.box('steel', rectFrom(u, v, 0.5, 0.5), 0, topM, 1);
  }
  for (let h = 0; h + 6 <= topM; h += 6) {
    const flight = { u0: rect.u0 - 1.6, v0: rect.v0 + 2, u1: rect.u0, v1: rect.v0 + 9 };
    out.box('rail', flight, h + 2.8, 0.4, 2);
  }
}

function pipeRack(out: SolidList, rect: Rect): void {
  out.box('pipe', rect, 5.6, 1, 0, 0);
  const width = rect.u1 - rect.u0;
  for (let i = 0; i < 5; i++) {
    const u = rect.u0 + (width * (i + 0.5)) / 5;
    out.box(i % 2 === 0 ? 'pipe' : 'pipeLight', rectFrom(u, (rect.v0 + rect.v1) / 2, 0.7, rect.v1 - rect.v0), 6, 0.6, 1);
  }
  for (let v = rect.v0 + 3; v < rect.v1; v += 18) {
    out.box('steel', { u0: rect.u0, v0: v, u1: rect.u1, v1: v + 0.5 }, 5.4, 0.5, 1);
    out.box('steel', { u0: rect.u0, v0: v, u1: rect.u0 + 0.5, v1: v + 0.5 }, 0, 5.4, 2);
    out.box('steel', { u0: rect.u1 - 0.5, v0: v, u1: rect.u1, v1: v + 0.5 }, 0, 5.4, 2);
  }
}

function distillationColumn(out: SolidList, u: number, v: number, radiusM: number, heightM: number): void {
  out.cylinder('column', u, v, radiusM, 0, heightM);
  out.cylinder('column', u, v, radiusM, heightM, radiusM * 0.6, 1, 2, radiusM * 0.35);
  for (let h = 9; h < heightM - 3; h += 9) out.cylinder('rail', u, v, radiusM + 1.1, h, 0.25, 2);
  out.box('rail', rectFrom(u + radiusM + 0.35, v, 0.5, 0.7), 1, heightM - 1, 2);
  out.box('pipeLight', rectFrom(u - radiusM - 0.5, v, 0.5, 0.5), 3, heightM - 4, 2);
}

/** Pipe rack over an aisle in the middle; a frame with decks left of it, columns and drums right of it. */
const process: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const depth = Math.min(84, cell.v1 - cell.v0 - 64);
  const frame = { u0: m.u - 42, v0: m.v - depth / 2, u1: m.u - 14, v1: m.v + depth / 2 };
  const train = { u0: m.u + 14, v0: m.v - depth / 2, u1: m.u + 42, v1: m.v + depth / 2 };
  const restricted = random() < 0.3;
  const decks = restricted ? [0, 6, 12, RESTRICTED_DECK_M] : [0, 6, 12];
  out.box('pad', inset(cell, 10), 0, 0.12, 1);
  platform(out, frame, decks, restricted ? RESTRICTED_DECK_M : 14);
  pipeRack(out, rectFrom(m.u, m.v, 9, cell.v1 - cell.v0 - 30));
  for (let v = frame.v0 + 8; v < frame.v1 - 6; v += 14) {
    const level = random() < 0.5 ? 0.4 : 6.2;
    if (random() < 0.5) out.drum('vessel', m.u - 22, v, 1.5, level, 8, 'u', 1);
    else out.cylinder('vessel', m.u - 21, v, 1.7, level, 4.6, 1);
  }
  const columns = 2 + Math.floor(random() * 3);
  for (let i = 0; i < columns; i++) {
    const v = train.v0 + ((train.v1 - train.v0) * (i + 0.5)) / columns;
    distillationColumn(out, m.u + 34, v, 1.4 + random() * 1.6, 22 + random() * 34);
    out.drum('vessel', m.u + 22, v - 3, 1.4, 4, 9, 'u', 1);
    out.box('concrete', rectFrom(m.u + 22, v - 3, 7, 2), 0, 4, 1);
    for (let k = 0; k < 3; k++) out.box('tankBand', rectFrom(m.u + 17, v + 2 + k * 2.2, 2.4, 1.2), 0.1, 1.3, 2);
  }
  if (random() < 0.35) {
    const v = cell.v1 - 24;
    out.box('vessel', rectFrom(m.u + 34, v, 14, 12), 0, 15);
    out.cylinder('stack', m.u + 34, v, 1.6, 15, 24 + random() * 20, 0, 2, 1.1);
  }
  return {
    zones: [
      { rect: inset(frame, 2), floors: floors(3, 6), source: 'UWB' },
      { rect: rectFrom(m.u, m.v, 10, cell.v1 - cell.v0 - 40), floors: [GROUND], source: 'UWB' },
      { rect: { u0: m.u + 12, v0: train.v0, u1: m.u + 28, v1: train.v1 }, floors: [GROUND], source: 'UWB' },
    ],
    ...(restricted
      ? {
          forbidden: [
            {
              name: '顶层限制平台',
              ring: cornersOf(frame),
              fromM: RESTRICTED_DECK_M - 2,
              toM: RESTRICTED_DECK_M + 6,
            },
          ],
        }
      : {}),
  };
};

function tank(out: SolidList, u: number, v: number, radiusM: number, heightM: number): void {
  out.cylinder('tank', u, v, radiusM, 0, heightM);
  out.cylinder('tankRoof', u, v, radiusM, heightM, radiusM * 0.14, 1, 2, radiusM * 0.08);
  out.cylinder('tankBand', u, v, radiusM + 0.15, heightM - 1.4, 0.35, 2);
  // A spiral stair as a few steps of boxes.
  for (let i = 0; i < 6; i++) {
    const angle = 0.7 + i * 0.22;
    const at = rectFrom(u + Math.cos(angle) * (radiusM + 0.5), v + Math.sin(angle) * (radiusM + 0.5), 1.2, 1.2);
    out.box('rail', at, (heightM * (i + 1)) / 7, 0.4, 2);
  }
}

/** Tanks in bunds on both sides of a lane. */
const tankFarm: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const half = (cell.u1 - cell.u0) / 2;
  const depth = cell.v1 - cell.v0 - 24;
  const rows = 2 + Math.floor(random() * 2);
  const radius = Math.min(24, half / 2 - 10, depth / rows / 2 - 5) * (0.82 + random() * 0.18);
  const height = 12 + random() * 8;
  out.box('pad', inset(cell, 6), 0, 0.12, 1);
  for (const side of [-1, 1]) {
    const centre = m.u + side * (half / 2 + 3);
    const bund = rectFrom(centre, m.v, half - 14, depth);
    for (const wall of [
      { ...bund, v1: bund.v0 + 0.6 },
      { ...bund, v0: bund.v1 - 0.6 },
      { ...bund, u1: bund.u0 + 0.6 },
      { ...bund, u0: bund.u1 - 0.6 },
    ]) {
      out.box('bund', wall, 0, 1.4, 1);
    }
    for (let i = 0; i < rows; i++) tank(out, centre, bund.v0 + (depth * (i + 0.5)) / rows, radius, height);
    out.box('pipe', rectFrom(m.u + side * 6.6, m.v, 0.8, depth), 0.4, 0.6, 1);
  }
  return { zones: [{ rect: rectFrom(m.u, m.v, 9, depth - 4), floors: [GROUND], source: 'UWB' }] };
};

const sphereFarm: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const depth = cell.v1 - cell.v0 - 24;
  const rows = 3;
  const radius = Math.min(11, depth / rows / 2 - 6);
  out.box('pad', inset(cell, 6), 0, 0.12, 1);
  for (const side of [-1, 1]) {
    for (let i = 0; i < rows; i++) {
      const u = m.u + side * 34;
      const v = m.v - depth / 2 + (depth * (i + 0.5)) / rows;
      out.sphere('tank', u, v, radius, 3);
      for (let k = 0; k < 6; k++) {
        const angle = (k * Math.PI) / 3;
        const at = rectFrom(u + Math.cos(angle) * radius * 0.92, v + Math.sin(angle) * radius * 0.92, 0.8, 0.8);
        out.box('steel', at, 0, 3 + radius, k % 2 === 0 ? 1 : 2);
      }
      out.cylinder('rail', u, v, 2.2, 3 + radius * 2, 0.4, 2);
    }
    out.box('pipe', rectFrom(m.u + side * 8, m.v, 0.8, depth), 4, 0.6, 1);
  }
  return { zones: [{ rect: rectFrom(m.u, m.v, 10, depth - 4), floors: [GROUND], source: 'UWB' }] };
};

const warehouse: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const depth = cell.v1 - cell.v0 - 40;
  const height = 9 + random() * 4;
  out.box('pad', inset(cell, 6), 0, 0.12, 1);
  const zones: Zone[] = [];
  for (const side of [-1, 1]) {
    const hall = rectFrom(m.u + side * ((cell.u1 - cell.u0) / 4 + 2), m.v, (cell.u1 - cell.u0) / 2 - 24, depth);
    out.box('hall', hall, 0, height);
    out.box('hallRoof', inset(hall, 1.2), height, 0.6, 1);
    for (let v = hall.v0 + 10; v < hall.v1 - 6; v += 22) {
      out.box('glazing', { u0: hall.u0 - 0.2, v0: v, u1: hall.u1 + 0.2, v1: v + 6 }, 0.2, 5, 2);
      out.box('roof', rectFrom((hall.u0 + hall.u1) / 2, v, 3, 3), height + 0.6, 1.2, 2);
    }
    zones.push({ rect: inset(hall, 4), floors: [GROUND], source: 'UWB' });
  }
  return { zones };
};

function fencing(out: SolidList, rect: Rect): void {
  for (const side of [
    { ...rect, v1: rect.v0 + 0.15 },
    { ...rect, v0: rect.v1 - 0.15 },
    { ...rect, u1: rect.u0 + 0.15 },
    { ...rect, u0: rect.u1 - 0.15 },
  ]) {
    out.box('fence', side, 0, 2.4, 1);
  }
}

const substation: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const yard = rectFrom(m.u, m.v, 56, 44);
  out.box('pad', yard, 0, 0.15, 1);
  fencing(out, yard);
  out.box('building', rectFrom(m.u - 14, m.v, 18, 30), 0, 7);
  for (let i = 0; i < 3; i++) {
    out.box('vessel', rectFrom(m.u + 12, m.v - 12 + i * 12, 6, 5), 0.15, 4.2, 1);
    out.cylinder('rail', m.u + 20, m.v - 12 + i * 12, 0.3, 0, 11, 1);
  }
  return {
    zones: [],
    forbidden: [{ name: '变电站', ring: cornersOf(yard), fromM: null, toM: null }],
  };
};

const flare: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const radius = Math.min(38, (Math.min(cell.u1 - cell.u0, cell.v1 - cell.v0) - 20) / 2);
  const height = 70 + random() * 30;
  out.cylinder('bund', m.u, m.v, radius, 0, 0.15, 1);
  out.cylinder('stack', m.u, m.v, 1.3, 0, height, 0, 2, 0.8);
  for (let h = 15; h < height; h += 18) out.cylinder('rail', m.u, m.v, 2.2, h, 0.3, 2);
  out.drum('vessel', m.u - 9, m.v, 2, 0.6, 10, 'v', 1);
  const ring = Array.from({ length: 24 }, (_, i) => {
    const angle = (i * Math.PI) / 12;
    return { u: m.u + radius * Math.cos(angle), v: m.v + radius * Math.sin(angle) };
  });
  return { zones: [], forbidden: [{ name: '火炬禁入区', ring, fromM: null, toM: null }] };
};

const utility: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const lane = rectFrom(m.u, m.v, 10, cell.v1 - cell.v0 - 30);
  out.box('pad', inset(cell, 6), 0, 0.12, 1);
  const towers = 2 + Math.floor(random() * 3);
  for (let i = 0; i < towers; i++) {
    const v = lane.v0 + 16 + i * 26;
    if (v > lane.v1 - 8) break;
    out.box('concrete', rectFrom(m.u - 26, v, 22, 18), 0, 8);
    out.cylinder('tankBand', m.u - 26, v, 6.5, 8, 3, 0, 2, 5.4);
    out.box('concrete', rectFrom(m.u + 28, v, 30, 18), 0, 0.9, 1);
    out.box('water', rectFrom(m.u + 28, v, 28, 16), 0.9, 0.08, 1);
  }
  return { zones: [{ rect: lane, floors: [GROUND], source: 'GNSS' }] };
};

const reserve: Builder = (cell, _random, out) => {
  out.box('lawn', inset(cell, 4), 0, 0.12, 1);
  return { zones: [] };
};


const BUILDERS: Readonly<Record<CellKind, Builder>> = {
  office,
  canteen,
  control,
  parking,
  assembly,
  process,
  tankFarm,
  sphereFarm,
  warehouse,
  substation,
  flare,
  utility,
  reserve,
};
