/** Whether what lies on the canvas is before the operator. Pure. */

/** Beyond it a person is a dot among dots. */
export const MADE_OUT_WITHIN_M = 600;

/** `onTop`: what the page shows at the place; null: the place is outside of the window. */
export function isBefore<T>(
  distanceM: number,
  onTop: () => T | null,
  canvas: { contains(other: T): boolean },
): boolean {
  if (distanceM > MADE_OUT_WITHIN_M) return false;
  const seen = onTop();
  return seen !== null && canvas.contains(seen);
}
