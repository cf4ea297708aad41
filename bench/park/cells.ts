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
  out.plate('roof', inset(rect, 0.8), height + 0.1, 1);
  for (let i = 0; i < storeys; i++) {
    const band = { u0: rect.u0 - 0.15, v0: rect.v0 - 0.15, u1: rect.u1 + 0.15, v1: rect.v1 + 0.15 };
    out.box('glazing', band, i * storeyM + 1.1, 1.5, 2, 2, 'sides');
  }
  const m = middleOf(rect);
  out.box('concrete', rectFrom(m.u, m.v, 6, 5), height + 0.1, 2.8, 2);
  out.box('steel', rectFrom(m.u + 9, m.v, 4, 3), height + 0.1, 1.4, 2);
}

const office: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const storeys = 4 + Math.floor(random() * 3);
  const rect = rectFrom(m.u, m.v, Math.min(70, cell.u1 - cell.u0 - 60), 20);
  out.plate('lawn', inset(cell, 4), 0.12);
  building(out, rect, storeys, 3.6);
  return { zones: [{ rect: inset(rect, 2), floors: floors(storeys, 3.6), source: 'BLE' }] };
};

const canteen: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const rect = rectFrom(m.u, m.v, 48, 30);
  out.plate('lawn', inset(cell, 4), 0.12);
  building(out, rect, 1, 6);
  return { zones: [{ rect: inset(rect, 2), floors: [GROUND], source: 'BLE' }] };
};

const control: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const rect = rectFrom(m.u - 26, m.v, 40, 28);
  const laboratory = rectFrom(m.u + 26, m.v, 34, 24);
  out.plate('pad', inset(cell, 8), 0.12);
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
  out.plate('asphalt', area, 0.12);
  for (let v = area.v0 + 12; v < area.v1 - 8; v += 38) {
    for (let u = area.u0 + 6; u < area.u1 - 6; u += 9) {
      if (random() < 0.9) continue;
      out.box('steel', rectFrom(u, v, 2, 4.6), 0.12, 1.5, 2);
    }
  }
  return { zones: [{ rect: area, floors: [GROUND], source: 'GNSS' }] };
};

const assembly: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const area = rectFrom(m.u, m.v, 60, 40);
  out.plate('lawn', inset(cell, 4), 0.12);
  out.plate('pad', area, 0.2, 1);
  out.post('rail', m.u, area.v1 + 2, 0.3, 0, 9, 1);
  return { zones: [{ rect: area, floors: [GROUND], source: 'GNSS' }] };
};

/** A steel frame with decks: slabs, posts, rails on the top deck, a stair. */
function platform(out: SolidList, rect: Rect, deckHeights: readonly number[], topM: number): void {
  out.box('steel', rect, 0, topM, 0, 0);
  out.box('deck', rect, topM - 1, 1, 1, 1);
  out.box('steel', inset(rect, 5), 0, topM - 1, 1, 1, 'sides');
  for (const h of deckHeights) {
    if (h > 0) out.box('deck', rect, h - 0.35, 0.35, 2);
  }
  const top = deckHeights[deckHeights.length - 1]!;
  for (const side of sidesOf(rect, 0.1)) out.panel('rail', side, top + 0.9, 0.25, 2);
  const bays = 1;
  for (let i = 0; i <= bays; i++) {
    const v = rect.v0 + 0.3 + ((rect.v1 - rect.v0 - 0.6) * i) / bays;
    for (const u of [rect.u0 + 0.3, rect.u1 - 0.3]) out.post('steel', u, v, 0.6, 0, topM, 2);
  }
  for (let h = 0; h + 6 <= top; h += 6) {
    out.panel('rail', { u0: rect.u0 - 1.4, v0: rect.v0 + 2, u1: rect.u0 - 1.3, v1: rect.v0 + 9 }, h + 2.6, 0.9, 2);
  }
}

function pipeRack(out: SolidList, rect: Rect): void {
  out.pipe('pipe', rect, 5.6, 1.2, 0, 1);
  const width = rect.u1 - rect.u0;
  for (let i = 0; i < 3; i++) {
    const u = rect.u0 + (width * (i + 0.5)) / 3;
    out.pipe(i === 1 ? 'pipe' : 'pipeLight', rectFrom(u, (rect.v0 + rect.v1) / 2, 1.3, rect.v1 - rect.v0), 6, 0.8, 2);
  }
  for (let v = rect.v0 + 3; v < rect.v1; v += 36) {
    out.pipe('steel', { u0: rect.u0, v0: v, u1: rect.u1, v1: v + 0.5 }, 5.4, 0.6, 2);
    out.panel('steel', { u0: rect.u0, v0: v, u1: rect.u0 + 0.1, v1: v + 0.7 }, 0, 5.4, 2);
    out.panel('steel', { u0: rect.u1 - 0.1, v0: v, u1: rect.u1, v1: v + 0.7 }, 0, 5.4, 2);
  }
}

