/**
 * Plan of the demonstration park, about 5 x 6 km: a grid of public roads, 29 company sites with an inner road grid of
 * their own, and what stands in each cell. The same seed gives the same plan. Read by records, tileset and simulator.
 */
import { createRandom, type Random } from '../random.ts';
import { buildCell, type CellKind, type ForbiddenPart, type Zone } from './cells.ts';
import { COMPANY_NAMES, type CompanyName, type CompanyProfile } from './names.ts';
import { createPublicSolids } from './public-solids.ts';
import { createRoadGraphBuilder, type RoadGraph, type RoadGraphBuilder } from './road-graph.ts';
import { cornersOf, inset, type Point, type Rect, rectFrom } from './site-frame.ts';
import { SolidList } from './solid.ts';
import { COLUMN_WIDTHS_M, ROW_DEPTHS_M, U_LINES, V_LINES } from './street-grid.ts';

export interface Place {
  /** Index within its company. */
  readonly index: number;
  readonly kind: CellKind;
  /** For example 工艺装置区 03. */
  readonly name: string;
  readonly rect: Rect;
  /** Road node in front of it. */
  readonly door: number;
  readonly zones: readonly Zone[];
  readonly forbidden: readonly ForbiddenPart[];
}

export interface CompanyPlan {
  readonly index: number;
  /** Nine digits beginning with 9: no registered company has one. */
  readonly code: string;
  readonly name: CompanyName;
  readonly rect: Rect;
  /** Fence, counter-clockwise, not closed. */
  readonly boundary: readonly Point[];
  /** Road node on the fence line. */
  readonly gate: number;
  /** Road node outside, on the public road. */
  readonly exit: number;
  readonly places: readonly Place[];
  readonly solids: SolidList;
}

export interface RoadStretch {
  readonly rect: Rect;
  /** Which company's tile draws it; null: public. */
  readonly companyIndex: number | null;
}

export interface SitePlan {
  readonly seed: number;
  readonly companies: readonly CompanyPlan[];
  readonly roads: readonly RoadStretch[];
  readonly graph: RoadGraph;
  /** Public ground and buildings. */
  readonly publicSolids: SolidList;
  readonly bounds: Rect;
}

const PUBLIC_ROAD_M = 16;
const PLANT_ROAD_M = 8;
/** From the middle of a public road to a company's fence: carriageway, verge, pipe strip. */
const BLOCK_INSET_M = 22;
/** From the fence to the middle of the perimeter road. */
const PERIMETER_M = 16;
const CELL_SIZE_M = { u: 215, v: 195 };

type Block = {
  readonly columns: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly half?: 0 | 1;
};

/** 30 cells of the grid: two public, two pairs merged, three halved = 29 sites. */
const MERGED: readonly Block[] = [
  { columns: [4, 4], rows: [0, 1] },
  { columns: [1, 1], rows: [4, 5] },
];
const HALVED = ['2,4', '3,1', '0,2'];
const PUBLIC = ['2,2', '0,5'];

function sitesOfGrid(): Block[] {
  const blocks: Block[] = [];
  for (let row = 0; row < ROW_DEPTHS_M.length; row++) {
    for (let column = 0; column < COLUMN_WIDTHS_M.length; column++) {
      const key = `${column},${row}`;
      const merged = MERGED.find((m) => column === m.columns[0] && row >= m.rows[0] && row <= m.rows[1]);
      if (PUBLIC.includes(key) || (merged !== undefined && row !== merged.rows[0])) continue;
      if (merged !== undefined) blocks.push(merged);
      else if (HALVED.includes(key)) {
        blocks.push({ columns: [column, column], rows: [row, row], half: 0 });
        blocks.push({ columns: [column, column], rows: [row, row], half: 1 });
      } else blocks.push({ columns: [column, column], rows: [row, row] });
    }
  }
  return blocks;
}

function rectOfBlock(block: Block): Rect {
  const rect = inset(
    {
      u0: U_LINES[block.columns[0]]!,
      u1: U_LINES[block.columns[1] + 1]!,
      v0: V_LINES[block.rows[0]]!,
      v1: V_LINES[block.rows[1] + 1]!,
    },
    BLOCK_INSET_M,
  );
  if (block.half === undefined) return rect;
  const middle = (rect.u0 + rect.u1) / 2;
  return block.half === 0 ? { ...rect, u1: middle - 4 } : { ...rect, u0: middle + 4 };
}

