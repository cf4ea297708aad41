/** A line over a day as SVG points, and round steps for its axis. Pure. */
export interface ChartBox {
  readonly width: number;
  readonly height: number;
}

export interface ChartPoint {
  readonly atMs: number;
  readonly value: number;
}

/** The nearest round number (1, 2, 5 times a power of ten) that holds the value; at least 1. */
export function roundTop(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((top) => top >= value) ?? 10 * power;
}

/** A gap longer than `gapMs` breaks the line: nothing was counted, which is not zero. */
export function chartPaths(
  points: readonly ChartPoint[],
  fromMs: number,
  toMs: number,
  top: number,
  gapMs: number,
  { width, height }: ChartBox,
): string[] {
  const lines: string[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { atMs, value } of points) {
    if (atMs - lastMs > gapMs) lines.push([]);
    lastMs = atMs;
    const x = ((atMs - fromMs) / (toMs - fromMs)) * width;
    const y = height - (value / top) * height;
    lines.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
  }
  return lines.map((line) => line.join(' '));
}