function distillationColumn(out: SolidList, u: number, v: number, radiusM: number, heightM: number): void {
  out.cylinder('column', u, v, radiusM, 0, heightM);
  for (let h = 16; h < heightM - 3; h += 18) out.cylinder('rail', u, v, radiusM + 1, h, 0.3, 2);
  out.panel('rail', rectFrom(u + radiusM + 0.3, v, 0.05, 0.8), 1, heightM - 1, 2);
}

/** Pipe rack over an aisle in the middle; a frame with decks left of it, columns and drums right of it. */
const process: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const depth = Math.min(84, cell.v1 - cell.v0 - 64);
  const frame = { u0: m.u - 42, v0: m.v - depth / 2, u1: m.u - 14, v1: m.v + depth / 2 };
  const train = { u0: m.u + 14, v0: m.v - depth / 2, u1: m.u + 42, v1: m.v + depth / 2 };
  const restricted = random() < 0.3;
  const decks = restricted ? [0, 6, 12, RESTRICTED_DECK_M] : [0, 6, 12];
  out.plate('pad', inset(cell, 10), 0.12);
  platform(out, frame, decks, restricted ? RESTRICTED_DECK_M : 14);
  pipeRack(out, rectFrom(m.u, m.v, 9, cell.v1 - cell.v0 - 30));
  for (let v = frame.v0 + 12; v < frame.v1 - 6; v += 32) {
    const level = random() < 0.5 ? 0.4 : 6.2;
    if (random() < 0.5) out.drum('vessel', m.u - 22, v, 1.5, level, 8, 'u', 2);
    else out.cylinder('vessel', m.u - 21, v, 1.7, level, 4.6, 2);
  }
  const columns = 1 + Math.floor(random() * 2.5);
  for (let i = 0; i < columns; i++) {
    const v = train.v0 + ((train.v1 - train.v0) * (i + 0.5)) / columns;
    distillationColumn(out, m.u + 34, v, 1.4 + random() * 1.6, 22 + random() * 34);
    out.drum('vessel', m.u + 22, v - 3, 1.4, 4, 9, 'u', 2);
    out.panel('concrete', rectFrom(m.u + 22, v - 3, 7, 0.4), 0, 4.4, 2);
    out.box('tankBand', rectFrom(m.u + 17, v + 4, 2.4, 4), 0.1, 1.3, 2);
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
  out.cylinder('tank', u, v, radiusM, 0, heightM, 0, 1);
  out.cylinder('tank', u, v, radiusM, 0, heightM, 2, 2, radiusM, true);
  out.cylinder('tankRoof', u, v, radiusM, heightM, radiusM * 0.14, 2, 2, 0.5, true);
  // The stair round the shell, as a few steps.
  for (let i = 0; i < 3; i++) {
    const angle = 0.7 + i * 0.3;
    const at = rectFrom(u + Math.cos(angle) * (radiusM + 0.5), v + Math.sin(angle) * (radiusM + 0.5), 1.6, 1.6);
    out.plate('rail', at, (heightM * (i + 1)) / 4, 2);
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
  out.plate('pad', inset(cell, 6), 0.12);
  for (const side of [-1, 1]) {
    const centre = m.u + side * (half / 2 + 3);
    const bund = rectFrom(centre, m.v, half - 14, depth);
    for (const wall of sidesOf(bund, 0.6)) out.panel('bund', wall, 0, 1.4, 2);
    for (let i = 0; i < rows; i++) tank(out, centre, bund.v0 + (depth * (i + 0.5)) / rows, radius, height);
    out.pipe('pipe', rectFrom(m.u + side * 6.6, m.v, 0.8, depth), 0.4, 0.6, 2);
  }
  return { zones: [{ rect: rectFrom(m.u, m.v, 9, depth - 4), floors: [GROUND], source: 'UWB' }] };
};

const sphereFarm: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const depth = cell.v1 - cell.v0 - 24;
  const rows = 2;
  const radius = Math.min(13, depth / rows / 2 - 6);
  out.plate('pad', inset(cell, 6), 0.12);
  for (const side of [-1, 1]) {
    for (let i = 0; i < rows; i++) {
      const u = m.u + side * 34;
      const v = m.v - depth / 2 + (depth * (i + 0.5)) / rows;
      out.sphere('tank', u, v, radius, 3);
      for (let k = 0; k < 6; k++) {
        const angle = (k * Math.PI) / 3;
        const at = { u: u + Math.cos(angle) * radius * 0.92, v: v + Math.sin(angle) * radius * 0.92 };
        out.panel('steel', rectFrom(at.u, at.v, 1, 0.1), 0, 3 + radius, 2);
      }
    }
    out.pipe('pipe', rectFrom(m.u + side * 8, m.v, 0.8, depth), 4, 0.6, 2);
  }
  return { zones: [{ rect: rectFrom(m.u, m.v, 10, depth - 4), floors: [GROUND], source: 'UWB' }] };
};

