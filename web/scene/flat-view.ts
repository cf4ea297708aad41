/** The picture from above, north up: which stretch of ground it shows, in metres of the local frame. Pure. */
export interface FlatView {
  readonly eastM: number;
  readonly northM: number;
  /** From the left edge of the picture to the right. */
  readonly widthM: number;
}

const WIDTH_MIN_M = 15;
const WIDTH_MAX_M = 40_000;

/** The ground follows the hand. */
export function panned(view: FlatView, rightPx: number, downPx: number, widthPx: number): FlatView {
  const mPerPx = view.widthM / Math.max(1, widthPx);
  return { ...view, eastM: view.eastM - rightPx * mPerPx, northM: view.northM + downPx * mPerPx };
}

/** `factor` above 1 shows more ground. The place under the pointer (px from the middle, right and down) stays under it. */
export function zoomed(view: FlatView, factor: number, rightPx: number, downPx: number, widthPx: number): FlatView {
  const widthM = Math.min(WIDTH_MAX_M, Math.max(WIDTH_MIN_M, view.widthM * factor));
  const stepM = (view.widthM - widthM) / Math.max(1, widthPx);
  return { eastM: view.eastM + rightPx * stepM, northM: view.northM - downPx * stepM, widthM };
}
