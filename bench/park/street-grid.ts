/** The grid of public streets that the plan of the demonstration park is laid out on, in plan metres. */
export const COLUMN_WIDTHS_M = [880, 1080, 960, 1140, 940];
export const ROW_DEPTHS_M = [940, 1060, 980, 900, 1120, 1000];

const edgesFrom = (sizes: readonly number[]): number[] => {
  const half = sizes.reduce((a, b) => a + b, 0) / 2;
  const edges = [-half];
  for (const size of sizes) edges.push(edges[edges.length - 1]! + size);
  return edges;
};

/** Middle lines of the streets. */
export const U_LINES = edgesFrom(COLUMN_WIDTHS_M);
export const V_LINES = edgesFrom(ROW_DEPTHS_M);