const warehouse: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const depth = cell.v1 - cell.v0 - 40;
  const height = 9 + random() * 4;
  out.plate('pad', inset(cell, 6), 0.12);
  const zones: Zone[] = [];
  for (const side of [-1, 1]) {
    const hall = rectFrom(m.u + side * ((cell.u1 - cell.u0) / 4 + 2), m.v, (cell.u1 - cell.u0) / 2 - 24, depth);
    out.box('hall', hall, 0, height);
    out.box('hallRoof', inset(hall, 1.2), height, 0.6, 2);
    for (let v = hall.v0 + 10; v < hall.v1 - 6; v += 22) {
      out.panel('glazing', { u0: hall.u0 - 0.3, v0: v, u1: hall.u0 - 0.2, v1: v + 6 }, 0.2, 5, 2);
      out.panel('glazing', { u0: hall.u1 + 0.2, v0: v, u1: hall.u1 + 0.3, v1: v + 6 }, 0.2, 5, 2);
    }
    zones.push({ rect: inset(hall, 4), floors: [GROUND], source: 'UWB' });
  }
  return { zones };
};

/** The four edges of a rectangle as strips of this thickness. */
function sidesOf(rect: Rect, thicknessM: number): Rect[] {
  return [
    { ...rect, v1: rect.v0 + thicknessM },
    { ...rect, v0: rect.v1 - thicknessM },
    { ...rect, u1: rect.u0 + thicknessM },
    { ...rect, u0: rect.u1 - thicknessM },
  ];
}

const substation: Builder = (cell, _random, out) => {
  const m = middleOf(cell);
  const yard = rectFrom(m.u, m.v, 56, 44);
  out.plate('pad', yard, 0.15, 1);
  for (const side of sidesOf(yard, 0.15)) out.panel('fence', side, 0, 2.4, 2);
  out.box('building', rectFrom(m.u - 14, m.v, 18, 30), 0, 7);
  for (let i = 0; i < 3; i++) {
    out.box('vessel', rectFrom(m.u + 12, m.v - 12 + i * 12, 6, 5), 0.15, 4.2, 2);
    out.post('rail', m.u + 20, m.v - 12 + i * 12, 0.5, 0, 11, 2);
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
  for (let h = 24; h < height; h += 40) out.cylinder('rail', m.u, m.v, 2.2, h, 0.3, 2);
  out.drum('vessel', m.u - 9, m.v, 2, 0.6, 10, 'v', 2);
  const ring = Array.from({ length: 24 }, (_, i) => {
    const angle = (i * Math.PI) / 12;
    return { u: m.u + radius * Math.cos(angle), v: m.v + radius * Math.sin(angle) };
  });
  return { zones: [], forbidden: [{ name: '火炬禁入区', ring, fromM: null, toM: null }] };
};

const utility: Builder = (cell, random, out) => {
  const m = middleOf(cell);
  const lane = rectFrom(m.u, m.v, 10, cell.v1 - cell.v0 - 30);
  out.plate('pad', inset(cell, 6), 0.12);
  const towers = 2 + Math.floor(random() * 3);
  for (let i = 0; i < towers; i++) {
    const v = lane.v0 + 16 + i * 26;
    if (v > lane.v1 - 8) break;
    out.box('concrete', rectFrom(m.u - 26, v, 22, 18), 0, 8);
    out.cylinder('tankBand', m.u - 26, v, 6.5, 8, 3, 0, 2, 5.4);
    out.box('concrete', rectFrom(m.u + 28, v, 30, 18), 0, 0.9, 2);
    out.plate('water', rectFrom(m.u + 28, v, 28, 16), 0.98, 2);
  }
  return { zones: [{ rect: lane, floors: [GROUND], source: 'GNSS' }] };
};

const reserve: Builder = (cell, _random, out) => {
  out.plate('lawn', inset(cell, 4), 0.12);
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