/** Public road line v = V_LINES[line] between two columns is missing inside a merged site. */
const isMissing = (line: number, column: number): boolean =>
  MERGED.some((m) => m.columns[0] === column && line > m.rows[0] && line <= m.rows[1]);

export function createSitePlan(seed: number): SitePlan {
  const builder = createRoadGraphBuilder();
  const roads: RoadStretch[] = [];
  const onRow: Point[][] = V_LINES.map((v) => U_LINES.map((u) => ({ u, v })));
  const blocks = sitesOfGrid();
  const companies = blocks.map((block, index) => {
    const random = createRandom(seed * 1_000 + index + 1);
    // Gates face alternate sides so that both sides of a street have some; the outermost rows face inward.
    const up = block.rows[0] === 0 || (block.rows[1] !== ROW_DEPTHS_M.length - 1 && (index & 1) === 1);
    const line = up ? block.rows[1] + 1 : block.rows[0];
    return layOutCompany(index, rectOfBlock(block), up, V_LINES[line]!, onRow[line]!, builder, roads, random);
  });
  addPublicRoads(builder, roads, onRow);
  const bounds = { u0: U_LINES[0]!, v0: V_LINES[0]!, u1: U_LINES.at(-1)!, v1: V_LINES.at(-1)! };
  return { seed, companies, roads, graph: builder.build(), publicSolids: createPublicSolids(seed, bounds), bounds };
}

function addPublicRoads(builder: RoadGraphBuilder, roads: RoadStretch[], onRow: readonly Point[][]): void {
  const half = PUBLIC_ROAD_M / 2;
  for (let line = 0; line < V_LINES.length; line++) {
    for (let column = 0; column < COLUMN_WIDTHS_M.length; column++) {
      if (isMissing(line, column)) continue;
      const [from, to] = [U_LINES[column]!, U_LINES[column + 1]!];
      builder.line(onRow[line]!.filter((p) => p.u >= from && p.u <= to));
      const v = V_LINES[line]!;
      roads.push({ rect: { u0: from + half, u1: to - half, v0: v - half, v1: v + half }, companyIndex: null });
    }
  }
  for (const u of U_LINES) {
    builder.line(V_LINES.map((v) => ({ u, v })));
    for (let row = 0; row < ROW_DEPTHS_M.length; row++) {
      const v1 = V_LINES[row + 1]! + (row === ROW_DEPTHS_M.length - 1 ? half : -half);
      roads.push({ rect: { u0: u - half, u1: u + half, v0: V_LINES[row]! - half, v1 }, companyIndex: null });
    }
    for (const v of V_LINES.slice(1, -1)) roads.push({ rect: rectFrom(u, v, 2 * half, 2 * half), companyIndex: null });
  }
}

