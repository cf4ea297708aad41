/** Where a thing outside the picture is pointed at: on the edge of the free part of the screen, with an arrow. Pure. */
export interface Insets {
  readonly leftPx: number;
  readonly rightPx: number;
  readonly topPx: number;
  readonly bottomPx: number;
}

const ARROWS = ['→', '↘', '↓', '↙', '←', '↖', '↑', '↗'] as const;

export interface EdgePlace {
  readonly xPx: number;
  readonly yPx: number;
  readonly arrow: (typeof ARROWS)[number];
}

/** On the ray from the middle of the free part toward the thing. `xPx, yPx` may lie anywhere. */
export function edgePlace(xPx: number, yPx: number, widthPx: number, heightPx: number, insets: Insets): EdgePlace {
  const left = insets.leftPx;
  const right = Math.max(left + 1, widthPx - insets.rightPx);
  const top = insets.topPx;
  const bottom = Math.max(top + 1, heightPx - insets.bottomPx);
  const middleX = (left + right) / 2;
  const middleY = (top + bottom) / 2;
  const dx = xPx - middleX;
  const dy = yPx - middleY;
  const reach = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : (right - left) / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : (bottom - top) / 2 / Math.abs(dy),
  );
  const scale = Number.isFinite(reach) ? Math.min(1, reach) : 0;
  const eighth = Math.round((Math.atan2(dy, dx) / (2 * Math.PI)) * 8);
  return { xPx: middleX + dx * scale, yPx: middleY + dy * scale, arrow: ARROWS[(eighth + 8) % 8] ?? '→' };
}

export function isInside(xPx: number, yPx: number, widthPx: number, heightPx: number, insets: Insets): boolean {
  return (
    xPx >= insets.leftPx && xPx <= widthPx - insets.rightPx && yPx >= insets.topPx && yPx <= heightPx - insets.bottomPx
  );
}
