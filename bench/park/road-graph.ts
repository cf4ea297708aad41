/**
 * Roads of the demonstration park as one graph: nodes with plan coordinates, straight edges. Built while the plan is
 * laid out, then read by the simulator for shortest ways. Deterministic: equal ways are decided by node number.
 */
import type { Point } from './site-frame.ts';

export interface RoadGraph {
  readonly u: Float64Array;
  readonly v: Float64Array;
  /** Neighbours of node i: neighbour[start[i] .. start[i + 1]). */
  readonly start: Uint32Array;
  readonly neighbour: Uint32Array;
}

export interface RoadGraphBuilder {
  /** Number of the node at this place; the same place (to a centimetre) is the same node. */
  node(point: Point): number;
  /** Joins the points one after the other, in the order of their distance from the first. */
  line(points: readonly Point[]): void;
  build(): RoadGraph;
}

export function createRoadGraphBuilder(): RoadGraphBuilder {
  const numbers = new Map<string, number>();
  const nodes: Point[] = [];
  const edges: Set<number>[] = [];
  const node = (point: Point): number => {
    const key = `${Math.round(point.u * 100)},${Math.round(point.v * 100)}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, nodes.length);
    nodes.push(point);
    edges.push(new Set());
    return nodes.length - 1;
  };
  return {
    node,
    line: (points) => {
      const first = points[0];
      if (first === undefined) return;
      const sorted = [...points].sort(
        (a, b) => Math.hypot(a.u - first.u, a.v - first.v) - Math.hypot(b.u - first.u, b.v - first.v),
      );
      for (let i = 1; i < sorted.length; i++) {
        const a = node(sorted[i - 1]!);
        const b = node(sorted[i]!);
        if (a === b) continue;
        edges[a]!.add(b);
        edges[b]!.add(a);
      }
    },
    build: () => {
      const start = new Uint32Array(nodes.length + 1);
      const flat: number[] = [];
      edges.forEach((set, i) => {
        flat.push(...[...set].sort((a, b) => a - b));
        start[i + 1] = flat.length;
      });
      return {
        u: Float64Array.from(nodes, (p) => p.u),
        v: Float64Array.from(nodes, (p) => p.v),
        start,
        neighbour: Uint32Array.from(flat),
      };
    },
  };
}

export interface WayFinder {
  /** Nodes from `from` to `to`, both included; empty when there is no way. */
  find(from: number, to: number): number[];
}

/** A* with the straight distance as bound; scratch arrays are kept between calls. */
export function createWayFinder(graph: RoadGraph): WayFinder {
  const count = graph.u.length;
  const cost = new Float64Array(count);
  const before = new Int32Array(count);
  const mark = new Uint32Array(count);
  const done = new Uint32Array(count);
  let round = 0;
  const open: number[] = [];
  const estimate = new Float64Array(count);

  const popBest = (): number => {
    let best = 0;
    for (let i = 1; i < open.length; i++) {
      if (estimate[open[i]!]! < estimate[open[best]!]!) best = i;
    }
    const found = open[best]!;
    open[best] = open[open.length - 1]!;
    open.pop();
    return found;
  };

  const find = (from: number, to: number): number[] => {
    round++;
    open.length = 0;
    open.push(from);
    cost[from] = 0;
    before[from] = -1;
    mark[from] = round;
    while (open.length > 0) {
      const at = popBest();
      if (at === to) break;
      done[at] = round;
      for (let k = graph.start[at]!; k < graph.start[at + 1]!; k++) {
        const next = graph.neighbour[k]!;
        if (done[next] === round) continue;
        const reached = cost[at]! + Math.hypot(graph.u[next]! - graph.u[at]!, graph.v[next]! - graph.v[at]!);
        if (mark[next] === round && reached >= cost[next]!) continue;
        if (mark[next] !== round) open.push(next);
        mark[next] = round;
        cost[next] = reached;
        before[next] = at;
        estimate[next] = reached + Math.hypot(graph.u[to]! - graph.u[next]!, graph.v[to]! - graph.v[next]!);
      }
    }
    if (mark[to] !== round) return [];
    const way: number[] = [];
    for (let at = to; at !== -1; at = before[at]!) way.push(at);
    return way.reverse();
  };
  return { find };
}