function layOutCompany(
  index: number,
  rect: Rect,
  up: boolean,
  publicV: number,
  publicPoints: Point[],
  builder: RoadGraphBuilder,
  roads: RoadStretch[],
  random: Random,
): CompanyPlan {
  const name = COMPANY_NAMES[index]!;
  const ring = inset(rect, PERIMETER_M);
  const us = lines(ring.u0, ring.u1, CELL_SIZE_M.u, random);
  // Counted from the gate, so that offices stand in front whichever way the site faces.
  const vs = lines(up ? ring.v1 : ring.v0, up ? ring.v0 : ring.v1, CELL_SIZE_M.v, random);
  const gateU = us[Math.floor(us.length / 2)]! + 24;
  const gatePoint = { u: gateU, v: up ? rect.v1 : rect.v0 };
  const exitPoint = { u: gateU, v: publicV };
  publicPoints.push(exitPoint);

  const onLine: Point[][] = vs.map((v) => us.map((u) => ({ u, v })));
  const front = { u: gateU, v: vs[0]! };
  onLine[0]!.push(front);
  const kinds = kindsOfCells(name.profile, us.length - 1, vs.length - 1, random);
  const solids = new SolidList();
  const places: Place[] = [];
  for (let j = 0; j < vs.length - 1; j++) {
    for (let i = 0; i < us.length - 1; i++) {
      const [v0, v1] = [Math.min(vs[j]!, vs[j + 1]!), Math.max(vs[j]!, vs[j + 1]!)];
      const cell = inset({ u0: us[i]!, v0, u1: us[i + 1]!, v1 }, PLANT_ROAD_M / 2 + 5);
      const kind = kinds[j * (us.length - 1) + i]!;
      const content = buildCell(kind, cell, random);
      const doorPoint = { u: (us[i]! + us[i + 1]!) / 2, v: vs[j]! };
      onLine[j]!.push(doorPoint);
      solids.solids.push(...content.solids.solids);
      const place = { index: places.length, kind, rect: cell, zones: content.zones, forbidden: content.forbidden };
      places.push({ ...place, name: placeName(kind, places), door: builder.node(doorPoint) });
    }
  }
  for (const points of onLine) builder.line(points);
  for (const u of us) builder.line(vs.map((v) => ({ u, v })));
  builder.line([front, gatePoint, exitPoint]);
  addPlantRoads(roads, index, us, vs, front, exitPoint);
  addGateAndFence(solids, rect, gatePoint, up);

  return {
    index,
    code: String(900_000_001 + index * 37),
    name,
    rect,
    boundary: boundaryOf(rect, up, index),
    gate: builder.node(gatePoint),
    exit: builder.node(exitPoint),
    places,
    solids,
  };
}

/** Road lines from one side to the other, about `step` apart, the inner ones moved a little. */
function lines(from: number, to: number, step: number, random: Random): number[] {
  const count = Math.max(2, Math.round(Math.abs(to - from) / step));
  return Array.from({ length: count + 1 }, (_, i) => {
    const jitter = i === 0 || i === count ? 0 : (random() - 0.5) * 24;
    return from + ((to - from) * i) / count + jitter;
  });
}

const MAIN_KINDS: Readonly<Record<CompanyProfile, readonly [CellKind, number][]>> = {
  process: [
    ['process', 0.5],
    ['tankFarm', 0.16],
    ['warehouse', 0.08],
    ['utility', 0.08],
    ['reserve', 0.18],
  ],
  storage: [
    ['tankFarm', 0.62],
    ['sphereFarm', 0.1],
    ['utility', 0.06],
    ['reserve', 0.22],
  ],
  gas: [
    ['sphereFarm', 0.26],
    ['process', 0.34],
    ['tankFarm', 0.1],
    ['utility', 0.1],
    ['reserve', 0.2],
  ],
  specialty: [
    ['process', 0.34],
    ['warehouse', 0.28],
    ['tankFarm', 0.16],
    ['reserve', 0.22],
  ],
  logistics: [
    ['warehouse', 0.6],
    ['tankFarm', 0.14],
    ['reserve', 0.26],
  ],
};

/** Kinds by cell, row by row from the gate: what every site has in front and behind, the profile's own in between. */
function kindsOfCells(profile: CompanyProfile, columns: number, rows: number, random: Random): CellKind[] {
  const count = columns * rows;
  const kinds: (CellKind | undefined)[] = new Array<CellKind | undefined>(count).fill(undefined);
  const front: CellKind[] = ['office', 'parking', 'canteen', 'control', 'assembly'];
  front.forEach((kind, i) => {
    kinds[i] = kind;
  });
  if (profile !== 'logistics') kinds[count - 1] = 'flare';
  kinds[count - columns] = count > 14 ? 'assembly' : 'reserve';
  const free = kinds.flatMap((kind, i) => (kind === undefined ? [i] : []));
  kinds[free[Math.floor(free.length / 2)]!] = 'substation';
  const rest = kinds.flatMap((kind, i) => (kind === undefined ? [i] : []));
  const main = MAIN_KINDS[profile];
  rest.forEach((cell, i) => {
    kinds[cell] = i < 2 ? main[0]![0] : pick(main, random());
  });
  return kinds as CellKind[];
}

function pick(weights: readonly (readonly [CellKind, number])[], at: number): CellKind {
  let sum = 0;
  for (const [kind, weight] of weights) {
    sum += weight;
    if (at < sum) return kind;
  }
  return weights[0]![0];
}

const PLACE_NAMES: Readonly<Record<CellKind, string>> = {
  office: '办公楼',
  canteen: '食堂',
  control: '中控与化验楼',
  parking: '停车场',
  assembly: '紧急集合点',
  process: '工艺装置区',
  tankFarm: '储罐区',
  sphereFarm: '球罐区',
  warehouse: '仓库',
  substation: '变电站',
  flare: '火炬区',
  utility: '公用工程区',
  reserve: '预留用地',
};

function placeName(kind: CellKind, before: readonly Place[]): string {
  const number = before.filter((p) => p.kind === kind).length + 1;
  return `${PLACE_NAMES[kind]} ${String(number).padStart(2, '0')}`;
}

/** A fence with one or two cut corners away from the gate: not every site is a rectangle. */
function boundaryOf(rect: Rect, up: boolean, index: number): Point[] {
  const cut = 18;
  const [a, b, c, d] = cornersOf(rect) as [Point, Point, Point, Point];
  const left: Point[] =
    index % 3 === 0
      ? [
          { u: a.u, v: a.v + cut },
          { u: a.u + cut, v: a.v },
        ]
      : [a];
  const right: Point[] =
    index % 4 === 0
      ? [
          { u: b.u - cut, v: b.v },
          { u: b.u, v: b.v + cut },
        ]
      : [b];
  const upper: Point[] =
    index % 4 === 0
      ? [
          { u: c.u, v: c.v - cut },
          { u: c.u - cut, v: c.v },
        ]
      : [c];
  return up ? [...left, ...right, c, d] : [a, b, ...upper, d];
}

function addPlantRoads(
  roads: RoadStretch[],
  companyIndex: number,
  us: readonly number[],
  vs: readonly number[],
  front: Point,
  exit: Point,
): void {
  const half = PLANT_ROAD_M / 2;
  const [u0, u1] = [us[0]!, us.at(-1)!];
  for (const v of vs) roads.push({ rect: { u0: u0 - half, u1: u1 + half, v0: v - half, v1: v + half }, companyIndex });
  const [v0, v1] = [Math.min(...vs), Math.max(...vs)];
  for (const u of us) roads.push({ rect: { u0: u - half, u1: u + half, v0, v1 }, companyIndex });
  const toExit = exit.v > front.v ? 1 : -1;
  const ends = [front.v + toExit * half, exit.v - (toExit * PUBLIC_ROAD_M) / 2];
  roads.push({
    rect: { u0: front.u - half, u1: front.u + half, v0: Math.min(...ends), v1: Math.max(...ends) },
    companyIndex,
  });
}

function addGateAndFence(solids: SolidList, rect: Rect, gate: Point, up: boolean): void {
  const inward = up ? -1 : 1;
  solids.box('building', rectFrom(gate.u + 11, gate.v + inward * 5, 9, 6), 0, 4.2, 1);
  solids.box('roof', rectFrom(gate.u, gate.v + inward * 5, 30, 9), 5.6, 0.5, 1);
  const t = 0.2;
  const gateEdge = { u0: rect.u0, u1: gate.u - 6, v0: gate.v - t / 2, v1: gate.v + t / 2 };
  solids.panel('fence', gateEdge, 0, 2.4, 2);
  solids.panel('fence', { ...gateEdge, u0: gate.u + 6, u1: rect.u1 }, 0, 2.4, 2);
  const back = up ? rect.v0 : rect.v1;
  solids.panel('fence', { u0: rect.u0, u1: rect.u1, v0: back - t / 2, v1: back + t / 2 }, 0, 2.4, 2);
  solids.panel('fence', { u0: rect.u0, u1: rect.u0 + t, v0: rect.v0, v1: rect.v1 }, 0, 2.4, 2);
  solids.panel('fence', { u0: rect.u1 - t, u1: rect.u1, v0: rect.v0, v1: rect.v1 }, 0, 2.4, 2);
}
